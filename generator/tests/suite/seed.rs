//! Seeded content: the same for the same number, every kind in it, into an empty database only.

use generator::seed::{Error, Options, seed};

use crate::harness::{ENGINES, Engine, TestSite};

const OPTIONS: Options = Options { creations: 400, comments: 900, members: 30, seed: 3 };

async fn count(site: &TestSite, sql: &'static str) -> i64 {
    match site.opened.db.snapshot().await.unwrap() {
        generator::db::Tx::Sqlite(mut tx) => sqlx::query_scalar(sql).fetch_one(&mut *tx).await.unwrap(),
        generator::db::Tx::Postgres(mut tx) => sqlx::query_scalar(sql).fetch_one(&mut *tx).await.unwrap(),
    }
}

#[tokio::test]
async fn it_fills_an_empty_database_and_no_other() {
    for engine in ENGINES {
        let site = TestSite::empty(engine).await;
        let seeded = seed(&site.opened.db, &site.opened.site, &OPTIONS).await.unwrap();
        assert!(seeded.rows > 3_000, "{seeded:?}");
        assert_eq!(count(&site, "select count(*) from creation").await, 400);
        assert_eq!(count(&site, "select count(*) from comment").await, 900);
        assert_eq!(count(&site, "select count(*) from member").await, 30);
        assert_eq!(count(&site, "select count(distinct section) from creation").await, 20);
        assert_eq!(count(&site, "select count(*) from creation where state = 'waiting'").await, 2);
        let again = seed(&site.opened.db, &site.opened.site, &OPTIONS).await.unwrap_err();
        assert!(matches!(again, Error::NotEmpty));
        site.build().await;
    }
}

#[tokio::test]
async fn bodies_have_the_length_of_a_real_archives() {
    let site = TestSite::empty(Engine::Sqlite).await;
    seed(&site.opened.db, &site.opened.site, &OPTIONS).await.unwrap();
    let median =
        count(&site, "select length(cast(body as blob)) from creation_text order by 1 limit 1 offset 200").await;
    assert!((2_500..4_500).contains(&median), "median {median} bytes");
    let longest = count(&site, "select max(length(body)) from creation_text").await;
    assert!(longest > 8_000, "{longest}");
}

/// Where each comment fell on any work with the same chance, 400 works would have 2.25 each: 42 of them none, give or take 6,
/// and the 40 with the most hardly more than 230 of the 900. Where each work and comment was anybody's alike, none of 30
/// members would have more than 30 works or 60 comments. The bounds lie ten deviations from there; what the seed makes is
/// always the same.
#[tokio::test]
async fn a_few_works_and_people_have_most_of_everything() {
    let site = TestSite::empty(Engine::Sqlite).await;
    seed(&site.opened.db, &site.opened.site, &OPTIONS).await.unwrap();
    let silent = count(&site, "select count(*) from creation where comment_count = 0").await;
    assert!(silent > 105, "{silent} of 400 works without a comment");
    let loudest = "select sum(most) from (select comment_count as most from creation order by most desc limit 40)";
    let loudest = count(&site, loudest).await;
    assert!(loudest > 360, "{loudest} of 900 comments on a tenth of the works");
    let works = "select max(works) from (select count(*) as works from creation group by author_id) as authors";
    let works = count(&site, works).await;
    assert!(works > 80, "{works} of 400 works by one author");
    let comments = "select max(comments) from (select count(*) as comments from comment group by member_id) as members";
    let comments = count(&site, comments).await;
    assert!(comments > 150, "{comments} of 900 comments by one member");
}

#[tokio::test]
async fn people_and_titles_are_of_many_sorts() {
    let site = TestSite::empty(Engine::Sqlite).await;
    seed(&site.opened.db, &site.opened.site, &OPTIONS).await.unwrap();
    let titles = count(&site, "select count(distinct title) from creation").await;
    assert!(titles > 380, "{titles} of 400 titles differ");
    let names = count(&site, "select count(distinct given_name || family_name) from member").await;
    assert!(names > 25, "{names} of 30 names differ");
    let regions = count(&site, "select count(distinct region) from member").await;
    assert!(regions > 8, "{regions} regions");
}

#[tokio::test]
async fn no_two_members_are_called_the_same() {
    let site = TestSite::empty(Engine::Sqlite).await;
    let options = Options { creations: 1, comments: 0, members: 2_000, seed: 3 };
    seed(&site.opened.db, &site.opened.site, &options).await.unwrap();
    assert_eq!(count(&site, "select count(distinct nick) from member").await, 2_000);
}
