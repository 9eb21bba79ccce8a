//! The second run and the ones after it: what is as it was stays, what the source has new comes over, what was done
//! here is left alone, and a killed run goes on where it was.

mod at_once;
mod batches;
mod both_sides;
mod counters;
mod genres;
mod gone;
mod keys;
mod killed;
mod left;
mod lists;
mod nicks;
mod surroundings;

use std::collections::BTreeMap;
use std::process::Child;
use std::time::{Duration, Instant};

use sqlx::PgConnection;

use super::source::{Outcome, Source, all_tables, import, imported, site_rows, site_value};
use crate::harness::{ENGINES, Engine, TestSite};

/// A copy of the source that [`imported`] was made from, and the site.
async fn moved_in(engine: Engine) -> (Source, TestSite) {
    (Source::fixture().await, imported(engine).await.0)
}

/// Changes rows of the site, as one who works on it would; pages are left as they are.
pub async fn here(site: &TestSite, statements: &[&'static str]) {
    site.change(statements, &[]).await;
}

/// Has the database take no new rows of a table for which `when` holds, as on a full disk; gives the statement that ends it.
pub async fn refuse(site: &TestSite, engine: Engine, table: &str, when: &str) -> &'static str {
    const RAISE: &str = "create function full_disk() returns trigger language plpgsql as
        $$ begin raise exception 'disk full'; end $$";
    let begun = format!("create trigger full_disk before insert on {table}");
    match engine {
        Engine::Sqlite => {
            let trigger = format!("{begun} when {when} begin select raise(abort, 'disk full'); end");
            here(site, &[trigger.leak()]).await;
            "drop trigger full_disk"
        }
        Engine::Postgres => {
            let trigger = format!("{begun} for each row when ({when}) execute function full_disk()");
            here(site, &[RAISE, trigger.leak()]).await;
            format!("drop trigger full_disk on {table}").leak()
        }
    }
}

/// The lines of the report about a row of the source.
fn about<'a>(outcome: &'a Outcome, table: &str, key: &str) -> Vec<&'a serde_json::Value> {
    let is_key = |line: &serde_json::Value| line["key"].to_string().trim_matches('"') == key;
    outcome.report.iter().filter(|line| line["table"] == table && is_key(line)).collect()
}

/// Waits until somebody waits for a lock on the source.
pub async fn until_blocked(admin: &mut PgConnection, child: &mut Child) {
    let begun = Instant::now();
    loop {
        let sql = "select count(*) from pg_locks where not granted and database = (select oid from pg_database where datname = current_database())";
        let waiting: i64 = sqlx::query_scalar(sql).fetch_one(&mut *admin).await.unwrap();
        if waiting > 0 {
            return;
        }
        assert!(child.try_wait().unwrap().is_none(), "the import ended before it came to the table");
        assert!(begun.elapsed() < Duration::from_secs(60), "the import does not come to the table");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

/// Every row that an import writes, but what is by chance or by the number of runs or batches: salts, marks, the epoch of
/// the search, when a migration ran,
/// and which database it is.
async fn written(site: &TestSite) -> BTreeMap<String, Vec<String>> {
    let mut tables = all_tables(site).await;
    for table in ["stale_page", "_sqlx_migrations", "database_identity", "target", "search_state"] {
        tables.remove(table);
    }
    let schemes = "select cast(member_id as text) || ' ' || scheme from credential order by member_id";
    let schemes = site_rows(site, schemes).await.into_iter().map(|row| row[0].clone().unwrap()).collect();
    tables.insert("credential".to_owned(), schemes);
    tables
}

/// Expects two databases to hold the same, and to hold something.
async fn same_rows(ours: &TestSite, theirs: &TestSite) {
    let (ours, theirs) = (written(ours).await, written(theirs).await);
    assert!(ours.values().map(Vec::len).sum::<usize>() > 500);
    assert_eq!(ours.keys().collect::<Vec<_>>(), theirs.keys().collect::<Vec<_>>());
    for (table, rows) in &ours {
        assert_eq!(rows, &theirs[table], "{table} differs");
    }
}

#[tokio::test]
async fn a_second_run_changes_nothing_and_says_so() {
    for engine in ENGINES {
        let (source, site) = moved_in(engine).await;
        site.build().await;
        let before = all_tables(&site).await;
        assert!(before.values().map(Vec::len).sum::<usize>() > 500, "there is something to change");
        let outcome = import(&site, &source.url).good();
        assert!(outcome.stdout.contains("nothing changed"), "{}", outcome.stdout);
        let after = all_tables(&site).await;
        for (table, rows) in &before {
            assert_eq!(rows, &after[table], "{table} changed");
        }
        let marks = site_value(&site, "select cast(count(*) as text) from stale_page").await;
        assert_eq!(marks.as_deref(), Some("0"), "nothing is stale");
    }
}

#[tokio::test]
async fn both_engines_make_the_same_site() {
    let mut built = Vec::new();
    for engine in ENGINES {
        let (site, _) = imported(engine).await;
        site.build().await;
        built.push(site.files());
    }
    assert_eq!(built[0].keys().collect::<Vec<_>>(), built[1].keys().collect::<Vec<_>>());
    for (key, body) in &built[0] {
        assert!(body == &built[1][key], "{key} differs");
    }
}

#[tokio::test]
async fn what_is_new_in_the_source_comes_over() {
    for engine in ENGINES {
        let (source, site) = moved_in(engine).await;
        site.build().await;
        source
            .execute(
                "update bestiar set jmeno = 'Uspaný škorpión', zvt = '1k6' where id = 1;
                update uzivatele set popis_uzivatele = 'Nový popis.' where id = 3;
                update prispevky_dlouhe set schvaleno = 'a' where id = 501;
                update galerie set schvaleno = 'n' where id = 2;
                insert into diskuze (id, id_cizi, nickname, text, datum, cizi_tbl, user_id)
                    values (900, 1, 'Almad', 'Dodatečný komentář.', '2026-02-20 00:00:00+00', 'bestiar', 1);
                insert into uzivatele (id, nick_uzivatele, psw_uzivatele) values (20100, 'Přistěhovalec', md5('x'));
                insert into prispevky_dlouhe (id, rubrika, jmeno, author_id, datum, text)
                    values (17, 'clanky', 'Starý a přece nový', 1, '2005-01-01 00:00:00+00', 'Text.')",
            )
            .await;
        let outcome = import(&site, &source.url).good();
        assert!(!outcome.stdout.contains("nothing changed"), "{}", outcome.stdout);
        site.build().await;
        let monster = site.file("rubriky/bestiar/1-uspany-skorpion/index.html");
        assert!(monster.contains("<dd>1k6</dd>") && monster.contains("Dodatečný komentář."));
        let old = site.file("rubriky/bestiar/1-zhavy-skorpion/index.html");
        assert!(
            old.contains("http-equiv=\"refresh\"") && old.contains("1-uspany-skorpion"),
            "the old address leads on"
        );
        assert!(site.file("uzivatel/3-simon/index.html").contains("Nový popis."));
        assert!(site.has("uzivatel/20100-pristehovalec/index.html"));
        assert!(site.file("uzivatele/index.html").contains("Přistěhovalec"));
        assert!(site.has("rubriky/clanky/501-neschvaleno-clanek-clanky/index.html"), "approved meanwhile");
        assert!(!site.has("rubriky/galerie/2-satek/index.html"), "withdrawn meanwhile");
        assert!(!site.file("rubriky/galerie/index.html").contains("Šátek"));

        let ordinals =
            "select cast(ordinal as text) || ' ' || cast(number as text) from list_item join list on list.id = list_id
            join creation on creation.id = item_id where list.key = 'section/clanky' order by ordinal desc";
        let ordinals: Vec<_> =
            site_rows(&site, ordinals).await.into_iter().map(|row| row[0].clone().unwrap()).collect();
        let newest: Vec<&str> = ordinals.iter().map(|row| row.split(' ').nth(1).unwrap()).collect();
        assert_eq!(newest.len(), 9, "{ordinals:?}");
        // What came first keeps its place, whatever date it has; what comes later is appended, by date.
        assert_eq!(newest, ["501", "17", "16", "15", "14", "13", "12", "1", "2"]);
        let scheme = site_value(&site, "select scheme from credential where member_id = 20100").await;
        assert_eq!(scheme.as_deref(), Some("argon2-md5"));
        assert!(import(&site, &source.url).good().stdout.contains("nothing changed"));
    }
}

#[tokio::test]
async fn a_work_that_moves_takes_its_discussion_along() {
    for engine in ENGINES {
        let (source, site) = moved_in(engine).await;
        source
            .execute(
                "insert into hlasovani_prispevky (id_uz, id_cizi, rubrika, pochvez, time, opraveno, django_id)
                    values (2, 3, 'novapovolani', 5, 1300000000, '0', 90), (3, 3, 'novapovolani', 2, 1300000000, '0', 91);
                insert into diskuze (id, id_cizi, nickname, text, datum, cizi_tbl)
                select 1000 + n, 3, 'Almad', 'Hlas', timestamptz '2016-01-01 00:00:00+00' + n * interval '1 day', 'novapovolani'
                from generate_series(1, 60) as n",
            )
            .await;
        import(&site, &source.url).good();
        site.build().await;
        let of_section = |section: &str| -> Vec<String> {
            let prefix = format!("rubriky/{section}/3-");
            site.files().into_keys().filter(|key| key.starts_with(&prefix)).collect()
        };
        let before = of_section("novapovolani");
        assert!(before.len() > 3, "its page and several of its discussion: {before:?}");
        source
            .execute(
                "update prispevky_dlouhe set rubrika = 'noverasy' where id = 3;
                update diskuze set cizi_tbl = 'noverasy' where cizi_tbl = 'novapovolani' and id_cizi = 3;
                update hlasovani_prispevky set rubrika = 'noverasy' where rubrika = 'novapovolani' and id_cizi = 3",
            )
            .await;
        let votes = "select cast(member_id as text) || ' ' || cast(stars as text) from vote
            join creation on creation.id = creation_id where number = 3 and section in ('novapovolani', 'noverasy')
            order by member_id";
        let cast = site_rows(&site, votes).await;
        assert_eq!(cast.len(), 3, "there are votes to lose");
        let outcome = import(&site, &source.url).good();
        assert_eq!(cast, site_rows(&site, votes).await, "votes stay with their work: {}", outcome.said());
        let counts = outcome.counts();
        let of_votes = counts.iter().find(|line| line.table == "hlasovani_prispevky").unwrap();
        assert_eq!((of_votes.read, of_votes.new), (of_votes.unchanged + of_votes.skipped, 0), "{of_votes:?}");
        let taken = outcome.report.iter().filter(|line| line["detail"] == "number-taken").count();
        assert_eq!(taken, 0, "{}", outcome.said());
        let rows = all_tables(&site).await;
        assert!(import(&site, &source.url).good().stdout.contains("nothing changed"));
        assert_eq!(rows, all_tables(&site).await);
        site.build().await;
        assert_eq!(of_section("noverasy").len(), before.len());
        // What is left there are ways to the new place, and no word of the discussion.
        for key in of_section("novapovolani") {
            let page = site.file(&key);
            assert!(page.contains("http-equiv=\"refresh\"") && page.contains("/rubriky/noverasy/3-"), "{key}");
            assert!(!page.contains("Hlas"), "{key}");
        }
        let feed = site.files().into_iter().find(|(key, _)| key.ends_with("novapovolani/atom.xml"));
        let feed = String::from_utf8(feed.expect("the section has a feed").1).unwrap();
        assert!(!feed.contains("Šermíř"), "the section's feed is made again");
    }
}
