//! What the community says in public: comments, forum, news, ads, links, editors' articles and charters.

use chrono::DateTime;

use super::creations::{creation_of, is_approved, rating};
use super::encoding::Stored;
use super::people::web_address;
use super::reader::{Made, Reader, Stop};
use super::run::{Absent, Job, Keys};
use super::tables::{CHARTERS, COMMENTS, DATING, EDITORS_ARTICLES, FORUM, LINKS, MARKET, NEWS};
use crate::db::shape::{Value, Values, shape, values};
use crate::page::Page;
use crate::text::slug::is_slug;

/// Comments on creations.
pub(super) const COMMENTS_JOB: Job = Job::new(&COMMENTS, comment);
/// News.
pub(super) const NEWS_JOB: Job = Job::new(&NEWS, news);
/// The forum.
pub(super) const FORUM_JOB: Job = Job { absent: Absent::Hidden(&FORUM_POST), ..Job::new(&FORUM, forum_post) };
/// Market ads.
pub(super) const MARKET_JOB: Job =
    Job { keys: Keys::Given, absent: Absent::Hidden(&AD), ..Job::new(&MARKET, market_ad) };
/// Dating ads.
pub(super) const DATING_JOB: Job =
    Job { keys: Keys::Given, absent: Absent::Hidden(&AD), ..Job::new(&DATING, dating_ad) };
/// Links.
pub(super) const LINKS_JOB: Job = Job::new(&LINKS, link);
/// Editors' articles.
pub(super) const EDITORS_ARTICLES_JOB: Job = Job { page: editors_page, ..Job::new(&EDITORS_ARTICLES, editors_article) };
/// Charters.
pub(super) const CHARTERS_JOB: Job = Job { page: charter_page, ..Job::new(&CHARTERS, charter) };
/// The state of what Graveyard has: what it shows, everybody sees.
const PUBLIC: &str = "public";
/// Whom an ad names where its author gave no name.
const NOBODY: &str = "Anonym";

shape!(COMMENT = "comment", once: false, {
    id Key Integer, creation_id Content Integer, member_id Content Integer, nick Content Text, posted_at Content Time,
    reputation Content Integer, body_format Content Text, body Content Text,
});
shape!(NEWS_ROW = "news", once: false, {
    id Key Integer, member_id Content Integer, nick Content Text, published_at Content Time, body_format Content Text,
    body Content Text,
});
shape!(FORUM_POST = "forum_post", once: false, {
    id Key Integer, member_id Content Integer, nick Content Text, posted_at Content Time, reputation Content Integer,
    state Content Text, body_format Content Text, body Content Text,
});
shape!(AD = "ad", once: false, {
    id Key Integer, board Content Text, number Content Integer, group_key Content Text, member_id Content Integer,
    name Content Text, email Content Text, phone Content Text, mobile Content Text, area Content Text, age Content Text,
    experience Content Text, posted_at Content Time, state Content Text, body_format Content Text,
    body Content Text,
});
shape!(LINK = "link", once: false, {
    id Key Integer, title Content Text, url Content Text, state Content Text, imported_rating_sum Content Integer,
    imported_rating_count Content Integer, added_at Content Time, description_format Content Text,
    description Content Text,
});
shape!(EDITORS_PAGE = "editors_page", once: false, {
    slug Key Text, title Content Text, changed_at ChangedAt Time, body_format Content Text, body Content Text,
});
shape!(CHARTER = "charter", once: false, {
    section Key Text, changed_at ChangedAt Time, body_format Content Text, body Content Text,
});

fn comment(row: &mut Reader<'_>) -> Made {
    let id = row.number("id")?;
    let creation = creation_of(row, "cizi_tbl", "id_cizi")?;
    let nick = row.old_line("nickname");
    let (member, nick) = row.byline(row.row.reference("user_id"), nick);
    let posted_at = row.time("datum");
    let reputation = row.row.integer("reputace").unwrap_or(0);
    let body = row.members_html("text", "");
    Ok(vec![(&COMMENT, values![id, creation, member, nick, posted_at, reputation, "html", body])])
}

fn news(row: &mut Reader<'_>) -> Made {
    let id = row.number("id")?;
    let nick = row.old_line("autor");
    let (member, nick) = row.byline(None, nick);
    let published_at = row.time("datum");
    let body = row.editors_html("text", "");
    Ok(vec![(&NEWS_ROW, values![id, member, nick, published_at, "html", body])])
}

/// A post of somebody without an account keeps the nick as text, even where a member has the same one.
fn forum_post(row: &mut Reader<'_>) -> Made {
    let id = row.number("id")?;
    let nick = row.old_line("nickname");
    let by_member = row.row.raw("reg").map(str::trim) == Some("1");
    let number = row.row.reference("user_id");
    let (member, nick) = match by_member || row.cx.member(number).is_some() {
        true => row.byline(number, nick),
        false => (row.member(number, ""), nick),
    };
    let posted_at = row.time("datum");
    let reputation = row.row.integer("reputace").unwrap_or(0);
    let body = row.members_html("text", "");
    Ok(vec![(&FORUM_POST, values![id, member, nick, posted_at, reputation, PUBLIC, "html", body])])
}

/// The number of an ad on its board, unless another ad has it here.
fn ad_number(row: &Reader<'_>, board: &str) -> Result<i64, Stop> {
    let number = row.number("id")?;
    let is_taken = row.cx.taken.ad_numbers.contains(&(board.to_owned(), number))
        && !row.cx.taken.ads.contains(&(row.row.table.name, row.row.key.clone()));
    if is_taken { Err(Stop::Skip("number-taken")) } else { Ok(number) }
}

fn market_ad(row: &mut Reader<'_>) -> Made {
    let number = ad_number(row, "market")?;
    let group = row.line("sekce", Stored::Plain);
    let member = row.member(row.row.reference("user_profile_id"), "");
    row.unless_left(member)?;
    let name = row.old_line("jmeno");
    let contacts = [row.old_line("mail"), row.old_line("telefon"), row.old_line("mobil"), row.old_line("okres")];
    let posted_at = row.time("created");
    let body = row.members_html("text", "");
    let [email, phone, mobile, area] = contacts;
    let name = if name.is_empty() { NOBODY.to_owned() } else { name };
    Ok(vec![(
        &AD,
        values![
            0, "market", number, group, member, name, email, phone, mobile, area, "", "", posted_at, PUBLIC, "html",
            body
        ],
    )])
}

fn dating_ad(row: &mut Reader<'_>) -> Made {
    let number = ad_number(row, "dating")?;
    let group = row.line("sekce", Stored::Plain);
    let member = row.member(row.row.reference("user_profile_id"), "");
    row.unless_left(member)?;
    let name = row.old_line("jmeno");
    let contacts = [row.old_line("email"), row.old_line("telefon"), row.old_line("mobil"), row.old_line("okres")];
    let age = row.row.reference("vek").map_or(String::new(), |age| age.to_string());
    let experience = row.old_line("doba");
    let posted_at = row.time("datum");
    let body = row.members_html("text", "");
    let [email, phone, mobile, area] = contacts;
    let name = if name.is_empty() { NOBODY.to_owned() } else { name };
    Ok(vec![(
        &AD,
        values![
            0, "dating", number, group, member, name, email, phone, mobile, area, age, experience, posted_at, PUBLIC,
            "html", body
        ],
    )])
}

fn link(row: &mut Reader<'_>) -> Made {
    let id = row.number("id")?;
    let title = row.old_line("nazev");
    let url = row.old_line("adresa");
    let url = match web_address(&url) {
        Some(url) => url,
        None => {
            row.repair("address-unusable", "adresa", String::new());
            String::new()
        }
    };
    let state = if is_approved(row.row.raw("schvaleno")) { "public" } else { "waiting" };
    let (sum, count, _) = rating(row);
    let added_at = row.time("datum");
    let description = row.editors_html("popis", &title);
    Ok(vec![(&LINK, values![id, title, url, state, sum, count, added_at, "html", description])])
}

fn editors_article(row: &mut Reader<'_>) -> Made {
    let slug = row.line("slug", Stored::Plain);
    if !is_slug(&slug) {
        return Err(Stop::Fault("its slug cannot stand in an address"));
    }
    if row.cx.site.check_page_slug(&slug).is_err() {
        return Err(Stop::Fault(
            "its slug is the address of something else (see paths, rooms and redirects in site.toml)",
        ));
    }
    let title = row.old_line("title");
    let body = row.editors_html("text", &title);
    Ok(vec![(&EDITORS_PAGE, values![slug, title, DateTime::UNIX_EPOCH, "html", body])])
}

fn editors_page(values: &Values) -> Option<(Page, &str)> {
    if let Value::Text(slug) = &values[0] { Some((Page::Content(slug.clone()), "")) } else { None }
}

fn charter(row: &mut Reader<'_>) -> Made {
    let word = row.row.integer("page_id").and_then(|page| row.cx.section_of_page.get(&page)).cloned();
    let section = word.filter(|word| row.cx.site.section(word).is_some()).ok_or(Stop::Skip("section-missing"))?;
    if row.row.raw("text").unwrap_or_default().trim().is_empty() {
        return Err(Stop::Skip("empty"));
    }
    let body = row.plain_members_html("text", "");
    Ok(vec![(&CHARTER, values![section, DateTime::UNIX_EPOCH, "html", body])])
}

fn charter_page(values: &Values) -> Option<(Page, &str)> {
    if let Value::Text(section) = &values[0] { Some((Page::Charter(section.clone()), "")) } else { None }
}
