//! Who gets mail, and who wants none.

use super::encoding::Stored;
use super::reader::{Made, Reader, Stop};
use super::run::{Absent, Job};
use super::tables::{BLACKLIST, SUBSCRIPTIONS, UNSUBSCRIBE};
use crate::db::shape::{shape, values};

/// Subscriptions.
pub(super) const SUBSCRIPTIONS_JOB: Job =
    Job { absent: Absent::Goes(&SUBSCRIPTION), ..Job::new(&SUBSCRIPTIONS, subscription) };
/// Addresses that want no mail.
pub(super) const BLACKLIST_JOB: Job = Job::new(&BLACKLIST, blacklisted);
/// Secrets of links that end mail.
pub(super) const UNSUBSCRIBE_JOB: Job = Job::new(&UNSUBSCRIBE, unsubscribe);

shape!(SUBSCRIPTION = "subscription", once: false, {
    member_id Key Integer, topic Key Text, email Content Text,
});
shape!(EMAIL_BLACKLIST = "email_blacklist", once: false, { email_hash Key Text });
shape!(UNSUBSCRIBE_SECRET = "unsubscribe_secret", once: false, { member_id Key Integer, secret Content Text });

fn subscription(row: &mut Reader<'_>) -> Made {
    let member = row.owner(row.row.reference("id_uz"))?;
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
    let member = row.owner(row.row.reference("user_profile_id"))?;
    Ok(vec![(&UNSUBSCRIBE_SECRET, values![member, row.text("token_secret", Stored::Plain)])])
}
