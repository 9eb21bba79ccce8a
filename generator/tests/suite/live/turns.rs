//! What a loop does when; the test says what time it is.

use std::time::{Duration, Instant};

use generator::build::live::Pace;
use generator::build::live::turns::{Round, Turns};

const fn ms(ms: u64) -> Duration {
    Duration::from_millis(ms)
}

#[test]
fn the_first_change_after_a_quiet_time_has_nothing_to_wait_for() {
    let begun = Instant::now();
    let mut turns = Turns::begin(Pace::default(), begun);
    // Polls that find nothing put nothing off.
    for second in 0..3 {
        let now = begun + ms(1_000 * second);
        assert!(turns.is_poll(now));
        let round = turns.round(now);
        turns.ended(round, false, now + ms(1));
    }
    assert!(!turns.is_poll(begun + ms(2_050)));
    assert_eq!(turns.round(begun + ms(2_050)), Round::All);
}

#[test]
fn what_all_share_is_rendered_every_hundred_milliseconds_under_load() {
    let begun = Instant::now();
    let mut turns = Turns::begin(Pace::default(), begun);
    let mut of_all = 0;
    let mut polls = 0;
    // Somebody posts all the time, and a round takes ten milliseconds.
    for round in 0..500 {
        let now = begun + ms(10 * round);
        polls += i32::from(turns.is_poll(now));
        let round = turns.round(now);
        of_all += i32::from(round == Round::All);
        turns.ended(round, true, now + ms(10));
    }
    assert_eq!((of_all, polls), (45, 5), "in five seconds");
}

#[test]
fn posts_alone_leave_something_for_later() {
    let begun = Instant::now();
    let mut turns = Turns::begin(Pace::default(), begun);
    assert!(turns.is_poll(begun));
    assert_eq!(turns.round(begun + ms(40)), Round::Posts);
    assert_eq!(turns.ended(Round::Posts, true, begun + ms(50)), begun + ms(100));
    assert_eq!(turns.round(begun + ms(100)), Round::All);
    assert_eq!(turns.ended(Round::All, true, begun + ms(120)), begun + ms(1_000), "nothing is left until the poll");
}
