//! Places within the source's texts that links of other texts may lead to.

use std::collections::BTreeMap;

use futures_util::StreamExt;
use rayon::prelude::*;

use super::Error;
use super::addresses::Addresses;
use super::body::{places, plain_text};
use super::encoding::{Stored, repair};
use super::kinds::KINDS;
use super::source::Source;
use super::tables::{ARTICLES, EDITORS_ARTICLES, Table};
use crate::page::Page;

/// Bytes of texts in memory at once; while one is cleaned its tree takes thirty times its size.
const BATCH_BYTES_MAX: usize = 4 * 1024 * 1024;

/// Notes the places of all creations and editors' articles. Only texts that may name one are read.
pub(super) async fn note(
    source: &mut Source,
    sections: &BTreeMap<String, &'static Table>,
    addresses: &mut Addresses,
) -> Result<(), Error> {
    let mut texts = Texts::default();
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
            texts.add(addresses, Page::Creation { section, number }, text);
        }
    }
    if source.lacks(&EDITORS_ARTICLES).is_none() {
        let mut rows = source.texts_with_places(&EDITORS_ARTICLES, ["text", "slug", "id"]);
        while let Some(row) = rows.next().await {
            let [text, slug, _] = row?;
            texts.add(addresses, Page::Content(slug), text);
        }
    }
    texts.look(addresses);
    Ok(())
}

/// Texts that are looked through together, on all cores: each is cleaned for it.
#[derive(Default)]
struct Texts {
    waiting: Vec<(Page, String)>,
    bytes: usize,
}

impl Texts {
    fn add(&mut self, addresses: &mut Addresses, page: Page, text: String) {
        self.bytes += text.len();
        self.waiting.push((page, text));
        if self.bytes >= BATCH_BYTES_MAX {
            self.look(addresses);
        }
    }

    fn look(&mut self, addresses: &mut Addresses) {
        self.bytes = 0;
        let texts = std::mem::take(&mut self.waiting);
        let found: Vec<(Page, Vec<String>)> =
            texts.into_par_iter().map(|(page, text)| (page, places(&repair(&text, Stored::MisDecoded).0))).collect();
        for (page, places) in found.into_iter().filter(|(_, places)| !places.is_empty()) {
            addresses.places.entry(page).or_default().extend(places);
        }
    }
}
