//! Mails on their way: to a server that takes them, that refuses, is busy, silent or dead; and to files.

use std::time::Duration;

use chrono::TimeDelta;
use generator::db::mails::{self, About, NewMail};
use sidecar::mail::Mailing;
use sidecar::mail::settings::server;

use crate::harness::{ENGINES, Engine, TestApp};
use crate::mail_server::{MailServer, Manner};

async fn app_with(engine: Engine, url: &str) -> TestApp {
    let to = server(url, "www.example.org", Duration::from_millis(300)).unwrap();
    TestApp::answering(engine, |answers| answers.mail.server = Some(to)).await
}

/// Asks for a mail to somebody, with a note to tell mails by.
async fn ask(app: &TestApp, note: &str) {
    let mut tx = app.opened.db.write().await.unwrap();
    let mail = NewMail { nick: "Nováček", note, ..NewMail::to(About::Rejected, "novacek@example.org") };
    mails::add(&mut tx, mail, app.app.now()).await.unwrap();
    tx.commit().await.unwrap();
    app.app.mail_waits.notify_one();
}

async fn until(app: &TestApp, sql: &'static str, expected: i64) {
    for _ in 0..2_000 {
        if app.number(sql).await == expected {
            return;
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    assert_eq!(app.number(sql).await, expected, "{sql}");
}

const SENT: &str = "select count(*) from mail where state = 'sent'";
const PUT_OFF: &str = "select count(*) from mail where state = 'waiting' and attempts > 0 and error <> ''";

#[tokio::test]
async fn a_server_gets_text_and_html() {
    for engine in ENGINES {
        let server = MailServer::start(Manner::Takes).await;
        let app = app_with(engine, &server.url()).await;
        let mailing = Mailing::start(&app.app);
        ask(&app, "Zkus to <b>za rok</b> & neboj se.").await;
        until(&app, SENT, 1).await;
        let mails = server.mails();
        assert_eq!((mails.len(), mails[0].to.as_str()), (1, "novacek@example.org"));
        assert!(mails[0].text.contains("Zkus to <b>za rok</b> & neboj se."), "{}", mails[0].text);
        assert!(mails[0].html.contains("Zkus to &lt;b&gt;za rok&lt;/b&gt; &amp; neboj se."), "{}", mails[0].html);
        for line in ["From: noreply@example.org", "Auto-Submitted: auto-generated", "Message-ID: <", "Date: "] {
            assert!(mails[0].head.contains(line), "{line}: {}", mails[0].head);
        }
        assert_eq!(app.number("select count(*) from mail where note <> ''").await, 0, "what was sent is forgotten");
        mailing.stop().await;
    }
}

#[tokio::test]
async fn a_server_in_trouble_delays_and_loses_nothing() {
    for engine in ENGINES {
        let server = MailServer::start(Manner::IsBusy).await;
        let app = app_with(engine, &server.url()).await;
        let mailing = Mailing::start(&app.app);
        ask(&app, "první").await;
        until(&app, "select count(*) from mail where attempts = 1 and error like '%later, please%'", 1).await;
        for (manner, noted) in [
            (Manner::IsSilent, "select count(*) from mail where attempts = 2 and error not like '%later, please%'"),
            (Manner::TurnsAway, "select count(*) from mail where attempts = 3 and error like '%no mail from you%'"),
        ] {
            server.behave(manner);
            app.pass(TimeDelta::hours(2));
            app.app.mail_waits.notify_one();
            until(&app, noted, 1).await;
            assert_eq!(app.number("select count(*) from mail where state = 'waiting'").await, 1, "{manner:?}");
        }
        assert!(server.mails().is_empty());
        until(&app, PUT_OFF, 1).await;
        ask(&app, "druhý").await;
        until(&app, "select count(*) from mail where state = 'waiting' and attempts > 0 and error <> ''", 2).await;
        server.behave(Manner::Takes);
        app.app.mail_waits.notify_one();
        tokio::time::sleep(Duration::from_millis(50)).await;
        assert!(server.mails().is_empty(), "not before the pause is over");
        app.pass(TimeDelta::hours(2));
        app.app.mail_waits.notify_one();
        until(&app, SENT, 2).await;
        assert_eq!(server.mails().len(), 2);
        mailing.stop().await;
    }
}

#[tokio::test]
async fn a_dead_server_delays_and_loses_nothing() {
    let closed = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let app = app_with(Engine::Sqlite, &format!("smtp://{closed}")).await;
    let mailing = Mailing::start(&app.app);
    ask(&app, "dopis").await;
    until(&app, PUT_OFF, 1).await;
    mailing.stop().await;
    assert_eq!(app.number("select count(*) from mail where attempts = 1 and note = 'dopis'").await, 1);
    // The next process sends it, when the pause is over.
    let server = MailServer::start(Manner::Takes).await;
    let post = sidecar::mail::settings::server(&server.url(), "www.example.org", Duration::from_secs(1)).unwrap();
    let mut answers = app.app.options.clone();
    answers.mail.server = Some(post);
    app.pass(TimeDelta::seconds(31));
    let database = sidecar::database::Database::opened(app.opened.db.clone());
    let next = sidecar::app::App::new(app.settings.clone(), answers, &app.edition(), database);
    let mailing = Mailing::start(&next);
    until(&app, SENT, 1).await;
    mailing.stop().await;
}

#[tokio::test]
async fn what_is_refused_for_good_is_noted_and_stops_no_other() {
    for engine in ENGINES {
        let server = MailServer::start(Manner::KnowsNobody).await;
        let app = app_with(engine, &server.url()).await;
        let mailing = Mailing::start(&app.app);
        ask(&app, "nikomu").await;
        let refused = "select count(*) from mail where state = 'refused' and error like '%no such person here%'";
        until(&app, refused, 1).await;
        server.behave(Manner::Takes);
        ask(&app, "někomu").await;
        until(&app, SENT, 1).await;
        app.pass(TimeDelta::days(2));
        app.app.mail_waits.notify_one();
        ask(&app, "ještě někomu").await;
        until(&app, SENT, 2).await;
        assert_eq!(server.mails().len(), 2, "what is refused is not tried again");
        mailing.stop().await;
    }
}

#[tokio::test]
async fn an_answer_that_was_not_heard_sends_the_same_mail_again() {
    let server = MailServer::start(Manner::HangsUp).await;
    let app = app_with(Engine::Sqlite, &server.url()).await;
    let mailing = Mailing::start(&app.app);
    ask(&app, "dopis").await;
    until(&app, PUT_OFF, 1).await;
    server.behave(Manner::Takes);
    app.pass(TimeDelta::minutes(2));
    app.app.mail_waits.notify_one();
    until(&app, SENT, 1).await;
    let id = |mail: &crate::letters::Mail| {
        mail.head.lines().find(|line| line.starts_with("Message-ID: ")).unwrap().to_owned()
    };
    let mails = server.mails();
    assert_eq!((mails.len(), id(&mails[0])), (2, id(&mails[1])));
    mailing.stop().await;
}

#[tokio::test]
async fn a_process_that_was_killed_leaves_a_mail_that_is_due_again() {
    for engine in ENGINES {
        let server = MailServer::start(Manner::Takes).await;
        let app = app_with(engine, &server.url()).await;
        ask(&app, "dopis").await;
        let mut tx = app.opened.db.write().await.unwrap();
        let lease = TimeDelta::minutes(5);
        assert!(mails::take(&mut tx, app.app.now(), lease).await.unwrap().is_some());
        assert!(mails::take(&mut tx, app.app.now(), lease).await.unwrap().is_none(), "nobody else takes it");
        tx.commit().await.unwrap();
        app.pass(lease);
        let mailing = Mailing::start(&app.app);
        until(&app, SENT, 1).await;
        mailing.stop().await;
    }
}

#[tokio::test]
async fn without_a_server_mails_are_files_for_their_owner_alone() {
    let app = TestApp::demo().await;
    let mailing = Mailing::start(&app.app);
    ask(&app, "dopis").await;
    until(&app, SENT, 1).await;
    let folder = &app.app.options.mail.folder;
    let files: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    assert_eq!(files.len(), 1);
    assert_eq!(files[0].extension().unwrap(), "eml");
    use std::os::unix::fs::PermissionsExt;
    assert_eq!(std::fs::metadata(&files[0]).unwrap().permissions().mode() & 0o777, 0o600);
    assert!(crate::letters::Mail::read(&std::fs::read_to_string(&files[0]).unwrap()).text.contains("dopis"));
    mailing.stop().await;
}
