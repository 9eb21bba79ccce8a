//! The tavern: its rooms and tables, who may do what there, what is said, and where members stopped reading.

use std::collections::{BTreeMap, BTreeSet};

use super::context::Context;
use super::encoding::{Stored, repair};
use super::reader::{Made, Reader, Stop};
use super::row::Row;
use super::run::{Absent, Job};
use super::tables::{
    TAVERN_BOARDS, TAVERN_BOOKMARKS, TAVERN_POSTS, TAVERN_RELATIONS, TAVERN_SECTIONS, TAVERN_TABLES, TAVERN_VISITS,
    Table,
};
use crate::db::shape::{shape, values};

/// Rooms.
pub(super) const SECTIONS_JOB: Job = Job::new(&TAVERN_SECTIONS, section);
/// Tables.
pub(super) const TABLES_JOB: Job = Job::new(&TAVERN_TABLES, table);
/// Notice boards.
pub(super) const BOARDS_JOB: Job = Job::new(&TAVERN_BOARDS, board);
/// Bookmarks.
pub(super) const BOOKMARKS_JOB: Job = Job { absent: Absent::Goes(&BOOKMARK), ..Job::new(&TAVERN_BOOKMARKS, bookmark) };
/// Visits.
pub(super) const VISITS_JOB: Job = Job::new(&TAVERN_VISITS, visit);
/// Tables that belong together.
pub(super) const RELATIONS_JOB: Job = Job { absent: Absent::Goes(&RELATION), ..Job::new(&TAVERN_RELATIONS, relation) };
/// Posts.
pub(super) const POSTS_JOB: Job = Job::new(&TAVERN_POSTS, post);

shape!(SECTION = "tavern_section", once: false, {
    code Key Integer, position Content Integer, name Content Text, description Content Text,
});
shape!(TABLE = "tavern_table", once: false, {
    id Key Integer, name Content Text, description_format Content Text, description Content Text,
    owner_id Content Integer, owner_nick Content Text, allows_reputation Content Flag, level_min Content Text,
    public Content Flag, section_code Content Integer, post_count Initial Integer, founded_at Content Time,
});
shape!(POST = "tavern_post", once: false, {
    id Key Integer, table_id Content Integer, member_id Content Integer, nick Content Text, reputation Content Integer,
    posted_at Content Time, body_format Content Text, body Content Text,
});
shape!(ACCESS = "tavern_access", once: false, {
    table_id Key Integer, member_id Key Integer, assists Content Flag, may_enter Content Flag, may_write Content Flag,
    banned Content Flag,
});
shape!(BOARD = "tavern_board", once: false, {
    table_id Key Integer, editor_id Content Integer, editor_nick Content Text, changed_at Content Time,
    body_format Content Text, body Content Text,
});
shape!(BOOKMARK = "tavern_bookmark", once: false, { table_id Key Integer, member_id Key Integer });
shape!(VISIT = "tavern_visit", once: false, {
    table_id Key Integer, member_id Key Integer, visited_at Initial Time, unread Initial Integer, ignored Content Flag,
});
shape!(RELATION = "tavern_relation", once: false, { table_id Key Integer, related_id Key Integer });

fn section(row: &mut Reader<'_>) -> Made {
    let code = row.row.integer("kod").ok_or(Stop::Fault("its code is none"))?;
    let position = row.row.integer("poradi").unwrap_or(0);
    Ok(vec![(&SECTION, values![code, position, row.old_line("nazev"), row.old_line("popis")])])
}

fn table(row: &mut Reader<'_>) -> Made {
    let id = row.number("id")?;
    let name = row.old_line("jmeno");
    let owner_nick = row.old_line("vlastnik");
    let (owner, owner_nick) = row.byline(None, owner_nick);
    let description = row.members_html("popis", &name);
    let founded_at = row.time("zalozen");
    Ok(vec![(
        &TABLE,
        values![
            id,
            name,
            "html",
            description,
            owner,
            owner_nick,
            row.row.flag("povol_hodnoceni"),
            row.line("min_level", Stored::Plain),
            row.row.flag("verejny"),
            row.row.integer("sekce"),
            row.row.integer("celkem").unwrap_or(0).max(0),
            founded_at,
        ],
    )])
}

/// The table that a row is about.
fn table_of(row: &Reader<'_>, column: &str) -> Result<i64, Stop> {
    row.row.integer(column).filter(|id| row.cx.taken.tavern_tables.contains(id)).ok_or(Stop::Skip("table-missing"))
}

fn member_of(row: &Reader<'_>, column: &str) -> Result<i64, Stop> {
    row.owner(row.row.reference(column))
}

fn board(row: &mut Reader<'_>) -> Made {
    let table = table_of(row, "id_stolu")?;
    let nick = row.old_line("zmenil");
    let (editor, nick) = row.byline(None, nick);
    let changed_at = row.time("posledni_zmena");
    let body = row.members_html("text_nastenky", "");
    Ok(vec![(&BOARD, values![table, editor, nick, changed_at, "html", body])])
}

fn bookmark(row: &mut Reader<'_>) -> Made {
    Ok(vec![(&BOOKMARK, values![table_of(row, "id_stolu")?, member_of(row, "id_uz")?])])
}

/// Bookmarks and access, which this table repeats, come from tables of their own.
fn visit(row: &mut Reader<'_>) -> Made {
    let (table, member) = (table_of(row, "id_stolu")?, member_of(row, "id_uz")?);
    let visited_at = row.time("navstiveno");
    let unread = row.row.integer("neprectenych").unwrap_or(0).max(0);
    let ignored = row.row.integer("oblibenost") == Some(-1);
    // One that came over ignored its table once, and does so no more.
    if visited_at.is_none() && unread == 0 && !ignored && !row.is_known {
        return Err(Stop::Skip("never-visited"));
    }
    Ok(vec![(&VISIT, values![table, member, visited_at, unread, ignored])])
}

fn relation(row: &mut Reader<'_>) -> Made {
    Ok(vec![(&RELATION, values![table_of(row, "id_stolu")?, table_of(row, "id_linku")?])])
}

fn post(row: &mut Reader<'_>) -> Made {
    let id = row.number("id")?;
    let table = table_of(row, "id_stolu")?;
    let nick = row.old_line("autor");
    let (member, nick) = row.byline(row.row.reference("user_id"), nick);
    let posted_at = row.time("datum");
    let reputation = row.row.integer("reputace").unwrap_or(0);
    let body = row.members_html("text", "");
    Ok(vec![(&POST, values![id, table, member, nick, reputation, posted_at, "html", body])])
}

/// Columns of the rows that [`access`] reads, each made of all the source's rows about one member at one table.
static ACCESS_ROWS: Table = Table {
    name: "putyka_pristup",
    key: &[],
    order: &[],
    columns: &["table", "member", "assists", "may_enter", "may_write", "banned", "unclear"],
    joined: None,
    optional: false,
    private: true,
    secret: &[],
};
/// Access.
pub(super) const ACCESS_JOB: Job = Job { absent: Absent::Goes(&ACCESS), ..Job::new(&ACCESS_ROWS, access) };

/// Why a row is left out whose nick has become another member's as well.
const MEMBER_UNCLEAR: &str = "member-unclear";

/// What came of the rows of `putyka_pristup`.
pub(super) struct Access {
    /// One row for each member of whom a table says anything.
    pub(super) rows: Vec<Row>,
    /// Rows that say the same of a member as another one, or more of the same member.
    pub(super) merged: u64,
    /// Rows that name nobody, or a table that is not there: their keys and why.
    pub(super) orphans: Vec<(String, &'static str)>,
    /// Keys of rows here that one of those might be about.
    pub(super) unclear: Vec<String>,
}

/// Merges the four types into one row a member. Members are named by nick; assistants, in older rows, by number.
pub(super) fn merge_access(cx: &Context, rows: &[Row]) -> Access {
    let mut members: BTreeMap<(i64, i64), [bool; 4]> = BTreeMap::new();
    let mut orphans = Vec::new();
    let mut unclear = BTreeSet::new();
    for row in rows {
        let what = row.raw("typ_pristupu").unwrap_or_default().trim();
        let name = repair(row.raw("nick_usera").unwrap_or_default(), Stored::MisDecoded).0;
        let name = super::body::plain_text(&name);
        let by_nick = cx.member_of_nick(&name);
        let by_number = || cx.member(name.parse().ok());
        let at = match what {
            "asist" => 0,
            "vstpo" => 1,
            "zapis" => 2,
            "vstza" => 3,
            _ => {
                orphans.push((row.key.clone(), "access-unknown"));
                continue;
            }
        };
        // A nick of digits goes before a number, as Graveyard's own lists do: it writes nicks.
        let member = if at == 0 { by_nick.or_else(by_number) } else { by_nick };
        let table = row.integer("id_stolu").filter(|table| cx.taken.tavern_tables.contains(table));
        match (table, member) {
            (Some(table), Some(member)) => members.entry((table, member)).or_default()[at] = true,
            (None, _) => orphans.push((row.key.clone(), "table-missing")),
            // Several members are called so but for large and small letters.
            (Some(table), None) => {
                let sharing = cx.nicks.sharing(&name);
                orphans.push((row.key.clone(), if sharing.is_empty() { "member-missing" } else { MEMBER_UNCLEAR }));
                unclear.extend(sharing.into_iter().map(|member| (table, member)));
            }
        }
    }
    let merged = (rows.len() - orphans.len() - members.len()) as u64;
    let word = |flag: bool| Some(if flag { "1" } else { "0" }.to_owned());
    let rows = members
        .into_iter()
        .map(|((table, member), flags)| {
            let mut values = vec![Some(table.to_string()), Some(member.to_string())];
            values.extend(flags.map(word));
            values.push(word(unclear.contains(&(table, member))));
            Row::with_key(&ACCESS_ROWS, format!("{table}/{member}"), values)
        })
        .collect();
    let unclear = unclear.into_iter().map(|(table, member)| format!("{table}/{member}")).collect();
    Access { rows, merged, orphans, unclear }
}

fn access(row: &mut Reader<'_>) -> Made {
    // What came over when it was clear may have said more.
    if row.is_known && row.row.flag("unclear") {
        return Err(Stop::Skip(MEMBER_UNCLEAR));
    }
    Ok(vec![(
        &ACCESS,
        values![
            row.number("table")?,
            row.owner(row.row.reference("member"))?,
            row.row.flag("assists"),
            row.row.flag("may_enter"),
            row.row.flag("may_write"),
            row.row.flag("banned"),
        ],
    )])
}
