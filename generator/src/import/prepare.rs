//! What conversions have to know of the source as a whole, read before its tables.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use super::Error;
use super::addresses::{Addresses, AuthorNamed};
use super::body::plain_text;
use super::context::{Context, Nicks};
use super::creations::{download_path, is_approved, quest_path};
use super::encoding::{Stored, repair};
use super::here;
use super::kinds::{KINDS, kind_of};
use super::people::works_author;
use super::places;
use super::row::Row;
use super::run::Run;
use super::source::Source;
use super::tables::{self, AUTHORS, EDITORS_ARTICLES, MEMBERS, PAGES, Table};
use super::times::Times;
use crate::page::old;
use crate::site::Site;

/// Old names of the site, whose addresses in texts are its own.
#[derive(Clone, Debug, Default)]
pub struct Hosts {
    /// Names that the site answered to.
    pub site: Vec<String>,
    /// Names that its uploads came from.
    pub uploads: Vec<String>,
}

/// A value as a line of plain text.
pub(super) fn line(value: Option<&String>, stored: Stored) -> String {
    value.map_or(String::new(), |value| plain_text(&repair(value, stored).0))
}

/// A context with all that the source's own tables tell: nicks, sections, which works and pages there are.
///
/// # Errors
/// Where the source fails.
pub(super) async fn context(
    source: &mut Source,
    site: &Arc<Site>,
    times: Times,
    hosts: &Hosts,
) -> Result<Context, Error> {
    let mut addresses = Addresses::new(Arc::clone(site), &hosts.site, &hosts.uploads);
    let complete = [&MEMBERS, &AUTHORS, &PAGES].into_iter().all(|table| source.lacks(table).is_none());
    let mut nicks = Nicks::default();
    if source.lacks(&MEMBERS).is_none() {
        for values in source.columns_of(&MEMBERS, &["id", "nick_uzivatele"]).await? {
            let Some(id) = values[0].as_ref().and_then(|id| id.parse().ok()) else { continue };
            let nick = line(values[1].as_ref(), Stored::MisDecoded);
            nicks.add(&nick, id);
            addresses.members.insert(id, nick);
        }
    }
    let nicks = Arc::new(nicks);
    addresses.nicks = Arc::clone(&nicks);
    let (sections, section_of_page) = sections(source).await?;
    for of in &KINDS {
        if source.lacks(of.table).is_none() {
            add_creations(source, of.table, &sections, &mut addresses).await?;
        }
    }
    places::note(source, &sections, &mut addresses).await?;
    if source.lacks(&EDITORS_ARTICLES).is_none() {
        let slugs = source.columns_of(&EDITORS_ARTICLES, &["slug"]).await?;
        addresses.editors_pages.extend(slugs.into_iter().filter_map(|mut values| values.pop().flatten()));
    }
    if source.lacks(&tables::CHARTERS).is_none() {
        for values in source.columns_of(&tables::CHARTERS, &["page_id"]).await? {
            let page = values[0].as_ref().and_then(|page| page.parse::<i64>().ok());
            addresses.charters.extend(page.and_then(|page| section_of_page.get(&page)).cloned());
        }
    }
    let known = Context::new(Arc::clone(site), times, hosts.clone(), addresses);
    Ok(Context { nicks, complete, sections, section_of_page, ..known })
}

/// Sections' words and what their creations are in, and words by number. Where the source's own table of them is
/// silent, they are called as ever.
async fn sections(source: &mut Source) -> Result<(BTreeMap<String, &'static Table>, HashMap<i64, String>), Error> {
    let mut sections = BTreeMap::new();
    let mut by_number = HashMap::new();
    if source.lacks(&PAGES).is_none() {
        for values in source.columns_of(&PAGES, &["id", "slug", "model_class"]).await? {
            let word = line(values[1].as_ref(), Stored::Plain);
            let model = line(values[2].as_ref(), Stored::Plain).to_lowercase();
            let model = model.rsplit('.').next().unwrap_or_default();
            if let Some(of) = KINDS.iter().find(|of| of.model == model) {
                sections.insert(word.clone(), of.table);
            }
            if let Some(number) = values[0].as_ref().and_then(|number| number.parse().ok()) {
                by_number.insert(number, word);
            }
        }
    }
    for of in KINDS.iter().filter(|of| !of.section.is_empty()) {
        if !sections.values().any(|table| table.name == of.table.name) {
            sections.insert(of.section.to_owned(), of.table);
        }
    }
    if source.lacks(&tables::ARTICLES).is_none() {
        for values in source.columns_of(&tables::ARTICLES, &["rubrika"]).await? {
            let word = line(values[0].as_ref(), Stored::MisDecoded);
            sections.entry(word).or_insert(&tables::ARTICLES);
        }
    }
    Ok((sections, by_number))
}

/// Approved creations with their titles, and the files that addresses with numbers lead to.
async fn add_creations(
    source: &mut Source,
    table: &'static Table,
    sections: &BTreeMap<String, &'static Table>,
    addresses: &mut Addresses,
) -> Result<(), Error> {
    let is_articles = table.name == tables::ARTICLES.name;
    let mut columns = vec!["id", "jmeno", "schvaleno", "author_id", "autor", "zdroj"];
    match table.name {
        "prispevky_dlouhe" => columns.push("rubrika"),
        "downloady" => columns.extend(["item", "cesta"]),
        "dobrodruzstvi" => columns.push("cesta"),
        _ => {}
    }
    let word = sections.iter().find(|(_, of)| of.name == table.name).map(|(word, _)| word.clone()).unwrap_or_default();
    for values in source.columns_of(table, &columns).await? {
        let Some(id) = values[0].as_ref().and_then(|id| id.parse::<i64>().ok()) else { continue };
        if !is_approved(values[2].as_deref()) {
            continue;
        }
        addresses.bylines.insert(AuthorNamed {
            number: values[3].as_ref().and_then(|author| author.parse().ok()),
            nick: line(values[4].as_ref(), Stored::MisDecoded),
            website: line(values[5].as_ref(), Stored::MisDecoded),
        });
        let section = if is_articles { line(values[6].as_ref(), Stored::MisDecoded) } else { word.clone() };
        addresses.creations.insert((section, id), line(values[1].as_ref(), Stored::MisDecoded));
        let plain = |at: usize| line(values.get(at).and_then(Option::as_ref), Stored::Plain);
        match table.name {
            "downloady" => {
                let path = download_path(id, &plain(6), &plain(7), addresses);
                addresses.files.insert((old::DOWNLOADS, id), path);
            }
            "dobrodruzstvi" => {
                let path = quest_path(id, &plain(6), addresses);
                addresses.files.insert((old::QUESTS, id), path);
            }
            _ => {}
        }
    }
    Ok(())
}

/// Which author each member is: the one here, else the first in the source that names the member by number, else the
/// first that does so by nick.
pub(super) async fn first_authors(run: &mut Run<'_>) -> Result<(), Error> {
    here::authors(run).await?;
    let mut first = run.cx.author_of_member.clone();
    if run.source.lacks(&AUTHORS).is_none() {
        let rows = run.source.columns_of(&AUTHORS, &["id", "author_type", "user_id", "user_nick"]).await?;
        let of_members = rows.iter().filter(|values| values[1].as_deref() == Some("u"));
        let number = |value: &Option<String>| value.as_ref().and_then(|number| number.parse::<i64>().ok());
        for by_number in [true, false] {
            for values in of_members.clone() {
                let member = match by_number {
                    true => run.cx.member(number(&values[2])),
                    false => run.cx.member_of_nick(&line(values[3].as_ref(), Stored::Plain)),
                };
                if let (Some(author), Some(member)) = (number(&values[0]), member) {
                    first.entry(member).or_insert(author);
                }
            }
        }
    }
    run.cx.learn().first_author = first;
    Ok(())
}

/// Nicks, and websites where there is no nick, of works that have no author's row, where nobody here is known by them.
pub(super) async fn works_authors(run: &mut Run<'_>) -> Result<Vec<Row>, Error> {
    let mut names: BTreeMap<String, Row> = BTreeMap::new();
    // Without the source's authors nobody can tell who is one already.
    if !run.cx.complete {
        return Ok(Vec::new());
    }
    for of in &KINDS {
        if run.source.lacks(of.table).is_some() {
            continue;
        }
        for values in run.source.columns_of(of.table, &["autor", "author_id", "zdroj", "zdrojmail"]).await? {
            let [nick, website, contact] = [0, 2, 3].map(|at| line(values[at].as_ref(), Stored::MisDecoded));
            let number = values[1].as_ref().and_then(|number| number.parse::<i64>().ok());
            let name = if nick.is_empty() { &website } else { &nick };
            if name.is_empty() || number.is_some_and(|number| run.cx.authors.contains(&number)) {
                continue;
            }
            let member = run.cx.member_of_nick(&nick);
            let known = member.is_some_and(|member| run.cx.author_of_member.contains_key(&member))
                || run.cx.author_of_name.contains_key(&name.to_lowercase());
            if !known {
                names.entry(name.to_lowercase()).or_insert_with(|| works_author(&nick, &website, &contact));
            }
        }
    }
    // Those that were made before are known by now, unless they were deleted here; then they don't come back.
    Ok(names.into_values().collect())
}

/// Says what the configuration lacks for the source's creations to move in.
pub(super) fn check_sections(run: &mut Run<'_>) {
    let named: BTreeSet<&String> = run.cx.section_of_page.values().collect();
    for (word, table) in &run.cx.sections {
        let Some(of) = kind_of(table.name) else { continue };
        match run.cx.site.section(word) {
            Some(section) if section.kind == of.kind => {}
            Some(section) => run.report.problem(format!(
                "section `{word}` is of kind `{}`, and the source's table {} holds creations of kind `{}`: they were \
                not imported; set `kind = \"{}\"` in content/{}",
                section.kind,
                table.name,
                of.kind,
                of.kind,
                section.file()
            )),
            None if named.contains(word) => run.report.problem(format!(
                "the site has no section `{word}`, and its creations in the source's table {} were not imported: add \
                content/sections/{word}.toml with kind = \"{}\", and import again",
                table.name, of.kind
            )),
            // Graveyard had no page for it either: nobody misses it.
            None => run.report.notes.push(format!(
                "the source's table {} has creations in a section `{word}` that was nowhere on the old site; they were not \
                imported: to have them, add content/sections/{word}.toml with kind = \"{}\", and import again",
                table.name, of.kind
            )),
        }
    }
}
