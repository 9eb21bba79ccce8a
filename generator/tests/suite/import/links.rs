//! Links in texts to members, authors, rooms and places within pages: each leads to what is there, or is words.

use scraper::{Html, Selector};

use super::source::{Source, import, imported};
use crate::check::lines;
use crate::harness::{ENGINES, Engine, TestSite};

/// An article whose text is links, each named after what it says.
async fn linking(source: &Source, addresses: &[&str]) {
    let links: String = addresses.iter().map(|address| format!("<a href=\"{address}\">{address}</a><br>")).collect();
    source
        .execute(&format!(
            "insert into prispevky_dlouhe (id, rubrika, jmeno, author_id, datum, text)
                values (60, 'clanky', 'Odkazy', 1, '2012-01-01 00:00:00+00', $text$<p>{links}</p>$text$)
                on conflict (id) do update set text = excluded.text"
        ))
        .await;
}

/// Where each link of that article leads; `words` where it is none any more.
fn led(site: &TestSite, addresses: &[&str]) -> Vec<String> {
    let page = Html::parse_document(&site.file("rubriky/clanky/60-odkazy/index.html"));
    let links = Selector::parse(".creation-text a[href]").unwrap();
    let to = |address: &&str| {
        let is_it = |link: &scraper::ElementRef<'_>| link.text().collect::<String>() == **address;
        let link = page.select(&links).find(is_it);
        link.map_or_else(|| "words".to_owned(), |link| link.attr("href").unwrap().to_owned())
    };
    addresses.iter().map(to).collect()
}

/// Imports a source that is [`linking`] and expects where its links lead; what is a page must be there.
async fn expect(site: &TestSite, source: &Source, expected: &[(&str, &str)]) {
    let addresses: Vec<&str> = expected.iter().map(|(address, _)| *address).collect();
    linking(source, &addresses).await;
    import(site, &source.url).good();
    site.build().await;
    let found = led(site, &addresses);
    for ((address, to), found) in expected.iter().zip(found) {
        assert_eq!(found, *to, "{address}");
        let (path, fragment) = to.split_once('#').map_or((*to, None), |(path, fragment)| (path, Some(fragment)));
        let is_page = ["/uzivatel/", "/autor/", "/rubriky/"].iter().any(|folder| path.starts_with(folder));
        if is_page && !site.opened.site.is_room(path) {
            let key = format!("{}index.html", path.trim_start_matches('/'));
            assert!(site.has(&key), "{address} leads to {to}, which is not there");
            if let Some(fragment) = fragment {
                assert!(site.file(&key).contains(&format!(" id=\"{fragment}\"")), "{to}: no such place");
            }
        }
    }
}

async fn check_finds_nothing(site: &TestSite) {
    site.build_folder().await;
    assert_eq!(lines(&site.check().await), Vec::<String>::new());
}

#[tokio::test]
async fn members_and_authors_are_linked_by_the_nick_that_they_have_here() {
    for engine in ENGINES {
        let source = Source::fixture().await;
        source
            .execute(
                "insert into uzivatele (id, nick_uzivatele) values (20101, 'Šimon'); -- another one, mis-decoded, is there
                update uzivatele set nick_uzivatele = '' where id = 14;
                update ddcz_author set user_id = null, user_nick = 'ŽLUŤÁSEK' where id = 2;
                update uzivatele set popis_uzivatele = '<a href=\"/uzivatel/14-x/\">sousedka</a>' where id = 1",
            )
            .await;
        let site = TestSite::empty(engine).await;
        expect(
            &site,
            &source,
            &[
                ("/uzivatel/3-simon/", "/uzivatel/3-simon/"),
                ("/uzivatel/20101-simon/", "/uzivatel/20101-simon-20101/"),
                ("/uzivatel/14-bezhesla/", "/uzivatel/14-14/"),
                ("/uzivatel/6-x/", "/uzivatel/6-neznamy/"),
                ("/autor/2-stara-prezdivka/", "/autor/2-zlutasek/"),
                ("/autor/3-x/", "/autor/3-simon/"),
                ("/autor/8-x/", "/autor/8-odesly/"),
            ],
        )
        .await;
        assert!(site.file("uzivatel/1-almad/index.html").contains("href=\"/uzivatel/14-14/\""));

        // Who has taken another nick here is linked by that one from then on.
        site.change(
            &[
                "update member set nick = 'Nožíř' where id = 3",
                "delete from account where member_id = 13",
                "delete from credential where member_id = 13",
                "delete from member where id = 13",
            ],
            &[],
        )
        .await;
        expect(
            &site,
            &source,
            &[
                ("/uzivatel/3-simon/?a=1", "/uzivatel/3-nozir/"),
                ("/autor/3-simon/?a=1", "/autor/3-nozir/"),
                ("/uzivatel/13-x/", "words"),
            ],
        )
        .await;
    }
}

#[tokio::test]
async fn authors_whom_their_works_name_by_nick_alone_are_linked() {
    for engine in ENGINES {
        let source = Source::fixture().await;
        source
            .execute(
                "insert into uzivatele (id, nick_uzivatele) values (20101, 'Novic');
                insert into ddcz_author (id, author_type, user_id, anonymous_user_nick, website) values
                    (60, 'a', null, 'Jen jménem', null), (61, 'u', 20101, null, null), (62, 'w', null, null, 'Jiný web'),
                    (63, 'a', null, 'Bez díla', null);
                insert into prispevky_dlouhe (id, rubrika, jmeno, autor, zdroj, schvaleno, datum, text) values
                    (61, 'clanky', 'První', 'jen jménem', null, 'a', '2012-01-01 00:00:00+00', 'Text.'),
                    (62, 'clanky', 'Druhý', 'NOVIC', null, 'a', '2012-01-01 00:00:00+00', 'Text.'),
                    (63, 'clanky', 'Třetí', '', 'Jiný web', 'a', '2012-01-01 00:00:00+00', 'Text.'),
                    (64, 'clanky', 'Čtvrtý', 'Bez díla', null, 'n', '2012-01-01 00:00:00+00', 'Text.');
                update uzivatele set popis_uzivatele = (select string_agg('<a href=\"/autor/' || id || '-x/\">k dílu</a>', ' ')
                    from ddcz_author where id in (60, 61, 62, 63)) where id = 1",
            )
            .await;
        let site = TestSite::empty(engine).await;
        expect(
            &site,
            &source,
            &[
                ("/autor/60-x/", "/autor/60-jen-jmenem/"),
                ("/autor/61-x/", "/autor/61-novic/"),
                ("/autor/62-web/", "/autor/62-jiny-web/"),
                ("/autor/63-x/", "words"),
            ],
        )
        .await;
        // Profiles come over before there are authors, and link to the same.
        let profile = site.file("uzivatel/1-almad/index.html");
        for author in ["60-jen-jmenem", "61-novic", "62-jiny-web"] {
            assert!(profile.contains(&format!("href=\"/autor/{author}/\"")), "{author} in {profile}");
        }
        assert!(!profile.contains("/autor/63-"), "{profile}");
        assert!(import(&site, &source.url).good().stdout.contains("nothing changed"));
    }
}

#[tokio::test]
async fn searches_for_a_nick_lead_to_the_member() {
    for engine in ENGINES {
        let source = Source::fixture().await;
        let site = TestSite::empty(engine).await;
        expect(
            &site,
            &source,
            &[
                ("/uzivatele/?nick=%C5%A1imon", "/uzivatel/3-simon/"),
                ("/uzivatele/?nick=Almad&z_s=1", "/uzivatel/1-almad/"),
                ("/uzivatele/?nick=nikdo+takov%C3%BD", "/uzivatele/"),
                ("/uzivatele/?nick=BOBR", "/uzivatele/"),
            ],
        )
        .await;
    }
}

/// The sidecar answers there. Whether it does already is no matter of a text that is stored for good.
#[tokio::test]
async fn rooms_of_members_stay_what_they_were() {
    let rooms = [
        ("/putyka/", "/putyka/"),
        ("/putyka/stul/5/prispevky/", "/putyka/stul/5/prispevky/"),
        ("https://www.dracidoupe.cz/putyka/?vypis=vsechny", "/putyka/?vypis=vsechny"),
        ("/putyka/stul/5/prispevky/?z_s=3", "/putyka/stul/5/prispevky/?z_s=3"),
        ("/posta/", "/posta/"),
        ("posta", "/posta/"),
        ("/nastaveni/", "/nastaveni/"),
        ("/registrace/", "/registrace/"),
        ("/uzivatel/reset-hesla/", "/uzivatel/reset-hesla/"),
        ("/index.php?rub=putyka_jeden&id=12", "/putyka/stul/12/prispevky/"),
        ("/putyka/../../tajne", "words"),
        ("/putykaa/", "words"),
    ];
    for engine in ENGINES {
        let source = Source::fixture().await;
        let site = TestSite::empty(engine).await;
        expect(&site, &source, &rooms).await;
        check_finds_nothing(&site).await;
    }
}

#[tokio::test]
async fn places_within_pages_are_linked_where_the_page_has_them() {
    for engine in ENGINES {
        let source = Source::fixture().await;
        source
            .execute(
                "update prispevky_dlouhe set text = text || '<p id=ZAVER>Závěr.</p><a name=\"Část 1\">první</a>' where id = 2;
                update bestiar set popis = '&lt;h2&gt;&lt;a name=&quot;jed&quot;&gt;Jed&lt;/a&gt;&lt;/h2&gt;' where id = 2",
            )
            .await;
        let article = "/rubriky/clanky/2-odpovida-b-tucne-b-sikmo/";
        let site = TestSite::empty(engine).await;
        expect(
            &site,
            &source,
            &[
                ("/rubriky/clanky/2-x/#ZAVER", &format!("{article}#text-ZAVER")),
                ("/rubriky/clanky/2-x/#Část 1", &format!("{article}#text-cast-1")),
                ("/rubriky/clanky/2-x/#%C4%8C%C3%A1st%201", &format!("{article}#text-cast-1")),
                ("/rubriky/clanky/2-x/#diskuze", article),
                ("/rubriky/clanky/2-x/#p12", article),
                ("/rubriky/clanky/2-x/#", article),
                ("/rubriky/bestiar/2-x/#jed", "/rubriky/bestiar/2-duch-bez-cisel/#text-jed"),
                (
                    "/index.php?rub=prispevky_precti&co=clanky&id=1#kotva",
                    "/rubriky/clanky/1-sesta-zizniva-prisera-dil/#text-kotva",
                ),
                ("/draci-manual/#obsah", "/draci-manual/#text-obsah"),
                ("/draci-manual/#jinde", "/draci-manual/"),
                ("/aktuality/#a5", "/aktuality/"),
            ],
        )
        .await;
        assert!(site.file("draci-manual/index.html").contains(" id=\"text-obsah\""));
        check_finds_nothing(&site).await;
    }
}

/// An end tag, a comment and what is nested beyond all measure name places that no clean text has.
#[tokio::test]
async fn places_that_no_clean_text_has_are_not_linked() {
    let article = "/rubriky/clanky/2-odpovida-b-tucne-b-sikmo/";
    let deep = format!("{}<a name=\"hluboko\">dno</a>{}", "<blockquote>".repeat(500), "</blockquote>".repeat(500));
    for engine in ENGINES {
        let source = Source::fixture().await;
        source
            .execute(&format!(
                "update prispevky_dlouhe set text = text || '<p>Začátek</p id=\"konec\"><a name=\"tady\">tady</a><!-- <a name=\"nikdy\">x</a> -->{deep}' where id = 2"
            ))
            .await;
        let site = TestSite::empty(engine).await;
        let tady = format!("{article}#text-tady");
        expect(
            &site,
            &source,
            &[
                ("/rubriky/clanky/2-x/#tady", &tady),
                ("/rubriky/clanky/2-x/#konec", article),
                ("/rubriky/clanky/2-x/#nikdy", article),
                ("/rubriky/clanky/2-x/#hluboko", article),
            ],
        )
        .await;
        check_finds_nothing(&site).await;
    }
}

#[tokio::test]
async fn the_fixture_has_no_broken_link() {
    let (site, _) = imported(Engine::Sqlite).await;
    check_finds_nothing(&site).await;
}

#[tokio::test]
async fn relative_addresses_lead_to_pages_and_files() {
    for engine in ENGINES {
        let source = Source::fixture().await;
        source
            .execute(
                "insert into diskuze (id, id_cizi, nickname, text, datum, cizi_tbl) values
                (60, 60, 'Almad', '<a href=\"../obr_pris/c.gif\">c</a>', '2012-01-02 00:00:00+00', 'clanky')",
            )
            .await;
        let site = TestSite::empty(engine).await;
        expect(
            &site,
            &source,
            &[
                ("../obr_pris/a.gif", "https://uploads.example.org/obr_pris/a.gif"),
                ("../../../obr_pris/b.gif", "https://uploads.example.org/obr_pris/b.gif"),
                ("../16-x/", "/rubriky/clanky/16-dnesni-clanek-zadna-zalost/"),
                ("../../bestiar/1-x/", "/rubriky/bestiar/1-zhavy-skorpion/"),
                ("soub/12.zip", "https://uploads.example.org/soub/12.zip"),
                ("mapa.gif", "https://uploads.example.org/mapa.gif"),
                ("../999-nebylo/", "words"),
                ("nekam.html", "words"),
            ],
        )
        .await;
        let outcome = import(&TestSite::empty(engine).await, &source.url).good();
        let said = |finding: &str, of: &str| {
            let is_it =
                |line: &&serde_json::Value| line["key"] == "60" && line["finding"] == finding && line["detail"] == of;
            outcome.report.iter().any(|line| is_it(&line))
        };
        for file in ["../obr_pris/a.gif", "soub/12.zip", "mapa.gif", "../obr_pris/c.gif"] {
            assert!(said("address-resolved", file), "{file}: {}", outcome.said());
        }
        assert!(said("dead-link", "nekam.html"), "{}", outcome.said());
        check_finds_nothing(&site).await;
    }
}
