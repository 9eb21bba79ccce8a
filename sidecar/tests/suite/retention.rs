//! What is kept how long, and that the privacy page says so.

use chrono::TimeDelta;
use generator::db::{audit, former_texts, reports};
use generator::model::MemberId;

use crate::harness::{ENGINES, TestApp};

#[tokio::test]
async fn what_editors_did_and_changed_is_kept_as_long_as_said() {
    use sidecar::retention::{ACT_KEPT, FORMER_TEXT_KEPT, REPORT_KEPT};
    for engine in ENGINES {
        let app = TestApp::demo_on(engine).await;
        let now = app.app.now();
        let mut tx = app.opened.db.write().await.unwrap();
        let (by, second) = ((MemberId(4), "Drahomír"), TimeDelta::seconds(1));
        for at in [now, now - second] {
            let entry = audit::Entry {
                action: audit::Action::Edited,
                kind: "news",
                item: "1".to_owned(),
                summary: "x".to_owned(),
            };
            audit::note(&mut tx, by.0, by.1, &entry, at).await.unwrap();
            let kept = former_texts::Cause::Edited;
            former_texts::keep(&mut tx, ("news", "1"), by, kept, "{}", at).await.unwrap();
            let report = reports::add(&mut tx, "/", "Hlášení", None, at).await.unwrap();
            reports::settle(&mut tx, report, by.1, "", at).await.unwrap();
        }
        reports::add(&mut tx, "/", "Čeká", None, now - TimeDelta::days(10_000)).await.unwrap();
        tx.commit().await.unwrap();
        let kept = async |expected: [i64; 3]| {
            sidecar::retention::keep_to_it(&app.app).await;
            let counts = [
                app.number("select count(*) from report").await,
                app.number("select count(*) from audit_entry").await,
                app.number("select count(*) from former_text").await,
            ];
            assert_eq!(counts, expected, "{engine:?}");
        };
        kept([3, 2, 2]).await;
        assert_eq!(ACT_KEPT, FORMER_TEXT_KEPT, "both are passed at once below");
        app.pass(REPORT_KEPT - TimeDelta::minutes(5));
        kept([3, 2, 2]).await;
        app.pass(TimeDelta::minutes(10));
        kept([1, 2, 2]).await;
        app.pass(ACT_KEPT - REPORT_KEPT - TimeDelta::minutes(10));
        kept([1, 2, 2]).await;
        app.pass(TimeDelta::minutes(10));
        kept([1, 0, 0]).await;
    }
}

/// What the privacy page says of each thing that is deleted: its row, and how long in words.
#[test]
fn the_privacy_page_says_what_is_deleted_when() {
    use sidecar::mail::compose::{WELCOME_LASTS, WITHDRAW_LASTS_ON};
    use sidecar::retention::{
        ACT_KEPT, ADVERTISERS_KEPT, FORMER_TEXT_KEPT, Kept, MAIL_KEPT, REJECTED_KEPT, REPORT_KEPT, UNCONFIRMED_KEPT,
    };
    use sidecar::session::LASTS;
    let said = |kept: Kept| match kept {
        Kept::Sessions => ("Přihlášení (kdy", vec![(LASTS, "30 dní")]),
        Kept::Links => ("Odkazy v e-mailech", vec![(WELCOME_LASTS, "7 dní")]),
        Kept::Mails => ("E-maily, které jsme poslali", vec![(MAIL_KEPT, "14 dní")]),
        Kept::Registrations => ("Žádost o registraci", vec![(REJECTED_KEPT, "90 dní")]),
        Kept::Reports => ("Hlášení redakci", vec![(REPORT_KEPT, "ještě rok")]),
        Kept::Acts => ("Záznam o tom, co udělala redakce", vec![(ACT_KEPT, "2 roky")]),
        Kept::FormerTexts => ("Starší verze textů", vec![(FORMER_TEXT_KEPT, "2 roky")]),
        Kept::GuestAds => (
            "Inzerát bez účtu",
            vec![(UNCONFIRMED_KEPT, "7 dní"), (REJECTED_KEPT, "90 dní"), (ADVERTISERS_KEPT, "rok po zveřejnění")],
        ),
    };
    let days_of = |words: &str| match words {
        "ještě rok" | "rok po zveřejnění" => 365,
        "2 roky" => 2 * 365,
        days => days.split_once(' ').unwrap().0.parse().unwrap(),
    };
    let page = String::from_utf8(generator::files::shipped_site().content["pages/soukromi.md"].bytes.clone()).unwrap();
    let (_, table) = page.split_once("| Údaj | Jak dlouho |").unwrap();
    let rows: Vec<(&str, &str)> = table
        .lines()
        .skip(2)
        .map_while(|line| line.strip_prefix("| ")?.strip_suffix(" |")?.split_once(" | "))
        .collect();
    assert!(rows.len() > 15, "{rows:?}");
    let (_, files) = rows.iter().find(|(row, _)| row.starts_with("Nahrané soubory, které nikde nejsou")).unwrap();
    assert_eq!((*files, sidecar::uploads::jobs::FORGET_AFTER.num_days()), ("2 dny", 2));
    let (_, withdrawing) = rows.iter().find(|(row, _)| row.starts_with("Odkaz, kterým se stahuje")).unwrap();
    assert!(withdrawing.contains("60 dní") && WITHDRAW_LASTS_ON.num_days() == 60, "{withdrawing}");
    for kept in Kept::ALL {
        let (what, times) = said(kept);
        let (_, how_long) = rows.iter().find(|(row, _)| row.starts_with(what)).unwrap_or_else(|| panic!("no {what}"));
        for (time, words) in times {
            assert!(how_long.contains(words), "{what}: {how_long}");
            assert_eq!(days_of(words), time.num_days(), "{what}");
        }
    }
}
