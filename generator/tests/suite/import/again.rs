//! The second run and the ones after it: what is as it was stays, what the source has new comes over, what was done
//! here is left alone, and a killed run goes on where it was.

mod at_once;
mod batches;
mod counters;
mod genres;
mod gone;
mod keys;
mod lists;
mod nicks;
mod surroundings;

use std::collections::BTreeMap;
use std::process::{Child, Stdio};
use std::time::{Duration, Instant};

use sqlx::{Connection, Executor, PgConnection};

use super::source::{Outcome, Source, all_tables, command, import, imported, site_rows, site_value};
use crate::harness::{ENGINES, Engine, TestSite};

/// A copy of the source that [`imported`] was made from, and the site.
async fn moved_in(engine: Engine) -> (Source, TestSite) {
    (Source::fixture().await, imported(engine).await.0)
}

/// Changes rows of the site, as one who works on it would; pages are left as they are.
async fn here(site: &TestSite, statements: &[&'static str]) {
    site.change(statements, &[]).await;
}

/// The lines of the report about a row of the source.
fn about<'a>(outcome: &'a Outcome, table: &str, key: &str) -> Vec<&'a serde_json::Value> {
    let is_key = |line: &serde_json::Value| line["key"].to_string().trim_matches('"') == key;
    outcome.report.iter().filter(|line| line["table"] == table && is_key(line)).collect()
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
async fn what_was_changed_here_stays_and_is_reported() {
    for engine in ENGINES {
        let (source, site) = moved_in(engine).await;
        here(
            &site,
            &[
                "update creation set title = 'Přejmenováno tady' where section = 'bestiar' and number = 1",
                "update creation_text set body = '<p>Přepsáno tady</p>' where creation_id =
                (select id from creation where section = 'clanky' and number = 12)",
                "update member set description = 'Napsáno tady' where id = 3",
                "update comment set body = 'Smazáno tady' where id = (select min(id) from comment)",
                "update account set email = 'nova@adresa.example' where member_id = 1",
            ],
        )
        .await;
        source
            .execute("update bestiar set jmeno = 'Přejmenováno tam', zvt = '2k6' where id = 1;
                update prispevky_dlouhe set jmeno = 'Přejmenováno tam' where id = 12;
                update uzivatele set popis_uzivatele = 'Napsáno tam', email_uzivatele = 'tam@soukromi.example' where id in (1, 3);
                update uzivatele set popis_uzivatele = 'Jen tam' where id = 15")
            .await;
        let outcome = import(&site, &source.url).good();
        let title = async |section: &str, number: i64| {
            let sql = format!("select title from creation where section = '{section}' and number = {number}");
            site_value(&site, &sql).await.unwrap()
        };
        assert_eq!(title("bestiar", 1).await, "Přejmenováno tady");
        assert_eq!(title("clanky", 12).await, "Starý žoldnéř", "a row is kept whole");
        let descriptions = "select description from member where id in (3, 15) order by id";
        let descriptions: Vec<_> =
            site_rows(&site, descriptions).await.into_iter().map(|row| row[0].clone().unwrap()).collect();
        assert_eq!(descriptions[0], "Napsáno tady");
        assert!(descriptions[1].contains("Jen tam"), "what nobody touched here comes over");
        let email = site_value(&site, "select email from account where member_id = 1").await;
        assert_eq!(email.as_deref(), Some("nova@adresa.example"));
        for (table, key) in [("bestiar", "1"), ("prispevky_dlouhe", "12"), ("uzivatele", "3"), ("uzivatele", "1")] {
            assert!(!about(&outcome, table, key).is_empty(), "{table} {key} is not in the report: {}", outcome.said());
        }
        // The one that only this side changed is as it is, and stays so.
        let body = site_value(&site, "select body from comment where id = (select min(id) from comment)").await;
        assert_eq!(body.as_deref(), Some("Smazáno tady"));
        let before = all_tables(&site).await;
        import(&site, &source.url).good();
        assert_eq!(before, all_tables(&site).await, "the third run finds nothing more to do");
    }
}

#[tokio::test]
async fn what_was_deleted_here_does_not_come_back() {
    for engine in ENGINES {
        let (source, site) = moved_in(engine).await;
        here(&site, &[
            "delete from list_item where item_id = (select id from creation where section = 'kouzla' and number = 1)
                and list_id in (select id from list where key in ('section/kouzla', 'creations', 'author/1') or key like 'genre/%')",
            "delete from creation where section = 'kouzla' and number = 1",
            "delete from account where member_id = 7",
            "delete from credential where member_id = 7",
            "delete from vote where member_id = 7",
            "delete from list_item where item_id = 7 and list_id = (select id from list where key = 'members')",
            "delete from member where id = 7",
            "delete from forum_post where id = 2",
            "delete from list_item where item_id = 2 and list_id = (select id from list where key = 'forum')",
            "delete from letter where id = 1",
        ])
        .await;
        source
            .execute("update kouzla set jmeno = 'Změněná koule' where id = 1; update uzivatele set popis_uzivatele = 'Změněn' where id = 7;
                update forum set text = 'Změněno' where id = 2")
            .await;
        for _ in 0..2 {
            let outcome = import(&site, &source.url).good();
            let gone = [
                "select title from creation where section = 'kouzla' and number = 1",
                "select nick from member where id = 7",
                "select email from account where member_id = 7",
                "select scheme from credential where member_id = 7",
                "select body from forum_post where id = 2",
                "select body from letter where id = 1",
            ];
            for sql in gone {
                assert_eq!(site_value(&site, sql).await, None, "{sql}");
            }
            assert!(
                !about(&outcome, "kouzla", "1").is_empty(),
                "it changed there and is gone here: {}",
                outcome.said()
            );
        }
        site.build().await;
        assert!(!site.files().keys().any(|key| key.starts_with("uzivatel/7-") || key.starts_with("rubriky/kouzla/1-")));
    }
}

#[tokio::test]
async fn numbers_taken_on_both_sides_are_reported() {
    for engine in ENGINES {
        let (source, site) = moved_in(engine).await;
        here(
            &site,
            &[
                "insert into member (id, nick) values (20100, 'Zdejší')",
                "insert into creation (section, number, title, slug, author_id, state, changed_at)
                values ('bestiar', 700, 'Zdejší nestvůra', 'zdejsi-nestvura', 1, 'draft', '2026-03-01T00:00:00+00:00')",
            ],
        )
        .await;
        source
            .execute(
                "insert into uzivatele (id, nick_uzivatele) values (20100, 'Tamější');
                insert into bestiar (id, jmeno, datum) values (700, 'Tamější nestvůra', '2026-02-20 00:00:00+00')",
            )
            .await;
        let outcome = import(&site, &source.url);
        assert!(!about(&outcome, "uzivatele", "20100").is_empty(), "{}", outcome.said());
        assert!(!about(&outcome, "bestiar", "700").is_empty(), "{}", outcome.said());
        assert_eq!(site_value(&site, "select nick from member where id = 20100").await.as_deref(), Some("Zdejší"));
        let title = "select title from creation where section = 'bestiar' and number = 700";
        assert_eq!(site_value(&site, title).await.as_deref(), Some("Zdejší nestvůra"));
    }
}

#[tokio::test]
async fn nicks_taken_on_both_sides_are_reported() {
    for engine in ENGINES {
        let (source, site) = moved_in(engine).await;
        here(&site, &["insert into member (id, nick) values (30000, 'Dvojník')"]).await;
        source
            .execute(
                "insert into uzivatele (id, nick_uzivatele) values (20101, 'Dvojník');
                insert into uzivatele (id, nick_uzivatele) values (20102, 'Jiný')",
            )
            .await;
        let outcome = import(&site, &source.url);
        assert!(!about(&outcome, "uzivatele", "20101").is_empty(), "{}", outcome.said());
        let nicks = "select cast(id as text) || nick from member where id > 20100 order by id";
        let nicks: Vec<_> = site_rows(&site, nicks).await.into_iter().map(|row| row[0].clone().unwrap()).collect();
        // Both are there; the one who came later is told apart by the number.
        assert_eq!(nicks, ["20101Dvojník #20101", "20102Jiný", "30000Dvojník"]);
    }
}

#[tokio::test]
async fn credentials_that_exist_here_are_never_touched() {
    for engine in ENGINES {
        let (source, site) = moved_in(engine).await;
        here(
            &site,
            &["update credential set scheme = 'argon2', hash = '$argon2id$zdejsi' where member_id in (1, 3, 5)"],
        )
        .await;
        source
            .execute(
                "update uzivatele set psw_uzivatele = md5('nove') where id in (1, 3, 4, 5);
                update auth_user set password = 'pbkdf2_sha256$1$nove$nove' where id in (1, 2, 5)",
            )
            .await;
        let sql =
            "select cast(member_id as text) || ' ' || scheme || ' ' || coalesce(hash, '-') from credential order by 1";
        let before = site_rows(&site, sql).await;
        import(&site, &source.url).good();
        assert_eq!(before, site_rows(&site, sql).await);
    }
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

/// Every row that an import writes, but what is by chance or by the number of runs: salts, marks, when a migration ran,
/// and which database it is.
async fn written(site: &TestSite) -> BTreeMap<String, Vec<String>> {
    let mut tables = all_tables(site).await;
    for table in ["stale_page", "_sqlx_migrations", "database_identity", "target"] {
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
        let (refuse, allow): (&[&'static str], &'static str) = match engine {
            Engine::Sqlite => (
                &["create trigger full_disk before insert on comment when new.body like '%číslo 20 %'
                    begin select raise(abort, 'disk full'); end"],
                "drop trigger full_disk",
            ),
            Engine::Postgres => (
                &[
                    "create function full_disk() returns trigger language plpgsql as
                    $$ begin raise exception 'disk full'; end $$",
                    "create trigger full_disk before insert on comment for each row when (new.body like '%číslo 20 %')
                    execute function full_disk()",
                ],
                "drop trigger full_disk on comment",
            ),
        };
        here(&site, refuse).await;
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
        let (refuse, allow): (&[&'static str], &'static str) = match engine {
            Engine::Sqlite => (
                &["create trigger full_disk before insert on list_item begin select raise(abort, 'disk full'); end"],
                "drop trigger full_disk",
            ),
            Engine::Postgres => (
                &[
                    "create function full_disk() returns trigger language plpgsql as
                    $$ begin raise exception 'disk full'; end $$",
                    "create trigger full_disk before insert on list_item for each row execute function full_disk()",
                ],
                "drop trigger full_disk on list_item",
            ),
        };
        here(&site, refuse).await;
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
