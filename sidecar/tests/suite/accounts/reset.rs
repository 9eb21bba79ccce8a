//! Another password by mail.

use axum::http::StatusCode;
use chrono::TimeDelta;
use generator::model::Role;

use super::{LOGIN, who};
use crate::harness::{ENGINES, TestApp};

const RESET: &str = "/uzivatel/reset-hesla/";
const NEW: &str = "osm koní za úsvitu";

#[tokio::test]
async fn a_link_changes_the_password_once() {
    for engine in ENGINES {
        let app = TestApp::demo_on(engine).await;
        let mailing = app.mailing();
        let mut session = app.member("Elanor", Role::Member).await;
        app.execute("update account set email = 'elanor@example.org' where member_id = 5").await;
        let mut visitor = app.browsing();
        for name in ["x-forwarded-host", "x-forwarded-server", "forwarded"] {
            visitor.headers.insert(name.to_owned(), "host=evil.test".to_owned());
        }
        let answer = visitor.post(RESET, &[("email", "Elanor@Example.org")]).await;
        assert!(answer.body.contains("odkaz je na cestě"), "{}", answer.body);
        let mails = app.mails().await;
        assert_eq!((mails.len(), mails[0].to.as_str()), (1, "elanor@example.org"));
        assert!(!mails[0].text.contains("evil.test"), "{}", mails[0].text);
        let link = app.own_path(mails[0].links()[0]);
        assert!(mails[0].html.contains(&link), "{}", mails[0].html);
        assert_eq!(who(&mut session).await, "Elanor", "asking alone changes nothing");

        for _ in 0..2 {
            let form = visitor.get(&link).await;
            assert!(form.status == StatusCode::OK && form.body.contains("Zvol heslo pro Elanor"), "{}", form.body);
        }
        let weak = visitor.post(&link, &[("new_password", "elanor12345")]).await;
        assert_eq!(weak.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(who(&mut session).await, "Elanor", "nor does a password that is refused");
        let answer = visitor.post(&link, &[("new_password", NEW)]).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.body);
        assert_eq!(answer.location(), format!("{LOGIN}?chosen=password"));
        assert!(visitor.get(answer.location()).await.body.contains("Heslo je nastavené"));
        assert_eq!(who(&mut session).await, "", "all sessions end");
        app.browsing().log_in("Elanor", NEW).await;
        assert_eq!(visitor.get(&link).await.status, StatusCode::GONE);
        assert_eq!(visitor.post(&link, &[("new_password", "další heslo k ničemu")]).await.status, StatusCode::GONE);
        app.browsing().log_in("Elanor", NEW).await;
        let told = app.mails().await;
        assert!(told.len() == 1 && told[0].text.contains("Účet Elanor má nové heslo"), "{told:?}");
        mailing.stop().await;
    }
}

#[tokio::test]
async fn another_host_gets_no_mail_sent() {
    let app = TestApp::demo().await;
    let mut visitor = app.browsing();
    visitor.headers.insert("host".to_owned(), "evil.test".to_owned());
    let answer = visitor.post(RESET, &[("email", "elanor@example.org")]).await;
    assert_eq!(answer.status, StatusCode::MISDIRECTED_REQUEST);
    assert_eq!(app.number("select count(*) from mail").await, 0);
}

#[tokio::test]
async fn a_link_works_for_an_hour_and_for_nobody_banned() {
    for engine in ENGINES {
        let app = TestApp::demo_on(engine).await;
        let mailing = app.mailing();
        app.execute("update account set email = 'elanor@example.org' where member_id = 5").await;
        let mut visitor = app.browsing();
        for banned in [false, true] {
            visitor.post(RESET, &[("email", "elanor@example.org")]).await;
            let mails = app.mails().await;
            let link = app.own_path(mails[0].links()[0]);
            assert_eq!(visitor.get(&link).await.status, StatusCode::OK);
            if banned {
                app.execute("update member set banned = true where id = 5").await;
            } else {
                app.pass(TimeDelta::minutes(61));
            }
            assert_eq!(visitor.get(&link).await.status, StatusCode::GONE, "banned: {banned}");
            let answer = visitor.post(&link, &[("new_password", NEW)]).await;
            assert_eq!(answer.status, StatusCode::GONE, "banned: {banned}");
        }
        let stored = "select count(*) from account_link where length(token_hash) <> 32";
        assert_eq!(app.number(stored).await, 0, "of the secret there is a digest alone");
        mailing.stop().await;
    }
}

#[tokio::test]
async fn nobody_learns_whose_an_address_is() {
    for engine in ENGINES {
        let app = TestApp::demo_on(engine).await;
        app.execute("update account set email = 'spolecny@example.org' where member_id in (5, 6)").await;
        app.execute("update account set email = 'zakazany@example.org' where member_id = 7").await;
        app.execute("update member set banned = true where id = 7").await;
        let mut answers = Vec::new();
        for email in ["spolecny@example.org", "zakazany@example.org", "nobody@example.org"] {
            let answer = app.browsing().post(RESET, &[("email", email)]).await;
            answers.push((answer.status, answer.body.replace(email, "…")));
            // The work is the same as well: one row, and nothing is looked up.
            assert_eq!(app.number("select count(*) from mail where about = 'reset'").await, answers.len() as i64);
            assert_eq!(app.number("select count(*) from account_link").await, 0);
        }
        assert!(answers.iter().all(|answer| *answer == answers[0]), "{answers:#?}");
        let mailing = app.mailing();
        let mails = app.mails().await;
        assert_eq!(mails.len(), 1, "{mails:?}");
        assert!(mails[0].text.contains("Elanor") && mails[0].text.contains("Fénix"), "each account of the address");
        assert_eq!(mails[0].links().len(), 3, "a link for each, and the site");
        mailing.stop().await;
    }
}

#[tokio::test]
async fn nobody_is_flooded_with_mail() {
    let app = TestApp::demo().await;
    let mut statuses = Vec::new();
    for peer in 1..=5 {
        let mut visitor = app.browsing();
        visitor.peer = format!("198.51.100.{peer}:4000").parse().unwrap();
        statuses.push(visitor.post(RESET, &[("email", "elanor@example.org")]).await.status.as_u16());
    }
    assert_eq!(statuses, [200, 200, 200, 429, 429]);
    assert_eq!(app.number("select count(*) from mail").await, 3);
}
