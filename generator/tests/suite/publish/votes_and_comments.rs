//! Votes and comments through the door.

use generator::publish::votes;
use generator::publish::{comments, creations};

use crate::harness::{ENGINES, execute};

use super::{ALMARA, BOREK, Door, assert_marked, assert_refused, text};

#[tokio::test]
async fn a_vote_marks_what_shows_the_difference() {
    for engine in ENGINES {
        let door = Door::open(engine).await;
        let ids = door.publish("kronika", &["A", "B", "C", "D"]).await;
        let mut change = door.change().await;
        votes::cast(&mut change, ids[0], BOREK, 4).await.unwrap();
        let stars = ["creation/kronika/1", "section/kronika/1", "author/1/1"];
        assert_marked(&change.commit().await.unwrap(), &stars);
        let mut change = door.change().await;
        votes::cast(&mut change, ids[0], ALMARA, 4).await.unwrap();
        let votes = ["creation/kronika/1", "section/kronika/1"];
        assert_marked(&change.commit().await.unwrap(), &votes);
        let mut change = door.change().await;
        votes::cast(&mut change, ids[0], ALMARA, 4).await.unwrap();
        assert_marked(&change.commit().await.unwrap(), &[]);
        let mut change = door.change().await;
        votes::cast(&mut change, ids[0], ALMARA, 5).await.unwrap();
        assert_marked(&change.commit().await.unwrap(), &stars);
    }
}

#[tokio::test]
async fn a_changed_imported_vote_leaves_the_imported_sum_to_the_source() {
    for engine in ENGINES {
        let door = Door::open(engine).await;
        let ids = door.publish("kronika", &["A"]).await;
        let mut tx = door.site.opened.db.write().await.unwrap();
        execute(&mut tx, "update creation set imported_rating_sum = 30, imported_rating_count = 10").await;
        execute(&mut tx, "insert into vote (creation_id, member_id, stars, imported) values (1, 2, 1, true)").await;
        tx.commit().await.unwrap();
        let mut change = door.change().await;
        votes::cast(&mut change, ids[0], BOREK, 5).await.unwrap();
        votes::cast(&mut change, ids[0], ALMARA, 2).await.unwrap();
        change.commit().await.unwrap();
        let mut change = door.change().await;
        let sum = "update creation set title = 'right' where imported_rating_sum = 30 and imported_rating_count = 10
            and rating_sum = 6 and rating_count = 1";
        execute(change.tx(), sum).await;
        let row = generator::db::publishing::creations::by_id(change.tx(), ids[0]).await.unwrap().unwrap();
        assert_eq!((row.title.as_str(), row.rating_sum, row.rating_count), ("right", 36, 11));
    }
}

#[tokio::test]
async fn votes_that_make_no_sense_are_refused() {
    for engine in ENGINES {
        let door = Door::open(engine).await;
        let ids = door.publish("obrazy", &["A"]).await;
        let mut change = door.change().await;
        assert_refused(
            votes::cast(&mut change, ids[0], BOREK, 3).await,
            "nobody votes on what is in the section obrazy",
        );
        assert_refused(votes::cast(&mut change, ids[0], BOREK, 6).await, "6 is not between 0 and 5 stars");
        let nobody = generator::model::MemberId(9);
        assert_refused(votes::cast(&mut change, ids[0], nobody, 3).await, "there is no member 9");
    }
}

#[tokio::test]
async fn a_comment_marks_the_discussion_and_the_newest() {
    for engine in ENGINES {
        let door = Door::open(engine).await;
        let ids = door.publish("kronika", &["A"]).await;
        let always = ["creation/kronika/1", "newest", "feed/everything"];
        let archives = ["discussion/kronika/1/1", "discussion/kronika/1/2"];
        for (nth, archive) in [&[][..], &[], &archives, &archives[1..]].into_iter().enumerate() {
            let mut change = door.change().await;
            comments::add(&mut change, ids[0], BOREK, &text(&format!("Poznámka {nth}."))).await.unwrap();
            assert_marked(&change.commit().await.unwrap(), &[&always[..], archive].concat());
        }
        // The first of the four is on its archive page alone, which is what a deletion leaves too, but for the count.
        let mut change = door.change().await;
        comments::edit(&mut change, 1, &text("Opraveno.")).await.unwrap();
        assert_marked(&change.commit().await.unwrap(), &archives[..1]);
        let mut change = door.change().await;
        comments::delete(&mut change, 1).await.unwrap();
        assert_marked(&change.commit().await.unwrap(), &[&archives[..1], &always[..1]].concat());
        let mut change = door.change().await;
        comments::delete(&mut change, 4).await.unwrap();
        assert_marked(&change.commit().await.unwrap(), &[&archives[1..], &always].concat());
        let mut change = door.change().await;
        assert_refused(comments::edit(&mut change, 4, &text("x")).await, "comment 4 is deleted: it cannot be edited");
        assert_refused(comments::delete(&mut change, 44).await, "there is no comment 44");
        drop(change);
        door.site.build().await;
        let page = door.site.file("rubriky/kronika/1-a/index.html");
        assert!(page.contains("Poznámka 2") && page.contains("Poznámka 1") && !page.contains("Poznámka 3"), "{page}");
    }
}

#[tokio::test]
async fn lists_of_files_show_how_many_comments_there_are() {
    for engine in ENGINES {
        let door = Door::open(engine).await;
        let ids = door.publish("soubory", &["A", "B", "C"]).await;
        let mut change = door.change().await;
        comments::add(&mut change, ids[0], BOREK, &text("Díky.")).await.unwrap();
        assert_marked(
            &change.commit().await.unwrap(),
            &["creation/soubory/1", "newest", "feed/everything", "section/soubory/1"],
        );
    }
}

#[tokio::test]
async fn the_number_of_a_comment_is_never_given_again() {
    for engine in ENGINES {
        let door = Door::open(engine).await;
        let ids = door.publish("kronika", &["A", "B"]).await;
        let mut change = door.change().await;
        let gone = comments::add(&mut change, ids[0], BOREK, &text("Zmizí i s dílem.")).await.unwrap();
        creations::delete(&mut change, ids[0]).await.unwrap();
        let next = comments::add(&mut change, ids[1], BOREK, &text("Zůstane.")).await.unwrap();
        assert!(next > gone, "feeds would call the comment {next} by a name that readers have seen already");
    }
}
