//! What moves from one list to another in the source does so here.

use generator::model::{AuthorId, CreationId};
use generator::publish::{Change, creations};

use super::super::source::{import, site_rows, site_value};
use super::moved_in;
use crate::check::lines;
use crate::harness::{ENGINES, TestSite, now};

/// Where public ads stand: list and number.
async fn ads(site: &TestSite) -> Vec<String> {
    let sql = "select list.key || ' ' || cast(number as text) from list_item join list on list.id = list_id
        join ad on ad.id = item_id where list_item.public and (list.key = board or list.key like board || '/%')";
    let mut places: Vec<String> = site_rows(site, sql).await.into_iter().map(|row| row[0].clone().unwrap()).collect();
    places.sort();
    places
}

/// The pages of a board that show a text.
fn showing(site: &TestSite, board: &str, text: &str) -> Vec<String> {
    let files = site.files().into_iter().filter(|(key, _)| key.starts_with(board) && key.ends_with(".html"));
    files.filter(|(_, body)| String::from_utf8_lossy(body).contains(text)).map(|(key, _)| key).collect()
}

#[tokio::test]
async fn an_ad_leaves_the_group_that_it_is_not_in_any_more() {
    for engine in ENGINES {
        let (source, site) = moved_in(engine).await;
        site.build().await;
        let before = ads(&site).await;
        for place in ["dating 1", "dating/hledam_hrace 1", "market 1", "market/nabizim 1"] {
            assert!(before.iter().any(|one| one == place), "{place} in {before:?}");
        }
        source
            .execute(
                "update inzerce set sekce = 'vymenim' where id = 1;
                update seznamka set sekce = 'hledam_pj' where id = 1",
            )
            .await;
        import(&site, &source.url).good();
        let after = ads(&site).await;
        let moved = |place: &String| match place.as_str() {
            "dating/hledam_hrace 1" => "dating/hledam_pj 1".to_owned(),
            "market/nabizim 1" => "market/vymenim 1".to_owned(),
            place => place.to_owned(),
        };
        let mut expected: Vec<String> = before.iter().map(moved).collect();
        expected.sort();
        assert_eq!(after, expected);
        site.build().await;
        assert_eq!(
            showing(&site, "inzerce/", "Nabízím šest kostek."),
            ["inzerce/index.html", "inzerce/vymenim/index.html"]
        );
        assert_eq!(
            showing(&site, "seznamka/", "Hledáme hráče."),
            ["seznamka/hledam_pj/index.html", "seznamka/index.html"]
        );
        assert!(import(&site, &source.url).good().stdout.contains("nothing changed"));
    }
}

#[tokio::test]
async fn an_author_whose_only_work_became_another_authors_is_in_no_sitemap() {
    for engine in ENGINES {
        let (source, site) = moved_in(engine).await;
        source
            .execute(
                "insert into ddcz_author (id, author_type, anonymous_user_nick) values (60, 'a', 'Jednou a dost');
                insert into prispevky_dlouhe (id, rubrika, jmeno, author_id, datum, text, schvaleno)
                    values (60, 'clanky', 'Cizí peří', 60, '2012-01-01 00:00:00+00', 'Text.', 'a')",
            )
            .await;
        import(&site, &source.url).good();
        site.build().await;
        let named = |site: &TestSite| {
            let is_sitemap = |(key, _): &(String, Vec<u8>)| key.contains("sitemap") && key.ends_with(".xml");
            let mut sitemaps = site.files().into_iter().filter(is_sitemap);
            sitemaps.any(|(_, body)| String::from_utf8_lossy(&body).contains("/autor/60-"))
        };
        assert!(named(&site) && site.has("autor/60-jednou-a-dost/index.html"));
        source.execute("update prispevky_dlouhe set author_id = 1 where id = 60").await;
        import(&site, &source.url).good();
        site.build().await;
        assert!(!named(&site));
        // The page stays for those who know its address.
        let is_hidden = |site: &TestSite| {
            site.file("autor/60-jednou-a-dost/index.html").contains(r#"<meta name="robots" content="noindex">"#)
        };
        assert!(is_hidden(&site));
        site.build_folder().await;
        assert_eq!(lines(&site.check().await), Vec::<String>::new());

        // A work that is the author's here brings the author back, in that change alone.
        let mut change = Change::begin_alone(&site.opened.db, &site.opened.site, now()).await.unwrap();
        let work = "select cast(id as text) from creation where section = 'clanky' and number = 60";
        let work = CreationId(site_value(&site, work).await.unwrap().parse().unwrap());
        creations::change_author(&mut change, work, Some(AuthorId(60))).await.unwrap();
        change.commit().await.unwrap();
        site.build_folder().await;
        assert_eq!(lines(&site.check().await), Vec::<String>::new());
        site.build().await;
        assert!(named(&site) && !is_hidden(&site));
    }
}
