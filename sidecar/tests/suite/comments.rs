//! Comments: from the form on a static page to the page that shows them, by every way.

use std::time::Duration;

use axum::http::StatusCode;
use chrono::TimeDelta;
use generator::model::Role;

use crate::browsing::{Answer, Browsing};
use crate::harness::{ENGINES, Engine, TestApp};

const AREA: &str = "/komentare/";

/// The sample site's most discussed article, and what its form calls it.
async fn article(app: &TestApp) -> (String, String) {
    let path = app.path("creation/clanky/9").await;
    let page = app.browsing().get(&path).await;
    assert_eq!(page.fields().iter().filter(|(name, _)| name == "creation").count(), 2, "votes and comments");
    (page.field("creation"), path)
}

async fn post(browsing: &mut Browsing, creation: &str, text: &str) -> Answer {
    browsing.post(AREA, &[("creation", creation), ("text", text), ("homepage", ""), ("do", "post")]).await
}

/// The id that an answer leads to.
fn id(answer: &Answer) -> i64 {
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.body);
    answer.location().rsplit_once("#c").unwrap().1.parse().unwrap()
}

#[tokio::test]
async fn a_comment_is_on_its_page_when_the_answer_comes() {
    for engine in ENGINES {
        let app = TestApp::demo_on(engine).await;
        let building = app.building();
        let (creation, path) = article(&app).await;
        let before = app.number("select count(*) from comment").await;
        let mut elanor = app.member("Elanor", Role::Member).await;
        let answer = post(&mut elanor, &creation, "Tohle je **moje** řeč.\r\n\r\n<script>alert(1)</script>").await;
        let id = id(&answer);
        assert!(answer.location().starts_with(&format!("{path}?fresh=")), "{}", answer.location());
        let page = app.browsing().get(answer.location()).await;
        let (_, shown) = page.body.split_once(&format!("id=\"c{id}\"")).expect("it is there");
        assert!(shown.contains("Tohle je <strong>moje</strong> řeč."), "{shown}");
        assert!(shown.contains("&lt;script&gt;alert(1)&lt;/script&gt;") && !shown.contains("<script>alert"));
        assert_eq!(app.number("select count(*) from comment").await, before + 1);

        let again = post(&mut elanor, &creation, "Tohle je **moje** řeč.\r\n\r\n<script>alert(1)</script>").await;
        assert_eq!(self::id(&again), id, "the button was pressed twice");
        assert_eq!(app.number("select count(*) from comment").await, before + 1);
        building.stop().await;
    }
}

#[tokio::test]
async fn a_preview_is_what_the_page_will_show() {
    for engine in ENGINES {
        let app = TestApp::demo_on(engine).await;
        let building = app.building();
        let (creation, _) = article(&app).await;
        let mut elanor = app.member("Elanor", Role::Member).await;
        let text = "Nadpis\n---\n\n* jedna\n* [odkaz](javascript:alert(1))\n\n> citát & \"uvozovky\"";
        let preview = elanor.post(AREA, &[("creation", &creation), ("text", text), ("do", "preview")]).await;
        assert_eq!(preview.status, StatusCode::OK);
        assert_eq!(preview.field("text"), text, "and the text is there to be changed");
        assert_headings(&preview.body);
        let html = |body: &str, from: &str| {
            let (_, rest) = body.split_once(from).unwrap();
            let (_, rest) = rest.split_once("<div class=\"prose\">").unwrap();
            rest.split_once("</div>").unwrap().0.trim().to_owned()
        };
        let seen = html(&preview.body, "class=\"preview\"");
        let fields: Vec<(String, String)> =
            preview.fields().into_iter().chain([("do".to_owned(), "post".to_owned())]).collect();
        let answer = elanor.post_body(AREA, serde_urlencoded::to_string(&fields).unwrap()).await;
        let page = elanor.get(answer.location()).await;
        let posted = html(&page.body, &format!("id=\"c{}\"", id(&answer)));
        assert_eq!(seen.replace("preview-", ""), posted.replace(&format!("c{}-", id(&answer)), ""));
        building.stop().await;
    }
}

/// No level of headings is skipped on the way down.
fn assert_headings(body: &str) {
    let main = &body[body.find("<main").unwrap()..];
    let mut last = 0;
    for level in main.split("<h").skip(1).filter_map(|rest| rest.chars().next()?.to_digit(10)) {
        assert!(level <= last + 1, "h{level} after h{last}: {main}");
        last = level;
    }
}

#[tokio::test]
async fn what_cannot_be_posted_comes_back_with_its_text() {
    let app = TestApp::demo().await;
    let (creation, _) = article(&app).await;
    let mut elanor = app.member("Elanor", Role::Member).await;
    let long = "ř".repeat(20_001);
    for (text, trap, fault) in [
        ("", "", "Chybí text."),
        (" \r\n ", "", "Chybí text."),
        (long.as_str(), "", "vejde se 20000 znaků"),
        ("Dobrý den", "https://spam.test", "pole, které lidé nevidí"),
    ] {
        let fields = [("creation", creation.as_str()), ("text", text), ("homepage", trap), ("do", "post")];
        let answer = elanor.post(AREA, &fields).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{fault}");
        assert!(answer.body.contains(fault), "{fault}: {}", answer.body);
        assert_eq!(answer.field("text"), text.trim_end(), "{fault}");
    }
    for creation in ["999999", "-1"] {
        let answer = post(&mut elanor, creation, "Kam to přijde?").await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND);
        assert!(answer.body.contains("Kam to přijde?"), "the text is kept");
    }
    assert_eq!(post(&mut elanor, "x", "y").await.status, StatusCode::BAD_REQUEST);
    let hidden = app.number("select min(id) from creation where state <> 'approved'").await.to_string();
    assert_eq!(
        post(&mut elanor, &hidden, "Vidím tě").await.status,
        StatusCode::NOT_FOUND,
        "a draft is nobody's business"
    );
}

#[tokio::test]
async fn nobody_writes_faster_than_people_read() {
    let app = TestApp::demo().await;
    let building = app.building();
    let (creation, _) = article(&app).await;
    let mut elanor = app.member("Elanor", Role::Member).await;
    let mut posted = 0;
    let refused = loop {
        let answer = post(&mut elanor, &creation, &format!("Slovo {posted}")).await;
        match answer.status {
            StatusCode::SEE_OTHER => posted += 1,
            _ => break answer,
        }
    };
    assert_eq!(posted, 6);
    assert_eq!(refused.status, StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(refused.field("text"), "Slovo 6");
    let wait: i64 = refused.header("retry-after").parse().unwrap();
    app.pass(TimeDelta::seconds(wait));
    assert_eq!(post(&mut elanor, &creation, "Slovo 6").await.status, StatusCode::SEE_OTHER);
    let mut fenix = app.member("Fénix", Role::Member).await;
    assert_eq!(post(&mut fenix, &creation, "A já?").await.status, StatusCode::SEE_OTHER);
    building.stop().await;
}

#[tokio::test]
async fn authors_edit_for_a_quarter_of_an_hour_and_delete_at_any_time() {
    for engine in ENGINES {
        let app = TestApp::demo_on(engine).await;
        let building = app.building();
        let (creation, path) = article(&app).await;
        let mut elanor = app.member("Elanor", Role::Member).await;
        let mut fenix = app.member("Fénix", Role::Editor).await;
        let id = id(&post(&mut elanor, &creation, "První znění\r\n---").await);
        let (edit, delete) = (format!("{AREA}{id}/upravit/"), format!("{AREA}{id}/smazat/"));

        for address in [&edit, &delete] {
            assert_eq!(fenix.get(address).await.status, StatusCode::NOT_FOUND, "it is not theirs");
            let forged = fenix.post(address, &[("text", "Podvrh"), ("do", "post")]).await;
            assert_eq!(forged.status, StatusCode::NOT_FOUND);
        }
        let form = elanor.get(&edit).await;
        assert_eq!((form.status, form.field("text")), (StatusCode::OK, "První znění\n---".to_owned()));
        let list = elanor.get("/nastaveni/prispevky/").await;
        assert!(list.body.contains(&edit) && list.body.contains(&delete) && list.body.contains("První znění"));
        assert_headings(&list.body);
        let answer = elanor.post(&edit, &[("text", "Druhé znění\n---"), ("do", "post")]).await;
        assert_eq!(self::id(&answer), id);
        let page = elanor.get(answer.location()).await;
        assert!(page.body.contains("Druhé znění") && !page.body.contains("První znění"), "{}", answer.location());
        assert!(app.browsing().get(&path).await.body.contains("Druhé znění"));

        app.pass(TimeDelta::minutes(16));
        assert_eq!(elanor.get(&edit).await.status, StatusCode::CONFLICT);
        let late = elanor.post(&edit, &[("text", "Třetí znění"), ("do", "post")]).await;
        assert_eq!(late.status, StatusCode::CONFLICT);
        assert!(late.body.contains("15 minut") && late.body.contains("Třetí znění"), "{}", late.body);
        let list = elanor.get("/nastaveni/prispevky/").await;
        assert!(!list.body.contains(&edit) && list.body.contains(&delete));

        let question = elanor.get(&delete).await;
        assert!(question.body.contains("Druhé znění"));
        assert_headings(&question.body);
        let answer = elanor.post(&delete, &[]).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.body);
        assert!(!app.browsing().get(&path).await.body.contains("Druhé znění"));
        assert_eq!(elanor.post(&delete, &[]).await.status, StatusCode::NOT_FOUND);
        building.stop().await;
    }
}

#[tokio::test]
async fn an_edit_writes_over_nothing_that_an_editor_wrote_meanwhile() {
    for engine in ENGINES {
        let app = TestApp::demo_on(engine).await;
        let building = app.building();
        let (creation, _) = article(&app).await;
        let mut elanor = app.member("Elanor", Role::Member).await;
        let id = id(&post(&mut elanor, &creation, "Volej 123 456 789").await);
        let edit = format!("{AREA}{id}/upravit/");
        let was = elanor.get(&edit).await.field("was");
        let preview = elanor.post(&edit, &[("text", "Volej hned"), ("was", &was), ("do", "preview")]).await;
        assert_eq!(preview.field("was"), was, "a preview does not make it a form of another text");
        app.execute("update comment set body = 'Volej [začerněno]' where body = 'Volej 123 456 789'").await;
        let late = elanor.post(&edit, &[("text", "Volej 123 456 789!"), ("was", &was), ("do", "post")]).await;
        assert_eq!(late.status, StatusCode::CONFLICT);
        assert!(late.body.contains("Volej 123 456 789!"), "what was typed is kept: {}", late.body);
        assert_eq!(app.number("select count(*) from comment where body = 'Volej [začerněno]'").await, 1);
        let was = elanor.get(&edit).await.field("was");
        let answer = elanor.post(&edit, &[("text", "Nevolej"), ("was", &was), ("do", "post")]).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.body);
        building.stop().await;
    }
}

#[tokio::test]
async fn without_a_builder_the_answer_says_that_it_is_safe() {
    let app = TestApp::answering(Engine::Sqlite, |answers| answers.page_patience = Duration::from_millis(50)).await;
    let (creation, path) = article(&app).await;
    let mut elanor = app.member("Elanor", Role::Member).await;
    let answer = post(&mut elanor, &creation, "Kdo to složí?").await;
    assert_eq!(answer.status, StatusCode::ACCEPTED);
    assert!(answer.body.contains("Máme to bezpečně uložené") && answer.body.contains(&path), "{}", answer.body);
    assert_eq!(app.number("select count(*) from comment where body = 'Kdo to složí?'").await, 1);
}

#[tokio::test]
async fn without_a_database_the_text_is_kept() {
    let app = TestApp::demo().await;
    let (creation, path) = article(&app).await;
    let mut elanor = app.member("Elanor", Role::Member).await;
    app.opened.db.close().await;
    let answer = post(&mut elanor, &creation, "Slyšíte mě? <b>&").await;
    assert_eq!(answer.status, StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(answer.header("retry-after"), "30");
    assert_eq!(answer.field("text"), "Slyšíte mě? <b>&");
    assert_eq!(answer.field("creation"), creation);
    assert!(answer.body.contains(&format!("action=\"{AREA}\"")), "to be sent again");
    assert_eq!(elanor.get("/nastaveni/").await.status, StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(elanor.get(&path).await.status, StatusCode::OK, "reading goes on");
}

#[tokio::test]
async fn while_the_database_is_held_the_text_is_kept() {
    for engine in ENGINES {
        let app = TestApp::demo_on(engine).await;
        let (creation, _) = article(&app).await;
        let mut elanor = app.member("Elanor", Role::Member).await;
        let door = app.app.door().unwrap();
        let held = door.begin_alone(chrono::Utc::now()).await.unwrap();
        let answer = post(&mut elanor, &creation, "Kdo to drží?").await;
        assert_eq!(answer.status, StatusCode::SERVICE_UNAVAILABLE);
        assert_eq!(answer.field("text"), "Kdo to drží?");
        drop(held);
        let posted = "select count(*) from comment where body = 'Kdo to drží?'";
        assert_eq!(app.number(posted).await, 0, "what was not acknowledged was not made");
    }
}

#[tokio::test]
async fn a_lock_that_others_keep_costs_nobody_their_text() {
    for engine in ENGINES {
        let app = TestApp::demo_on(engine).await;
        let (creation, _) = article(&app).await;
        let mut elanor = app.member("Elanor", Role::Member).await;
        let mut tx = app.opened.db.write().await.unwrap();
        let sql = "update creation set title = title where section = 'clanky' and number = 9";
        match &mut tx {
            generator::db::Tx::Sqlite(tx) => drop(sqlx::query(sql).execute(&mut **tx).await.unwrap()),
            generator::db::Tx::Postgres(tx) => drop(sqlx::query(sql).execute(&mut **tx).await.unwrap()),
        }
        let begun = std::time::Instant::now();
        let answer = post(&mut elanor, &creation, "Slyšíte mě?").await;
        assert_eq!(answer.status, StatusCode::SERVICE_UNAVAILABLE, "{engine:?}");
        assert_eq!(answer.field("text"), "Slyšíte mě?");
        assert!(begun.elapsed() < Duration::from_secs(15), "{engine:?}: {:?}", begun.elapsed());
        drop(tx);
        assert_eq!(app.number("select count(*) from comment where body = 'Slyšíte mě?'").await, 0);
    }
}

#[tokio::test]
async fn what_is_made_is_never_said_to_have_failed() {
    let app = TestApp::answering(Engine::Postgres, |answers| answers.page_patience = Duration::from_millis(50)).await;
    let mut tx = app.opened.db.write().await.unwrap();
    let generator::db::Tx::Postgres(locked) = &mut tx else { unreachable!("as asked for") };
    sqlx::query("lock table output_page, stale_page in access exclusive mode").execute(&mut **locked).await.unwrap();
    let door = app.app.open_door().unwrap();
    let page = generator::page::Page::Home;
    let marked = [generator::publish::Marked { page: page.clone(), version: 1, epoch: 1 }];
    let shown = sidecar::writing::answer::shown(&app.app, &door, &marked, &page, "");
    let answer = tokio::time::timeout(Duration::from_secs(10), shown).await.expect("it waits for nobody");
    assert_eq!(answer.status(), StatusCode::ACCEPTED);
}

/// A change that another transaction is in the way of, for some times.
struct Crossed {
    times: std::sync::atomic::AtomicI32,
}

impl sidecar::writing::deed::Deed for Crossed {
    async fn make(
        &self,
        _: &mut generator::publish::Change<'_, generator::publish::Shared>,
    ) -> sidecar::error::Result<sidecar::writing::deed::Made> {
        if self.times.fetch_sub(1, std::sync::atomic::Ordering::SeqCst) > 0 {
            return Err(sidecar::error::Fault::InTheWay("a deadlock".to_owned()).into());
        }
        let page = generator::page::Page::Home;
        Ok(sidecar::writing::deed::Made { page, anchor: String::new(), is_new: true })
    }
}

#[tokio::test]
async fn a_change_is_made_again_where_another_was_in_the_way_and_not_for_whoever_is_banned() {
    for engine in ENGINES {
        let app = TestApp::demo_on(engine).await;
        let id = app.give_password("Elanor", Role::Member).await;
        let member = sidecar::visitor::Member { id, nick: "Elanor".to_owned(), role: Role::Member, session: 0 };
        let done = async |times: i32| {
            let crossed = Crossed { times: times.into() };
            let done = sidecar::writing::deed::done(&app.app, &member, &crossed).await;
            done.map(|answer| answer.status()).map_err(|error| error.fault.to_string())
        };
        assert_eq!(done(2).await, Ok(StatusCode::SEE_OTHER));
        assert_eq!(done(3).await, Err("another transaction was in the way: a deadlock".to_owned()));
        app.execute("update member set banned = true where nick = 'Elanor'").await;
        assert_eq!(done(0).await, Err("this member may not".to_owned()));
    }
}

#[tokio::test]
async fn what_cannot_come_true_is_not_offered_again() {
    let app = TestApp::demo().await;
    let mut elanor = app.member("Elanor", Role::Member).await;
    let answer = post(&mut elanor, "999999", "Kam to přijde?").await;
    assert!(answer.body.contains("Text si můžeš zkopírovat") && !answer.body.contains("Odeslat znovu"));
    let wrong = elanor.post(&format!("{AREA}abc/smazat/"), &[]).await;
    assert_eq!(wrong.status, StatusCode::NOT_FOUND);
    assert!(wrong.body.contains("Nic takového tu není") && wrong.body.contains("<h1>"), "{}", wrong.body);
}
