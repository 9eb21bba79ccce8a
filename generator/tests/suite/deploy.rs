//! A build after a deploy: whatever file of a site has changed, afterwards the site is what a build from scratch makes
//! of the new files, and no more pages are rendered than the change can have affected.

mod edits;
mod former;
mod room;
mod rows;

use std::collections::BTreeMap;
use std::sync::Arc;

use generator::build::affected::Marked;
use generator::build::{Error, Options, Summary};
use generator::files::SiteFiles;
use generator::render::assets::is_at_root;
use generator::store::{Memory, Store};

use crate::harness::{ENGINES, Engine, TestSite, execute, small_files};

const SECTIONS: [&str; 5] = ["povesti", "kronika", "obrazy", "soubory", "vypravy"];

/// Whether a file is a page, and no copy of one of `static/`.
fn is_page(key: &str) -> bool {
    !key.starts_with("assets/") && !is_at_root(key)
}

/// The small site with all that a site may have: adventures, a kind with a template of its own, texts of its own, a
/// template of its own that includes what is not there yet.
fn files() -> SiteFiles {
    let mut files = small_files();
    let section = "name = \"Výpravy\"\norder = 5\nkind = \"quest\"\nlist = \"quests\"\npage_size = 2\n";
    edits::put(&mut files, "content/sections/vypravy.toml", section);
    let kind = "name = \"Výprava\"\nrated = true\ntemplate = \"kinds/quest.html\"\n\n[[attribute]]\nkey = \"file\"\n\
        label = \"Soubor\"\ntype = \"file\"\n\n[[attribute]]\nkey = \"place\"\nlabel = \"Místo\"\ntype = \"text\"\n";
    edits::put(&mut files, "content/kinds/quest.toml", kind);
    edits::put(&mut files, "content/locales/cs.ftl", "members-title = Hradní lid\n");
    let template = "{% extends \"layout.html\" %}\n{% block main %}<h1>{{ title }}</h1>\
        {% include \"kinds/later.html\" ignore missing %}{% endblock %}\n";
    edits::put(&mut files, "templates/kinds/quest.html", template);
    files
}

async fn filled(engine: Engine) -> TestSite {
    let site = TestSite::with(engine, files()).await;
    rows::fill(&site, &SECTIONS).await;
    site.build().await;
    site
}

/// A site of the same rows that is built into an empty target, by a builder that knows nothing, each time.
struct FromScratch(TestSite);

impl FromScratch {
    async fn files(&mut self, files: &SiteFiles) -> BTreeMap<String, Vec<u8>> {
        let mut tx = self.0.opened.db.write().await.unwrap();
        for sql in ["delete from stale_page", "delete from target", "delete from generation"] {
            execute(&mut tx, sql).await;
        }
        tx.commit().await.unwrap();
        self.0.store = Arc::new(Store::Memory(Memory::new()));
        self.0.deploy(files.clone());
        self.0.build().await;
        self.0.files()
    }
}

/// Former assets stay for a week and are no part of the comparison.
fn assert_same(is: &BTreeMap<String, Vec<u8>>, should_be: &BTreeMap<String, Vec<u8>>, after: &str) {
    let pages = |files: &BTreeMap<String, Vec<u8>>| -> Vec<String> {
        files.keys().filter(|key| is_page(key)).cloned().collect()
    };
    assert_eq!(pages(is), pages(should_be), "after {after}");
    let differing: Vec<&String> =
        should_be.iter().filter(|(key, body)| is.get(*key) != Some(body)).map(|(key, _)| key).collect();
    assert!(differing.is_empty(), "after {after} these are stale: {differing:?}");
}

/// What no page shows, however it changes.
fn is_seen(path: &str) -> bool {
    !path.starts_with("templates/sidecar/")
        && !path.starts_with("templates/mail/")
        && !path.starts_with("content/demo/")
}

async fn follow_each_file(engine: Engine) {
    let mut site = filled(engine).await;
    let mut scratch = FromScratch(filled(Engine::Sqlite).await);
    let mut files = files();
    let mut rendered = 0;
    let paths: Vec<String> = edits::paths(&files).into_iter().filter(|path| is_seen(path)).collect();
    assert!(paths.len() >= 70, "{}", paths.len());
    for (nth, path) in paths.iter().enumerate() {
        edits::change(&mut files, path, &format!("zmena{nth}"));
        site.deploy(files.clone());
        let summary = site.build().await;
        let root = path.strip_prefix("static/").filter(|name| is_at_root(name));
        match root {
            Some(name) => assert!(site.file(name).contains(&format!("zmena{nth}")), "{path}"),
            None => assert!(summary.written > 0, "{path}: nobody sees the change: {summary:?}"),
        }
        assert_same(&site.files(), &scratch.files(&files).await, path);
        rendered += summary.rendered;
    }
    // Several at once, none of which reaches everything.
    let narrow = ["content/kinds/file.toml", "content/pages/o-hradu.md", "static/icons/icon-512.png"];
    for path in narrow.into_iter().chain(["templates/list/quests.html", "templates/feed.rss.xml"]) {
        edits::change(&mut files, path, "naraz");
    }
    site.deploy(files.clone());
    assert_eq!(site.build().await.marked.len(), 5);
    assert_same(&site.files(), &scratch.files(&files).await, "five at once");

    let pages = site.files().keys().filter(|key| is_page(key)).count() as u64;
    eprintln!("{engine:?}: {} files changed, {rendered} pages rendered of {pages} each time", paths.len());
    assert!(rendered * 2 < paths.len() as u64 * pages, "{rendered} pages rendered, of {pages} on the site");
}

#[tokio::test]
async fn whatever_file_changes_the_site_is_what_a_full_build_makes_on_sqlite() {
    follow_each_file(Engine::Sqlite).await;
}

#[tokio::test]
async fn whatever_file_changes_the_site_is_what_a_full_build_makes_on_postgres() {
    follow_each_file(Engine::Postgres).await;
}

/// What a build after an edit says that it marked.
async fn after(site: &mut TestSite, edit: impl FnOnce(&mut SiteFiles)) -> (Vec<String>, Summary) {
    let mut files = site.opened.files.clone();
    edit(&mut files);
    site.deploy(files);
    let summary = site.build().await;
    (summary.marked.iter().map(Marked::to_string).collect(), summary)
}

fn keys(site: &TestSite, is_meant: impl Fn(&str) -> bool) -> u64 {
    site.files().keys().filter(|key| is_page(key) && is_meant(key)).count() as u64
}

#[tokio::test]
async fn a_kinds_template_renders_the_creations_of_that_kind() {
    for engine in ENGINES {
        let mut site = filled(engine).await;
        let (said, summary) =
            after(&mut site, |files| edits::change(files, "templates/kinds/quest.html", "zmena")).await;
        assert_eq!(said, ["templates/kinds/quest.html changed: 3 pages marked"]);
        assert_eq!((summary.rendered, summary.written), (3, 3));
        // What it includes where it is there: now it is.
        let (said, summary) =
            after(&mut site, |files| edits::put(files, "templates/kinds/later.html", "později")).await;
        assert_eq!(said, ["templates/kinds/later.html is new: 3 pages marked"]);
        assert_eq!(summary.written, 3);
        assert!(site.file("rubriky/vypravy/1-drak-0/index.html").contains("později"));
        let (said, summary) = after(&mut site, |files| edits::remove(files, "templates/kinds/later.html")).await;
        assert_eq!(said, ["templates/kinds/later.html is gone: 3 pages marked"]);
        assert_eq!(summary.written, 3);
        assert_eq!(site.build().await, Summary::default(), "once is enough");
    }
}

#[tokio::test]
async fn a_kind_renders_the_pages_that_show_its_creations() {
    for engine in ENGINES {
        let mut site = filled(engine).await;
        let edit = |files: &mut SiteFiles| {
            let text = edits::get(files, "content/kinds/quest.toml").replace("Místo", "Kde");
            edits::put(files, "content/kinds/quest.toml", &text);
        };
        let (said, summary) = after(&mut site, edit).await;
        // Three adventures, three pages of their list, the home page and the newest; the member, the author's four pages.
        let pages = keys(&site, |key| {
            let word = key.split('/').next().unwrap();
            (key.starts_with("rubriky/vypravy/") && !key.ends_with(".xml"))
                || ["index.html", "novinky", "autor"].contains(&word)
                || (word == "uzivatel")
        });
        assert_eq!(said, [format!("content/kinds/quest.toml changed: {pages} pages marked")]);
        assert_eq!(summary.rendered, pages);
        assert!(summary.rendered < keys(&site, |_| true) / 2, "{summary:?}");
    }
}

#[tokio::test]
async fn a_pages_markdown_renders_that_page_and_its_title_whatever_names_it() {
    for engine in ENGINES {
        let mut site = filled(engine).await;
        let path = "content/pages/o-hradu.md";
        let (said, summary) = after(&mut site, |files| edits::change(files, path, "Přestavba.")).await;
        assert_eq!(said, ["content/pages/o-hradu.md changed: 1 page marked"]);
        assert_eq!((summary.rendered, summary.written), (1, 1));
        assert!(site.file("o-hradu/index.html").contains("Přestavba."));

        let (said, summary) = after(&mut site, |files| {
            let text = edits::get(files, path).replacen("title = \"", "title = \"Náš ", 1);
            edits::put(files, path, &text);
        })
        .await;
        let all = keys(&site, |_| true);
        assert_eq!(said, [format!("the menu or the foot changed: all {all} pages marked")]);
        assert_eq!(summary.rendered, all);
        assert!(site.file("forum/index.html").contains("Náš "));
    }
}

#[tokio::test]
async fn a_page_of_markdown_comes_and_goes() {
    for engine in ENGINES {
        let mut site = filled(engine).await;
        let text = "+++\ntitle = \"Dějiny\"\n+++\nByl jednou jeden hrad.\n";
        let (said, summary) = after(&mut site, |files| edits::put(files, "content/pages/dejiny.md", text)).await;
        assert_eq!(said, ["content/pages/dejiny.md is new: 2 pages marked"]);
        assert_eq!((summary.rendered, summary.written), (2, 2));
        assert!(site.file("dejiny/index.html").contains("Byl jednou"));
        assert!(site.file("sitemap-pages.xml").contains("/dejiny/"));
        let (said, summary) = after(&mut site, |files| edits::remove(files, "content/pages/dejiny.md")).await;
        assert_eq!(said, ["content/pages/dejiny.md is gone: 2 pages marked"]);
        assert_eq!((summary.written, summary.deleted), (1, 1));
        assert!(!site.has("dejiny/index.html"));
        assert!(!site.file("sitemap-pages.xml").contains("/dejiny/"));
    }
}

#[tokio::test]
async fn more_pages_of_markdown_than_the_limit_do_not_go_unasked() {
    for engine in ENGINES {
        let mut site = filled(engine).await;
        let paths: Vec<String> = (0..21).map(|nth| format!("content/pages/kapitola-{nth}.md")).collect();
        after(&mut site, |files| {
            paths.iter().for_each(|path| edits::put(files, path, "+++\ntitle = \"Kapitola\"\n+++\nText.\n"));
        })
        .await;
        let before = site.files();
        let mut files = site.opened.files.clone();
        paths.iter().for_each(|path| edits::remove(&mut files, path));
        site.deploy(files);
        let error = site.try_build(Options::default()).await.unwrap_err();
        assert!(matches!(error, Error::TooManyDeletions { falling: 21, .. }), "{error}");
        assert!(site.files() == before);
        let allowed = Options { allow_deletions: true, ..Options::default() };
        assert_eq!(site.try_build(allowed).await.unwrap().deleted, 21);
    }
}

#[tokio::test]
async fn a_locale_renders_everything_and_that_of_another_language_nothing() {
    for engine in ENGINES {
        let mut site = filled(engine).await;
        let all = keys(&site, |_| true);
        let (said, summary) =
            after(&mut site, |files| edits::change(files, "content/locales/cs.ftl", "Hradní zprávy")).await;
        assert_eq!(said, [format!("content/locales/cs.ftl changed: all {all} pages marked")]);
        assert_eq!(summary.rendered, all);
        let (said, summary) = after(&mut site, |files| {
            edits::put(files, "content/locales/en.ftl", "home-title = Home\n");
            edits::put(files, "templates/sidecar/login.html", "{{ nothing }}");
            edits::put(files, "content/demo/market.toml", "");
        })
        .await;
        assert_eq!((said.len(), summary), (0, Summary::default()));
    }
}

#[tokio::test]
async fn a_static_file_renders_what_names_it() {
    for engine in ENGINES {
        let mut site = filled(engine).await;
        let edit = |files: &mut SiteFiles| edits::change(files, "static/icons/icon-512.png", "zmena");
        let (said, summary) = after(&mut site, edit).await;
        // Neither feeds and sitemaps nor redirects, which have a page of their own.
        let framed =
            keys(&site, |key| key.ends_with(".html") && site.file(key).contains("og:image") || key == "404.html");
        assert_eq!(said, [format!("static/icons/icon-512.png changed: {framed} pages marked")]);
        assert_eq!((summary.rendered, summary.written), (framed, framed));

        let (said, summary) = after(&mut site, |files| edits::put(files, "static/nobody.txt", "Nikdo.")).await;
        assert_eq!(said, ["static/nobody.txt is new: 0 pages marked"]);
        assert_eq!(summary.rendered, 0);
        assert!(site.files().keys().any(|key| key.starts_with("assets/nobody.")));

        // What the minifier takes out again changes nothing.
        let edit = |files: &mut SiteFiles| {
            let text = edits::get(files, "static/css/site.css") + "\n/* nothing */\n";
            edits::put(files, "static/css/site.css", &text);
        };
        assert_eq!(after(&mut site, edit).await.1, Summary::default());
    }
}

#[tokio::test]
async fn what_a_template_computes_may_be_any_file() {
    for engine in ENGINES {
        let mut site = filled(engine).await;
        let (_, summary) = after(&mut site, |files| {
            edits::put(
                files,
                "templates/links.html",
                "{% set name = \"level-\" ~ \"sprite.html\" %}{% include name %}{% set icon = asset %}{{ icon(\"favicon.svg\") }}",
            );
        })
        .await;
        let links = summary.rendered;
        assert!(links >= 2, "{summary:?}");
        for path in ["templates/level-sprite.html", "static/favicon.svg"] {
            after(&mut site, |files| edits::change(files, path, "zmena")).await;
            let list = site.file("linky/index.html");
            let should_be = FromScratch(filled(Engine::Sqlite).await).files(&site.opened.files).await;
            assert!(list.as_bytes() == should_be["linky/index.html"], "{path}: {list}");
        }
        // A template that has nothing to do with it, as far as anybody can tell.
        let (said, _) = after(&mut site, |files| edits::put(files, "templates/new.html", "")).await;
        assert_eq!(said, [format!("templates/new.html is new: {links} pages marked")]);
    }
}

#[test]
fn the_command_says_what_has_changed_and_how_much_that_affects() {
    let folder = tempfile::TempDir::new().unwrap();
    let mut site = small_files();
    let mut build = |edit: &dyn Fn(&mut SiteFiles)| {
        edit(&mut site);
        for (name, file) in &site.content {
            let path = folder.path().join("content").join(name);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, &file.bytes).unwrap();
        }
        let output = std::process::Command::new(env!("CARGO_BIN_EXE_generator"))
            .arg("build")
            .env("SITE", folder.path())
            .env("DATABASE_URL", format!("sqlite://{}", folder.path().join("site.db").display()))
            .env("OUTPUT", folder.path().join("output"))
            .output()
            .unwrap();
        assert!(output.status.success(), "{output:?}");
        String::from_utf8(output.stderr).unwrap()
    };
    let first = build(&|_| {});
    assert!(!first.contains("marked"), "{first}");
    // Where nobody looks at a terminal: how much there is to do, and then each tenth of it.
    let mut lines = first.lines();
    let to_do: u64 = lines.next().unwrap().strip_suffix(" pages to do").unwrap().parse().unwrap();
    let done: Vec<u64> =
        lines.filter_map(|line| line.strip_suffix(&format!(" of {to_do}"))).map(|done| done.parse().unwrap()).collect();
    assert!(done.is_sorted_by(|one, next| one < next) && done.len() <= 10, "{first}");
    assert_eq!(done.last(), Some(&to_do), "{first}");
    let second = build(&|files| edits::change(files, "content/pages/o-hradu.md", "Přestavba."));
    assert!(second.starts_with("content/pages/o-hradu.md changed: 1 page marked\n"), "{second}");
}
