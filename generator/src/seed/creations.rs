//! Made-up creations of every kind that the site has, with votes and comments.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::ops::Range;

use rand::RngExt;
use rand_pcg::Pcg64Mcg;
use rayon::prelude::*;
use serde_json::{Map, Value};

use crate::db::creations::{APPROVED, NewCreation};
use crate::db::messages::NewMessage;
use crate::db::{Result, Tx, creations, lists, messages};
use crate::model::{AuthorId, CreationId, GenreId, MemberId, TextFormat};
use crate::site::Site;
use crate::site::kind::{AttributeType, Kind};
use crate::site::section::Section;
use crate::text::slug::{slug, slug_or};

use super::Options;
use super::people::{People, time_at};
use super::text::{Writer, pick, power_law, title, word};
use super::words::{ADJECTIVES, NOUNS, PLACES};

/// Where configuration offers no genres, there are these.
const GENRES: [&str; 3] = ["Běžné", "Vzácné", "Ostatní"];
/// Every so many creations one waits for an editor.
const WAITING: u64 = 200;

/// Makes creations in order; what must be counted on the way is in here.
pub(super) struct Maker<'a> {
    site: &'a Site,
    options: Options,
    people: &'a People,
    genres: HashMap<(usize, String), GenreId>,
    numbers: BTreeMap<usize, i64>,
    listed_authors: BTreeSet<AuthorId>,
    comments_made: u64,
    comment_id: i64,
}

/// A creation with what goes along with it.
struct Made {
    section: usize,
    row: NewCreation,
    stars: Option<i64>,
}

impl<'a> Maker<'a> {
    pub(super) fn new(site: &'a Site, options: &Options, people: &'a People) -> Maker<'a> {
        Maker {
            site,
            options: *options,
            people,
            genres: HashMap::new(),
            numbers: BTreeMap::new(),
            listed_authors: BTreeSet::new(),
            comments_made: 0,
            comment_id: 0,
        }
    }

    /// Inserts the genres of all sections; says how many rows.
    pub(super) async fn insert_genres(&mut self, tx: &mut Tx) -> Result<u64> {
        let mut rows = Vec::new();
        for (index, section) in self.site.sections.iter().enumerate() {
            let mut slugs = BTreeSet::new();
            for name in genre_names(section) {
                if slugs.insert(slug(&name)) && !slug(&name).is_empty() {
                    let id = GenreId(rows.len() as i64 + 1);
                    self.genres.insert((index, name.clone()), id);
                    rows.push((id, section.key.clone(), slug(&name), name));
                }
            }
        }
        creations::insert_genres(tx, &rows).await?;
        Ok(rows.len() as u64)
    }

    /// Inserts the creations of a range with their votes and comments; says how many rows.
    pub(super) async fn insert(&mut self, tx: &mut Tx, writer: &Writer, range: Range<u64>) -> Result<u64> {
        let mut made: Vec<Made> = range.into_par_iter().map(|index| self.make(writer, index)).collect();
        let mut votes = Vec::new();
        let mut comments = Vec::new();
        let mut items = Vec::new();
        for Made { section, row, stars } in &mut made {
            let number = self.numbers.entry(*section).or_insert(0);
            *number += 1;
            row.number = *number;
            if row.state != APPROVED {
                continue;
            }
            items.push((format!("section/{}", row.section), row.id.0));
            items.push(("creations".to_owned(), row.id.0));
            items.extend(row.genre_id.map(|genre| (format!("genre/{genre}"), row.id.0)));
            if let Some(author) = row.author_id {
                items.push((format!("author/{author}"), row.id.0));
                if self.listed_authors.insert(author) {
                    items.push(("authors".to_owned(), author.0));
                }
            }
            if let Some(stars) = stars {
                let member = MemberId(1 + row.id.0 % self.people.members as i64);
                votes.push((row.id, member, *stars, row.published_at));
            }
            self.comment(writer, row, &mut comments, &mut items);
        }
        let rows: Vec<NewCreation> = made.into_iter().map(|made| made.row).collect();
        creations::insert(tx, &rows).await?;
        creations::insert_votes(tx, &votes).await?;
        messages::insert_comments(tx, &comments).await?;
        lists::append(tx, &items).await?;
        Ok((rows.len() + votes.len() + comments.len() + items.len()) as u64)
    }

    fn make(&self, writer: &Writer, index: u64) -> Made {
        let mut random = writer.generator(3, index);
        let section_index = power_law(&mut random, self.site.sections.len() as u64) as usize;
        let section = &self.site.sections[section_index];
        let kind = self.site.kind(section);
        let title = title(&mut random);
        let names = genre_names(section);
        let genre = if names.is_empty() { None } else { Some(pick(&mut random, &names).clone()) };
        let published = time_at(index, self.options.creations);
        let stars = kind.rated.then(|| random.random_range(1..6_i64));
        let row = NewCreation {
            id: CreationId(index as i64 + 1),
            section: section.key.clone(),
            number: 0,
            slug: slug_or(&title, &self.site.config.paths.creation_without_slug),
            title,
            author_id: Some(self.people.author(power_law(&mut random, self.people.members))),
            state: if index % WAITING == WAITING - 1 { "waiting" } else { APPROVED },
            genre_id: genre.and_then(|genre| self.genres.get(&(section_index, genre)).copied()),
            rating_sum: stars.unwrap_or(0),
            rating_count: i64::from(stars.is_some()),
            winner: random.random_range(0..500) == 0,
            read_count: power_law(&mut random, 5_000) as i64,
            download_count: power_law(&mut random, 900) as i64,
            comment_count: 0,
            published_at: Some(published),
            changed_at: published,
            synopsis: if random.random_range(0..3) == 0 { writer.remark(&mut random) } else { String::new() },
            attributes: Value::Object(attributes(kind, writer, &mut random, index)).to_string(),
            body_format: TextFormat::Markdown,
            body: writer.body(&mut random),
        };
        Made { section: section_index, row, stars }
    }

    /// The newest creation that does not wait for an editor.
    fn last_public(&self) -> u64 {
        let newest = self.options.creations;
        if newest > 1 && (newest - 1) % WAITING == WAITING - 1 { newest - 1 } else { newest }
    }

    /// Comments on a creation: many on a few, none on most.
    fn comment(
        &mut self,
        writer: &Writer,
        row: &mut NewCreation,
        comments: &mut Vec<NewMessage>,
        items: &mut Vec<(String, i64)>,
    ) {
        let made = row.id.0.unsigned_abs();
        let due =
            (u128::from(self.options.comments) * u128::from(made) / u128::from(self.options.creations.max(1))) as u64;
        let mut random = writer.generator(4, made);
        let is_last = made == self.last_public();
        let due = if is_last { self.options.comments } else { due };
        let open = due.saturating_sub(self.comments_made);
        // The debt grows until a creation takes it over: discussions of very different lengths come of it.
        let count =
            if is_last || random.random_range(0..100) < 30 { open } else { open.min(random.random_range(0..2)) };
        for nth in 0..count {
            self.comment_id += 1;
            let byline = power_law(&mut random, self.people.members) as i64;
            comments.push(NewMessage {
                id: self.comment_id,
                creation_id: Some(row.id),
                member_id: Some(MemberId(byline + 1)),
                nick: String::new(),
                posted_at: row.published_at.map(|time| time + chrono::TimeDelta::hours(nth as i64 + 1)),
                body_format: TextFormat::Markdown,
                body: writer.remark(&mut random),
            });
            items.push((format!("discussion/{}", row.id), self.comment_id));
        }
        self.comments_made += count;
        row.comment_count = count as i64;
    }
}

fn genre_names(section: &Section) -> Vec<String> {
    if section.genres.is_empty() { GENRES.map(str::to_owned).to_vec() } else { section.genres.clone() }
}

/// Values for all required and most other attributes of a kind.
fn attributes(kind: &Kind, writer: &Writer, random: &mut Pcg64Mcg, index: u64) -> Map<String, Value> {
    let mut values = Map::new();
    for attribute in &kind.attributes {
        if !attribute.required && random.random_range(0..4) == 0 {
            continue;
        }
        let value = match attribute.r#type {
            AttributeType::Text => Value::from(format!("{} {}", word(random, &ADJECTIVES), word(random, &NOUNS))),
            AttributeType::Note => Value::from(word(random, &PLACES)),
            AttributeType::Integer => Value::from(random.random_range(0..100_i64)),
            AttributeType::Bytes => Value::from(random.random_range(1_000..5_000_000_i64)),
            AttributeType::Markup => Value::from(writer.remark(random)),
            AttributeType::Image => Value::from(format!("seed/{index}.webp")),
            AttributeType::Thumbnail => Value::from(format!("seed/{index}-small.webp")),
            AttributeType::File => Value::from(format!("seed/{index}.zip")),
        };
        values.insert(attribute.key.clone(), value);
    }
    values
}
