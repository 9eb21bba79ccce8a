//! Whose private files are: their author's, and those editors' who care for the works that have them.

use axum::http::StatusCode;
use generator::model::Role;
use image::ImageFormat;

use super::{bring_picture, picture, private};
use crate::harness::{ENGINES, TestApp};

#[tokio::test]
async fn editors_get_the_files_of_works_in_their_sections_that_are_no_drafts() {
    for engine in ENGINES {
        let app = TestApp::demo_on(engine).await;
        let mut author = app.member("Fénix", Role::Member).await;
        let mut stranger = app.member("Gorgoroth", Role::Member).await;
        let mut everywhere = app.member("Drahomír", Role::Editor).await;
        let mut here = app.member("Elanor", Role::Editor).await;
        let mut elsewhere = app.member("Isilmë", Role::Editor).await;
        let mut admin = app.member("Almara", Role::Admin).await;
        app.execute(
            "insert into editor_section (member_id, section)
                select id, case nick when 'Elanor' then 'clanky' else 'hrbitov' end from member
                where nick in ('Elanor', 'Isilmë')",
        )
        .await;
        let (work, path) = bring_picture(&mut author, &picture(600, 400, ImageFormat::Png)).await;
        let copy = path.replace(".png", "-480.webp");
        let mut asked = async |state: &str, editors: StatusCode| {
            for (who, browsing, expected) in [
                ("author", &mut author, StatusCode::OK),
                ("stranger", &mut stranger, StatusCode::NOT_FOUND),
                ("editor of everything", &mut everywhere, editors),
                ("editor of the section", &mut here, editors),
                ("editor of another section", &mut elsewhere, StatusCode::NOT_FOUND),
                ("admin", &mut admin, editors),
            ] {
                for path in [&path, &copy] {
                    let got = browsing.get(&private(path)).await;
                    assert_eq!(got.status, expected, "{engine:?}: {state}: {who}: {path}");
                }
            }
        };
        asked("draft", StatusCode::NOT_FOUND).await;
        let mut again = app.member("Fénix", Role::Member).await;
        let text = format!("Mapa: ![mapa]({path})");
        let sent = again.post(&work, &[("title", "Obrázek"), ("text", &text), ("do", "submit")]).await;
        assert!(sent.location().ends_with("?said=submitted"), "{} {}", sent.location(), sent.body);
        asked("waiting", StatusCode::OK).await;
        again.post(&work, &[("do", "withdraw")]).await;
        assert_eq!(app.number("select count(*) from creation where title = 'Obrázek' and state = 'draft'").await, 1);
        asked("taken back", StatusCode::NOT_FOUND).await;
    }
}
