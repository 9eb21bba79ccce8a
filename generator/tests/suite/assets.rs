//! Fingerprinted files: when they come and when they go.

use std::io::ErrorKind;
use std::path::PathBuf;
use std::time::Duration;

use chrono::TimeDelta;
use generator::build::progress::Progress;
use generator::build::{Builder, Options};
use generator::files::{File, SiteFiles};
use generator::open::Opened;
use generator::render::Renderer;
use generator::store::{CacheClass, Fault};

use crate::check::lines;
use crate::harness::{ENGINES, Engine, TestSite, now};

/// Keys of the stylesheets on the target.
fn stylesheets(site: &TestSite) -> Vec<String> {
    site.files().into_keys().filter(|key| key.ends_with(".css")).collect()
}

#[tokio::test]
async fn an_old_asset_stays_for_seven_days_after_its_last_reference() {
    for engine in ENGINES {
        let mut site = TestSite::tiny(engine).await;
        site.build().await;
        let old = stylesheets(&site);

        let builder = restyled(&mut site).await;
        let after = async |days: i64, seconds: i64| {
            let at = now() + TimeDelta::days(days) + TimeDelta::seconds(seconds);
            builder.build(Options::default(), at, &Progress::silent()).await.unwrap();
            stylesheets(&site)
        };

        let both = after(1, 0).await;
        assert_eq!(both.len(), old.len() + 1, "pages that readers have open still name the old one");
        assert!(old.iter().all(|key| both.contains(key)));
        assert_eq!(after(8, 0).await, both, "seven days after the last reference, not after the first");
        let new = after(8, 1).await;
        assert_eq!(new.len(), old.len());
        assert_ne!(new, old);
        let page = site.file("index.html");
        assert!(new.iter().any(|key| page.contains(&format!("/{key}"))), "the page names what is there");
    }
}

/// Another stylesheet; gives the builder, which begins a new generation.
async fn restyled(site: &mut TestSite) -> Builder {
    let mut files = SiteFiles {
        content: site.opened.files.content.clone(),
        templates: site.opened.files.templates.clone(),
        statics: site.opened.files.statics.clone(),
    };
    let css = File { bytes: b"body { color: red }".to_vec(), origin: PathBuf::from("static/css/site.css") };
    files.statics.insert("css/site.css".to_owned(), css);
    site.opened = Opened::from_files(files, &site.settings).await.unwrap();
    site.opened.builder_into(site.store.clone()).unwrap()
}

/// A site with a work, built, whose next builder has another stylesheet; gives the old ones as well.
async fn restyled_with_a_work(engine: Engine) -> (TestSite, Vec<String>, Builder) {
    let mut site = TestSite::tiny(engine).await;
    site.add_author("Vera").await;
    site.publish("nights", 1, &["Mars"], r#"{"seeing": 7}"#, "Quiet.").await;
    site.build().await;
    let old = stylesheets(&site);
    let builder = restyled(&mut site).await;
    (site, old, builder)
}

/// Builds so many days later; says how many pages failed, and how many stylesheets there are then.
async fn failed_and_stylesheets(site: &TestSite, builder: &Builder, days: i64) -> (usize, usize) {
    let at = now() + TimeDelta::days(days);
    let summary = builder.build(Options::default(), at, &Progress::silent()).await.unwrap();
    (summary.failed.len(), stylesheets(site).len())
}

#[tokio::test]
async fn an_old_asset_stays_as_long_as_a_page_that_failed_names_it() {
    for engine in ENGINES {
        let mut site = TestSite::tiny(engine).await;
        site.build().await;
        let old = stylesheets(&site);
        let builder = restyled(&mut site).await;
        site.memory().fail("index.html", Fault::Refuse(ErrorKind::Other));
        let after = async |days: i64| failed_and_stylesheets(&site, &builder, days).await;
        for days in [0, 9, 30] {
            assert_eq!(after(days).await, (1, old.len() + 1), "{engine:?}, after {days} days");
            let page = site.file("index.html");
            assert!(old.iter().any(|key| page.contains(&format!("/{key}"))), "it is the page from before");
        }
        site.memory().heal();
        assert_eq!(after(31).await, (0, old.len() + 1), "{engine:?}: a reader may have the page open");
        assert_eq!(after(38).await, (0, old.len()), "{engine:?}: seven days after the last page that named it");
    }
}

#[tokio::test]
async fn an_old_asset_goes_though_a_page_fails_that_was_written_without_it() {
    for engine in ENGINES {
        let (site, old, builder) = restyled_with_a_work(engine).await;
        let after = async |days: i64| failed_and_stylesheets(&site, &builder, days).await;
        assert_eq!(after(1).await, (0, old.len() + 1), "{engine:?}");
        assert_eq!(after(2).await, (0, old.len() + 1), "{engine:?}");
        site.change(&["update creation set attributes = 'nonsense' where id = 1"], &["creation/nights/1"]).await;
        assert_eq!(after(8).await, (1, old.len() + 1), "{engine:?}: not yet seven days");
        assert_eq!(after(9).await, (1, old.len()), "{engine:?}: the file of the page that fails names the new one");
    }
}

#[tokio::test]
async fn an_old_asset_goes_though_some_page_fails_after_another_has_kept_it() {
    for engine in ENGINES {
        let (site, old, builder) = restyled_with_a_work(engine).await;
        let after = async |days: i64| failed_and_stylesheets(&site, &builder, days).await;
        site.memory().fail("index.html", Fault::Refuse(ErrorKind::Other));
        for days in [1, 2] {
            assert_eq!(after(days).await, (1, old.len() + 1), "{engine:?}, after {days} days");
        }
        site.memory().heal();
        assert_eq!(after(3).await, (0, old.len() + 1), "{engine:?}: the last page that named it was replaced");
        // Written on the first day, with the new one.
        site.change(&["update creation set attributes = 'nonsense' where id = 1"], &["creation/nights/1"]).await;
        for days in [4, 9] {
            assert_eq!(after(days).await, (1, old.len() + 1), "{engine:?}, after {days} days");
        }
        assert_eq!(after(10).await, (1, old.len()), "{engine:?}: seven days after a page was last known to name it");
    }
}

#[tokio::test]
async fn an_asset_that_is_being_removed_is_waited_for_and_written_again() {
    for engine in ENGINES {
        let site = TestSite::tiny(engine).await;
        site.build().await;
        let key = stylesheets(&site).remove(0);
        // Somebody is removing what a build is going to want again, and has not yet.
        site.change(&["update asset_file set removed_until = 9000000000000"], &[]).await;
        let mut build = Box::pin(site.build());
        let early = tokio::time::timeout(Duration::from_millis(300), &mut build).await;
        assert!(early.is_err(), "{engine:?}: it takes for there what may be gone the next moment");
        site.store.remove(&key, || true).unwrap();
        site.change(&["update asset_file set removed_until = null"], &[]).await;
        build.await;
        assert!(site.has(&key), "{engine:?}: it is gone, and pages name it");
    }
}

#[tokio::test]
async fn what_others_look_for_stands_at_the_root() {
    for engine in ENGINES {
        let mut site = TestSite::tiny(engine).await;
        let with = |contact: &str| {
            let mut files = generator::files::SiteFiles {
                content: site.opened.files.content.clone(),
                templates: site.opened.files.templates.clone(),
                statics: site.opened.files.statics.clone(),
            };
            for (name, text) in [("ads.txt", "nobody.example, 0, DIRECT\n"), (".well-known/security.txt", contact)] {
                let file = File { bytes: text.as_bytes().to_vec(), origin: PathBuf::from("static").join(name) };
                files.statics.insert(name.to_owned(), file);
            }
            files
        };
        let first = with("Contact: mailto:prvni@example.org\n");
        let second = with("Contact: mailto:druhy@example.org\n");
        site.opened = Opened::from_files(first, &site.settings).await.unwrap();
        site.build_folder().await;
        let file = |key: &str| std::fs::read_to_string(site.settings.output.join(key)).unwrap();
        assert_eq!(file("ads.txt"), "nobody.example, 0, DIRECT\n");
        assert_eq!(file(".well-known/security.txt"), "Contact: mailto:prvni@example.org\n");
        assert_eq!(lines(&site.check().await), Vec::<String>::new());

        // Another text under the same name is written over the old one, and stays as fresh as a page.
        site.opened = Opened::from_files(second, &site.settings).await.unwrap();
        site.build_folder().await;
        let file = |key: &str| std::fs::read_to_string(site.settings.output.join(key)).unwrap();
        assert_eq!(file(".well-known/security.txt"), "Contact: mailto:druhy@example.org\n");
        assert_eq!(CacheClass::of(".well-known/security.txt"), CacheClass::Revalidate);

        // Back from another target, whose files the records were about meanwhile.
        site.build().await;
        site.build_folder().await;
        let file = |key: &str| std::fs::read_to_string(site.settings.output.join(key)).unwrap();
        assert_eq!(file("ads.txt"), "nobody.example, 0, DIRECT\n");
        assert_eq!(lines(&site.check().await), Vec::<String>::new());
    }
}

#[test]
fn of_dot_files_only_the_well_known_folder_is_read() {
    let folder = tempfile::TempDir::new().unwrap();
    for name in [".well-known/security.txt", "css/a.css", ".git/config", "css/.well-known/x", ".hidden"] {
        let path = folder.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, "x").unwrap();
    }
    let found = generator::files::read_folder(folder.path()).unwrap();
    assert_eq!(found.keys().collect::<Vec<_>>(), [".well-known/security.txt", "css/a.css"]);
}

#[tokio::test]
async fn the_shipped_site_has_what_others_look_for() {
    for engine in ENGINES {
        let site = TestSite::empty(engine).await;
        site.build().await;
        assert!(site.file("ads.txt").contains("placeholder.example.com, placeholder, DIRECT, placeholder\n"));
        let security = site.file(".well-known/security.txt");
        let field = |name: &str| {
            let mut values = security.lines().filter_map(|line| line.strip_prefix(name)?.strip_prefix(": "));
            (values.next().unwrap_or_default().to_owned(), values.count())
        };
        // RFC 9116: a contact, and one end, which is not behind us whenever this is built.
        assert_eq!(field("Contact"), ("https://www.example.org/nahlasit/".to_owned(), 0));
        assert_eq!(field("Canonical"), ("https://www.example.org/.well-known/security.txt".to_owned(), 0));
        let (end, others) = field("Expires");
        let end = chrono::DateTime::parse_from_rfc3339(&end).unwrap();
        assert!(others == 0 && end > now() + chrono::TimeDelta::days(3650), "{end}");
        let renderer = Renderer::new(&site.opened.site, &site.opened.files).unwrap();
        for (path, expected) in [
            ("/.well-known/security.txt", "text/plain; charset=utf-8"),
            ("/.well-known/traffic-advice", "application/trafficadvice+json"),
        ] {
            let asset = renderer.assets.iter().find(|asset| asset.path == path).unwrap();
            assert_eq!(asset.object.content_type, expected);
        }
        let advice: serde_json::Value = serde_json::from_str(&site.file(".well-known/traffic-advice")).unwrap();
        assert_eq!(advice[0]["user_agent"], "prefetch-proxy");
        assert!(!security.contains("{{"), "{security}");
    }
}
