//! The one door for changes: each operation, the pages that it marks, what it refuses.

mod at_once;
mod community;
mod creations;
mod in_bulk;
mod members;
mod pages;
mod schedule;
mod sitemaps;
mod submissions;
mod votes_and_comments;

use std::fmt::Write;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use generator::model::{CreationId, MemberId, Text, TextFormat};
use generator::publish::creations::{Submission, Work, approve, author_of, submit};
use generator::publish::members::register;
use generator::publish::{Alone, Change, Error, Marked};
use generator::store::{Memory, Store};

use crate::harness::{Engine, TestSite, now};

/// A site with the members Almara (1) and Bořek (2), to be changed through the door.
pub struct Door {
    pub site: TestSite,
}

pub fn text(source: &str) -> Text {
    Text { source: source.to_owned(), format: TextFormat::Markdown }
}

pub fn work(title: &str) -> Work {
    Work {
        title: title.to_owned(),
        synopsis: String::new(),
        attributes: "{}".to_owned(),
        body: text("Bylo, nebylo."),
        source_name: String::new(),
        source_url: String::new(),
    }
}

pub const ALMARA: MemberId = MemberId(1);
pub const BOREK: MemberId = MemberId(2);

impl Door {
    pub async fn open(engine: Engine) -> Door {
        Door::over(TestSite::small(engine).await).await
    }

    /// As [`Door::open`], with a site of the caller's.
    pub async fn over(site: TestSite) -> Door {
        let door = Door { site };
        for nick in ["Almara", "Bořek"] {
            let mut change = door.change().await;
            register(&mut change, nick, "clen@example.org").await.unwrap();
            change.commit().await.unwrap();
        }
        door
    }

    pub async fn change(&self) -> Change<'_, Alone> {
        self.change_at(now()).await
    }

    pub async fn change_at(&self, now: DateTime<Utc>) -> Change<'_, Alone> {
        Change::begin_alone(&self.site.opened.db, &self.site.opened.site, now).await.unwrap()
    }

    /// Public creations of Almara in a section; gives their rows.
    pub async fn publish(&self, section: &str, titles: &[&str]) -> Vec<CreationId> {
        let mut change = self.change().await;
        let mut ids = Vec::new();
        for title in titles {
            let author = author_of(&mut change, ALMARA).await.unwrap();
            let id = submit(&mut change, section, Some(author), None, &work(title), Submission::Waiting).await.unwrap();
            approve(&mut change, id).await.unwrap();
            ids.push(id);
        }
        change.commit().await.unwrap();
        ids
    }

    /// What incremental builds have left equals a build from the same rows into an empty target.
    pub async fn assert_equal_to_a_full_build(&mut self) {
        self.site.build().await;
        let incremental = self.site.files();
        self.site.forget_builders().await;
        self.site.store = Arc::new(Store::Memory(Memory::new()));
        self.site.build().await;
        let full = self.site.files();
        for key in incremental.keys().chain(full.keys()) {
            assert!(incremental.get(key) == full.get(key), "{key} is stale");
        }
    }
}

/// The keys of the marked pages, in their order, one a line.
pub fn keys(marked: &[Marked]) -> String {
    marked.iter().fold(String::new(), |mut keys, mark| {
        writeln!(keys, "{}", mark.page).unwrap();
        keys
    })
}

/// Exactly these pages are marked.
#[track_caller]
pub fn assert_marked(marked: &[Marked], expected: &[&str]) {
    let mut expected: Vec<&str> = expected.to_vec();
    expected.sort_unstable();
    let keys = keys(marked);
    assert_eq!(keys.lines().collect::<Vec<_>>(), expected);
}

/// The change is refused with this message.
#[track_caller]
pub fn assert_refused<T: std::fmt::Debug>(outcome: Result<T, Error>, message: &str) {
    assert_eq!(outcome.unwrap_err().to_string(), message);
}
