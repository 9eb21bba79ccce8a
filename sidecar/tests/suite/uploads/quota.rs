//! How much a member may have that nothing public shows.

use axum::http::StatusCode;
use futures_util::future::join_all;
use generator::model::Role;
use image::ImageFormat;

use super::{NEW_ARTICLE, NEW_DOWNLOAD, kept_files, picture};
use crate::harness::{ENGINES, TestApp};

/// Files that are sent side by side.
const FORMS: usize = 8;

/// Gives Fénix so much that nothing public shows that no more than so many bytes are left of what there may be.
async fn fill(app: &TestApp, bytes_left: i64) {
    let size = 300_000_000 - bytes_left;
    let file = format!(
        "insert into upload (path, content_type, size_bytes, brought_at, is_public)
            values ('u/00/full.zip', 'application/zip', {size}, '2026-01-01T00:00:00Z', false)"
    );
    app.execute(file.leak()).await;
    app.execute(
        "insert into upload_owner (path, member_id, brought_at)
            select 'u/00/full.zip', id, '2026-01-01T00:00:00Z' from member where nick = 'Fénix'",
    )
    .await;
}

#[tokio::test]
async fn forms_sent_side_by_side_find_each_others_files_counted() {
    for engine in ENGINES {
        let app = TestApp::demo_on(engine).await;
        fill(&app, 1_000).await;
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

#[tokio::test]
async fn nobody_fills_the_disk() {
    let app = TestApp::demo().await;
    // Nobody who is not logged in leaves anything, and what they typed is kept.
    let mut nobody = app.browsing();
    let fields = [("title", "Bez přihlášení"), ("text", "Ahoj."), ("do", "picture")];
    let drawn = picture(30, 20, ImageFormat::Png);
    let sent = nobody.post_files(NEW_ARTICLE, &fields, &[("picture", "a.png", &drawn)]).await;
    assert_eq!(sent.status, StatusCode::UNAUTHORIZED);
    assert!(sent.body.contains("Ahoj."));
    assert!(kept_files(&app).is_empty());
    let mut author = app.member("Fénix", Role::Member).await;
    let text = "x".repeat(2_100_000);
    let too_long = author.post_files(NEW_ARTICLE, &[("text", text.as_str())], &[]).await;
    assert_eq!(too_long.status, StatusCode::PAYLOAD_TOO_LARGE);
    fill(&app, 1).await;
    let full =
        author.post_files(NEW_ARTICLE, &[("title", "Plno"), ("do", "picture")], &[("picture", "a.png", &drawn)]).await;
    assert!(full.body.contains("Máš tu už moc souborů"), "{}", full.body);
    app.execute("delete from upload where path = 'u/00/full.zip'").await;
    let mut answers = Vec::new();
    for _ in 0..45 {
        answers
            .push(author.post_files(NEW_ARTICLE, &[("title", "Rychle")], &[("picture", "a.png", &drawn)]).await.status);
    }
    assert!(answers.contains(&StatusCode::TOO_MANY_REQUESTS), "{answers:?}");
}
