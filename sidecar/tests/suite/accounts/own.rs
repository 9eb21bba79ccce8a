//! What members set for themselves: profile, address, data; and how long things are kept.

use axum::http::{StatusCode, header};
use chrono::TimeDelta;
use generator::model::Role;
use serde_json::Value;

use crate::browsing::Browsing;
use crate::harness::{ENGINES, PASSWORD, TestApp};

const PROFILE: &str = "/nastaveni/profil/";
const EMAIL: &str = "/nastaveni/e-mail/";
const DATA: &str = "/nastaveni/moje-data/";

/// The fields of a form as they stand in it; boxes that are not ticked are not sent.
async fn filled_in(browsing: &mut Browsing, changes: &[(&str, &str)]) -> Vec<(String, String)> {
    let form = browsing.get(PROFILE).await;
    let mut fields = form.fields();
    fields.retain(|(name, _)| !name.starts_with("shows_"));
    for (name, value) in changes {
        fields.retain(|(known, _)| known != name);
        fields.push(((*name).to_owned(), (*value).to_owned()));
    }
    fields
}

async fn send(browsing: &mut Browsing, fields: &[(String, String)]) -> crate::browsing::Answer {
    let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    browsing.post(PROFILE, &fields).await
}

#[tokio::test]
async fn a_profile_shows_what_its_member_permits() {
    for engine in ENGINES {
        let app = TestApp::demo_on(engine).await;
        let building = app.building();
        let mut elanor = app.member("Elanor", Role::Member).await;
        app.execute("update account set email = 'elanor@example.org' where member_id = 5").await;
        let changes = [
            ("text", "Hraju **elfku**.\r\n<script>alert(1)</script>"),
            ("given_name", "  Ela   Nora "),
            ("family_name", "Tajná"),
            ("region", "Zlínský kraj"),
            ("icq", "123456"),
            ("age", "44"),
            ("shows_given_name", "yes"),
            ("shows_region", "yes"),
            ("shows_email", "yes"),
            ("shows_icq", "yes"),
        ];
        let fields = filled_in(&mut elanor, &changes).await;
        let answer = send(&mut elanor, &fields).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.body);
        assert!(answer.location().starts_with("/uzivatel/5-elanor/"), "{}", answer.location());
        let shown = app.browsing().get("/uzivatel/5-elanor/").await.body;
        for there in ["Ela Nora", "Zlínský kraj", "<strong>elfku</strong>", "&lt;script&gt;"] {
            assert!(shown.contains(there), "{engine:?} {there}: {shown}");
        }
        for absent in ["Tajná", "<dd>44</dd>", "elanor@example.org", "123456"] {
            assert!(!shown.contains(absent), "{engine:?} {absent}");
        }
        let again = filled_in(&mut elanor, &[]).await;
        assert!(again.contains(&("icq".to_owned(), "123456".to_owned())));
        let fields = filled_in(&mut elanor, &[("age", "moc")]).await;
        let wrong = send(&mut elanor, &fields).await;
        assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(wrong.field("region"), "Zlínský kraj", "what was typed is kept");
        let permitted = "select count(*) from member where id = 5 and shows_email and shows_icq and not shows_age";
        assert_eq!(app.number(permitted).await, 1);
        building.stop().await;
    }
}

#[tokio::test]
async fn an_old_description_stays_until_there_is_another() {
    for engine in ENGINES {
        let app = TestApp::demo_on(engine).await;
        let building = app.building();
        let mut elanor = app.member("Elanor", Role::Member).await;
        app.execute(
            "update member set description = '<p>Z <i>dávných</i> dob</p>', description_format = 'html' where id = 5",
        )
        .await;
        assert!(elanor.get(PROFILE).await.body.contains("<i>dávných</i>"));
        let html = "select count(*) from member where id = 5 and description_format = 'html'";
        let fields = filled_in(&mut elanor, &[("region", "Brno")]).await;
        assert_eq!(send(&mut elanor, &fields).await.status, StatusCode::SEE_OTHER);
        assert_eq!(app.number(html).await, 1, "{engine:?}: nothing else was written");
        let fields = filled_in(&mut elanor, &[("text", "Nově.")]).await;
        send(&mut elanor, &fields).await;
        assert_eq!(app.number(html).await, 0, "{engine:?}");
        building.stop().await;
    }
}

#[tokio::test]
async fn another_address_is_confirmed_and_the_old_one_told() {
    for engine in ENGINES {
        let app = TestApp::demo_on(engine).await;
        let mailing = app.mailing();
        let mut elanor = app.member("Elanor", Role::Member).await;
        app.execute("update account set email = 'elanor@example.org' where member_id = 5").await;
        let wrong = elanor.post(EMAIL, &[("email", "nova@example.org"), ("password", "něco jiného")]).await;
        assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(app.mails().await.is_empty());
        let answer = elanor.post(EMAIL, &[("email", "nova@example.org"), ("password", PASSWORD)]).await;
        assert!(answer.body.contains("Na adresu nova@example.org jde odkaz"), "{}", answer.body);
        let mails = app.mails().await;
        assert_eq!((mails.len(), mails[0].to.as_str()), (1, "nova@example.org"));
        let link = app.own_path(mails[0].links()[0]);
        let changed = "select count(*) from account where email = 'nova@example.org'";
        let mut anybody = app.browsing();
        assert!(anybody.get(&link).await.body.contains("patřit k adrese nova@example.org?"));
        let as_password = link.replace("zmena-e-mailu", "zmena-hesla");
        assert_eq!(anybody.get(&as_password).await.status, StatusCode::GONE, "good for one thing alone");
        assert_eq!(app.number(changed).await, 0, "looking changes nothing");
        assert_eq!(anybody.post(&link, &[]).await.status, StatusCode::OK);
        assert_eq!(app.number(changed).await, 1);
        assert_eq!(anybody.post(&link, &[]).await.status, StatusCode::GONE, "once");
        let told = app.mails().await;
        assert_eq!((told.len(), told[0].to.as_str()), (1, "elanor@example.org"));
        assert!(!told[0].text.contains("nova@example.org"), "{}", told[0].text);
        mailing.stop().await;
    }
}

#[tokio::test]
async fn a_member_takes_home_all_that_is_theirs() {
    for engine in ENGINES {
        let app = TestApp::demo_on(engine).await;
        let mut elanor = app.member("Elanor", Role::Member).await;
        app.execute(
            "insert into letter (sender_id, sender_nick, receiver_id, receiver_nick, sent_at, body)
            values (5, 'Elanor', 6, 'Fénix', '2004-05-06T07:08:09+00:00', 'Milý \"Fénixi\",\nahoj'),
                (6, 'Fénix', 7, 'Gorgoroth', '2004-05-06T07:08:09+00:00', 'tajné')",
        )
        .await;
        app.execute("insert into tavern_table (id, name) values (1, 'Stůl')").await;
        app.execute("insert into tavern_post (table_id, member_id, body) values (1, 5, 'U stolu'), (1, 6, 'Ne mé')")
            .await;
        app.execute("insert into subscription (member_id, topic, email) values (5, 'aktuality', 'e@example.org')")
            .await;
        app.execute(
            "insert into submission_event (creation_id, member_id, happened_at, action, note)
            select min(creation.id), 1, (select min(registered_at) from member), 'returned', 'Připiš konec.'
            from creation join author on author.id = author_id where author.member_id = 5",
        )
        .await;
        app.execute(
            "insert into former_text (kind, item, replaced_at, member_id, nick, fields)
            select 'comment', cast(min(id) as text), (select min(registered_at) from member), 1, 'Almara', 'dřív'
            from comment where member_id = 5",
        )
        .await;
        app.execute(
            "insert into upload (path, content_type, size_bytes, brought_at, is_public)
            values ('u/00/a.png', 'image/png', 5, '2026-01-01T00:00:00+00:00', false),
                ('u/00/b.png', 'image/png', 5, '2026-01-01T00:00:00+00:00', false)",
        )
        .await;
        app.execute(
            "insert into upload_owner (path, member_id, brought_at)
            values ('u/00/a.png', 5, '2026-01-01T00:00:00+00:00'), ('u/00/b.png', 6, '2026-01-01T00:00:00+00:00')",
        )
        .await;
        app.execute("insert into editor_section (member_id, section) values (5, 'clanky')").await;
        app.execute("insert into tavern_board (table_id, editor_id, body) values (1, 5, 'Na nástěnce')").await;
        app.execute(
            "insert into member_rating (rater_id, rated_id, visible, body)
            values (6, 5, true, 'fajn'), (6, 5, false, 'skryté')",
        )
        .await;
        // More than a batch holds.
        app.execute(
            "with recursive n (i) as (select 1 union all select i + 1 from n where i < 450)
            insert into forum_post (member_id, body) select 5, 'příspěvek ' || i from n",
        )
        .await;
        let answer = elanor.post(DATA, &[]).await;
        assert_eq!((answer.status, answer.header(header::CONTENT_TYPE)), (StatusCode::OK, "application/json"));
        assert!(answer.header(header::CONTENT_DISPOSITION).starts_with("attachment; filename=\"graveyard-5-"));
        let document: Vec<Value> = serde_json::from_str(&answer.body).unwrap();
        let of = |sort: &str| document.iter().filter(|row| row["is"] == sort).collect::<Vec<_>>();
        assert_eq!(of("account")[0]["nick"], "Elanor");
        assert_eq!(of("account")[0]["banned"], Value::Bool(false));
        assert_eq!(of("session").len(), 1);
        assert!(of("forum post").len() >= 450, "{}", of("forum post").len());
        assert_eq!(of("letter").len(), 1);
        assert_eq!(of("letter")[0]["body"], "Milý \"Fénixi\",\nahoj");
        assert_eq!(of("tavern post").len(), 1);
        assert_eq!(of("subscription")[0]["topic"], "aktuality");
        assert_eq!(of("author")[0]["kind"], "member");
        assert!(of("history of a work").iter().any(|event| event["note"] == "Připiš konec."));
        assert_eq!(of("former text of yours")[0]["fields"], "dřív");
        assert_eq!((of("file").len(), &of("file")[0]["path"]), (1, &Value::from("u/00/a.png")));
        assert_eq!(of("file")[0]["is_public"], Value::Bool(false));
        assert_eq!(of("section that you care for")[0]["section"], "clanky");
        assert_eq!(of("notice board of a tavern table")[0]["body"], "Na nástěnce");
        assert_eq!((of("rating of you").len(), &of("rating of you")[0]["body"]), (1, &Value::from("fajn")));
        let (works, comments) = (of("work").len() as i64, of("comment").len() as i64);
        assert_eq!(
            app.number("select count(*) from creation join author on author.id = author_id where member_id = 5").await,
            works
        );
        assert_eq!(app.number("select count(*) from comment where member_id = 5").await, comments);
        assert!(works + comments > 0, "the sample member has written something");
        assert!(!answer.body.contains("$argon2") && !answer.body.contains("tajné"), "no hash, nothing of others");
        let nobody = app.browsing().post(DATA, &[]).await;
        assert_eq!(nobody.status, StatusCode::UNAUTHORIZED);
    }
}

#[tokio::test]
async fn what_was_kept_long_enough_is_deleted() {
    for engine in ENGINES {
        let app = TestApp::demo_on(engine).await;
        let mailing = app.mailing();
        app.execute("update account set email = 'elanor@example.org' where member_id = 5").await;
        app.browsing().post("/uzivatel/reset-hesla/", &[("email", "elanor@example.org")]).await;
        app.mails().await;
        mailing.stop().await;
        app.execute("insert into registration (nick, email) values ('Čeká', 'a@example.org')").await;
        app.execute(
            "insert into mail (about, address, created_at, retry_at)
            values ('reset', 'b@example.org', '2020-01-01T00:00:00+00:00', '2020-01-01T00:00:00+00:00')",
        )
        .await;
        app.execute("insert into registration (nick, email) values ('Zamítnutý', 'c@example.org')").await;
        let mut tx = app.opened.db.write().await.unwrap();
        let rejected = generator::db::registrations::waiting(&mut tx, 10).await.unwrap().pop().unwrap();
        assert!(generator::db::registrations::reject(&mut tx, rejected.id, app.app.now()).await.unwrap());
        tx.commit().await.unwrap();
        let kept = async |expected: [i64; 3]| {
            sidecar::retention::keep_to_it(&app.app).await;
            let counts = [
                app.number("select count(*) from account_link").await,
                app.number("select count(*) from mail").await,
                app.number("select count(*) from registration").await,
            ];
            assert_eq!(counts, expected, "{engine:?}");
        };
        kept([1, 2, 2]).await;
        app.pass(TimeDelta::hours(1));
        kept([0, 2, 2]).await;
        app.pass(sidecar::retention::MAIL_KEPT);
        kept([0, 1, 2]).await;
        app.pass(sidecar::retention::REJECTED_KEPT);
        // Who waits, waits: for an editor, or for a mail server.
        kept([0, 1, 1]).await;
    }
}
