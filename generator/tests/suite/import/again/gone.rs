//! What the source takes back between two runs: letters that both sides have thrown away, votes, what is private and
//! gone altogether goes here as well, where nobody changed it; of the rest it is said that it stays.

use super::super::source::{Outcome, all_tables, import, site_rows, site_value};
use super::{about, here, moved_in};
use crate::harness::{ENGINES, TestSite};

async fn texts(site: &TestSite, sql: &str) -> Vec<String> {
    site_rows(site, sql).await.into_iter().map(|row| row[0].clone().unwrap()).collect()
}

/// The summary line of a table.
fn summary<'a>(outcome: &'a Outcome, table: &str) -> &'a serde_json::Value {
    outcome.report.iter().find(|line| line["table"] == table && line["read"].is_u64()).unwrap()
}

fn findings(outcome: &Outcome, table: &str, key: &str) -> Vec<String> {
    about(outcome, table, key).iter().map(|line| line["finding"].as_str().unwrap().to_owned()).collect()
}

const VOTES: &str = "select cast(member_id as text) || ' ' || cast(stars as text) from vote
    join creation on creation.id = creation_id where section = 'clanky' and number = 1 order by member_id";

#[tokio::test]
async fn letters_thrown_away_by_both_and_votes_taken_back_go_here_too() {
    for engine in ENGINES {
        let (source, site) = moved_in(engine).await;
        assert_eq!(texts(&site, VOTES).await, ["2 5", "3 4", "4 1"]);
        here(
            &site,
            &[
                "update letter set receiver_keeps = false where id = 2",
                "update vote set stars = 2, imported = false where member_id = 3",
            ],
        )
        .await;
        source
            .execute(
                "update posta set viditelnost = '0' where id in (1, 2);
                update hlasovani_prispevky set pochvez = 8 where rubrika = 'clanky' and id_uz in (2, 3);
                update hlasovani_prispevky set pochvez = 7 where rubrika = 'clanky' and id_uz = 4",
            )
            .await;
        let outcome = import(&site, &source.url).good();
        assert_eq!(texts(&site, "select cast(id as text) from letter where id < 4 order by id").await, ["2", "3"]);
        assert_eq!(texts(&site, VOTES).await, ["3 2"], "what a member has done here stays");
        assert_eq!(summary(&outcome, "posta")["taken_back"], 1, "{}", outcome.said());
        assert_eq!(summary(&outcome, "hlasovani_prispevky")["taken_back"], 2, "{}", outcome.said());
        assert!(!outcome.stdout.contains("nothing changed"), "{}", outcome.stdout);
        assert_eq!(findings(&outcome, "posta", "1"), ["skipped", "taken-back"]);
        assert_eq!(findings(&outcome, "posta", "2"), ["skipped", "kept-because-changed-here"]);
        let before = all_tables(&site).await;
        import(&site, &source.url).good();
        assert_eq!(before, all_tables(&site).await);

        // Somebody votes again there.
        source.execute("update hlasovani_prispevky set pochvez = 3 where rubrika = 'clanky' and id_uz = 2").await;
        import(&site, &source.url).good();
        assert_eq!(texts(&site, VOTES).await, ["2 3", "3 2"]);
    }
}

#[tokio::test]
async fn rows_that_are_gone_from_the_source_are_counted_and_named() {
    for engine in ENGINES {
        let (source, site) = moved_in(engine).await;
        here(&site, &["update tavern_bookmark set table_id = 3 where member_id = 3"]).await;
        source
            .execute(
                "delete from diskuze where id in (5, 6, 112); delete from bestiar where id = 2;
                delete from posta where id = 3; delete from putyka_book;
                delete from putyka_pristup where django_id = 4; delete from uzivatele_cekajici where id_zaznamu = 1;
                delete from uzivatele_maillist where id_uz = 2 and rubrika = 'clanky'",
            )
            .await;
        for run in 1..3 {
            let outcome = import(&site, &source.url).good();
            // What is public stays, and is said each time, since somebody may want to delete it.
            assert_eq!(findings(&outcome, "diskuze", "5"), ["gone-in-the-source"], "run {run}: {}", outcome.said());
            assert_eq!(findings(&outcome, "diskuze", "6"), [""; 0], "it never came over");
            assert_eq!(findings(&outcome, "bestiar", "2"), ["gone-in-the-source"]);
            assert_eq!(summary(&outcome, "diskuze")["gone"], 2);
            assert_eq!(summary(&outcome, "bestiar")["gone"], 1);
            assert!(outcome.stdout.contains("2 gone-in-the-source"), "{}", outcome.stdout);
            assert_eq!(outcome.stdout.contains("nothing changed"), run == 2, "{}", outcome.stdout);
            let taken = u64::from(run == 1);
            for table in ["posta", "putyka_pristup", "uzivatele_cekajici", "uzivatele_maillist", "putyka_book"] {
                assert_eq!(summary(&outcome, table)["taken_back"], taken, "{table}, run {run}: {}", outcome.said());
            }
        }
        assert_eq!(
            texts(&site, "select cast(id as text) from comment where id in (5, 112) order by comment.id").await,
            ["5", "112"]
        );
        assert_eq!(site_value(&site, "select body from letter where id = 3").await, None);
        assert_eq!(texts(&site, "select nick from registration").await, ["CEKATEL s dlouhou přezdívkou"]);
        assert_eq!(
            texts(&site, "select cast(member_id as text) || topic from subscription order by 1").await,
            ["1aktuality", "2aktuality"]
        );
        assert_eq!(texts(&site, "select cast(member_id as text) from tavern_access where banned").await, ["2"]);
        // A member has chosen another table here.
        assert_eq!(texts(&site, "select cast(table_id as text) from tavern_bookmark").await, ["3"]);
    }
}

#[tokio::test]
async fn a_table_that_is_suddenly_empty_takes_nothing_with_it() {
    for engine in ENGINES {
        let (source, site) = moved_in(engine).await;
        source
            .execute(
                "insert into posta (id, odesilatel, prijemce, viditelnost, text, datum)
                select 100 + n, 'Almad', 'Bobr', '3', 'TAJNYDOPIS', now() from generate_series(1, 60) as n",
            )
            .await;
        import(&site, &source.url).good();
        let letters = "select cast(count(*) as text) from letter";
        let before = site_value(&site, letters).await;
        source.execute("delete from posta").await;
        let outcome = import(&site, &source.url).good();
        assert_eq!(site_value(&site, letters).await, before, "a dump that was cut off deletes no letter");
        assert!(outcome.stderr.contains("posta") && outcome.stderr.contains("gone"), "{}", outcome.stderr);
    }
}
