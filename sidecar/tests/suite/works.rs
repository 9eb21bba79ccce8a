//! Works on their way to the public: their forms, made from the kinds, what is kept and what is missing, the preview, the
//! way to the editors and back.

mod long;

use axum::http::StatusCode;
use chrono::TimeDelta;
use generator::db::submissions as rows;
use generator::model::{CreationId, MemberId, Role};
use generator::publish::submissions;
use image::ImageFormat;
use sidecar::uploads::moving;

use crate::browsing::Answer;
use crate::harness::{ENGINES, TestApp};
use crate::uploads::{NEW_ARTICLE, offered, picture};

const WORKS: &str = "/nastaveni/dila/";
/// Fénix in the sample content.
const AUTHOR: MemberId = MemberId(6);
const EDITOR: MemberId = MemberId(1);

/// The work's row that a redirect leads to.
pub fn led_to(answer: &Answer) -> CreationId {
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.body);
    let id = answer.location().strip_prefix(WORKS).unwrap().split('/').next().unwrap();
    CreationId(id.parse().unwrap())
}

fn at(id: CreationId) -> String {
    format!("{WORKS}{id}/")
}

async fn returned(app: &TestApp, id: CreationId, note: &str) {
    let door = app.app.door().unwrap();
    let mut change = door.begin(app.app.now()).await.unwrap();
    submissions::return_with_note(&mut change, id, EDITOR, note).await.unwrap();
    change.commit().await.unwrap();
}

/// What an editor's button does.
pub async fn approved(app: &TestApp, id: CreationId) {
    moving::prepare(&app.app, id).await.unwrap();
    let door = app.app.door().unwrap();
    let mut change = door.begin_alone(app.app.now()).await.unwrap();
    submissions::approve(&mut change, id, EDITOR, "").await.unwrap();
    change.commit().await.unwrap();
    moving::settle(&app.app).await.unwrap();
}

async fn state(app: &TestApp, id: CreationId) -> String {
    let mut tx = app.opened.db.snapshot().await.unwrap();
    rows::own(&mut tx, AUTHOR, id).await.unwrap().unwrap().state
}

#[tokio::test]
async fn every_section_has_a_form_of_its_kinds_fields() {
    let app = TestApp::demo().await;
    let mut author = app.member("Fénix", Role::Member).await;
    let sections = author.get("/nastaveni/dila/nove/").await;
    let site = app.opened.site.clone();
    assert_eq!(site.sections.len(), 20);
    for section in &site.sections {
        let path = format!("/nastaveni/dila/nove/{}/", section.key);
        assert!(sections.body.contains(&format!("href=\"{path}\"")), "{path}");
        let form = author.get(&path).await;
        assert_eq!(form.status, StatusCode::OK, "{path}: {}", form.body);
        for attribute in &site.kind(section).attributes {
            let field = format!("name=\"a_{}\"", attribute.key);
            let is_made = attribute.key == "thumbnail" || (attribute.key == "size" && section.key == "downloady");
            assert_eq!(form.body.contains(&field), !is_made, "{path}: {field}");
            assert!(is_made || form.body.contains(&attribute.label), "{path}: {}", attribute.label);
        }
        for genre in &section.genres {
            assert!(
                form.body.contains(&format!("<option>{}</option>", genre.replace('&', "&amp;"))),
                "{path}: {genre}"
            );
        }
        // Nothing but a title is needed to begin.
        let saved = author.post(&path, &[("title", "Začátek"), ("do", "save")]).await;
        assert_eq!(state(&app, led_to(&saved)).await, "draft", "{path}");
        let sent = author.post(&at(led_to(&saved)), &[("title", "Začátek"), ("do", "submit")]).await;
        assert_eq!(sent.status, StatusCode::UNPROCESSABLE_ENTITY, "{path}: {}", sent.body);
        assert!(sent.body.contains("Tohle ještě chybí."), "{path}: {}", sent.body);
        app.pass(TimeDelta::minutes(1));
    }
    assert_eq!(author.get("/nastaveni/dila/nove/jinde/").await.status, StatusCode::NOT_FOUND);
    let list = author.get(WORKS).await;
    assert_eq!(list.body.matches("class=\"state state-draft\"").count(), 21, "one is the sample content's");
}

#[tokio::test]
async fn a_monster_is_submitted_returned_mended_and_published() {
    for engine in ENGINES {
        let app = TestApp::demo_on(engine).await;
        let mut author = app.member("Fénix", Role::Member).await;
        let path = "/nastaveni/dila/nove/bestiar/";
        let fields = [
            ("title", "Bažinný krab"),
            ("synopsis", "Žije v bažině <b>."),
            ("a_hitpoint_class", "3+2"),
            ("a_attack", "5/klepeto"),
            ("text", "Nejradši má *boty*."),
            ("do", "submit"),
        ];
        let missing = author.post(path, &fields).await;
        assert_eq!(missing.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(missing.body.contains("href=\"#a_defense\">Obranné číslo</a>: Tohle ještě chybí."), "{}", missing.body);
        assert!(!missing.body.contains("href=\"#a_attack\""), "{}", missing.body);
        assert_eq!(missing.field("a_attack"), "5/klepeto", "what was typed is there");
        // It is kept all the same, and the form leads on to it.
        let mut tx = app.opened.db.snapshot().await.unwrap();
        let own = rows::of_member(&mut tx, AUTHOR, 0, 1).await.unwrap().remove(0);
        drop(tx);
        assert_eq!((own.title.as_str(), own.state.as_str()), ("Bažinný krab", "draft"));
        assert!(missing.body.contains(&format!("action=\"{}\"", at(own.id))));
        let look = author.get(&format!("{}nahled/", at(own.id))).await;
        assert_eq!(look.location(), format!("{}?said=incomplete", at(own.id)));

        let mut whole = fields.to_vec();
        whole.push(("a_defense", "4"));
        let sent = author.post(&at(own.id), &whole).await;
        assert_eq!(led_to(&sent), own.id);
        let shown = author.get(sent.location()).await;
        assert!(shown.body.contains("čeká na redakci") && !shown.body.contains("<textarea"), "{}", shown.body);
        assert_eq!(author.post(&at(own.id), &whole).await.status, StatusCode::CONFLICT, "it is the editors' now");

        returned(&app, own.id, "Kolik má <i>nohou</i>?").await;
        let shown = author.get(&at(own.id)).await;
        assert!(shown.body.contains("Kolik má &lt;i&gt;nohou&lt;/i&gt;?"), "{}", shown.body);
        let mended = whole.iter().map(|(name, value)| match *name {
            "text" => ("text", "Nejradši má *boty*. Nohou má **osm**."),
            name => (name, *value),
        });
        let mended: Vec<_> = mended.collect();
        led_to(&author.post(&at(own.id), &mended).await);
        let look = author.get(&format!("{}nahled/", at(own.id))).await;
        assert_eq!(look.status, StatusCode::OK, "{}", look.body);
        assert!(look.body.contains("<strong>osm</strong>") && look.body.contains("class=\"preview-bar\""));
        assert_eq!(state(&app, own.id).await, "waiting", "a look changes nothing");

        approved(&app, own.id).await;
        app.build().await;
        let page = app.path(&format!("creation/bestiar/{}", own.number)).await;
        let file = author.get(&page).await.body;
        let (before, rest) = look.body.split_once("<aside class=\"preview-bar\"").unwrap();
        let (_, after) = rest.split_once("</aside>\n").unwrap();
        assert!(after.starts_with("<main "), "{after}");
        assert_eq!(without_minutes(&format!("{before}{after}")), without_minutes(&file), "the preview told the truth");
        assert!(author.get("/rubriky/bestiar/").await.body.contains("Bažinný krab"));
        let shown = author.get(&at(own.id)).await;
        assert!(shown.body.contains(&format!("href=\"{page}\"")), "{}", shown.body);
        let steps: Vec<usize> = ["Začátek", "Odesláno redakci", "Vráceno k úpravě", "Schváleno"]
            .map(|step| shown.body.find(&format!("<strong>{step}</strong>")).unwrap_or_else(|| panic!("no {step}")))
            .to_vec();
        assert!(steps.is_sorted(), "{steps:?}");
    }
}

/// A test may begin in one minute and end in the next.
fn without_minutes(page: &str) -> String {
    let mut out = String::new();
    let mut rest = page;
    while let Some((before, behind)) = rest.split_once("<time datetime=\"") {
        out.push_str(before);
        rest = behind.split_once("</time>").unwrap().1;
    }
    out + rest
}

#[tokio::test]
async fn pictures_in_a_text_are_shown_in_the_preview_and_on_the_page() {
    for engine in ENGINES {
        let app = TestApp::demo_on(engine).await;
        let mut author = app.member("Fénix", Role::Member).await;
        let fields = [("title", "Mapa"), ("genre", "Poezie"), ("text", "Nic."), ("do", "picture")];
        let drawn = picture(1200, 300, ImageFormat::Png);
        let sent = author.post_files(NEW_ARTICLE, &fields, &[("picture", "mapa.png", &drawn)]).await;
        let id = led_to(&sent);
        assert!(sent.location().ends_with("?said=picture#pictures"));
        let form = author.get(&at(id)).await;
        let path = offered(&form).remove(0);
        assert!(form.body.contains("v textu zatím není"), "{}", form.body);
        assert_eq!(form.field("title"), "Mapa");
        let text = format!("Tady je:\n\n![Mapa kraje]({path})");
        let written = [("title", "Mapa"), ("genre", "Poezie"), ("text", text.as_str()), ("do", "preview")];
        let look = author.post(&at(id), &written).await;
        assert_eq!(look.location(), format!("{}nahled/", at(id)));
        let look = author.get(look.location()).await.body;
        let wide = path.replace(".png", "-960.webp");
        for path in [&path, &wide] {
            assert!(look.contains(&format!("/soukrome-soubory/{path}")) && !look.contains(&format!("/uploads/{path}")));
        }
        assert!(look.contains("alt=\"Mapa kraje\" width=\"1200\" height=\"300\""), "{look}");
        assert!(!author.get(&at(id)).await.body.contains("v textu zatím není"));
        let written = [("title", "Mapa"), ("genre", "Poezie"), ("text", text.as_str()), ("do", "submit")];
        led_to(&author.post(&at(id), &written).await);
        approved(&app, id).await;
        app.build().await;
        let number = app.number("select max(number) from creation where section = 'clanky'").await;
        let page = author.get(&app.path(&format!("creation/clanky/{number}")).await).await.body;
        assert!(page.contains(&format!("srcset=\"/uploads/{} 480w", path.replace(".png", "-480.webp"))), "{page}");
        for path in [path, wide] {
            assert!(page.contains(&format!("/uploads/{path}")));
            assert_eq!(app.browsing().get(&format!("/uploads/{path}")).await.status, StatusCode::OK);
        }
        assert!(author.get("/rubriky/clanky/skupina/poezie/").await.body.contains("Mapa"));
    }
}

#[tokio::test]
async fn a_picture_that_nobody_chose_is_missed_and_the_text_kept() {
    let app = TestApp::demo().await;
    let mut author = app.member("Fénix", Role::Member).await;
    let fields = [("title", "Mapa"), ("text", "Nic."), ("do", "picture")];
    let sent = author.post_files(NEW_ARTICLE, &fields, &[("picture", "", b"")]).await;
    assert_eq!(sent.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(sent.body.contains("Text je uložený") && sent.body.contains("id=\"picture-fault\""), "{}", sent.body);
    assert_eq!(sent.field("title"), "Mapa");
    assert_eq!(app.number("select count(*) from creation where title = 'Mapa'").await, 1);
}

#[tokio::test]
async fn works_are_their_authors_alone() {
    for engine in ENGINES {
        let app = TestApp::demo_on(engine).await;
        let mut author = app.member("Fénix", Role::Member).await;
        let fields = [("title", "Tajná"), ("text", "Ticho."), ("do", "save")];
        let id = led_to(&author.post(NEW_ARTICLE, &fields).await);
        for (nick, role) in [("Drahomír", Role::Member), ("Elanor", Role::Editor)] {
            let mut other = app.member(nick, role).await;
            for path in [at(id), format!("{}nahled/", at(id)), format!("{}smazat/", at(id))] {
                assert_eq!(other.get(&path).await.status, StatusCode::NOT_FOUND, "{nick} {path}");
            }
            let theft = [("title", "Moje"), ("text", "Křik."), ("do", "save")];
            assert_eq!(other.post(&at(id), &theft).await.status, StatusCode::NOT_FOUND);
            assert_eq!(other.post(&at(id), &[("do", "withdraw")]).await.status, StatusCode::NOT_FOUND);
            assert_eq!(other.post(&format!("{}smazat/", at(id)), &[]).await.status, StatusCode::NOT_FOUND);
            assert!(!other.get(WORKS).await.body.contains("Tajná"));
        }
        assert_eq!(author.get(&at(id)).await.field("text").trim(), "Ticho.");
        app.execute("update member set banned = true where nick = 'Fénix'").await;
        assert_eq!(author.get(&at(id)).await.status, StatusCode::SEE_OTHER, "led to the login");
    }
}

#[tokio::test]
async fn what_is_too_long_or_no_number_comes_back() {
    let app = TestApp::demo().await;
    let mut author = app.member("Fénix", Role::Member).await;
    let path = "/nastaveni/dila/nove/predmety/";
    let events = "select count(*) from submission_event";
    let before = app.number(events).await;
    let title = "ř".repeat(121);
    let long = author.post(path, &[("title", title.as_str()), ("text", "Popis."), ("do", "save")]).await;
    assert_eq!(long.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(long.body.contains("vejde se 120 znaků"), "{}", long.body);
    assert_eq!((long.field("title"), long.field("text").trim()), (title, "Popis."));
    assert_eq!(app.number(events).await, before, "nothing is kept");
    let fields = [("title", "Kladivo"), ("a_weight", "dvanáct"), ("a_price", "1 200"), ("do", "save")];
    let wrong = author.post(path, &fields).await;
    assert!(wrong.body.contains("Sem patří celé číslo."), "{}", wrong.body);
    assert_eq!((wrong.field("a_weight"), wrong.field("a_price")), ("dvanáct".to_owned(), "1 200".to_owned()));
    let fields = [("title", "Kladivo"), ("source_url", "javascript:alert(1)"), ("do", "save")];
    let wrong = author.post(path, &fields).await;
    assert!(wrong.body.contains("Sem patří adresa začínající https://."), "{}", wrong.body);
    let genre =
        author.post(path, &[("title", "Kladivo"), ("genre", "Vymyšlená"), ("text", "Těžké."), ("do", "save")]).await;
    assert_eq!(genre.status, StatusCode::BAD_REQUEST);
    assert!(genre.body.contains("Těžké."), "what was typed is kept");
}

#[tokio::test]
async fn who_logs_in_on_the_way_loses_nothing_of_a_work() {
    let app = TestApp::demo().await;
    app.give_password("Fénix", Role::Member).await;
    let mut author = app.browsing();
    let fields = [("title", "Cestou"), ("text", "Dlouhý text."), ("do", "save")];
    let drawn = picture(9, 9, ImageFormat::Png);
    let asked = author.post_files(NEW_ARTICLE, &fields, &[("picture", "a.png", &drawn)]).await;
    assert_eq!(asked.status, StatusCode::UNAUTHORIZED);
    let mut login = asked.fields();
    for (name, value) in &mut login {
        match name.as_str() {
            "name" => *value = "Fénix".to_owned(),
            "password" => *value = crate::harness::PASSWORD.to_owned(),
            _ => {}
        }
    }
    let login: Vec<(&str, &str)> = login.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    let id = led_to(&author.post("/uzivatel/prihlaseni/", &login).await);
    let form = author.get(&at(id)).await;
    assert_eq!((form.field("title"), form.field("text").trim()), ("Cestou".to_owned(), "Dlouhý text."));
}
