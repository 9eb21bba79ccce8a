//! Creations through the door. The small site's sections show two on a page.

use generator::db::{lists, redirects};
use generator::publish::creations::{self, Submission, Work};

use crate::harness::ENGINES;

use super::{ALMARA, BOREK, Door, assert_marked, assert_refused, text, work};

#[tokio::test]
async fn nobody_sees_what_waits() {
    for engine in ENGINES {
        let door = Door::open(engine).await;
        let mut change = door.change().await;
        let id = creations::submit(&mut change, "povesti", None, None, &work("Drak"), Submission::Waiting).await;
        creations::edit(&mut change, id.unwrap(), &work("Had")).await.unwrap();
        assert_marked(&change.commit().await.unwrap(), &[]);
        let mut change = door.change().await;
        let submitted = creations::submit(&mut change, "jinde", None, None, &work("Drak"), Submission::Draft).await;
        assert_refused(submitted, "there is no section jinde");
        let broken = Work { attributes: "{\"place\": true}".to_owned(), ..work("Drak") };
        assert_refused(
            creations::submit(&mut change, "povesti", None, None, &broken, Submission::Draft).await,
            "attribute `place` is true, which is not of type `text`",
        );
    }
}

#[tokio::test]
async fn approving_marks_lists_neighbours_feeds_and_sitemaps() {
    for engine in ENGINES {
        let door = Door::open(engine).await;
        door.publish("kronika", &["První", "Druhá"]).await;
        let mut change = door.change().await;
        let author = creations::author_of(&mut change, BOREK).await.unwrap();
        let third = creations::submit(&mut change, "kronika", Some(author), None, &work("Třetí"), Submission::Waiting)
            .await
            .unwrap();
        creations::approve(&mut change, third).await.unwrap();
        assert_marked(
            &change.commit().await.unwrap(),
            &[
                // Its own, the older neighbour, the section with the two archive pages that come to exist.
                "creation/kronika/3",
                "creation/kronika/2",
                "section/kronika",
                "section/kronika/1",
                "section/kronika/2",
                "feed/section/kronika",
                // Bořek's first work.
                "author/2",
                "member/2",
                "sitemap/authors/1",
                "home",
                "newest",
                "feed/everything",
                "sitemap/creations/1",
            ],
        );
        let mut change = door.change().await;
        assert_refused(creations::approve(&mut change, third).await, "creation 3 is approved: it cannot be approved");
    }
}

#[tokio::test]
async fn an_old_work_is_on_its_archive_page_alone() {
    for engine in ENGINES {
        let door = Door::open(engine).await;
        let ids = door.publish("kronika", &["A", "B", "C", "D", "E"]).await;
        let mut change = door.change().await;
        creations::edit(&mut change, ids[0], &Work { synopsis: "Souhrn.".to_owned(), ..work("A") }).await.unwrap();
        assert_marked(
            &change.commit().await.unwrap(),
            // No line of a table, an author's or a member's says what a work is about.
            &["creation/kronika/1", "sitemap/creations/1"],
        );
        let mut change = door.change().await;
        let author = creations::author_of(&mut change, BOREK).await.unwrap();
        creations::change_author(&mut change, ids[0], Some(author)).await.unwrap();
        assert_marked(
            &change.commit().await.unwrap(),
            &[
                "creation/kronika/1",
                "section/kronika/1",
                "author/1/1",
                "author/2",
                "member/2",
                "sitemap/authors/1",
                "sitemap/creations/1",
            ],
        );
        let mut change = door.change().await;
        let rewritten = Work { synopsis: "Souhrn.".to_owned(), body: text("Jinak."), ..work("A") };
        creations::edit(&mut change, ids[0], &rewritten).await.unwrap();
        assert_marked(&change.commit().await.unwrap(), &["creation/kronika/1", "sitemap/creations/1"]);
        let mut change = door.change().await;
        creations::edit(&mut change, ids[0], &rewritten).await.unwrap();
        assert_marked(&change.commit().await.unwrap(), &[]);
    }
}

#[tokio::test]
async fn a_list_of_files_shows_how_their_texts_begin() {
    for engine in ENGINES {
        let mut door = Door::open(engine).await;
        let ids = door.publish("soubory", &["A", "B", "C", "D", "E"]).await;
        door.site.build().await;
        let own = ["creation/soubory/1", "sitemap/creations/1"];
        let shown = |door: &Door| door.site.file("rubriky/soubory/strana/1/index.html");
        assert!(shown(&door).contains("Bylo, nebylo."));
        let mut change = door.change().await;
        let described = Work { body: text("Mapa a dva deníky."), ..work("A") };
        creations::edit(&mut change, ids[0], &described).await.unwrap();
        assert_marked(&change.commit().await.unwrap(), &[&own[..], &["section/soubory/1"]].concat());
        door.site.build().await;
        assert!(shown(&door).contains("Mapa a dva deníky."));
        // The author's own summary goes first; then the list is as it was, whatever becomes of the text.
        let mut change = door.change().await;
        let summed_up = Work { synopsis: "Souhrn.".to_owned(), ..described };
        creations::edit(&mut change, ids[0], &summed_up).await.unwrap();
        assert_marked(&change.commit().await.unwrap(), &[&own[..], &["section/soubory/1"]].concat());
        let mut change = door.change().await;
        let rewritten = Work { body: text("Jinak."), ..summed_up };
        creations::edit(&mut change, ids[0], &rewritten).await.unwrap();
        assert_marked(&change.commit().await.unwrap(), &own);
        door.site.build().await;
        assert!(shown(&door).contains("Souhrn.") && !shown(&door).contains("Mapa a dva deníky."));
        door.assert_equal_to_a_full_build().await;
    }
}

#[tokio::test]
async fn a_new_title_marks_neighbours_and_leaves_a_redirect() {
    for engine in ENGINES {
        let door = Door::open(engine).await;
        let ids = door.publish("kronika", &["A", "B", "C", "D", "E"]).await;
        let mut change = door.change().await;
        creations::edit(&mut change, ids[1], &work("Had")).await.unwrap();
        let expected = [
            "creation/kronika/1",
            "creation/kronika/2",
            "creation/kronika/3",
            "section/kronika/1",
            "author/1/1",
            "sitemap/creations/1",
            "redirect/rubriky/kronika/2-b/",
        ];
        assert_marked(&change.commit().await.unwrap(), &expected);
        door.site.build().await;
        assert!(door.site.file("rubriky/kronika/2-b/index.html").contains("url=/rubriky/kronika/2-had/"));

        let mut change = door.change().await;
        creations::edit(&mut change, ids[1], &work("B")).await.unwrap();
        let both = [&expected[..], &["redirect/rubriky/kronika/2-had/"]].concat();
        assert_marked(&change.commit().await.unwrap(), &both);
        door.site.build().await;
        assert!(door.site.file("rubriky/kronika/2-b/index.html").contains("<h1>B</h1>"), "the page is back");
        assert!(door.site.file("rubriky/kronika/2-had/index.html").contains("url=/rubriky/kronika/2-b/"));
    }
}

#[tokio::test]
async fn a_moved_creation_takes_the_next_number_and_its_redirects_along() {
    for engine in ENGINES {
        let door = Door::open(engine).await;
        let ids = door.publish("kronika", &["A", "B"]).await;
        door.publish("povesti", &["X"]).await;
        let mut change = door.change().await;
        creations::edit(&mut change, ids[1], &work("Had")).await.unwrap();
        change.commit().await.unwrap();
        let mut change = door.change().await;
        creations::move_to(&mut change, ids[1], "povesti", None).await.unwrap();
        assert_marked(
            &change.commit().await.unwrap(),
            &[
                "creation/kronika/1",
                "creation/kronika/2",
                "creation/povesti/1",
                "creation/povesti/2",
                "section/kronika",
                "section/povesti",
                "feed/section/kronika",
                "feed/section/povesti",
                "author/1",
                "author/1/1",
                "member/1",
                "home",
                "newest",
                "feed/everything",
                "sitemap/creations/1",
                "redirect/rubriky/kronika/2-b/",
                "redirect/rubriky/kronika/2-had/",
            ],
        );
        let mut tx = door.site.opened.db.snapshot().await.unwrap();
        let old = ["/rubriky/kronika/2-b/".to_owned(), "/rubriky/kronika/2-had/".to_owned()];
        let led: Vec<String> = redirects::by_paths(&mut tx, &old).await.unwrap().into_values().collect();
        assert_eq!(led, ["creation/povesti/2", "creation/povesti/2"], "no redirect leads to another one");
        drop(tx);
        let mut change = door.change().await;
        assert_refused(
            creations::move_to(&mut change, ids[1], "povesti", None).await,
            "creation 2 is in the section povesti already",
        );
        drop(change);
        let next = door.publish("kronika", &["C"]).await;
        door.site.build().await;
        assert!(door.site.has("rubriky/kronika/3-c/index.html"), "{next:?}: number 2 is not given again");
    }
}

#[tokio::test]
async fn unpublished_is_gone_and_published_again_is_where_it_was() {
    for engine in ENGINES {
        let door = Door::open(engine).await;
        let ids = door.publish("kronika", &["A", "B", "C", "D", "E"]).await;
        door.site.build().await;
        let before = door.site.files();
        let mut change = door.change().await;
        creations::unpublish(&mut change, ids[1]).await.unwrap();
        let expected = [
            "creation/kronika/1",
            "creation/kronika/2",
            "creation/kronika/3",
            "section/kronika/1",
            "author/1/1",
            "sitemap/creations/1",
        ];
        assert_marked(&change.commit().await.unwrap(), &expected);
        door.site.build().await;
        assert!(!door.site.has("rubriky/kronika/2-b/index.html"));
        let mut change = door.change().await;
        assert_refused(
            creations::unpublish(&mut change, ids[1]).await,
            "creation 2 is unpublished: it cannot be unpublished",
        );
        creations::publish_again(&mut change, ids[1]).await.unwrap();
        assert_marked(&change.commit().await.unwrap(), &expected);
        door.site.build().await;
        assert!(door.site.files() == before);
    }
}

#[tokio::test]
async fn a_deleted_creation_takes_everything_along() {
    for engine in ENGINES {
        let door = Door::open(engine).await;
        let ids = door.publish("kronika", &["A", "B"]).await;
        let mut change = door.change().await;
        creations::edit(&mut change, ids[1], &work("Had")).await.unwrap();
        for _ in 0..3 {
            generator::publish::comments::add(&mut change, ids[1], BOREK, &text("Ano.")).await.unwrap();
        }
        change.commit().await.unwrap();
        door.site.build().await;
        assert!(door.site.has("rubriky/kronika/2-had/diskuze/1/index.html"));
        let mut change = door.change().await;
        creations::delete(&mut change, ids[1]).await.unwrap();
        assert_marked(
            &change.commit().await.unwrap(),
            &[
                "creation/kronika/1",
                "creation/kronika/2",
                "discussion/kronika/2/1",
                "discussion/kronika/2/2",
                "section/kronika",
                "feed/section/kronika",
                "author/1",
                "member/1",
                "home",
                "newest",
                "feed/everything",
                "sitemap/creations/1",
                "redirect/rubriky/kronika/2-b/",
            ],
        );
        door.site.build().await;
        let mut tx = door.site.opened.db.snapshot().await.unwrap();
        let discussion = format!("discussion/{}", ids[1]);
        assert!(lists::by_keys(&mut tx, &[discussion]).await.unwrap().is_empty());
        drop(tx);
        let left = door.site.files().into_keys().filter(|key| key.starts_with("rubriky/kronika/2-"));
        assert_eq!(left.count(), 0);
        let again = door.publish("kronika", &["C"]).await;
        assert!(again[0] > ids[1], "a row is not given again");
        door.site.build().await;
        assert!(door.site.has("rubriky/kronika/3-c/index.html"), "nor is a number");
        let mut change = door.change().await;
        assert_refused(creations::delete(&mut change, ids[1]).await, "there is no creation 2");
    }
}

#[tokio::test]
async fn another_author_or_genre_marks_both_lists() {
    for engine in ENGINES {
        let door = Door::open(engine).await;
        let ids = door.publish("povesti", &["A"]).await;
        let mut change = door.change().await;
        let merry = creations::add_genre(&mut change, "povesti", "Veselé").await.unwrap();
        let sad = creations::add_genre(&mut change, "povesti", "Smutné").await.unwrap();
        let elsewhere = creations::add_genre(&mut change, "kronika", "Veselé").await.unwrap();
        assert_refused(creations::add_genre(&mut change, "povesti", "veselé").await, "the genre `veselé` is taken");
        assert_marked(&change.commit().await.unwrap(), &["sitemap/pages"]);

        let shown = ["creation/povesti/1", "section/povesti", "feed/section/povesti", "sitemap/creations/1"];
        let mut change = door.change().await;
        creations::change_genre(&mut change, ids[0], Some(merry)).await.unwrap();
        let expected = [&shown[..], &["genre/povesti/vesele"]].concat();
        assert_marked(&change.commit().await.unwrap(), &expected);
        let mut change = door.change().await;
        creations::change_genre(&mut change, ids[0], Some(sad)).await.unwrap();
        let expected = [&shown[..], &["genre/povesti/vesele", "genre/povesti/smutne"]].concat();
        assert_marked(&change.commit().await.unwrap(), &expected);

        let mut change = door.change().await;
        let author = creations::author_of(&mut change, BOREK).await.unwrap();
        creations::change_author(&mut change, ids[0], Some(author)).await.unwrap();
        let named = ["author/1", "member/1", "author/2", "member/2", "home", "newest", "feed/everything"];
        let expected = [&shown[..], &named, &["genre/povesti/smutne", "sitemap/authors/1"]].concat();
        assert_marked(&change.commit().await.unwrap(), &expected);
        let mut change = door.change().await;
        assert_refused(
            creations::change_genre(&mut change, ids[0], Some(elsewhere)).await,
            &format!("the genre {elsewhere} belongs to the section kronika, not to povesti"),
        );
        assert_eq!(creations::author_of(&mut change, ALMARA).await.unwrap().0, 1, "made once");
    }
}
