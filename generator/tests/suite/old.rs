//! Graveyard's addresses and what each means today, row by row of what Graveyard answered.

use std::path::Path;

use generator::files;
use generator::page::Page;
use generator::page::old::{Moved, Old, Target, by_query, parse};
use generator::site::Site;
use proptest::prelude::*;

fn site() -> Site {
    Site::load(&files::shipped_site(), "https://example.org", "/uploads").unwrap()
}

/// An old address's meaning in short: `301 creation/clanky/5`, `302 upload ikonky/x.gif`, `410`, `400`, `none`.
fn meaning(site: &Site, address: &str) -> String {
    let (path, query) = address.split_once('?').map_or((address, None), |(path, query)| (path, Some(query)));
    match parse(site, path, query) {
        None => "none".to_owned(),
        Some(Old::Gone) => "410".to_owned(),
        Some(Old::Malformed) => "400".to_owned(),
        Some(Old::Leads(target, moved)) => {
            let target = match target {
                Target::Page(page) => page.to_string(),
                Target::ListPage { head, n, size } => format!("page {n} of {size} in {head}"),
                Target::ForumPost(id) => format!("post {id}"),
                Target::MemberByNick(nick) => format!("nick {nick}"),
                Target::Upload(path) => format!("upload {path}"),
                Target::Download(number) => format!("download {number}"),
                Target::Quest(number) => format!("quest {number}"),
                Target::QuestFile(number, rest) => format!("quest {number} + {rest}"),
                Target::Room(path) => format!("room {path}"),
            };
            format!("{} {target}", if moved == Moved::Permanently { 301 } else { 302 })
        }
    }
}

fn check(site: &Site, table: &[(&str, &str)]) {
    for (address, expected) in table {
        assert_eq!(meaning(site, address), *expected, "{address}");
    }
}

#[test]
fn scripts_of_the_oldest_site() {
    let site = site();
    check(
        &site,
        &[
            ("/index.php", "302 news"),
            ("/index.php?id=x", "400"),
            ("/index.php?id=", "400"),
            ("/index.php?rub=aktuality&id=5x", "400"),
            ("/index.php?rub=aktuality&id=5", "302 news"),
            ("/index.php?rub=aktuality", "302 news"),
            ("/index.php?rub=novinky", "302 newest"),
            ("/index.php?rub=uzivatele", "302 members"),
            ("/index.php?rub=registrace", "302 room /registrace/"),
            ("/index.php?rub=seznamka", "302 dating"),
            ("/index.php?rub=forum", "302 forum"),
            ("/index.php?rub=linky", "302 links"),
            ("/index.php?rub=inzerce", "302 market"),
            ("/index.php?rub=credits", "302 credits"),
            ("/index.php?rub=faq", "302 content/draci-manual"),
            ("/index.php?rub=oao", "302 content/otazky-a-odpovedi"),
            ("/index.php?rub=cojetodrd", "302 content/co-je-draci-doupe"),
            ("/index.php?rub=posta", "302 room /posta/"),
            ("/index.php?rub=prispevky", "302 news"),
            ("/index.php?rub=prispevky&co=bestiar", "302 news"),
            ("/index.php?rub=prispevky_precti&co=clanky&id=7", "301 creation/clanky/7"),
            ("/index.php?rub=prispevky_precti&co=clanky&id=+7%20", "301 creation/clanky/7"),
            ("/index.php?rub=prispevky_precti&amp;co=clanky&amp;id=7", "301 creation/clanky/7"),
            ("/index.php?id=7&co=clanky&rub=prispevky_precti&skin=dark", "301 creation/clanky/7"),
            ("/index.php?rub=prispevky_precti&co=clanky", "302 news"),
            ("/index.php?rub=uzivatele_podrobnosti&id=3", "301 member/3"),
            ("/index.php?rub=runy_ciziod&id=3", "301 member/3"),
            ("/index.php?rub=runy_cizipro&id=3", "301 member/3"),
            ("/index.php?rub=uzivatele_podrobnosti", "302 news"),
            ("/index.php?rub=putyka_jeden&id=12", "301 room /putyka/stul/12/prispevky/"),
            ("/index.php?rub=galerie_diskuze&id=4", "301 creation/galerie/4"),
            ("/index.php?rub=clanky_jeden&id=4", "302 news"),
            ("/index.php?rub=downloady", "302 news"),
            ("/index.php?rub=putyka", "302 news"),
            ("/index.php?rub=aktuality&rub=forum", "302 forum"),
            ("/index.php?skin=dark", "302 news"),
            ("/code/prispevky/prispevky_tisk.php?id=8&co=expanze", "301 creation/expanze/8"),
            ("/code/prispevky/prispevky_tisk.php?id=8", "301 news"),
            ("/code/prispevky/prispevky_tisk.php?id=x&co=expanze", "400"),
            ("/code/prispevky/prispevky_tisk.php?co=expanze", "400"),
            ("/code/bestiar/bestiar_tisk.php?id=8", "301 creation/bestiar/8"),
            ("/code/downloady/downloady_tisk.php?id=8", "301 news"),
        ],
    );
    for section in [
        "hrbitov",
        "clanky",
        "expanze",
        "kouzelnikzvl",
        "alchymistazvl",
        "valecnik",
        "hranicar",
        "zlodej",
        "novapovolani",
        "noverasy",
    ] {
        let expected = format!("302 section/{section}");
        for rub in ["prispevky", "prispevky_komp"] {
            assert_eq!(meaning(&site, &format!("/index.php?rub={rub}&co={section}")), expected);
        }
    }
    for section in [
        "bestiar",
        "dobrodruzstvi",
        "predmety",
        "kouzla",
        "alchpredmety",
        "hranicarkouzla",
        "dovednosti",
        "galerie",
        "fotogalerie",
    ] {
        for rub in [section.to_owned(), format!("{section}_komp")] {
            assert_eq!(meaning(&site, &format!("/index.php?rub={rub}")), format!("302 section/{section}"));
        }
        let one = format!("301 creation/{section}/9");
        assert_eq!(meaning(&site, &format!("/index.php?rub={section}_jeden&id=9")), one);
        assert_eq!(meaning(&site, &format!("/code/{section}/{section}_tisk.php?id=9")), one);
    }
}

#[test]
fn files_and_counters() {
    check(
        &site(),
        &[
            ("/ikonky/Default.GIF", "302 upload ikonky/Default.GIF"),
            ("/fotogalerie/thumbs/3.jpg", "302 upload fotogalerie/thumbs/3.jpg"),
            ("/galerie/3.jpg", "302 upload galerie/3.jpg"),
            ("/galerie/dra%C4%8D%C3%AD.jpg", "302 upload galerie/dračí.jpg"),
            ("/rubriky/clanky/5-drak/obr_pris/mapa.gif", "301 upload obr_pris/mapa.gif"),
            ("/obr_pris/5/mapa.gif", "301 upload obr_pris/5/mapa.gif"),
            ("/anything/at/all/obr_pris/x.png", "301 upload obr_pris/x.png"),
            ("/download/5/", "302 download 5"),
            ("/download/5", "302 download 5"),
            ("/download/x/", "none"),
            ("/download/0/", "none"),
            ("/dobrodruzstvi/13/", "302 quest 13"),
            ("/dobrodruzstvi/13-kylmar/", "302 quest 13"),
            ("/dobrodruzstvi/13/img/kylmar.gif", "302 quest 13 + img/kylmar.gif"),
            ("/dobrodruzstvi/13-kylmar/strana2.html", "302 quest 13 + strana2.html"),
            ("/moudrasova/index.php", "410"),
            ("/moudrasova/", "410"),
            ("/img/x.gif", "410"),
            ("/static/css/main.css", "410"),
            ("/skiny/light/x.css", "410"),
            ("/chat/", "410"),
            ("/chat", "410"),
            ("/staticfiles/robots.txt", "302 robots"),
            ("/staticfiles/other.css", "none"),
        ],
    );
}

#[test]
fn pages_of_lists_searches_and_filters() {
    check(
        &site(),
        &[
            ("/rubriky/clanky/?z_s=3", "302 page 3 of 25 in section/clanky"),
            ("/rubriky/clanky?z_s=3", "302 page 3 of 25 in section/clanky"),
            ("/rubriky/galerie/?z_s=2", "302 page 2 of 16 in section/galerie"),
            ("/rubriky/downloady/?z_s=2", "302 page 2 of 25 in section/downloady"),
            ("/aktuality/?z_s=4", "302 page 4 of 10 in news"),
            ("/forum/?z_s=2000", "302 page 2000 of 20 in forum"),
            ("/seznamka/?z_s=2", "302 page 2 of 10 in dating"),
            ("/inzerce/?z_s=2", "302 page 2 of 10 in market"),
            ("/linky/?z_s=2", "302 page 2 of 10 in links"),
            ("/uzivatele/?z_s=7", "302 page 7 of 50 in members"),
            ("/rubriky/clanky/12-drak/?z_s=2", "302 page 2 of 10 in creation/clanky/12"),
            ("/rubriky/clanky/?z_s=1", "301 section/clanky"),
            ("/rubriky/clanky/?z_s=x", "301 section/clanky"),
            ("/rubriky/clanky/?z_s=", "301 section/clanky"),
            ("/rubriky/clanky/?z_s=-3", "301 section/clanky"),
            ("/rubriky/clanky/?z_s=99999999999999999999", "301 section/clanky"),
            ("/inzerce/?sekce=nabizim", "301 market-group/nabizim"),
            ("/inzerce/?sekce=nabizim&z_s=2", "302 page 2 of 10 in market-group/nabizim"),
            ("/inzerce/?sekce=", "301 market"),
            ("/uzivatele/?nick=Alm%C3%A1ra", "302 nick Almára"),
            ("/uzivatele/?nick=Bob+Hromovous&z_s=1", "302 nick Bob Hromovous"),
            ("/uzivatele/?nick=", "301 members"),
            ("/uzivatele/?nick=&z_s=2", "302 page 2 of 50 in members"),
        ],
    );
    let site = site();
    for (path, query) in [
        ("/rubriky/clanky/", None),
        ("/rubriky/clanky/", Some("utm_source=x")),
        ("/rubriky/clanky/strana/2/", Some("z_s=3")),
        ("/co-je-draci-doupe/", Some("z_s=3")),
        ("/novinky/", Some("z_s=3")),
        ("/rubriky/clanky/", Some("sekce=nabizim")),
        ("/forum/", Some("nick=x")),
    ] {
        assert_eq!(by_query(&site, path, query), None, "a file is served as it is: {path} {query:?}");
    }
}

#[test]
fn pages_under_any_slug() {
    check(
        &site(),
        &[
            ("/rubriky/clanky/12-spatny-slug/", "301 creation/clanky/12"),
            ("/rubriky/clanky/12-Velky_Slug", "301 creation/clanky/12"),
            ("/rubriky/clanky/12/", "301 creation/clanky/12"),
            ("/rubriky/clanky/12-x/diskuze/2/", "301 discussion/clanky/12/2"),
            ("/rubriky/clanky/koncepce", "301 charter/clanky"),
            ("/rubriky/clanky/kontrola-html/", "302 section/clanky"),
            ("/autor/5-web/", "301 author/5"),
            ("/uzivatel/5-kdokoli/", "301 member/5"),
            ("/forum/77/", "302 post 77"),
            ("/seznamka/pridat/", "302 dating"),
            ("/inzerce/pridej/", "302 market"),
            ("/rss/forum/", "301 feed/forum"),
            ("/rss/forum.xml", "301 feed/forum"),
            ("/rss/novinky", "301 feed/everything"),
            ("/draci-manual/", "301 content/draci-manual"),
            ("/tvurci-a-redakce", "301 credits"),
            ("/", "301 home"),
            ("", "301 home"),
            ("//", "none"),
            ("/rubriky//clanky/", "none"),
            ("/rubriky/../clanky/", "none"),
            ("/rubriky/%2e%2e/clanky/", "none"),
            ("/%9e/", "none"),
            ("/putyka/stul/1/prispevky/", "301 room /putyka/stul/1/prispevky/"),
            ("/putyka?vypis=vsechny", "301 room /putyka/?vypis=vsechny"),
            ("/uzivatel/prihlaseni/", "301 room /uzivatel/prihlaseni/"),
            ("/uzivatel/prihlasenii/", "none"),
            ("/putyka/a%3Fb/", "none"),
            ("/putykarna/", "301 content/putykarna"),
        ],
    );
}

/// A site that has other words of its own still knows Graveyard's.
#[test]
fn a_site_with_other_words_keeps_graveyards_addresses() {
    let files = files::read_site(&Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/tiny")).unwrap();
    let site = Site::load(&files, "https://example.org", "/uploads").unwrap();
    let paths = &site.config.paths;
    check(
        &site,
        &[
            ("/rubriky/nights/12-x/", "301 creation/nights/12"),
            ("/rubriky/nights/?z_s=2", "302 page 2 of 25 in section/nights"),
            ("/aktuality/", "301 news"),
            ("/uzivatel/3-x/", "301 member/3"),
            ("/rss/forum.xml", "301 feed/forum"),
            ("/about/", "301 content/about"),
            ("/static/x.css", "none"),
            ("/putyka/", "301 content/putyka"),
            // A site without the room: as Graveyard did with what it did not know.
            ("/index.php?rub=posta", "302 news"),
            ("/index.php?rub=putyka_jeden&id=12", "302 news"),
        ],
    );
    let own = paths.path(&"creation/nights/12".parse().unwrap(), "x");
    assert_ne!(own, "/rubriky/nights/12-x/");
    assert_eq!(meaning(&site, &own), "301 creation/nights/12");
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    /// Whatever somebody types, the grammar answers; and what it calls an upload stays below `UPLOADS`' own names.
    #[test]
    fn any_address_is_read_without_panic(
        path in "(/(rubriky|clanky|12-x|index.php|code|download|dobrodruzstvi|obr_pris|galerie|forum|[a-z0-9.%-]{0,6})){0,5}/?",
        query in prop::option::of("((rub|co|id|z_s|nick|sekce|amp;id|[a-z%]{0,3})=?[a-z0-9_%+-]{0,6}&?){0,4}"),
    ) {
        let site = site();
        if let Some(Old::Leads(Target::Upload(upload), _)) = parse(&site, &path, query.as_deref()) {
            let first = upload.split('/').next().unwrap();
            prop_assert!(["ikonky", "galerie", "fotogalerie", "obr_pris"].contains(&first), "{}", upload);
            prop_assert!(!upload.split('/').any(|word| word == ".."), "{}", upload);
        }
    }

    /// Every page is found again under its own address, with or without the last slash.
    #[test]
    fn a_pages_own_address_means_the_page(number in 1_i64..100_000, archive in 1_i64..50) {
        let site = site();
        for key in [
            format!("creation/clanky/{number}"),
            format!("discussion/galerie/{number}/{archive}"),
            format!("section/bestiar/{archive}"),
            format!("author/{number}/{archive}"),
            format!("member/{number}"),
            format!("market-group/nabizim/{archive}"),
            format!("forum/{archive}"),
        ] {
            let page: Page = key.parse().unwrap();
            let path = site.path(&page, "slug");
            for path in [path.as_str(), path.trim_end_matches('/')] {
                let expected = Some(Old::Leads(Target::Page(page.clone()), Moved::Permanently));
                prop_assert_eq!(parse(&site, path, None), expected, "{}", path);
            }
        }
    }
}
