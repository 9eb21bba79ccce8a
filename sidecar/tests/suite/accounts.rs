//! Logging in and out, sessions, passwords; and those who try to get in by other ways.

mod attacks;
mod clock;
mod detour;
mod icon;
mod leaving;
mod own;
mod registration;
mod reset;
pub(crate) mod unsubscribing;

use axum::http::{StatusCode, header};
use chrono::TimeDelta;
use generator::db::{credentials, sessions};
use generator::model::Role;

use crate::harness::{ENGINES, Engine, PASSWORD, TestApp};

const LOGIN: &str = "/uzivatel/prihlaseni/";
const LOGOUT: &str = "/uzivatel/odhlaseni/";
const SETTINGS: &str = "/nastaveni/";
const SESSIONS: &str = "/nastaveni/prihlaseni/";

/// Who a page of one's own says that one is; nothing where it leads to the login.
async fn who(browsing: &mut crate::browsing::Browsing) -> String {
    let answer = browsing.get(SETTINGS).await;
    match answer.status {
        StatusCode::OK => answer.field("username"),
        StatusCode::SEE_OTHER => {
            assert_eq!(answer.location(), "/uzivatel/prihlaseni/?next=%2Fnastaveni%2F");
            String::new()
        }
        other => panic!("{other}: {}", answer.body),
    }
}

#[tokio::test]
async fn members_log_in_by_nick_or_email_and_out() {
    for engine in ENGINES {
        let app = TestApp::demo_on(engine).await;
        app.give_password("Řehoř Kovář", Role::Member).await;
        app.execute("update account set email = 'Rehor@Example.org' where member_id = (select id from member where nick = 'Řehoř Kovář')").await;
        for name in ["Řehoř Kovář", "  Řehoř Kovář ", "rehor@example.org", "REHOR@EXAMPLE.ORG"] {
            let mut browsing = app.browsing();
            assert_eq!(who(&mut browsing).await, "");
            browsing.log_in(name, PASSWORD).await;
            assert_eq!(who(&mut browsing).await, "Řehoř Kovář", "{name}");
            assert_eq!(browsing.cookies["member"], "1", "a hint for scripts");
            let cookies = browsing.cookies.clone();
            let answer = browsing.post(LOGOUT, &[]).await;
            assert_eq!((answer.status, answer.location()), (StatusCode::SEE_OTHER, "/"));
            assert!(browsing.cookies.is_empty(), "{:?}", browsing.cookies);
            browsing.cookies = cookies;
            assert_eq!(who(&mut browsing).await, "", "the token is worth nothing any more");
        }
        let at = app.number("select count(*) from account where last_login_at is not null").await;
        assert_eq!(at, 1);
    }
}

#[tokio::test]
async fn an_email_that_several_have_lets_nobody_in() {
    for engine in ENGINES {
        let app = TestApp::demo_on(engine).await;
        app.give_password("Elanor", Role::Member).await;
        app.execute("update account set email = 'spolecny@example.org' where member_id in (1, 5, 6)").await;
        let mut browsing = app.browsing();
        let answer = browsing.post(LOGIN, &[("name", "spolecny@example.org"), ("password", PASSWORD)]).await;
        assert_eq!(answer.status, StatusCode::UNAUTHORIZED);
        assert_eq!(browsing.cookies.len(), 0);
    }
}

#[tokio::test]
async fn imported_passwords_open_the_account_and_are_replaced() {
    for engine in ENGINES {
        let app = TestApp::demo_on(engine).await;
        let wrapped = generator::import::passwords::wrap("9910e1f53dde5134965879f6148d571b").unwrap();
        let old = "Heslo ze starého webu platí dál.";
        assert!(!app.browsing().get(LOGIN).await.body.contains(old), "nobody has one");
        for (member, nick, scheme, hash, password) in [
            (
                5,
                "Elanor",
                "django",
                "pbkdf2_sha256$1000$seasalt$JgZryXe2Ga8ysg6XbzkLpTdyPQrHqsinbL9BnnhgX4A=",
                "lètmein",
            ),
            (
                6,
                "Fénix",
                "django",
                "bcrypt_sha256$$2b$05$abcdefghijklmnopqrstuuaQz6CVhbgRiZmnmiNLc9bv5cauhFkti",
                "lètmein",
            ),
            (7, "Gorgoroth", "argon2-md5", wrapped.as_str(), "příliš žluťoučký"),
        ] {
            let mut tx = app.opened.db.write().await.unwrap();
            let sql = "insert into credential (member_id, scheme, hash) values ($1, $2, $3)";
            match &mut tx {
                generator::db::Tx::Sqlite(tx) => {
                    sqlx::query(sql).bind(member).bind(scheme).bind(hash).execute(&mut **tx).await.map(drop).unwrap();
                }
                generator::db::Tx::Postgres(tx) => {
                    sqlx::query(sql).bind(member).bind(scheme).bind(hash).execute(&mut **tx).await.map(drop).unwrap();
                }
            }
            tx.commit().await.unwrap();
            let mut browsing = app.browsing();
            assert!(browsing.get(LOGIN).await.body.contains(old));
            let wrong = browsing.post(LOGIN, &[("name", nick), ("password", "letmein")]).await;
            assert_eq!(wrong.status, StatusCode::UNAUTHORIZED, "{nick}");
            browsing.log_in(nick, password).await;
            assert_eq!(who(&mut browsing).await, nick);
            app.browsing().log_in(nick, password).await;
        }
        let renewed = app.number("select count(*) from credential where scheme = 'argon2' and hash like '$argon2id$%'");
        assert_eq!(renewed.await, 3);
        assert!(!app.browsing().get(LOGIN).await.body.contains(old), "nobody has one any more");
    }
}

#[tokio::test]
async fn a_session_lasts_thirty_days() {
    for engine in ENGINES {
        let app = TestApp::demo_on(engine).await;
        let mut elanor = app.member("Elanor", Role::Member).await;
        app.pass(TimeDelta::days(30) - TimeDelta::minutes(5));
        assert_eq!(who(&mut elanor).await, "Elanor");
        app.pass(TimeDelta::minutes(6));
        assert_eq!(who(&mut elanor).await, "");
        app.browsing().log_in("Elanor", PASSWORD).await;
        sidecar::retention::keep_to_it(&app.app).await;
        assert_eq!(app.number("select count(*) from session").await, 1, "what is over is forgotten");
    }
}

#[tokio::test]
async fn members_see_and_end_their_sessions() {
    for engine in ENGINES {
        let app = TestApp::demo_on(engine).await;
        let mut elanor = app.member("Elanor", Role::Member).await;
        let mut phone = app.browsing();
        phone.headers.insert(
            "user-agent".to_owned(),
            "Mozilla/5.0 (Linux; Android 15) Chrome/139.0 Mobile Safari/537.36".to_owned(),
        );
        phone.log_in("Elanor", PASSWORD).await;
        let mut other = app.member("Fénix", Role::Member).await;

        let list = elanor.get(SESSIONS).await;
        assert!(list.body.contains("Firefox, Linux") && list.body.contains("Chrome, Android"), "{}", list.body);
        let buttons: Vec<&str> = list.body.split("name=\"session\" value=\"").skip(1).collect();
        assert_eq!(buttons.len(), 1, "one's own is ended by logging out");
        let session = buttons[0].split('"').next().unwrap();
        let stolen = other.post(SESSIONS, &[("session", session)]).await;
        assert_eq!(stolen.status, StatusCode::NOT_FOUND, "nobody ends the sessions of others");
        assert_eq!(who(&mut phone).await, "Elanor");
        let ended = elanor.post(SESSIONS, &[("session", session)]).await;
        assert_eq!((ended.status, ended.location()), (StatusCode::SEE_OTHER, SESSIONS));
        assert_eq!(who(&mut phone).await, "");
        assert_eq!(who(&mut elanor).await, "Elanor");

        phone.log_in("Elanor", PASSWORD).await;
        elanor.post(LOGOUT, &[("everywhere", "1")]).await;
        assert_eq!(who(&mut phone).await, "");
        assert_eq!(who(&mut other).await, "Fénix");
    }
}

#[tokio::test]
async fn a_ban_ends_all_sessions_at_once() {
    for engine in ENGINES {
        let app = TestApp::demo_on(engine).await;
        let mut elanor = app.member("Elanor", Role::Editor).await;
        app.execute("update member set banned = true where nick = 'Elanor'").await;
        assert_eq!(who(&mut elanor).await, "");
        let mut browsing = app.browsing();
        let right = browsing.post(LOGIN, &[("name", "Elanor"), ("password", PASSWORD)]).await;
        assert!(right.body.contains("Tvůj účet je zablokovaný"), "{}", right.body);
        let wrong = browsing.post(LOGIN, &[("name", "Elanor"), ("password", "something else")]).await;
        assert!(!wrong.body.contains("zablokovaný"), "only the member hears of it");
        assert!(browsing.cookies.is_empty());
    }
}

#[tokio::test]
async fn letting_somebody_back_in_opens_no_old_session() {
    use generator::publish::{Change, members};
    for engine in ENGINES {
        let app = TestApp::demo_on(engine).await;
        let id = app.give_password("Elanor", Role::Member).await;
        let mut elanor = app.member("Elanor", Role::Member).await;
        for banned in [true, false] {
            let (db, site) = (&app.opened.db, &app.opened.site);
            let mut change = Change::begin(db, site, chrono::Utc::now()).await.unwrap();
            if banned {
                members::ban(&mut change, id).await.unwrap();
            } else {
                members::unban(&mut change, id).await.unwrap();
            }
            change.commit().await.unwrap();
            assert_eq!(who(&mut elanor).await, "", "{engine:?} {banned}");
        }
        elanor.log_in("Elanor", PASSWORD).await;
        assert_eq!(who(&mut elanor).await, "Elanor");
    }
}

#[tokio::test]
async fn a_login_under_way_does_not_outlive_the_password() {
    for engine in ENGINES {
        let app = TestApp::demo_on(engine).await;
        let id = app.give_password("Elanor", Role::Member).await;
        let mut elanor = app.member("Elanor", Role::Member).await;
        let hash = sidecar::password::hash("osm koní za úsvitu").unwrap();
        let mut tx = app.opened.db.write().await.unwrap();
        credentials::set(&mut tx, id, &hash).await.unwrap();
        sessions::end_all(&mut tx, id).await.unwrap();
        let mut thief = app.browsing();
        let fields = [("name", "Elanor"), ("password", PASSWORD)];
        let other = [("password", PASSWORD), ("new_password", "jiné heslo zloděje")];
        let (login, change, ()) = tokio::join!(thief.post(LOGIN, &fields), elanor.post(SETTINGS, &other), async {
            // Both have read the old hash by then; where they have not, they are refused all the same.
            tokio::time::sleep(std::time::Duration::from_millis(1_500)).await;
            tx.commit().await.unwrap();
        });
        assert_eq!(login.status, StatusCode::UNAUTHORIZED, "{engine:?}");
        assert_eq!(change.status, StatusCode::UNPROCESSABLE_ENTITY, "{engine:?}");
        assert_eq!(app.number("select count(*) from session").await, 0, "{engine:?}");
        app.browsing().log_in("Elanor", "osm koní za úsvitu").await;
    }
}

#[tokio::test]
async fn what_is_no_password_is_not_verified_as_an_empty_one() {
    let app = TestApp::demo().await;
    let id = app.give_password("Elanor", Role::Member).await;
    let mut tx = app.opened.db.write().await.unwrap();
    credentials::set(&mut tx, id, &sidecar::password::hash("").unwrap()).await.unwrap();
    tx.commit().await.unwrap();
    for password in [String::new(), "ř".repeat(201)] {
        let answer = app.browsing().post(LOGIN, &[("name", "Elanor"), ("password", &password)]).await;
        assert_eq!(answer.status, StatusCode::UNAUTHORIZED, "{} characters", password.chars().count());
    }
}

#[tokio::test]
async fn reading_waits_for_nobody_who_writes() {
    for engine in ENGINES {
        let app = TestApp::demo_on(engine).await;
        let mut elanor = app.member("Elanor", Role::Member).await;
        app.pass(TimeDelta::hours(2));
        let mut tx = app.opened.db.write().await.unwrap();
        sessions::seen(&mut tx, 1, chrono::Utc::now(), chrono::Utc::now()).await.unwrap();
        assert_eq!(who(&mut elanor).await, "Elanor", "{engine:?}");
        drop(tx);
        let noted = "select count(*) from session where seen_at > begun_at";
        assert_eq!(app.number(noted).await, 0, "{engine:?}");
        assert_eq!(who(&mut elanor).await, "Elanor");
        assert_eq!(app.number(noted).await, 1, "{engine:?}: noted by the next request");
    }
}

#[tokio::test]
async fn another_password_ends_all_other_sessions() {
    for engine in ENGINES {
        let app = TestApp::demo_on(engine).await;
        let mut elanor = app.member("Elanor", Role::Member).await;
        let mut phone = app.member("Elanor", Role::Member).await;
        for (old, new, fault) in [
            ("wrong one", "osm koní za úsvitu", "Dosavadní heslo nesedí."),
            (PASSWORD, "krátké", "aspoň 10 znaků"),
            (PASSWORD, "heslo123456", "každý zloděj"),
            (PASSWORD, "elanor-2026", "skoro tvůj nick"),
        ] {
            let answer = elanor.post(SETTINGS, &[("password", old), ("new_password", new)]).await;
            assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{new}");
            assert!(answer.body.contains(fault), "{new}: {}", answer.body);
        }
        assert_eq!(who(&mut phone).await, "Elanor");
        let before = elanor.cookies["session"].clone();
        let new = "osm koní za úsvitu";
        let answer = elanor.post(SETTINGS, &[("password", PASSWORD), ("new_password", new)]).await;
        assert_eq!((answer.status, answer.location()), (StatusCode::SEE_OTHER, "/nastaveni/?changed=password"));
        assert!(elanor.get(answer.location()).await.body.contains("Heslo je změněné"));
        assert_ne!(elanor.cookies["session"], before);
        assert_eq!(who(&mut elanor).await, "Elanor");
        assert_eq!(who(&mut phone).await, "");
        app.browsing().log_in("Elanor", new).await;
    }
}

#[tokio::test]
async fn on_https_cookies_are_the_hosts_own() {
    let app = TestApp::demo().await;
    app.give_password("Elanor", Role::Member).await;
    let settings =
        generator::settings::Settings { site_url: "https://www.example.org".to_owned(), ..app.settings.clone() };
    let database = sidecar::database::Database::opened(app.opened.db.clone());
    let secure = sidecar::app::App::new(settings, sidecar::options::Options::default(), &app.edition(), database);
    let mut browsing = crate::browsing::Browsing::new(&secure);
    let answer = browsing.post(LOGIN, &[("name", "Elanor"), ("password", PASSWORD)]).await;
    let cookies: Vec<&str> =
        answer.headers.get_all(header::SET_COOKIE).iter().map(|cookie| cookie.to_str().unwrap()).collect();
    assert!(cookies[0].starts_with("__Host-session=") && cookies[0].ends_with("; SameSite=Lax; HttpOnly; Secure"));
    assert_eq!(cookies[1], "__Host-member=1; Path=/; Max-Age=2592000; SameSite=Lax; Secure");
    assert!(answer.header(header::STRICT_TRANSPORT_SECURITY).starts_with("max-age="));
    assert_eq!(browsing.get(SETTINGS).await.status, StatusCode::OK);
}

#[tokio::test]
async fn an_operator_adds_members() {
    use std::io::Write;
    use std::process::{Command, Stdio};
    let app = TestApp::demo_on(Engine::Sqlite).await;
    let add = |arguments: &[&str], password: &str| {
        let mut child = Command::new(env!("CARGO_BIN_EXE_sidecar"))
            .args(["member", "add"])
            .args(arguments)
            .env("DATABASE_URL", &app.settings.database_url)
            .env("SITE_URL", &app.settings.site_url)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        child.stdin.take().unwrap().write_all(password.as_bytes()).unwrap();
        let output = child.wait_with_output().unwrap();
        (output.status.code(), String::from_utf8(output.stdout).unwrap() + &String::from_utf8(output.stderr).unwrap())
    };
    let admin = ["Nová Správkyně", "--email", "sprava@example.org", "--role", "admin"];
    let (code, said) = add(&admin, "krátké\n");
    assert!(code == Some(1) && said.contains("at least 10 characters"), "{code:?} {said}");
    let (code, said) = add(&["Kdosi", "--email", "nowhere"], "vrbová píšťalka\n");
    assert!(code == Some(1) && said.contains("no e-mail address"), "{code:?} {said}");
    let (code, said) = add(&admin, "vrbová píšťalka\n");
    assert!(code == Some(0) && said.contains("Nová Správkyně is member"), "{code:?} {said}");
    let (code, said) = add(&admin, "vrbová píšťalka\n");
    assert!(code == Some(1) && said.contains("is taken"), "{code:?} {said}");
    let mut browsing = app.browsing();
    browsing.log_in("sprava@example.org", "vrbová píšťalka").await;
    assert_eq!(who(&mut browsing).await, "Nová Správkyně");
    let admins = "select count(*) from account join member on member.id = member_id where role = 'admin' and nick = 'Nová Správkyně'";
    assert_eq!(app.number(admins).await, 1);
}

#[tokio::test]
async fn at_a_terminal_no_password_is_typed_but_a_link_printed() {
    use std::process::{Command, Stdio};
    let app = TestApp::demo_on(Engine::Sqlite).await;
    let sidecar = env!("CARGO_BIN_EXE_sidecar");
    // `script` gives the command a terminal of its own, on which nobody types.
    let at_terminal = format!("'{sidecar}' member add Tereza --email tereza@example.org --role editor");
    let mut by_script = Command::new("script");
    by_script.args(["--quiet", "--return", "--command", &at_terminal, "/dev/null"]);
    let mut by_flag = Command::new(sidecar);
    by_flag.args(["member", "add", "Flora", "--email", "flora@example.org", "--link"]);
    for (command, nick) in [(&mut by_script, "Tereza"), (&mut by_flag, "Flora")] {
        command.env("DATABASE_URL", &app.settings.database_url).env("SITE_URL", &app.settings.site_url);
        let output = command.stdin(Stdio::null()).output().unwrap();
        let said = String::from_utf8(output.stdout).unwrap();
        assert!(output.status.success() && said.contains(&format!("{nick} is member")), "{said}");
        let link = said.split_whitespace().find(|word| word.starts_with("http")).expect("a link");
        let link = app.own_path(link);
        let hashes = "select count(*) from account_link where purpose = 'password'";
        assert_eq!(app.number(hashes).await, 1, "its hash alone is kept");
        let chosen = app.browsing().post(&link, &[("new_password", "vrbová píšťalka")]).await;
        assert_eq!(chosen.status, StatusCode::SEE_OTHER, "{}", chosen.body);
        app.browsing().log_in(nick, "vrbová píšťalka").await;
        assert_eq!(app.browsing().get(&link).await.status, StatusCode::GONE, "once");
    }
}
