//! Faults in a site's files: each has a message that names the file and what is wrong.

use std::path::PathBuf;

use generator::files::{File, SiteFiles};
use generator::render::Renderer;
use generator::site::Site;

use crate::harness::tiny_files;

fn put(files: &mut SiteFiles, path: &str, text: &str) {
    let (folder, name) = path.split_once('/').unwrap();
    let file = File { bytes: text.as_bytes().to_vec(), origin: PathBuf::from(path) };
    let folder = match folder {
        "content" => &mut files.content,
        "templates" => &mut files.templates,
        _ => &mut files.statics,
    };
    folder.insert(name.to_owned(), file);
}

/// What loading the tiny site says after one file was replaced.
fn fault(path: &str, text: &str) -> String {
    let mut files = tiny_files();
    put(&mut files, path, text);
    match Site::load(&files, "https://example.org", "/uploads") {
        Err(error) => error.to_string(),
        Ok(site) => match Renderer::new(&site, &files) {
            Err(error) => error.to_string(),
            Ok(_) => panic!("{path} was accepted"),
        },
    }
}

fn replaced(path: &str, from: &str, to: &str) -> String {
    let files = tiny_files();
    let name = path.strip_prefix("content/").unwrap();
    let text = files.content[name].text().unwrap().to_owned();
    assert!(text.contains(from), "{path} has no {from}");
    fault(path, &text.replace(from, to))
}

#[test]
fn faults_name_file_and_cause() {
    let cases = [
        (fault("content/site.toml", "title = \"x"), "content/site.toml: TOML parse error at line 1, column 11"),
        (replaced("content/site.toml", "Europe/London", "Mars/Base"), "time_zone: `Mars/Base` is no IANA time zone"),
        (
            replaced("content/site.toml", "news = \"bulletin\"", "news = \"log\""),
            "paths.news: `log` is used for something else",
        ),
        (
            replaced("content/site.toml", "news = \"bulletin\"", "news = \"about\""),
            "content/pages/about.md wants the same address",
        ),
        (
            replaced("content/site.toml", "\"section/nights\"", "\"section/days\""),
            "the site has no page `section/days`",
        ),
        (replaced("content/site.toml", "\"news\", ", "\"no/such/page\", "), "`no/such/page` is not the key of a page"),
        (
            replaced("content/site.toml", "[features]", "[redirects]\n\"old/x/\" = \"news\"\n[features]"),
            "redirects: `old/x/`: an old path has a slash at both ends",
        ),
        (
            replaced("content/site.toml", "[features]", "[redirects]\n\"/old/\" = \"redirect/x/\"\n[features]"),
            "redirects: `/old/`: `redirect/x/` is not the key of a page that a path can lead to",
        ),
        (
            replaced("content/site.toml", "[features]", "[redirects]\n\"/old/\" = \"forum\"\n[features]"),
            "redirects: `/old/`: the site has no page `forum`",
        ),
        (
            replaced("content/site.toml", "[features]", "[redirects]\n\"/about/\" = \"news\"\n[features]"),
            "redirects: `/about/`: a page of the site stands there",
        ),
        (
            replaced("content/site.toml", "[features]", "[redirects]\n\"/assets/x/\" = \"news\"\n[features]"),
            "redirects: `/assets/x/`: `assets` is the folder of files that are no pages",
        ),
        (
            replaced("content/site.toml", "footer =", "gone = [\"bulletin\"]\nfooter ="),
            "gone: `bulletin` is the first word of pages",
        ),
        (replaced("content/site.toml", "news = 2", "news = 0"), "page_sizes.news: 0 is not between 1 and 200"),
        (replaced("content/site.toml", "news = 2", "nwes = 2"), "unknown field `nwes`"),
        (replaced("content/site.toml", "\"en\"", "\"xx\""), "content/locales/xx.ftl: is missing"),
        (
            replaced("content/sections/nights.toml", "\"observation\"", "\"sketch\""),
            "there is no content/kinds/sketch.toml; there are observation",
        ),
        (replaced("content/sections/nights.toml", "\"table\"", "\"downloads\""), "needs an attribute of type `file`"),
        (replaced("content/sections/nights.toml", "\"table\"", "\"heap\""), "unknown variant `heap`"),
        (
            replaced("content/kinds/observation.toml", "type = \"integer\"", "type = \"integer\"\nunits = [\"night\"]"),
            "attribute `seeing`: only a note has `units`",
        ),
        (
            replaced("content/kinds/observation.toml", "of = \"seeing\"", "of = \"sight\""),
            "`of` names `sight`, which is not declared",
        ),
        (
            replaced("content/kinds/observation.toml", "\"observation.html\"", "\"missing.html\""),
            "templates/missing.html is missing; kind `Observation` asks for it",
        ),
        (replaced("content/pages/about.md", "title", "titel"), "content/pages/about.md: TOML parse error at line 2"),
        (fault("content/pages/bare.md", "no front matter"), "content/pages/bare.md: a page begins with its title"),
        (
            fault("content/sections/Big Name.toml", "name = 'x'"),
            "content/sections/Big Name.toml: the file's name stands in addresses",
        ),
        (fault("templates/observation.html", "{% if %}"), "templates/observation.html:1: syntax error"),
        (fault("templates/menu.html", "\n{{ nonsense }}"), "templates/menu.html:2: undefined value"),
        (fault("templates/menu.html", "{{ t(\"no-such-message\") }}"), "message `no-such-message` is missing"),
        (fault("templates/menu.html", "{{ asset(\"css/none.css\") }}"), "there is no static/css/none.css"),
        (fault("templates/frame/top.html", "\n{{ nonsense }}"), "templates/frame/top.html:2: undefined value"),
        (fault("templates/stars.html", "\n{{ nonsense }}"), "templates/stars.html:2: undefined value"),
        (fault("static/css/site.css", "a { color: }}"), "static/css/site.css"),
        (
            fault("static/css/extra.css", "a { background: url(none.png) }"),
            "url(none.png) names no file static/css/none.png",
        ),
    ];
    for (message, expected) in cases {
        assert!(message.contains(expected), "expected `{expected}` in:\n{message}");
    }
}

#[test]
fn a_template_that_nothing_names_is_told() {
    let told = |files: &SiteFiles| {
        let site = Site::load(files, "https://example.org", "/uploads").unwrap();
        Renderer::new(&site, files).unwrap().useless_templates(&site, files)
    };
    let mut files = tiny_files();
    assert_eq!(told(&files), Vec::<String>::new());
    put(&mut files, "templates/hoem.html", "Welcome");
    assert_eq!(told(&files), ["templates/hoem.html"]);
    put(&mut files, "templates/frame/top.html", "{% include \"hoem.html\" %}");
    assert_eq!(told(&files), Vec::<String>::new());
}

#[test]
fn a_language_without_shipped_texts_must_be_complete() {
    let mut files = tiny_files();
    let site = files.content["site.toml"].text().unwrap().replace("\"en\"", "\"fr\"");
    put(&mut files, "content/site.toml", &site);
    put(&mut files, "content/locales/fr.ftl", "home-title = Accueil\n");
    let error = Site::load(&files, "https://example.org", "/uploads").err().unwrap().to_string();
    assert!(error.contains("content/locales/fr.ftl: message `") && error.contains("is missing"), "{error}");
}

#[test]
fn a_folder_that_is_no_site_is_named() {
    let folder = tempfile::TempDir::new().unwrap();
    let error = generator::files::read_site(folder.path()).unwrap_err().to_string();
    assert!(
        error.ends_with(
            "content/site.toml is missing: SITE must be a folder with a content/ of its own, see the README"
        ),
        "{error}"
    );
}

#[test]
fn a_site_may_replace_single_messages() {
    let mut files = tiny_files();
    put(&mut files, "content/locales/en.ftl", "home-title = Observatory\n");
    let site = Site::load(&files, "https://example.org", "/uploads").unwrap();
    assert_eq!(site.locale.text("home-title", &[]), "Observatory");
    assert_eq!(site.locale.text("news-title", &[]), "News");
}

#[test]
fn the_policy_allows_only_own_files_and_uploads() {
    let files = tiny_files();
    for (url, uploads, expected) in [
        (
            "https://example.org",
            "https://up.example.org",
            "script-src https://example.org/assets/; style-src https://example.org/assets/; \
            font-src https://example.org/assets/; img-src https://example.org/assets/ https://up.example.org/ https://example.org/private-files/;",
        ),
        ("http://localhost:8000", "/uploads", "script-src 'self'; style-src 'self'; font-src 'self'; img-src 'self';"),
    ] {
        let site = Site::load(&files, url, uploads).unwrap();
        let html = format!("{:?}", Renderer::new(&site, &files).map(|renderer| renderer.policy().to_owned()));
        assert!(html.contains(expected), "{html}");
        assert!(html.contains("default-src 'none'") && !html.contains("unsafe"), "{html}");
    }
}
