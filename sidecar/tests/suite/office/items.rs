//! Things that editors change: what is saved is seen, what was there before is kept, and every act is noted.

use std::time::Duration;

use axum::http::StatusCode;
use chrono::TimeDelta;
use generator::model::{MemberId, Role};
use generator::publish::{leaving, schedule};

use super::{assert_done, clanky_9, send, send_form};
use crate::harness::{ENGINES, TestApp};

#[tokio::test]
async fn an_edited_work_is_seen_and_what_it_was_is_kept() {
    for engine in ENGINES {
        let app = TestApp::demo_on(engine).await;
        let building = app.building();
        let id = clanky_9(&app).await;
        let url = format!("/sprava/upravit/creation/{id}/");
        let old_path = app.path("creation/clanky/9").await;
        let mut editor = app.member("Drahomír", Role::Editor).await;
        let form = editor.get(&url).await;
        let (title, body) = (form.field("title"), form.field("body"));
        assert!(!title.is_empty() && body.len() > 100, "{title}: {body}");

        let changed = format!("První odstavec redakce.\n\n{body}");
        let changes = [("title", "Docela jiný název"), ("body", changed.as_str())];
        let preview = send_form(&mut editor, &url, &form, "preview", &changes).await;
        assert_eq!(preview.status, StatusCode::OK);
        assert!(preview.body.contains("<p>První odstavec redakce.</p>"), "{}", preview.body);
        assert_eq!(preview.field("title"), "Docela jiný název");
        assert_eq!(app.number("select count(*) from audit_entry").await, 0, "a look changes nothing");

        let saved = send_form(&mut editor, &url, &form, "save", &changes).await;
        assert_done(&app, &saved, "saved", "úprava").await;
        let path = app.path("creation/clanky/9").await;
        assert!(path.ends_with("/9-docela-jiny-nazev/"), "{path}");
        let page = app.browsing().get(&path).await;
        assert!(page.body.contains("První odstavec redakce.") && page.body.contains("Docela jiný název"));
        building.stop().await;
        app.build().await;
        assert_eq!(app.browsing().get(&old_path).await.status, StatusCode::OK, "a redirect is there");

        let history = editor.get(&format!("/sprava/historie/creation/{id}/")).await;
        assert!(history.body.contains("<ins>") && history.body.contains("První odstavec redakce."), "{}", history.body);
        assert!(history.body.contains(&format!("Bylo:</span> {title}</del>")), "{}", history.body);
        assert!(history.body.contains("Drahomír"));

        let late = send_form(&mut editor, &url, &form, "save", &[("title", "Přepsáno naslepo")]).await;
        assert_eq!(late.status, StatusCode::CONFLICT);
        assert!(late.body.contains("Mezitím to změnil někdo jiný"));
        assert_eq!(late.field("title"), "Přepsáno naslepo", "what was typed is there");
        assert_eq!(app.number("select count(*) from former_text").await, 1);
        let same = send(&mut editor, &url, "save", &[]).await;
        assert_eq!((same.status, super::said(&same).0.as_str()), (StatusCode::SEE_OTHER, "same"));
        assert!(editor.get(same.location()).await.body.contains("nic se nezměnilo"));
        assert_eq!(app.number("select count(*) from former_text").await, 1, "nothing was changed");
        assert_eq!(app.number("select count(*) from audit_entry").await, 1);
    }
}

#[tokio::test]
async fn html_stays_html_and_is_cleaned() {
    for engine in ENGINES {
        let app = TestApp::demo_on(engine).await;
        let building = app.building();
        let id = clanky_9(&app).await;
        app.execute(
            "update creation_text set body_format = 'html', body = '<p>Staré <b>časy</b>.</p>' where creation_id =
                (select id from creation where section = 'clanky' and number = 9)",
        )
        .await;
        let url = format!("/sprava/upravit/creation/{id}/");
        let mut editor = app.member("Drahomír", Role::Editor).await;
        let form = editor.get(&url).await;
        assert_eq!(form.field("body"), "<p>Staré <b>časy</b>.</p>");
        assert!(form.body.contains("Tenhle text je v HTML"));
        let evil = "<p onclick=\"alert(1)\">Nové <b>časy</b>.</p><script>alert(2)</script><p><a href=\"javascript:alert(3)\">x</a>";
        let preview = send_form(&mut editor, &url, &form, "preview", &[("body", evil)]).await;
        assert_eq!(
            preview.field("body"),
            "<p>Nové <b>časy</b>.</p>\n<p>x</p>",
            "what is left is seen before it is saved"
        );
        let saved = send_form(&mut editor, &url, &form, "save", &[("body", evil)]).await;
        assert_done(&app, &saved, "saved", "úprava").await;
        let clean = "select count(*) from creation_text where body_format = 'html'
            and body = '<p>Nové <b>časy</b>.</p>\n<p>x</p>'";
        assert_eq!(app.number(clean).await, 1);
        let path = app.path("creation/clanky/9").await;
        let page = app.browsing().get(&path).await;
        assert!(page.body.contains("<p>Nové <b>časy</b>.</p>") && !page.body.contains("alert("), "{}", page.body);
        building.stop().await;
    }
}

#[tokio::test]
async fn a_work_leaves_the_site_and_comes_back() {
    for engine in ENGINES {
        let app = TestApp::demo_on(engine).await;
        let building = app.building();
        let id = clanky_9(&app).await;
        let url = format!("/sprava/upravit/creation/{id}/");
        let path = app.path("creation/clanky/9").await;
        let mut editor = app.member("Drahomír", Role::Editor).await;

        let done = send(&mut editor, &url, "unpublish", &[]).await;
        assert_done(&app, &done, "unpublished", "stažení z webu").await;
        assert_eq!(app.browsing().get(&path).await.status, StatusCode::NOT_FOUND);
        let again = send(&mut editor, &url, "unpublish", &[]).await;
        assert_eq!(again.status, StatusCode::CONFLICT, "{}", again.body);
        assert!(again.body.contains("takže se nic nestalo") && again.body.contains("value=\"publish\""));
        let done = send(&mut editor, &url, "publish", &[]).await;
        assert_done(&app, &done, "published", "zveřejnění").await;
        assert_eq!(app.browsing().get(&path).await.status, StatusCode::OK);

        let done = send(&mut editor, &url, "move", &[("section", "hrbitov")]).await;
        assert_done(&app, &done, "moved", "přesun").await;
        assert_eq!(editor.get("/sprava/dila/?section=hrbitov").await.body.matches(&url).count(), 1);
        let done = send(&mut editor, &url, "author", &[("author", "Elanor")]).await;
        assert_done(&app, &done, "saved", "přiřazení").await;
        let same = send(&mut editor, &url, "author", &[("author", "Elanor")]).await;
        assert_eq!(super::said(&same), ("same".to_owned(), String::new()));
        let none = send(&mut editor, &url, "author", &[("author", "Nikdo takový")]).await;
        assert_eq!(none.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(none.body.contains("Autora „Nikdo takový“ neznáme"), "{}", none.body);
        assert_eq!(none.field("author"), "Nikdo takový", "what was typed is there");

        let unsure = send(&mut editor, &url, "delete", &[]).await;
        assert_eq!(unsure.status, StatusCode::UNPROCESSABLE_ENTITY, "nobody said that it is meant");
        assert!(unsure.body.contains("Nic se nesmazalo"), "{}", unsure.body);
        let done = send(&mut editor, &url, "delete", &[("sure", "1")]).await;
        assert_done(&app, &done, "deleted", "smazání").await;
        assert!(done.location().starts_with("/sprava/dila/"));
        assert_eq!(editor.get(&url).await.status, StatusCode::NOT_FOUND);
        let history = editor.get(&format!("/sprava/historie/creation/{id}/")).await;
        assert!(history.body.contains("Tohle už na webu není"), "{}", history.body);
        building.stop().await;
    }
}

#[tokio::test]
async fn messages_links_and_charters_are_changed_alike() {
    for engine in ENGINES {
        let app = TestApp::demo_on(engine).await;
        let building = app.building();
        let mut editor = app.member("Drahomír", Role::Editor).await;
        let comment = app.number("select max(id) from comment").await;
        let post = app.number("select max(id) from forum_post").await;
        let link = app.number("select max(id) from link").await;
        let ad = app.number("select max(id) from ad where state = 'public'").await;
        for (url, field, table) in [
            (format!("/sprava/upravit/comment/{comment}/"), "body", "comment"),
            (format!("/sprava/upravit/forum-post/{post}/"), "body", "forum_post"),
            (format!("/sprava/upravit/link/{link}/"), "title", "link"),
            (format!("/sprava/upravit/ad/{ad}/"), "body", "ad"),
        ] {
            let done = send(&mut editor, &url, "save", &[(field, "Slovo redakce")]).await;
            assert_done(&app, &done, "saved", "úprava").await;
            let done = send(&mut editor, &url, "delete", &[("sure", "1")]).await;
            assert_done(&app, &done, "deleted", "smazání").await;
            let deleted = match table {
                "comment" => "select count(*) from comment where state = 'deleted' and body = 'Slovo redakce'",
                "forum_post" => "select count(*) from forum_post where state = 'deleted' and body = 'Slovo redakce'",
                "ad" => "select count(*) from ad where state = 'deleted' and body = 'Slovo redakce'",
                _ => "select count(*) from link where state = 'deleted' and title = 'Slovo redakce'",
            };
            assert_eq!(app.number(deleted).await, 1, "{table}");
        }
        let bad =
            send(&mut editor, "/sprava/upravit/link/new/", "save", &[("title", "Zlo"), ("url", "javascript:alert(1)")]);
        let bad = bad.await;
        assert_eq!(bad.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(bad.field("url"), "javascript:alert(1)");
        assert!(bad.body.contains("není adresa webové stránky"), "{}", bad.body);
        let done =
            send(&mut editor, "/sprava/upravit/charter/fotogalerie/", "save", &[("body", "Jen *vlastní* snímky.")])
                .await;
        assert_done(&app, &done, "published", "přidání").await;
        let charter = app.path("charter/fotogalerie").await;
        assert!(app.browsing().get(&charter).await.body.contains("Jen <em>vlastní</em> snímky."));
        building.stop().await;
    }
}

#[tokio::test]
async fn what_a_member_says_of_themselves_is_changed_with_its_history() {
    for engine in ENGINES {
        let app = TestApp::demo_on(engine).await;
        let building = app.building();
        let mut editor = app.member("Drahomír", Role::Editor).await;
        app.execute(
            "update member set description = 'Kupujte u mě!', description_format = 'markdown' where nick = 'Fénix'",
        )
        .await;
        let url = "/sprava/upravit/description/6/";
        assert!(editor.get("/sprava/clenove/6/").await.body.contains(url), "the way to it");
        let done = send(&mut editor, url, "save", &[("body", "Hraju *rád*.")]).await;
        assert_done(&app, &done, "saved", "úprava").await;
        let profile = app.path("member/6").await;
        assert!(app.browsing().get(&profile).await.body.contains("Hraju <em>rád</em>."));
        let history = editor.get("/sprava/historie/description/6/").await;
        assert!(history.body.contains("Bylo:</span> Kupujte u mě!</del>"), "{}", history.body);
        let emptied = send(&mut editor, url, "save", &[("body", "")]).await;
        assert_done(&app, &emptied, "saved", "úprava").await;
        assert!(!app.browsing().get(&profile).await.body.contains("Hraju"));
        let deleted = send(&mut editor, url, "delete", &[("sure", "1")]).await;
        assert_eq!(deleted.status, StatusCode::UNPROCESSABLE_ENTITY, "there is nothing to delete");
        let mut bound = super::rights::bound(&app, "Elanor", "clanky").await;
        assert_eq!(bound.get(url).await.status, StatusCode::FORBIDDEN);
        // Who leaves takes it along.
        let door = app.app.open_door().unwrap();
        let mut change = door.begin_alone(app.app.now()).await.unwrap();
        leaving::leave(&mut change, MemberId(6), "Pryč", false).await.unwrap();
        change.commit().await.unwrap();
        assert_eq!(app.number("select count(*) from former_text where kind = 'description'").await, 0);
        assert_eq!(
            app.number("select count(*) from audit_entry where kind = 'description' and summary <> ''").await,
            0
        );
        assert_eq!(editor.get(url).await.status, StatusCode::NOT_FOUND);
        building.stop().await;
    }
}

#[tokio::test]
async fn news_come_now_or_at_their_time() {
    for engine in ENGINES {
        let app = TestApp::demo_on(engine).await;
        let building = app.building();
        let mut editor = app.member("Drahomír", Role::Editor).await;
        let new = "/sprava/upravit/news/new/";
        let done = send(&mut editor, new, "save", &[("body", "Jsme tu **znovu**."), ("when", "now")]).await;
        assert_done(&app, &done, "published", "přidání").await;
        assert_eq!(super::said(&done).1, "shown");
        assert!(app.browsing().get("/aktuality/").await.body.contains("Jsme tu <strong>znovu</strong>."));

        let past = [("body", "Pozdě"), ("when", "at"), ("publish_at", "2001-01-01T10:00")];
        let refused = send(&mut editor, new, "save", &past).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(refused.field("body"), "Pozdě");
        let at = [("body", "Za sto let"), ("when", "at"), ("publish_at", "2126-01-01T10:00")];
        let done = send(&mut editor, new, "save", &at).await;
        assert_done(&app, &done, "scheduled", "přidání").await;
        let schedule = editor.get("/sprava/rozvrh/").await;
        assert!(schedule.body.contains("Za sto let"), "{}", schedule.body);
        app.execute("insert into stale_page (page, priority) values ('news', 10) on conflict (page) do nothing").await;
        building.stop().await;
        app.build().await;
        let news = app.browsing().get("/aktuality/").await;
        assert!(news.body.contains("Jsme tu") && !news.body.contains("Za sto let"), "built anew without it");
        let building = app.building();
        let hundred_years = chrono::Utc::now() + TimeDelta::days(36_600);
        schedule::due(&app.opened.db, &app.opened.site, hundred_years).await.unwrap();
        assert_eq!(app.number("select count(*) from news where body = 'Za sto let' and state = 'public'").await, 1);

        let id = app.number("select max(id) from news").await;
        let url = format!("/sprava/upravit/news/{id}/");
        let done = send(&mut editor, new, "save", &[("body", "Rozepsáno"), ("when", "later")]).await;
        assert_done(&app, &done, "draft", "přidání").await;
        let draft = url.replace(&id.to_string(), &(id + 1).to_string());
        let done = send(&mut editor, &draft, "schedule", &[("publish_at", "2126-01-01T10:00")]).await;
        assert_done(&app, &done, "scheduled", "naplánování").await;
        let same = send(&mut editor, &draft, "schedule", &[("publish_at", "2126-01-01T10:00")]).await;
        assert_eq!(super::said(&same).0, "same");
        let done = send(&mut editor, &draft, "schedule", &[("publish_at", "")]).await;
        assert_done(&app, &done, "unscheduled", "naplánování").await;
        let done = send(&mut editor, &draft, "publish", &[]).await;
        assert_done(&app, &done, "published", "zveřejnění").await;
        building.stop().await;
    }
}

#[tokio::test]
async fn a_page_is_written_renamed_and_deleted() {
    for engine in ENGINES {
        // Nobody builds beside it, so nobody waits.
        let app = TestApp::answering(engine, |answers| answers.page_patience = Duration::from_millis(1)).await;
        let mut editor = app.member("Drahomír", Role::Editor).await;
        let fields = [("title", "Kronika"), ("slug", "kronika"), ("body", "Kdysi *dávno*.")];
        let done = send(&mut editor, "/sprava/upravit/page/new/", "save", &fields).await;
        assert_done(&app, &done, "published", "přidání").await;
        assert_eq!(super::said(&done).1, "waits", "nobody has built it");
        assert!(editor.get(done.location()).await.body.contains("Stránka se teprve sestavuje"));
        app.build().await;
        assert!(app.browsing().get("/kronika/").await.body.contains("Kdysi <em>dávno</em>."));
        let taken = send(&mut editor, "/sprava/upravit/page/new/", "save", &fields).await;
        assert_eq!(taken.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(taken.body.contains("Stránka na adrese „kronika“ už je"), "{}", taken.body);
        let room = [("title", "Správa"), ("slug", "sprava"), ("body", "x")];
        let room = send(&mut editor, "/sprava/upravit/page/new/", "save", &room).await;
        assert_eq!(room.status, StatusCode::UNPROCESSABLE_ENTITY, "no page may stand there");
        assert!(room.body.contains("už má web něco jiného"), "{}", room.body);
        let signs = [("title", "Ě"), ("slug", "Ě"), ("body", "x")];
        let signs = send(&mut editor, "/sprava/upravit/page/new/", "save", &signs).await;
        assert!(signs.body.contains("jen písmena a–z"), "{}", signs.body);

        let called_new = [("title", "Co je nového"), ("slug", "new"), ("body", "Leccos.")];
        let done = send(&mut editor, "/sprava/upravit/page/new/", "save", &called_new).await;
        assert!(done.location().starts_with("/sprava/upravit/page/_new/"), "{}", done.location());
        let form = editor.get("/sprava/upravit/page/_new/").await;
        assert_eq!((form.field("slug").as_str(), form.field("body").as_str()), ("new", "Leccos."));
        assert_eq!(editor.get("/sprava/upravit/page/new/").await.field("slug"), "", "that is the form for another");
        assert!(editor.get("/sprava/stranky/").await.body.contains("/sprava/upravit/page/_new/"));

        let url = "/sprava/upravit/page/kronika/";
        let done = send(&mut editor, url, "save", &[("slug", "letopisy")]).await;
        assert_done(&app, &done, "saved", "úprava").await;
        assert!(done.location().starts_with("/sprava/upravit/page/letopisy/"));
        app.build().await;
        assert!(app.browsing().get("/letopisy/").await.body.contains("Kdysi"));
        assert!(app.browsing().get("/kronika/").await.body.contains("/letopisy/"), "a redirect");
        let done = send(&mut editor, "/sprava/upravit/page/letopisy/", "delete", &[("sure", "1")]).await;
        assert_done(&app, &done, "deleted", "smazání").await;
        app.build().await;
        assert_eq!(app.browsing().get("/letopisy/").await.status, StatusCode::NOT_FOUND);
    }
}
