//! Looking for something: what is public is found, and nothing else ever.

use axum::http::StatusCode;
use generator::db::search;
use generator::model::{CreationId, MemberId, Role, Text, TextFormat};
use generator::publish::searchable::{self, Beside};
use generator::publish::{creations, forum, members};

use crate::browsing::Answer;
use crate::harness::{ENGINES, TestApp};

async fn look(app: &TestApp, q: &str, scope: &str) -> Answer {
    let query = serde_urlencoded::to_string([("q", q), ("in", scope)]).unwrap();
    let answer = app.browsing().get(&format!("/hledat/?{query}")).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
    app.pass(chrono::TimeDelta::seconds(5));
    answer
}

/// The addresses that an answer leads to.
fn found(answer: &Answer) -> Vec<String> {
    let articles = answer.body.split("<article class=\"writing\">").skip(1);
    articles.map(|article| article.split("href=\"").nth(1).unwrap().split('"').next().unwrap().to_owned()).collect()
}

fn text(source: &str) -> Text {
    Text { source: source.to_owned(), format: TextFormat::Markdown }
}

#[tokio::test]
async fn letters_marks_and_endings_do_not_matter() {
    for engine in ENGINES {
        let app = TestApp::demo_on(engine).await;
        let door = app.app.open_door().unwrap();
        let mut change = door.begin_alone(app.app.now()).await.unwrap();
        let author = creations::author_of(&mut change, MemberId(1)).await.unwrap();
        let work = creations::Work {
            title: "Žluťoučká příšera".to_owned(),
            synopsis: "O strašidlech & <b>lidech</b>".to_owned(),
            attributes: "{}".to_owned(),
            body: text("Kdysi dávno chodila po **Vrchovině** příšera, kterou nikdo neviděl."),
            source_name: String::new(),
            source_url: String::new(),
        };
        let waiting = creations::Submission::Waiting;
        let id = creations::submit(&mut change, "clanky", Some(author), None, &work, waiting).await.unwrap();
        change.commit().await.unwrap();
        assert!(found(&look(&app, "žluťoučká", "").await).is_empty(), "it waits, so nobody finds it");
        let mut change = door.begin_alone(app.app.now()).await.unwrap();
        creations::approve(&mut change, id).await.unwrap();
        change.commit().await.unwrap();

        for q in ["žluťoučká", "ZLUTOUCKA", "zlutoucke prisery", "příšera vrchovina", "strasidl"] {
            let answer = look(&app, q, "").await;
            assert_eq!(found(&answer).len(), 1, "{engine:?} {q}: {}", answer.body);
            assert!(found(&answer)[0].ends_with("-zlutoucka-prisera/"), "{q}");
        }
        let answer = look(&app, "vrchovina", "clanky").await;
        assert!(answer.body.contains("<mark>Vrchovině</mark> příšera"), "{}", answer.body);
        assert_eq!(found(&look(&app, "vrchovina", "bestiar").await), [""; 0], "in another section it is not");
        assert_eq!(found(&look(&app, "vrchovina", "members").await), [""; 0]);
        assert_eq!(found(&look(&app, "vrchovina nesmysl", "").await), [""; 0], "every word counts");
        let answer = look(&app, "lidech", "").await;
        assert!(
            answer.body.contains("&lt;b&gt;<mark>lidech</mark>&lt;") || answer.body.contains("<mark>lidech</mark>")
        );
        assert!(!answer.body.contains("<b>lidech"), "{}", answer.body);

        let mut change = door.begin_alone(app.app.now()).await.unwrap();
        creations::edit(&mut change, id, &creations::Work { title: "Modrá příšera".to_owned(), ..work.clone() })
            .await
            .unwrap();
        change.commit().await.unwrap();
        assert!(found(&look(&app, "žluťoučká", "").await).is_empty());
        assert_eq!(found(&look(&app, "modrá příšera", "").await).len(), 1);
        let mut change = door.begin_alone(app.app.now()).await.unwrap();
        creations::unpublish(&mut change, id).await.unwrap();
        change.commit().await.unwrap();
        assert!(found(&look(&app, "modrá příšera", "").await).is_empty(), "what left the site is not found");
    }
}

#[tokio::test]
async fn members_and_posts_are_found_as_they_are_now() {
    for engine in ENGINES {
        let app = TestApp::demo_on(engine).await;
        let door = app.app.open_door().unwrap();
        let mut change = door.begin_alone(app.app.now()).await.unwrap();
        let member = members::register(&mut change, "Kosatec", "kosatec@qwzxy.test").await.unwrap();
        members::set_description(&mut change, member, &text("Sbírám *rozrazily*.")).await.unwrap();
        let post = forum::add(&mut change, member, &text("Kdo viděl můj rozrazil?")).await.unwrap();
        change.commit().await.unwrap();
        assert_eq!(found(&look(&app, "rozrazil", "").await).len(), 2);
        let in_forum = found(&look(&app, "rozrazil", "forum").await);
        assert_eq!(in_forum, [format!("/forum/#c{post}")]);
        assert_eq!(found(&look(&app, "kosatec", "members").await).len(), 1);
        assert!(found(&look(&app, "qwzxy", "").await).is_empty(), "an address is private");
        assert!(found(&look(&app, "kosatec@qwzxy.test", "").await).is_empty());

        let mut change = door.begin_alone(app.app.now()).await.unwrap();
        members::rename(&mut change, member, "Lomikámen").await.unwrap();
        forum::delete(&mut change, post).await.unwrap();
        change.commit().await.unwrap();
        assert!(found(&look(&app, "kosatec", "").await).is_empty());
        assert_eq!(found(&look(&app, "lomikamen", "").await).len(), 1);
        assert!(found(&look(&app, "rozrazil", "forum").await).is_empty());
    }
}

#[tokio::test]
async fn a_question_may_hold_anything() {
    for engine in ENGINES {
        let app = TestApp::demo_on(engine).await;
        let long = "slovo ".repeat(1_000);
        for q in
            ["\"", "'", "drak*", "title : drak", "drak AND", "(", "-", "& | !", "' OR 1=1 --", "☃", "龍", "ß", &long]
        {
            let answer = look(&app, q, "nowhere").await;
            assert!(!answer.body.contains("<script>"), "{q}");
        }
        let answer = app.browsing().get("/hledat/?q=%FF%FE&in=%FE&page=-5").await;
        assert_eq!(answer.status, StatusCode::OK);
        let evil = look(&app, "<script>alert(1)</script>", "").await;
        assert!(!evil.body.contains("<script>alert"), "{}", evil.body);
    }
}

#[tokio::test]
async fn nobody_searches_faster_than_people_read() {
    let app = TestApp::demo().await;
    let mut reader = app.browsing();
    let mut answered = 0;
    while reader.get("/hledat/?q=drak").await.status == StatusCode::OK {
        answered += 1;
    }
    assert_eq!(answered, 30);
    let refused = reader.get("/hledat/?q=drak").await;
    assert_eq!(refused.status, StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(reader.get("/hledat/").await.status, StatusCode::OK, "the form is always there");
}

#[tokio::test]
async fn the_index_is_what_catching_up_would_make() {
    for engine in ENGINES {
        let app = TestApp::demo_on(engine).await;
        let db = &app.opened.db;
        let known = search::all(&mut db.snapshot().await.unwrap()).await.unwrap();
        assert!(known.len() > 100);
        let door = app.app.open_door().unwrap();
        let mut change = door.begin_alone(app.app.now()).await.unwrap();
        let id = CreationId(super::office::clanky_9(&app).await);
        creations::move_to(&mut change, id, "hrbitov", None).await.unwrap();
        creations::delete(&mut change, CreationId(1)).await.unwrap();
        change.commit().await.unwrap();
        let kept = search::all(&mut db.snapshot().await.unwrap()).await.unwrap();
        assert_eq!(kept.len(), known.len() - 1);
        assert_eq!(searchable::catch_up(db, Beside::People).await.unwrap(), 0, "nothing is to be done");

        app.execute("delete from search_state").await;
        assert_eq!(
            searchable::catch_up(db, Beside::People).await.unwrap(),
            0,
            "and nothing is other than it should be"
        );
        // Rows that nobody told the search of, as an import writes them.
        app.execute(
            "update creation set title = 'Netopýrpýří věž', state = 'approved' where section = 'clanky' and number = 8",
        )
        .await;
        app.execute("update creation set state = 'unpublished' where section = 'clanky' and number = 7").await;
        app.execute("delete from search_state").await;
        assert_eq!(searchable::catch_up(db, Beside::People).await.unwrap(), 2);
        assert_eq!(found(&look(&app, "netopyrpyri", "").await).len(), 1);
        assert_eq!(searchable::catch_up(db, Beside::People).await.unwrap(), 0);

        // An import that ends while entries are caught up with has the last word.
        let mut tx = db.write().await.unwrap();
        let before = search::state(&mut tx).await.unwrap();
        search::distrust(&mut tx).await.unwrap();
        assert!(!search::set_version(&mut tx, before.version, before.epoch).await.unwrap());
        let after = search::state(&mut tx).await.unwrap();
        assert_eq!(after.version, 0);
        assert!(search::set_version(&mut tx, before.version, after.epoch).await.unwrap());
    }
}

#[tokio::test]
async fn many_finds_are_shown_page_by_page() {
    for engine in ENGINES {
        let app = TestApp::demo_on(engine).await;
        let door = app.app.open_door().unwrap();
        let mut change = door.begin_alone(app.app.now()).await.unwrap();
        for nth in 0..45 {
            forum::add(&mut change, MemberId(1), &text(&format!("Bludička {nth}"))).await.unwrap();
        }
        change.commit().await.unwrap();
        let first = look(&app, "bludička", "forum").await;
        assert!(first.body.contains("45 výsledků."), "{}", first.body);
        let mut all = found(&first);
        for page in [2, 3] {
            let address = format!("/hledat/?q=bludi%C4%8Dka&in=forum&page={page}");
            assert!(first.body.contains("page=2"));
            all.extend(found(&app.browsing().get(&address).await));
        }
        all.sort();
        all.dedup();
        assert_eq!(all.len(), 45, "each once");
        let mut member = app.member("Fénix", Role::Member).await;
        assert!(member.get("/").await.body.contains("action=\"/hledat/\""), "a field on every page");
    }
}
