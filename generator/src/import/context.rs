//! What a row's conversion has to know beside the row: who is who, which works there are, where old addresses lead.
//!
//! Nothing in here changes while a table is imported; rows are converted on all cores.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::ops::Deref;
use std::sync::{Arc, OnceLock};

use super::addresses::Addresses;
use super::circumstances::Circumstances;
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
    /// Members who came from the source and are here.
    pub members: HashSet<i64>,
    /// Those of them who have left, with what they are called here since: the source still knows the nick that nobody is
    /// to read any more.
    pub left: HashMap<i64, String>,
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
    /// Words of sections in the source → the table of their creations.
    pub sections: BTreeMap<String, &'static Table>,
    /// The source's numbers of sections → their words.
    pub section_of_page: HashMap<i64, String>,
    /// Genres here: (section, slug) → row. The slug is the source's, whatever it is here.
    pub genres: HashMap<(String, String), i64>,
    /// Genres of the source that were deleted here.
    pub genres_deleted: HashSet<(String, String)>,
    /// Which places are taken here.
    pub taken: Taken,
}

/// Places that are taken here: names and numbers that are one row's, and the rows that the source's became. What a row
/// of another table becomes does not depend on them, so they are no [circumstance](super::circumstances).
#[derive(Default)]
pub struct Taken {
    /// Nicks, by their member; those apart that their members leave in this run.
    pub nicks: HashMap<String, i64>,
    /// Keys of the source's members who get another nick than they have here, and of those who may get one that is left;
    /// with a number that those share who exchange nicks with each other.
    pub renaming: HashMap<String, usize>,
    /// The source's creations that are here: (table, number) → row.
    pub creations: HashMap<(&'static str, i64), Placed>,
    /// Numbers that creations have: (section, number).
    pub creation_numbers: HashMap<(String, i64), i64>,
    /// Numbers that ads have: (board, number).
    pub ad_numbers: HashSet<(String, i64)>,
    /// Keys of the source's ads that came over: (table, key).
    pub ads: HashSet<(&'static str, String)>,
    /// The source's tavern tables that are here.
    pub tavern_tables: HashSet<i64>,
}

/// A context and the circumstances that it makes, which are computed only after it has changed: they are digests over
/// all names and titles there are, and some forty tables have the same.
pub struct Known {
    cx: Context,
    circumstances: OnceLock<Circumstances>,
}

impl Known {
    /// As the source alone makes it.
    pub fn new(cx: Context) -> Known {
        Known { cx, circumstances: OnceLock::new() }
    }

    /// What rows are converted in now.
    pub fn circumstances(&self) -> &Circumstances {
        self.circumstances.get_or_init(|| Circumstances::new(&self.cx))
    }

    /// Whether the circumstances have been computed since the context changed.
    #[cfg(test)]
    pub fn is_computed(&self) -> bool {
        self.circumstances.get().is_some()
    }

    /// The context, to be told something; the circumstances are others then.
    pub fn learn(&mut self) -> &mut Context {
        self.circumstances.take();
        &mut self.cx
    }

    /// Which places are taken, to be told so.
    pub fn taken(&mut self) -> &mut Taken {
        &mut self.cx.taken
    }
}

impl Deref for Known {
    type Target = Context;

    fn deref(&self) -> &Context {
        &self.cx
    }
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
    /// Adds a member; an empty nick names nobody.
    pub fn add(&mut self, nick: &str, member: i64) {
        if nick.is_empty() {
            return;
        }
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
    /// Nothing is known yet but where old addresses lead.
    pub fn new(site: Arc<Site>, times: Times, hosts: Hosts, addresses: Addresses) -> Context {
        Context {
            site,
            times,
            hosts,
            addresses,
            nicks: Arc::default(),
            members: HashSet::new(),
            left: HashMap::new(),
            complete: true,
            first_author: HashMap::new(),
            authors: HashSet::new(),
            author_of_member: HashMap::new(),
            author_of_name: HashMap::new(),
            sections: BTreeMap::new(),
            section_of_page: HashMap::new(),
            genres: HashMap::new(),
            genres_deleted: HashSet::new(),
            taken: Taken::default(),
        }
    }

    /// A member by number, who came from the source and is here.
    pub fn member(&self, number: Option<i64>) -> Option<i64> {
        number.filter(|number| self.members.contains(number))
    }

    /// A member by nick, who came from the source and is here.
    pub fn member_of_nick(&self, nick: &str) -> Option<i64> {
        self.member(self.nicks.find(nick))
    }

    /// The author whom a creation names by a nick alone or, where there is none, by a website: the one who is that member
    /// or has that name.
    pub fn author_named(&self, nick: &str, website: &str) -> Option<i64> {
        let of_nick = |nick: &str| self.author_of_member.get(&self.member_of_nick(nick)?).copied();
        author_named(nick, website, of_nick, &self.author_of_name)
    }
}

/// As [`Context::author_named`], also where authors are not here yet: from the author who is the member of a nick, and from
/// those who are no members by their names in lower case.
pub(super) fn author_named(
    nick: &str,
    website: &str,
    of_nick: impl Fn(&str) -> Option<i64>,
    of_name: &HashMap<String, i64>,
) -> Option<i64> {
    let of_name = |name: &str| of_name.get(&name.to_lowercase()).copied();
    if nick.is_empty() { of_name(website) } else { of_nick(nick).or_else(|| of_name(nick)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nicks_are_found_without_regard_to_case_where_that_is_clear() {
        let mut nicks = Nicks::default();
        for (nick, member) in [("Žluťásek", 1), ("elf", 2), ("Elf", 3), ("ORK", 4), ("", 5)] {
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
