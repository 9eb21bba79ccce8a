//! Genres are rows like others: they come over once, and what was done to them here stays; the genre of a work that
//! waits is made when the work becomes public.

use generator::model::CreationId;
use generator::publish::{Change, creations};

use super::super::source::{all_tables, import, imported, site_rows, site_value};
use super::{about, here, moved_in};
use crate::harness::{ENGINES, Engine, TestSite, now};

async fn genres(site: &TestSite, section: &str) -> Vec<String> {
    let sql = format!("select slug || ': ' || name from genre where section = '{section}' order by slug");
    site_rows(site, &sql).await.into_iter().map(|row| row[0].clone().unwrap()).collect()
}

#[tokio::test]
async fn a_genre_that_was_renamed_or_deleted_here_does_not_come_back() {
    for engine in ENGINES {
        let (source, site) = moved_in(engine).await;
        assert_eq!(
            genres(&site, "clanky").await,
            ["poezie: Poezie", "povidky: Povídky", "recenze: Recenze", "uvahy: Úvahy"]
        );
        here(
            &site,
            &[
                "update genre set slug = 'basne', name = 'Básně' where section = 'clanky' and slug = 'poezie'",
                "update creation set genre_id = null where genre_id =
                    (select id from genre where section = 'clanky' and slug = 'povidky')",
                "delete from genre where section = 'clanky' and slug = 'povidky'",
            ],
        )
        .await;
        source
            .execute(
                "insert into prispevky_dlouhe (id, rubrika, jmeno, author_id, datum, skupina, text) values
                    (30, 'clanky', 'Nová báseň', 1, '2026-02-20 00:00:00+00', 'Poezie', 'Text.'),
                    (31, 'clanky', 'Nová povídka', 1, '2026-02-20 00:00:00+00', 'Povídky', 'Text.')",
            )
            .await;
        let outcome = import(&site, &source.url).good();
        assert_eq!(genres(&site, "clanky").await, ["basne: Básně", "recenze: Recenze", "uvahy: Úvahy"]);
        let genre = "select genre.slug from creation left join genre on genre.id = genre_id
            where creation.section = 'clanky' and number = ";
        assert_eq!(site_value(&site, &format!("{genre}30")).await.as_deref(), Some("basne"), "found by what it was");
        assert_eq!(site_value(&site, &format!("{genre}31")).await, None);
        assert!(!about(&outcome, "prispevky_dlouhe", "31").is_empty(), "{}", outcome.said());
        assert!(import(&site, &source.url).good().stdout.contains("nothing changed"));
    }
}

#[tokio::test]
async fn genres_are_counted_and_remembered() {
    for engine in ENGINES {
        let (site, outcome) = imported(engine).await;
        let rows = site_value(&site, "select cast(count(*) as text) from genre").await.unwrap();
        let counts = outcome.counts();
        let line = counts.iter().find(|line| line.table == "skupina").unwrap();
        assert_eq!((line.read.to_string(), line.new.to_string()), (rows.clone(), rows.clone()), "{line:?}");
        let remembered = "select cast(count(*) as text) from imported_row where source_table = 'skupina'";
        assert_eq!(site_value(&site, remembered).await, Some(rows));
    }
}

/// A genre stands on its section's pages as soon as it has a row, so a run that is killed behind it must have noted that
/// pages are to be marked.
#[tokio::test]
async fn a_new_genre_is_noted_as_unfinished_before_anything_else() {
    for engine in ENGINES {
        let (source, site) = moved_in(engine).await;
        let watch: &[&'static str] = match engine {
            Engine::Sqlite => &["create trigger watch before update on creation
                when not exists (select 1 from import_unfinished) begin select raise(abort, 'not noted'); end"],
            Engine::Postgres => &[
                "create function not_noted() returns trigger language plpgsql as $$ begin
                    if not exists (select 1 from import_unfinished) then raise exception 'not noted'; end if;
                    return new; end $$",
                "create trigger watch before update on creation for each row execute function not_noted()",
            ],
        };
        here(&site, watch).await;
        source.execute("update bestiar set skupina = 'Netvoři' where id = 1").await;
        let outcome = import(&site, &source.url);
        assert_eq!(outcome.code, Some(0), "{}", outcome.said());
    }
}

#[tokio::test]
async fn a_waiting_work_gets_its_genre_when_another_one_makes_it_public() {
    for engine in ENGINES {
        let (source, site) = moved_in(engine).await;
        let (_, outcome) = imported(engine).await;
        let finding = about(&outcome, "prispevky_dlouhe", "506");
        assert!(finding.iter().any(|line| line["finding"] == "genre-not-public-yet"), "{}", outcome.said());
        source.execute("update prispevky_dlouhe set skupina = 'NESCHVALENO skupina' where id = 6").await;
        import(&site, &source.url).good();
        let waiting = "select genre.slug || '/' || genre_wanted from creation left join genre on genre.id = genre_id
            where creation.section = 'alchymistazvl' and number = 506";
        assert_eq!(site_value(&site, waiting).await.as_deref(), Some("neschvaleno-skupina/"));
        let before = all_tables(&site).await;
        assert!(import(&site, &source.url).good().stdout.contains("nothing changed"));
        assert_eq!(before, all_tables(&site).await);
    }
}

#[tokio::test]
async fn a_waiting_work_that_is_approved_here_brings_its_genre() {
    for engine in ENGINES {
        let (source, site) = moved_in(engine).await;
        site.build().await;
        let id = "select cast(id as text) from creation where section = 'alchymistazvl' and number = 506";
        let id: i64 = site_value(&site, id).await.unwrap().parse().unwrap();
        let mut change = Change::begin_alone(&site.opened.db, &site.opened.site, now()).await.unwrap();
        creations::approve(&mut change, CreationId(id)).await.unwrap();
        change.commit().await.unwrap();
        assert_eq!(genres(&site, "alchymistazvl").await, ["neschvaleno-skupina: NESCHVALENO skupina"]);
        site.build().await;
        let list = site.file("rubriky/alchymistazvl/index.html");
        assert!(list.contains("NESCHVALENO skupina"), "the section offers its genre");
        assert!(site.files().keys().any(|key| key.contains("neschvaleno-skupina")), "which has a page");
        let report = import(&site, &source.url).good();
        assert_eq!(genres(&site, "alchymistazvl").await.len(), 1, "{}", report.said());
    }
}
