//! What the time of an answer tells: nothing of who has an account.

use std::time::{Duration, Instant};

use axum::http::StatusCode;
use chrono::TimeDelta;
use generator::model::Role;

use super::LOGIN;
use crate::harness::{ENGINES, TestApp};

/// Requests of each kind, one by one and by turns, so that what else the machine does concerns both.
const SAMPLES: usize = 11;
/// Measured again where the machine was busy with something else; what the program does itself shows each time.
const ROUNDS: usize = 4;

/// Addresses of a member and of nobody, equally long.
const KNOWN: &str = "elanor@example.org";
const UNKNOWN: &str = "nobody@example.org";

/// Answers come just behind a whole number of full times, and never before the first. What this cannot see: behind which
/// one, since a hash that takes longer than the full time is answered a whole one later, here as there; and an answer that
/// waits for nothing, where in one of the rounds its own time happens to end just there.
#[tokio::test]
async fn the_clock_tells_nobody_who_is_a_member() {
    let full = Duration::from_millis(700);
    for engine in ENGINES {
        let app = TestApp::answering(engine, |answers| answers.failed_login_time = full).await;
        app.give_password("Elanor", Role::Member).await;
        app.give_password("Gorgoroth", Role::Member).await;
        app.execute("update member set banned = true where nick = 'Gorgoroth'").await;
        app.execute("delete from credential where member_id = (select id from member where nick = 'Drahomír')").await;
        app.execute(
            "insert into credential (member_id, scheme, hash) select id, 'django',
                'pbkdf2_sha256$60000$seasalt$JgZryXe2Ga8ysg6XbzkLpTdyPQrHqsinbL9BnnhgX4A='
                from member where nick = 'Drahomír'",
        )
        .await;
        // A hash of our own, an imported one, a ban, no password, no account.
        for name in ["Elanor", "Drahomír", "Gorgoroth", "Fénix", "Nobody At All"] {
            let mut late = Vec::new();
            for _ in 0..ROUNDS {
                app.pass(TimeDelta::minutes(10));
                let begun = Instant::now();
                let answer = app.browsing().post(LOGIN, &[("name", name), ("password", "a wrong one")]).await;
                assert_eq!(answer.status, StatusCode::UNAUTHORIZED, "{engine:?} {name}");
                assert!(begun.elapsed() >= full, "{engine:?} {name}: {:?}", begun.elapsed());
                late.push(begun.elapsed().as_millis() % full.as_millis());
                // So little passes after the sleep on a machine that is not busy.
                if late.last() < Some(&200) {
                    break;
                }
            }
            assert!(late.last() < Some(&200), "{engine:?} {name}: {late:?} ms behind the full time");
        }
    }
}

#[tokio::test]
async fn the_clock_tells_nobody_whose_address_is_a_members() {
    for engine in ENGINES {
        let app = TestApp::demo_on(engine).await;
        app.execute(
            "update account set email = 'elanor@example.org'
                where member_id = (select id from member where nick = 'Elanor')",
        )
        .await;
        for form in [Form::Reset, Form::Registration, Form::Ad] {
            let mut medians = Vec::new();
            for round in 0..ROUNDS {
                let (mut known, mut unknown) = (Vec::new(), Vec::new());
                for sample in 0..SAMPLES {
                    // Each address as often as the other, and each first as often.
                    let nth = 2 * (round * SAMPLES + sample);
                    if sample % 2 == 0 {
                        known.push(asked(&app, form, KNOWN, nth).await);
                        unknown.push(asked(&app, form, UNKNOWN, nth + 1).await);
                    } else {
                        unknown.push(asked(&app, form, UNKNOWN, nth).await);
                        known.push(asked(&app, form, KNOWN, nth + 1).await);
                    }
                }
                medians.push((median(known), median(unknown)));
                if medians.last().is_some_and(are_alike) {
                    break;
                }
            }
            assert!(medians.last().is_some_and(are_alike), "{engine:?} {form:?}: known, unknown: {medians:?}");
        }
    }
}

#[derive(Clone, Copy, Debug)]
enum Form {
    Reset,
    Registration,
    Ad,
}

/// How long an answer takes to somebody who names an address. Each time is long after the last one, and says something new.
async fn asked(app: &TestApp, form: Form, email: &str, nth: usize) -> Duration {
    app.pass(TimeDelta::hours(13));
    let text = format!("Pozdrav {nth}");
    // No two of these are alike to the rule for nicks.
    let letter =
        |place: usize| char::from(b'a' + u8::try_from(nth / 26_usize.pow(u32::try_from(place).unwrap()) % 26).unwrap());
    let nick = format!("Novak {0}{0}{0}{1}{1}{1}", letter(0), letter(1));
    let (path, fields) = match form {
        Form::Reset => ("/uzivatel/reset-hesla/", vec![("email", email)]),
        Form::Registration => {
            let fields = vec![("nick", nick.as_str()), ("email", email), ("age", "33"), ("about", &text)];
            ("/registrace/", [fields, vec![("consent", "yes"), ("homepage", "")]].concat())
        }
        Form::Ad => {
            let fields = vec![("as", "guest"), ("group", "nabizim"), ("name", "Poutník"), ("email", email)];
            (
                "/inzeraty/market/",
                [fields, vec![("phone", "600 700 800"), ("text", &*text), ("homepage", ""), ("do", "post")]].concat(),
            )
        }
    };
    let mut browsing = app.browsing();
    let begun = Instant::now();
    let answer = browsing.post(path, &fields).await;
    let took = begun.elapsed();
    assert_eq!(answer.status, StatusCode::OK, "{form:?} {email} {nick}: {}", answer.body);
    took
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort_unstable();
    times[times.len() / 2]
}

/// Less than half as much again, or than a look at the database takes.
fn are_alike((one, other): &(Duration, Duration)) -> bool {
    let difference = one.abs_diff(*other);
    difference < Duration::from_millis(1) || difference * 2 < *one.min(other)
}
