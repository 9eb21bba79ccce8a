//! The editors' forms, with payloads field by field: an editor's browser may be one that somebody else sits at.

use axum::http::Method;
use image::ImageFormat;

use super::fields::{Attacker, Form, What};
use super::payloads::{PAYLOADS, marked};
use super::works::NAME;
use crate::ads::guests;
use crate::harness::TestApp;
use crate::uploads::picture;

const ITEM: &str = "/sprava/upravit/{kind}/{key}/";
const FILES: &str = "/sprava/soubory/{id}/";

/// What an editor changes or makes, each kind once.
pub async fn items(app: &TestApp, work: i64) -> Vec<(&'static str, String)> {
    let newest = async |sql: &'static str| app.number(sql).await.to_string();
    vec![
        ("creation", work.to_string()),
        ("comment", newest("select max(id) from comment").await),
        ("forum-post", newest("select max(id) from forum_post").await),
        ("news", newest("select max(id) from news").await),
        ("link", newest("select max(id) from link").await),
        ("ad", newest("select max(id) from ad where state = 'public'").await),
        ("description", "6".to_owned()),
        ("page", "draci-manual".to_owned()),
        ("charter", "clanky".to_owned()),
    ]
}

/// All forms of things, and all notes.
pub async fn attack(editor: &mut Attacker<'_>, work: i64) {
    // An ad that waits for an editor.
    let (link, _) = guests::send(editor.app, "poutnik@example.org", "Tajemná mapa").await;
    guests::confirm(editor.app, &link).await;
    let mut forms = items(editor.app, work).await;
    forms.extend(["news", "link", "page"].map(|kind| (kind, "new".to_owned())));
    for (kind, key) in forms {
        let at = format!("/sprava/upravit/{kind}/{key}/");
        editor.load(&at).await;
        let mut fields: Vec<(String, What)> = Vec::new();
        for field in editor.listener.fields(&at).await {
            if !fields.iter().any(|(name, _)| *name == field.name) {
                let what = match field.name.as_str() {
                    "slug" if key == "new" => What::Told("nova-stranka"),
                    "slug" => What::Told("draci-manual"),
                    name => what(kind, name),
                };
                fields.push((field.name, what));
            }
        }
        let texts = fields.iter().filter(|(_, what)| *what == What::Text).count();
        assert!(texts > 0, "{at} has no text to fill in");
        let form = Form { route: ITEM, at: at.clone(), action: at.clone(), fields, files: Vec::new() };
        editor.attack(&form).await;
        if key != "new" {
            editor.load_there(&at).await;
            editor.load_there(&at.replace("/upravit/", "/historie/")).await;
        }
    }
    files(editor, work).await;
    let drawn =
        editor.app.number("select min(id) from creation where section = 'galerie' and state = 'approved'").await;
    files(editor, drawn).await;
    notes(editor).await;
}

/// The files of a work, called what attackers call them, and what their form hides.
async fn files(editor: &mut Attacker<'_>, work: i64) {
    let at = format!("/sprava/soubory/{work}/");
    editor.load(&at).await;
    let of = |name: String| match name.starts_with("was_") {
        true => (name, What::Fixed("")),
        false => (name, What::File),
    };
    let fields: Vec<_> = editor.listener.fields(&at).await.into_iter().map(|field| of(field.name)).collect();
    let drawn = picture(60, 40, ImageFormat::Png);
    let names: Vec<String> =
        fields.iter().filter(|(_, what)| *what == What::File).map(|(name, _)| name.clone()).collect();
    let files = names.iter().map(|name| (name.as_str(), NAME, drawn.as_slice())).collect();
    editor.attack(&Form { route: FILES, at: at.clone(), action: at.clone(), fields, files }).await;
    editor.load_there(&at).await;
    editor.load_there(&format!("/sprava/historie/creation/{work}/")).await;
}

/// What becomes of a field of a thing's form.
fn what(kind: &str, name: &str) -> What {
    match name {
        "do" => What::Fixed("save"),
        "when" => What::Fixed("now"),
        "group" | "version" | "publish_at" | "section" | "genre" | "author" | "sure" => What::Fixed(""),
        "url" | "source_url" => What::Told("https://example.org/"),
        // Numbers, and what no work of this kind has.
        name if kind == "creation" && name.starts_with("attribute-") => What::Fixed(""),
        _ => What::Text,
    }
}

/// Names and values that a form is sent with.
type Fields = &'static [(&'static str, &'static str)];

/// What is hidden in the first form that has a field of this name, but for the field.
const HIDDEN: &str = "
const form = [...document.querySelectorAll('main form[method=post]')].find(form => form.elements[arguments[0]]);
return [...(form?.querySelectorAll('input[type=hidden]') ?? [])].filter(field => field.name !== arguments[0])
    .map(field => [field.name, field.value])";

/// What editors write to and about people: each note as its form has it, then on every page that shows it.
async fn notes(editor: &mut Attacker<'_>) {
    let app = editor.app;
    let port = editor.listener.server.port;
    let banned = app.number("select id from member where nick = 'Bardolf'").await;
    let waiting = app.number("select max(id) from creation where section = 'clanky' and state = 'waiting'").await;
    let forms: [(String, Fields, &str); 7] = [
        (format!("/sprava/clenove/{banned}/"), &[("ends_at", ""), ("do", "ban")], "reason"),
        (format!("/sprava/clenove/{banned}/"), &[("do", "address")], "email"),
        ("/sprava/registrace/".to_owned(), &[("do", "reject")], "note"),
        ("/sprava/inzeraty/".to_owned(), &[("do", "reject")], "note"),
        ("/sprava/hlaseni/".to_owned(), &[], "note"),
        (format!("/sprava/fronta/{waiting}/"), &[("do", "return")], "note"),
        ("/sprava/stav/".to_owned(), &[("do", "page")], "page"),
    ];
    for (number, (path, others, field)) in forms.iter().enumerate() {
        editor.load_there(path).await;
        let hidden = editor.listener.browser.script_with(HIDDEN, vec![(*field).into()]).await;
        let mut fields: Vec<(String, String)> = serde_json::from_value(hidden).unwrap();
        fields.extend(others.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())));
        let mark = format!("zlo80{number}c");
        fields.push(((*field).to_owned(), marked(PAYLOADS[1], &mark, port)));
        editor.listener.send(path, &fields, &[]).await;
        editor.load_there(path).await;
        editor.load_there("/sprava/zaznam/").await;
        // An address that is none and a page that is none are not kept; a note may be in a mail alone.
        if ["reason", "note"].contains(field) {
            editor.kept.insert(mark, format!("{path} {field}"));
        }
    }
    for route in sidecar::routes::all(&app.opened.site.config.sidecar) {
        if route.method == Method::POST && route.path.starts_with("/sprava/") {
            let is_sent = editor.routes.contains(&route.path)
                || forms.iter().any(|(path, _, _)| path.starts_with(route.path.split('{').next().unwrap()));
            assert!(is_sent, "{} is attacked", route.path);
        }
    }
}
