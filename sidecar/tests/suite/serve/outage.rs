//! The database goes away under a process that serves, and comes back: posts get an honest answer with their text, pages go
//! on, and the same form is taken later.

use std::net::SocketAddr;

use tokio::net::{TcpListener, TcpStream as Stream};
use tokio::sync::watch;

use super::killed::{post, sample};
use super::*;

/// The way to a database, which can be closed and opened.
pub struct Way {
    address: SocketAddr,
    pub open: watch::Sender<bool>,
}

impl Way {
    /// The way to a host's server of databases, which the host takes from now on.
    pub async fn of(host: &mut Host) -> Way {
        let (user, rest) = host.database_url.split_once('@').unwrap();
        let (server, name) = rest.split_once('/').unwrap();
        let way = Way::to(server.to_owned()).await;
        host.database_url = format!("{user}@{}/{name}", way.address);
        way
    }

    async fn to(server: String) -> Way {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (open, is_open) = watch::channel(true);
        tokio::spawn(async move {
            while let Ok((mut near, _)) = listener.accept().await {
                let (server, mut is_open) = (server.clone(), is_open.clone());
                tokio::spawn(async move {
                    if !*is_open.borrow_and_update() {
                        return;
                    }
                    let mut far = Stream::connect(server).await.unwrap();
                    tokio::select! {
                        _ = tokio::io::copy_bidirectional(&mut near, &mut far) => {}
                        _ = is_open.changed() => {}
                    }
                });
            }
        });
        Way { address, open }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn without_its_database_a_process_keeps_texts_and_shows_pages() {
    for engine in ENGINES {
        let mut host = Host::new(engine).await;
        let (site, opened) = sample(&host).await;
        let token = sidecar::session::Token::new().unwrap();
        let token_hash = token.hash();
        let mut tx = opened.db.write().await.unwrap();
        let now = generator::text::moment::cut(Utc::now());
        let session = generator::db::sessions::NewSession {
            member: generator::model::MemberId(6),
            token_hash: &token_hash,
            agent: "",
            expires_at: now + chrono::TimeDelta::days(1),
        };
        generator::db::sessions::begin(&mut tx, &session, now).await.unwrap();
        tx.commit().await.unwrap();
        let way = match engine {
            Engine::Sqlite => None,
            Engine::Postgres => Some(Way::of(&mut host).await),
        };
        let mut serving = host.serve(&site);
        serving.until_said(" 0 failed");
        let send = |text: &str| {
            let fields = [("text", text), ("homepage", ""), ("do", "post")];
            post(&serving.address, "/prispevky/", token.secret(), &fields).unwrap()
        };
        assert!(send("Před výpadkem.").starts_with("HTTP/1.0 303"));

        // A server of its own is away; a file is somebody else's for too long.
        let held = match &way {
            Some(way) => {
                way.open.send(false).unwrap();
                None
            }
            None => Some(opened.db.write().await.unwrap()),
        };
        let answer = send("Za výpadku <b>&\".");
        assert!(answer.starts_with("HTTP/1.0 503"), "{engine:?}: {answer}");
        assert!(answer.to_lowercase().contains("retry-after: 30"), "{engine:?}: {answer}");
        assert!(answer.contains("Za výpadku &lt;b&gt;&amp;&quot;."), "{engine:?}: the text is there: {answer}");
        assert!(answer.contains("action=\"/prispevky/\""), "{engine:?}: to be sent again");
        for page in ["/", "/forum/", "/rubriky/clanky/", "/uploads/galerie/01.webp"] {
            assert!(serving.get(page).starts_with("HTTP/1.0 200"), "{engine:?}: {page}");
        }

        drop(held);
        if let Some(way) = &way {
            way.open.send(true).unwrap();
        }
        let until = Instant::now() + PATIENCE;
        let answer = loop {
            let answer = send("Po výpadku.");
            if !answer.starts_with("HTTP/1.0 503") {
                break answer;
            }
            assert!(Instant::now() < until, "{engine:?}: it never recovers: {answer}");
        };
        assert!(answer.starts_with("HTTP/1.0 303"), "{engine:?}: {answer}");
        let forum = serving.get("/forum/");
        assert!(forum.contains("Po výpadku.") && !forum.contains("Za výpadku"), "{engine:?}: {forum}");
        serving.end();
    }
}
