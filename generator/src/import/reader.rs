//! Reading one row: its values repaired, cleaned and resolved, with a note of everything that was found on the way.

use std::cell::Cell;

use chrono::{DateTime, Utc};

use super::addresses::ROOT;
use super::body::{self, Address, Surroundings};
use super::circumstances::Wanted;
use super::context::Context;
use super::encoding::{self, Stored};
use super::report::Finding;
use super::row::Row;
use super::times;
use crate::db::shape::{Shape, Values};

/// Why a row is not written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stop {
    /// A rule leaves it out; the reason is a word of the report.
    Skip(&'static str),
    /// As [`Stop::Skip`], because somebody has taken it back: what came over of it earlier is not wanted either.
    TakenBack(&'static str),
    /// Nothing can be made of it; what is wrong.
    Fault(&'static str),
}

/// What a row becomes: rows of one or more tables here, the first of them the row that is remembered.
pub type Made = Result<Vec<(&'static Shape, Values)>, Stop>;

/// A row on its way.
pub struct Reader<'a> {
    /// What conversions share.
    pub cx: &'a Context,
    /// The row.
    pub row: &'a Row,
    /// Whether it came over before.
    pub is_known: bool,
    /// What was found.
    pub findings: Vec<Finding>,
    /// Whether something was repaired.
    pub repaired: bool,
    /// Whether texts went through the sanitiser.
    pub cleaned: bool,
    /// Where the row's texts stood on the old site, for addresses in them that are relative to it.
    pub base: String,
    /// What was looked for in vain: bits of [`Wanted`].
    pub depends_on: i64,
}

impl<'a> Reader<'a> {
    /// A row of which nothing is known yet.
    pub fn new(cx: &'a Context, row: &'a Row) -> Reader<'a> {
        Reader {
            cx,
            row,
            is_known: false,
            findings: Vec::new(),
            repaired: false,
            cleaned: false,
            base: ROOT.to_owned(),
            depends_on: 0,
        }
    }

    /// Notes a finding.
    pub fn note(&mut self, finding: &'static str, column: &'static str, detail: String) {
        let detail = if self.row.table.private { String::new() } else { detail };
        self.findings.push(Finding { finding, column, detail });
    }

    /// Notes a repair.
    pub fn repair(&mut self, finding: &'static str, column: &'static str, detail: String) {
        self.repaired = true;
        self.note(finding, column, detail);
    }

    /// Notes that something was looked for in vain: once it is there, the row is to be converted again.
    pub fn wants(&mut self, what: Wanted) {
        self.depends_on |= what as i64;
    }

    /// The row's number, which a row that is addressed by it must have.
    ///
    /// # Errors
    /// A fault where it has none.
    pub fn number(&self, column: &str) -> Result<i64, Stop> {
        self.row.integer(column).filter(|number| *number > 0).ok_or(Stop::Fault("its number is none"))
    }

    /// A text with its letters repaired, otherwise as it is; empty for null.
    pub fn text(&mut self, column: &'static str, stored: Stored) -> String {
        let Some(value) = self.row.raw(column) else { return String::new() };
        let (text, repair) = encoding::repair(value, stored);
        if let Some(repair) = repair {
            self.repaired |= repair.decoded > 0 || repair.undefined > 0 || repair.outside > 0 || repair.controls > 0;
            if repair.undefined > 0 {
                self.note("undefined-bytes", column, repair.undefined.to_string());
            }
            if repair.outside > 0 {
                self.note("letters-outside-the-encoding", column, repair.outside.to_string());
            }
            if repair.controls > 0 {
                self.note("control-characters", column, repair.controls.to_string());
            }
            if repair.decoded > 0 {
                self.note("encoding-repaired", column, repair.decoded.to_string());
            }
        }
        text.into_owned()
    }

    /// A line of plain text: a title, a nick, a short attribute.
    pub fn line(&mut self, column: &'static str, stored: Stored) -> String {
        body::plain_text(&self.text(column, stored))
    }

    /// As [`Reader::line`], for a column whose letters Graveyard stored mis-decoded, as it did in most.
    pub fn old_line(&mut self, column: &'static str) -> String {
        self.line(column, Stored::MisDecoded)
    }

    /// What an editor trusted: HTML, however much of it is encoded.
    pub fn editors_html(&mut self, column: &'static str, title: &str) -> String {
        self.html(column, title, Stored::MisDecoded, body::editors_text)
    }

    /// What a member typed: text with some tags.
    pub fn members_html(&mut self, column: &'static str, title: &str) -> String {
        self.html(column, title, Stored::MisDecoded, body::members_text)
    }

    /// As [`Reader::members_html`], for a column whose letters Graveyard stored right.
    pub fn plain_members_html(&mut self, column: &'static str, title: &str) -> String {
        self.html(column, title, Stored::Plain, body::members_text)
    }

    fn html(
        &mut self,
        column: &'static str,
        title: &str,
        stored: Stored,
        clean: fn(&str, &Surroundings<'_>) -> body::Cleaned,
    ) -> String {
        let source = self.text(column, stored);
        self.cleaned = true;
        let (cx, base) = (self.cx, self.base.as_str());
        let may_change = Cell::new(false);
        let address = |address: &str| {
            let found = cx.addresses.find(address, base);
            // The text that a place is in may come to have it, or lose it.
            let is_place = matches!(found, Address::To(_)) && address.contains('#');
            may_change.set(may_change.get() || found == Address::Dead || is_place);
            found
        };
        let around = Surroundings { title, address: &address, is_private: self.row.table.private };
        let cleaned = clean(&source, &around);
        if may_change.get() {
            self.wants(Wanted::Links);
        }
        for finding in cleaned.findings {
            self.repair(finding.kind.name(), column, finding.excerpt);
        }
        cleaned.html
    }

    /// A time as it was meant; `None` where nobody knows it.
    pub fn time(&mut self, column: &'static str) -> Option<DateTime<Utc>> {
        let meant = self
            .row
            .stored_time(column)
            .and_then(|stored| times::meant(self.row.table.name, stored, self.cx.times, self.cx.site.zone));
        if meant.is_none() && self.row.raw(column).is_some() {
            self.repair("date-unknown", column, String::new());
        }
        meant
    }

    /// The member that a number or else a nick refers to; `None` where there is no such member here.
    pub fn member(&mut self, number: Option<i64>, nick: &str) -> Option<i64> {
        let by_nick = || if nick.is_empty() { None } else { self.cx.member_of_nick(nick) };
        let member = self.cx.member(number).or_else(by_nick);
        if member.is_none() && (number.is_some() || !nick.is_empty()) {
            self.wants(Wanted::Members);
        }
        if member.is_none() && !nick.is_empty() {
            self.note("nick-without-member", "", String::new());
        }
        member
    }

    /// As [`Reader::member`], with the nick that is to be written down beside the member: the source's, unless the member
    /// has left here.
    pub fn byline(&mut self, number: Option<i64>, nick: String) -> (Option<i64>, String) {
        let member = self.member(number, &nick);
        let name = member.and_then(|member| self.cx.left.get(&member)).cloned();
        (member, name.unwrap_or(nick))
    }

    /// Whether a member has left here.
    pub fn has_left(&self, member: Option<i64>) -> bool {
        member.is_some_and(|member| self.cx.left.contains_key(&member))
    }

    /// The member whose alone a row is.
    ///
    /// # Errors
    /// A reason to leave the row out: there is no such member, or the member has left here, and the row did not come over
    /// before that.
    pub fn owner(&self, number: Option<i64>) -> Result<i64, Stop> {
        let member = self.cx.member(number).ok_or(Stop::Skip("member-missing"))?;
        self.unless_left(Some(member))?;
        Ok(member)
    }

    /// Leaves out a row that a member who has left here has alone; one that came over before is gone, and known to be.
    ///
    /// # Errors
    /// The reason.
    pub fn unless_left(&self, member: Option<i64>) -> Result<(), Stop> {
        if self.has_left(member) && !self.is_known { Err(Stop::Skip("member-left")) } else { Ok(()) }
    }
}
