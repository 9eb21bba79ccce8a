//! Who waits to be let in.

use super::encoding::Stored;
use super::people::gender;
use super::reader::{Made, Reader};
use super::run::{Absent, Job};
use super::tables::REGISTRATIONS;
use crate::db::shape::{shape, values};

/// Waiting registrations.
pub(super) const REGISTRATIONS_JOB: Job =
    Job { absent: Absent::Goes(&REGISTRATION), ..Job::new(&REGISTRATIONS, registration) };

shape!(REGISTRATION = "registration", once: false, {
    id Key Integer, nick Content Text, email Content Text, given_name Content Text, family_name Content Text,
    gender Content Text, age Content Integer, salutation Content Text, about Content Text, patron_id Content Integer,
    supporters Content Integer, requested_at Content Time,
});

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
