//! Changes that many pages show: they go to the database batch by batch, and all of them arrive.

use std::collections::BTreeSet;

use generator::db::Tx;
use generator::page::PRIORITY_BULK;
use generator::publish::members;

use crate::harness::{ENGINES, execute};

use super::{BOREK, Door, keys};

/// What an old member has written, on so many creations.
const CREATIONS: i64 = 40;

#[tokio::test]
async fn the_nick_of_a_member_with_twenty_thousand_comments_is_marked_everywhere() {
    for engine in ENGINES {
        let door = Door::open(engine).await;
        let titles: Vec<String> = (1..=CREATIONS).map(|nth| format!("Pověst {nth}")).collect();
        let titles: Vec<&str> = titles.iter().map(String::as_str).collect();
        let ids = door.publish("povesti", &titles).await;
        assert_eq!((ids[0].0, ids.len() as i64), (1, CREATIONS));
        let mut tx = door.site.opened.db.write().await.unwrap();
        for sql in [
            "insert into comment (id, creation_id, member_id, body)
                with recursive n (i) as (select 1 union all select i + 1 from n where i < 20000)
                select i, 1 + (i - 1) % 40, 2, 'Text.' from n",
            "insert into list (key, issued) select 'discussion/' || id, 500 from creation",
            "insert into list_item (list_id, ordinal, item_id)
                select list.id, 1 + (comment.id - 1) / 40, comment.id
                from comment join list on list.key = 'discussion/' || comment.creation_id",
            "delete from stale_page",
        ] {
            execute(&mut tx, sql).await;
        }
        tx.commit().await.unwrap();

        let mut change = door.change().await;
        members::rename(&mut change, BOREK, "Bohouš").await.unwrap();
        let awaited = keys(&change.commit().await.unwrap());
        let mut expected: BTreeSet<(String, bool)> = awaited.lines().map(|key| (key.to_owned(), false)).collect();
        assert!(awaited.contains("member/2\n") && awaited.contains("newest\n"), "{awaited}");
        for creation in 1..=CREATIONS {
            expected.insert((format!("creation/povesti/{creation}"), true));
            expected.extend((1..=250).map(|n| (format!("discussion/povesti/{creation}/{n}"), true)));
        }
        const SQL: &str = "select page, priority from stale_page";
        let mut tx = door.site.opened.db.snapshot().await.unwrap();
        let marks: Vec<(String, i64)> = match &mut tx {
            Tx::Sqlite(tx) => sqlx::query_as(SQL).fetch_all(&mut **tx).await.unwrap(),
            Tx::Postgres(tx) => sqlx::query_as(SQL).fetch_all(&mut **tx).await.unwrap(),
        };
        let marks: BTreeSet<(String, bool)> =
            marks.into_iter().map(|(page, priority)| (page, priority >= PRIORITY_BULK)).collect();
        let lacking: Vec<_> = expected.difference(&marks).collect();
        let surplus: Vec<_> = marks.difference(&expected).collect();
        assert!(lacking.is_empty() && surplus.is_empty(), "{engine:?}: lacking {lacking:?}, surplus {surplus:?}");
        drop(tx);

        // Once more, when all of it is marked already.
        let mut change = door.change().await;
        members::rename(&mut change, BOREK, "Bořivoj").await.unwrap();
        let again = change.commit().await.unwrap();
        assert!(
            again.iter().all(|mark| mark.page.to_string().starts_with("redirect/") || mark.version == 2),
            "{again:?}"
        );
    }
}
