//! `check`: a good site has no finding, and whatever is broken in one place is found there and nowhere else.

mod broken;
mod command;
mod private;

use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;

use generator::build::Options;
use generator::build::progress::Progress;
use generator::check::{Report, Rule, Subject, check};
use generator::db::messages::{NewMessage, insert_comments};
use generator::db::{identities, lists};
use generator::model::{CreationId, MemberId, TextFormat};
use generator::publish::{Change, leaving, members};
use generator::seed::{Options as Seed, seed};

use crate::harness::*;

/// Findings that a test wants to see at most.
const MOST: usize = 100;

impl TestSite {
    /// Builds into a folder, as the command finds it.
    pub async fn build_folder(&self) {
        let builder = self.opened.builder(&self.settings.output).unwrap();
        let summary = builder.build(Options::default(), now(), &Progress::silent()).await.unwrap();
        assert_eq!(summary.failed, []);
    }

    fn subject<'a>(&'a self, allowed: &'a BTreeSet<Rule>) -> Subject<'a> {
        Subject {
            folder: &self.settings.output,
            site: &self.opened.site,
            files: &self.opened.files,
            uploads: &self.settings.uploads,
            db: Some(&self.opened.db),
            most: MOST,
            allowed,
        }
    }

    /// Checks the folder against the database.
    pub async fn check(&self) -> Report {
        check(self.subject(&BTreeSet::new())).await.unwrap()
    }

    /// Checks the files alone.
    async fn check_files(&self) -> Report {
        check(Subject { db: None, ..self.subject(&BTreeSet::new()) }).await.unwrap()
    }

    fn output(&self, key: &str) -> PathBuf {
        self.settings.output.join(key)
    }

    fn write(&self, key: &str, content: impl AsRef<[u8]>) {
        let path = self.output(key);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, content).unwrap();
    }
}

pub fn lines(report: &Report) -> Vec<String> {
    report.findings.first().map(ToString::to_string).collect()
}

/// A small site with a discussion of two pages, an archive and a redirect, built into a folder.
async fn observatory(engine: Engine) -> TestSite {
    let site = TestSite::tiny(engine).await;
    site.add_author("Vera").await;
    let titles = ["Mars at opposition", "A faint comet", "Saturn", "Clouds", "Perseids"];
    site.publish("nights", 1, &titles, r#"{"seeing": 7}"#, "Quiet.").await;
    let comments: Vec<NewMessage> = (1..=3)
        .map(|id| NewMessage {
            id,
            creation_id: Some(CreationId(2)),
            member_id: Some(MemberId(1)),
            nick: "Vera".to_owned(),
            posted_at: Some(now()),
            body_format: TextFormat::Markdown,
            body: format!("Remark {id}, call observatory@example.net if you saw it too."),
        })
        .collect();
    let mut tx = site.opened.db.write().await.unwrap();
    insert_comments(&mut tx, &comments).await.unwrap();
    let items: Vec<_> = comments.iter().map(|comment| ("discussion/2".to_owned(), comment.id)).collect();
    lists::append(&mut tx, &items).await.unwrap();
    generator::db::redirects::put(&mut tx, "/old/comet/", "creation/nights/2").await.unwrap();
    tx.commit().await.unwrap();
    site.change(&["update creation set comment_count = 3 where id = 2"], &["redirect/old/comet/"]).await;
    site.build_folder().await;
    site
}

#[tokio::test]
async fn the_demo_the_tiny_and_a_seeded_site_have_no_finding() {
    for engine in ENGINES {
        let demo = TestSite::demo(engine).await;
        let seeded = TestSite::empty(engine).await;
        let options = Seed { creations: 300, comments: 600, members: 40, seed: 7 };
        seed(&seeded.opened.db, &seeded.opened.site, &options).await.unwrap();
        let empty = TestSite::empty(engine).await;
        for site in [&demo, &seeded, &empty] {
            site.build_folder().await;
        }
        for site in [&demo, &seeded, &empty, &observatory(engine).await] {
            let report = site.check().await;
            assert_eq!(lines(&report), Vec::<String>::new());
            assert!(report.with_records && report.pages > 10 && report.files > report.pages, "{report:?}");
        }
        // What a member wrote in public cannot be told from what leaked, without the database.
        for site in [&demo, &seeded, &empty] {
            assert_eq!(lines(&site.check_files().await), Vec::<String>::new());
        }
    }
}

#[tokio::test]
async fn who_has_left_has_a_page_that_no_sitemap_lists() {
    for engine in ENGINES {
        let site = observatory(engine).await;
        let mut change = Change::begin_alone(&site.opened.db, &site.opened.site, now()).await.unwrap();
        // The rows of before came with numbers of their own.
        identities::advance_identities(change.tx()).await.unwrap();
        let left = members::register(&mut change, "Otto", "otto@example.net").await.unwrap();
        change.commit().await.unwrap();
        site.build_folder().await;
        assert_eq!(lines(&site.check().await), Vec::<String>::new());
        let mut change = Change::begin_alone(&site.opened.db, &site.opened.site, now()).await.unwrap();
        leaving::leave(&mut change, left, "Former member", false).await.unwrap();
        change.commit().await.unwrap();
        site.build_folder().await;
        let page = fs::read_to_string(site.output(&format!("gazer/{left}-former-member-{left}/index.html"))).unwrap();
        assert!(page.contains(r#"<meta name="robots" content="noindex">"#), "{page}");
        assert_eq!(lines(&site.check().await), Vec::<String>::new());
        // Nothing leads there, which without records looks like a file of nobody's.
        let orphans = lines(&site.check_files().await);
        assert!(orphans.iter().all(|line| !line.contains("gazer/")), "{orphans:?}");
    }
}

#[tokio::test]
async fn findings_are_bounded_sorted_and_all_counted() {
    let site = observatory(Engine::Sqlite).await;
    for name in ["c.txt", "b.txt", "a.txt"] {
        site.write(name, "stray");
    }
    let nothing = BTreeSet::new();
    let report = check(Subject { most: 2, ..site.subject(&nothing) }).await.unwrap();
    let paths: Vec<&str> = report.findings.first().map(|finding| finding.path.as_str()).collect();
    assert_eq!(paths, ["a.txt", "b.txt"]);
    assert_eq!((report.findings.total(), report.findings.counts()[&Rule::OrphanFile]), (3, 3));
    let allowed = BTreeSet::from([Rule::OrphanFile]);
    assert_eq!(check(site.subject(&allowed)).await.unwrap().findings.total(), 0);
}

#[tokio::test]
async fn a_folder_of_another_database_is_not_compared_with_this_one() {
    for engine in ENGINES {
        let (site, other) = (observatory(engine).await, TestSite::tiny(engine).await);
        other.build_folder().await;
        let nothing = BTreeSet::new();
        let error = check(Subject { folder: &other.settings.output, ..site.subject(&nothing) }).await.unwrap_err();
        assert!(error.to_string().contains("was built from another database"), "{error}");
    }
}

#[test]
fn the_readme_lists_the_rules() {
    let readme = include_str!("../../../README.md");
    for rule in Rule::ALL {
        let line = format!("| `{rule}` | {} |", rule.meaning());
        assert!(readme.lines().any(|known| known == line), "README.md lacks the line\n{line}");
        assert_eq!(rule.name().parse::<Rule>().unwrap(), *rule);
    }
}
