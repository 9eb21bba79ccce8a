//! The source's tables: their columns in any case, and what is said of those that are missing.

use generator::import::tables::{CREATIONS, TABLES, Table};

use super::source::{Outcome, Source, all_tables, command, import, imported, site_value};
use crate::harness::{ENGINES, Engine, TestSite};

fn all() -> impl Iterator<Item = &'static &'static Table> {
    TABLES.iter().chain(CREATIONS)
}

/// An import that leaves the passwords, whose wrapping is most of the work.
fn import_quickly(site: &TestSite, source: &Source) -> Outcome {
    let output = command(site, &source.url).arg("--without-passwords").output().unwrap();
    Outcome {
        code: output.status.code(),
        stdout: String::from_utf8(output.stdout).unwrap(),
        stderr: String::from_utf8(output.stderr).unwrap(),
        report: Vec::new(),
    }
}

#[tokio::test]
async fn columns_are_found_in_any_case() {
    for engine in ENGINES {
        let source = Source::fixture().await;
        // As pgloader leaves them, as MySQL had them, and an order, a key and a joined one for good measure.
        source
            .execute(
                "alter table user_ratings rename \"byFK\" to byfk; alter table user_ratings rename \"forFK\" to forfk;
                alter table bestiar rename sm to \"SM\"; alter table predmety rename uc to \"UC\";
                alter table predmety rename kz to \"KZ\"; alter table posta rename id to \"ID\";
                alter table auth_user rename id to \"Id\"; alter table auth_user rename is_staff to \"Is_Staff\";
                alter table uzivatele rename user_id to \"USER_ID\";
                alter table hlasovani_prispevky rename id_uz to \"Id_Uz\"",
            )
            .await;
        let site = TestSite::empty(engine).await;
        import(&site, &source.url).good();
        let (expected, _) = imported(engine).await;
        let (found, expected) = (all_tables(&site).await, all_tables(&expected).await);
        for table in ["member_rating", "creation", "letter", "account", "vote"] {
            assert!(expected[table].len() > 2, "{table} has rows to compare");
            assert_eq!(found[table], expected[table], "{table}");
        }
    }
}

/// Sources that each lack every so manyth table: of each import the tables that are there must come over.
const SOURCES: usize = 8;

#[tokio::test]
async fn each_missing_table_is_named_and_the_rest_comes_over() {
    for n in 0..SOURCES {
        let engine = ENGINES[n % 2];
        let missing: Vec<&Table> = all().skip(n).step_by(SOURCES).copied().collect();
        assert!(missing.len() > 3);
        let source = Source::fixture().await;
        for table in &missing {
            source.execute(&format!("drop table {}", table.name)).await;
        }
        let site = TestSite::empty(engine).await;
        let outcome = import_quickly(&site, &source);
        let said = outcome.said();
        assert_eq!(outcome.code, Some(1), "{said}");
        assert!(!said.contains("panicked"), "{said}");
        for table in all() {
            let name = table.name;
            let error = format!("error: the source lacks table public.{name}");
            let after = |line: &str| line.strip_prefix(&error).is_some_and(|rest| rest.starts_with([';', ' ']));
            let is_named = outcome.stderr.lines().any(after);
            match (missing.iter().any(|one| one.name == name), table.optional) {
                (true, false) => assert!(is_named, "{name}: {said}"),
                (true, true) => assert!(outcome.stdout.contains(&format!(" {name}")), "{name}: {said}"),
                (false, _) => assert!(!is_named, "{name}: {said}"),
            }
        }
        // These need nothing but themselves.
        for (table, ours) in [("linky", "link"), ("aktuality", "news"), ("uzivatele_cekajici", "registration")] {
            let count = site_value(&site, &format!("select cast(count(*) as text) from {ours}")).await;
            let is_missing = missing.iter().any(|one| one.name == table);
            assert_eq!(count.as_deref() == Some("0"), is_missing, "{table}: {count:?}");
        }
    }
}

#[tokio::test]
async fn each_missing_column_is_named_with_its_table() {
    for engine in ENGINES {
        let source = Source::fixture().await;
        let missing: Vec<(&str, &str)> = all()
            .filter(|table| table.columns.len() > 1)
            .map(|table| (table.name, *table.columns.last().unwrap()))
            .collect();
        for (table, column) in &missing {
            source.execute(&format!("alter table {table} drop column \"{column}\" cascade")).await;
        }
        let site = TestSite::empty(engine).await;
        let outcome = import_quickly(&site, &source);
        assert_eq!(outcome.code, Some(1), "{}", outcome.said());
        for (table, column) in missing {
            let line = format!("table public.{table} of the source lacks column {column};");
            assert!(outcome.stderr.contains(&line), "{line} is not in {}", outcome.stderr);
        }
        for table in ["member", "creation", "comment", "letter", "link"] {
            let count = site_value(&site, &format!("select cast(count(*) as text) from {table}")).await;
            assert_eq!(count.as_deref(), Some("0"), "half a row is nothing: {table}");
        }
    }
}

/// What nothing is made of may be missing.
#[tokio::test]
async fn a_date_of_joining_is_not_needed() {
    let source = Source::fixture().await;
    source.execute("alter table auth_user drop column date_joined").await;
    let site = TestSite::empty(Engine::Sqlite).await;
    let outcome = import_quickly(&site, &source);
    assert_eq!(outcome.code, Some(0), "{}", outcome.said());
    assert_eq!(site_value(&site, "select cast(count(*) as text) from member").await.as_deref(), Some("20"));
}

#[tokio::test]
async fn what_stays_behind_is_said() {
    for engine in ENGINES {
        let source = Source::fixture().await;
        source
            .execute(
                "create table \"Chat 1\" (id integer); insert into \"Chat 1\" select generate_series(1, 3);
                create table prazdna (id integer); create table django_session (id integer);
                insert into django_session values (1); create view v_rubriky as select 1 as jedna",
            )
            .await;
        let site = TestSite::empty(engine).await;
        let outcome = import(&site, &source.url).good();
        let note = outcome.stderr.lines().find(|line| line.contains("no import reads")).unwrap_or_default();
        assert_eq!(
            note,
            "note: tables of the source that no import reads, and that stay behind: Chat 1 (3 rows), level_parametry_2 \
            (1 row), putyka_navstevnost (1 row), putyka_neoblibene (2 rows), putyka_slucovani (1 row)",
            "{}",
            outcome.said()
        );
        let counts = outcome.counts();
        let accounts = counts.iter().find(|line| line.table == "auth_user").unwrap();
        assert_eq!((accounts.read, accounts.skipped, accounts.new), (7, 7, 0));
        let robot: Vec<_> = outcome.report.iter().filter(|line| line["table"] == "auth_user").collect();
        assert_eq!(robot[0]["key"], "20032");
        assert_eq!(robot[0]["detail"], "account-without-member");
        assert!(outcome.stdout.contains("1 account-without-member"), "{}", outcome.stdout);
    }
}

#[tokio::test]
async fn members_need_their_accounts_table_whole() {
    let source = Source::fixture().await;
    source.execute("alter table auth_user drop column is_active").await;
    let outcome = import_quickly(&TestSite::empty(Engine::Sqlite).await, &source);
    assert_eq!(outcome.code, Some(1), "{}", outcome.said());
    assert!(outcome.stderr.contains("lacks column is_active"), "{}", outcome.stderr);
}
