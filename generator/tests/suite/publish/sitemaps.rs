//! Sitemaps hold at most a thousand addresses each: a change touches the one that it belongs to, however many there are.

use std::collections::BTreeMap;

use chrono::TimeDelta;
use generator::model::CreationId;
use generator::publish::creations::{self, Submission, author_of};

use crate::harness::{ENGINES, Engine, TestSite, now};

use super::{ALMARA, Door, keys, work};

const OLD: i64 = 1_000;

fn sitemaps(site: &TestSite) -> BTreeMap<String, Vec<u8>> {
    site.files().into_iter().filter(|(key, _)| key.starts_with("sitemap")).collect()
}

/// Builds; gives the sitemaps that are others now.
async fn changed(site: &TestSite) -> Vec<String> {
    let before = sitemaps(site);
    site.build().await;
    let after = sitemaps(site);
    after.into_iter().filter(|(key, body)| before.get(key) != Some(body)).map(|(key, _)| key).collect()
}

#[tokio::test]
async fn a_retitled_old_work_touches_exactly_its_sitemap() {
    for engine in ENGINES {
        let door = Door { site: TestSite::small(engine).await };
        door.site.add_author("Almara").await;
        let titles: Vec<String> = (1..=OLD).map(|nth| format!("Pověst {nth}")).collect();
        let titles: Vec<&str> = titles.iter().map(String::as_str).collect();
        door.site.publish("povesti", 1, &titles, "{}", "Bylo, nebylo.").await;
        if engine == Engine::Postgres {
            // The rows came with numbers of their own.
            door.site.change(&["select setval(pg_get_serial_sequence('creation', 'id'), 1000)"], &[]).await;
        }
        door.site.build().await;
        assert_eq!(sitemaps(&door.site).len(), 5, "the index, one of pages, creations, authors, members");

        // The next one opens the second sitemap, which the index names; the one after it is no news to the index.
        for (title, expected) in [
            ("Tisící první", vec!["sitemap-creations-2.xml", "sitemap.xml"]),
            ("Tisící druhá", vec!["sitemap-creations-2.xml"]),
        ] {
            let mut change = door.change().await;
            let author = author_of(&mut change, ALMARA).await.unwrap();
            let new = work(title);
            let id = creations::submit(&mut change, "povesti", Some(author), None, &new, Submission::Waiting);
            let id = id.await.unwrap();
            creations::approve(&mut change, id).await.unwrap();
            change.commit().await.unwrap();
            assert_eq!(changed(&door.site).await, expected);
        }

        for (days, (id, sitemap)) in (1..).zip([(1, 1), (OLD, 1), (OLD + 1, 2), (2, 1)]) {
            let mut change = door.change_at(now() + TimeDelta::days(days)).await;
            creations::edit(&mut change, CreationId(id), &work(&format!("Nově {id}"))).await.unwrap();
            let marked = keys(&change.commit().await.unwrap());
            let marked: Vec<&str> = marked.lines().filter(|key| key.starts_with("sitemap")).collect();
            assert_eq!(marked, [format!("sitemap/creations/{sitemap}")]);
            assert_eq!(changed(&door.site).await, [format!("sitemap-creations-{sitemap}.xml")]);
        }
        assert!(
            sitemaps(&door.site).values().all(|body| body.windows(5).filter(|tag| tag == b"<loc>").count() <= 1_000)
        );
    }
}
