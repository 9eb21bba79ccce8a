//! Killed at any moment after the answer: what was acknowledged is there once, and its page is true after the restart.

use std::sync::{Arc, Mutex};

use generator::db::sessions::{self, NewSession};
use generator::model::MemberId;
use sidecar::session::Token;

use super::*;

/// Who posts at once; each may post six texts before they are too fast.
const CLIENTS: i64 = 10;
const POSTS_OF_A_CLIENT: usize = 6;
/// How often the process is killed on each engine; `KILLS` asks for more.
const KILLS: usize = 3;

/// A text that the server has said to have.
#[derive(Clone, Debug)]
struct Acknowledged {
    text: String,
    table: &'static str,
}

/// Members of the sample content who are logged in: what their cookies hold.
async fn members(opened: &Opened) -> Vec<String> {
    let now = generator::text::moment::cut(Utc::now());
    let mut tokens = Vec::new();
    let mut tx = opened.db.write().await.unwrap();
    for member in 1..=CLIENTS {
        let token = Token::new().unwrap();
        let token_hash = token.hash();
        let expires_at = now + chrono::TimeDelta::days(1);
        let session = NewSession { member: MemberId(member), token_hash: &token_hash, agent: "", expires_at };
        sessions::begin(&mut tx, &session, now).await.unwrap();
        tokens.push(token.secret().to_owned());
    }
    tx.commit().await.unwrap();
    tokens
}

/// Sends a form as a browser does; gives the answer, as much of it as has come.
pub fn post(address: &str, path: &str, token: &str, fields: &[(&str, &str)]) -> std::io::Result<String> {
    let body = serde_urlencoded::to_string(fields).unwrap();
    let mut stream = TcpStream::connect(address)?;
    write!(
        stream,
        "POST {path} HTTP/1.0\r\nHost: localhost:8000\r\nOrigin: http://localhost:8000\r\nCookie: session={token}\r\n\
        Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    )?;
    let mut response = Vec::new();
    stream.read_to_end(&mut response)?;
    Ok(String::from_utf8_lossy(&response).into_owned())
}

/// Posts until nobody answers any more, or too fast.
fn go_on(address: &str, token: &str, name: &str, creation: i64, said: &Mutex<Vec<Acknowledged>>) {
    for nth in 0..POSTS_OF_A_CLIENT {
        let text = format!("Slyšel jsem odpověď {name} {nth}.");
        let creation = creation.to_string();
        let (path, table) = if nth % 3 == 2 { ("/prispevky/", "forum_post") } else { ("/komentare/", "comment") };
        let fields = [("creation", creation.as_str()), ("text", &text), ("homepage", ""), ("do", "post")];
        let fields = if table == "comment" { &fields[..] } else { &fields[1..] };
        let Ok(answer) = post(address, path, token, fields) else { return };
        match answer.split(' ').nth(1) {
            Some("303" | "202") => said.lock().unwrap().push(Acknowledged { text, table }),
            // Cut off in the middle of an answer.
            None => return,
            Some(status) => panic!("{status} for {name} {nth}: {answer}"),
        }
    }
}

/// What all pages say.
fn texts(folder: &Path) -> String {
    let mut all = String::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            all += &texts(&path);
        } else if path.extension().is_some_and(|end| end == "html") {
            all += &std::fs::read_to_string(&path).unwrap();
        }
    }
    all
}

async fn count(opened: &Opened, sql: &'static str, text: &str) -> i64 {
    let mut tx = opened.db.snapshot().await.unwrap();
    match &mut tx {
        generator::db::Tx::Sqlite(tx) => sqlx::query_scalar(sql).bind(text).fetch_one(&mut **tx).await.unwrap(),
        generator::db::Tx::Postgres(tx) => sqlx::query_scalar(sql).bind(text).fetch_one(&mut **tx).await.unwrap(),
    }
}

/// A site with the sample content that a process serves, whose builder's leases are short.
pub async fn sample(host: &Host) -> (PathBuf, Opened) {
    let site = host.release("one", &[]);
    let settings = host.settings(&site);
    let opened = Opened::open(&settings).await.unwrap();
    let content = generator::files::shipped_site().content;
    generator::demo::load(&opened.db, &opened.site, &content, &settings.uploads).await.unwrap();
    (site, opened)
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_answered_outlives_a_kill_at_any_moment() {
    let kills = std::env::var("KILLS").ok().and_then(|kills| kills.parse().ok()).unwrap_or(KILLS);
    for engine in ENGINES {
        let host = Host::new(engine).await;
        let (site, opened) = sample(&host).await;
        let tokens = members(&opened).await;
        let first = "select min(id) from creation where section = $1 and state = 'approved'";
        let last = "select max(id) from creation where section = $1 and state = 'approved'";
        let creations = [count(&opened, first, "clanky").await, count(&opened, last, "clanky").await];
        let start = || {
            let mut command = host.command(&site);
            Serving::start(command.env("GRAVEYARD_LEASE_MS", "2000"), " on http://")
        };
        let mut serving = start();
        serving.until_said(" 0 failed");
        let said: Arc<Mutex<Vec<Acknowledged>>> = Arc::default();
        for kill in 0..kills {
            let before = said.lock().unwrap().len();
            let clients: Vec<_> = (0..)
                .zip(&tokens)
                .map(|(nth, token)| {
                    let creation = creations[nth % 2];
                    let (address, token, said) = (serving.address.clone(), token.clone(), Arc::clone(&said));
                    std::thread::spawn(move || go_on(&address, &token, &format!("{kill}-{nth}"), creation, &said))
                })
                .collect();
            let wanted = before + 1 + rand::random_range(0..20);
            let until = Instant::now() + PATIENCE;
            while said.lock().unwrap().len() < wanted && clients.iter().any(|client| !client.is_finished()) {
                assert!(Instant::now() < until, "nobody is answered");
                std::thread::sleep(Duration::from_micros(200));
            }
            std::thread::sleep(Duration::from_micros(rand::random_range(0..30_000)));
            // `Child::kill` is SIGKILL.
            serving.child.kill().unwrap();
            serving.child.wait().unwrap();
            for client in clients {
                client.join().unwrap();
            }
            assert!(said.lock().unwrap().len() >= wanted, "somebody was answered");
            serving = start();
            let until = Instant::now() + PATIENCE;
            while count(&opened, "select count(*) from stale_page where page <> $1", "").await > 0 {
                assert!(Instant::now() < until, "{engine:?}: what was begun is never built:\n{}", serving.end());
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
            let shown = texts(&host.path("output"));
            let all_said = said.lock().unwrap().clone();
            for Acknowledged { text, table } in all_said {
                let sql = match table {
                    "comment" => "select count(*) from comment where body = $1 and state = 'public'",
                    _ => "select count(*) from forum_post where body = $1 and state = 'public'",
                };
                assert_eq!(count(&opened, sql, &text).await, 1, "{engine:?}: {text}");
                assert!(shown.contains(&text), "{engine:?}: no page shows {text}");
            }
            let findings = verify(&opened.builder(&host.path("output")).unwrap()).await.unwrap();
            assert!(findings.differences.is_empty(), "{engine:?}: {:?}", findings.differences);
        }
        serving.end();
    }
}
