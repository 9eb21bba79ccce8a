//! The scripts of the site before Graveyard, whose addresses Graveyard went on to answer.

use super::query::Query;
use super::{Moved, Old, Target};
use crate::model::{Board, MemberId};
use crate::page::{Page, Part};

/// Sections of articles: `rub=prispevky&co=<section>`.
const ARTICLES: [&str; 10] = [
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
];

/// Sections with scripts of their own: `rub=<section>`, `rub=<section>_jeden`.
const OTHERS: [&str; 9] = [
    "bestiar",
    "dobrodruzstvi",
    "predmety",
    "kouzla",
    "alchpredmety",
    "hranicarkouzla",
    "dovednosti",
    "galerie",
    "fotogalerie",
];

/// `/index.php?rub=…`
pub(super) fn index(query: &Query<'_>) -> Old {
    let id = match query.get("id").map(number) {
        None => None,
        Some(Some(id)) => Some(id),
        Some(None) => return Old::Malformed,
    };
    let rub = query.get("rub").unwrap_or("");
    let single = |page| Old::Leads(Target::Page(page), Moved::Permanently);
    if let Some(id) = id {
        match (rub, query.get("co")) {
            ("prispevky_precti", Some(section)) => return single(creation(section, id)),
            ("uzivatele_podrobnosti" | "runy_ciziod" | "runy_cizipro", _) => {
                return single(Page::Member(MemberId(id)));
            }
            ("putyka_jeden", _) => {
                return Old::Leads(Target::Room(format!("/putyka/stul/{id}/prispevky/")), Moved::Permanently);
            }
            ("galerie_diskuze", _) => return single(creation("galerie", id)),
            _ => {}
        }
        if let Some(section) = rub.strip_suffix("_jeden").filter(|section| OTHERS.contains(section)) {
            return single(creation(section, id));
        }
    }
    Old::Leads(list(rub, query.get("co")), Moved::Temporarily)
}

/// `/code/<category>/<category>_tisk.php?id=…`, the versions for printing.
pub(super) fn print(category: &str, script: &str, query: &Query<'_>) -> Old {
    let Some(id) = query.get("id").and_then(number) else { return Old::Malformed };
    let page = match query.get("co") {
        Some(section) if category == "prispevky" && script == "prispevky_tisk.php" => creation(section, id),
        _ if OTHERS.contains(&category) => creation(category, id),
        _ => Page::News(Part::Head),
    };
    Old::Leads(Target::Page(page), Moved::Permanently)
}

/// The list, text or room that `rub` names; the news where it names none.
fn list(rub: &str, co: Option<&str>) -> Target {
    let section = match rub.strip_suffix("_komp").unwrap_or(rub) {
        "prispevky" => co.filter(|section| ARTICLES.contains(section)),
        section => Some(section).filter(|section| OTHERS.contains(section)),
    };
    if let Some(section) = section {
        return Target::Page(Page::Section { section: section.to_owned(), part: Part::Head });
    }
    let board = |board| Page::Ads { board, group: None, part: Part::Head };
    Target::Page(match rub {
        "novinky" => Page::Newest,
        "uzivatele" => Page::Members(Part::Head),
        "seznamka" => board(Board::Dating),
        "inzerce" => board(Board::Market),
        "forum" => Page::Forum(Part::Head),
        "linky" => Page::Links(Part::Head),
        "credits" => Page::Credits,
        "faq" => Page::Content("draci-manual".to_owned()),
        "oao" => Page::Content("otazky-a-odpovedi".to_owned()),
        "cojetodrd" => Page::Content("co-je-draci-doupe".to_owned()),
        "registrace" => return Target::Room("/registrace/".to_owned()),
        "posta" => return Target::Room("/posta/".to_owned()),
        _ => Page::News(Part::Head),
    })
}

fn creation(section: &str, number: i64) -> Page {
    Page::Creation { section: section.to_owned(), number }
}

/// A number as Graveyard read it, with spaces around it and a sign.
fn number(text: &str) -> Option<i64> {
    text.trim().parse().ok()
}
