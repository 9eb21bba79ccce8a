//! Ads of people without an account: confirmed by a link, read by an editor the first time, taken away by a link.

use axum::http::StatusCode;
use chrono::TimeDelta;
use generator::model::Role;
use generator::publish::{Change, ads, schedule};
use sidecar::builder::Building;
use sidecar::mail::Mailing;

use crate::browsing::Answer;
use crate::harness::{ENGINES, Engine, TestApp};
use crate::letters::Mail;

const AREA: &str = "/inzeraty/market/";
const OFFICE: &str = "/sprava/inzeraty/";
const PUBLIC: &str = "select count(*) from ad where member_id is null and state = 'public' and body like 'Tajemn%'";

fn form<'a>(email: &'a str, text: &'a str) -> Vec<(&'static str, &'a str)> {
    vec![
        ("as", "guest"),
        ("group", "nabizim"),
        ("name", "Poutník"),
        ("email", email),
        ("phone", "600 700 800"),
        ("text", text),
        ("homepage", ""),
        ("do", "post"),
    ]
}

/// The sample site with what builds and what sends, of whose members none is written to.
pub async fn open(engine: Engine) -> (TestApp, Building, Mailing) {
    let app = TestApp::demo_on(engine).await;
    let (building, mailing) = (app.building(), app.mailing());
    app.execute("update account set email = ''").await;
    (app, building, mailing)
}

/// The paths of the links of a mail: the first leads on, the second takes the ad away.
fn links(app: &TestApp, mail: &Mail) -> (String, String) {
    let links = mail.links();
    (app.own_path(links[0]), app.own_path(links[1]))
}

/// Sends an ad and gives the links that are sent to its address.
pub async fn send(app: &TestApp, email: &str, text: &str) -> (String, String) {
    let sent = app.browsing().post(AREA, &form(email, text)).await;
    assert!(sent.status == StatusCode::OK && sent.body.contains(&format!("Na adresu {email}")), "{}", sent.body);
    let mails = app.mails().await;
    assert_eq!((mails.len(), mails[0].to.as_str()), (1, email));
    assert!(!mails[0].text.contains("Tajem") && !mails[0].text.contains("Poutník"), "no words of a stranger's");
    links(app, &mails[0])
}

pub async fn confirm(app: &TestApp, link: &str) -> Answer {
    app.browsing().post(link, &[("do", "confirm")]).await
}

/// Has an editor decide on the one that waits.
pub async fn decide(app: &TestApp, what: &str, note: &str) -> Answer {
    let mut editor = app.member("Drahomír", Role::Editor).await;
    let id = app.number("select id from guest_ad where state = 'waiting'").await.to_string();
    editor.post(OFFICE, &[("ad", &id), ("note", note), ("do", what)]).await
}

/// An address from which an ad is public already.
pub async fn trusted(app: &TestApp, email: &str) -> (String, String) {
    let (link, _) = send(app, email, "Tajemný *svitek*").await;
    confirm(app, &link).await;
    let decided = decide(app, "approve", "").await;
    assert_eq!(decided.status, StatusCode::SEE_OTHER, "{}", decided.body);
    let mails = app.mails().await;
    let told = mails.iter().find(|mail| mail.to == email).expect("the author is told");
    links(app, told)
}

#[tokio::test]
async fn the_first_one_is_confirmed_and_read_and_the_next_is_public_at_once() {
    for engine in ENGINES {
        let (app, building, mailing) = open(engine).await;
        app.give_password("Drahomír", Role::Editor).await;
        app.execute("update account set email = 'redakce@example.org' where role = 'editor'").await;
        let empty = app.browsing().get(AREA).await;
        assert_eq!((empty.status, empty.field("as").as_str()), (StatusCode::OK, "guest"));
        let (link, withdraw) = send(&app, "poutnik@example.org", "Tajemný *svitek*\r\n<script>alert(1)</script>").await;

        // Looking at the link changes nothing, nor does it work for anything else.
        for _ in 0..2 {
            let asked = app.browsing().get(&link).await;
            assert!(asked.body.contains("<em>svitek</em>") && !asked.body.contains("<script>alert"), "{}", asked.body);
        }
        let as_other = link.replace("potvrzeni", "stazeni");
        assert_eq!(app.browsing().get(&as_other).await.status, StatusCode::GONE);
        assert_eq!(confirm(&app, &withdraw.replace("stazeni", "potvrzeni")).await.status, StatusCode::GONE);
        assert_eq!(app.number("select count(*) from guest_ad where state = 'unconfirmed'").await, 1);
        assert!(app.mails().await.is_empty(), "no editor hears of it yet");

        let confirmed = confirm(&app, &link).await;
        assert!(confirmed.status == StatusCode::OK && confirmed.body.contains("přečte redakce"), "{}", confirmed.body);
        assert_eq!(confirm(&app, &link).await.status, StatusCode::GONE, "once");
        assert_eq!(app.number(PUBLIC).await, 0);
        let told = app.mails().await;
        assert_eq!((told.len(), told[0].to.as_str()), (1, "redakce@example.org"));

        let mut member = app.member("Fénix", Role::Member).await;
        assert_eq!(member.get(OFFICE).await.status, StatusCode::FORBIDDEN);
        let mut editor = app.member("Drahomír", Role::Editor).await;
        let queue = editor.get(OFFICE).await.body;
        for there in ["<em>svitek</em>", "poutnik@example.org", "600 700 800", "Poutník", "&lt;script&gt;"] {
            assert!(queue.contains(there), "{there}: {queue}");
        }
        let decided = decide(&app, "approve", "Hezký kousek.").await;
        crate::office::assert_done(&app, &decided, "published", "zveřejnění").await;
        assert_eq!(decide_again(&app).await, StatusCode::CONFLICT, "another editor was quicker");
        let board = app.browsing().get("/inzerce/").await.body;
        assert!(board.contains("<em>svitek</em>") && board.contains("<span>600</span> <span>700</span>"), "{board}");
        assert!(!board.contains("kintuop") && !board.contains("poutnik"), "the address is not shown");
        let told = app.mails().await;
        assert!(told[0].to == "poutnik@example.org" && told[0].text.contains("Hezký kousek."), "{told:?}");
        assert_eq!(app.number("select count(*) from guest_ad where body <> '' or name <> ''").await, 0, "it moved");

        // The next one from there, however the address is spelled.
        let mut next = form("POUTNIK@example.org", "Tajemná mapa");
        next.push(("shows_email", "yes"));
        assert_eq!(app.browsing().post(AREA, &next).await.status, StatusCode::OK);
        let (link, withdraw_next) = links(&app, &app.mails().await[0]);
        let published = confirm(&app, &link).await;
        assert_eq!(published.status, StatusCode::SEE_OTHER, "{}", published.body);
        assert!(published.location().starts_with("/inzerce/?fresh="), "{}", published.location());
        let board = app.browsing().get(published.location()).await.body;
        assert!(board.contains("Tajemná mapa") && board.contains("gro.elpmaxe KINTUOP"), "{board}");

        // Both go by their links, one by the first mail's.
        for (link, text) in [(withdraw, "<em>svitek</em>"), (withdraw_next, "Tajemná mapa")] {
            assert!(app.browsing().get(&link).await.body.contains(text));
            let gone = app.browsing().post(&link, &[]).await;
            assert!(gone.status == StatusCode::OK && gone.body.contains("Inzerát je stažený"), "{}", gone.body);
            assert!(!app.browsing().get("/inzerce/").await.body.contains(text), "{engine:?}");
            assert_eq!(app.browsing().post(&link, &[]).await.status, StatusCode::GONE);
        }
        assert_eq!(app.number(PUBLIC).await, 0);
        mailing.stop().await;
        building.stop().await;
    }
}

async fn decide_again(app: &TestApp) -> StatusCode {
    let mut editor = app.member("Drahomír", Role::Editor).await;
    let id = app.number("select min(id) from guest_ad").await.to_string();
    let refused = editor.post(OFFICE, &[("ad", &id), ("do", "reject")]).await;
    assert!(refused.body.contains("Tenhle inzerát už na nikoho nečeká"), "{}", refused.body);
    refused.status
}

#[tokio::test]
async fn who_was_rejected_or_removed_is_read_again() {
    for engine in ENGINES {
        let (app, building, mailing) = open(engine).await;
        let (link, _) = send(&app, "a@example.org", "Tajemná věc").await;
        confirm(&app, &link).await;
        let decided = decide(&app, "reject", "Reklamy nebereme.").await;
        assert_eq!(decided.status, StatusCode::SEE_OTHER, "{}", decided.body);
        let told = app.mails().await;
        assert!(told[0].to == "a@example.org" && told[0].text.contains("Reklamy nebereme."), "{told:?}");
        assert_eq!(app.number("select count(*) from guest_ad where body <> '' or phone <> ''").await, 0, "forgotten");
        let (link, _) = send(&app, "a@example.org", "Tajemná věc podruhé").await;
        assert_eq!(confirm(&app, &link).await.status, StatusCode::OK, "it waits as well");
        assert_eq!(app.number(PUBLIC).await, 0);
        app.execute("delete from guest_ad").await;

        app.pass(TimeDelta::hours(12));
        trusted(&app, "b@example.org").await;
        let id = app.number("select ad_id from guest_ad").await;
        let mut change = Change::begin(&app.opened.db, &app.opened.site, app.app.now()).await.unwrap();
        ads::delete(&mut change, id).await.unwrap();
        change.commit().await.unwrap();
        let (link, _) = send(&app, "b@example.org", "Tajemná věc potřetí").await;
        assert_eq!(confirm(&app, &link).await.status, StatusCode::OK, "an editor took the former one away");
        assert_eq!(app.number(PUBLIC).await, 0, "{engine:?}");
        mailing.stop().await;
        building.stop().await;
    }
}

#[tokio::test]
async fn what_nobody_confirms_is_forgotten_and_what_expires_can_be_followed_by_another() {
    for engine in ENGINES {
        let (app, building, mailing) = open(engine).await;
        let (link, _) = send(&app, "a@example.org", "Tajemná věc").await;
        app.pass(TimeDelta::hours(25));
        assert_eq!(app.browsing().get(&link).await.status, StatusCode::GONE);
        assert_eq!(confirm(&app, &link).await.status, StatusCode::GONE, "a day is over");
        sidecar::retention::keep_to_it(&app.app).await;
        assert_eq!(app.number("select count(*) from guest_ad").await, 1);
        app.pass(sidecar::retention::UNCONFIRMED_KEPT);
        sidecar::retention::keep_to_it(&app.app).await;
        assert_eq!(app.number("select count(*) from guest_ad").await, 0);

        let (link, _) = send(&app, "a@example.org", "Tajemná věc").await;
        let cancelled = app.browsing().post(&link, &[("do", "cancel")]).await;
        assert!(cancelled.body.contains("zahozený"), "{}", cancelled.body);
        assert_eq!(app.number("select count(*) from guest_ad").await, 0);
        assert_eq!(app.number("select count(*) from guest_ad_link").await, 0);

        let (_, withdraw) = trusted(&app, "a@example.org").await;
        app.pass(TimeDelta::days(365));
        schedule::due(&app.opened.db, &app.opened.site, app.app.now()).await.unwrap();
        assert_eq!(app.number(PUBLIC).await, 0, "{engine:?}: it expires as others do");
        assert_eq!(app.browsing().get(&withdraw).await.status, StatusCode::GONE);
        let (link, _) = send(&app, "a@example.org", "Tajemná věc podruhé").await;
        assert_eq!(confirm(&app, &link).await.status, StatusCode::SEE_OTHER, "the address is known");
        assert_eq!(app.number(PUBLIC).await, 1);
        // A year later nothing of the first one is left but that there was one.
        sidecar::retention::keep_to_it(&app.app).await;
        let left =
            "select count(*) from ad where member_id is null and state = 'expired' and body || name || phone = ''";
        assert_eq!(app.number(left).await, 1, "{engine:?}");
        assert_eq!(app.number("select count(*) from guest_ad").await, 1, "the public one's");
        mailing.stop().await;
        building.stop().await;
    }
}

#[tokio::test]
async fn nothing_tells_whether_an_address_is_known() {
    for engine in ENGINES {
        let (app, building, mailing) = open(engine).await;
        app.execute("update account set email = 'clen@example.org' where member_id = 6").await;
        trusted(&app, "znam@example.org").await;
        let mut answers = Vec::new();
        for email in ["znam@example.org", "clen@example.org", "nova@example.org"] {
            let mut said = Vec::new();
            // Until it is too often, and then once more.
            for nth in 0..4 {
                let text = format!("Tajemná věc {nth}");
                let answer = app.browsing().post(AREA, &form(email, &text)).await;
                said.push((answer.status, answer.body.replace(email, "ADDRESS")));
            }
            answers.push(said);
            app.pass(TimeDelta::days(1));
        }
        // The first address has been written to once already.
        assert_eq!(answers[0][0], answers[1][0]);
        assert_eq!(answers[1], answers[2], "{engine:?}");
        assert_eq!(answers[1].last().unwrap().0, StatusCode::TOO_MANY_REQUESTS);
        mailing.stop().await;
        building.stop().await;
    }
}

#[tokio::test]
async fn machines_and_mistakes_come_back_with_all_that_was_typed() {
    let app = TestApp::demo_on(Engine::Sqlite).await;
    let mut guest = app.browsing();
    for (field, value, fault) in [
        ("text", " ", "Chybí text."),
        ("group", "nic", "Vyber druh inzerátu."),
        ("email", "", "Chybí e-mail"),
        ("email", "poutnik", "není e-mailová adresa"),
        ("phone", "", "Ukaž v inzerátu e-mail"),
        ("homepage", "x", "pole, které lidé nevidí"),
    ] {
        let mut fields = form("poutnik@example.org", "Tajemná věc");
        fields.iter_mut().filter(|(name, _)| *name == field).for_each(|entry| entry.1 = value);
        let answer = guest.post(AREA, &fields).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{field}={value}");
        assert!(answer.body.contains(fault) && answer.field("name") == "Poutník", "{fault}: {}", answer.body);
    }
    let mut preview = form("poutnik@example.org", "Tajemná **věc**");
    preview.iter_mut().filter(|(name, _)| *name == "do").for_each(|entry| entry.1 = "preview");
    assert!(guest.post(AREA, &preview).await.body.contains("<strong>věc</strong>"));
    assert_eq!(app.number("select count(*) from guest_ad").await, 0);
    // The button pressed twice is one ad and one mail.
    for _ in 0..2 {
        assert_eq!(guest.post(AREA, &form("poutnik@example.org", "Tajemná věc")).await.status, StatusCode::OK);
    }
    assert_eq!(app.number("select count(*) from mail").await, 1);
    // From one place no more than some, whatever addresses are named.
    let mut kept = 1;
    let refused = loop {
        let answer = guest.post(AREA, &form(&format!("p{kept}@example.org"), "Tajemná věc")).await;
        match answer.status {
            StatusCode::OK => kept += 1,
            _ => break answer,
        }
    };
    assert_eq!((kept, refused.status), (5, StatusCode::TOO_MANY_REQUESTS));
    assert_eq!(refused.field("text"), "Tajemná věc");
}

#[tokio::test]
async fn members_stay_members_whatever_form_they_send() {
    let app = TestApp::demo_on(Engine::Sqlite).await;
    let building = app.building();
    // A session that is over: the form of a member leads to the login, with all that was typed.
    let fields = [("group", "nabizim"), ("name", "Fénix"), ("phone", "1"), ("text", "Tajemná věc"), ("do", "post")];
    let detour = app.browsing().post(AREA, &fields).await;
    assert_eq!(detour.status, StatusCode::UNAUTHORIZED);
    assert!(detour.field("kept").contains("Tajemn"), "{}", detour.body);
    // Logged in meanwhile: the form of a guest is a member's ad, without the address that was not to be shown.
    let mut fenix = app.member("Fénix", Role::Member).await;
    let posted = fenix.post(AREA, &form("fenix@example.org", "Tajemná věc")).await;
    assert_eq!(posted.status, StatusCode::SEE_OTHER, "{}", posted.body);
    assert_eq!(
        app.number("select count(*) from ad where member_id = 6 and body = 'Tajemná věc' and email = ''").await,
        1
    );
    assert_eq!(app.number("select count(*) from guest_ad").await, 0);
    building.stop().await;
}

#[tokio::test]
async fn without_a_database_the_ad_is_kept_in_the_page() {
    let app = TestApp::demo_on(Engine::Sqlite).await;
    app.opened.db.close().await;
    let away = app.browsing().post(AREA, &form("poutnik@example.org", "Tajemná věc")).await;
    assert_eq!(away.status, StatusCode::SERVICE_UNAVAILABLE, "{}", away.body);
    assert_eq!((away.field("text").as_str(), away.field("email").as_str()), ("Tajemná věc", "poutnik@example.org"));
    assert_eq!(away.field("as"), "guest", "to be sent again");
}
