//! What members wrote for everybody: comments, votes, forum, news, ads, links.

use chrono::TimeDelta;
use generator::publish::schedule;
use scraper::{ElementRef, Html, Selector};

use super::source::{imported, site_rows, site_value};
use crate::harness::{ENGINES, TestSite, now};

fn text(element: ElementRef<'_>) -> String {
    element.text().collect::<String>().split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The byline, the profile that it leads to and the body of each message on a page, as they stand there.
fn messages(site: &TestSite, key: &str) -> Vec<(String, Option<String>, String)> {
    let page = Html::parse_document(&site.file(key));
    let part = |message: ElementRef<'_>, selector: &str| {
        message
            .select(&Selector::parse(selector).unwrap())
            .next()
            .map(|part| (text(part), part.inner_html(), part.attr("href").map(str::to_owned)))
    };
    page.select(&Selector::parse("article.comment, article.post, article.news-item").unwrap())
        .map(|message| {
            let nick = part(message, ".nick").unwrap_or_default();
            (nick.0, nick.2, part(message, ".prose").unwrap_or_default().1)
        })
        .collect()
}

#[tokio::test]
async fn comments_find_their_works_and_their_members() {
    for engine in ENGINES {
        let (site, _) = imported(engine).await;
        site.build().await;
        let found = messages(&site, "rubriky/clanky/1-sesta-zizniva-prisera-dil/index.html");
        let people: Vec<(&str, Option<&str>)> =
            found.iter().map(|(nick, link, _)| (nick.as_str(), link.as_deref())).collect();
        // The newest first; one of an unknown date is the oldest.
        let expected = [
            ("bObR", None),
            ("Almad", Some("/uzivatel/1-almad/")),
            ("Almad", Some("/uzivatel/1-almad/")),
            ("Žádný člen", None),
        ];
        assert_eq!(people, expected);
        assert!(found[1].2.contains("<b>tučně</b>") || found[1].2.contains("<strong>tučně</strong>"), "{}", found[1].2);
        let lines = found[2].2.split("<br").collect::<Vec<_>>();
        assert!(
            lines.len() == 2 && lines[0].contains("První řádek.") && lines[1].contains("Druhý řádek s žížalou."),
            "{lines:?}"
        );
        let mixed = &found[3].2;
        assert!(mixed.contains("buňka") && mixed.contains("1 &lt; 2"), "{mixed}");
        assert!(mixed.contains("&lt;script&gt;alert(3)&lt;/script&gt;"), "what was no markup stays visible: {mixed}");

        let gallery = messages(&site, "rubriky/galerie/1-drak-nad-zatcem/index.html");
        let people: Vec<Option<&str>> = gallery.iter().map(|(_, link, _)| link.as_deref()).collect();
        assert_eq!(people, [Some("/uzivatel/1-almad/"), Some("/uzivatel/15-ludovit/")], "{gallery:?}");

        let long = site.file("rubriky/novapovolani/3-sermir-z-zizkova/index.html");
        assert!(long.contains("27 komentářů"));
        assert!(
            site.file("rubriky/novapovolani/3-sermir-z-zizkova/diskuze/1/index.html")
                .contains("Hlas číslo 1 v dlouhé diskuzi, šťastně.")
        );
        assert!(site.file("rubriky/novapovolani/3-sermir-z-zizkova/diskuze/3/index.html").contains("Hlas číslo 27 "));
        assert!(long.contains("Žluťásek") && !long.contains("Stará přezdívka"));
    }
}

#[tokio::test]
async fn comments_and_votes_of_nothing_are_skipped_and_reported() {
    for engine in ENGINES {
        let (site, outcome) = imported(engine).await;
        let comments = "select cast(count(*) as text) from comment";
        assert_eq!(site_value(&site, comments).await.as_deref(), Some("35"), "38 of the source, 3 to no work");
        let votes = "select section || '/' || cast(number as text) || ' ' || cast(member_id as text) || ' ' || cast(stars as text)
            from vote join creation on creation.id = creation_id order by 1";
        let votes: Vec<_> = site_rows(&site, votes).await.into_iter().map(|row| row[0].clone().unwrap()).collect();
        let expected = [
            "bestiar/1 2 4",
            "bestiar/1 6 3",
            "bestiar/501 2 4",
            "clanky/1 2 5",
            "clanky/1 3 4",
            "clanky/1 4 1",
            "kouzla/1 7 2",
            "novapovolani/3 1 0",
        ];
        assert_eq!(votes, expected, "neither an abstention nor a deleted one is a vote");
        let zero = site_rows(&site, "select cast(cast_at as text) from vote where member_id = 4").await;
        assert_eq!(zero, [[None]], "second 0 is no time");
        for key in ["6", "7", "9"] {
            let named = outcome.report.iter().filter(|line| line["table"] == "diskuze");
            assert!(
                named.clone().any(|line| line["key"].to_string().trim_matches('"') == key),
                "comment {key} is not in the report"
            );
        }
        // A work that waits keeps what was said of it, hidden with it.
        let hidden = "select cast(count(*) as text) from comment join creation on creation.id = creation_id where state = 'waiting'";
        let hidden = hidden.replace("where state", "where creation.state");
        assert_eq!(site_value(&site, &hidden).await.as_deref(), Some("1"));
    }
}

#[tokio::test]
async fn the_forum_tells_members_from_guests() {
    for engine in ENGINES {
        let (site, _) = imported(engine).await;
        site.build().await;
        let posts = "select cast(id as text) || ' ' || nick, cast(member_id as text) from forum_post order by id";
        let posts = site_rows(&site, posts).await;
        let members: Vec<Option<&str>> = posts.iter().map(|row| row[1].as_deref()).collect();
        assert_eq!(members, [Some("1"), None, None, Some("2"), None], "{posts:?}");
        let forum = site.file("forum/index.html");
        for words in ["Příspěvek žlutého koně.", "Bez přihlášení.", "Vydává se za člena.", "Zmizelý"] {
            assert!(forum.contains(words), "{words}");
        }
        assert!(forum.contains("<i>Velkými</i>") || forum.contains("<em>Velkými</em>"));
        let dates = site_rows(&site, "select cast(id as text) from forum_post where posted_at is null").await;
        assert_eq!(dates, [[Some("5".to_owned())]]);
    }
}

#[tokio::test]
async fn news_ads_and_links_come_over() {
    for engine in ENGINES {
        let (site, _) = imported(engine).await;
        site.build().await;
        let news = site.file("aktuality/index.html");
        for words in ["První aktualita, datum neznámé: šťastná.", "Malými písmeny.", "Zmizelý redaktor", "neznámo kdy"]
        {
            assert!(news.contains(words), "{words}");
        }
        let authors = site_rows(&site, "select cast(member_id as text) from news order by id").await;
        assert_eq!(authors, [[Some("1".to_owned())], [Some("1".to_owned())], [None]]);

        let ads = "select board || ' ' || cast(number as text) || ' ' || group_key || ' ' || area || ' ' || state,
            cast(member_id as text), cast(posted_at as text) from ad order by board, number";
        let ads = site_rows(&site, ads).await;
        let expected = [
            ("dating 1 hledam_hrace Brno public", Some("1"), true),
            ("dating 2 nabizim_pj  public", None, false),
            ("market 1 nabizim Praha public", Some("2"), true),
            ("market 2 shanim Celá ČR public", None, false),
            ("market 3 daruji  public", None, true),
        ];
        let found: Vec<_> =
            ads.iter().map(|row| (row[0].as_deref().unwrap(), row[1].as_deref(), row[2].is_some())).collect();
        assert_eq!(found, expected);
        let market = site.file("inzerce/index.html");
        assert!(market.contains("Nabízím šest kostek.") && market.contains("605</span>"));
        assert!(
            market.contains("Sháním &quot;pravidla&quot; &amp; klid.")
                || market.contains("Sháním \"pravidla\" &amp; klid."),
            "{market}"
        );
        let dating = site.file("seznamka/index.html");
        assert!(dating.contains("Šťastná družina") && dating.contains("šest let"));

        let links = site.file("linky/index.html");
        assert!(links.contains("Šotkova stránka") && links.contains("http://sotek.example/"));
        assert!(links.contains("Bez adresy") && !links.contains("javascript:"));
    }
}

#[tokio::test]
async fn imported_ads_stay_until_somebody_takes_them_down() {
    for engine in ENGINES {
        let (site, _) = imported(engine).await;
        site.build().await;
        let (db, configuration) = (&site.opened.db, &site.opened.site);
        let public =
            "select board || ' ' || cast(number as text) from ad where state = 'public' order by board, number";
        let before = lines(&site, public).await;
        for board in ["market", "dating"] {
            assert!(before.iter().any(|ad| ad.starts_with(board)), "{before:?}");
        }
        let pages = ["inzerce/index.html", "seznamka/index.html"].map(|page| site.file(page));
        let due = schedule::due(db, configuration, now() + TimeDelta::days(3_653)).await.unwrap();
        assert_eq!((due.ads, due.next), (0, None), "{due:?}");
        assert_eq!(lines(&site, public).await, before);
        site.build().await;
        assert!(pages == ["inzerce/index.html", "seznamka/index.html"].map(|page| site.file(page)), "as they were");
    }
}

/// Rows as lines, nulls as dashes.
async fn lines(site: &TestSite, sql: &str) -> Vec<String> {
    let line = |row: Vec<Option<String>>| {
        row.into_iter().map(|value| value.unwrap_or_else(|| "-".to_owned())).collect::<Vec<_>>().join(" ")
    };
    site_rows(site, sql).await.into_iter().map(line).collect()
}

#[tokio::test]
async fn the_tavern_keeps_its_order() {
    for engine in ENGINES {
        let (site, outcome) = imported(engine).await;
        let tables = "select cast(id as text), cast(owner_id as text), owner_nick, case when public then 'public' else 'private' end,
            case when allows_reputation then 'rated' else 'plain' end, cast(section_code as text) from tavern_table order by id";
        let expected = ["1 1 almad public rated 0", "2 3 Šimon private plain 19", "3 - Dávno pryč public plain 77"];
        assert_eq!(lines(&site, tables).await, expected);
        let names = lines(&site, "select name from tavern_table order by id").await;
        assert_eq!(names[1], "PUTYKATAJEMSTVI <b>Soukromý</b> stůl", "a name is text");
        assert_eq!(
            lines(&site, "select cast(code as text), name from tavern_section order by code").await,
            ["0 Potemnělá předsíň", "19 =Privé="]
        );

        let posts = "select cast(id as text), cast(table_id as text), cast(member_id as text), nick, cast(posted_at as text) from tavern_post order by id";
        let posts: Vec<String> =
            lines(&site, posts).await.iter().map(|line| line.split(" 20").next().unwrap().to_owned()).collect();
        assert_eq!(posts, ["1 1 1 Almad", "2 1 3 ŠIMON", "3 1 - Nikdo -", "4 2 3 Šimon", "5 2 - BOBR"]);

        // Four sorts of rows by nick in any case and by id make one row a member.
        let access = "select cast(table_id as text), cast(member_id as text), case when assists then 'assists' end,
            case when may_enter then 'enters' end, case when may_write then 'writes' end, case when banned then 'banned' end
            from tavern_access order by tavern_access.table_id, tavern_access.member_id";
        let expected =
            ["2 1 - enters writes -", "2 2 assists enters - banned", "2 4 - - - banned", "2 15 assists - - -"];
        assert_eq!(lines(&site, access).await, expected);

        let boards = "select cast(table_id as text), cast(editor_id as text), editor_nick, case when changed_at is null then 'unknown' else 'known' end
            from tavern_board order by table_id";
        assert_eq!(lines(&site, boards).await, ["1 1 ALMAD unknown", "2 - Nikdo known"]);
        let bodies = lines(&site, "select body from tavern_board order by table_id").await;
        assert!(!bodies[1].contains("<script"), "{bodies:?}");
        assert_eq!(
            lines(&site, "select cast(table_id as text), cast(member_id as text) from tavern_bookmark order by 1, 2")
                .await,
            ["1 1", "1 3"]
        );
        let visits = "select cast(table_id as text), cast(member_id as text), cast(unread as text), case when ignored then 'ignored' else 'seen' end
            from tavern_visit order by tavern_visit.table_id, tavern_visit.member_id";
        let expected = ["1 1 0 seen", "1 2 0 ignored", "2 1 1 seen", "2 15 5 seen"];
        assert_eq!(lines(&site, visits).await, expected);
        assert_eq!(
            lines(&site, "select cast(table_id as text), cast(related_id as text) from tavern_relation").await,
            ["1 2"]
        );

        let orphans = [
            ("putyka_prispevky", "6"),
            ("putyka_prispevky", "7"),
            ("putyka_pristup", "8"),
            ("putyka_pristup", "9"),
            ("putyka_pristup", "10"),
            ("putyka_pristup", "11"),
            ("putyka_nastenky", "99"),
            ("putyka_book", "1/999"),
            ("putyka_book", "99/1"),
            ("putyka_uzivatele", "1/999"),
            ("putyka_uzivatele", "99/1"),
            ("putyka_uzivatele", "2/4"),
            ("putyka_linky", "2/99"),
        ];
        for (table, key) in orphans {
            let is_it =
                |line: &&serde_json::Value| line["table"] == table && line["key"].to_string().trim_matches('"') == key;
            assert!(outcome.report.iter().any(|line| is_it(&line)), "{table} {key} is not in the report");
        }
    }
}

#[tokio::test]
async fn letters_keep_who_keeps_them() {
    for engine in ENGINES {
        let (site, _) = imported(engine).await;
        let letters = "select cast(id as text), cast(sender_id as text), sender_nick, cast(receiver_id as text), receiver_nick,
            case when sender_keeps then 'sent' end, case when receiver_keeps then 'received' end from letter order by id";
        let mut found = lines(&site, letters).await;
        // One that both have burnt may be left behind.
        found.retain(|line| !line.starts_with("4 "));
        let expected = [
            "1 1 Almad 2 Žluťásek sent received",
            "2 1 ALMAD 3 Šimon - received",
            "3 3 Šimon 1 almad sent -",
            "5 - Nikdo 1 Almad sent received",
            "6 1 Almad - BOBR sent received",
            "7 - Nikdo - Nikdo jiný sent received",
        ];
        assert_eq!(found, expected);
        let bodies = lines(&site, "select body from letter order by id").await;
        assert!(bodies[0].contains("žlutý kůň.") && bodies[0].contains("<br"), "{}", bodies[0]);
        assert!(!bodies.iter().any(|body| body.contains("<script")), "{bodies:?}");
        assert_eq!(lines(&site, "select cast(sent_at as text) from letter where id = 5").await, ["-"]);
    }
}
