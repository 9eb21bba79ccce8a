//! Members with their accounts and credentials, and authors.

use std::collections::HashMap;

use super::context::Nicks;
use super::creations::is_below;
use super::encoding::Stored;
use super::old_password::{OldPassword, is_inactive};
use super::reader::{Made, Reader};
use super::row::Row;
use super::run::{Job, Keys};
use super::tables::{AUTHORS, MEMBERS, Table};
use crate::db::shape::{Value, Values, shape, values};
use crate::model::{AuthorId, MemberId};
use crate::page::{Page, Part};

/// Members.
pub(super) const MEMBERS_JOB: Job =
    Job { page: member_page, first: |taken| Some(&taken.renaming), ..Job::new(&MEMBERS, member) };
/// Authors.
pub(super) const AUTHORS_JOB: Job = Job { page: author_page, ..Job::new(&AUTHORS, author) };

shape!(MEMBER = "member", once: false, {
    id Key Integer, nick Content Text, given_name Content Text, family_name Content Text, gender Content Text,
    age Content Integer, region Content Text, description Content Text, description_format Content Text,
    level Content Text, reputation Content Integer, icon Content Text, banned Content Flag,
    shows_given_name Content Flag, shows_family_name Content Flag, shows_email Content Flag, shows_icq Content Flag,
    shows_gender Content Flag, shows_age Content Flag, shows_region Content Flag, registered_at Content Time,
});

shape!(ACCOUNT = "account", once: false, {
    member_id Key Integer, email Content Text, icq Content Text, role Content Text, status Content Text,
    last_login_at Initial Time, level_max Content Integer, reputation_to_give Content Integer, skin Content Text,
    shows_birthday Content Flag,
});

shape!(
    /// Once here, a credential is the member's and the login's affair.
    CREDENTIAL = "credential", once: true, { member_id Key Integer, scheme Initial Text, hash Initial Text }
);

shape!(AUTHOR = "author", once: false, {
    id Key Integer, kind Content Text, member_id Content Integer, name Content Text, website Content Text,
});

shape!(AUTHOR_CONTACT = "author_contact", once: false, { author_id Key Integer, email Content Text });

fn member(row: &mut Reader<'_>) -> Made {
    let id = row.number("id")?;
    let nick = nick(row, id);
    // Eight permissions in the order of the profile; older records lack the last one, some lack all.
    let flags: Vec<String> =
        row.text("vypsat_udaje", Stored::Plain).split(',').map(|flag| flag.trim().to_owned()).collect();
    if flags.len() != 8 {
        row.note("permissions-incomplete", "vypsat_udaje", flags.len().to_string());
    }
    let shows = |at: usize| flags.get(at).is_some_and(|flag| flag == "1");
    let gender = gender(row, "pohlavi_uzivatele");
    let status = row.line("status", Stored::Plain);
    let description = row.members_html("popis_uzivatele", &nick);
    let icon = row.old_line("ikonka_uzivatele");
    let positive = |column: &str, row: &Reader<'_>| row.row.integer(column).filter(|number| *number > 0);
    let icq = positive("icq_uzivatele", row).map_or(String::new(), |icq| icq.to_string());
    // Whom the operators have switched off may not come in, whatever the password.
    let is_inactive = is_inactive(row.row);
    if is_inactive {
        row.note("account-inactive", "", String::new());
    }
    let role = match (row.row.flag("auth_user.is_superuser"), row.row.flag("auth_user.is_staff")) {
        _ if is_inactive => "member",
        (true, _) => "admin",
        (false, true) => "editor",
        (false, false) => "member",
    };
    let registered_at = row.time("reg_schval_datum");
    let last_login_at = row.time("pospristup").max(row.row.stored_time("auth_user.last_login"));
    let member = values![
        id,
        nick,
        row.old_line("jmeno_uzivatele"),
        row.old_line("prijmeni_uzivatele"),
        gender,
        positive("vek_uzivatele", row),
        row.old_line("kraj_uzivatele"),
        description,
        "html",
        row.line("level", Stored::Plain),
        row.row.integer("reputace").unwrap_or(0),
        Some(icon).filter(|icon| is_below(icon)).map(|icon| format!("ikonky/{icon}")),
        status == "1" || is_inactive,
        shows(0),
        shows(1),
        shows(2),
        shows(3),
        shows(4),
        shows(5),
        shows(6),
        registered_at,
    ];
    let account = values![
        id,
        row.line("email_uzivatele", Stored::MisDecoded),
        icq,
        role,
        status,
        last_login_at,
        row.row.integer("max_level"),
        row.row.integer("reputace_rozdel").unwrap_or(0),
        row.line("skin", Stored::Plain),
        shows(7),
    ];
    let old = OldPassword::of(row.row);
    if let Some(finding) = old.finding() {
        row.note(finding, "", String::new());
    }
    let credential = values![id, old.scheme(), old.hash_to_keep()];
    Ok(vec![(&MEMBER, member), (&ACCOUNT, account), (&CREDENTIAL, credential)])
}

fn member_page(values: &Values) -> Option<(Page, &str)> {
    match (&values[0], &values[1]) {
        (Value::Integer(id), Value::Text(nick)) => Some((Page::Member(MemberId(*id)), nick)),
        _ => None,
    }
}

/// The nick that a member has here; its page's address is made of it.
fn nick(row: &mut Reader<'_>, id: i64) -> String {
    let nick = row.old_line("nick_uzivatele");
    let (nick, finding) = nick_here(&nick, id, &row.cx.nicks, &row.cx.taken.nicks);
    if let Some(finding) = finding {
        row.repair(finding, "nick_uzivatele", String::new());
    }
    nick
}

/// The nick that a member of the source gets here, and what is to be said of it: another one where it is empty, or where
/// somebody else has it.
pub(super) fn nick_here(
    nick: &str,
    id: i64,
    there: &Nicks,
    here: &HashMap<String, i64>,
) -> (String, Option<&'static str>) {
    let is_free = here.get(nick).is_none_or(|member| *member == id);
    // The source may have it twice as well: mis-decoded and right.
    let is_first = there.exact(nick).is_none_or(|member| member == id);
    match nick {
        "" => (format!("#{id}"), Some("nick-empty")),
        nick if is_free && is_first => (nick.to_owned(), None),
        nick => (format!("{nick} #{id}"), Some("nick-taken")),
    }
}

/// What a word for a gender means, however its first letter was stored.
pub(super) fn gender(row: &mut Reader<'_>, column: &'static str) -> Option<&'static str> {
    let word = row.old_line(column).to_lowercase();
    let gender = match word.chars().next() {
        None => return None,
        Some('m') => Some("male"),
        Some('f' | 'ž' | 'z') => Some("female"),
        Some(_) if word.ends_with("ena") => Some("female"),
        Some(_) => None,
    };
    if gender.is_none() {
        row.repair("gender-unknown", column, String::new());
    }
    gender
}

fn author(row: &mut Reader<'_>) -> Made {
    let id = row.number("id")?;
    let kind = row.line("author_type", Stored::Plain);
    let user_nick = row.line("user_nick", Stored::Plain);
    let anonymous_nick = row.line("anonymous_user_nick", Stored::Plain);
    let website = row.line("website", Stored::Plain);
    let contact = row.line("website_email", Stored::Plain);
    let member = match kind.as_str() {
        "u" => row.member(row.row.reference("user_id"), &user_nick),
        _ => None,
    };
    // A member is one author; a second one keeps the name alone, and its works.
    let first = member.and_then(|member| row.cx.first_author.get(&member)).copied();
    let left = member.and_then(|member| row.cx.left.get(&member)).cloned();
    let user_nick = left.clone().unwrap_or(user_nick);
    let member = member.filter(|_| first.is_none_or(|first| first == id));
    if first.is_some() && member.is_none() {
        row.repair("member-is-an-author-already", "", String::new());
    }
    let (kind, name, address) = match (kind.as_str(), member) {
        ("u", Some(_)) => ("member", String::new(), String::new()),
        ("w", _) => {
            let address = [&website, &contact].into_iter().find_map(|text| web_address(text)).unwrap_or_default();
            ("website", website, address)
        }
        _ => ("anonymous", if anonymous_nick.is_empty() { user_nick } else { anonymous_nick }, String::new()),
    };
    if member.is_none() && name.is_empty() {
        row.note("author-without-name", "", String::new());
    }
    // Always there, so that an address which the source has no more is none here either.
    let contact = if contact.contains('@') && left.is_none() { contact } else { String::new() };
    Ok(vec![(&AUTHOR, values![id, kind, member, name, address]), (&AUTHOR_CONTACT, values![id, contact])])
}

/// The page of an author with a name of their own; a member's has the nick, and is [`member_page`]'s affair.
fn author_page(values: &Values) -> Option<(Page, &str)> {
    match (&values[0], &values[3]) {
        (Value::Integer(id), Value::Text(name)) if !name.is_empty() => {
            Some((Page::Author { id: AuthorId(*id), part: Part::Head }, name))
        }
        _ => None,
    }
}

/// An address that a text is, such as `http://…` or `www.…`.
pub(super) fn web_address(text: &str) -> Option<String> {
    let text = text.trim();
    let lower = text.to_lowercase();
    let is_word = !text.contains(char::is_whitespace);
    match lower.as_str() {
        _ if !is_word => None,
        _ if lower.starts_with("http://") || lower.starts_with("https://") => Some(text.to_owned()),
        _ if lower.starts_with("www.") => Some(format!("http://{text}")),
        _ => None,
    }
}

/// Columns of the rows that [`author_of_work`] reads. The name is a word of the report: the source has no such table.
static WORKS_AUTHORS: Table = Table {
    name: "autor",
    key: &[],
    order: &[],
    columns: &["nick", "website", "contact"],
    joined: None,
    optional: false,
    private: false,
    secret: &[],
};
/// Authors whom works name and who have no author's row.
pub(super) const WORKS_AUTHORS_JOB: Job = Job { keys: Keys::Given, ..Job::new(&WORKS_AUTHORS, author_of_work) };

/// A row for [`WORKS_AUTHORS_JOB`]: a nick, or else the name of a website with what may be its address. Its key is a
/// digest of the name, so that it is found again.
pub(super) fn works_author(nick: &str, website: &str, contact: &str) -> Row {
    let name = if nick.is_empty() { website } else { nick };
    let key = blake3::hash(name.to_lowercase().as_bytes()).to_hex()[..16].to_owned();
    let values = [nick, website, contact].map(|text| Some(text.to_owned()));
    Row::with_key(&WORKS_AUTHORS, key, values.to_vec())
}

/// A nick that no member and no author has is an author of its own, and so is a website where there is no nick.
fn author_of_work(row: &mut Reader<'_>) -> Made {
    let [nick, website, contact] = ["nick", "website", "contact"].map(|column| row.line(column, Stored::Plain));
    let member = row.cx.member_of_nick(&nick);
    row.repair("author-made-of-a-work", "", String::new());
    let author = match (member, nick.is_empty()) {
        (Some(member), _) => values![0, "member", member, "", ""],
        (None, false) => values![0, "anonymous", None::<i64>, nick, ""],
        (None, true) => {
            let address = [&website, &contact].into_iter().find_map(|text| web_address(text)).unwrap_or_default();
            values![0, "website", None::<i64>, website, address]
        }
    };
    Ok(vec![(&AUTHOR, author)])
}
