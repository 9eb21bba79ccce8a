//! Files in editors' hands: others in the place of those of a work, pictures for its text.

use axum::http::StatusCode;
use chrono::TimeDelta;
use generator::model::Role;
use image::ImageFormat;
use sidecar::uploads::jobs::FORGET_AFTER;
use sidecar::uploads::moving;

use super::rights::bound;
use super::{assert_done, clanky_9, said, send};
use crate::browsing::{Answer, Browsing};
use crate::harness::{ENGINES, Engine, TestApp};
use crate::uploads::{NEW_PICTURE, approve, picture};
use crate::works::led_to;

const FIRST_PICTURE: &str = "select id from creation where section = 'galerie' and state = 'approved' order by number";

/// A picture that a member has sent in, and an editor of its section.
struct Sent {
    app: TestApp,
    id: generator::model::CreationId,
    /// Where its files are changed.
    files: String,
    author: Browsing,
    editor: Browsing,
}

impl Sent {
    async fn open(engine: Engine) -> Sent {
        let app = TestApp::demo_on(engine).await;
        let mut author = app.member("Fénix", Role::Member).await;
        let fields = [("title", "Mapa"), ("synopsis", "Kraj."), ("do", "submit")];
        let drawn = picture(320, 160, ImageFormat::Png);
        let id = led_to(&author.post_files(NEW_PICTURE, &fields, &[("a_image", "mapa.png", &drawn)]).await);
        let editor = bound(&app, "Bardolf", "galerie").await;
        Sent { app, id, files: format!("/sprava/soubory/{id}/"), author, editor }
    }

    /// The path of the work's picture as its page or form shows it.
    async fn path(&mut self) -> String {
        self.editor.get(&self.files).await.field("was_a_image")
    }

    /// Puts another picture in the place of the one that is there.
    async fn replace(&mut self, width: u32) -> Answer {
        let was = self.path().await;
        replace(&mut self.editor, &self.files, &was, width).await
    }
}

/// Puts a picture of that width in the place of the one at `was`.
async fn replace(editor: &mut Browsing, files: &str, was: &str, width: u32) -> Answer {
    let drawn = picture(width, 100, ImageFormat::Png);
    editor.post_files(files, &[("was_a_image", was)], &[("a_image", "jina.png", &drawn)]).await
}

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

        let form = editor.get(&files).await;
        assert!(form.body.contains("Tenhle soubor přišel ze starého webu"), "{}", form.body);
        let was = form.field("was_a_image");
        // What cannot be kept changes nothing, and one is enough for that.
        let drawn = picture(640, 320, ImageFormat::Png);
        let chosen: [(&str, &str, &[u8]); 2] = [("a_image", "a.png", &drawn), ("picture", "b.png", b"no picture")];
        for (sent, message) in [(&chosen[..], "id=\"picture-fault\""), (&[], "Nejdřív vyber")] {
            let refused = editor.post_files(&files, &[("was_a_image", was.as_str())], sent).await;
            assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
            assert!(refused.body.contains(message), "{}", refused.body);
        }
        assert_eq!(app.number("select count(*) from audit_entry").await, 0);
        assert_eq!(app.browsing().get(&page).await.body, old);

        let sent = editor.post_files(&files, &[("was_a_image", was.as_str())], &chosen[..1]).await;
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
            assert_done(&app, &sent, "picture", "úprava").await;
            let offered = editor.get(&files).await;
            let private = offered.body.split("src=\"/soukrome-soubory/").nth(1).expect("a private picture");
            let path = private.split('"').next().unwrap().to_owned();
            let public = app.browsing().get(&format!("/uploads/{path}")).await;
            assert_eq!(public.status, StatusCode::NOT_FOUND, "nothing shows it yet");
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
    for engine in ENGINES {
        let app = TestApp::demo_on(engine).await;
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
}

#[tokio::test]
async fn the_author_sees_what_an_editor_put_into_their_work() {
    for engine in ENGINES {
        let mut sent = Sent::open(engine).await;
        let before = sent.path().await;
        let replaced = sent.replace(200).await;
        assert_done(&sent.app, &replaced, "files", "úprava").await;
        let path = sent.path().await;
        assert_ne!(path, before);
        let address = format!("/soukrome-soubory/{path}");
        assert_eq!(sent.author.get(&address).await.status, StatusCode::OK);
        let mut stranger = sent.app.member("Gorgoroth", Role::Member).await;
        assert_eq!(stranger.get(&address).await.status, StatusCode::NOT_FOUND);
        assert_eq!(sent.app.browsing().get(&format!("/uploads/{path}")).await.status, StatusCode::NOT_FOUND);
        let owned =
            "select cast(coalesce(sum(size_bytes), 0) as bigint) from upload_owner join member on id = member_id
            join upload on upload.path = upload_owner.path where nick = 'Bardolf'";
        assert!(sent.app.number(owned).await > 0);
        let id = sent.app.give_password("Bardolf", Role::Editor).await;
        let mut tx = sent.app.opened.db.snapshot().await.unwrap();
        let counted = generator::db::uploads::private_bytes(&mut tx, id).await.unwrap();
        assert_eq!(counted, 0, "others' works take no room of the editor");
    }
}

#[tokio::test]
async fn a_replaced_file_is_withdrawn_kept_and_restored() {
    for engine in ENGINES {
        let mut sent = Sent::open(engine).await;
        approve(&sent.app, sent.id).await;
        let building = sent.app.building();
        moving::settle(&sent.app.app).await.unwrap();
        let old = sent.path().await;
        let public = format!("/uploads/{old}");
        assert_eq!(sent.app.browsing().get(&public).await.status, StatusCode::OK);
        sent.app.pass(TimeDelta::days(10));
        let replaced = sent.replace(200).await;
        assert_done(&sent.app, &replaced, "files", "úprava").await;
        moving::settle(&sent.app.app).await.unwrap();
        assert_eq!(sent.app.browsing().get(&public).await.status, StatusCode::NOT_FOUND, "no reader gets it");
        sent.app.pass(TimeDelta::days(10));
        assert_eq!(moving::forget(&sent.app.app, sent.app.app.now() - FORGET_AFTER).await.unwrap(), 0);

        let item = format!("/sprava/upravit/creation/{}/", sent.id);
        let history = sent.editor.get(&format!("/sprava/historie/creation/{}/", sent.id)).await.body;
        let history = history.replace("&#x2f;", "/");
        let restore = history.split(&format!("href=\"{item}?version=")).nth(1).expect("a version to restore");
        let version = restore.split('"').next().unwrap().to_owned();
        let form = sent.editor.get(&format!("{item}?version={version}")).await;
        assert_eq!(form.field("attribute-image"), old);
        let changes = ["attribute-image", "attribute-thumbnail"].map(|name| (name, form.field(name)));
        let changes = changes.each_ref().map(|(name, value)| (*name, value.as_str()));
        let saved = send(&mut sent.editor, &item, "save", &changes).await;
        assert_done(&sent.app, &saved, "saved", "úprava").await;
        assert_eq!(sent.app.browsing().get(&public).await.status, StatusCode::OK, "it is there again");

        // When no version names it any more, it goes.
        sent.app.execute("delete from former_text").await;
        let now = sent.app.app.now();
        assert_eq!(moving::forget(&sent.app.app, now - FORGET_AFTER).await.unwrap(), 0, "it has just been replaced");
        sent.app.pass(TimeDelta::days(3));
        assert_eq!(moving::forget(&sent.app.app, now + TimeDelta::hours(1)).await.unwrap(), 2, "with its small form");
        building.stop().await;
    }
}

#[tokio::test]
async fn nobody_replaces_what_they_have_not_seen() {
    for engine in ENGINES {
        let mut sent = Sent::open(engine).await;
        let seen = sent.path().await;
        let replaced = sent.replace(200).await;
        assert_done(&sent.app, &replaced, "files", "úprava").await;
        let by_now = sent.path().await;
        let mut late = sent.app.member("Drahomír", Role::Editor).await;
        let refused = replace(&mut late, &sent.files, &seen, 300).await;
        assert_eq!(refused.status, StatusCode::CONFLICT);
        assert!(refused.body.contains("Mezitím ten soubor vyměnil někdo jiný"), "{}", refused.body);
        assert_eq!(refused.field("was_a_image"), by_now, "what is there now is shown");
        assert_eq!(sent.path().await, by_now);
        // The same once more is nothing new, whoever brings it.
        let same = replace(&mut late, &sent.files, &by_now, 200).await;
        assert_eq!(said(&same).0, "same", "{}", same.body);
        assert_eq!(sent.app.number("select count(*) from audit_entry").await, 1);
        assert_eq!(sent.app.number("select count(*) from former_text where cause = 'edited'").await, 1);
    }
}

#[tokio::test]
async fn what_else_is_wrong_with_a_work_is_said_before_a_file_is_taken() {
    let sent = Sent::open(Engine::Sqlite).await;
    sent.app.execute("update creation set section = 'downloady', attributes = '{}' where title = 'Mapa'").await;
    let mut editor = sent.app.member("Drahomír", Role::Editor).await;
    let archive = [("a_file", "a.zip", &b"PK\x05\x06\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"[..])];
    let refused = editor.post_files(&sent.files, &[("was_a_file", "")], &archive).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.body.contains("Chybí: Formát"), "{}", refused.body);
    assert_eq!(
        sent.app
            .number("select count(*) from upload_owner join member on id = member_id where nick = 'Drahomír'")
            .await,
        0
    );
    sent.app.execute(r#"update creation set attributes = '{"format": "PDF"}' where title = 'Mapa'"#).await;
    let done = editor.post_files(&sent.files, &[("was_a_file", "")], &archive).await;
    assert_done(&sent.app, &done, "files", "úprava").await;
    let sized = "select count(*) from creation where attributes like '%\"size\":22%'";
    assert_eq!(sent.app.number(sized).await, 1, "its size follows");
    sent.app.execute("update creation set section = 'zanikla' where title = 'Mapa'").await;
    let gone = editor.get(&sent.files).await;
    assert_eq!(
        (gone.status, gone.location()),
        (StatusCode::SEE_OTHER, format!("/sprava/upravit/creation/{}/", sent.id).as_str())
    );
}
