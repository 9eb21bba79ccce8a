//! News, the forum, ads and links through the door: all lists show two on a page.

use generator::model::Board;
use generator::publish::ads::{self, AdText};
use generator::publish::links::{self, LinkText};
use generator::publish::{forum, news};

use crate::harness::ENGINES;

use super::{ALMARA, Door, assert_marked, assert_refused, text};

#[tokio::test]
async fn news_are_on_the_home_page() {
    for engine in ENGINES {
        let door = Door::open(engine).await;
        let always = ["news", "home", "feed/everything"];
        for archives in [&[][..], &[], &["news/1", "news/2"], &["news/2"]] {
            let mut change = door.change().await;
            news::add(&mut change, ALMARA, &text("Novina.")).await.unwrap();
            assert_marked(&change.commit().await.unwrap(), &[&always[..], archives].concat());
        }
        let mut change = door.change().await;
        news::edit(&mut change, 3, &text("Oprava.")).await.unwrap();
        assert_marked(&change.commit().await.unwrap(), &["news", "news/2", "feed/everything"]);
        let mut change = door.change().await;
        news::delete(&mut change, 1).await.unwrap();
        assert_marked(&change.commit().await.unwrap(), &["news/1"]);
        let mut change = door.change().await;
        assert_refused(news::delete(&mut change, 1).await, "news 1 is deleted: it cannot be deleted");
        assert_refused(news::edit(&mut change, 9, &text("x")).await, "there is no news 9");
    }
}

#[tokio::test]
async fn posts_are_in_two_feeds() {
    for engine in ENGINES {
        let door = Door::open(engine).await;
        let always = ["forum", "feed/forum", "feed/everything"];
        for archives in [&[][..], &[], &["forum/1", "forum/2"], &["forum/2"], &["forum/2", "forum/3"]] {
            let mut change = door.change().await;
            forum::add(&mut change, ALMARA, &text("Ahoj.")).await.unwrap();
            assert_marked(&change.commit().await.unwrap(), &[&always[..], archives].concat());
        }
        let mut change = door.change().await;
        forum::edit(&mut change, 1, &text("Oprava.")).await.unwrap();
        assert_marked(&change.commit().await.unwrap(), &["forum/1"]);
        let mut change = door.change().await;
        forum::delete(&mut change, 5).await.unwrap();
        assert_marked(&change.commit().await.unwrap(), &[&always[..], &["forum/3"]].concat());
        let mut change = door.change().await;
        assert_refused(forum::edit(&mut change, 5, &text("x")).await, "forum post 5 is deleted: it cannot be edited");
    }
}

fn ad(group: &str, body: &str) -> AdText {
    AdText {
        group: group.to_owned(),
        name: "Kupec".to_owned(),
        email: String::new(),
        phone: String::new(),
        mobile: String::new(),
        area: String::new(),
        age: String::new(),
        experience: String::new(),
        body: text(body),
    }
}

#[tokio::test]
async fn an_ad_is_on_its_board_and_in_its_group() {
    for engine in ENGINES {
        let door = Door::open(engine).await;
        let mut change = door.change().await;
        let id = ads::add(&mut change, Board::Market, None, &ad("nabizim", "Meč.")).await.unwrap();
        let here = ["market", "market-group/nabizim", "feed/everything"];
        assert_marked(&change.commit().await.unwrap(), &here);
        let mut change = door.change().await;
        ads::edit(&mut change, id, &ad("nabizim", "Meč a štít.")).await.unwrap();
        assert_marked(&change.commit().await.unwrap(), &here);
        let mut change = door.change().await;
        ads::edit(&mut change, id, &ad("shanim", "Meč a štít.")).await.unwrap();
        assert_marked(&change.commit().await.unwrap(), &[&here[..], &["market-group/shanim"]].concat());
        let mut change = door.change().await;
        ads::delete(&mut change, id).await.unwrap();
        assert_marked(&change.commit().await.unwrap(), &["market", "market-group/shanim", "feed/everything"]);
        let mut change = door.change().await;
        assert_refused(ads::delete(&mut change, id).await, "ad 1 is deleted: it cannot be deleted");
        assert_refused(
            ads::add(&mut change, Board::Dating, None, &ad("shanim", "x")).await,
            "there is no group of ads shanim",
        );
    }
}

#[tokio::test]
async fn links_are_on_their_list() {
    for engine in ENGINES {
        let door = Door::open(engine).await;
        let link = |title: &str| LinkText {
            title: title.to_owned(),
            url: "https://hrad.example.org/".to_owned(),
            description: text(""),
        };
        let mut change = door.change().await;
        let id = links::add(&mut change, &link("Hrad")).await.unwrap();
        assert_marked(&change.commit().await.unwrap(), &["links"]);
        let mut change = door.change().await;
        links::edit(&mut change, id, &link("Hrad")).await.unwrap();
        assert_marked(&change.commit().await.unwrap(), &[]);
        let mut change = door.change().await;
        links::edit(&mut change, id, &link("Tvrz")).await.unwrap();
        assert_marked(&change.commit().await.unwrap(), &["links"]);
        let mut change = door.change().await;
        links::delete(&mut change, id).await.unwrap();
        assert_marked(&change.commit().await.unwrap(), &["links"]);
        let mut change = door.change().await;
        assert_refused(links::delete(&mut change, id).await, "link 1 is deleted: it cannot be deleted");
    }
}
