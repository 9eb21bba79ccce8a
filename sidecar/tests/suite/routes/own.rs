//! Addresses of things that are there and belong to somebody: the same visitors, for what the author has written.

use axum::http::{StatusCode, header};
use chrono::TimeDelta;
use image::ImageFormat;

use super::{Row, row, visitors};
use crate::browsing::Browsing;
use crate::harness::{ENGINES, TestApp};
use crate::uploads::{NEW_ARTICLE, offered, picture};

/// What the author has.
#[derive(Clone, Copy, Debug)]
enum Thing {
    Comment,
    Post,
    Ad,
    /// A work that nobody else has seen.
    Draft,
    /// One that waits for editors.
    Waiting,
    /// A picture of a draft.
    Picture,
    /// The author's account.
    Account,
}

/// Who is nobody, or not allowed in, is told to log in; a stranger is told that there is no such thing.
const fn authors(status: u16) -> [u16; 7] {
    [303, 404, 404, 404, 404, 303, status]
}
const fn authors_sent(status: u16) -> [u16; 7] {
    [401, 404, 404, 404, 404, 401, status]
}
/// What concerns a section that one of the editors does not care for.
const fn section(status: u16) -> [u16; 7] {
    [303, 403, 403, status, status, 303, 403]
}
const fn section_sent(status: u16) -> [u16; 7] {
    [401, 403, 403, status, status, 401, 403]
}
/// What is nobody's but the author's, asked for in the editors' rooms.
const UNSEEN: [u16; 7] = [303, 403, 404, 404, 404, 303, 403];
const UNSEEN_SENT: [u16; 7] = [401, 403, 404, 404, 404, 401, 403];

/// The author comes last, so that what is deleted is there for all others. A decision without its form's version is not
/// carried out, but told from one that is not allowed.
const ROWS: [(Thing, Row); 33] = [
    (Thing::Comment, row("GET", "/komentare/{id}/upravit/", "", authors(200))),
    (Thing::Comment, row("POST", "/komentare/{id}/upravit/", "text=x&do=post", authors_sent(303))),
    (Thing::Comment, row("GET", "/komentare/{id}/smazat/", "", authors(200))),
    (Thing::Comment, row("POST", "/komentare/{id}/smazat/", "", authors_sent(303))),
    (Thing::Post, row("GET", "/prispevky/{id}/upravit/", "", authors(200))),
    (Thing::Post, row("POST", "/prispevky/{id}/upravit/", "text=x&do=post", authors_sent(303))),
    (Thing::Post, row("GET", "/prispevky/{id}/smazat/", "", authors(200))),
    (Thing::Post, row("POST", "/prispevky/{id}/smazat/", "", authors_sent(303))),
    (Thing::Ad, row("POST", "/inzeraty/market/{id}/smazat/", "", authors_sent(303))),
    (Thing::Draft, row("GET", "/hlasy/{id}/", "", super::OWN_MISSING)),
    (Thing::Account, row("GET", "/kontakty/{id}/", "", super::OWN)),
    (Thing::Draft, row("GET", "/nastaveni/dila/{id}/", "", authors(200))),
    (Thing::Draft, row("GET", "/nastaveni/dila/{id}/nahled/", "", authors(200))),
    (Thing::Draft, row("POST", "/nastaveni/dila/{id}/", "title=x&text=x&do=submit", authors_sent(303))),
    (Thing::Waiting, row("GET", "/nastaveni/dila/{id}/", "", authors(200))),
    (Thing::Waiting, row("POST", "/nastaveni/dila/{id}/", "title=x&text=x&do=submit", authors_sent(409))),
    (Thing::Draft, row("GET", "/nastaveni/dila/{id}/smazat/", "", authors(200))),
    (Thing::Draft, row("POST", "/nastaveni/dila/{id}/smazat/", "", authors_sent(303))),
    (Thing::Picture, row("GET", "/soukrome-soubory/{id}", "", authors(200))),
    (Thing::Draft, row("GET", "/sprava/fronta/{id}/", "", UNSEEN)),
    (Thing::Draft, row("POST", "/sprava/fronta/{id}/", "do=approve", UNSEEN_SENT)),
    (Thing::Waiting, row("GET", "/sprava/fronta/{id}/", "", section(200))),
    (Thing::Waiting, row("POST", "/sprava/fronta/{id}/", "do=approve", section_sent(409))),
    (Thing::Waiting, row("GET", "/sprava/fronta/{id}/nahled/", "", section(200))),
    (Thing::Waiting, row("GET", "/sprava/upravit/creation/{id}/", "", section(200))),
    (Thing::Waiting, row("POST", "/sprava/upravit/creation/{id}/", "title=x&body=x&do=save", section_sent(409))),
    (Thing::Draft, row("GET", "/sprava/soubory/{id}/", "", UNSEEN)),
    (Thing::Draft, row("POST", "/sprava/soubory/{id}/", "", UNSEEN_SENT)),
    (Thing::Waiting, row("GET", "/sprava/soubory/{id}/", "", section(200))),
    (Thing::Waiting, row("POST", "/sprava/soubory/{id}/", "", section_sent(422))),
    // What is not there has no section, so that an editor of some sections may not ask for it at all.
    (Thing::Draft, row("GET", "/sprava/historie/creation/{id}/", "", section(404))),
    (Thing::Account, row("GET", "/sprava/clenove/{id}/", "", super::site(200))),
    (Thing::Account, row("POST", "/sprava/clenove/{id}/", "do=unban", super::site_sent(409))),
];

#[tokio::test]
async fn every_route_of_a_thing_has_a_row_for_one_that_is_there() {
    let app = TestApp::demo().await;
    for route in sidecar::routes::all(&app.opened.site.config.sidecar) {
        if !["{id}", "{key}", "{*path}"].iter().any(|word| route.path.contains(word)) {
            continue;
        }
        let words: Vec<&str> = route.path.split('/').collect();
        let is_asked = ROWS.iter().any(|(_, row)| {
            let asked: Vec<&str> = row.path.split('/').collect();
            route.method == row.method
                && asked.len() == words.len()
                && words.iter().zip(&asked).all(|(word, asked)| word.starts_with('{') || word == asked)
        });
        assert!(is_asked, "{} {}", route.method, route.path);
    }
}

#[tokio::test]
async fn what_is_somebodys_is_nobody_elses() {
    for engine in ENGINES {
        let app = TestApp::demo_on(engine).await;
        let building = app.building();
        let mut visitors = visitors(&app).await;
        for (nth, (thing, row)) in ROWS.iter().enumerate() {
            // Everybody is within the pace of what they do.
            app.pass(TimeDelta::minutes(10));
            let (_, author) = visitors.last_mut().unwrap();
            let id = made(&app, author, *thing, nth).await;
            let path = row.path.replace("{id}", &id);
            for ((who, browsing), expected) in visitors.iter_mut().zip(row.statuses) {
                let answer = match row.method {
                    "GET" => browsing.get(&path).await,
                    _ => browsing.post_body(&path, row.body.to_owned()).await,
                };
                let asked = format!("{engine:?} {thing:?} {who} {} {path}", row.method);
                assert_eq!(answer.status.as_u16(), expected, "{asked}: {}", answer.body);
                assert_eq!(answer.header(header::CACHE_CONTROL), "no-store", "{asked}");
                assert_eq!(answer.header(header::VARY), "", "{asked}");
                assert!(!answer.headers.contains_key(header::SET_COOKIE), "{asked}");
            }
            forget(&app).await;
        }
        building.stop().await;
    }
}

/// Has the author make it; gives what stands for it in its address.
async fn made(app: &TestApp, author: &mut Browsing, thing: Thing, nth: usize) -> String {
    let text = format!("Vlastní slova {nth}");
    let row = match thing {
        Thing::Comment => {
            let creation = crate::office::clanky_9(app).await.to_string();
            let fields = [("creation", creation.as_str()), ("text", &text), ("homepage", ""), ("do", "post")];
            posted(author, "/komentare/", &fields).await;
            "select max(id) from comment"
        }
        Thing::Post => {
            posted(author, "/prispevky/", &[("text", &text), ("homepage", ""), ("do", "post")]).await;
            "select max(id) from forum_post"
        }
        Thing::Ad => {
            let fields = [("group", "nabizim"), ("name", "Gorgoroth"), ("email", "g@example.org"), ("text", &text)];
            posted(author, "/inzeraty/market/", &[&fields[..], &[("homepage", ""), ("do", "post")]].concat()).await;
            "select max(id) from ad"
        }
        Thing::Draft | Thing::Waiting => {
            let word = if matches!(thing, Thing::Draft) { "save" } else { "submit" };
            posted(author, NEW_ARTICLE, &[("title", "Vlastní dílo"), ("text", &text), ("do", word)]).await;
            "select max(id) from creation"
        }
        Thing::Picture => {
            let drawn = picture(30, 20, ImageFormat::Png);
            let fields = [("title", "Vlastní dílo"), ("do", "picture")];
            let sent = author.post_files(NEW_ARTICLE, &fields, &[("picture", "a.png", &drawn)]).await;
            assert_eq!(sent.status, StatusCode::SEE_OTHER, "{}", sent.body);
            return offered(&author.get(sent.location().split('?').next().unwrap()).await).remove(0);
        }
        Thing::Account => "select id from member where nick = 'Gorgoroth'",
    };
    app.number(row).await.to_string()
}

async fn posted(author: &mut Browsing, path: &str, fields: &[(&str, &str)]) {
    let sent = author.post(path, fields).await;
    assert_eq!(sent.status, StatusCode::SEE_OTHER, "{path}: {}", sent.body);
}

/// Unfinished works, of which nobody may have many.
async fn forget(app: &TestApp) {
    app.execute("delete from creation where state in ('draft', 'waiting') and title in ('Vlastní dílo', 'x')").await;
}
