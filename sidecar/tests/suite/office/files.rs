//! Files in editors' hands: others in the place of those of a work, pictures for its text.

use axum::http::StatusCode;
use generator::model::Role;
use image::ImageFormat;

use super::rights::bound;
use super::{assert_done, clanky_9, send};
use crate::harness::{ENGINES, TestApp};
use crate::uploads::picture;

const FIRST_PICTURE: &str = "select id from creation where section = 'galerie' and state = 'approved' order by number";

#[tokio::test]
async fn a_picture_takes_the_place_of_another_one() {
    for engine in ENGINES {
        let app = TestApp::demo_on(engine).await;
        let building = app.building();
        let id = app.number(FIRST_PICTURE).await;
        let number =
            app.number("select min(number) from creation where section = 'galerie' and state = 'approved'").await;
        let page = app.path(&format!("creation/galerie/{number}")).await;
        let old = app.browsing().get(&page).await.body;
        let files = format!("/sprava/soubory/{id}/");
        let mut editor = bound(&app, "Bardolf", "galerie").await;
        let item = editor.get(&format!("/sprava/upravit/creation/{id}/")).await;
        assert!(item.body.contains(&format!("href=\"{files}\"")), "{}", item.body);

        // What cannot be kept changes nothing, and one is enough for that.
        let drawn = picture(640, 320, ImageFormat::Png);
        let chosen: [(&str, &str, &[u8]); 2] = [("a_image", "a.png", &drawn), ("picture", "b.png", b"no picture")];
        for (sent, message) in [(&chosen[..], "id=\"picture-fault\""), (&[], "Nejdřív vyber")] {
            let refused = editor.post_files(&files, &[], sent).await;
            assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
            assert!(refused.body.contains(message), "{}", refused.body);
        }
        assert_eq!(app.number("select count(*) from audit_entry").await, 0);
        assert_eq!(app.browsing().get(&page).await.body, old);

        let sent = editor.post_files(&files, &[], &chosen[..1]).await;
        assert_done(&app, &sent, "files", "úprava").await;
        assert!(editor.get(sent.location()).await.body.contains("Soubory jsou nahrané. Stránka na webu už"));
        let shown = app.browsing().get(&page).await.body;
        let path = shown.split("src=\"/uploads/u/").nth(1).expect("the new picture").split('"').next().unwrap();
        assert!(shown.contains("width=\"640\" height=\"320\""), "{shown}");
        assert_eq!(app.browsing().get(&format!("/uploads/u/{path}")).await.status, StatusCode::OK);
        let history = editor.get(&format!("/sprava/historie/creation/{id}/")).await.body;
        assert!(history.contains(path) && history.contains("Bardolf"), "{history}");
        building.stop().await;
    }
}

#[tokio::test]
async fn a_picture_for_a_text_comes_with_what_shows_it_there() {
    for engine in ENGINES {
        let app = TestApp::demo_on(engine).await;
        let building = app.building();
        let id = clanky_9(&app).await;
        let (files, item) = (format!("/sprava/soubory/{id}/"), format!("/sprava/upravit/creation/{id}/"));
        let mut editor = app.member("Drahomír", Role::Editor).await;
        for (format, code) in [("markdown", "![popis obrázku](u/"), ("html", "<img src=\"upload:u/")] {
            let sql = match format {
                "html" => "update creation_text set body_format = 'html', body = '<p>Staré časy.</p>'",
                _ => "update creation_text set body_format = 'markdown', body = 'Staré časy.'",
            };
            app.execute(sql).await;
            let drawn = picture(if format == "html" { 300 } else { 200 }, 100, ImageFormat::Png);
            let sent = editor.post_files(&files, &[], &[("picture", "mapa.png", &drawn)]).await;
            assert_done(&app, &sent, "files", "úprava").await;
            let offered = editor.get(&files).await;
            let line = offered.codes().into_iter().find(|line| line.starts_with(code)).expect("a line to copy");
            let text = match format {
                "html" => format!("<p>Mapa: {line}</p>"),
                _ => format!("Mapa: {line}"),
            };
            let saved = send(&mut editor, &item, "save", &[("body", &text)]).await;
            assert_done(&app, &saved, "saved", "úprava").await;
            let page = app.browsing().get(&app.path("creation/clanky/9").await).await.body;
            let address = page.split("src=\"/uploads/u/").nth(1).unwrap_or_else(|| panic!("{page}"));
            let address = format!("/uploads/u/{}", address.split('"').next().unwrap());
            assert_eq!(app.browsing().get(&address).await.status, StatusCode::OK, "no reader misses it");
        }
        building.stop().await;
    }
}

#[tokio::test]
async fn files_are_the_sections_editors_alone() {
    let app = TestApp::demo().await;
    let files = format!("/sprava/soubory/{}/", app.number(FIRST_PICTURE).await);
    let drawn = picture(64, 64, ImageFormat::Png);
    let chosen: [(&str, &str, &[u8]); 1] = [("a_image", "a.png", &drawn)];
    for mut other in [bound(&app, "Elanor", "hrbitov").await, app.member("Fénix", Role::Member).await] {
        assert_eq!(other.get(&files).await.status, StatusCode::FORBIDDEN);
        assert_eq!(other.post_files(&files, &[], &chosen).await.status, StatusCode::FORBIDDEN);
    }
    assert_eq!(app.number("select count(*) from upload_owner").await, 0, "nothing of theirs is kept");
    assert_eq!(app.number("select count(*) from audit_entry").await, 0);
}
