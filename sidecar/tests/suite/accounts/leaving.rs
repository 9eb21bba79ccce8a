//! Members who leave.

use axum::http::StatusCode;
use generator::model::Role;

use super::who;
use crate::harness::{ENGINES, PASSWORD, TestApp};

const LEAVING: &str = "/nastaveni/zruseni-uctu/";

/// Every file of the built site that holds a text.
fn files_with(app: &TestApp, text: &str) -> Vec<std::path::PathBuf> {
    let mut folders = vec![app.settings.output.clone()];
    let mut found = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if String::from_utf8_lossy(&std::fs::read(&path).unwrap()).contains(text)
                || path.to_string_lossy().contains(&generator::text::slug::slug(text))
            {
                found.push(path);
            }
        }
    }
    found
}

#[tokio::test]
async fn texts_stay_without_a_name() {
    for engine in ENGINES {
        let app = TestApp::demo_on(engine).await;
        let mailing = app.mailing();
        let mut fenix = app.member("Fénix", Role::Member).await;
        let mut phone = app.member("Fénix", Role::Member).await;
        app.execute("update account set email = 'fenix@example.org', icq = '424242' where member_id = 6").await;
        app.execute("insert into redirect (path, page) values ('/uzivatel/6-fenixek/', 'member/6')").await;
        app.execute(
            "insert into creation (section, number, title, slug, author_id, state, changed_at)
            select 'clanky', 9000 + stage, 'Rozepsané', 'rozepsane', author.id, state,
                (select min(registered_at) from member)
            from author, (select 1 as stage, 'draft' as state union all select 2, 'returned'
                union all select 3, 'waiting') stages
            where member_id = 6",
        )
        .await;
        app.execute(
            "insert into upload (path, content_type, size_bytes, brought_at, is_public)
            select 'u/00/a.png', 'image/png', 5, min(registered_at), false from member",
        )
        .await;
        app.execute(
            "insert into upload_owner (path, member_id, brought_at)
            select 'u/00/a.png', 6, min(registered_at) from member",
        )
        .await;
        app.execute("insert into member_rating (rater_id, rated_id, body) values (5, 6, 'o něm')").await;
        app.build().await;
        assert!(!files_with(&app, "Fénix").is_empty());
        let comments = "select count(*) from comment where member_id = 6 and state = 'public'";
        let before = app.number(comments).await;
        for wrong in [[("texts", "stay"), ("password", "x")], [("texts", ""), ("password", PASSWORD)]] {
            assert_eq!(fenix.post(LEAVING, &wrong).await.status, StatusCode::UNPROCESSABLE_ENTITY);
        }
        let answer = fenix.post(LEAVING, &[("texts", "stay"), ("password", PASSWORD)]).await;
        assert!(answer.status == StatusCode::OK && answer.body.contains("Účet je zrušený"), "{}", answer.body);
        assert!(fenix.cookies.is_empty());
        assert_eq!(who(&mut phone).await, "");
        let again = app.browsing().post("/uzivatel/prihlaseni/", &[("name", "Fénix"), ("password", PASSWORD)]).await;
        assert_eq!(again.status, StatusCode::UNAUTHORIZED);
        let told = app.mails().await;
        assert_eq!((told.len(), told[0].to.as_str()), (1, "fenix@example.org"));
        app.build().await;
        assert_eq!(files_with(&app, "Fénix"), Vec::<std::path::PathBuf>::new(), "{engine:?}");
        assert_eq!(app.number(comments).await, before);
        assert_eq!(app.number("select count(*) from account where member_id = 6").await, 0);
        assert_eq!(app.number("select count(*) from credential where member_id = 6").await, 0);
        for gone in [
            "select count(*) from creation where number > 9000 and state <> 'waiting'",
            "select count(*) from upload_owner where member_id = 6",
            "select count(*) from member_rating where rated_id = 6",
        ] {
            assert_eq!(app.number(gone).await, 0, "{engine:?} {gone}");
        }
        assert_eq!(app.number("select count(*) from creation where number > 9000").await, 1, "what waits was sent in");
        let left =
            app.number("select count(*) from member where nick = 'Zrušený účet 6' and left_at is not null").await;
        assert_eq!(left, 1);
        let list = app.get("/uzivatele/").await;
        assert!(!crate::harness::text(list).await.contains("Zrušený účet 6"), "not among the members");
        mailing.stop().await;
    }
}

#[tokio::test]
async fn texts_go_where_their_author_wishes() {
    for engine in ENGINES {
        let app = TestApp::demo_on(engine).await;
        app.execute("insert into letter (sender_id, receiver_id, body) values (6, 5, 'psaní'), (5, 6, 'odpověď')")
            .await;
        let mut fenix = app.member("Fénix", Role::Member).await;
        let of_others = "select count(*) from comment where member_id <> 6 and state = 'public'
            and creation_id not in (select creation.id from creation join author on author.id = author_id
                where member_id = 6)";
        let others = app.number(of_others).await;
        let answer = fenix.post(LEAVING, &[("texts", "go"), ("password", PASSWORD)]).await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
        for _ in 0..2_000 {
            if app.number("select count(*) from member where takes_texts").await == 0 {
                break;
            }
            tokio::time::sleep(std::time::Duration::from_millis(5)).await;
        }
        for gone in [
            "select count(*) from comment where member_id = 6 and (state = 'public' or body <> '')",
            "select count(*) from forum_post where member_id = 6 and (state = 'public' or body <> '')",
            "select count(*) from creation join author on author.id = author_id where member_id = 6",
            "select count(*) from letter where sender_id = 6",
            "select count(*) from member where takes_texts",
        ] {
            assert_eq!(app.number(gone).await, 0, "{engine:?} {gone}");
        }
        assert_eq!(app.number(of_others).await, others, "{engine:?}: what others wrote stays");
        assert_eq!(app.number("select count(*) from letter where sender_id = 5").await, 1);
        app.build().await;
        assert_eq!(files_with(&app, "Fénix"), Vec::<std::path::PathBuf>::new(), "{engine:?}");
    }
}

#[tokio::test]
async fn the_last_admin_stays() {
    for engine in ENGINES {
        let app = TestApp::demo_on(engine).await;
        app.execute("update account set role = 'member'").await;
        let mut admin = app.member("Almara", Role::Admin).await;
        let answer = admin.post(LEAVING, &[("texts", "stay"), ("password", PASSWORD)]).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(answer.body.contains("poslední"), "{}", answer.body);
        assert_eq!(who(&mut admin).await, "Almara");
    }
}
