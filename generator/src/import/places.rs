//! Places within the source's texts that links of other texts may lead to.

use std::collections::BTreeMap;

use futures_util::StreamExt;

use super::Error;
use super::addresses::Addresses;
use super::body::{places, plain_text};
use super::encoding::{Stored, repair};
use super::kinds::KINDS;
use super::source::Source;
use super::tables::{ARTICLES, EDITORS_ARTICLES, Table};
use crate::page::Page;

/// Notes the places of all creations and editors' articles. Only texts that may name one are read.
pub(super) async fn note(
    source: &mut Source,
    sections: &BTreeMap<String, &'static Table>,
    addresses: &mut Addresses,
) -> Result<(), Error> {
    for of in &KINDS {
        let (Some(body), None) = (of.body, source.lacks(of.table)) else { continue };
        let word = sections.iter().find(|(_, table)| table.name == of.table.name).map(|(word, _)| word.clone());
        let is_articles = of.table.name == ARTICLES.name;
        let columns = [body, "id", if is_articles { "rubrika" } else { "id" }];
        let mut rows = source.texts_with_places(of.table, columns);
        while let Some(row) = rows.next().await {
            let [text, number, section] = row?;
            let section = match is_articles {
                true => plain_text(&repair(&section, Stored::MisDecoded).0),
                false => word.clone().unwrap_or_default(),
            };
            let Ok(number) = number.parse() else { continue };
            add(addresses, Page::Creation { section, number }, &text);
        }
    }
    if source.lacks(&EDITORS_ARTICLES).is_none() {
        let mut rows = source.texts_with_places(&EDITORS_ARTICLES, ["text", "slug", "id"]);
        while let Some(row) = rows.next().await {
            let [text, slug, _] = row?;
            add(addresses, Page::Content(slug), &text);
        }
    }
    Ok(())
}

fn add(addresses: &mut Addresses, page: Page, text: &str) {
    let places = places(&repair(text, Stored::MisDecoded).0);
    if !places.is_empty() {
        addresses.places.entry(page).or_default().extend(places);
    }
}
