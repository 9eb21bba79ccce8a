//! Letters between members.

use super::reader::{Made, Reader, Stop};
use super::run::Job;
use super::tables::LETTERS;
use crate::db::shape::{shape, values};

/// Letters.
pub(super) const LETTERS_JOB: Job = Job { taken_back: Some(&LETTER), ..Job::new(&LETTERS, letter) };

shape!(LETTER = "letter", once: false, {
    id Key Integer, sender_id Content Integer, sender_nick Content Text, receiver_id Content Integer,
    receiver_nick Content Text, sender_keeps Content Flag, receiver_keeps Content Flag, sent_at Content Time,
    body_format Content Text, body Content Text,
});

/// Who keeps a letter is one number; one that both have thrown away is not brought back.
fn letter(row: &mut Reader<'_>) -> Made {
    let id = row.number("id")?;
    let (sender_keeps, receiver_keeps) = match row.row.raw("viditelnost").map(str::trim) {
        Some("3") => (true, true),
        Some("2") => (false, true),
        Some("1") => (true, false),
        Some("0") => return Err(Stop::TakenBack("thrown-away-by-both")),
        _ => return Err(Stop::Fault("nobody can tell who may read it")),
    };
    let sender_nick = row.old_line("odesilatel");
    let receiver_nick = row.old_line("prijemce");
    let (sender, sender_nick) = row.byline(None, sender_nick);
    let (receiver, receiver_nick) = row.byline(None, receiver_nick);
    // Who has left keeps nothing; a letter that nobody keeps is none.
    let (sender_keeps, receiver_keeps) =
        (sender_keeps && !row.has_left(sender), receiver_keeps && !row.has_left(receiver));
    if !sender_keeps && !receiver_keeps && !row.is_known {
        return Err(Stop::Skip("member-left"));
    }
    let sent_at = row.time("datum");
    let body = row.members_html("text", "");
    Ok(vec![(
        &LETTER,
        values![id, sender, sender_nick, receiver, receiver_nick, sender_keeps, receiver_keeps, sent_at, "html", body],
    )])
}
