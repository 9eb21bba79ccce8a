//! What the source says of each approved work, beside what its page says: title, author, attributes, and every comment
//! with its author. Columns are read here by SQL and not by the import's own lists; only letters and markup are
//! repaired by the same hands.

use std::collections::{BTreeMap, BTreeSet};

use generator::import::body::{Address, Surroundings, editors_text, members_text, plain_text};
use generator::import::encoding::{Stored, repair};
use scraper::{ElementRef, Html, Selector};

use super::super::source::{Source, site_rows};
use super::CREATIONS;
use crate::harness::TestSite;

/// What is compared of a table's works, beside what all have.
struct Facts {
    table: &'static str,
    /// Lines of text, whose letters are mis-decoded.
    lines: &'static [&'static str],
    /// Lines of text, whose letters are right.
    right: &'static [&'static str],
    /// Numbers that stand on the page as they are.
    numbers: &'static [&'static str],
    markup: &'static [&'static str],
}

const NOTHING: Facts = Facts { table: "", lines: &[], right: &[], numbers: &[], markup: &[] };

/// Prices and sizes are written in coins and kilobytes, and files have tests of their own.
const FACTS: [Facts; 8] = [
    Facts {
        table: "bestiar",
        lines: &[
            "zvt",
            "uc",
            "oc",
            "odl",
            "inteligence",
            "vel",
            "bojovnost",
            "sm",
            "zran",
            "poh",
            "pres",
            "pokl",
            "zkus",
        ],
        ..NOTHING
    },
    Facts {
        table: "dovednosti",
        lines: &["vlastnost", "obtiznost", "overovani"],
        markup: &["totuspech", "uspech", "neuspech", "fatneuspech"],
        ..NOTHING
    },
    Facts {
        table: "alchpredmety",
        lines: &[
            "zaklad",
            "nalezeni",
            "trvani",
            "vyroba",
            "nebezpecnost",
            "sila",
            "bcz",
            "dosah_ucinku",
            "uroven_vyrobce",
            "sfera",
        ],
        numbers: &["mag", "denmag"],
        ..NOTHING
    },
    Facts {
        table: "hranicarkouzla",
        lines: &["magpop", "dosahpop", "rozsahpop", "vyvolanipop", "druh", "cetnost"],
        numbers: &["mag", "dosah", "rozsah", "vyvolani"],
        markup: &["pomucky"],
        ..NOTHING
    },
    Facts {
        table: "kouzla",
        lines: &["kouzsl", "magpop", "past", "dosahpop", "rozsahpop", "vyvolanipop", "trvanipop"],
        numbers: &["mag", "dosah", "rozsah", "vyvolani", "trvani"],
        ..NOTHING
    },
    Facts {
        table: "predmety",
        lines: &["uc", "kz", "delka"],
        numbers: &["malydostrel", "strednidostrel", "velkydostrel", "sfera", "vaha"],
        ..NOTHING
    },
    Facts { table: "downloady", right: &["format"], ..NOTHING },
    Facts { table: "dobrodruzstvi", right: &["klicsl"], ..NOTHING },
];

const AROUND: Surroundings<'static> = Surroundings { title: "", address: &|_| Address::Dead, is_private: true };

fn line(value: &str, stored: Stored) -> String {
    plain_text(&repair(value, stored).0)
}

/// Words with one space between them.
fn words(text: impl Iterator<Item = impl AsRef<str>>) -> String {
    let text: String = text.map(|piece| piece.as_ref().to_owned()).collect();
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The words of HTML as the import stores it.
fn said(html: &str) -> String {
    words(Html::parse_fragment(html).root_element().text())
}

fn text_of(element: ElementRef<'_>) -> String {
    words(element.text())
}

fn first<'a>(page: &'a Html, selector: &str) -> Option<ElementRef<'a>> {
    page.select(&Selector::parse(selector).unwrap()).next()
}

/// Titles, authors and attributes; says how many values were compared.
pub(super) async fn are_as_in_the_source(source: &Source, site: &TestSite) -> usize {
    let mut compared = 0;
    for (table, section) in CREATIONS {
        let section = if section.is_empty() { "work.rubrika".to_owned() } else { format!("'{section}'") };
        let facts = FACTS.iter().find(|facts| facts.table == table).unwrap_or(&NOTHING);
        let columns = [facts.lines, facts.right, facts.numbers, facts.markup].concat();
        let columns: String = columns.iter().map(|column| format!(", work.{column}::text")).collect();
        let sql = format!(
            "select {section}::text, work.id::text, work.jmeno::text, work.autor::text, work.zdroj::text,
                author.author_type::text, author.website::text, author.anonymous_user_nick::text,
                author.user_nick::text, member.nick_uzivatele::text {columns}
            from {table} work left join ddcz_author author on author.id = work.author_id
                left join uzivatele member on member.id = author.user_id
            where work.schvaleno = 'a' order by work.id"
        );
        for row in source.rows(&sql).await {
            let value = |at: usize| row[at].as_deref().unwrap_or_default();
            let work = format!("{}/{}", value(0), value(1));
            let page = Html::parse_document(&own_page(site, &work));
            let title = line(value(2), Stored::MisDecoded);
            let title = if title.is_empty() { format!("#{}", value(1)) } else { title };
            assert_eq!(text_of(first(&page, "h1").unwrap()), title, "{work}");
            let author = author(&row);
            let shown = text_of(first(&page, ".card-index dd").unwrap());
            let expected = if author.is_empty() { "Neznámý" } else { &author };
            assert_eq!(shown.to_lowercase(), expected.to_lowercase(), "author of {work}");
            compared += 2;

            let article = text_of(first(&page, "article.creation").unwrap());
            let values = &row[10..];
            let (lines, rest) = values.split_at(facts.lines.len());
            let (right, rest) = rest.split_at(facts.right.len());
            let (numbers, markup) = rest.split_at(facts.numbers.len());
            let of = |values: &[Option<String>], read: &dyn Fn(&str) -> String| -> Vec<String> {
                values.iter().flatten().map(|value| read(value)).collect()
            };
            let number = |value: &str| value.trim().parse::<i64>().map_or(String::new(), |number| number.to_string());
            let wanted = [
                of(lines, &|value| line(value, Stored::MisDecoded)),
                of(right, &|value| line(value, Stored::Plain)),
                of(numbers, &number),
                of(markup, &|value| said(&editors_text(&repair(value, Stored::MisDecoded).0, &AROUND).html)),
            ];
            // Graveyard showed no zero either.
            for value in wanted.concat().iter().filter(|value| !value.is_empty() && *value != "0") {
                assert!(article.contains(value.as_str()), "{work} does not say {value:?}: {article}");
                compared += 1;
            }
        }
    }
    compared
}

/// The page of a work.
fn own_page(site: &TestSite, work: &str) -> String {
    let prefix = format!("rubriky/{work}-");
    let mut pages = site.files().into_iter().filter(|(key, _)| {
        key.strip_prefix(&prefix).is_some_and(|rest| rest.ends_with("/index.html") && rest.matches('/').count() == 1)
    });
    let (_, page) = pages.next().unwrap_or_else(|| panic!("{work} has no page"));
    String::from_utf8(page).unwrap()
}

/// The name of a work's author as Graveyard showed it.
fn author(row: &[Option<String>]) -> String {
    let old = |at: usize| row[at].as_deref().map_or(String::new(), |value| line(value, Stored::MisDecoded));
    let right = |at: usize| row[at].as_deref().map_or(String::new(), |value| line(value, Stored::Plain));
    let or = |one: String, other: String| if one.is_empty() { other } else { one };
    match row[5].as_deref() {
        Some("u") => or(old(9), right(8)),
        Some("w") => right(6),
        Some(_) => or(right(7), right(8)),
        None => or(old(3), old(4)),
    }
}

/// Every comment on a work that has come over stands on one of the work's pages, with its words and its author's nick;
/// says how many.
pub(super) async fn comments_are_as_in_the_source(source: &Source, site: &TestSite) -> usize {
    let mut shown: BTreeMap<String, (String, String, BTreeSet<String>)> = BTreeMap::new();
    let files = site.files().into_iter().filter(|(key, _)| key.starts_with("rubriky/") && key.ends_with(".html"));
    let selector = |selector| Selector::parse(selector).unwrap();
    let (comments, nick, prose) = (selector("article.comment[id]"), selector("h3"), selector(".prose"));
    for (key, body) in files {
        let page = Html::parse_document(std::str::from_utf8(&body).unwrap());
        let work = key.split('/').skip(1).take(2).collect::<Vec<_>>().join("/");
        for comment in page.select(&comments) {
            let nick = text_of(comment.select(&nick).next().unwrap());
            let body = text_of(comment.select(&prose).next().unwrap());
            let entry = shown.entry(comment.attr("id").unwrap().to_owned());
            let (_, _, works) = entry.or_insert((nick, body, BTreeSet::new()));
            works.insert(work.split('-').next().unwrap().to_owned());
        }
    }
    let approved: BTreeSet<String> =
        site_rows(site, "select section || '/' || cast(number as text) from creation where state = 'approved'")
            .await
            .into_iter()
            .map(|row| row[0].clone().unwrap())
            .collect();
    let rows = source
        .rows(
            "select comment.id::text, cizi_tbl || '/' || id_cizi, comment.text::text, comment.nickname::text,
                member.nick_uzivatele::text
            from diskuze comment left join uzivatele member on member.id = comment.user_id order by comment.id",
        )
        .await;
    let mut expected = 0;
    for row in rows {
        let value = |at: usize| row[at].as_deref().unwrap_or_default();
        let (id, work) = (format!("c{}", value(0)), value(1));
        if !approved.contains(work) {
            assert!(!shown.contains_key(&id), "comment {id} is on no public work");
            continue;
        }
        let (nick, body, works) = shown.get(&id).unwrap_or_else(|| panic!("comment {id} of {work} is nowhere"));
        assert_eq!(works, &BTreeSet::from([work.to_owned()]), "comment {id}");
        let text = members_text(&repair(value(2), Stored::MisDecoded).0, &AROUND).html;
        assert_eq!(*body, said(&text), "comment {id} of {work}");
        let nicks = [4, 3].map(|at| line(value(at), Stored::MisDecoded).to_lowercase());
        // A nick that is empty or taken is told apart by a number.
        let is_nick = |known: &String| !known.is_empty() && nick.to_lowercase().starts_with(known.as_str());
        let is_nobodys = nicks.iter().all(String::is_empty);
        assert!(is_nobodys || nicks.iter().any(is_nick), "comment {id} of {work} is by {nick}, not by {nicks:?}");
        expected += 1;
    }
    assert_eq!(shown.len(), expected, "comments that the source has not");
    expected
}
