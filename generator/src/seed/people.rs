//! Made-up members and authors.

use chrono::{DateTime, TimeDelta, Utc};
use rand::RngExt;

use crate::db::creations::NewAuthor;
use crate::db::members::NewMember;
use crate::db::{Result, Tx, creations, lists, members};
use crate::model::{AuthorId, AuthorKind, MemberId};

use super::Options;
use super::names::{FAMILIES, MEN, REGIONS, WOMEN};
use super::text::{Writer, nick, pick, word};

/// When the made-up community began: 1 January 2001.
const BEGAN: i64 = 978_307_200;
/// It registers and publishes for so long.
const YEARS: i64 = 25;
/// Members of one bulk of rows.
const BULK: u64 = 5_000;
/// Every so many authors one is a website, and one a name without an account.
const STRANGERS: u64 = 40;

/// How many people there are.
pub(super) struct People {
    pub(super) members: u64,
}

/// A time at a share of the community's years, in whole seconds.
pub(super) fn time_at(part: u64, of: u64) -> DateTime<Utc> {
    let seconds = YEARS * 365 * 24 * 3600 / i64::try_from(of.max(1)).unwrap_or(i64::MAX).max(1);
    let begin = DateTime::from_timestamp(BEGAN, 0).unwrap_or_default();
    begin + TimeDelta::seconds(seconds * i64::try_from(part).unwrap_or(0) + (part % 3600) as i64 % seconds.max(1))
}

impl People {
    pub(super) fn new(options: &Options) -> People {
        People { members: options.members.max(1) }
    }

    /// Inserts members, each with an author of the same number; says how many rows.
    pub(super) async fn insert(&self, tx: &mut Tx, writer: &Writer) -> Result<u64> {
        let mut from = 0;
        while from < self.members {
            let to = (from + BULK).min(self.members);
            let members: Vec<NewMember> = (from..to).map(|index| self.member(writer, index)).collect();
            let authors: Vec<NewAuthor> = (from..to).map(author).collect();
            members::insert(tx, &members).await?;
            creations::insert_authors(tx, &authors).await?;
            let listed: Vec<_> = members.iter().map(|member| ("members".to_owned(), member.id)).collect();
            lists::append(tx, &listed).await?;
            from = to;
        }
        Ok(self.members * 4)
    }

    /// The author of a creation, most often one of the busy ones.
    pub(super) fn author(&self, number: u64) -> AuthorId {
        AuthorId(number as i64 + 1)
    }

    fn member(&self, writer: &Writer, index: u64) -> NewMember {
        let mut random = writer.generator(2, index);
        let is_man: bool = random.random();
        let (man, woman) = *pick(&mut random, &FAMILIES);
        NewMember {
            id: index as i64 + 1,
            email: format!("member{}@example.org", index + 1),
            icq: String::new(),
            given_name: word(&mut random, if is_man { &MEN } else { &WOMEN }).to_owned(),
            family_name: if is_man { man } else { woman }.to_owned(),
            gender: Some(if is_man { "male" } else { "female" }.to_owned()),
            age: Some(random.random_range(14..60)),
            region: word(&mut random, &REGIONS).to_owned(),
            description: if random.random_range(0..3) == 0 { writer.remark(&mut random) } else { String::new() },
            level: ["0", "0", "1", "1", "2", "3", "4", "5"][random.random_range(0..8)].to_owned(),
            reputation: random.random_range(-5..200),
            icon: None,
            banned: random.random_range(0..200) == 0,
            shows_given_name: random.random_range(0..2) == 0,
            shows_family_name: random.random_range(0..3) == 0,
            shows_email: random.random_range(0..3) == 0,
            shows_icq: false,
            shows_gender: random.random(),
            shows_age: random.random(),
            shows_region: random.random(),
            registered_at: Some(time_at(index, self.members)),
            nick: nick(index),
        }
    }
}

fn author(index: u64) -> NewAuthor {
    let id = AuthorId(index as i64 + 1);
    let (kind, member_id, name, website) = match index % STRANGERS {
        17 => (AuthorKind::Anonymous, None, format!("Neznámý bard {index}"), String::new()),
        31 => (AuthorKind::Website, None, format!("Kronika {index}"), format!("https://kronika{index}.example.org/")),
        _ => (AuthorKind::Member, Some(MemberId(index as i64 + 1)), String::new(), String::new()),
    };
    NewAuthor { id, kind, member_id, name, website }
}
