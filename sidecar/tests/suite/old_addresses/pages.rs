//! `?z_s=n` of every list that had pages: it leads to the archive page that holds the first item of the old page n.

use generator::build::everything;
use generator::db::lists;

use crate::harness::{ENGINES, TestApp, text};

/// A list: its address, its key, how many items it showed on a page, what is appended to it, and how its pages name an item.
struct List {
    address: &'static str,
    key: &'static str,
    then: i64,
    rows: &'static [&'static str],
    shown: fn(i64) -> String,
}

/// The first row of those that are added here; none of the sample content is so high.
const FIRST: i64 = 5001;
/// How many are added: more than two old pages of any list.
const ADDED: i64 = 120;

macro_rules! numbered {
    ($sql:literal) => {
        concat!("with recursive n(i) as (select 5001 union all select i + 1 from n where i < 5120) ", $sql)
    };
}

const LISTS: &[List] = &[
    List {
        address: "/aktuality/",
        key: "news",
        then: 10,
        rows: &[numbered!("insert into news (id, nick, body_format, body) select i, 'Kdosi', 'markdown', 'x' from n")],
        shown: |id| format!("id=\"n{id}\""),
    },
    List {
        address: "/forum/",
        key: "forum",
        then: 20,
        rows: &[numbered!(
            "insert into forum_post (id, nick, body_format, body) select i, 'Kdosi', 'markdown', 'x' from n"
        )],
        shown: |id| format!("id=\"c{id}\""),
    },
    List {
        address: "/linky/",
        key: "links",
        then: 10,
        rows: &[numbered!(
            "insert into link (id, title, url, state, description_format, description)
            select i, 'Odkaz ' || i || '.', 'http://odkaz.example/', 'public', 'markdown', '' from n"
        )],
        shown: |id| format!("Odkaz {id}."),
    },
    List {
        address: "/uzivatele/",
        key: "members",
        then: 50,
        rows: &[numbered!("insert into member (id, nick) select i, 'Nový člen ' || i from n")],
        shown: |id| format!("/uzivatel/{id}-novy-clen-{id}/"),
    },
    List {
        address: "/inzerce/",
        key: "market",
        then: 10,
        rows: &[numbered!(
            "insert into ad (id, board, number, group_key, name, body_format, body)
            select i, 'market', i, 'nabizim', 'Kdosi', 'markdown', 'x' from n"
        )],
        shown: |id| format!("id=\"i{id}\""),
    },
    List {
        address: "/inzerce/?sekce=nabizim",
        key: "market/nabizim",
        then: 10,
        rows: &[],
        shown: |id| format!("id=\"i{id}\""),
    },
    List {
        address: "/seznamka/",
        key: "dating",
        then: 10,
        rows: &[numbered!(
            "insert into ad (id, board, number, group_key, name, body_format, body)
            select i + 1000, 'dating', i + 1000, 'hledam_pj', 'Kdosi', 'markdown', 'x' from n"
        )],
        shown: |id| format!("id=\"i{}\"", id + 1000),
    },
    List {
        address: "/rubriky/clanky/",
        key: "section/clanky",
        then: 25,
        rows: &[
            numbered!(
                "insert into creation (id, section, number, title, slug, state, changed_at)
                select i, 'clanky', i, 'Dílo ' || i, 'dilo', 'approved', '2026-01-01T00:00:00+00:00' from n"
            ),
            numbered!("insert into creation_text (creation_id, body_format, body) select i, 'markdown', 'x' from n"),
        ],
        shown: |id| format!("/rubriky/clanky/{id}-"),
    },
    List {
        address: "/rubriky/galerie/",
        key: "section/galerie",
        then: 16,
        rows: &[
            numbered!(
                "insert into creation (id, section, number, title, slug, state, changed_at, attributes)
                select i + 1000, 'galerie', i, 'Dílo ' || i, 'dilo', 'approved', '2026-01-01T00:00:00+00:00',
                    '{\"image\":\"galerie/01.webp\",\"thumbnail\":\"galerie/01-nahled.webp\"}' from n"
            ),
            numbered!(
                "insert into creation_text (creation_id, body_format, body) select i + 1000, 'markdown', 'x' from n"
            ),
        ],
        shown: |id| format!("/rubriky/galerie/{id}-"),
    },
    List {
        address: "/rubriky/clanky/5001-x/",
        key: "discussion/5001",
        then: 10,
        rows: &[
            numbered!(
                "insert into comment (id, creation_id, nick, body_format, body)
                select i, 5001, 'Kdosi', 'markdown', 'x' from n"
            ),
            "update creation set comment_count = 120 where id = 5001",
        ],
        shown: |id| format!("id=\"c{id}\""),
    },
];

/// The row of a list's item by the number that [`List::shown`] takes.
fn row(list: &List, id: i64) -> i64 {
    match list.key {
        "dating" | "section/galerie" => id + 1000,
        _ => id,
    }
}

#[tokio::test]
async fn each_list_leads_to_the_page_of_its_first_item() {
    for engine in ENGINES {
        let app = TestApp::demo_on(engine).await;
        for list in LISTS {
            for sql in list.rows {
                app.execute(sql).await;
            }
            let mut tx = app.opened.db.write().await.unwrap();
            let items: Vec<_> = (FIRST..FIRST + ADDED).map(|id| (list.key.to_owned(), row(list, id))).collect();
            lists::append(&mut tx, &items).await.unwrap();
            tx.commit().await.unwrap();
        }
        // All of their pages.
        let mut tx = app.opened.db.write().await.unwrap();
        let site = &app.opened.site;
        everything::mark(&mut tx, site, true).await.unwrap();
        tx.commit().await.unwrap();
        app.build().await;
        for list in LISTS {
            let address = |n: i64| {
                let sign = if list.address.contains('?') { '&' } else { '?' };
                format!("{}{sign}z_s={n}", list.address)
            };
            for n in 2..=(ADDED - 1) / list.then {
                let outcome = app.outcome(&address(n)).await;
                let (status, to) = outcome.split_once(' ').unwrap_or_else(|| panic!("{}: {outcome}", address(n)));
                assert_eq!(status, "302", "{}", address(n));
                // Its first item is the newest but those of the pages before.
                let first = FIRST + ADDED - 1 - (n - 1) * list.then;
                let page = text(app.get(to).await).await;
                let shown = (list.shown)(first);
                assert!(page.contains(&shown), "{engine:?} {} leads to {to}, where {shown} is not", address(n));
                let is_part = to.contains("/strana/") || to.contains("/diskuze/");
                assert!(is_part, "{engine:?} {} leads to {to}, which is no permanent page", address(n));
            }
        }
    }
}
