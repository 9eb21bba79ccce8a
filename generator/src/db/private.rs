//! What must not be public, read for one purpose: to look for it in the files that are. And what is public, to tell
//! which of the finds somebody published.
//!
//! Each source gives rows of a number and a text, in batches by the number; where a table's key is no number, its rows
//! are numbered in their order.

pub mod left_out;

use super::{Result, Tx, on_engine};

/// Rows of a batch: letters are long, and a batch is in memory as a whole.
const BATCH_ROWS: i64 = 2_000;

/// Rows of a number and a text.
#[derive(Debug)]
pub struct Source {
    /// What a finding calls a row, before its number.
    pub name: &'static str,
    sql: &'static str,
}

impl Source {
    /// The query. The columns that it gives stand before the first `where`.
    pub fn statement(&self) -> &'static str {
        self.sql
    }
}

/// E-mail addresses that nobody but the site may know.
pub const EMAILS: &[Source] = &[
    Source {
        name: "account",
        sql: "select member_id, email from account where email <> '' and member_id > $1 order by member_id limit $2",
    },
    Source {
        name: "contact of author",
        sql: "select author_id, email from author_contact where email <> '' and author_id > $1 order by author_id limit $2",
    },
    Source {
        name: "hidden ad",
        sql: "select id, email from ad where state <> 'public' and email <> '' and id > $1 order by id limit $2",
    },
    Source { name: "mail", sql: "select id, address from mail where address <> '' and id > $1 order by id limit $2" },
    Source {
        name: "ad without an account",
        sql: "select id, address from guest_ad where id > $1 order by id limit $2",
    },
    Source {
        name: "ad without an account",
        sql: "select id, email from guest_ad where state in ('unconfirmed', 'waiting') and email <> ''
            and id > $1 order by id limit $2",
    },
    Source {
        name: "link in a mail",
        sql: "select number, address from (
                select row_number() over (order by token_hash) as number, address
                from account_link where address <> '') numbered
            where number > $1 order by number limit $2",
    },
    Source { name: "registration", sql: "select id, email from registration where id > $1 order by id limit $2" },
    Source {
        name: "subscription",
        sql: "select number, email from (
                select row_number() over (order by member_id, topic) as number, email
                from subscription where email <> '') numbered
            where number > $1 order by number limit $2",
    },
];

/// Numbers of a messenger that identify their owners.
pub const ICQ_NUMBERS: &[Source] = &[Source {
    name: "account",
    sql: "select member_id, icq from account where icq <> '' and member_id > $1 order by member_id limit $2",
}];

/// Telephone numbers of ads that nobody is to see any more, or not yet.
pub const PHONES: &[Source] = &[
    Source {
        name: "ad",
        sql: "select id, phone || '; ' || mobile from ad
            where state <> 'public' and (phone <> '' or mobile <> '') and id > $1 order by id limit $2",
    },
    Source {
        name: "waiting ad",
        sql: "select id, phone || '; ' || mobile from guest_ad where state in ('unconfirmed', 'waiting')
            and (phone <> '' or mobile <> '') and id > $1 order by id limit $2",
    },
];

/// Names and regions that members do not show, by member.
pub const NAMES: &[Source] = &[
    Source {
        name: "member",
        sql: "select id, given_name from member
            where not shows_given_name and given_name <> '' and id > $1 order by id limit $2",
    },
    Source {
        name: "member",
        sql: "select id, family_name from member
            where not shows_family_name and family_name <> '' and id > $1 order by id limit $2",
    },
    Source {
        name: "member",
        sql: "select id, region from member
            where not shows_region and region <> '' and id > $1 order by id limit $2",
    },
];

/// What opens an account.
pub const CREDENTIALS: &[Source] = &[
    Source {
        name: "credential of member",
        sql: "select member_id, hash from credential where hash is not null and member_id > $1
            order by member_id limit $2",
    },
    Source {
        name: "unsubscribe secret of member",
        sql: "select member_id, secret from unsubscribe_secret where member_id > $1 order by member_id limit $2",
    },
];

/// Texts for a few readers, or for none.
pub const TEXTS: &[Source] = &[
    Source { name: "letter", sql: "select id, body from letter where id > $1 order by id limit $2" },
    Source { name: "tavern post", sql: "select id, body from tavern_post where id > $1 order by id limit $2" },
    Source {
        name: "notice board of tavern table",
        sql: "select table_id, body from tavern_board where table_id > $1 order by table_id limit $2",
    },
    Source {
        name: "tavern table",
        sql: "select id, name || ' ' || description from tavern_table where id > $1 order by id limit $2",
    },
    Source {
        name: "tavern section",
        sql: "select code, name || ' ' || description from tavern_section where code > $1 order by code limit $2",
    },
    Source {
        name: "report of a reader",
        sql: "select id, body || ' ' || note from report where id > $1 order by id limit $2",
    },
    Source {
        name: "reason of a ban",
        sql: "select member_id, reason from ban where member_id > $1 order by member_id limit $2",
    },
    Source { name: "rune", sql: "select id, dedication from rune where id > $1 order by id limit $2" },
    Source {
        name: "award of reputation",
        sql: "select id, reason from reputation_award where id > $1 order by id limit $2",
    },
    Source { name: "rating of a member", sql: "select id, body from member_rating where id > $1 order by id limit $2" },
    Source {
        name: "registration",
        sql: "select id, nick || ' ' || given_name || ' ' || family_name || ' ' || salutation || ' ' || about
            from registration where id > $1 order by id limit $2",
    },
    Source { name: "mail", sql: "select id, note from mail where note <> '' and id > $1 order by id limit $2" },
    Source {
        name: "unpublished creation",
        sql: "select creation.id, title || ' ' || synopsis || ' '
                || replace(replace(attributes, '\\r', ' '), '\\n', ' ') || ' ' || coalesce(body, '')
            from creation left join creation_text on creation_id = creation.id
            where state <> 'approved' and creation.id > $1 order by creation.id limit $2",
    },
    Source {
        name: "note to an author",
        sql: "select id, note from submission_event where id > $1 order by id limit $2",
    },
    Source {
        name: "hidden comment",
        sql: "select comment.id, body from comment join creation on creation.id = creation_id
            where (comment.state <> 'public' or creation.state <> 'approved') and comment.id > $1
            order by comment.id limit $2",
    },
    Source {
        name: "unpublished news",
        sql: "select id, body from news where state <> 'public' and id > $1 order by id limit $2",
    },
    Source {
        name: "hidden forum post",
        sql: "select id, body from forum_post where state <> 'public' and id > $1 order by id limit $2",
    },
    Source {
        name: "hidden ad",
        sql: "select id, name || ' ' || area || ' ' || experience || ' ' || body from ad
            where state <> 'public' and id > $1 order by id limit $2",
    },
    Source {
        name: "waiting ad",
        sql: "select id, name || ' ' || area || ' ' || experience || ' ' || body from guest_ad
            where state in ('unconfirmed', 'waiting') and id > $1 order by id limit $2",
    },
    Source {
        name: "hidden link",
        sql: "select id, title || ' ' || description from link where state <> 'public' and id > $1 order by id limit $2",
    },
];

/// All that people published, whatever it was then; line breaks within JSON are spaces.
pub const PUBLISHED: &[Source] = &[
    Source {
        name: "creation",
        sql: "select creation.id, title || ' ' || synopsis || ' ' || source_name || ' ' || source_url || ' '
                || replace(replace(attributes, '\\r', ' '), '\\n', ' ') || ' ' || coalesce(body, '')
            from creation left join creation_text on creation_id = creation.id
            where state = 'approved' and creation.id > $1 order by creation.id limit $2",
    },
    Source {
        name: "comment",
        sql: "select comment.id, nick || ' ' || body from comment join creation on creation.id = creation_id
            where comment.state = 'public' and creation.state = 'approved' and comment.id > $1
            order by comment.id limit $2",
    },
    Source {
        name: "news",
        sql: "select id, nick || ' ' || body from news where state = 'public' and id > $1 order by id limit $2",
    },
    Source {
        name: "forum post",
        sql: "select id, nick || ' ' || body from forum_post where state = 'public' and id > $1 order by id limit $2",
    },
    Source {
        name: "ad",
        sql: "select id, name || ' ' || email || ' ' || phone || ' ' || mobile || ' ' || area || ' ' || body
            from ad where state = 'public' and id > $1 order by id limit $2",
    },
    Source {
        name: "link",
        sql: "select id, title || ' ' || url || ' ' || description from link
            where state = 'public' and id > $1 order by id limit $2",
    },
    Source {
        name: "page",
        sql: "select number, content from (
                select row_number() over (order by slug) as number,
                    title || ' ' || description || ' ' || body as content from editors_page) numbered
            where number > $1 order by number limit $2",
    },
    Source {
        name: "charter",
        sql: "select number, body from (
                select row_number() over (order by section) as number, body from charter) numbered
            where number > $1 order by number limit $2",
    },
    Source {
        name: "member",
        sql: "select id, nick || ' ' || description || ' ' || case when shows_region then region else '' end
            from member where id > $1 order by id limit $2",
    },
    Source { name: "author", sql: "select id, name || ' ' || website from author where id > $1 order by id limit $2" },
    Source { name: "genre", sql: "select id, name from genre where id > $1 order by id limit $2" },
];

/// Calls `each` with every row of a source, in the order of its numbers.
///
/// # Errors
/// Where the database fails.
pub async fn each_row(tx: &mut Tx, source: &Source, mut each: impl FnMut(i64, &str)) -> Result<()> {
    let mut after = i64::MIN;
    loop {
        let rows: Vec<(i64, String)> =
            on_engine!(tx, |conn| sqlx::query_as(source.sql).bind(after).bind(BATCH_ROWS).fetch_all(conn))?;
        let Some((last, _)) = rows.last() else { return Ok(()) };
        after = *last;
        rows.iter().for_each(|(number, text)| each(*number, text));
    }
}
