//! A row whose key here is not its key in the source: where that changes there, the row moves, and what it left leads on.

use super::super::source::{Outcome, all_tables, import, site_rows, site_value};
use super::{about, here, moved_in};
use crate::harness::{ENGINES, TestSite};

/// What the report counts of a table: (changed, kept, skipped).
fn counted(outcome: &Outcome, table: &str) -> (i64, i64, i64) {
    let counts = outcome.counts();
    let line = counts.iter().find(|line| line.table == table).unwrap();
    (line.changed, line.kept, line.skipped)
}

async fn slugs(site: &TestSite) -> Vec<String> {
    let rows = site_rows(site, "select slug || ': ' || title from editors_page order by slug").await;
    rows.into_iter().map(|row| row[0].clone().unwrap()).collect()
}

fn leads_to(site: &TestSite, from: &str, to: &str) {
    let page = site.file(from);
    assert!(page.contains("http-equiv=\"refresh\"") && page.contains(to), "{from} does not lead to {to}: {page}");
}

#[tokio::test]
async fn an_editors_article_follows_its_slug() {
    for engine in ENGINES {
        let (source, site) = moved_in(engine).await;
        site.build().await;
        source
            .execute(
                "update ddcz_editorarticle set slug = 'prirucka', title = 'Příručka' where id = 2;
                update ddcz_editorarticle set slug = 'caste-otazky' where id = 3",
            )
            .await;
        let outcome = import(&site, &source.url).good();
        assert_eq!(counted(&outcome, "ddcz_editorarticle"), (2, 0, 0), "{}", outcome.said());
        assert_eq!(
            slugs(&site).await,
            ["caste-otazky: FAQ aneb ČKD", "co-je-draci-doupe: Co je to Dračí Doupě?", "prirucka: Příručka"]
        );
        site.build().await;
        assert!(site.file("prirucka/index.html").contains("Přeskočená"));
        leads_to(&site, "draci-manual/index.html", "/prirucka/");
        // There the site's own files have a page, which comes to light again.
        let own = site.file("otazky-a-odpovedi/index.html");
        assert!(!own.contains("http-equiv=\"refresh\"") && !own.contains("žádná žalost"), "{own}");
        let before = all_tables(&site).await;
        assert!(import(&site, &source.url).good().stdout.contains("nothing changed"));
        assert_eq!(before, all_tables(&site).await);

        // There and back: a page stands where only a way to it was.
        source.execute("update ddcz_editorarticle set slug = 'draci-manual' where id = 2").await;
        import(&site, &source.url).good();
        site.build().await;
        assert!(site.file("draci-manual/index.html").contains("Přeskočená"));
        leads_to(&site, "prirucka/index.html", "/draci-manual/");
    }
}

#[tokio::test]
async fn articles_may_exchange_their_slugs_and_leave_them_to_new_ones() {
    for engine in ENGINES {
        let (source, site) = moved_in(engine).await;
        site.build().await;
        // In the source as well, a slug is one article's.
        source
            .execute(
                "update ddcz_editorarticle set slug = 'x' where id = 1;
                update ddcz_editorarticle set slug = 'co-je-draci-doupe' where id = 2;
                update ddcz_editorarticle set slug = 'draci-manual' where id = 1;
                update ddcz_editorarticle set slug = 'caste-otazky' where id = 3;
                insert into ddcz_editorarticle (id, title, slug, text)
                    values (4, 'Nové otázky', 'otazky-a-odpovedi', 'Zcela nové.')",
            )
            .await;
        let outcome = import(&site, &source.url).good();
        assert_eq!(counted(&outcome, "ddcz_editorarticle"), (3, 0, 0), "{}", outcome.said());
        assert_eq!(
            slugs(&site).await,
            [
                "caste-otazky: FAQ aneb ČKD",
                "co-je-draci-doupe: Dračí Manuál",
                "draci-manual: Co je to Dračí Doupě?",
                "otazky-a-odpovedi: Nové otázky"
            ]
        );
        site.build().await;
        for (slug, words) in
            [("co-je-draci-doupe", "Přeskočená"), ("draci-manual", "šesti žíznivých"), ("otazky-a-odpovedi", "Zcela")]
        {
            assert!(site.file(&format!("{slug}/index.html")).contains(words), "{slug}");
        }
        assert!(import(&site, &source.url).good().stdout.contains("nothing changed"));
    }
}

#[tokio::test]
async fn a_slug_that_is_taken_and_an_article_that_was_changed_here_stay() {
    for engine in ENGINES {
        let (source, site) = moved_in(engine).await;
        here(
            &site,
            &[
                "insert into editors_page (slug, title, changed_at, body)
                    values ('zdejsi', 'Zdejší', '2026-03-01T00:00:00+00:00', 'Napsáno tady')",
                "update editors_page set body = 'Přepsáno tady' where slug = 'draci-manual'",
                "delete from editors_page where slug = 'co-je-draci-doupe'",
            ],
        )
        .await;
        source
            .execute(
                "update ddcz_editorarticle set slug = 'zdejsi' where id = 3;
                update ddcz_editorarticle set slug = 'manual' where id = 2;
                update ddcz_editorarticle set slug = 'doupe' where id = 1",
            )
            .await;
        let outcome = import(&site, &source.url).good();
        assert_eq!(counted(&outcome, "ddcz_editorarticle"), (0, 1, 2), "{}", outcome.said());
        assert_eq!(about(&outcome, "ddcz_editorarticle", "3")[0]["detail"], "number-taken");
        assert_eq!(about(&outcome, "ddcz_editorarticle", "2")[0]["finding"], "kept-because-changed-here");
        assert_eq!(about(&outcome, "ddcz_editorarticle", "1")[0]["detail"], "deleted-here");
        assert_eq!(
            slugs(&site).await,
            ["draci-manual: Dračí Manuál", "otazky-a-odpovedi: FAQ aneb ČKD", "zdejsi: Zdejší"]
        );
    }
}

#[tokio::test]
async fn a_number_that_another_work_has_here_is_reported() {
    for engine in ENGINES {
        let (source, site) = moved_in(engine).await;
        here(
            &site,
            &["insert into creation (section, number, title, slug, author_id, state, changed_at)
                values ('noverasy', 3, 'Zdejší rasa', 'zdejsi-rasa', 1, 'draft', '2026-03-01T00:00:00+00:00')"],
        )
        .await;
        source.execute("update prispevky_dlouhe set rubrika = 'noverasy' where id = 3").await;
        let outcome = import(&site, &source.url).good();
        let said = about(&outcome, "prispevky_dlouhe", "3");
        assert!(said.iter().any(|line| line["detail"] == "number-taken"), "{}", outcome.said());
        let sections =
            "select section from creation where number = 3 and section in ('novapovolani', 'noverasy') order by 1";
        let sections: Vec<_> = site_rows(&site, sections).await.into_iter().flatten().flatten().collect();
        assert_eq!(sections, ["novapovolani", "noverasy"]);
    }
}

#[tokio::test]
async fn an_article_that_was_written_anew_is_the_same_page() {
    for engine in ENGINES {
        let (source, site) = moved_in(engine).await;
        source.execute("update ddcz_editorarticle set id = 77, title = 'Manuál podruhé' where id = 2").await;
        let outcome = import(&site, &source.url).good();
        assert_eq!(counted(&outcome, "ddcz_editorarticle"), (1, 0, 0), "{}", outcome.said());
        assert!(slugs(&site).await.contains(&"draci-manual: Manuál podruhé".to_owned()));
        assert!(import(&site, &source.url).good().stdout.contains("nothing changed"));
    }
}

#[tokio::test]
async fn an_article_whose_slug_is_the_address_of_something_else_is_a_fault() {
    for engine in ENGINES {
        let (source, site) = moved_in(engine).await;
        let before = slugs(&site).await;
        source
            .execute(
                "insert into ddcz_editorarticle (id, title, slug, text)
                    values (80, 'Aktuality', 'aktuality', 'Nic.'), (81, 'Pošta', 'posta', 'Nic.')",
            )
            .await;
        let outcome = import(&site, &source.url);
        assert_eq!(outcome.code, Some(1), "{}", outcome.said());
        for key in ["80", "81"] {
            assert_eq!(about(&outcome, "ddcz_editorarticle", key)[0]["finding"], "failed", "{}", outcome.said());
        }
        assert_eq!(slugs(&site).await, before);
    }
}

#[tokio::test]
async fn a_charter_and_a_room_of_the_tavern_move() {
    for engine in ENGINES {
        let (source, site) = moved_in(engine).await;
        site.build().await;
        source
            .execute(
                "update ddcz_creativepageconcept set page_id = 3 where id = 1;
                update putyka_sekce set kod = 20, poradi = 2 where id = 2;
                update putyka_stoly set sekce = 20 where sekce = 19",
            )
            .await;
        let outcome = import(&site, &source.url).good();
        assert_eq!(counted(&outcome, "ddcz_creativepageconcept").0, 1, "{}", outcome.said());
        assert_eq!(counted(&outcome, "putyka_sekce"), (1, 0, 0), "{}", outcome.said());
        let sections = site_rows(&site, "select section from charter order by section").await;
        assert_eq!(
            sections.into_iter().flatten().flatten().collect::<Vec<_>>(),
            ["alchymistazvl", "bestiar", "expanze", "novapovolani"]
        );
        let rooms = "select cast(code as text) || ' ' || name || ' ' || cast(position as text) from tavern_section
            order by code";
        let rooms: Vec<_> = site_rows(&site, rooms).await.into_iter().flatten().flatten().collect();
        assert_eq!(rooms, ["0 Potemnělá předsíň 8000", "20 =Privé= 2"]);
        let table = site_value(&site, "select cast(section_code as text) from tavern_table where id = 2").await;
        assert_eq!(table.as_deref(), Some("20"));
        site.build().await;
        assert!(site.file("rubriky/novapovolani/koncepce/index.html").contains("Píše se"));
        leads_to(&site, "rubriky/clanky/koncepce/index.html", "/rubriky/novapovolani/koncepce/");
        assert!(import(&site, &source.url).good().stdout.contains("nothing changed"));
    }
}
