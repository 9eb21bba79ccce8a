//! What came between: another transaction, another decision, a group that the site has no more.

use axum::http::StatusCode;

use super::guests::{confirm, decide, open, send, trusted};
use crate::harness::{ENGINES, Engine, TestApp};

/// Has PostgreSQL undo the first two writes of a table's rows, as where transactions wait for each other: a sequence counts on,
/// whatever is undone.
pub async fn in_the_way(app: &TestApp, trigger: &'static str) {
    app.execute("create sequence in_the_way").await;
    app.execute(
        "create function undo() returns trigger language plpgsql as $$ begin
            if nextval('in_the_way') < 3 then raise exception 'in the way' using errcode = '40P01'; end if;
            return new;
        end $$",
    )
    .await;
    app.execute(trigger).await;
}

#[tokio::test]
async fn links_are_followed_again_where_another_transaction_was_in_the_way() {
    let (app, building, mailing) = open(Engine::Postgres).await;
    trusted(&app, "a@example.org").await;
    let (link, withdraw) = send(&app, "a@example.org", "Tajemná mapa").await;
    in_the_way(&app, "create trigger undo before insert on ad for each row execute function undo()").await;
    let published = confirm(&app, &link).await;
    assert_eq!(published.status, StatusCode::SEE_OTHER, "{}", published.body);
    assert_eq!(app.number("select last_value from in_the_way").await, 3, "twice it was undone");
    app.execute("drop trigger undo on ad").await;
    app.execute("alter sequence in_the_way restart").await;
    app.execute("create trigger undo before update on ad for each row execute function undo()").await;
    let gone = app.browsing().post(&withdraw, &[]).await;
    assert_eq!(gone.status, StatusCode::OK, "{}", gone.body);
    assert_eq!(app.number("select last_value from in_the_way").await, 3);
    assert_eq!(app.number("select count(*) from ad where body = 'Tajemná mapa' and state = 'public'").await, 0);
    mailing.stop().await;
    building.stop().await;
}

#[tokio::test]
async fn of_an_ad_whose_group_is_gone_an_editor_decides_and_is_told() {
    for engine in ENGINES {
        let (app, building, mailing) = open(engine).await;
        trusted(&app, "a@example.org").await;
        let (link, _) = send(&app, "a@example.org", "Tajemná mapa").await;
        app.execute("update guest_ad set group_key = 'zrusena' where body = 'Tajemná mapa'").await;
        let confirmed = confirm(&app, &link).await;
        assert!(confirmed.status == StatusCode::OK && confirmed.body.contains("přečte redakce"), "{}", confirmed.body);

        let refused = decide(&app, "approve", "Vezmeme to.").await;
        assert_eq!(refused.status, StatusCode::CONFLICT, "{engine:?}");
        assert!(
            refused.body.contains("kterou nástěnka už nemá") && refused.body.contains("zrusena"),
            "{}",
            refused.body
        );
        assert!(refused.body.contains("Vezmeme to."), "the note is not lost");
        assert_eq!(app.number("select count(*) from ad where body = 'Tajemná mapa'").await, 0);
        let rejected = decide(&app, "reject", "Skupina skončila.").await;
        assert_eq!(rejected.status, StatusCode::SEE_OTHER, "{}", rejected.body);
        mailing.stop().await;
        building.stop().await;
    }
}
