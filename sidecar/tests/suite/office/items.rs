//! Things that editors change: what is saved is seen, what was there before is kept, and every act is noted.

use std::time::Duration;

use axum::http::StatusCode;
use chrono::TimeDelta;
use generator::model::Role;
use generator::publish::schedule;

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
        assert_eq!(late.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(late.body.contains("Mezitím to změnil někdo jiný"));
        assert_eq!(late.field("title"), "Přepsáno naslepo", "what was typed is there");
        assert_eq!(app.number("select count(*) from former_text").await, 1);
        let same = send(&mut editor, &url, "save", &[]).await;
        assert_eq!(same.status, StatusCode::SEE_OTHER);
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
        assert_eq!(preview.field("body"), "<p>Nové <b>časy</b>.</p>\n<p>x</p>", "what is left is seen before it is saved");
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
        let done = send(&mut editor, &url, "publish", &[]).await;
        assert_done(&app, &done, "published", "zveřejnění").await;
        assert_eq!(app.browsing().get(&path).await.status, StatusCode::OK);

        let done = send(&mut editor, &url, "move", &[("section", "hrbitov")]).await;
        assert_done(&app, &done, "moved", "přesun").await;
        assert_eq!(editor.get("/sprava/dila/?section=hrbitov").await.body.matches(&url).count(), 1);
        let done = send(&mut editor, &url, "author", &[("author", "Elanor")]).await;
        assert_done(&app, &done, "assigned", "přiřazení").await;
        let none = send(&mut editor, &url, "author", &[("author", "Nikdo takový")]).await;
        assert_eq!(none.status, StatusCode::BAD_REQUEST);

        let unsure = send(&mut editor, &url, "delete", &[]).await;
        assert_eq!(unsure.status, StatusCode::BAD_REQUEST, "nobody said that it is meant");
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
        for (url, field, table) in [
            (format!("/sprava/upravit/comment/{comment}/"), "body", "comment"),
            (format!("/sprava/upravit/forum-post/{post}/"), "body", "forum_post"),
            (format!("/sprava/upravit/link/{link}/"), "title", "link"),
        ] {
            let done = send(&mut editor, &url, "save", &[(field, "Slovo redakce")]).await;
            assert_done(&app, &done, "saved", "úprava").await;
            let done = send(&mut editor, &url, "delete", &[("sure", "1")]).await;
            assert_done(&app, &done, "deleted", "smazání").await;
            let deleted = match table {
                "comment" => "select count(*) from comment where state = 'deleted' and body = 'Slovo redakce'",
                "forum_post" => "select count(*) from forum_post where state = 'deleted' and body = 'Slovo redakce'",
                _ => "select count(*) from link where state = 'deleted' and title = 'Slovo redakce'",
            };
            assert_eq!(app.number(deleted).await, 1, "{table}");
        }
        let bad =
            send(&mut editor, "/sprava/upravit/link/new/", "save", &[("title", "Zlo"), ("url", "javascript:alert(1)")]);
        let bad = bad.await;
        assert_eq!(bad.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(bad.field("url"), "javascript:alert(1)");
        let done =
            send(&mut editor, "/sprava/upravit/charter/fotogalerie/", "save", &[("body", "Jen *vlastní* snímky.")])
                .await;
        assert_done(&app, &done, "saved", "přidání").await;
        let charter = app.path("charter/fotogalerie").await;
        assert!(app.browsing().get(&charter).await.body.contains("Jen <em>vlastní</em> snímky."));
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
        assert_done(&app, &done, "saved", "přidání").await;
        building.stop().await;
        app.build().await;
        assert!(app.browsing().get("/aktuality/").await.body.contains("Jsme tu <strong>znovu</strong>."));

        let past = [("body", "Pozdě"), ("when", "at"), ("publish_at", "2001-01-01T10:00")];
        let refused = send(&mut editor, new, "save", &past).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(refused.field("body"), "Pozdě");
        let at = [("body", "Za sto let"), ("when", "at"), ("publish_at", "2126-01-01T10:00")];
        let done = send(&mut editor, new, "save", &at).await;
        assert_done(&app, &done, "saved", "přidání").await;
        let schedule = editor.get("/sprava/rozvrh/").await;
        assert!(schedule.body.contains("Za sto let"), "{}", schedule.body);
        assert!(!app.browsing().get("/aktuality/").await.body.contains("Za sto let"));
        let hundred_years = chrono::Utc::now() + TimeDelta::days(36_600);
        schedule::due(&app.opened.db, &app.opened.site, hundred_years).await.unwrap();
        assert_eq!(app.number("select count(*) from news where body = 'Za sto let' and state = 'public'").await, 1);

        let id = app.number("select max(id) from news").await;
        let url = format!("/sprava/upravit/news/{id}/");
        let done = send(&mut editor, new, "save", &[("body", "Rozepsáno"), ("when", "later")]).await;
        assert_done(&app, &done, "saved", "přidání").await;
        let draft = url.replace(&id.to_string(), &(id + 1).to_string());
        let done = send(&mut editor, &draft, "schedule", &[("publish_at", "2126-01-01T10:00")]).await;
        assert_done(&app, &done, "scheduled", "naplánování").await;
        let done = send(&mut editor, &draft, "publish", &[]).await;
        assert_done(&app, &done, "published", "zveřejnění").await;
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
        assert_done(&app, &done, "saved", "přidání").await;
        app.build().await;
        assert!(app.browsing().get("/kronika/").await.body.contains("Kdysi <em>dávno</em>."));
        let taken = send(&mut editor, "/sprava/upravit/page/new/", "save", &fields).await;
        assert_eq!(taken.status, StatusCode::UNPROCESSABLE_ENTITY);
        let room = [("title", "Správa"), ("slug", "sprava"), ("body", "x")];
        let room = send(&mut editor, "/sprava/upravit/page/new/", "save", &room).await;
        assert_eq!(room.status, StatusCode::UNPROCESSABLE_ENTITY, "no page may stand there");

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
