//! Sources that are not as they should be: a clear line, nothing half done, the rest imported, exit 1.

use std::process::Stdio;

use sqlx::{Connection, Executor, PgConnection};

use super::again::until_blocked;
use super::source::{Source, command, import, imported, outcome, report_file, site_value};
use crate::harness::{ENGINES, Engine, TestSite};

async fn creations(site: &TestSite) -> i64 {
    site_value(site, "select cast(count(*) as text) from creation").await.unwrap().parse().unwrap()
}

#[tokio::test]
async fn a_source_that_cannot_be_reached() {
    let site = TestSite::empty(Engine::Sqlite).await;
    // A port that was free a moment ago.
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let outcome = import(&site, &format!("postgres://reader:TAJNYKLIC@127.0.0.1:{port}/graveyard"));
    assert_eq!(outcome.code, Some(1));
    assert!(outcome.stderr.contains(&format!("127.0.0.1:{port}")), "{}", outcome.stderr);
    assert!(!outcome.said().contains("TAJNYKLIC"), "a password is shown: {}", outcome.said());
    assert!(!outcome.said().contains("panicked"), "{}", outcome.said());
    assert_eq!(creations(&site).await, 0);

    let outcome = import(&site, "mysql://localhost/graveyard");
    assert!(matches!(outcome.code, Some(1 | 2)), "{outcome:?}");
    assert!(outcome.stderr.contains("postgres://"), "the message says what would do: {}", outcome.stderr);
}

#[tokio::test]
async fn a_dump_in_place_of_a_database() {
    let site = TestSite::empty(Engine::Sqlite).await;
    let folder = tempfile::TempDir::new().unwrap();
    for (name, content, command) in [
        ("drd.dump", &b"PGDMP\x01\x0e\x00"[..], "pg_restore --no-owner --no-acl -d graveyard "),
        ("drd.sql", b"-- PostgreSQL database dump", "psql -d graveyard -f "),
        ("drd.sql.gz", b"\x1f\x8b\x08\x00", "gunzip -c "),
        ("nase drd.dump", b"PGDMP\x01\x0e\x00", "pg_restore --no-owner --no-acl -d graveyard '"),
    ] {
        let file = folder.path().join(name);
        std::fs::write(&file, content).unwrap();
        let outcome = import(&site, file.to_str().unwrap());
        assert_eq!(outcome.code, Some(1));
        for part in [name, "createdb graveyard", command, "generator import graveyard postgres://"] {
            assert!(outcome.stderr.contains(part), "{part} in {}", outcome.stderr);
        }
    }
    let outcome = import(&site, folder.path().join("nikde.dump").to_str().unwrap());
    assert!(outcome.stderr.contains("is no address of a PostgreSQL database"), "{}", outcome.stderr);
    assert_eq!(creations(&site).await, 0);
}

#[tokio::test]
async fn a_database_that_is_no_graveyard() {
    for engine in ENGINES {
        let site = TestSite::empty(engine).await;
        let outcome = import(&site, &site_of_nothing().await);
        assert_eq!(outcome.code, Some(1));
        assert!(outcome.stderr.contains("is no Graveyard database"), "{}", outcome.stderr);
        assert_eq!(creations(&site).await, 0);
    }
}

async fn site_of_nothing() -> String {
    let source = Source::empty_in("graveyard_elsewhere").await;
    source.execute("drop schema graveyard_elsewhere cascade").await;
    source.url
}

#[tokio::test]
async fn a_report_that_cannot_be_written_stops_the_import_before_it_begins() {
    let source = Source::fixture().await;
    let site = TestSite::empty(Engine::Sqlite).await;
    std::fs::create_dir(report_file(&site)).unwrap();
    let output = command(&site, &source.url).output().unwrap();
    let stderr = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(1), "{stderr}");
    assert!(stderr.contains(&report_file(&site).display().to_string()), "{stderr}");
    assert_eq!(creations(&site).await, 0);
}

#[tokio::test]
async fn a_missing_table_is_named_and_the_rest_comes_over() {
    for engine in ENGINES {
        let source = Source::fixture().await;
        source.execute("drop table bestiar").await;
        let site = TestSite::empty(engine).await;
        let outcome = import(&site, &source.url);
        assert_eq!(outcome.code, Some(1), "{}", outcome.stderr);
        assert!(outcome.stderr.contains("bestiar"), "{}", outcome.stderr);
        assert_eq!(creations(&site).await, 49, "all but the two of the table and the one that waited there");
        assert_eq!(site_value(&site, "select cast(count(*) as text) from member").await.as_deref(), Some("20"));
    }
}

#[tokio::test]
async fn a_missing_column_is_named_with_its_table() {
    for engine in ENGINES {
        let source = Source::fixture().await;
        source.execute("alter table kouzla drop column trvanipop").await;
        let site = TestSite::empty(engine).await;
        let outcome = import(&site, &source.url);
        assert_eq!(outcome.code, Some(1), "{}", outcome.stderr);
        assert!(outcome.stderr.contains("kouzla") && outcome.stderr.contains("trvanipop"), "{}", outcome.stderr);
        let spells = "select cast(count(*) as text) from creation where section = 'kouzla'";
        assert_eq!(site_value(&site, spells).await.as_deref(), Some("0"), "half of an attribute's table is nothing");
        assert_eq!(creations(&site).await, 50);

        // With the column back, what was missing comes over, and nothing else changes.
        source.execute("alter table kouzla add column trvanipop text").await;
        import(&site, &source.url).good();
        assert_eq!(creations(&site).await, 52);
    }
}

#[tokio::test]
async fn a_row_that_nothing_can_be_made_of() {
    for engine in ENGINES {
        let source = Source::fixture().await;
        source
            .execute("update bestiar set id = -2 where id = 2; update posta set datum = 'infinity' where id = 1")
            .await;
        let site = TestSite::empty(engine).await;
        let outcome = import(&site, &source.url);
        assert_eq!(outcome.code, Some(1), "{}", outcome.said());
        assert!(
            outcome.report.iter().any(|line| line["table"] == "bestiar" && line["key"].to_string().contains("-2")),
            "{}",
            outcome.said()
        );
        assert!(outcome.stderr.contains("bestiar") && outcome.stderr.contains("-2"), "{}", outcome.stderr);
        assert!(!outcome.said().contains("panicked"), "{}", outcome.said());
        assert_eq!(creations(&site).await, 51, "the rest is there");
        site.build().await;
        assert!(site.has("rubriky/bestiar/1-zhavy-skorpion/index.html"));
    }
}

#[tokio::test]
async fn a_section_that_the_site_lacks_is_said_with_what_to_add() {
    for engine in ENGINES {
        let source = Source::fixture().await;
        source
            .execute("update prispevky_dlouhe set rubrika = 'basnirna' where id = 2;
                insert into ddcz_creativepage (id, name, slug, model_class) values (21, 'Básnírna', 'basnirna', 'ddcz.commonarticle')")
            .await;
        let site = TestSite::empty(engine).await;
        let outcome = import(&site, &source.url);
        assert_eq!(outcome.code, Some(1), "its works are missing: {}", outcome.said());
        assert!(outcome.stderr.contains("content/sections/basnirna.toml"), "{}", outcome.stderr);
        site.build().await;
        assert!(!site.files().keys().any(|key| key.contains("basnirna")));
    }
}

#[tokio::test]
async fn tables_of_another_schema_are_found() {
    for engine in ENGINES {
        let source = Source::fixture_in("dracidoupe_cz").await;
        let site = TestSite::empty(engine).await;
        import(&site, &source.url).good();
        site.build().await;
        let (plain, _) = imported(engine).await;
        plain.build().await;
        let expected = plain.files();
        assert_eq!(site.files().keys().collect::<Vec<_>>(), expected.keys().collect::<Vec<_>>());
        for (key, body) in site.files() {
            assert!(expected[&key] == body, "{key} differs");
        }
    }
}

#[tokio::test]
async fn a_source_that_dies_on_the_way_leaves_its_report() {
    for engine in ENGINES {
        let source = Source::fixture().await;
        let site = TestSite::empty(engine).await;
        let mut admin = PgConnection::connect(&source.url).await.unwrap();
        admin.execute("begin").await.unwrap();
        admin.execute("lock table posta in access exclusive mode").await.unwrap();
        let mut child = command(&site, &source.url).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        until_blocked(&mut admin, &mut child).await;
        admin
            .execute(
                "select pg_terminate_backend(pid) from pg_stat_activity
                where datname = current_database() and pid <> pg_backend_pid()",
            )
            .await
            .unwrap();
        let outcome = outcome(child.wait_with_output().unwrap(), &site);
        assert_eq!(outcome.code, Some(1));
        assert!(outcome.stderr.contains("the source fails while table posta is read"), "{}", outcome.stderr);
        // What was done until then is said: on standard output, as findings, and counted in the file.
        assert!(outcome.stdout.contains("prispevky_dlouhe"), "{}", outcome.stdout);
        assert!(outcome.report.iter().any(|line| line["table"] == "uzivatele" && line["finding"].is_string()));
        let counts = outcome.counts();
        assert!(counts.iter().any(|line| line.table == "uzivatele" && line.new == 20), "{counts:?}");
        admin.execute("rollback").await.unwrap();
        import(&site, &source.url).good();
    }
}

#[tokio::test]
async fn yesterdays_report_stays_until_there_is_another_one() {
    let site = TestSite::empty(Engine::Sqlite).await;
    std::fs::write(report_file(&site), "yesterday's\n").unwrap();
    let source = Source::fixture().await;
    let read = || std::fs::read_to_string(report_file(&site)).unwrap();
    // A source that cannot be reached, and a database that cannot be opened.
    let nobody = command(&site, "postgres://127.0.0.1:1/nobody").output().unwrap();
    assert_eq!((nobody.status.code(), read().as_str()), (Some(1), "yesterday's\n"));
    let output = command(&site, &source.url).env("DATABASE_URL", "postgres://127.0.0.1:1/nobody").output().unwrap();
    assert_eq!((output.status.code(), read().as_str()), (Some(1), "yesterday's\n"));
    let output = command(&site, &source.url).output().unwrap();
    assert_eq!(output.status.code(), Some(0));
    assert!(!read().contains("yesterday's") && read().contains("\"read\":"));
}

#[tokio::test]
async fn a_source_that_goes_away_after_its_last_row_leaves_a_whole_site() {
    for engine in ENGINES {
        let source = Source::fixture().await;
        // Reading the last table's rows, which comes after counting them, takes the reader's rights away.
        source
            .execute(
                "create function leave() returns boolean language plpgsql as $$ begin
                    if current_setting('graveyard.counted', true) = 'yes' then
                        perform set_config('role', 'pg_monitor', true);
                    end if;
                    perform set_config('graveyard.counted', 'yes', true);
                    return true;
                end $$;
                alter table uzivatele_cekajici rename to waiting;
                create view uzivatele_cekajici as select * from waiting where (select leave())",
            )
            .await;
        let site = TestSite::empty(engine).await;
        let outcome = import(&site, &source.url);
        assert_eq!(outcome.code, Some(1), "{}", outcome.said());
        assert!(outcome.stderr.contains("permission denied"), "{}", outcome.stderr);
        let value = async |sql: &str| site_value(&site, sql).await.unwrap();
        assert_ne!(value("select cast(count(*) as text) from registration").await, "0", "all rows are here");
        assert_ne!(value("select cast(count(*) as text) from list_item").await, "0", "and so are the lists");
        assert_eq!(value("select cast(count(*) as text) from import_unfinished").await, "0");
    }
}

#[tokio::test]
async fn the_sources_server_compiles_no_queries() {
    let source = Source::fixture().await;
    let links = source.number("select count(*) from linky").await;
    source
        .execute(
            "alter table linky rename to linky_rows;
            create view linky as select * from linky_rows where current_setting('jit') = 'off'",
        )
        .await;
    let outcome = import(&TestSite::empty(Engine::Sqlite).await, &source.url);
    let read = outcome.counts().into_iter().find(|counts| counts.table == "linky").map(|counts| counts.read);
    assert!(links > 0 && read == Some(links), "{links}: {}", outcome.said());
}
