//! A deploy after a release that did otherwise: it noted less, or is still at work.

use generator::build::affected::Marked;
use generator::db::records::{self, Record};
use generator::db::{claims, generations};
use generator::store::{CacheClass, Object};

use super::{edits, filled, keys};
use crate::harness::{ENGINES, now};

#[tokio::test]
async fn a_release_that_noted_no_parts_is_followed_by_a_full_build() {
    for engine in ENGINES {
        let site = filled(engine).await;
        // As the release before this one noted a generation.
        site.change(&["insert into generation (digest, created_at) values ('older', '2026-03-01T12:00:00Z')"], &[])
            .await;
        let summary = site.build().await;
        let all = keys(&site, |_| true);
        let said: Vec<String> = summary.marked.iter().map(Marked::to_string).collect();
        assert_eq!(said, [format!("nothing is known of the files before: all {all} pages marked")]);
        assert_eq!((summary.rendered, summary.written), (all, 0));
    }
}

/// A builder of the release before, which has claimed a page that stands nowhere yet and is about to write it.
#[tokio::test]
async fn a_new_page_that_the_former_release_was_rendering_is_rendered_again() {
    const KEY: &str = "rubriky/vypravy/9-had/index.html";
    const OLD: &str = "creation/vypravy/9";
    for engine in ENGINES {
        let mut site = filled(engine).await;
        site.change(
            &[
                "insert into creation (id, section, number, title, slug, author_id, state, changed_at)
                    values (900, 'vypravy', 9, 'Had', 'had', 1, 'approved', '2026-03-01T12:00:00Z')",
                "insert into creation_text (creation_id, body) values (900, 'Text o hadovi.')",
            ],
            &[OLD],
        )
        .await;
        let db = site.opened.db.clone();
        let everything = claims::Claimable { priority_min: 0, priority_max: i64::MAX, retries: false };
        let mut tx = db.write().await.unwrap();
        assert_eq!(claims::claim(&mut tx, "old", 10, 600_000, everything).await.unwrap().len(), 1);
        tx.commit().await.unwrap();

        let former = generations::newest(&mut db.snapshot().await.unwrap()).await.unwrap();
        let mut files = site.opened.files.clone();
        edits::change(&mut files, "templates/kinds/quest.html", "zmena");
        site.deploy(files);
        let old = async {
            while generations::newest(&mut db.snapshot().await.unwrap()).await.unwrap() == former {
                tokio::task::yield_now().await;
            }
            let pages = [OLD.to_owned()];
            let path = "/rubriky/vypravy/9-had/".to_owned();
            let object = Object {
                body: b"as the former release makes it".to_vec(),
                content_type: "text/html; charset=utf-8",
                class: CacheClass::Revalidate,
                redirect: None,
            };
            let digest = Some(generator::render::digest(&object).to_vec());
            let mut tx = db.write().await.unwrap();
            records::intend(&mut tx, &[(pages[0].clone(), path.clone())], now()).await.unwrap();
            site.store.put(KEY, &object, || true).unwrap();
            records::finish(&mut tx, &[Record { page: pages[0].clone(), path, digest, etag: None }]).await.unwrap();
            claims::held(&mut tx, "old", &pages).await.unwrap();
            claims::clear(&mut tx, "old", &pages, &pages, &pages).await.unwrap();
            tx.commit().await.unwrap();
        };
        let (summary, ()) = tokio::join!(site.build(), old);
        assert_eq!(summary.rendered, 4, "the three that were there, and this one");
        assert!(site.file(KEY).contains("zmena"), "{}", site.file(KEY));
    }
}
