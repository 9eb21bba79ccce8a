//! What a row's conversion has to know beside the row: who is who, which works there are, where old addresses lead.
//!
//! Nothing in here changes while a table is imported; rows are converted on all cores.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;

use super::addresses::Addresses;
use super::prepare::Hosts;
use super::tables::Table;
use super::times::Times;
use crate::site::Site;

/// All that conversions share.
pub struct Context {
    /// The site that the rows move into.
    pub site: Arc<Site>,
    /// How the source's times are to be read.
    pub times: Times,
    /// Old names of the site.
    pub hosts: Hosts,
    /// Where old addresses lead.
    pub addresses: Addresses,
    /// The source's nicks.
    pub nicks: Arc<Nicks>,
    /// Nicks that are taken here, by their member.
    pub nicks_here: HashMap<String, i64>,
    /// Members who came from the source and are here.
    pub members: HashSet<i64>,
    /// Whether rows can be imported for good: not where the source's members, authors or sections could not be read,
    /// since others refer to them.
    pub complete: bool,
    /// Members who are authors → the author that they are, of several in the source the first.
    pub first_author: HashMap<i64, i64>,
    /// The source's authors that are here.
    pub authors: HashSet<i64>,
    /// Authors here by their member.
    pub author_of_member: HashMap<i64, i64>,
    /// Authors here who are no members, by their name without regard to case.
    pub author_of_name: HashMap<String, i64>,
    /// The source's creations that are here: (table, number) → row.
    pub creations: HashMap<(&'static str, i64), Placed>,
    /// Numbers that creations have here: (section, number).
    pub creation_numbers: HashMap<(String, i64), i64>,
    /// Numbers that ads have here: (board, number).
    pub ad_numbers: HashSet<(String, i64)>,
    /// Keys of the source's ads that came over: (table, key).
    pub ads: HashSet<(&'static str, String)>,
    /// Words of sections in the source → the table of their creations.
    pub sections: BTreeMap<String, &'static Table>,
    /// The source's numbers of sections → their words.
    pub section_of_page: HashMap<i64, String>,
    /// Genres here: (section, slug) → row. The slug is the source's, whatever it is here.
    pub genres: HashMap<(String, String), i64>,
    /// Genres of the source that were deleted here.
    pub genres_deleted: HashSet<(String, String)>,
    /// The source's tavern tables that are here.
    pub tavern_tables: HashSet<i64>,
}

/// Where a creation of the source is here.
#[derive(Clone, Debug)]
pub struct Placed {
    /// Its row.
    pub id: i64,
    /// Its section as the source words it.
    pub section: String,
}

/// Who has which nick in the source.
#[derive(Clone, Debug, Default)]
pub struct Nicks {
    exact: HashMap<String, i64>,
    /// Without regard to case; `None` where several members share it.
    folded: HashMap<String, Option<i64>>,
}

impl Nicks {
    /// Adds a member.
    pub fn add(&mut self, nick: &str, member: i64) {
        self.exact.entry(nick.to_owned()).or_insert(member);
        self.folded
            .entry(nick.to_lowercase())
            .and_modify(|one| *one = one.filter(|there| *there == member))
            .or_insert(Some(member));
    }

    /// Every nick with its member, in no order.
    pub fn each(&self) -> impl Iterator<Item = (&str, i64)> {
        self.exact.iter().map(|(nick, member)| (nick.as_str(), *member))
    }

    /// The members who share a nick without regard to case, in no order, where none of them writes it exactly so; none
    /// where it is clear who is meant.
    pub fn sharing(&self, nick: &str) -> Vec<i64> {
        let folded = nick.to_lowercase();
        if self.exact.contains_key(nick) || self.folded.get(&folded).is_none_or(Option::is_some) {
            return Vec::new();
        }
        self.each().filter(|(one, _)| one.to_lowercase() == folded).map(|(_, member)| member).collect()
    }

    /// The member who writes a nick exactly so, the first one where there are several.
    pub fn exact(&self, nick: &str) -> Option<i64> {
        self.exact.get(nick).copied()
    }

    /// The member of a nick: the one who writes it so, else the only one who has it without regard to case.
    pub fn find(&self, nick: &str) -> Option<i64> {
        self.exact.get(nick).copied().or_else(|| self.folded.get(&nick.to_lowercase()).copied().flatten())
    }
}

impl Context {
    /// A member by number, who came from the source and is here.
    pub fn member(&self, number: Option<i64>) -> Option<i64> {
        number.filter(|number| self.members.contains(number))
    }

    /// A member by nick, who came from the source and is here.
    pub fn member_of_nick(&self, nick: &str) -> Option<i64> {
        self.member(self.nicks.find(nick))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nicks_are_found_without_regard_to_case_where_that_is_clear() {
        let mut nicks = Nicks::default();
        for (nick, member) in [("Žluťásek", 1), ("elf", 2), ("Elf", 3), ("ORK", 4)] {
            nicks.add(nick, member);
        }
        for (nick, expect) in [
            ("žluťásek", Some(1)),
            ("ŽLUŤÁSEK", Some(1)),
            ("elf", Some(2)),
            ("Elf", Some(3)),
            ("ELF", None),
            ("ork", Some(4)),
            ("zlutasek", None),
            ("", None),
        ] {
            assert_eq!(nicks.find(nick), expect, "{nick}");
        }
    }
}
