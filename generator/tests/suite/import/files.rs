//! Files that works consist of.

use super::again::{here, refuse};
use super::source::{Source, import, site_rows, site_value};
use crate::harness::{ENGINES, TestSite};

/// What an old row calls its file may lead anywhere; here it leads below the uploads or nowhere.
#[tokio::test]
async fn files_are_below_the_uploads() {
    let pictures = [
        ("/jinde/drak.jpg", "jinde/drak.jpg"),
        ("https://uploady.dracidoupe.cz/galerie/drak.jpg", "galerie/drak.jpg"),
        ("//uploady.dracidoupe.cz/galerie/a%20b.jpg", "galerie/a b.jpg"),
        ("stare/drak.jpg", "galerie/stare/drak.jpg"),
        ("../../graveyard.db", ""),
        ("http://cizi.example/drak.jpg", ""),
        ("//cizi.example/drak.jpg", ""),
        ("a/../b.jpg", ""),
        ("a//b.jpg", ""),
        ("drak.jpg?x=1", ""),
        ("C:\\drak.jpg", ""),
    ];
    for engine in ENGINES {
        let source = Source::fixture().await;
        for (n, (path, _)) in (30..).zip(pictures) {
            source
                .execute(&format!(
                    "insert into galerie (id, jmeno, author_id, datum, cesta, cestathumb)
                        values ({n}, 'Obraz {n}', 1, '2005-05-05 05:05:05+00', '{path}', 'nahled.jpg');
                    insert into downloady (id, jmeno, author_id, datum, format, popis, item)
                        values ({n}, 'Soubor {n}', 1, '2005-05-05 05:05:05+00', 'zip', '', '{path}');
                    insert into dobrodruzstvi (id, jmeno, author_id, datum, anotace, cesta, klicsl)
                        values ({n}, 'Výprava {n}', 1, '2005-05-05 05:05:05+00', '', '{path}', '')"
                ))
                .await;
        }
        let site = TestSite::empty(engine).await;
        let outcome = import(&site, &source.url).good();
        let attribute = async |section: &str, number: i32, key: &str| -> String {
            let sql = format!("select attributes from creation where section = '{section}' and number = {number}");
            let json: serde_json::Value = serde_json::from_str(&site_value(&site, &sql).await.unwrap()).unwrap();
            json[key].as_str().unwrap_or_default().to_owned()
        };
        for (n, (path, expected)) in (30..).zip(pictures) {
            let said = outcome.report.iter().any(|line| {
                line["table"] == "galerie"
                    && line["key"].as_str() == Some(&n.to_string())
                    && line["finding"] == "file-unusable"
                    && line["column"] == "cesta"
            });
            assert_eq!(said, expected.is_empty(), "{path} is in the report where nothing is to be had");
            for key in [
                attribute("galerie", n, "image").await,
                attribute("downloady", n, "file").await,
                attribute("dobrodruzstvi", n, "entry").await,
            ] {
                let below = !key.starts_with('/') && !key.contains(':') && !key.contains("..") && !key.contains("//");
                assert!(below && !key.contains(['\\', '?']), "{path} became {key}");
            }
            if !expected.is_empty() {
                assert_eq!(attribute("galerie", n, "image").await, expected, "{path}");
            }
        }
        assert_eq!(attribute("downloady", 31, "file").await, "galerie/drak.jpg", "as it was uploaded");
        assert_eq!(attribute("downloady", 34, "file").await, "soub/34.zip", "as Graveyard called files of old");
        assert_eq!(attribute("dobrodruzstvi", 33, "entry").await, "dobrodruzstvi/33/stare/drak.jpg");
        assert_eq!(attribute("dobrodruzstvi", 34, "entry").await, "dobrodruzstvi/34/index.html");
        // A picture that is nowhere is still a work, with its comments; nothing shows a broken one.
        site.build().await;
        let page = site.file("rubriky/galerie/34-obraz-34/index.html");
        assert!(page.contains("Obraz 34") && !page.contains("uploads.example.org/–"), "{page}");
    }
}

/// Files that are noted, each with whether it is to be moved and the works that name it.
async fn noted(site: &TestSite) -> Vec<String> {
    let sql = "select upload.path || ' ' || cast(unsettled as text) || ' ' || section || '/' || cast(number as text)
            || ' ' || coalesce((select cast(min(member_id) as text) from upload_owner owner where owner.path = upload.path), '-')
        from upload join upload_use on upload_use.path = upload.path join creation on creation.id = creation_id
        where brought_at is not null and is_shown order by upload.path, section";
    let mut rows: Vec<String> = site_rows(site, sql).await.into_iter().flatten().flatten().collect();
    rows.sort();
    rows
}

#[tokio::test]
async fn files_that_only_waiting_works_name_are_not_public() {
    for engine in ENGINES {
        let source = Source::fixture().await;
        source
            .execute(
                "update bestiar set popis = '<img src=\"obr_pris/tajny drak.gif\"> <img src=\"obr_pris/znamy.gif\">
                        <a href=\"soub/1.zip\">x</a> <img src=\"galerie/drak.jpg\">' where id = 501;
                update forum set text = '<a href=\"obr_pris/znamy.gif\">obrázek</a>', nickname = 'Almad' where id = 2;
                update prispevky_dlouhe set text = '<img src=\"obr_pris/znamy.gif\">' where id = 15;
                insert into galerie (id, jmeno, datum, schvaleno, cesta, cestathumb)
                    values (502, 'Druhý', '2020-01-01 00:00:00+00', 'n', 'drak.jpg', 'NESCHVALENO-nahled.jpg')",
            )
            .await;
        let site = TestSite::empty(engine).await;
        let outcome = import(&site, &source.url).good();
        let expected = [
            "dobrodruzstvi/501/NESCHVALENO.html 0 dobrodruzstvi/501 1",
            "fotogalerie/NESCHVALENO-nahled.jpg 0 fotogalerie/501 1",
            "fotogalerie/NESCHVALENO.jpg 0 fotogalerie/501 1",
            "galerie/NESCHVALENO-nahled.jpg 0 galerie/501 1",
            "galerie/NESCHVALENO-nahled.jpg 0 galerie/502 1",
            "galerie/NESCHVALENO.jpg 0 galerie/501 1",
            "obr_pris/tajny drak.gif 0 bestiar/501 1",
            "soub/NESCHVALENO.zip 0 downloady/501 1",
        ];
        let unsettled = expected.map(|line| line.replacen(" 0 ", " 1 ", 1));
        assert_eq!(noted(&site).await, unsettled);
        assert!(outcome.stderr.contains("note: 7 files of works that wait"), "{}", outcome.said());
        assert!(import(&site, &source.url).good().stdout.contains("nothing changed"));

        // As the sidecar leaves them; then an editor of the old site approves one of the works.
        here(&site, &["update upload set unsettled = 0, is_public = false where brought_at is not null"]).await;
        source.execute("update galerie set schvaleno = 'a' where id = 501").await;
        let outcome = import(&site, &source.url).good();
        assert!(outcome.stderr.contains("note: 2 files of works that wait"), "{}", outcome.said());
        let elsewhere = "select path from upload where unsettled > 0 order by path";
        let elsewhere: Vec<String> = site_rows(&site, elsewhere).await.into_iter().flatten().flatten().collect();
        assert_eq!(elsewhere, ["galerie/NESCHVALENO-nahled.jpg", "galerie/NESCHVALENO.jpg"]);
    }
}

#[tokio::test]
async fn files_that_could_not_be_noted_are_noted_by_the_next_run() {
    for engine in ENGINES {
        let source = Source::fixture().await;
        let site = TestSite::empty(engine).await;
        let allow = refuse(&site, engine, "upload_use", "true").await;
        let outcome = import(&site, &source.url);
        assert_eq!(outcome.code, Some(1), "{}", outcome.said());
        assert!(outcome.stderr.contains("table upload"), "{}", outcome.said());
        assert_eq!(noted(&site).await, [""; 0]);

        // No row is left to write, and files that wait for an editor are still for everybody.
        here(&site, &[allow]).await;
        let outcome = import(&site, &source.url).good();
        assert!(outcome.counts().iter().all(|line| (line.new, line.changed) == (0, 0)), "{}", outcome.stdout);
        assert!(outcome.stderr.contains("files of works that wait"), "{}", outcome.said());
        let waiting = noted(&site).await;
        assert!(waiting.contains(&"galerie/NESCHVALENO.jpg 1 galerie/501 1".to_owned()), "{waiting:?}");
        site.build().await;
        let list = site.file("rubriky/clanky/index.html");
        assert!(list.contains("/rubriky/clanky/1-"), "lists are made as well: {list}");
        assert!(import(&site, &source.url).good().stdout.contains("nothing changed"));
    }
}
