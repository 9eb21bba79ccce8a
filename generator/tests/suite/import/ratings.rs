//! Stars: the ones that were shown, of sums and counts that say something else.

use scraper::Selector;

use super::source::{Source, import, imported, site_rows};
use super::works::{one, page, text};
use crate::harness::{ENGINES, TestSite};

#[tokio::test]
async fn stars_are_the_ones_that_were_shown() {
    let expected = [
        ("clanky/1-sesta-zizniva-prisera-dil", "4", "12 hlasů"),
        ("novapovolani/3-sermir-z-zizkova", "6", "20 hlasů"),
        ("noverasy/4-pulsotek", "0", "zatím nikdo nehlasoval"),
        ("expanze/5-dilo", "0", "1 hlas"),
        ("hranicar/7-dilo", "2", "3 hlasy"),
        ("zlodej/10-zamky-klice", "5", "6 hlasů"),
        // Votes that add up to other stars than the ones shown: editors counted three times, or nobody knows why.
        ("kouzla/1-ohniva-koule", "6", "50 hlasů"),
        ("predmety/1-zilkovany-savlik", "2", "4 hlasy"),
        ("clanky/14-ze-stareho-webu", "3", "6 hlasů"),
    ];
    for engine in ENGINES {
        let (site, outcome) = imported(engine).await;
        site.build().await;
        for (path, stars, votes) in expected {
            let page = page(&site, path);
            let html = one(&page, ".card-index").unwrap();
            let star = html.select(&Selector::parse("use").unwrap()).next().and_then(|star| star.attr("href"));
            assert_eq!(star.unwrap_or("#stars-0"), format!("#stars-{stars}"), "{path}");
            assert!(text(html).contains(votes), "{path}: {}", text(html));
        }
        let gallery = page(&site, "galerie/1-drak-nad-zatcem");
        assert!(one(&gallery, ".card-index use").is_none(), "the gallery is not rated");
        assert!(outcome.said().contains("4.52"), "a rating that is no number of stars is reported");
        let winners = "select section || '/' || cast(number as text) from creation where winner order by 1";
        let winners: Vec<_> = site_rows(&site, winners).await.into_iter().map(|row| row[0].clone().unwrap()).collect();
        assert_eq!(winners, ["kouzla/1", "novapovolani/3"]);
    }
}

#[tokio::test]
async fn impossible_sums_are_no_ratings() {
    for engine in ENGINES {
        let source = Source::fixture().await;
        source
            .execute(
                "update prispevky_dlouhe set pochvez = '0', pocet_hlasujicich = 3, hodnota_hlasovani = -1 where id = 12;
                update prispevky_dlouhe set pochvez = '6', pocet_hlasujicich = 2, hodnota_hlasovani = 900 where id = 13;
                update prispevky_dlouhe set pochvez = '5', pocet_hlasujicich = 2, hodnota_hlasovani = 2147483647 where id = 14;
                update prispevky_dlouhe set pochvez = '5.4', pocet_hlasujicich = 2, hodnota_hlasovani = 11 where id = 15;
                update prispevky_dlouhe set schvaleno = 'a', pochvez = '4', pocet_hlasujicich = -7, hodnota_hlasovani = 3 where id = 16",
            )
            .await;
        let site = TestSite::empty(engine).await;
        import(&site, &source.url).good();
        let sql = "select cast(number as text), cast(imported_rating_sum as text), cast(imported_rating_count as text)
            from creation where section = 'clanky' and number in (12, 13, 14, 15, 16) order by number";
        let found: Vec<String> = site_rows(&site, sql)
            .await
            .into_iter()
            .map(|row| row.into_iter().flatten().collect::<Vec<_>>().join(" "))
            .collect();
        assert_eq!(found, ["12 0 3", "13 10 2", "14 10 2", "15 10 2", "16 4 1"]);
    }
}
