//! What the sidecar's pages share with the site's: the head, and people's texts as the site shows them.

use chrono::{DateTime, Utc};
use minijinja::value::Serde;
use minijinja::{Value, context};
use serde::Serialize;

use crate::load::rows::Rows;
use crate::model::Text;
use crate::site::Site;
use crate::text::plain::plain;

use super::Context;
use super::parts::{Html, moment_of};

pub use super::parts::Moment;

/// A page of the sidecar as a whole.
#[derive(Clone, Copy, Debug)]
pub struct Screen<'a> {
    /// Where it stands, with slashes at both ends.
    pub path: &'a str,
    /// What it is called.
    pub title: &'a str,
}

/// A template's context: `head` and the fields of `more`.
pub(crate) fn context(site: &Site, screen: Screen<'_>, more: impl Serialize) -> Value {
    let rows = Rows::default();
    let mut head = Context { site, rows: &rows }.head(screen.path, screen.title.to_owned(), "");
    head.noindex = true;
    context! { head => Value::from(Serde(head)), ..Value::from(Serde(more)) }
}

/// A time for machines and, in the site's zone and language, for people.
pub fn moment(site: &Site, time: DateTime<Utc>) -> Moment {
    moment_of(site, time)
}

/// The level of the heading above a comment's or post's own headings, where its page shows it.
pub const MESSAGE_HEADING_LEVEL: usize = 3;

/// A comment or post as its page will show it, below a heading of some level.
pub fn message(site: &Site, body: &Text, heading_level: usize) -> Html {
    message_among(site, body, heading_level, "preview")
}

/// As [`message`], on a page with others: `name` tells the anchors of its footnotes from theirs.
pub fn message_among(site: &Site, body: &Text, heading_level: usize, name: &str) -> Html {
    let rows = Rows::default();
    Context { site, rows: &rows }.html(body, heading_level, &format!("{name}-"))
}

/// Elements that can be seen without a word in them.
const SEEN_WITHOUT_WORDS: [&str; 3] = ["<img", "<hr", "<table"];

/// Whether a reader would see nothing at all of a text.
pub fn is_blank(site: &Site, body: &Text) -> bool {
    let has_words = !plain(body, 1).trim().is_empty();
    !has_words && {
        let html = message(site, body, MESSAGE_HEADING_LEVEL);
        !SEEN_WITHOUT_WORDS.iter().any(|tag| html.as_str().contains(tag))
    }
}
