//! An import beside others: beside another import, and beside people who go on writing here.

use std::process::{Child, Stdio};

use sqlx::{Connection, Executor, PgConnection};

use super::super::source::{Source, command, import, outcome, run, site_rows, site_value};
use super::{here, same_rows, until_blocked};
use crate::harness::{ENGINES, Engine, TestSite};

/// An import that has come to a table of the source and waits there until the connection is told to roll back.
async fn waiting_at(table: &str, site: &TestSite, source: &Source) -> (PgConnection, Child) {
    let mut admin = PgConnection::connect(&source.url).await.unwrap();
    admin.execute("begin").await.unwrap();
    admin.execute(sqlx::AssertSqlSafe(format!("lock table {table} in access exclusive mode"))).await.unwrap();
    let mut child = command(site, &source.url).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    until_blocked(&mut admin, &mut child).await;
    (admin, child)
}

#[tokio::test]
async fn a_second_import_at_once_is_refused() {
    for engine in ENGINES {
        let source = Source::fixture().await;
        let other_source = Source::fixture().await;
        let site = TestSite::empty(engine).await;
        let (mut admin, child) = waiting_at("diskuze", &site, &source).await;
        let second = import(&site, &other_source.url);
        assert_eq!(second.code, Some(1), "{}", second.said());
        assert!(second.stderr.contains("another import"), "{}", second.stderr);
        admin.execute("rollback").await.unwrap();
        let first = outcome(child.wait_with_output().unwrap(), &site).good();
        assert!(first.stdout.contains("imported in"), "{}", first.stdout);
        same_rows(&site, &super::imported(engine).await.0).await;
    }
}

#[tokio::test]
async fn people_go_on_writing_after_a_run_that_was_killed() {
    for engine in ENGINES {
        let source = Source::fixture().await;
        let site = TestSite::empty(engine).await;
        let (mut admin, mut child) = waiting_at("posta", &site, &source).await;
        child.kill().unwrap();
        child.wait().unwrap();
        admin.execute("rollback").await.unwrap();
        // Each takes the next number that the database gives.
        here(
            &site,
            &[
                "insert into member (nick) values ('Nově příchozí')",
                "insert into author (kind, name) values ('anonymous', 'Nový autor')",
                "insert into comment (creation_id, body) select min(id), 'Nový komentář' from creation",
                "insert into forum_post (body) values ('Nový příspěvek')",
                "insert into news (body) values ('Nová aktualita')",
                "insert into tavern_post (table_id, body) values (1, 'U stolu')",
                "insert into genre (section, slug, name) values ('clanky', 'novy', 'Nový')",
            ],
        )
        .await;
        assert_eq!(site_value(&site, "select cast(max(id) as text) from member").await.as_deref(), Some("20008"));
        let outcome = import(&site, &source.url).good();
        assert!(!outcome.stdout.contains("number-taken"), "{}", outcome.stdout);
    }
}

#[tokio::test]
async fn numbers_given_out_meanwhile_are_not_given_again() {
    for engine in ENGINES {
        let source = Source::fixture().await;
        let site = TestSite::empty(engine).await;
        // Market ads are through, dating ads come: both get new rows of one table.
        let (mut admin, child) = waiting_at("seznamka", &site, &source).await;
        here(
            &site,
            &["insert into ad (board, number, group_key, name, body) values ('market', 900, 'nabizim', 'Kdosi', 'Tady')"],
        )
        .await;
        admin.execute("rollback").await.unwrap();
        let outcome = outcome(child.wait_with_output().unwrap(), &site).good();
        let ads = "select board || ' ' || cast(number as text) from ad order by board, number";
        let ads: Vec<_> = site_rows(&site, ads).await.into_iter().flatten().flatten().collect();
        assert_eq!(ads, ["dating 1", "dating 2", "market 1", "market 2", "market 3", "market 900"]);
        assert!(!outcome.stdout.contains("taken"), "{}", outcome.stdout);
    }
}

#[tokio::test]
async fn a_database_under_another_name_has_the_same_lock() {
    let source = Source::fixture().await;
    let site = TestSite::empty(Engine::Sqlite).await;
    let (mut admin, child) = waiting_at("diskuze", &site, &source).await;
    let file = site.settings.database_url.strip_prefix("sqlite://").unwrap();
    let link = format!("{file}.link");
    std::os::unix::fs::symlink(file, &link).unwrap();
    let other_source = Source::fixture().await;
    let second = run(command(&site, &other_source.url).env("DATABASE_URL", format!("sqlite://{link}")), &site);
    assert!(second.code == Some(1) && second.stderr.contains("another import"), "{}", second.said());
    admin.execute("rollback").await.unwrap();
    outcome(child.wait_with_output().unwrap(), &site).good();
}
