//! Files that works consist of.

use super::source::{Source, import, site_value};
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
