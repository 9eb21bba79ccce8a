//! Nobody changes or decides what they have not seen: a form that is older than its thing is refused, shows what is new
//! and keeps what was typed.

use axum::http::StatusCode;
use generator::model::{CreationId, Role};

use super::queue::{mend, submitted};
use super::{AtWork, clanky_9, decide, send, send_form};
use crate::browsing::{Answer, Browsing};
use crate::harness::{ENGINES, Engine, TestApp};
use crate::uploads::NEW_ARTICLE;

#[tokio::test]
async fn a_decision_on_another_text_than_was_read_is_refused() {
    for engine in ENGINES {
        let app = TestApp::demo_on(engine).await;
        let building = app.building();
        let mut editor = app.member("Drahomír", Role::Editor).await;
        let mut author = app.member("Fénix", Role::Member).await;
        let id = submitted(&app, &mut author, "Pověst o jezeře").await;
        let url = format!("/sprava/fronta/{id}/");
        let form = editor.get(&url).await;
        let version = form.field("version");

        mend(&mut author, id, "Bylo **dvakrát** dvě.").await;
        for word in ["approve", "return", "reject", "schedule"] {
            let fields = [
                ("do", word),
                ("note", "Moc pěkné, jen ten konec."),
                ("publish_at", "2126-01-01T10:00"),
                ("version", version.as_str()),
            ];
            let refused = editor.post(&url, &fields).await;
            assert_eq!(refused.status, StatusCode::CONFLICT, "{word}: {}", refused.body);
            assert_eq!(refused.field("note"), "Moc pěkné, jen ten konec.", "{word}");
            assert_eq!(refused.field("publish_at"), "2126-01-01T10:00", "{word}");
            assert!(refused.body.contains("Mezitím to změnil někdo jiný"), "{word}");
            let is_new = refused.body.contains("Bylo:</span> Byla **jednou** jedna.</del>")
                && refused.body.contains("Je:</span> Bylo **dvakrát** dvě.</ins>");
            assert!(is_new, "what is new is shown: {}", refused.body);
        }
        let waits = "select count(*) from creation where title = 'Pověst o jezeře' and state = 'waiting'
            and publish_at is null";
        assert_eq!(app.number(waits).await, 1);
        assert_eq!(app.number("select count(*) from audit_entry").await, 0);

        // Taken back, it is its author's again; the note is not lost.
        let version = editor.get(&url).await.field("version");
        let withdrawn = author.post(&format!("/nastaveni/dila/{id}/"), &[("do", "withdraw")]).await;
        assert_eq!(withdrawn.status, StatusCode::SEE_OTHER, "{}", withdrawn.body);
        for word in ["approve", "return"] {
            let fields = [("do", word), ("note", "Psáno dlouho do noci"), ("version", version.as_str())];
            let gone = editor.post(&url, &fields).await;
            assert_eq!(gone.status, StatusCode::CONFLICT, "{word}: {}", gone.body);
            assert!(gone.body.contains("vzal zpět") && gone.body.contains("Psáno dlouho do noci"), "{}", gone.body);
        }
        building.stop().await;
    }
}

/// An editor with a form that is open while a colleague saves another title; gives the form and the colleague as well.
async fn overtaken(engine: Engine) -> (AtWork, Answer, Browsing) {
    let mut at_work = AtWork::open(engine).await;
    let mut other = at_work.app.member("Almara", Role::Admin).await;
    let form = at_work.editor.get(&at_work.url).await;
    let saved = send(&mut other, &at_work.url, "save", &[("title", "Titul od Almary")]).await;
    assert_eq!(saved.status, StatusCode::SEE_OTHER, "{}", saved.body);
    (at_work, form, other)
}

#[tokio::test]
async fn every_button_of_a_thing_asks_for_what_was_seen() {
    for engine in ENGINES {
        let (AtWork { app, building, url, mut editor, .. }, form, mut other) = overtaken(engine).await;
        let acts = app.number("select count(*) from audit_entry").await;
        for word in ["unpublish", "delete", "move", "genre", "author", "save"] {
            let changes =
                [("sure", "1"), ("section", "hrbitov"), ("author", "Elanor"), ("synopsis", "Moje nová anotace")];
            let refused = send_form(&mut editor, &url, &form, word, &changes).await;
            assert_eq!(refused.status, StatusCode::CONFLICT, "{word}: {}", refused.body);
            assert!(refused.body.contains("Je:</span> Titul od Almary</ins>"), "{word}: {}", refused.body);
            if word == "save" {
                assert_eq!(refused.field("synopsis"), "Moje nová anotace");
                assert_eq!(refused.field("title"), "Titul od Almary", "what the editor left alone is as it is now");
            }
        }
        assert_eq!(app.number("select count(*) from audit_entry").await, acts, "nothing was done");
        // Another state is another version, though the texts are the same.
        let form = editor.get(&url).await;
        send(&mut other, &url, "unpublish", &[]).await;
        let late = send_form(&mut editor, &url, &form, "save", &[("synopsis", "Pozdě")]).await;
        assert_eq!(late.status, StatusCode::CONFLICT, "{}", late.body);
        // Who has read what is new may send it again.
        let again = send_form(&mut editor, &url, &late, "save", &[("synopsis", "Pozdě")]).await;
        assert_eq!(again.status, StatusCode::SEE_OTHER, "{}", again.body);
        building.stop().await;
    }
}

/// Return in a field beside the texts presses "save"; the form that comes back has nothing of what a colleague replaced.
#[tokio::test]
async fn what_a_colleague_has_saved_is_not_undone_by_return_in_another_field() {
    for engine in ENGINES {
        let (AtWork { app, building, url, mut editor, .. }, form, mut other) = overtaken(engine).await;
        let given = send(&mut other, &url, "author", &[("author", "Almara")]).await;
        assert_eq!(given.status, StatusCode::SEE_OTHER, "{}", given.body);

        let refused = send_form(&mut editor, &url, &form, "save", &[("author", "Drahomír")]).await;
        assert_eq!(refused.status, StatusCode::CONFLICT, "{}", refused.body);
        assert_eq!(refused.field("title"), "Titul od Almary");
        assert_eq!(refused.field("author"), "Almara");
        // The button itself says what was meant.
        let refused = send_form(&mut editor, &url, &form, "author", &[("author", "Drahomír")]).await;
        assert_eq!(refused.status, StatusCode::CONFLICT, "{}", refused.body);
        assert_eq!(refused.field("title"), "Titul od Almary");
        assert_eq!(refused.field("author"), "Drahomír");
        let again = send_form(&mut editor, &url, &refused, "save", &[]).await;
        assert_eq!(again.status, StatusCode::SEE_OTHER, "{}", again.body);
        assert_eq!(app.number("select count(*) from creation where title = 'Titul od Almary'").await, 1);
        building.stop().await;
    }
}

#[tokio::test]
async fn what_was_typed_is_not_lost_where_another_button_is_pressed() {
    for engine in ENGINES {
        let AtWork { app, building, url, mut editor, .. } = AtWork::open(engine).await;
        let typed = [("title", "Rozepsaný titul"), ("body", "Rozepsaný text.")];
        let chosen = [("sure", "1"), ("section", "hrbitov"), ("author", "Elanor")];
        let all: Vec<_> = typed.into_iter().chain(chosen).collect();
        for word in ["unpublish", "publish", "schedule", "delete", "move", "genre", "author"] {
            let refused = send(&mut editor, &url, word, &all).await;
            assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{word}: {}", refused.body);
            assert!(refused.body.contains("ještě nejsou uložené"), "{word}: {}", refused.body);
            for (name, value) in typed {
                assert_eq!(refused.field(name), value, "{word}");
            }
            assert_eq!(refused.field("author"), "Elanor", "{word}");
            assert!(refused.body.contains("<option value=\"hrbitov\" selected>"), "{word}: {}", refused.body);
        }
        assert_eq!(app.number("select count(*) from audit_entry").await, 0, "nothing was done");

        // Somebody else was faster: both texts are there.
        let mut other = app.member("Almara", Role::Admin).await;
        let form = editor.get(&url).await;
        send(&mut other, &url, "save", &[("synopsis", "Anotace od Almary")]).await;
        let late = send_form(&mut editor, &url, &form, "unpublish", &typed).await;
        assert_eq!((late.status, late.field("body").as_str()), (StatusCode::CONFLICT, "Rozepsaný text."));
        let late = send_form(&mut editor, &url, &form, "unpublish", &[]).await;
        assert_eq!((late.status, late.field("synopsis").as_str()), (StatusCode::CONFLICT, "Anotace od Almary"));

        // Return in the author's field presses the form's first button.
        let given = send(&mut editor, &url, "save", &[("author", "Elanor")]).await;
        assert_eq!(given.status, StatusCode::SEE_OTHER, "{}", given.body);
        assert_eq!(app.number("select count(*) from audit_entry where action = 'assigned'").await, 1);
        building.stop().await;
    }
}

#[tokio::test]
async fn a_form_without_a_version_does_nothing() {
    for engine in ENGINES {
        let app = TestApp::demo_on(engine).await;
        let building = app.building();
        let id = clanky_9(&app).await;
        let mut editor = app.member("Drahomír", Role::Editor).await;
        let url = format!("/sprava/upravit/creation/{id}/");
        for word in ["unpublish", "move", "genre", "author"] {
            let forged = editor.post(&url, &[("do", word), ("section", "hrbitov")]).await;
            assert_eq!(forged.status, StatusCode::CONFLICT, "{word}");
        }
        let ban = [("do", "ban"), ("reason", "x")];
        assert_eq!(editor.post("/sprava/clenove/6/", &ban).await.status, StatusCode::CONFLICT);
        assert_eq!(app.number("select count(*) from audit_entry").await, 0);
        let done = decide(&mut editor, "/sprava/clenove/6/", &ban).await;
        assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.body);
        building.stop().await;
    }
}

#[tokio::test]
async fn what_nobody_has_sent_to_the_editors_is_not_theirs_to_read() {
    for engine in ENGINES {
        let app = TestApp::demo_on(engine).await;
        let building = app.building();
        let mut author = app.member("Fénix", Role::Member).await;
        let mut admin = app.member("Almara", Role::Admin).await;
        let fields = [("title", "Tajný deník"), ("text", "Nikomu ani slovo."), ("do", "save")];
        let begun = author.post(NEW_ARTICLE, &fields).await;
        assert_eq!(begun.status, StatusCode::SEE_OTHER, "{}", begun.body);
        let id = app.number("select id from creation where title = 'Tajný deník' and state = 'draft'").await;
        let of = |place: &str| format!("/sprava/{place}/{id}/");
        let addresses = [of("upravit/creation"), of("historie/creation"), of("fronta"), of("fronta") + "nahled/"];
        for address in &addresses {
            assert_eq!(admin.get(address).await.status, StatusCode::NOT_FOUND, "{address}");
        }
        for list in ["/sprava/dila/?section=clanky", "/sprava/dila/?section=clanky&state=draft", "/sprava/fronta/"] {
            let listed = admin.get(list).await;
            assert!(listed.status == StatusCode::OK && !listed.body.contains("Tajný deník"), "{list}");
        }
        let delete = [("do", "delete"), ("sure", "1")];
        assert_eq!(admin.post(&addresses[0], &delete).await.status, StatusCode::NOT_FOUND);

        // Sent, it is theirs; taken back, it and what they have seen of it are not.
        mend(&mut author, CreationId(id), "Už to smíte číst.").await;
        for address in &addresses {
            assert_eq!(admin.get(address).await.status, StatusCode::OK, "{address}");
        }
        assert!(admin.get(&addresses[1]).await.body.contains("odesláno redakci"));
        author.post(&format!("/nastaveni/dila/{id}/"), &[("do", "withdraw")]).await;
        for address in &addresses {
            assert_eq!(admin.get(address).await.status, StatusCode::NOT_FOUND, "{address}");
        }
        // Thrown away, nothing of it is kept.
        let gone = author.post(&format!("/nastaveni/dila/{id}/smazat/"), &[]).await;
        assert_eq!(gone.status, StatusCode::SEE_OTHER, "{}", gone.body);
        assert_eq!(app.number("select count(*) from former_text").await, 0);
        assert_eq!(admin.get(&addresses[1]).await.status, StatusCode::NOT_FOUND);

        // What an editor has taken from the site stays in sight.
        let public = clanky_9(&app).await;
        let url = format!("/sprava/upravit/creation/{public}/");
        send(&mut admin, &url, "unpublish", &[]).await;
        assert_eq!(admin.get(&url).await.status, StatusCode::OK);
        assert!(admin.get("/sprava/dila/?section=clanky&state=unpublished").await.body.contains(&url));
        building.stop().await;
    }
}

#[tokio::test]
async fn what_an_author_mends_is_seen_beside_what_was_returned() {
    for engine in ENGINES {
        let app = TestApp::demo_on(engine).await;
        let mut editor = app.member("Drahomír", Role::Editor).await;
        let mut author = app.member("Fénix", Role::Member).await;
        let id = submitted(&app, &mut author, "Pověst o hoře").await;
        let url = format!("/sprava/fronta/{id}/");
        decide(&mut editor, &url, &[("do", "return"), ("note", "Chybí konec.")]).await;
        mend(&mut author, id, "Byla **jednou** jedna.\n\nA žila šťastně.").await;
        let history = editor.get(&format!("/sprava/historie/creation/{id}/")).await;
        assert_eq!(history.body.matches("odesláno redakci</span>").count(), 2, "{}", history.body);
        let first = app.number("select min(id) from former_text").await;
        let first = editor.get(&format!("/sprava/historie/creation/{id}/?version={first}")).await;
        assert!(first.body.contains("Je:</span> A žila šťastně.</ins>"), "{}", first.body);
    }
}
