//! A rolling restart behind nginx by its printed rules: nobody sees it.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use generator::open::Opened;
use generator::routes::{Format, Pages};

use crate::harness::ENGINES;
use crate::running::{Running, free_port, printed};
use crate::serve::{Host, Serving};

use super::{Visitor, add_member, status};

/// Those who ask all the time, each a request after the other.
const ASKERS: usize = 3;

fn serve(host: &Host, site: &std::path::Path, port: u16, name_port: u16) -> Serving {
    let mut command = host.command_on(site, port);
    command.env("SITE_URL", format!("http://localhost:{name_port}")).env("TRUSTED_PROXIES", "127.0.0.1");
    Serving::start(&mut command, " on http://")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rolling_restart_loses_no_request() {
    for engine in ENGINES {
        let host = Host::new(engine).await;
        let site = host.release("one", &[]);
        let (front, ports) = (free_port(), [free_port(), free_port()]);
        let mut first = serve(&host, &site, ports[0], front);
        first.until_said(" 0 failed");
        let second = serve(&host, &site, ports[1], front);
        add_member(&host, "Fénix");
        let opened = Opened::open_as_it_is(&host.settings(&site)).await.unwrap();
        let pages = Pages::Folder(host.path("output"));
        let _nginx = Running::nginx(&printed(Format::Nginx, &opened.site, pages, &ports, front), front).await;
        let mut member = Visitor::new(front, front);
        member.log_in("Fénix");

        let (end, asked) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicUsize::new(0)));
        let askers: Vec<_> = (0..ASKERS)
            .map(|_| {
                let (visitor, end, asked) = (member.clone(), Arc::clone(&end), Arc::clone(&asked));
                std::thread::spawn(move || {
                    while !end.load(Ordering::Relaxed) {
                        let answer = visitor.ask("GET", "/api/me", "").expect("an answer");
                        assert!(status(&answer) == "200" && answer.contains("Fénix"), "{answer}");
                        asked.fetch_add(1, Ordering::Relaxed);
                    }
                })
            })
            .collect();
        let post = |text: &str| {
            let answer = member.post("/prispevky/", &[("text", text), ("do", "post")]);
            assert_eq!(status(&answer), "303", "{engine:?}: {text}: {answer}");
        };
        post("Před nasazením.");

        // Each in turn: one that is asked to end while it answers, and another in its place.
        let slow = |port: u16| {
            // A failed login takes a second.
            let stranger = Visitor::new(port, front);
            std::thread::spawn(move || stranger.post("/uzivatel/prihlaseni/", &[("name", "Nikdo"), ("password", "ne")]))
        };
        let mut former = Some(first);
        let mut others = vec![second];
        for (round, port) in ports.into_iter().enumerate() {
            let serving = former.take().unwrap();
            let begun = Instant::now();
            let ending = std::thread::spawn(move || serving.end());
            // It is let in while connections are given back, and answered when nobody is let in any more.
            std::thread::sleep(Duration::from_millis(600));
            let in_flight = slow(port);
            post(&format!("Během konce {round}."));
            let answer = in_flight.join().unwrap();
            assert_eq!(status(&answer), "401", "{engine:?}: what had begun is answered: {answer}");
            ending.join().unwrap();
            assert!(begun.elapsed() < Duration::from_secs(20), "{engine:?}: it takes too long to end");
            post(&format!("Bez jednoho {round}."));
            others.push(serve(&host, &site, port, front));
            post(&format!("S novým {round}."));
            former = Some(others.remove(0));
        }
        end.store(true, Ordering::Relaxed);
        for asker in askers {
            asker.join().expect("no request fails");
        }
        assert!(asked.load(Ordering::Relaxed) > 50, "{engine:?}: only {asked:?} requests");
        let forum = member.get("/forum/");
        for text in
            ["Před nasazením.", "Během konce 0.", "Bez jednoho 0.", "S novým 0.", "Během konce 1.", "S novým 1."]
        {
            assert!(forum.contains(text), "{engine:?}: {text} is lost");
        }
    }
}
