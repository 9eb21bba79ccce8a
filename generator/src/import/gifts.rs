//! What members give each other: runes, reputation, guidance, and what they say of each other.

use super::encoding::Stored;
use super::reader::{Made, Reader, Stop};
use super::run::Job;
use super::tables::{AWARDS, MEMBER_RATINGS, MENTORSHIPS, REPUTATION, RUNES};
use crate::db::shape::{shape, values};

/// Runes.
pub(super) const RUNES_JOB: Job = Job::new(&RUNES, rune);
/// Reputation given.
pub(super) const REPUTATION_JOB: Job = Job::new(&REPUTATION, reputation);
/// Reputation awarded.
pub(super) const AWARDS_JOB: Job = Job::new(&AWARDS, award);
/// Guides of newcomers.
pub(super) const MENTORSHIPS_JOB: Job = Job::new(&MENTORSHIPS, mentorship);
/// What members say of each other.
pub(super) const MEMBER_RATINGS_JOB: Job = Job::new(&MEMBER_RATINGS, member_rating);

shape!(RUNE = "rune", once: false, {
    id Key Integer, giver_id Content Integer, giver_nick Content Text, receiver_id Content Integer,
    receiver_nick Content Text, kind Content Text, picture Content Integer, dedication Content Text,
    given_at Content Time,
});
shape!(GIFT = "reputation_gift", once: false, {
    id Key Integer, giver_id Content Integer, giver_nick Content Text, receiver_id Content Integer,
    receiver_nick Content Text, amount Content Integer, place Content Text, item_id Content Integer,
    given_at Content Time,
});
shape!(AWARD = "reputation_award", once: false, {
    id Key Integer, receiver_id Content Integer, receiver_nick Content Text, amount Content Integer,
    reason Content Text,
});
shape!(MENTORSHIP = "mentorship", once: false, {
    newcomer_id Key Integer, mentor_id Key Integer, newcomer_rate Content Integer, mentor_rate Content Integer,
    locked Content Flag, penalty Content Integer,
});
shape!(MEMBER_RATING = "member_rating", once: false, {
    id Key Integer, rater_id Content Integer, rated_id Content Integer, visible Content Flag, body Content Text,
    rated_at Content Time,
});

fn rune(row: &mut Reader<'_>) -> Made {
    let id = row.number("id")?;
    let giver_nick = row.line("nick_darce", Stored::Plain);
    let receiver_nick = row.line("nick_prijemce", Stored::Plain);
    let (giver, giver_nick) = row.byline(row.row.reference("id_darce"), giver_nick);
    let (receiver, receiver_nick) = row.byline(row.row.reference("id_prijemce"), receiver_nick);
    let given_at = row.time("datum");
    Ok(vec![(
        &RUNE,
        values![
            id,
            giver,
            giver_nick,
            receiver,
            receiver_nick,
            row.line("typ", Stored::Plain),
            row.row.integer("grafika").unwrap_or(0),
            row.old_line("venovani"),
            given_at,
        ],
    )])
}

fn reputation(row: &mut Reader<'_>) -> Made {
    let id = row.number("id_zaznamu")?;
    let giver_nick = row.old_line("dal");
    let receiver_nick = row.old_line("prijal");
    let (giver, giver_nick) = row.byline(None, giver_nick);
    let (receiver, receiver_nick) = row.byline(None, receiver_nick);
    // `+1` and `-1`, sometimes more.
    let amount = row.row.raw("akce").map(|text| text.trim().trim_start_matches('+').to_owned());
    let amount = amount.and_then(|text| text.parse::<i64>().ok()).ok_or(Stop::Skip("amount-unreadable"))?;
    let place = match row.row.raw("v_diskusi").map(str::trim) {
        Some("a") => "comment",
        Some("n") => "tavern",
        Some("f") => "forum",
        _ => "special",
    };
    let item = row.row.reference("id_prispevku");
    let given_at = row.row.unix_time("date");
    Ok(vec![(&GIFT, values![id, giver, giver_nick, receiver, receiver_nick, amount, place, item, given_at])])
}

fn award(row: &mut Reader<'_>) -> Made {
    let id = row.number("id")?;
    let nick = row.old_line("prijal_nick");
    let (receiver, nick) = row.byline(None, nick);
    let amount = row.row.integer("hodnota").unwrap_or(0);
    Ok(vec![(&AWARD, values![id, receiver, nick, amount, row.old_line("duvod_udeleni")])])
}

fn mentorship(row: &mut Reader<'_>) -> Made {
    let member = |column: &str| row.owner(row.row.reference(column));
    let (newcomer, mentor) = (member("newbie_id")?, member("mentat_id")?);
    Ok(vec![(
        &MENTORSHIP,
        values![
            newcomer,
            mentor,
            row.row.integer("newbie_rate").unwrap_or(0),
            row.row.integer("mentat_rate").unwrap_or(0),
            row.row.flag("locked"),
            row.row.integer("penalty").unwrap_or(0),
        ],
    )])
}

fn member_rating(row: &mut Reader<'_>) -> Made {
    let id = row.number("record_id")?;
    let rated = row.cx.member(row.row.reference("forFK")).ok_or(Stop::Skip("member-missing"))?;
    let rater = row.member(row.row.reference("byFK"), "");
    let body = row.line("rating_text", Stored::Plain);
    let visible = row.row.flag("visible");
    Ok(vec![(&MEMBER_RATING, values![id, rater, rated, visible, body, row.row.unix_time("rating_time")])])
}
