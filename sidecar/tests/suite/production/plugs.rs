//! With every plug pulled: bucket, CDN, Sentry, mail server and webhook are dead. Members log in and post all the same,
//! readers get what the front has, and what has gathered drains when they are back. Without the database, readers get
//! everything.

use generator::db::mails::{self, About, NewMail};
use generator::open::Opened;
use generator::routes::Format;
use hyper::Method;
use tokio::net::{TcpListener, TcpSocket};

use crate::bucket_server::{BUCKET, Fault, Server};
use crate::harness::{ENGINES, Engine, PASSWORD};
use crate::mail_server::{MailServer, Manner};
use crate::operation::Receiver;
use crate::running::{Running, free_port, printed};
use crate::serve::outage::Way;
use crate::serve::{Host, Serving};

use super::{Visitor, add_member, into_bucket, status, until};

/// Where nobody listens, and nobody else can.
fn nobody() -> TcpSocket {
    let socket = TcpSocket::new_v4().unwrap();
    socket.bind(([127, 0, 0, 1], 0).into()).unwrap();
    socket
}

fn listens(socket: TcpSocket) -> TcpListener {
    socket.listen(64).unwrap()
}

async fn number(opened: &Opened, sql: &'static str) -> i64 {
    let mut tx = opened.db.snapshot().await.unwrap();
    match &mut tx {
        generator::db::Tx::Sqlite(tx) => sqlx::query_scalar(sql).fetch_one(&mut **tx).await.unwrap(),
        generator::db::Tx::Postgres(tx) => sqlx::query_scalar(sql).fetch_one(&mut **tx).await.unwrap(),
    }
}

async fn change(opened: &Opened, sql: &'static str) {
    let mut tx = opened.db.write().await.unwrap();
    match &mut tx {
        generator::db::Tx::Sqlite(tx) => drop(sqlx::query(sql).execute(&mut **tx).await.unwrap()),
        generator::db::Tx::Postgres(tx) => drop(sqlx::query(sql).execute(&mut **tx).await.unwrap()),
    }
    tx.commit().await.unwrap();
}

/// Each is told at once what waits, not after a pause that has grown.
async fn hurry(opened: &Opened) {
    change(opened, "update purge set due_at = 0").await;
    change(opened, "update alert_turn set due_at = 0").await;
    change(opened, "update stale_page set retry_at = null where retry_at is not null").await;
    let long_ago = match opened.db {
        generator::db::Db::Sqlite { .. } => {
            "update mail set retry_at = '2020-01-01T00:00:00+00:00' where state = 'waiting'"
        }
        generator::db::Db::Postgres(_) => "update mail set retry_at = '2020-01-01' where state = 'waiting'",
    };
    change(opened, long_ago).await;
}

/// Varnish before a bucket and a sidecar, by the printed rules; who reads asks it by the sidecar's name.
async fn front(opened: &Opened, bucket: &Server, port: u16) -> (Running, Visitor) {
    let front = free_port();
    let pages = bucket.pages(&format!("/{BUCKET}/site"));
    let rules = printed(Format::Varnish, &opened.site, pages, &[port], front);
    (Running::varnish(&rules, front).await, Visitor::new(front, port))
}

/// What is read of an answer.
fn body(answer: &str) -> &str {
    answer.split_once("\r\n\r\n").unwrap().1
}

/// How often the edge was to be told of what waits for it.
const EDGE_ATTEMPTS: &str = "select cast(coalesce(sum(attempts), 0) as bigint) from purge";

async fn with_every_plug_pulled(engine: Engine) {
    let bucket = Server::start();
    let host = Host::new(engine).await;
    let site = host.release("one", &[]);
    let port = free_port();
    let dead = [nobody(), nobody(), nobody(), nobody()];
    let [edge, sentry, webhook, post_office] = dead.each_ref().map(|socket| socket.local_addr().unwrap());
    let mut command = host.command_on(&site, port);
    into_bucket(&mut command, &bucket);
    command
        .env("SITE_URL", format!("http://localhost:{port}"))
        .env("CDN", format!("purge:http://{edge}"))
        .env("SENTRY_DSN", format!("http://key@{sentry}/7"))
        .env("SMTP_URL", format!("smtp://{post_office}"))
        .env("ALERT_WEBHOOK_URL", format!("http://{webhook}/hook"));
    let mut serving = Serving::start(&mut command, " on http://");
    serving.until_said(" 0 failed");
    add_member(&host, "Fénix");
    let opened = Opened::open_as_it_is(&host.settings(&site)).await.unwrap();
    until("the member's page is out", async || number(&opened, "select count(*) from stale_page").await == 0).await;
    let (_varnish, reader) = front(&opened, &bucket, port).await;
    let [home, forum] = ["/", "/forum/"].map(|path| {
        let answer = reader.get(path);
        assert_eq!(status(&answer), "200", "{engine:?}: {path}: {answer}");
        body(&answer).to_owned()
    });

    // Now the bucket dies as well.
    for method in [Method::GET, Method::PUT, Method::HEAD, Method::DELETE] {
        bucket.fail(method, "", usize::MAX / 2, Fault::Cut);
    }
    let mut member = Visitor::new(port, port);
    member.log_in("Fénix");
    let told_before = number(&opened, EDGE_ATTEMPTS).await;
    bucket.take_asked();
    let answer = member.post("/prispevky/", &[("text", "Všechno je mrtvé."), ("do", "post")]);
    assert_eq!(status(&answer), "202", "{engine:?}: it is safe, and is being published: {answer}");
    let mut tx = opened.db.write().await.unwrap();
    mails::add(&mut tx, NewMail::to(About::Rejected, "nekdo@example.org"), chrono::Utc::now()).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(status(&member.get("/api/me")), "200");
    assert_eq!(status(&member.get("/nastaveni/")), "200");
    let mut asked = Vec::new();
    until("the page was to be written", async || {
        asked.extend(bucket.take_asked());
        asked.iter().any(|it| it.action == "PUT" && it.key == "site/forum/index.html")
    })
    .await;
    // What was to be told before waits for longer and longer.
    until("the edge was to be told since then", async || {
        change(&opened, "update purge set due_at = 0").await;
        number(&opened, EDGE_ATTEMPTS).await > told_before
    })
    .await;
    for (path, before) in [("/", &home), ("/forum/", &forum)] {
        let answer = reader.get(path);
        assert_eq!((status(&answer), body(&answer)), ("200", before.as_str()), "{engine:?}: {path}");
    }
    // Where nobody has read it, it is in the bucket alone.
    assert_eq!(status(&reader.get("/rubriky/clanky/")), "503", "{engine:?}");
    until("the trouble is noted for the operators", async || number(&opened, "select count(*) from alert").await > 0)
        .await;
    until("the mail was tried", async || number(&opened, "select count(*) from mail where attempts > 0").await > 0)
        .await;
    assert!(number(&opened, "select count(*) from stale_page").await > 0);
    assert!(number(&opened, "select count(*) from purge").await > 0);

    // They are tried once more, in vain.
    hurry(&opened).await;
    until("the operators were to be told", async || number(&opened, "select due_at from alert_turn").await > 0).await;
    until("the edge was to be told", async || number(&opened, "select max(due_at) from purge").await > 0).await;
    assert_eq!(number(&opened, "select count(*) from alert where text like '%cannot purge, trying again%'").await, 1);

    // Everything is back.
    bucket.heal();
    let [edge, _sentry, webhook, post_office] = dead.map(listens);
    let (edge, webhook) = (Receiver::on(edge), Receiver::on(webhook));
    let mail = MailServer::on(post_office, Manner::Takes);
    until("the page shows the post", async || {
        hurry(&opened).await;
        let page = bucket.contents("site")["forum/index.html"].clone();
        String::from_utf8(page).unwrap().contains("Všechno je mrtvé.")
    })
    .await;
    let (mut purged, mut told) = (Vec::new(), Vec::new());
    until("the edge, the operators and the mail's address are told", async || {
        hurry(&opened).await;
        purged.extend(edge.taken());
        told.extend(webhook.taken());
        purged.iter().any(|(asked, _)| asked == "PURGE /forum/") && !told.is_empty() && !mail.mails().is_empty()
    })
    .await;
    until("nothing waits", async || {
        hurry(&opened).await;
        number(&opened, "select (select count(*) from stale_page) + (select count(*) from purge)").await == 0
            && number(&opened, "select count(*) from mail where state = 'waiting'").await == 0
    })
    .await;
    assert!(told.iter().any(|(_, said)| said.contains("cannot purge, trying again")), "{told:?}");
    serving.end();
}

#[tokio::test(flavor = "multi_thread")]
async fn with_every_plug_pulled_members_log_in_and_post() {
    for engine in ENGINES {
        with_every_plug_pulled(engine).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn without_the_database_readers_get_every_page() {
    let bucket = Server::start();
    let mut host = Host::new(Engine::Postgres).await;
    let site = host.release("one", &[]);
    let opened = Opened::open(&host.settings(&site)).await.unwrap();
    add_member(&host, "Fénix");
    let way = Way::of(&mut host).await;
    let port = free_port();
    let mut command = host.command_on(&site, port);
    into_bucket(&mut command, &bucket);
    command.env("SITE_URL", format!("http://localhost:{port}"));
    let mut serving = Serving::start(&mut command, " on http://");
    serving.until_said(" 0 failed");
    until("the member's page is out", async || number(&opened, "select count(*) from stale_page").await == 0).await;
    let (_varnish, reader) = front(&opened, &bucket, port).await;
    way.open.send(false).unwrap();
    for (path, expected) in [
        ("/", "200"),
        ("/rubriky/clanky/", "200"),
        ("/forum/", "200"),
        ("/hledat/", "200"),
        ("/hledat/?q=drak", "503"),
        ("/rubriky/clanky/99999-nic/", "503"),
    ] {
        let answer = reader.get(path);
        assert_eq!(status(&answer), expected, "{path}: {answer}");
    }
    let mut member = reader.clone();
    let sent = member.post("/uzivatel/prihlaseni/", &[("name", "Fénix"), ("password", PASSWORD)]);
    assert_eq!(status(&sent), "503", "nobody logs in: {sent}");
    way.open.send(true).unwrap();
    until("the database is there again", async || status(&reader.get("/hledat/?q=drak")) == "200").await;
    member.log_in("Fénix");
    serving.end();
}
