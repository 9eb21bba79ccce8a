//! Creations of the eleven tables, with what their kind declares, and the votes on them.

use chrono::DateTime;
use serde_json::{Map, Value as Json};

use super::addresses::{Addresses, ROOT};
use super::body::Address;
use super::circumstances::Wanted;
use super::encoding::Stored;
use super::kinds::{As, KindOf, kind_of};
use super::people::web_address;
use super::reader::{Made, Reader, Stop};
use super::run::{Job, Keys};
use super::tables::{ARTICLES, DOWNLOADS, Table, VOTES};
use crate::db::shape::{Value, Values, shape, values};
use crate::page::Page;
use crate::page::old::graveyards_path;
use crate::site::kind::UNKNOWN;
use crate::text::slug::{slug, slug_or};

/// Votes.
pub(super) const VOTES_JOB: Job = Job { taken_back: Some(&VOTE), ..Job::new(&VOTES, vote) };
/// The stars that only a contest's winner has.
const WINNER: i64 = 6;
/// The most stars that one may give.
const STARS_MAX: i64 = 5;

shape!(CREATION = "creation", once: false, {
    id Key Integer, section Content Text, number Content Integer, title Content Text, slug Content Text,
    author_id Content Integer, state Content Text, genre_id Content Integer, genre_wanted Content Text,
    imported_rating_sum Content Integer,
    imported_rating_count Content Integer, winner Content Flag, read_count Initial Integer,
    download_count Initial Integer, published_at Content Time, changed_at ChangedAt Time, source_name Content Text,
    source_url Content Text, synopsis Content Text, attributes Content Text,
});

shape!(CREATION_TEXT = "creation_text", once: false, {
    creation_id Key Integer, body_format Content Text, body Content Text,
});

shape!(VOTE = "vote", once: false, {
    creation_id Key Integer, member_id Key Integer, stars Content Integer, cast_at Content Time,
    imported Content Flag, corrected Content Flag,
});

/// The creations of one table.
pub(super) const fn job(table: &'static Table) -> Job {
    Job { page, keys: Keys::Given, ..Job::new(table, creation) }
}

fn page(values: &Values) -> Option<(Page, &str)> {
    match (&values[1], &values[2], &values[3]) {
        (Value::Text(section), Value::Integer(number), Value::Text(title)) => {
            Some((Page::Creation { section: section.clone(), number: *number }, title))
        }
        _ => None,
    }
}

/// The section that a row belongs to, as the source words it.
pub(super) fn section(row: &mut Reader<'_>, of: &KindOf) -> String {
    if of.table.name == ARTICLES.name {
        return row.old_line("rubrika");
    }
    let words = &row.cx.sections;
    words.iter().find(|(_, table)| table.name == of.table.name).map_or(of.section, |(word, _)| word).to_owned()
}

fn creation(row: &mut Reader<'_>) -> Made {
    let of = kind_of(row.row.table.name).ok_or(Stop::Fault("its table has no kind"))?;
    let number = row.number("id")?;
    let section = section(row, of);
    match row.cx.site.section(&section) {
        None => return Err(Stop::Skip("section-missing")),
        Some(there) if there.kind != of.kind => return Err(Stop::Skip("section-of-another-kind")),
        Some(_) => {}
    }
    let here = row.cx.taken.creations.get(&(row.row.table.name, number)).map(|placed| placed.id);
    let owner = row.cx.taken.creation_numbers.get(&(section.clone(), number)).copied();
    if owner.is_some() && owner != here {
        return Err(Stop::Skip("number-taken"));
    }
    row.base = graveyards_path(&Page::Creation { section: section.clone(), number }, "x");
    let title = row.old_line("jmeno");
    let author = author(row);
    let (genre, genre_wanted) = of.genre.map_or((None, String::new()), |column| genre(row, &section, column));
    let (sum, count, winner) = rating(row);
    let published_at = row.time("datum");
    let approval = row.row.raw("schvaleno");
    let state = if is_approved(approval) { "approved" } else { "waiting" };
    if state == "waiting" && approval.map(str::trim) != Some("n") {
        row.repair("state-unknown", "schvaleno", String::new());
    }
    let source_name = row.old_line("zdroj");
    let source_mail = row.old_line("zdrojmail");
    let source_url = [&source_name, &source_mail].into_iter().find_map(|text| web_address(text)).unwrap_or_default();
    let body = of.body.map_or(String::new(), |column| row.editors_html(column, &title));
    let synopsis = of.synopsis.map_or(String::new(), |column| row.old_line(column));
    let attributes = attributes(row, of, number, &title);
    let downloads = of.downloads.and_then(|column| row.row.integer(column)).unwrap_or(0).max(0);
    let creation = values![
        0,
        section,
        number,
        title.as_str(),
        slug_or(&title, &row.cx.site.config.paths.creation_without_slug),
        author,
        state,
        genre,
        genre_wanted,
        sum,
        count,
        winner,
        row.row.integer("precteno").unwrap_or(0).max(0),
        downloads,
        published_at,
        published_at.unwrap_or(DateTime::UNIX_EPOCH),
        source_name,
        source_url,
        synopsis,
        attributes,
    ];
    Ok(vec![(&CREATION, creation), (&CREATION_TEXT, values![0, "html", body])])
}

/// Whether `schvaleno` says that an editor has approved a work or a link.
pub(super) fn is_approved(approval: Option<&str>) -> bool {
    approval.map(str::trim) == Some("a")
}

/// The author's row; where the creation has a nick alone, the author who is that member or has that name.
fn author(row: &mut Reader<'_>) -> Option<i64> {
    let number = row.row.reference("author_id");
    if let Some(author) = number.filter(|author| row.cx.authors.contains(author)) {
        return Some(author);
    }
    if number.is_some() {
        row.repair("author-missing", "author_id", String::new());
        row.wants(Wanted::Authors);
    }
    let nick = row.old_line("autor");
    let website = row.old_line("zdroj");
    let found = row.cx.author_named(&nick, &website);
    if found.is_none() {
        row.note("author-unknown", "autor", String::new());
        row.wants(Wanted::Authors);
    }
    found
}

/// The genre's row; where no public work has that genre, the word alone: rows of genres are public.
fn genre(row: &mut Reader<'_>, section: &str, column: &'static str) -> (Option<i64>, String) {
    let stored = if row.row.table.name == DOWNLOADS.name { Stored::Plain } else { Stored::MisDecoded };
    let name = row.line(column, stored);
    let key = (section.to_owned(), slug(&name));
    if let Some(genre) = row.cx.genres.get(&key) {
        return (Some(*genre), String::new());
    }
    if row.cx.genres_deleted.contains(&key) {
        row.note("genre-deleted-here", column, String::new());
        return (None, String::new());
    }
    if !key.1.is_empty() {
        row.note("genre-not-public-yet", column, String::new());
        row.wants(Wanted::Genres);
    }
    (None, name)
}

/// The rating as the site shows it: whole stars, and how many voted. Where the sum says something else (editors' votes
/// counted more, and the stars of a contest's winner are six), the sum gives way, since nobody ever saw it.
pub(super) fn rating(row: &mut Reader<'_>) -> (i64, i64, bool) {
    let shown = row.line("pochvez", Stored::Plain);
    let count = row.row.integer("pocet_hlasujicich").unwrap_or(0).max(0);
    // Editors' votes counted more than one, so only a sum that no voters could have given is out of the question.
    let sum = row.row.integer("hodnota_hlasovani").unwrap_or(0).clamp(0, count.saturating_mul(WINNER));
    let stars = match shown.replace(',', ".").parse::<f64>() {
        _ if shown.is_empty() => 0,
        Ok(stars) if (0.0..=6.0).contains(&stars) => {
            if stars.fract() != 0.0 {
                row.repair("rating-fraction", "pochvez", shown.clone());
            }
            // Between 0 and 6, so nothing is cut off.
            stars.round() as i64
        }
        _ => {
            row.repair("rating-unreadable", "pochvez", String::new());
            0
        }
    };
    if stars == WINNER {
        return (sum.min(count.saturating_mul(STARS_MAX)), count, true);
    }
    if count == 0 {
        // Somebody gave these stars, though nobody was counted.
        if stars > 0 {
            row.repair("rating-without-votes", "pochvez", String::new());
        }
        return (stars, i64::from(stars > 0), false);
    }
    let of_sum = (2 * sum + count) / (2 * count);
    if of_sum == stars {
        return (sum, count, false);
    }
    row.repair("rating-disagrees", "hodnota_hlasovani", format!("{sum} of {count} are not {stars}"));
    (stars * count, count, false)
}

/// The JSON of what the kind declares. What is empty is left out; what the kind requires stands there as a dash.
fn attributes(row: &mut Reader<'_>, of: &KindOf, number: i64, title: &str) -> String {
    let mut json = Map::new();
    let declared = row.cx.site.kinds.get(of.kind);
    for (column, key, what) in of.attributes {
        let value = match what {
            As::Line => Json::from(row.old_line(column)),
            As::PlainLine => Json::from(row.line(column, Stored::Plain)),
            As::Integer => row.row.integer(column).map_or(Json::Null, Json::from),
            As::Markup => Json::from(row.editors_html(column, title)),
            As::FileIn(folder) => {
                let said = row.old_line(column);
                Json::from(file_in(row, column, folder, &said))
            }
            As::Download => Json::from(download(row, number)),
            As::Quest => Json::from(quest(row, number)),
        };
        // Graveyard showed no zero either.
        let is_empty = value.is_null() || value.as_str().is_some_and(str::is_empty) || value.as_i64() == Some(0);
        let is_required = declared
            .and_then(|kind| kind.attributes.iter().find(|attribute| attribute.key == *key))
            .is_some_and(|attribute| attribute.required);
        match (is_empty, is_required) {
            (false, _) => drop(json.insert((*key).to_owned(), value)),
            (true, true) => {
                let nothing = if *what == As::Integer { Json::from(0) } else { Json::from(UNKNOWN) };
                if value != nothing {
                    row.repair("required-attribute-empty", column, String::new());
                }
                json.insert((*key).to_owned(), nothing);
            }
            (true, false) => {}
        }
    }
    Json::Object(json).to_string()
}

/// The path of a file below the uploads, and a note where the row names none that can be.
fn file_in(row: &mut Reader<'_>, column: &'static str, folder: &str, said: &str) -> String {
    let path = in_folder(folder, said, &row.cx.addresses);
    if path.is_none() && !said.is_empty() {
        row.repair("file-unusable", column, String::new());
    }
    path.unwrap_or_default()
}

/// A path as Graveyard joined it to its folder: one that begins with a slash left the folder, and so did an address.
/// `None` where it leads to nothing below the uploads.
fn in_folder(folder: &str, said: &str, addresses: &Addresses) -> Option<String> {
    if said.contains("://") || said.starts_with("//") {
        return match addresses.find(said, ROOT) {
            Address::Upload(path) if is_below(&path) => Some(path),
            _ => None,
        };
    }
    match said.strip_prefix('/') {
        Some(rest) => is_below(rest).then(|| rest.to_owned()),
        None => is_below(said).then(|| format!("{folder}/{said}")),
    }
}

/// Whether a path leads to something below the uploads, and is no address of elsewhere.
pub(super) fn is_below(path: &str) -> bool {
    !path.contains(['\\', '?', '#', ':']) && path.split('/').all(|word| !matches!(word, "" | "." | ".."))
}

/// The path of a download's file, and a note where Graveyard itself did not know it.
fn download(row: &mut Reader<'_>, number: i64) -> String {
    let item = row.line("item", Stored::Plain);
    let path = row.line("cesta", Stored::Plain);
    if item.is_empty() {
        row.repair("file-unknown", "item", String::new());
    } else if in_folder("", &item, &row.cx.addresses).is_none() {
        row.repair("file-unusable", "item", String::new());
    }
    download_path(number, &item, &path, &row.cx.addresses)
}

/// The path of an adventure's first page, and a note where the source has none.
fn quest(row: &mut Reader<'_>, number: i64) -> String {
    let path = row.line("cesta", Stored::Plain);
    if path.is_empty() {
        row.repair("file-unknown", "cesta", String::new());
    } else if in_folder("", &path, &row.cx.addresses).is_none() {
        row.repair("file-unusable", "cesta", String::new());
    }
    quest_path(number, &path, &row.cx.addresses)
}

/// The path of a download's file under the uploads: the file that was uploaded, else the older path, else the name that
/// Graveyard gave to files of old.
pub(super) fn download_path(number: i64, item: &str, path: &str, addresses: &Addresses) -> String {
    // What was uploaded has its folder in its name already.
    let uploaded = in_folder("", item, addresses).map(|path| path.trim_start_matches('/').to_owned());
    uploaded.or_else(|| in_folder("soub", path, addresses)).unwrap_or_else(|| format!("soub/{number}.zip"))
}

/// The path of an adventure's first page under the uploads.
pub(super) fn quest_path(number: i64, path: &str, addresses: &Addresses) -> String {
    let folder = format!("dobrodruzstvi/{number}");
    in_folder(&folder, path, addresses).unwrap_or_else(|| format!("{folder}/index.html"))
}

/// The creation that a row of another table is about: its section's word and its number.
///
/// # Errors
/// A reason to leave the row out where there is none.
pub(super) fn creation_of(row: &mut Reader<'_>, section: &'static str, number: &str) -> Result<i64, Stop> {
    let word = row.old_line(section);
    let table = row.cx.sections.get(&word).ok_or(Stop::Skip("section-unknown"))?;
    let number = row.row.integer(number).ok_or(Stop::Skip("creation-missing"))?;
    let found = row.cx.taken.creations.get(&(table.name, number)).ok_or(Stop::Skip("creation-missing"))?;
    if found.section != word {
        return Err(Stop::Skip("creation-missing"));
    }
    row.base = graveyards_path(&Page::Creation { section: word, number }, "x");
    Ok(found.id)
}

fn vote(row: &mut Reader<'_>) -> Made {
    let creation = creation_of(row, "rubrika", "id_cizi")?;
    let member = row.cx.member(row.row.reference("id_uz")).ok_or(Stop::Skip("member-missing"))?;
    let stars = match row.row.integer("pochvez") {
        Some(stars @ 0..=STARS_MAX) => stars,
        Some(7) => return Err(Stop::TakenBack("abstained")),
        Some(8) => return Err(Stop::TakenBack("vote-deleted")),
        _ => return Err(Stop::Skip("stars-unreadable")),
    };
    Ok(vec![(&VOTE, values![creation, member, stars, row.row.unix_time("time"), true, row.row.flag("opraveno")])])
}
