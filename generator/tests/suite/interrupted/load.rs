//! People who go on changing a site whatever happens to its builders, and who remember what was acknowledged.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use generator::db::Db;
use generator::model::{CreationId, MemberId};
use generator::publish::{Change, Error, comments, creations, forum, members, votes};
use generator::site::Site;
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};

use crate::harness::{TestSite, now};
use crate::publish::{text, work};

/// A site that grows for as long as a test runs would measure the machine.
const COMMENTS_MAX: usize = 80;
const POSTS_MAX: usize = 30;

/// Between two changes. People don't type faster, and an embedded database is locked by whoever comes first: one process
/// that never lets go of it would keep the builder out.
const PAUSE: Duration = Duration::from_millis(3);

/// What a creation is to readers.
struct Shown {
    title: String,
    public: bool,
}

/// One person after another changes something.
pub struct Load {
    db: Db,
    site: Arc<Site>,
    random: StdRng,
    /// Words are used once, so that each can be looked for.
    words: u64,
    creations: BTreeMap<CreationId, Shown>,
    nicks: BTreeMap<MemberId, String>,
    comments: BTreeMap<i64, (CreationId, String)>,
    posts: BTreeMap<i64, String>,
    pub acknowledged: u64,
}

impl Load {
    /// On a site with the creations `ids` and the members 1 and 2.
    pub async fn on(site: &TestSite, ids: &[CreationId]) -> Load {
        let mut load = Load {
            db: site.opened.db.clone(),
            site: Arc::clone(&site.opened.site),
            random: StdRng::seed_from_u64(4),
            words: 0,
            creations: BTreeMap::new(),
            nicks: BTreeMap::new(),
            comments: BTreeMap::new(),
            posts: BTreeMap::new(),
            acknowledged: 0,
        };
        for id in ids {
            load.retitle(*id).await.unwrap();
        }
        for id in [1, 2] {
            load.rename(MemberId(id)).await.unwrap();
        }
        load
    }

    /// Changes things until told to end.
    pub async fn run(mut self, end: Arc<AtomicBool>) -> Load {
        while !end.load(Ordering::Relaxed) {
            self.act().await;
            tokio::time::sleep(PAUSE).await;
        }
        self
    }

    /// One change; those that make no sense at the moment are refused.
    pub async fn act(&mut self) {
        let index = self.random.random_range(0..self.creations.len());
        let creation = *self.creations.keys().nth(index).expect("there are some");
        let outcome = match self.random.random_range(0..16) {
            0..4 if self.comments.len() < COMMENTS_MAX => self.comment(creation).await,
            0..6 => self.edit_comment().await,
            6 => self.delete_comment().await,
            7..9 if self.posts.len() < POSTS_MAX => self.post().await,
            7..10 => self.edit_post().await,
            10 => self.vote(creation).await,
            11 => {
                let member = MemberId(self.random.random_range(1..3));
                self.rename(member).await
            }
            12..14 => self.retitle(creation).await,
            14 => self.unpublish(creation).await,
            _ => self.publish_again(creation).await,
        };
        match outcome {
            Ok(()) => self.acknowledged += 1,
            Err(error) if error.is_transient() => {}
            Err(Error::Database(error)) => panic!("{error}"),
            Err(_) => {}
        }
    }

    fn word(&mut self) -> String {
        self.words += 1;
        format!("Slovo{}x", self.words)
    }

    async fn comment(&mut self, on: CreationId) -> Result<(), Error> {
        let (word, member) = (self.word(), MemberId(self.random.random_range(1..3)));
        let mut change = Change::begin(&self.db, &self.site, now()).await?;
        let id = comments::add(&mut change, on, member, &text(&word)).await?;
        change.commit().await?;
        self.comments.insert(id, (on, word));
        Ok(())
    }

    async fn edit_comment(&mut self) -> Result<(), Error> {
        let Some(id) = self.any_comment() else { return Ok(()) };
        let word = self.word();
        let mut change = Change::begin(&self.db, &self.site, now()).await?;
        comments::edit(&mut change, id, &text(&word)).await?;
        change.commit().await?;
        self.comments.get_mut(&id).unwrap().1 = word;
        Ok(())
    }

    async fn delete_comment(&mut self) -> Result<(), Error> {
        let Some(id) = self.any_comment() else { return Ok(()) };
        let mut change = Change::begin(&self.db, &self.site, now()).await?;
        comments::delete(&mut change, id).await?;
        change.commit().await?;
        self.comments.remove(&id);
        Ok(())
    }

    fn any_comment(&mut self) -> Option<i64> {
        let index = self.random.random_range(0..self.comments.len().max(1));
        self.comments.keys().nth(index).copied()
    }

    async fn post(&mut self) -> Result<(), Error> {
        let word = self.word();
        let mut change = Change::begin(&self.db, &self.site, now()).await?;
        let id = forum::add(&mut change, MemberId(1), &text(&word)).await?;
        change.commit().await?;
        self.posts.insert(id, word);
        Ok(())
    }

    async fn edit_post(&mut self) -> Result<(), Error> {
        let index = self.random.random_range(0..self.posts.len().max(1));
        let Some(id) = self.posts.keys().nth(index).copied() else { return Ok(()) };
        let word = self.word();
        let mut change = Change::begin(&self.db, &self.site, now()).await?;
        forum::edit(&mut change, id, &text(&word)).await?;
        change.commit().await?;
        self.posts.insert(id, word);
        Ok(())
    }

    async fn vote(&mut self, on: CreationId) -> Result<(), Error> {
        let (member, stars) = (MemberId(self.random.random_range(1..3)), self.random.random_range(0..6));
        let mut change = Change::begin(&self.db, &self.site, now()).await?;
        votes::cast(&mut change, on, member, stars).await?;
        change.commit().await.map(drop)
    }

    async fn rename(&mut self, id: MemberId) -> Result<(), Error> {
        let word = self.word();
        let mut change = Change::begin_alone(&self.db, &self.site, now()).await?;
        members::rename(&mut change, id, &word).await?;
        change.commit().await?;
        self.nicks.insert(id, word);
        Ok(())
    }

    async fn retitle(&mut self, id: CreationId) -> Result<(), Error> {
        let word = self.word();
        let mut change = Change::begin_alone(&self.db, &self.site, now()).await?;
        creations::edit(&mut change, id, &work(&word)).await?;
        change.commit().await?;
        let public = self.creations.get(&id).is_none_or(|shown| shown.public);
        self.creations.insert(id, Shown { title: word, public });
        Ok(())
    }

    async fn unpublish(&mut self, id: CreationId) -> Result<(), Error> {
        let mut change = Change::begin_alone(&self.db, &self.site, now()).await?;
        creations::unpublish(&mut change, id).await?;
        change.commit().await?;
        self.creations.get_mut(&id).unwrap().public = false;
        Ok(())
    }

    async fn publish_again(&mut self, id: CreationId) -> Result<(), Error> {
        let mut change = Change::begin_alone(&self.db, &self.site, now()).await?;
        creations::publish_again(&mut change, id).await?;
        change.commit().await?;
        self.creations.get_mut(&id).unwrap().public = true;
        Ok(())
    }

    /// Everything that was acknowledged can be read, and nothing that was taken back.
    pub fn assert_shown(&self, files: &BTreeMap<String, Vec<u8>>) {
        let mut readable = BTreeSet::new();
        for body in files.values() {
            let words = body.split(|byte| !byte.is_ascii_alphanumeric()).filter(|word| word.starts_with(b"Slovo"));
            readable.extend(words.map(|word| String::from_utf8(word.to_vec()).unwrap()));
        }
        let mut expected: BTreeSet<String> = self.nicks.values().chain(self.posts.values()).cloned().collect();
        let public = |id: &CreationId| self.creations[id].public;
        let titles = self.creations.iter().filter(|(id, _)| public(id));
        expected.extend(titles.map(|(_, shown)| shown.title.clone()));
        let comments = self.comments.values().filter(|(on, _)| public(on));
        expected.extend(comments.map(|(_, word)| word.clone()));
        let missing: Vec<_> = expected.difference(&readable).collect();
        assert!(missing.is_empty(), "acknowledged, but on no page: {missing:?}");
        let surplus: Vec<_> = readable.difference(&expected).collect();
        assert!(surplus.is_empty(), "taken back, but still on a page: {surplus:?}");
    }
}
