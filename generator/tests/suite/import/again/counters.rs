//! Counters and times that go on by themselves: they follow the source as long as nothing has gone on here, and lose
//! nothing where it has.

use super::super::source::{all_tables, import, site_rows};
use super::{here, moved_in};
use crate::harness::{ENGINES, TestSite};

async fn row(site: &TestSite, sql: &str) -> String {
    let row = site_rows(site, sql).await.remove(0);
    row.into_iter().map(|value| value.unwrap_or_else(|| "-".to_owned())).collect::<Vec<_>>().join(" ")
}

const ARTICLE: &str = "select cast(read_count as text) from creation where section = 'clanky' and number = 1";
const FILE: &str = "select cast(download_count as text) from creation where section = 'downloady' and number = 1";
/// Two visits at a table each, times without how an engine writes them.
const VISITS: &str = "select substr(cast(visited_at as text), 1, 10), cast(unread as text) from tavern_visit
    where table_id = 2 and member_id = 15";
const LOGINS: &str = "select substr(cast(a.last_login_at as text), 1, 10), substr(cast(b.last_login_at as text), 1, 10)
    from account a, account b where a.member_id = 2 and b.member_id = 3";

#[tokio::test]
async fn what_goes_on_in_the_source_comes_over_where_nothing_went_on_here() {
    for engine in ENGINES {
        let (source, site) = moved_in(engine).await;
        assert_eq!(row(&site, ARTICLE).await, "4321");
        assert_eq!(row(&site, VISITS).await, "2020-01-01 5");
        assert_eq!(row(&site, LOGINS).await, "2025-10-11 2012-12-12");
        source
            .execute(
                "update prispevky_dlouhe set precteno = 4400 where id = 1;
                update downloady set download_counter = 80 where id = 1;
                update putyka_uzivatele set navstiveno = '2026-02-28 00:00:00+00', neprectenych = 2 where id_stolu = 2 and id_uz = 15;
                update uzivatele set pospristup = '2026-02-28 00:00:00+00' where id = 2",
            )
            .await;
        let outcome = import(&site, &source.url).good();
        assert_eq!(outcome.counts().iter().map(|line| line.changed).sum::<i64>(), 4, "{}", outcome.stdout);
        assert_eq!(row(&site, ARTICLE).await, "4400");
        assert_eq!(row(&site, FILE).await, "80");
        assert_eq!(row(&site, VISITS).await, "2026-02-28 2", "read there meanwhile");
        assert_eq!(row(&site, LOGINS).await, "2026-02-28 2012-12-12");
        site.build().await;
        assert!(site.file("rubriky/downloady/index.html").contains("80"), "lists show the counter");
        let before = all_tables(&site).await;
        assert!(import(&site, &source.url).good().stdout.contains("nothing changed"));
        assert_eq!(before, all_tables(&site).await);
    }
}

#[tokio::test]
async fn what_went_on_here_is_never_lowered_and_gets_the_sources_increase() {
    for engine in ENGINES {
        let (source, site) = moved_in(engine).await;
        here(
            &site,
            &[
                "update creation set read_count = read_count + 100 where section = 'clanky' and number = 1",
                "update creation set download_count = download_count + 3 where section = 'downloady' and number = 1",
                "update tavern_visit set visited_at = '2026-03-01T00:00:00+00:00', unread = 0 where table_id = 2 and member_id = 15",
                "update account set last_login_at = '2026-03-01T00:00:00+00:00' where member_id in (2, 3)",
                // Both sides: the row's own columns stay as they are here, its counters go on.
                "update creation set title = 'Přejmenováno tady' where section = 'clanky' and number = 1",
            ],
        )
        .await;
        source
            .execute(
                "update prispevky_dlouhe set precteno = 4400, jmeno = 'Přejmenováno tam' where id = 1;
                update downloady set download_counter = 70 where id = 1;
                update putyka_uzivatele set navstiveno = '2026-02-28 00:00:00+00', neprectenych = 7 where id_stolu = 2 and id_uz = 15;
                update uzivatele set pospristup = '2026-02-28 00:00:00+00' where id = 2;
                update uzivatele set pospristup = '2026-03-05 00:00:00+00' where id = 3",
            )
            .await;
        for _ in 0..2 {
            import(&site, &source.url).good();
            assert_eq!(row(&site, ARTICLE).await, "4500");
            assert_eq!(row(&site, FILE).await, "80", "fewer there takes nothing away here");
            assert_eq!(row(&site, VISITS).await, "2026-03-01 2", "read here, and two more came");
            assert_eq!(row(&site, LOGINS).await, "2026-03-01 2026-03-05");
            let title = row(&site, "select title from creation where section = 'clanky' and number = 1").await;
            assert_eq!(title, "Přejmenováno tady");
        }
        source.execute("update prispevky_dlouhe set precteno = 4410 where id = 1").await;
        let outcome = import(&site, &source.url).good();
        assert_eq!(row(&site, ARTICLE).await, "4510");
        // The row stays as it is here; its counter did not.
        assert!(!outcome.stdout.contains("nothing changed"), "{}", outcome.stdout);
        assert!(import(&site, &source.url).good().stdout.contains("nothing changed"));
    }
}
