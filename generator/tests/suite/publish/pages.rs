//! Editors' pages and charters through the door.

use generator::model::EditorsPage;
use generator::publish::editors_pages;

use crate::harness::ENGINES;

use super::{Door, assert_marked, assert_refused, text};

fn page(body: &str) -> EditorsPage {
    EditorsPage { title: "Stránka".to_owned(), description: String::new(), body: text(body) }
}

#[tokio::test]
async fn a_page_is_written_renamed_and_deleted() {
    for engine in ENGINES {
        let door = Door::open(engine).await;
        let mut change = door.change().await;
        editors_pages::write(&mut change, "pravidla", &page("Jedno.")).await.unwrap();
        assert_marked(&change.commit().await.unwrap(), &["content/pravidla", "sitemap/pages"]);
        let mut change = door.change().await;
        editors_pages::write(&mut change, "pravidla", &page("Dvě.")).await.unwrap();
        assert_marked(&change.commit().await.unwrap(), &["content/pravidla"]);
        let mut change = door.change().await;
        editors_pages::rename(&mut change, "pravidla", "zakony").await.unwrap();
        assert_marked(
            &change.commit().await.unwrap(),
            &["content/pravidla", "content/zakony", "sitemap/pages", "redirect/pravidla/"],
        );
        door.site.build().await;
        assert!(door.site.file("pravidla/index.html").contains("url=/zakony/"));
        let mut change = door.change().await;
        editors_pages::delete(&mut change, "zakony").await.unwrap();
        assert_marked(&change.commit().await.unwrap(), &["content/zakony", "sitemap/pages", "redirect/pravidla/"]);
        door.site.build().await;
        assert!(!door.site.has("pravidla/index.html") && !door.site.has("zakony/index.html"));
        let mut change = door.change().await;
        assert_refused(editors_pages::delete(&mut change, "zakony").await, "there is no page zakony");
        assert_refused(
            editors_pages::write(&mut change, "forum", &page("")).await,
            "`forum` is the address of something else already (paths.forum)",
        );
    }
}

#[tokio::test]
async fn a_page_in_place_of_a_file_gives_way_to_it_again() {
    for engine in ENGINES {
        let door = Door::open(engine).await;
        let mut change = door.change().await;
        editors_pages::write(&mut change, "o-hradu", &page("Hrad hoří.")).await.unwrap();
        assert_marked(&change.commit().await.unwrap(), &["content/o-hradu"]);
        door.site.build().await;
        assert!(door.site.file("o-hradu/index.html").contains("Hrad hoří."));
        let mut change = door.change().await;
        editors_pages::rename(&mut change, "o-hradu", "pozar").await.unwrap();
        change.commit().await.unwrap();
        door.site.build().await;
        assert!(door.site.file("o-hradu/index.html").contains("Hrad stojí na skále."), "no redirect hides it");
        assert!(door.site.file("pozar/index.html").contains("Hrad hoří."));
    }
}

#[tokio::test]
async fn a_charter_is_linked_from_all_lists_of_its_section() {
    for engine in ENGINES {
        let door = Door::open(engine).await;
        door.publish("kronika", &["A", "B", "C"]).await;
        door.site.build().await;
        let mut change = door.change().await;
        editors_pages::write_charter(&mut change, "kronika", &text("Co sem patří.")).await.unwrap();
        assert_marked(&change.commit().await.unwrap(), &["charter/kronika", "sitemap/pages"]);
        let summary = door.site.build().await;
        assert_eq!((summary.rendered, summary.unchanged), (5, 0), "head and two archive pages in bulk");
        let mut change = door.change().await;
        editors_pages::write_charter(&mut change, "kronika", &text("Co sem nepatří.")).await.unwrap();
        assert_marked(&change.commit().await.unwrap(), &["charter/kronika"]);
        let mut change = door.change().await;
        editors_pages::delete_charter(&mut change, "kronika").await.unwrap();
        assert_marked(&change.commit().await.unwrap(), &["charter/kronika", "sitemap/pages"]);
        door.site.build().await;
        assert!(!door.site.file("rubriky/kronika/strana/1/index.html").contains("/koncepce/"));
        let mut change = door.change().await;
        assert_refused(
            editors_pages::write_charter(&mut change, "jinde", &text("")).await,
            "there is no section jinde",
        );
    }
}
