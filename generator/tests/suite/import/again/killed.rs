//! Runs that were killed, refused or cut off: the next one goes on where they were.

use std::process::Stdio;
use std::time::{Duration, Instant};

use sqlx::{Connection, Executor, PgConnection};

use super::super::source::{Source, command, import, imported, site_rows, site_value};
use super::{here, refuse, same_rows, until_blocked};
use crate::harness::{ENGINES, TestSite};

#[tokio::test]
async fn a_killed_run_goes_on_where_it_was() {
    for engine in ENGINES {
        let source = Source::fixture().await;
        let site = TestSite::empty(engine).await;
        let mut reached = Vec::new();
        // Each is locked in turn, so that the import stops there, and is killed while it waits.
        for table in ["hlasovani_prispevky", "diskuze", "seznamka", "putyka_prispevky", "posta"] {
            let mut admin = PgConnection::connect(&source.url).await.unwrap();
            admin.execute("begin").await.unwrap();
            admin.execute(sqlx::AssertSqlSafe(format!("lock table {table} in access exclusive mode"))).await.unwrap();
            let mut child = command(&site, &source.url).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
            until_blocked(&mut admin, &mut child).await;
            child.kill().unwrap();
            child.wait().unwrap();
            admin.execute("rollback").await.unwrap();
            let remembered = site_value(&site, "select cast(count(*) as text) from imported_row").await.unwrap();
            reached.push(remembered.parse::<i64>().unwrap());
        }
        assert!(
            reached.windows(2).all(|pair| pair[0] <= pair[1]) && reached[0] < reached[4],
            "each run keeps what it did: {reached:?}"
        );
        import(&site, &source.url).good();
        assert!(import(&site, &source.url).good().stdout.contains("nothing changed"));

        let (whole, _) = imported(engine).await;
        same_rows(&site, &whole).await;
        site.build().await;
        whole.build().await;
        let (ours, theirs) = (site.files(), whole.files());
        assert_eq!(ours.keys().collect::<Vec<_>>(), theirs.keys().collect::<Vec<_>>());
        for (key, body) in &ours {
            assert!(body == &theirs[key], "{key} differs from an import that was not killed");
        }
    }
}

#[tokio::test]
async fn wrapping_passwords_goes_on_where_it_was_killed() {
    for engine in ENGINES {
        let source = Source::fixture().await;
        source
            .execute(
                "insert into uzivatele (id, nick_uzivatele, psw_uzivatele)
                select n, 'Zástup ' || n, md5('heslo' || n) from generate_series(30001, 30240) as n",
            )
            .await;
        let site = TestSite::empty(engine).await;
        let count = async |scheme: &str| -> i64 {
            let sql = format!("select cast(count(*) as text) from credential where scheme = '{scheme}'");
            site_value(&site, &sql).await.unwrap().parse().unwrap()
        };
        let mut child = command(&site, &source.url).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        let begun = Instant::now();
        while count("argon2-md5").await == 0 {
            assert!(
                child.try_wait().unwrap().is_none() && begun.elapsed() < Duration::from_secs(60),
                "nothing to interrupt"
            );
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        // Wrapping takes minutes; a live Graveyard must not be held up by a transaction all the while.
        let others =
            "select count(*) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()";
        let open = source.number(others).await;
        assert!(count("pending").await > 0, "wrapping was over too soon to look");
        assert_eq!(open, 0, "the source is still open while passwords are wrapped");
        child.kill().unwrap();
        child.wait().unwrap();
        let (wrapped, pending) = (count("argon2-md5").await, count("pending").await);
        assert!(wrapped > 0 && pending > 0, "killed in the middle: {wrapped} wrapped, {pending} pending");
        assert_eq!(wrapped + pending, 252);
        let hashes =
            "select cast(member_id as text), hash from credential where scheme = 'argon2-md5' order by member_id";
        let before = site_rows(&site, hashes).await;

        let outcome = import(&site, &source.url).good();
        assert!(outcome.stdout.contains(&format!("\n{pending} old password hashes wrapped\n")), "{}", outcome.stdout);
        assert_eq!((count("argon2-md5").await, count("pending").await), (252, 0));
        let after = site_rows(&site, hashes).await;
        assert!(before.iter().all(|row| after.contains(row)), "what was wrapped is not wrapped again");
        assert!(import(&site, &source.url).good().stdout.contains("nothing changed"));
    }
}

#[tokio::test]
async fn a_database_that_refuses_in_the_middle_leaves_no_half_row() {
    for engine in ENGINES {
        let source = Source::fixture().await;
        let site = TestSite::empty(engine).await;
        let allow = refuse(&site, engine, "comment", "new.body like '%číslo 20 %'").await;
        let outcome = import(&site, &source.url);
        assert_eq!(outcome.code, Some(1), "{}", outcome.said());
        assert!(outcome.stderr.contains("diskuze") && outcome.stderr.contains("row 120"), "{}", outcome.stderr);
        let orphans = "select cast(count(*) as text) from creation left join creation_text on creation_id = creation.id where creation_id is null";
        assert_eq!(site_value(&site, orphans).await.as_deref(), Some("0"));
        here(&site, &[allow]).await;
        import(&site, &source.url).good();
        assert_eq!(site_value(&site, "select cast(count(*) as text) from comment").await.as_deref(), Some("35"));
        site.build().await;
        assert!(site.file("rubriky/novapovolani/3-sermir-z-zizkova/index.html").contains("27 komentářů"));
    }
}

#[tokio::test]
async fn lists_that_could_not_be_made_are_made_by_the_next_run() {
    for engine in ENGINES {
        let source = Source::fixture().await;
        let site = TestSite::empty(engine).await;
        let allow = refuse(&site, engine, "list_item", "true").await;
        let outcome = import(&site, &source.url);
        assert_eq!(outcome.code, Some(1), "{}", outcome.said());
        assert_eq!(site_value(&site, "select cast(count(*) as text) from list_item").await.as_deref(), Some("0"));
        assert_eq!(site_value(&site, "select cast(count(*) as text) from comment").await.as_deref(), Some("35"));

        // No row is left to write; the lists are.
        here(&site, &[allow]).await;
        import(&site, &source.url).good();
        site.build().await;
        let (whole, _) = imported(engine).await;
        whole.build().await;
        let (ours, theirs) = (site.files(), whole.files());
        assert_eq!(ours.keys().collect::<Vec<_>>(), theirs.keys().collect::<Vec<_>>());
        for (key, body) in &ours {
            assert!(body == &theirs[key], "{key} differs from an import that was not stopped");
        }
    }
}
