//! How much a member may have that nothing public shows.

use axum::http::StatusCode;
use futures_util::future::join_all;
use generator::model::Role;

use super::NEW_DOWNLOAD;
use crate::harness::{ENGINES, TestApp};

/// Files that are sent side by side.
const FORMS: usize = 8;

#[tokio::test]
async fn forms_sent_side_by_side_find_each_others_files_counted() {
    for engine in ENGINES {
        let app = TestApp::demo_on(engine).await;
        // All but 1,000 bytes of what there may be.
        app.execute(
            "insert into upload (path, content_type, size_bytes, brought_at, is_public)
                values ('u/00/full.zip', 'application/zip', 299999000, '2026-01-01T00:00:00Z', false)",
        )
        .await;
        app.execute(
            "insert into upload_owner (path, member_id, brought_at)
                select 'u/00/full.zip', id, '2026-01-01T00:00:00Z' from member where nick = 'Fénix'",
        )
        .await;
        let author = app.member("Fénix", Role::Member).await;
        let sending = (0..FORMS).map(|nth| {
            let mut form = app.browsing();
            form.cookies.clone_from(&author.cookies);
            async move {
                let document = format!("%PDF-1.7\n{nth}{}", " ".repeat(600));
                let fields = [("title", "Deník"), ("a_format", "PDF"), ("do", "save")];
                let files = [("a_file", "denik.pdf", document.as_bytes())];
                form.post_files(NEW_DOWNLOAD, &fields, &files).await
            }
        });
        let answers = join_all(sending).await;
        let kept = answers.iter().filter(|answer| answer.status == StatusCode::SEE_OTHER).count();
        let refused = answers.iter().filter(|answer| answer.body.contains("Máš tu už moc souborů")).count();
        assert_eq!((kept, refused), (1, FORMS - 1), "{engine:?}");
        assert_eq!(app.number("select count(*) from upload where path like '%denik.pdf'").await, 1, "{engine:?}");
    }
}
