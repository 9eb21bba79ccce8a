//! Who gets mail, who wants none, and who waits to be let in.

use super::encoding::Stored;
use super::people::gender;
use super::reader::{Made, Reader, Stop};
use super::run::Job;
use super::tables::{BLACKLIST, REGISTRATIONS, SUBSCRIPTIONS, UNSUBSCRIBE};
use crate::db::shape::{shape, values};

/// Subscriptions.
pub(super) const SUBSCRIPTIONS_JOB: Job =
    Job { taken_back: Some(&SUBSCRIPTION), ..Job::new(&SUBSCRIPTIONS, subscription) };
/// Addresses that want no mail.
pub(super) const BLACKLIST_JOB: Job = Job::new(&BLACKLIST, blacklisted);
/// Secrets of links that end mail.
pub(super) const UNSUBSCRIBE_JOB: Job = Job::new(&UNSUBSCRIBE, unsubscribe);
/// Waiting registrations.
pub(super) const REGISTRATIONS_JOB: Job =
    Job { taken_back: Some(&REGISTRATION), ..Job::new(&REGISTRATIONS, registration) };

shape!(SUBSCRIPTION = "subscription", once: false, {
    member_id Key Integer, topic Key Text, email Content Text,
});
shape!(EMAIL_BLACKLIST = "email_blacklist", once: false, { email_hash Key Text });
shape!(UNSUBSCRIBE_SECRET = "unsubscribe_secret", once: false, { member_id Key Integer, secret Content Text });
shape!(REGISTRATION = "registration", once: false, {
    id Key Integer, nick Content Text, email Content Text, given_name Content Text, family_name Content Text,
    gender Content Text, age Content Integer, salutation Content Text, about Content Text, patron_id Content Integer,
    supporters Content Integer, requested_at Content Time,
});

fn subscription(row: &mut Reader<'_>) -> Made {
    let member = row.cx.member(row.row.reference("id_uz")).ok_or(Stop::Skip("member-missing"))?;
    let topic = row.line("rubrika", Stored::Plain);
    if topic.is_empty() {
        return Err(Stop::Skip("topic-empty"));
    }
    Ok(vec![(&SUBSCRIPTION, values![member, topic, row.line("email_uz", Stored::Plain)])])
}

fn blacklisted(row: &mut Reader<'_>) -> Made {
    let digest = row.line("email_hash", Stored::Plain).to_lowercase();
    if digest.is_empty() {
        return Err(Stop::Skip("empty"));
    }
    Ok(vec![(&EMAIL_BLACKLIST, values![digest])])
}

fn unsubscribe(row: &mut Reader<'_>) -> Made {
    let member = row.cx.member(row.row.reference("user_profile_id")).ok_or(Stop::Skip("member-missing"))?;
    Ok(vec![(&UNSUBSCRIBE_SECRET, values![member, row.text("token_secret", Stored::Plain)])])
}

fn registration(row: &mut Reader<'_>) -> Made {
    let id = row.number("id_zaznamu")?;
    let gender = gender(row, "pohlavi");
    let patron = row.member(row.row.reference("patron"), "");
    let lines =
        ["nick_uzivatele", "email", "jmeno", "prijmeni", "osloveni"].map(|column| row.line(column, Stored::Plain));
    let [nick, email, given_name, family_name, salutation] = lines;
    Ok(vec![(
        &REGISTRATION,
        values![
            id,
            nick,
            email,
            given_name,
            family_name,
            gender,
            row.row.reference("vek"),
            salutation,
            row.text("popis_text", Stored::Plain),
            patron,
            row.row.integer("primluvy").unwrap_or(0),
            row.row.unix_time("datum"),
        ],
    )])
}
