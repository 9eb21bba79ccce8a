//! Lists brought up to date with the rows as they are, after many were written at once: items that are missing get the
//! next ordinals in the order of (when, id), those whose row is public no more are hidden, those that belong to another
//! list now leave the old one. An item that is right stays as it is, so a second time changes nothing.

use sqlx::AssertSqlSafe;

use super::{Result, Tx, execute};

/// A family of lists.
struct Family {
    /// The rows as (key, item, at, public): the key of the list, the item, its time, whether it is public.
    rows: &'static str,
    /// What the keys of the lists that an item may leave begin with.
    leaves: Option<&'static str>,
}

const FAMILIES: [Family; 13] = [
    Family {
        rows: "select 'section/' || section as key, id as item, published_at as at, state = 'approved' as public
            from creation",
        leaves: Some("section/"),
    },
    Family {
        rows: "select 'creations' as key, id as item, published_at as at, state = 'approved' as public from creation",
        leaves: None,
    },
    Family {
        rows: "select 'genre/' || genre_id as key, id as item, published_at as at, state = 'approved' as public
            from creation where genre_id is not null",
        leaves: Some("genre/"),
    },
    Family {
        rows: "select 'author/' || author_id as key, id as item, published_at as at, state = 'approved' as public
            from creation where author_id is not null",
        leaves: Some("author/"),
    },
    Family {
        rows: "select 'authors' as key, author.id as item, min(published_at) as at,
                max(case when state = 'approved' then 1 else 0 end) = 1 as public
            from author left join creation on creation.author_id = author.id group by author.id",
        leaves: None,
    },
    Family {
        rows: "select 'discussion/' || creation_id as key, id as item, posted_at as at, state = 'public' as public
            from comment",
        leaves: Some("discussion/"),
    },
    Family {
        rows: "select 'members' as key, id as item, registered_at as at, left_at is null as public from member",
        leaves: None,
    },
    Family {
        rows: "select 'news' as key, id as item, published_at as at, state = 'public' as public from news",
        leaves: None,
    },
    Family {
        rows: "select 'forum' as key, id as item, posted_at as at, state = 'public' as public from forum_post",
        leaves: None,
    },
    Family {
        rows: "select 'links' as key, id as item, added_at as at, state = 'public' as public from link",
        leaves: None,
    },
    Family {
        rows: "select board as key, id as item, posted_at as at, state = 'public' as public from ad",
        leaves: None,
    },
    Family {
        rows: "select board || '/' || group_key as key, id as item, posted_at as at, state = 'public' as public from ad
            where board = 'market' and group_key <> ''",
        leaves: Some("market/"),
    },
    Family {
        rows: "select board || '/' || group_key as key, id as item, posted_at as at, state = 'public' as public from ad
            where board = 'dating' and group_key <> ''",
        leaves: Some("dating/"),
    },
];

/// Brings all lists up to date.
///
/// # Errors
/// Where the database fails.
pub async fn refresh(tx: &mut Tx) -> Result<()> {
    for family in &FAMILIES {
        refresh_family(tx, family).await?;
    }
    // The counters follow what was appended, and never go back.
    const COUNTERS: &str = "update list set issued = newest.ordinal
        from (select list_id, max(ordinal) as ordinal from list_item group by list_id) as newest
        where newest.list_id = list.id and newest.ordinal > list.issued";
    execute!(tx, sqlx::query(COUNTERS))?;
    Ok(())
}

async fn refresh_family(tx: &mut Tx, family: &Family) -> Result<()> {
    let rows = family.rows;
    let mut statements = Vec::new();
    if let Some(prefix) = family.leaves {
        let end = format!("{}{}", &prefix[..prefix.len() - 1], '0');
        statements.push(format!(
            "delete from list_item where list_id in (select id from list where key >= '{prefix}' and key < '{end}')
                and not exists (select 1 from ({rows}) as one join list on list.key = one.key
                    where list.id = list_item.list_id and one.item = list_item.item_id)"
        ));
    }
    statements.push(format!(
        "update list_item set public = one.public from (
                select list.id as list_id, here.item, here.public from ({rows}) as here join list on list.key = here.key
            ) as one
            where one.list_id = list_item.list_id and one.item = list_item.item_id
                and one.public <> list_item.public"
    ));
    statements.push(format!(
        "insert into list (key) select distinct key from ({rows}) as one where public
            and not exists (select 1 from list where list.key = one.key) order by key"
    ));
    statements.push(format!(
        "insert into list_item (list_id, ordinal, item_id)
            select list.id, list.issued + row_number() over (partition by list.id order by at is not null, at, item), item
            from ({rows}) as one join list on list.key = one.key
            where one.public and not exists (
                select 1 from list_item where list_item.list_id = list.id and list_item.item_id = one.item)"
    ));
    for sql in statements {
        // Made of the texts above alone.
        execute!(tx, sqlx::query(AssertSqlSafe(sql.as_str())))?;
    }
    Ok(())
}
