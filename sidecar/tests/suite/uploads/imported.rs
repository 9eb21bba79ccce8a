//! Files of imported works that wait for an editor.

use axum::http::StatusCode;
use generator::model::Role;
use sidecar::uploads::moving;

use crate::harness::{ENGINES, TestApp};

const PATH: &str = "galerie/ceka.gif";

#[tokio::test]
async fn a_file_that_only_a_waiting_work_names_is_nobodys() {
    for engine in ENGINES {
        let app = TestApp::demo_on(engine).await;
        // As an import notes it; the files are copied before or after that.
        app.execute("update creation set state = 'waiting' where section = 'galerie' and number = 1").await;
        app.execute(
            "insert into upload (path, content_type, size_bytes, brought_at, unsettled)
                values ('galerie/ceka.gif', 'image/gif', 0, '1970-01-01T00:00:00+00:00', 1)",
        )
        .await;
        app.execute(
            "insert into upload_use (creation_id, path, is_shown)
                select id, 'galerie/ceka.gif', true from creation where section = 'galerie' and number = 1",
        )
        .await;
        let file = app.settings.uploads.join(PATH);
        let address = format!("/uploads/{PATH}");
        for _ in 0..2 {
            std::fs::write(&file, b"GIF89a").unwrap();
            assert_eq!(app.get(&address).await.status(), StatusCode::OK);
            moving::look_again(&app.app).await.unwrap();
            moving::settle(&app.app).await.unwrap();
            assert_eq!(app.get(&address).await.status(), StatusCode::NOT_FOUND, "{engine:?}");
            assert!(!file.exists());
        }
        let private = format!("/soukrome-soubory/{PATH}");
        let mut editor = app.member("Drahomír", Role::Editor).await;
        let got = editor.get(&private).await;
        assert_eq!((got.status, got.bytes.as_slice()), (StatusCode::OK, b"GIF89a".as_slice()));
        assert_eq!(app.browsing().get(&private).await.status, StatusCode::SEE_OTHER);
        // Nobody has waited long enough to have it forgotten.
        assert_eq!(moving::forget(&app.app, app.app.now()).await.unwrap(), 0);

        app.execute("update creation set state = 'approved' where section = 'galerie' and number = 1").await;
        moving::look_again(&app.app).await.unwrap();
        moving::settle(&app.app).await.unwrap();
        assert_eq!(app.get(&address).await.status(), StatusCode::OK);
        assert_eq!(std::fs::read(&file).unwrap(), b"GIF89a");
    }
}
