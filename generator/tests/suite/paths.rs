//! Keys and addresses, both ways.

use generator::files;
use generator::model::{AuthorId, Board, MemberId};
use generator::page::{Page, Part, Sitemap};
use generator::site::Site;
use proptest::prelude::*;

fn site() -> Site {
    Site::load(&files::shipped_site(), "https://example.org", "/uploads").unwrap()
}

fn word() -> impl Strategy<Value = String> {
    "[a-z][a-z0-9_]{0,12}"
}

fn part() -> impl Strategy<Value = Part> {
    prop_oneof![Just(Part::Head), (1_i64..100_000).prop_map(Part::Archive)]
}

fn page() -> impl Strategy<Value = Page> {
    let number = 1_i64..1_000_000;
    let board = prop_oneof![Just(Board::Market), Just(Board::Dating)];
    prop_oneof![
        Just(Page::Home),
        Just(Page::Newest),
        Just(Page::Credits),
        Just(Page::ForumFeed),
        Just(Page::EverythingFeed),
        Just(Page::SitemapIndex),
        Just(Page::Robots),
        Just(Page::NotFound),
        Just(Page::Sitemap(Sitemap::Pages)),
        number.clone().prop_map(|n| Page::Sitemap(Sitemap::Creations(n))),
        number.clone().prop_map(|n| Page::Sitemap(Sitemap::Authors(n))),
        number.clone().prop_map(|n| Page::Sitemap(Sitemap::Members(n))),
        part().prop_map(Page::News),
        part().prop_map(Page::Members),
        part().prop_map(Page::Forum),
        part().prop_map(Page::Links),
        word().prop_map(Page::SectionFeed),
        word().prop_map(Page::Charter),
        (word(), part()).prop_map(|(section, part)| Page::Section { section, part }),
        (word(), word(), part()).prop_map(|(section, genre, part)| Page::Genre { section, genre, part }),
        (word(), number.clone()).prop_map(|(section, number)| Page::Creation { section, number }),
        (word(), number.clone(), number.clone()).prop_map(|(section, number, archive)| Page::Discussion {
            section,
            number,
            archive
        }),
        (number.clone(), part()).prop_map(|(id, part)| Page::Author { id: AuthorId(id), part }),
        number.prop_map(|id| Page::Member(MemberId(id))),
        (board, prop::option::of(word()), part()).prop_map(|(board, group, part)| Page::Ads { board, group, part }),
        word().prop_map(|word| Page::Content(format!("x-{word}"))),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_key_reads_back(page in page()) {
        prop_assert_eq!(page.to_string().parse::<Page>().unwrap(), page);
    }

    #[test]
    fn a_path_reads_back(page in page(), slug in "[a-z]{1,8}(-[a-z0-9]{1,8}){0,2}") {
        // Words of the grammar that stand where a key could: the site's check forbids such keys.
        let words = ["strana", "koncepce", "skupina", "diskuze"];
        let clashes = match &page {
            Page::Section { section, .. } | Page::Genre { section, .. } => words.contains(&section.as_str()),
            Page::Ads { group: Some(group), .. } => words.contains(&group.as_str()),
            _ => false,
        };
        prop_assume!(!clashes);
        let site = site();
        let path = site.path(&page, &slug);
        let parsed = site.config.paths.parse(&path).unwrap_or_else(|| panic!("{path}"));
        prop_assert_eq!(parsed.page, page);
    }

    #[test]
    fn any_path_is_read_without_panic(path in "/?[a-z0-9./-]{0,40}") {
        let _ = site().config.paths.parse(&path);
    }
}

#[test]
fn the_first_sites_addresses_are_graveyards() {
    let paths = site().config.paths;
    let path = |key: &str, slug: &str| paths.path(&key.parse().unwrap(), slug);
    assert_eq!(path("section/clanky", ""), "/rubriky/clanky/");
    assert_eq!(path("charter/clanky", ""), "/rubriky/clanky/koncepce/");
    assert_eq!(path("creation/clanky/12", "ahoj-a-hola"), "/rubriky/clanky/12-ahoj-a-hola/");
    assert_eq!(path("author/5", "web"), "/autor/5-web/");
    assert_eq!(path("member/7", "neznamy"), "/uzivatel/7-neznamy/");
    assert_eq!(path("feed/forum", ""), "/rss/forum.xml");
    assert_eq!(path("feed/everything", ""), "/rss/novinky.xml");
    assert_eq!(path("content/co-je-draci-doupe", ""), "/co-je-draci-doupe/");
    assert_eq!(path("section/clanky/3", ""), "/rubriky/clanky/strana/3/");
    let parsed = paths.parse("/rubriky/clanky/12-spatny-slug/").unwrap();
    assert_eq!(
        (parsed.page.to_string(), parsed.slug.unwrap()),
        ("creation/clanky/12".to_owned(), "spatny-slug".to_owned())
    );
    for path in
        ["", "x", "//", "/rubriky/", "/rubriky/clanky/0-x/", "/rubriky/clanky/012-x/", "/a/b/c/d/", "/sitemap-x.xml"]
    {
        assert_eq!(paths.parse(path), None, "{path}");
    }
}
