//! From a registration to the first login, by the editors' queue and by mail.

use axum::http::StatusCode;
use chrono::TimeDelta;
use generator::model::Role;

use crate::browsing::{Answer, Browsing};
use crate::harness::{ENGINES, TestApp};

const REGISTRATION: &str = "/registrace/";
const QUEUE: &str = "/sprava/registrace/";

const NEWCOMER: [(&str, &str); 5] = [
    ("nick", "Nováček z Lesa"),
    ("email", "novacek@example.org"),
    ("age", "33"),
    ("about", "Kamarád u vás psal o dracích.\r\n<b>Chci taky.</b>"),
    ("consent", "yes"),
];

#[tokio::test]
async fn somebody_registers_is_approved_and_logs_in() {
    for engine in ENGINES {
        let app = TestApp::demo_on(engine).await;
        let (building, mailing) = (app.building(), app.mailing());
        let mut editor = app.member("Drahomír", Role::Editor).await;
        app.execute("update account set email = '' where role <> 'member'").await;
        app.execute("update account set email = 'drahomir@example.org' where member_id = 4").await;
        let mut newcomer = app.browsing();
        let answer = newcomer.post(REGISTRATION, &NEWCOMER).await;
        assert!(answer.body.contains("Máme to, Nováček z Lesa!"), "{}", answer.body);
        let mails = app.mails().await;
        let to: Vec<&str> = mails.iter().map(|mail| mail.to.as_str()).collect();
        assert_eq!(to, ["drahomir@example.org", "novacek@example.org"]);
        assert!(
            mails[0].text.contains("Nováček z Lesa") && mails[0].text.contains("čeká 1 žádost"),
            "{}",
            mails[0].text
        );
        assert_eq!(app.own_path(mails[0].links()[0]), QUEUE);
        assert!(!mails[1].text.contains("už tu jsou účty"), "{}", mails[1].text);
        let twice = newcomer.post(REGISTRATION, &NEWCOMER).await;
        assert_eq!(twice.status, StatusCode::UNPROCESSABLE_ENTITY, "the nick is wanted already");

        let queue = editor.get(QUEUE).await;
        assert!(queue.body.contains("&lt;b&gt;Chci taky.&lt;/b&gt;"), "{}", queue.body);
        let id = queue.field("registration");
        let version = queue.field("version");
        let decision =
            [("registration", id.as_str()), ("version", &version), ("note", "Těšíme se!"), ("do", "approve")];
        let answer = editor.post(QUEUE, &decision).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.body);
        let queue = editor.get(answer.location()).await;
        assert!(queue.body.contains("Nikdo nečeká") && queue.body.contains("Přijato."), "{}", queue.body);
        let late = editor.post(QUEUE, &decision).await;
        assert_eq!(late.status, StatusCode::CONFLICT, "decided once");
        assert!(late.body.contains("už rozhodl někdo jiný") && late.body.contains("Těšíme se!"), "{}", late.body);

        let mails = app.mails().await;
        assert_eq!((mails.len(), mails[0].to.as_str()), (1, "novacek@example.org"));
        assert!(mails[0].text.contains("Těšíme se!"), "{}", mails[0].text);
        let link = app.own_path(mails[0].links()[0]);
        let answer = newcomer.post(&link, &[("new_password", "vrbová píšťalka")]).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.body);
        newcomer.log_in("Nováček z Lesa", "vrbová píšťalka").await;
        assert!(app.mails().await.is_empty(), "nobody has changed a password");
        let member = app.number("select id from member where nick = 'Nováček z Lesa' and age = 33").await;
        let shown = format!("/uzivatel/{member}-novacek-z-lesa/");
        for _ in 0..2_000 {
            if newcomer.get(&shown).await.status == StatusCode::OK {
                break;
            }
            tokio::time::sleep(std::time::Duration::from_millis(5)).await;
        }
        let profile = newcomer.get(&shown).await;
        assert!(profile.status == StatusCode::OK && !profile.body.contains("novacek@example.org"), "{}", profile.body);
        building.stop().await;
        mailing.stop().await;
    }
}

#[tokio::test]
async fn who_is_rejected_hears_why() {
    for engine in ENGINES {
        let app = TestApp::demo_on(engine).await;
        let mailing = app.mailing();
        let mut editor = app.member("Drahomír", Role::Editor).await;
        app.execute("update account set email = ''").await;
        app.execute("update account set email = 'Novacek@Example.org' where member_id = 5").await;
        app.browsing().post(REGISTRATION, &NEWCOMER).await;
        let mails = app.mails().await;
        assert_eq!((mails.len(), mails[0].to.as_str()), (1, "novacek@example.org"));
        assert!(mails[0].text.contains("už tu jsou účty:\r\n- Elanor"), "told to the address alone: {}", mails[0].text);
        let queue = editor.get(QUEUE).await;
        assert!(queue.body.contains("Stejný e-mail už má 1 účet"), "{}", queue.body);
        let id = queue.field("registration");
        let mut member = app.member("Fénix", Role::Member).await;
        let forged = member.post(QUEUE, &[("registration", &id), ("do", "approve")]).await;
        assert_eq!(forged.status, StatusCode::FORBIDDEN);
        let version = queue.field("version");
        let blind = editor.post(QUEUE, &[("registration", &id), ("note", "Naslepo"), ("do", "reject")]).await;
        assert_eq!(blind.status, StatusCode::CONFLICT);
        assert_eq!(blind.field("note"), "Naslepo", "what was typed is there");
        let decision =
            [("registration", id.as_str()), ("version", &version), ("note", "Účet už máš."), ("do", "reject")];
        let answer = editor.post(QUEUE, &decision).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.body);
        let mails = app.mails().await;
        assert_eq!((mails.len(), mails[0].to.as_str()), (1, "novacek@example.org"));
        assert!(mails[0].text.contains("Účet už máš.") && mails[0].text.contains("nepřijala"), "{}", mails[0].text);
        assert_eq!(app.number("select count(*) from member where nick = 'Nováček z Lesa'").await, 0);
        assert!(editor.get(QUEUE).await.body.contains("Nikdo nečeká"));
        app.browsing().post(REGISTRATION, &NEWCOMER).await;
        assert!(editor.get(QUEUE).await.body.contains("jednu žádost zamítli"), "editors know");
        mailing.stop().await;
    }
}

/// An editor who approves of what they have read, where something has happened since; the registration's row, and what they
/// are answered.
async fn approved_after(app: &TestApp, happened: &'static str) -> (Browsing, String, Answer) {
    let mut editor = app.member("Drahomír", Role::Editor).await;
    app.browsing().post(REGISTRATION, &NEWCOMER).await;
    let queue = editor.get(QUEUE).await;
    let (id, version) = (queue.field("registration"), queue.field("version"));
    app.execute(happened).await;
    let decision = [("registration", id.as_str()), ("version", &version), ("note", "Vítej!"), ("do", "approve")];
    let answer = editor.post(QUEUE, &decision).await;
    (editor, id, answer)
}

#[tokio::test]
async fn a_nick_that_somebody_got_meanwhile_is_given_once() {
    for engine in ENGINES {
        let app = TestApp::demo_on(engine).await;
        let (_, _, answer) = approved_after(&app, "update member set nick = 'Nováček z Lesa' where id = 6").await;
        assert_eq!(answer.field("note"), "Vítej!", "what was typed is there");
        assert_eq!(answer.status, StatusCode::CONFLICT);
        assert!(answer.body.contains("mezitím dostal někdo jiný"), "{}", answer.body);
        assert_eq!(app.number("select count(*) from registration where state = 'waiting'").await, 1, "it still waits");
        assert_eq!(app.number("select count(*) from mail where about = 'approved'").await, 0);
    }
}

#[tokio::test]
async fn a_number_that_is_another_persons_by_now_admits_nobody() {
    for engine in ENGINES {
        let app = TestApp::demo_on(engine).await;
        // As when one was decided on and the next one got the row.
        let other = "update registration set nick = 'Někdo jiný', email = 'jiny@example.org'";
        let (mut editor, id, answer) = approved_after(&app, other).await;
        assert_eq!(answer.status, StatusCode::CONFLICT);
        assert!(answer.body.contains("jinak, než jak sis ji přečetl(a)"), "{}", answer.body);
        assert!(answer.body.contains("Někdo jiný") && answer.field("note") == "Vítej!", "{}", answer.body);
        assert_eq!(app.number("select count(*) from member where nick like 'N%kdo jin%'").await, 0);
        // An account of the same address has come up since: the editor is to see that first.
        let version = editor.get(QUEUE).await.field("version");
        app.execute("update account set email = 'Jiny@example.org' where member_id = 5").await;
        let decision = [("registration", id.as_str()), ("version", &version), ("do", "approve")];
        let answer = editor.post(QUEUE, &decision).await;
        assert_eq!(answer.status, StatusCode::CONFLICT);
        assert!(answer.body.contains("Stejný e-mail už má 1 účet"), "{}", answer.body);
    }
}

#[tokio::test]
async fn editors_are_told_of_many_in_one_mail() {
    for engine in ENGINES {
        let app = TestApp::demo_on(engine).await;
        app.execute("update account set email = ''").await;
        app.give_password("Drahomír", Role::Editor).await;
        app.execute("update account set email = 'drahomir@example.org' where member_id = 4").await;
        // Who cares for a section alone could not even open the queue.
        app.give_password("Elanor", Role::Editor).await;
        app.execute("update account set email = 'elanor@example.org' where member_id = 5").await;
        app.execute("insert into editor_section (member_id, section) values (5, 'clanky')").await;
        let mailing = app.mailing();
        for (nick, email) in [("První", "a@example.org"), ("Druhý", "b@example.org"), ("Třetí", "c@example.org")] {
            let mut fields = NEWCOMER;
            (fields[0].1, fields[1].1) = (nick, email);
            assert_eq!(app.browsing().post(REGISTRATION, &fields).await.status, StatusCode::OK);
            if nick == "První" {
                assert_eq!(app.mails().await.len(), 2);
                continue;
            }
            // Who asks is answered at once, also while the editor's mail waits.
            let answered = "select count(*) from mail where about = 'received' and state = 'waiting'";
            while app.number(answered).await > 0 {
                tokio::time::sleep(std::time::Duration::from_millis(5)).await;
            }
            tokio::time::sleep(std::time::Duration::from_millis(50)).await;
            assert_eq!(
                app.number("select count(*) from mail where about = 'registered' and state = 'waiting'").await,
                1
            );
        }
        app.pass(TimeDelta::hours(1));
        app.app.mail_waits.notify_one();
        let mails = app.mails().await;
        let told: Vec<_> = mails.iter().filter(|mail| mail.to == "drahomir@example.org").collect();
        assert_eq!((mails.len(), told.len()), (3, 1), "{mails:?}");
        assert!(told[0].text.contains("čekají 3 žádosti"), "{}", told[0].text);
        mailing.stop().await;
    }
}

#[tokio::test]
async fn a_registration_has_to_make_sense() {
    let app = TestApp::demo().await;
    let mut visitor = app.browsing();
    for (field, value, fault) in [
        ("nick", "Ab", "3 až 25"),
        ("nick", "<b>Jan</b>", "písmena, číslice"),
        ("nick", "Elanor", "už někdo má"),
        ("nick", "  élanor ", "už někdo má"),
        ("email", "nikde", "není e-mailová adresa"),
        ("email", "a@example.org\r\nBcc: b@example.org", "není e-mailová adresa"),
        ("age", "dost", "číslem"),
        ("age", "12", "od 13 let"),
        ("age", "14", "souhlas rodičů"),
        ("about", "", "co tě k nám přivádí"),
        ("consent", "", "Bez souhlasu"),
        ("homepage", "x", "pole, které lidé nevidí"),
    ] {
        let mut fields = NEWCOMER.to_vec();
        fields.retain(|(name, _)| *name != field);
        fields.push((field, value));
        // Only what makes sense so far is counted.
        app.pass(TimeDelta::hours(1));
        let answer = visitor.post(REGISTRATION, &fields).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{field} {value}");
        assert!(answer.body.contains(fault), "{field} {value}: {}", answer.body);
        if field != "about" {
            assert!(answer.field("about").contains("<b>Chci taky.</b>"), "what was typed is kept");
        }
    }
    assert_eq!(app.number("select count(*) from registration").await, 0);
    let mut young = NEWCOMER.to_vec();
    young.push(("parent", "yes"));
    young[2] = ("age", "14");
    assert_eq!(visitor.post(REGISTRATION, &young).await.status, StatusCode::OK);
    assert_eq!(app.number("select count(*) from registration where parent_agrees and age = 14").await, 1);
}

#[tokio::test]
async fn nobody_registers_by_the_dozen() {
    let app = TestApp::demo().await;
    let mut visitor = app.browsing();
    let mut statuses = Vec::new();
    for (nick, email) in [
        ("První", "a@example.org"),
        ("Druhý", "a@example.org"),
        ("Třetí", "A@Example.org"),
        ("Čtvrtý", "b@example.org"),
        ("Pátý", "c@example.org"),
        ("Šestý", "d@example.org"),
    ] {
        let mut fields = NEWCOMER;
        (fields[0].1, fields[1].1) = (nick, email);
        statuses.push(visitor.post(REGISTRATION, &fields).await.status.as_u16());
    }
    assert_eq!(statuses, [200, 200, 429, 200, 200, 429], "two for an address of mail, five from one place");
}
