//! Addresses that Graveyard gave to pages and that are others here: each is a file that leads on, for hosts without a
//! sidecar.

use std::path::PathBuf;

use generator::db::redirects;
use generator::files::File;
use generator::open::Opened;

use super::source::{Source, import, imported, site_rows};
use crate::check::lines;
use crate::harness::{ENGINES, TestSite};

async fn all_redirects(site: &TestSite) -> Vec<(String, String)> {
    let rows = site_rows(site, "select path, page from redirect order by page, path").await;
    rows.into_iter().map(|row| (row[0].clone().unwrap(), row[1].clone().unwrap())).collect()
}

#[tokio::test]
async fn slugs_of_names_as_they_were_stored_lead_on() {
    for engine in ENGINES {
        let (site, _) = imported(engine).await;
        // Graveyard made its slugs of escaped names, of an author's copy of the nick, and of no name at all.
        let expected = [
            ("/autor/2-stara-prezdivka/", "author/2"),
            ("/rubriky/zlodej/10-zamky-klice/", ""),
            ("/uzivatel/8-tom-amp-jerry/", "member/8"),
        ];
        let found = all_redirects(&site).await;
        for (path, page) in expected {
            let there = found.iter().find(|(known, _)| known == path).map_or("", |(_, page)| page.as_str());
            assert_eq!(there, page, "{path} in {found:?}");
        }
        // Most names give the same slug: nothing is left of them.
        assert!(found.len() < 6, "{found:?}");
        site.build_folder().await;
        for (path, page) in &found {
            let file = site.settings.output.join(path.trim_start_matches('/')).join("index.html");
            let html = std::fs::read_to_string(file).unwrap();
            let record = site_rows(&site, &format!("select path from output_page where page = '{page}'")).await;
            let to = record[0][0].as_ref().unwrap();
            assert!(html.contains(&format!("url={to}\"")), "{path} does not lead to {to}: {html}");
        }
        assert_eq!(lines(&site.check().await), Vec::<String>::new());
    }
}

#[tokio::test]
async fn a_site_with_words_of_its_own_has_a_file_at_every_old_address() {
    for engine in ENGINES {
        let (mut site, _) = imported(engine).await;
        let mut files = site.opened.files.clone();
        let toml = &files.content["site.toml"];
        let text = toml.text().unwrap().replace("member = \"uzivatel\"", "member = \"clovek\"");
        assert!(text.contains("clovek"));
        let text = text.replace("sections = \"rubriky\"", "sections = \"tvorba\"").replace("\"uzivatel/", "\"clovek/");
        let origin = PathBuf::from("content/site.toml");
        files.content.insert("site.toml".to_owned(), File { bytes: text.into_bytes(), origin });
        let folder = site.settings.site.join("own");
        for (name, file) in &files.content {
            let path = folder.join("content").join(name);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, &file.bytes).unwrap();
        }
        site.settings.site = folder.clone();
        site.opened = Opened::from_files(files, &site.settings).await.unwrap();
        let source = Source::fixture().await;
        let output = super::source::command(&site, &source.url).env("SITE", &folder).output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        let found = all_redirects(&site).await;
        // Thirty-two works and twenty members, each under Graveyard's words; the waiting ones had no address.
        assert_eq!(found.iter().filter(|(path, _)| path.starts_with("/rubriky/")).count(), 32);
        assert_eq!(found.iter().filter(|(path, _)| path.starts_with("/uzivatel/")).count(), 20);
        site.build_folder().await;
        let moved =
            std::fs::read_to_string(site.settings.output.join("rubriky/clanky/1-sesta-zizniva-prisera-dil/index.html"));
        assert!(moved.unwrap().contains("url=/tvorba/clanky/1-sesta-zizniva-prisera-dil/\""));
        // The site's own texts have the old words in their links; no redirect is broken.
        let broken = lines(&site.check().await);
        assert!(!broken.iter().any(|line| line.starts_with("rubriky/") || line.starts_with("uzivatel/")), "{broken:?}");
    }
}

#[tokio::test]
async fn a_nick_that_changes_in_the_source_leaves_both_pages_behind() {
    for engine in ENGINES {
        let source = Source::fixture().await;
        let (site, _) = imported(engine).await;
        source.execute("update uzivatele set nick_uzivatele = 'Almadovec' where id = 1").await;
        import(&site, &source.url).good();
        let found = all_redirects(&site).await;
        for (path, page) in [("/uzivatel/1-almad/", "member/1"), ("/autor/1-almad/", "author/1")] {
            assert!(found.contains(&(path.to_owned(), page.to_owned())), "{path}: {found:?}");
        }
        site.build_folder().await;
        assert!(site.settings.output.join("autor/1-almadovec/index.html").exists());
        assert_eq!(lines(&site.check().await), Vec::<String>::new());
        let mut tx = site.opened.db.snapshot().await.unwrap();
        let none = redirects::by_paths(&mut tx, &["/autor/1-almadovec/".to_owned()]).await.unwrap();
        assert!(none.is_empty(), "no page is in its own way");
    }
}
