//! What a row becomes depends on more than itself: options, the site's sections, and what of other rows was there.

use std::path::Path;

use super::super::source::{Source, all_tables, import, imported, run, site_value, with_site, without_hosts};
use crate::harness::{ENGINES, TestSite};

async fn article(site: &TestSite) -> String {
    let sql =
        "select body from creation_text join creation on id = creation_id where section = 'clanky' and number = 1";
    site_value(site, sql).await.unwrap()
}

#[tokio::test]
async fn an_option_that_was_forgotten_is_made_good_by_the_next_run() {
    for engine in ENGINES {
        let source = Source::fixture().await;
        let site = TestSite::empty(engine).await;
        run(&mut without_hosts(&site, &source.url), &site).good();
        assert!(article(&site).await.contains("www.dracidoupe.cz/index.php"), "a link to elsewhere");
        let outcome = import(&site, &source.url).good();
        assert!(!outcome.stdout.contains("nothing changed"), "{}", outcome.stdout);
        let (plain, _) = imported(engine).await;
        assert_eq!(article(&site).await, article(&plain).await);
        let before = all_tables(&site).await;
        assert!(import(&site, &source.url).good().stdout.contains("nothing changed"));
        assert_eq!(before, all_tables(&site).await);
    }
}

/// The shipped site in a folder of its own, where it may be changed.
fn copy_of_site(to: &Path) {
    let content = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().join("content");
    let status = std::process::Command::new("cp").arg("-R").arg(content).arg(to).status().unwrap();
    assert!(status.success());
}

#[tokio::test]
async fn a_section_that_was_added_gets_its_links() {
    for engine in ENGINES {
        let source = Source::fixture().await;
        source
            .execute(
                "update prispevky_dlouhe set rubrika = 'basnirna' where id = 2;
                insert into ddcz_creativepage (id, name, slug, model_class)
                    values (21, 'Básnírna', 'basnirna', 'ddcz.commonarticle');
                insert into aktuality (id, datum, autor, text)
                    values (10, '2026-01-01 00:00:00+00', 'Almad', '<a href=\"/rubriky/basnirna/2-x/\">do básnírny</a>')",
            )
            .await;
        let site = TestSite::empty(engine).await;
        let news = "select body from news where id = 10";
        assert_eq!(import(&site, &source.url).code, Some(1), "its section is missing");
        assert!(!site_value(&site, news).await.unwrap().contains("href"), "a link to nowhere is words");
        let folder = tempfile::TempDir::new().unwrap();
        copy_of_site(folder.path());
        std::fs::write(
            folder.path().join("content/sections/basnirna.toml"),
            "name = \"Básnírna\"\norder = 30\nkind = \"article\"\nlist = \"table\"\npage_size = 25\ndescription = \"Básně.\"\n",
        )
        .unwrap();
        let outcome = run(&mut with_site(&site, &source.url, folder.path()), &site).good();
        assert!(site_value(&site, news).await.unwrap().contains("href=\"/rubriky/basnirna/2-"), "{}", outcome.stdout);
        let again = run(&mut with_site(&site, &source.url, folder.path()), &site).good();
        assert!(again.stdout.contains("nothing changed"), "{}", again.stdout);
    }
}

#[tokio::test]
async fn what_nobody_was_found_for_is_looked_for_again() {
    for engine in ENGINES {
        let (source, site) = super::moved_in(engine).await;
        let post = "select cast(member_id as text) from forum_post where id = 5";
        let letter = "select cast(sender_id as text) from letter where id = 7";
        assert_eq!(site_value(&site, post).await, None);
        assert!(article(&site).await.contains("mrtvy-clanek") && !article(&site).await.contains("/999-"));
        source
            .execute(
                "insert into uzivatele (id, nick_uzivatele) values (20200, 'Zmizelý'), (20201, 'Nikdo');
                insert into prispevky_dlouhe (id, rubrika, jmeno, author_id, datum, text)
                    values (999, 'clanky', 'Přece jen', 1, '2026-02-20 00:00:00+00', 'Text.')",
            )
            .await;
        let outcome = import(&site, &source.url).good();
        assert_eq!(site_value(&site, post).await.as_deref(), Some("20200"), "{}", outcome.stdout);
        assert_eq!(site_value(&site, letter).await.as_deref(), Some("20201"));
        assert!(article(&site).await.contains("href=\"/rubriky/clanky/999-prece-jen/\""));
        let forum = outcome.counts().into_iter().find(|line| line.table == "forum").unwrap();
        assert_eq!((forum.changed, forum.unchanged), (1, 4), "nothing else is touched");
        let before = all_tables(&site).await;
        assert!(import(&site, &source.url).good().stdout.contains("nothing changed"));
        assert_eq!(before, all_tables(&site).await);
    }
}

#[tokio::test]
async fn a_place_that_comes_or_goes_is_linked_or_not() {
    for engine in ENGINES {
        let source = Source::fixture().await;
        source
            .execute(
                "insert into prispevky_dlouhe (id, rubrika, jmeno, author_id, schvaleno, datum, text) values
                    (60, 'clanky', 'Odkazy', 1, 'a', '2012-01-01 00:00:00+00',
                        '<p><a href=\"/rubriky/clanky/61-cil/#konec\">konec</a></p>'),
                    (61, 'clanky', 'Cíl', 1, 'a', '2012-01-01 00:00:00+00', '<p>Text.</p>')",
            )
            .await;
        let site = TestSite::empty(engine).await;
        let linking =
            "select body from creation_text join creation on id = creation_id where section = 'clanky' and number = 60";
        for (text, address) in [
            ("<p>Text.</p>", "\"/rubriky/clanky/61-cil/\""),
            ("<p>Text. <a name=\"konec\">Konec.</a></p>", "\"/rubriky/clanky/61-cil/#text-konec\""),
            ("<p>Text bez konce.</p>", "\"/rubriky/clanky/61-cil/\""),
        ] {
            source.execute(&format!("update prispevky_dlouhe set text = '{text}' where id = 61")).await;
            import(&site, &source.url).good();
            let body = site_value(&site, linking).await.unwrap();
            assert!(body.contains(address), "{address} in {body}");
        }
        assert!(import(&site, &source.url).good().stdout.contains("nothing changed"));
    }
}
