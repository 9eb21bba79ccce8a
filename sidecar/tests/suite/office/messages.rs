//! What editors are told: every message exists, every refusal names a way out, and nothing inward gets to a page.

use std::collections::BTreeSet;
use std::path::Path;

use axum::http::StatusCode;
use generator::model::Role;

use super::{AtWork, assert_done, clanky_9, send};
use crate::harness::{ENGINES, TestApp};

/// The words between quotes in a folder's sources that look like messages of the office.
fn named(folder: &Path, found: &mut BTreeSet<String>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            named(&path, found);
        } else if path.extension().is_some_and(|end| end == "rs" || end == "html") {
            let source = std::fs::read_to_string(&path).unwrap();
            let words = source.split('"').skip(1).step_by(2);
            let is_message = |word: &&str| {
                ["office-", "registrations-"].iter().any(|before| word.starts_with(before))
                    && word.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
            };
            found.extend(words.filter(is_message).map(str::to_owned));
        }
    }
}

#[test]
fn every_message_of_the_office_is_there_in_both_languages() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let mut named_there = BTreeSet::new();
    for folder in ["sidecar/src/office", "sidecar/src/accounts", "sidecar/src/mail"] {
        named(&root.join(folder), &mut named_there);
    }
    assert!(named_there.len() > 100, "{named_there:?}");
    for language in ["cs", "en"] {
        let texts = std::fs::read_to_string(root.join(format!("content/locales/{language}.ftl"))).unwrap();
        let known: BTreeSet<&str> = texts.lines().filter_map(|line| Some(line.split_once(" =")?.0)).collect();
        let missing: Vec<_> = named_there.iter().filter(|name| !known.contains(name.as_str())).collect();
        // Classes and ids of the templates are no messages.
        assert_eq!(missing, Vec::<&String>::new(), "{language}");
    }
}

#[tokio::test]
async fn refusals_say_in_words_what_can_be_done() {
    for engine in ENGINES {
        let app = TestApp::demo_on(engine).await;
        let building = app.building();
        let mut editor = app.member("Drahomír", Role::Editor).await;
        let id = clanky_9(&app).await;
        let url = format!("/sprava/upravit/creation/{id}/");
        let monster = app.number("select min(id) from creation where section = 'bestiar' and state = 'approved'").await;
        let monster = format!("/sprava/upravit/creation/{monster}/");
        let download = "/sprava/upravit/page/new/";
        for (url, word, changes, status, text) in [
            (url.as_str(), "move", vec![("section", "nikde")], 422, "Takovou rubriku web nemá"),
            (&url, "move", vec![("section", "galerie")], 422, "Chybí: Obraz"),
            (&url, "genre", vec![("genre", "999999")], 422, "Tohle z téhle stránky nejde"),
            (&url, "genre", vec![("genre", "nesmysl")], 422, "Tohle z téhle stránky nejde"),
            (&url, "schedule", vec![("publish_at", "2001-01-01T10:00")], 422, "teprve přijde"),
            (&url, "schedule", vec![("publish_at", "2126-01-01T10:00")], 409, "takže se nic nestalo"),
            (&url, "save", vec![("title", " ")], 422, "Chybí: Název."),
            (&url, "fly", vec![], 422, "Tohle z téhle stránky nejde"),
            (&monster, "save", vec![("body", "[jen]: https://example.org")], 422, "z textu nic nezbylo"),
            (
                download,
                "save",
                vec![("title", "x"), ("slug", "x"), ("body", "[a]: https://b.test")],
                422,
                "nic nezbylo",
            ),
        ] {
            let refused = send(&mut editor, url, word, &changes).await;
            assert_eq!(refused.status.as_u16(), status, "{url} {word}: {}", refused.body);
            let (_, rest) = refused.body.split_once("role=\"alert\" id=\"fault\">").expect("it is said why");
            let said = rest.split_once('<').unwrap().0;
            assert!(said.contains(text), "{url} {word}: {said}");
            for inward in ["creation", "section", "no ", "is ", "office-", "`"] {
                assert!(!said.contains(inward), "{url} {word}: {said}");
            }
        }
        assert_eq!(app.number("select count(*) from audit_entry").await, 0);
        building.stop().await;
    }
}

#[tokio::test]
async fn a_text_of_which_cleaning_leaves_nothing_is_not_saved() {
    for engine in ENGINES {
        let app = TestApp::demo_on(engine).await;
        let building = app.building();
        let id = clanky_9(&app).await;
        app.execute(
            "update creation_text set body_format = 'html', body = '<p>Staré časy.</p>' where creation_id =
                (select id from creation where section = 'clanky' and number = 9)",
        )
        .await;
        let url = format!("/sprava/upravit/creation/{id}/");
        let mut editor = app.member("Drahomír", Role::Editor).await;
        for empty in ["<script>alert(1)</script>", "<p> </p><p>&nbsp;</p>", "<a href=\"javascript:x\"></a>"] {
            for word in ["preview", "save"] {
                let refused = send(&mut editor, &url, word, &[("body", empty)]).await;
                assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{empty}: {}", refused.body);
                assert!(refused.body.contains("z textu nic nezbylo"), "{empty}");
                assert_eq!(refused.field("body"), empty, "what was typed is there");
            }
        }
        let kept = "select count(*) from creation_text where body = '<p>Staré časy.</p>'";
        assert_eq!(app.number(kept).await, 1);
        // What was empty before may stay so beside a change of something else.
        app.execute("update creation_text set body = '<p></p>' where body = '<p>Staré časy.</p>'").await;
        let saved = send(&mut editor, &url, "save", &[("title", "Jen název")]).await;
        assert_done(&app, &saved, "saved", "úprava").await;
        // A picture is something to see, without a word.
        let monster = app.number("select min(id) from creation where section = 'bestiar' and state = 'approved'").await;
        let monster = format!("/sprava/upravit/creation/{monster}/");
        let saved = send(&mut editor, &monster, "save", &[("body", "![](obr_pris/mapa.webp)")]).await;
        assert_done(&app, &saved, "saved", "úprava").await;
        building.stop().await;
    }
}

#[tokio::test]
async fn what_could_not_be_made_is_not_called_published() {
    for engine in ENGINES {
        let AtWork { app, building, url, mut editor, .. } = AtWork::open(engine).await;
        let done = send(&mut editor, &url, "save", &[("title", "Na webu")]).await;
        assert_eq!(super::said(&done), ("saved".to_owned(), "shown".to_owned()));
        assert!(editor.get(done.location()).await.body.contains("Stránka na webu už tomu odpovídá"));
        app.execute("update creation set attributes = '{nonsense' where section = 'clanky' and number = 9").await;
        let author = send(&mut editor, &url, "author", &[("author", "Elanor")]).await;
        assert_eq!(super::said(&author), ("saved".to_owned(), "failed".to_owned()), "{}", author.location());
        let page = editor.get(author.location()).await;
        assert!(page.body.contains("Stránku se ale nepodařilo sestavit"), "{}", page.body);
        building.stop().await;
    }
}
