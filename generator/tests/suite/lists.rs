//! Ordinals are permanent: no item ever changes its archive page.

use std::collections::BTreeMap;

use generator::db::Tx;
use generator::db::lists::{self, Window};
use proptest::prelude::*;

use crate::harness::{ENGINES, Engine, TestSite};

const SIZE: i64 = 3;
const LIST: &str = "section/clanky";

#[derive(Clone, Debug)]
enum Step {
    Append,
    Hide(usize),
    Show(usize),
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let step = prop_oneof![
        3 => Just(Step::Append),
        1 => any::<prop::sample::Index>().prop_map(|index| Step::Hide(index.index(1_000))),
        1 => any::<prop::sample::Index>().prop_map(|index| Step::Show(index.index(1_000))),
    ];
    prop::collection::vec(step, 1..40)
}

/// Item → archive page, as readers see it.
async fn archive(tx: &mut Tx, issued: i64) -> BTreeMap<i64, i64> {
    let pages = 1..=(issued + SIZE - 1) / SIZE;
    let wanted: Vec<_> =
        pages.clone().map(|n| (LIST.to_owned(), Window::Between((n - 1) * SIZE + 1, n * SIZE))).collect();
    let found = lists::items(tx, &wanted).await.unwrap();
    pages.zip(found).flat_map(|(n, items)| items.ids.into_iter().map(move |id| (id, n))).collect()
}

async fn run(engine: Engine, steps: &[Step]) {
    let site = TestSite::empty(engine).await;
    let mut items: Vec<(i64, bool)> = Vec::new();
    let mut first_page: BTreeMap<i64, i64> = BTreeMap::new();
    for step in steps {
        let mut tx = site.opened.db.write().await.unwrap();
        match step {
            Step::Append => {
                let id = 1_000 - items.len() as i64;
                items.push((id, true));
                lists::append(&mut tx, &[(LIST.to_owned(), id)]).await.unwrap();
            }
            Step::Hide(index) | Step::Show(index) if !items.is_empty() => {
                let at = index % items.len();
                let public = matches!(step, Step::Show(_));
                items[at].1 = public;
                lists::set_public(&mut tx, LIST, items[at].0, public).await.unwrap();
            }
            _ => {}
        }
        let issued = items.len() as i64;
        let now = archive(&mut tx, issued).await;
        for (item, page) in &now {
            assert_eq!(first_page.entry(*item).or_insert(*page), page, "item {item} moved");
        }
        let public: Vec<i64> = items.iter().filter(|(_, public)| *public).map(|(id, _)| *id).collect();
        assert_eq!(now.len(), public.len(), "every public item is in the archive once");
        let newest = lists::items(&mut tx, &[(LIST.to_owned(), Window::Newest(SIZE))]).await.unwrap();
        let expected: Vec<i64> = public.iter().rev().take(SIZE as usize).copied().collect();
        assert_eq!(newest[0].ids, expected, "the head shows the newest public items");
        let neighbours = lists::neighbours(&mut tx, LIST, &public).await.unwrap();
        for (at, id) in public.iter().enumerate() {
            let older = at.checked_sub(1).map(|at| public[at]);
            assert_eq!(neighbours[id], (older, public.get(at + 1).copied()));
        }
        tx.commit().await.unwrap();
    }
}

#[test]
fn no_item_changes_its_archive_page() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    for (engine, cases) in ENGINES.into_iter().zip([32, 8]) {
        let config = ProptestConfig { cases, failure_persistence: None, ..ProptestConfig::default() };
        let mut runner = proptest::test_runner::TestRunner::new(config);
        runner
            .run(&steps(), |steps| {
                runtime.block_on(run(engine, &steps));
                Ok(())
            })
            .unwrap();
    }
}

#[tokio::test]
async fn a_page_of_a_growing_list_keeps_its_address_and_content() {
    for engine in ENGINES {
        let site = TestSite::empty(engine).await;
        site.add_author("Almara").await;
        let titles: Vec<String> = (1..=60).map(|n| format!("Dílo {n:02}")).collect();
        let titles: Vec<&str> = titles.iter().map(String::as_str).collect();
        site.publish("clanky", 1, &titles[..25], "{}", "x").await;
        site.build().await;
        let first = "rubriky/clanky/strana/1/index.html";
        assert!(!site.has(first), "25 are no more than a page: there is no archive yet");
        site.publish("clanky", 26, &titles[25..55], "{}", "x").await;
        site.change(&[], &["section/clanky", "section/clanky/1", "section/clanky/2", "section/clanky/3"]).await;
        site.build().await;
        let then = site.file(first);
        assert!(then.contains("Dílo 01") && then.contains("Dílo 25") && !then.contains("Dílo 26"));
        assert!(site.file("rubriky/clanky/index.html").contains("Dílo 55"));
        site.publish("clanky", 56, &titles[55..], "{}", "x").await;
        site.change(&[], &["section/clanky", "section/clanky/1", "section/clanky/3"]).await;
        site.build().await;
        assert_eq!(site.file(first), then);
    }
}
