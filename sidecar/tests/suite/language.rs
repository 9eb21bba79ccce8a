//! The sidecar in another language: every page and every mail, with no name of a message where its text should be.

use std::collections::BTreeSet;

use axum::http::Method;
use generator::db::guest_ads;
use generator::db::mails::{self, About, NewMail};
use generator::files::{File, shipped_site};
use generator::model::{MemberId, Role};

use crate::browser::rooms::furnish;
use crate::browsing::Answer;
use crate::harness::{Engine, TestApp};

const LANGUAGES: [(Engine, &str); 2] = [(Engine::Sqlite, "en"), (Engine::Postgres, "cs")];

/// The sample site in a language.
async fn app_in(engine: Engine, language: &str) -> TestApp {
    let mut files = shipped_site();
    let settings: &mut File = files.content.get_mut("site.toml").unwrap();
    let text = settings.text().unwrap().replace("language = \"cs\"", &format!("language = \"{language}\""));
    settings.bytes = text.into_bytes();
    TestApp::of(engine, files, |_| {}).await
}

/// The text of a message that has no variables, and the names of all messages that are no word of any text.
fn messages(language: &str) -> (String, BTreeSet<String>) {
    let files = shipped_site();
    let text = files.content[&format!("locales/{language}.ftl")].text().unwrap().to_owned();
    let all = text.lines().filter_map(|line| line.split_once(" ="));
    let is_name = |name: &str| name.contains('-') && name.bytes().all(|it| it.is_ascii_lowercase() || it == b'-');
    let names: BTreeSet<String> = all.map(|(name, _)| name.to_owned()).filter(|name| is_name(name)).collect();
    assert!(names.len() > 400, "{}", names.len());
    let skip = text.lines().find_map(|line| line.strip_prefix("skip-to-content = ")).unwrap();
    (skip.to_owned(), names)
}

/// What people read of a page: its texts, and the attributes that are read out or shown.
fn read(html: &str) -> String {
    let mut read = String::new();
    for part in html.split('<').skip(1) {
        let (tag, text) = part.split_once('>').unwrap_or((part, ""));
        for attribute in ["aria-label", "title", "alt", "content", "data-draft", "data-draft-discard"] {
            if let Some((_, rest)) = tag.split_once(&format!(" {attribute}=\"")) {
                read.push_str(rest.split('"').next().unwrap());
                read.push(' ');
            }
        }
        read.push_str(text);
        read.push(' ');
    }
    read
}

/// Fails where the name of a message is among the words.
fn assert_no_names(words: &str, names: &BTreeSet<String>, place: &str) {
    let is_letter = |sign: char| sign.is_alphanumeric() || sign == '-';
    for word in words.split(|sign| !is_letter(sign)) {
        assert!(!names.contains(word), "{place}: the name of a message, {word}: {words}");
    }
    for sign in ["{ $", "{$", "DATETIME(", "NUMBER("] {
        assert!(!words.contains(sign), "{place}: {words}");
    }
}

#[tokio::test]
async fn every_page_is_in_the_sites_language() {
    for (engine, language) in LANGUAGES {
        let app = app_in(engine, language).await;
        furnish(&app).await;
        let (skip, names) = messages(language);
        let other = messages(if language == "en" { "cs" } else { "en" }).0;
        let number = async |sql: &'static str| app.number(sql).await.to_string();
        let ids = [
            ("komentare", number("select max(id) from comment").await),
            ("prispevky", number("select max(id) from forum_post").await),
            ("clenove", "6".to_owned()),
            ("kontakty", "1".to_owned()),
            ("fronta", number("select id from creation where section = 'clanky' and state = 'waiting'").await),
            ("hlasy", number("select id from creation where section = 'clanky' and number = 9").await),
            ("dila", number("select max(id) from creation where state = 'returned'").await),
        ];
        let check = |answer: &Answer, asked: &str| {
            assert!(!answer.status.is_server_error() || answer.status == 503, "{asked}: {}", answer.body);
            if answer.body.is_empty() || !answer.body.starts_with("<!doctype html>") {
                return;
            }
            assert!(answer.body.contains(&format!("<html lang=\"{language}\">")), "{asked}: {}", answer.body);
            assert!(answer.body.contains(&skip) && !answer.body.contains(&other), "{asked}: {}", answer.body);
            assert_no_names(&read(&answer.body), &names, asked);
        };
        let mut looked_at = 0;
        for (nick, role) in [("Almara", Role::Admin), ("Fénix", Role::Member)] {
            let mut browsing = app.member(nick, role).await;
            for route in sidecar::routes::all(&app.opened.site.config.sidecar) {
                let id = ids.iter().find(|(word, _)| route.path.split('/').any(|it| it == *word));
                let path = route.path.replace("{id}", id.map_or("1", |(_, id)| id));
                let path = [("{kind}", "creation"), ("{key}", "1"), ("{board}", "market"), ("{section}", "bestiar")]
                    .iter()
                    .fold(path, |path, (word, value)| path.replace(word, value))
                    .replace("{secret}", &"A".repeat(43))
                    .replace("{*path}", "u/00/none.png");
                // What ends a session is asked by nobody who goes on.
                let ends = path.ends_with("/odhlaseni/") && route.method == Method::POST;
                let asked = format!("{language} {nick} {} {path}", route.method);
                let answer = match route.method {
                    Method::GET => browsing.get(&path).await,
                    _ if ends => continue,
                    _ => browsing.post(&path, &[("do", "save")]).await,
                };
                check(&answer, &asked);
                looked_at += usize::from(answer.status == 200);
                app.pass(chrono::TimeDelta::minutes(10));
            }
            for path in [
                "/sprava/upravit/news/new/",
                "/sprava/upravit/description/6/",
                "/sprava/upravit/charter/bestiar/",
                "/sprava/prispevky/?kind=ad",
                "/sprava/clenove/?only=banned",
                "/hledat/?q=drak",
                "/hledat/?q=nicnikde",
                "/nastaveni/dila/nove/kouzla/",
                "/nastaveni/?changed=skin",
            ] {
                check(&browsing.get(path).await, path);
            }
        }
        assert!(looked_at > 60, "{looked_at} pages");
    }
}

#[tokio::test]
async fn every_mail_is_in_the_sites_language() {
    for (engine, language) in LANGUAGES {
        let app = app_in(engine, language).await;
        generator::demo::load_office(&app.opened.db, &app.opened.files.content).await.unwrap();
        app.execute("update account set email = 'fenix@example.org' where member_id = 6").await;
        let (_, names) = messages(language);
        let guest = app.number("select min(id) from guest_ad").await;
        let mut texts = BTreeSet::new();
        for about in About::ALL {
            match about {
                About::AdConfirm => app.execute("update guest_ad set state = 'unconfirmed'").await,
                About::AdWaits => app.execute("update guest_ad set state = 'waiting'").await,
                About::AdApproved => app.execute("update guest_ad set state = 'approved'").await,
                About::Banned => {
                    app.execute(
                        "insert into ban (member_id, reason, banned_at, ends_at)
                        values (6, 'Spam', '2026-03-01T12:00:00Z', '2126-03-01T12:00:00Z')",
                    )
                    .await;
                    app.execute("update member set banned = true where id = 6").await;
                }
                About::Unbanned => app.execute("update member set banned = false where id = 6").await,
                _ => {}
            }
            let mut tx = app.opened.db.write().await.unwrap();
            if matches!(about, About::AdConfirm | About::AdApproved) {
                assert!(guest_ads::by_id(&mut tx, guest).await.unwrap().is_some());
            }
            let mail = NewMail {
                member: Some(MemberId(6)),
                guest_ad: Some(guest),
                nick: "Nováček",
                note: "Díky.",
                ..NewMail::to(*about, "fenix@example.org")
            };
            mails::add(&mut tx, mail, app.app.now()).await.unwrap();
            tx.commit().await.unwrap();
            let mailing = app.mailing();
            let sent = app.mails().await;
            mailing.stop().await;
            assert_eq!(sent.len(), 1, "{language} {about:?}");
            let place = format!("{language} {about:?}");
            assert_no_names(&sent[0].text, &names, &place);
            assert_no_names(&read(&sent[0].html), &names, &place);
            assert!(sent[0].html.contains(&format!("lang=\"{language}\"")), "{place}: {}", sent[0].html);
            let subject = sent[0].head.split("Subject: ").nth(1).unwrap().lines().next().unwrap();
            assert!(!names.contains(subject), "{place}: {subject}");
            texts.insert(sent[0].text.clone());
        }
        assert_eq!(texts.len(), About::ALL.len(), "{texts:#?}");
    }
}
