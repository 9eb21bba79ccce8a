//! Steps of the doors that came later: genres that a work brings along, drafts of news, texts that go with their author,
//! pages rendered again, counters.

use chrono::TimeDelta;
use generator::db::publishing::creations as rows;
use generator::db::submissions;
use generator::model::{CreationId, GenreId};
use generator::page::Page;
use generator::publish::counters::{self, Count};
use generator::publish::{Alone, Change, Error, again, creations, leaving, news};

use super::super::steps::{Nth, OnDraft};
use super::{World, pick, text};

/// The first is there from the beginning, the second comes with a work, the third says nothing.
const GENRES: [&str; 3] = ["Veselé", "Strašidelné", "***"];
/// Texts that are taken at a time.
const TEXTS: i64 = 2;

impl World {
    /// Approves a waiting work with a genre by its name; gives the genre where the world does not know it yet.
    pub(super) async fn approve_as(
        &self,
        change: &mut Change<'_, Alone>,
        id: CreationId,
        genre: Nth,
    ) -> Result<Option<GenreId>, Error> {
        let row = rows::by_id(change.tx(), id).await?;
        if row.is_none_or(|row| row.state != "waiting") {
            return Err(Error::Invalid("it does not wait".to_owned()));
        }
        submissions::want_genre(change.tx(), id, GENRES[genre]).await?;
        creations::approve(change, id).await?;
        let row = rows::by_id(change.tx(), id).await?.filter(|row| row.section == "povesti");
        Ok(row.and_then(|row| row.genre_id).filter(|genre| !self.genres.contains(genre)))
    }

    pub(super) async fn draft(&mut self, index: usize, step: &OnDraft) -> Result<bool, Error> {
        let mut change = Change::begin(&self.site.opened.db, &self.site.opened.site, self.clock).await?;
        let mut added = None;
        match step {
            OnDraft::Write { member, days } => {
                let Some(member) = pick(&self.members, *member) else { return Ok(false) };
                let at = self.clock + TimeDelta::days(*days);
                added = Some(news::draft(&mut change, member, &text(format!("Ohlášeno {index}.")), Some(at)).await?);
            }
            OnDraft::Schedule { nth, days } => {
                let Some(id) = pick(&self.news, *nth) else { return Ok(false) };
                let at = days.map(|days| self.clock + TimeDelta::days(days));
                news::schedule(&mut change, id, at).await?;
            }
            OnDraft::Publish(nth) => {
                let Some(id) = pick(&self.news, *nth) else { return Ok(false) };
                news::publish(&mut change, id, self.clock).await?;
            }
        }
        let marked = change.commit().await?;
        assert_eq!(marked.is_empty(), !matches!(step, OnDraft::Publish(_)), "nobody sees a draft");
        self.news.extend(added);
        Ok(true)
    }

    pub(super) async fn take_texts(&mut self) -> Result<bool, Error> {
        let mut change = self.alone().await;
        let took = leaving::take_texts(&mut change, TEXTS).await?;
        change.commit().await?;
        Ok(took)
    }

    pub(super) async fn again(&mut self, nth: Nth) -> Result<bool, Error> {
        let Some(id) = pick(&self.creations, nth) else { return Ok(false) };
        let mut change = self.alone().await;
        let Some(row) = rows::by_id(change.tx(), id).await? else { return Ok(false) };
        again::page(&mut change, Page::Creation { section: row.section, number: row.number }).await?;
        change.commit().await?;
        Ok(true)
    }

    pub(super) async fn count(&mut self, nth: Nth, reads: i64, downloads: i64) -> Result<bool, Error> {
        let Some(id) = pick(&self.creations, nth) else { return Ok(false) };
        let mut change = Change::begin(&self.site.opened.db, &self.site.opened.site, self.clock).await?;
        counters::add(&mut change, &[(id, Count { reads, downloads })].into()).await?;
        change.commit().await?;
        Ok(true)
    }
}
