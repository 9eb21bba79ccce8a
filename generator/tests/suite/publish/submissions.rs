//! Works on their way to the public: who may move them where, what is remembered of it, which files they show.

use generator::db::submissions::{self as rows, Action};
use generator::db::{Tx, uploads};
use generator::model::{CreationId, Upload};
use generator::publish::creations::{self, Work};
use generator::publish::submissions;

use crate::harness::{ENGINES, now};

use super::{ALMARA, BOREK, Door, assert_marked, assert_refused, text, work};

async fn begun(door: &Door, title: &str) -> CreationId {
    let mut change = door.change().await;
    let id = submissions::begin(&mut change, "povesti", BOREK, "Smutné", &work(title)).await.unwrap();
    assert_marked(&change.commit().await.unwrap(), &[]);
    id
}

#[tokio::test]
async fn a_work_goes_its_way_and_its_history_knows_it() {
    for engine in ENGINES {
        let door = Door::open(engine).await;
        let id = begun(&door, "Drak").await;
        let mut change = door.change().await;
        submissions::submit(&mut change, id, BOREK).await.unwrap();
        assert_eq!(rows::waiting_count(change.tx()).await.unwrap(), 1);
        let waiting = rows::waiting(change.tx(), 0, 10).await.unwrap();
        assert_eq!((waiting[0].id, waiting[0].author.as_str(), waiting[0].since), (id, "Bořek", now()));
        submissions::return_with_note(&mut change, id, ALMARA, " Konec chybí. ").await.unwrap();
        submissions::save(&mut change, id, BOREK, "Veselé", &work("Drak a konec")).await.unwrap();
        submissions::submit(&mut change, id, BOREK).await.unwrap();
        submissions::withdraw(&mut change, id, BOREK).await.unwrap();
        submissions::submit(&mut change, id, BOREK).await.unwrap();
        assert_marked(&change.commit().await.unwrap(), &[]);
        let mut change = door.change().await;
        submissions::approve(&mut change, id, ALMARA, "").await.unwrap();
        let marked = change.commit().await.unwrap();
        let names = |page: &str| marked.iter().any(|mark| mark.page.to_string() == page);
        assert!(names("creation/povesti/1") && names("section/povesti") && names("genre/povesti/vesele"), "{marked:?}");
        let mut tx = door.site.opened.db.snapshot().await.unwrap();
        let history = rows::history(&mut tx, id).await.unwrap();
        let steps: Vec<_> =
            history.iter().map(|step| (step.action, step.nick.as_deref().unwrap(), step.note.as_str())).collect();
        assert_eq!(
            steps,
            [
                (Action::Begun, "Bořek", ""),
                (Action::Submitted, "Bořek", ""),
                (Action::Returned, "Almara", "Konec chybí."),
                (Action::Submitted, "Bořek", ""),
                (Action::Withdrawn, "Bořek", ""),
                (Action::Submitted, "Bořek", ""),
                (Action::Approved, "Almara", ""),
            ]
        );
        assert_eq!(rows::waiting_count(&mut tx).await.unwrap(), 0);
    }
}

#[tokio::test]
async fn steps_that_lead_from_elsewhere_are_refused() {
    for engine in ENGINES {
        let door = Door::open(engine).await;
        let id = begun(&door, "Drak").await;
        let mut change = door.change().await;
        let gone = format!("there is no creation {id}");
        assert_refused(submissions::save(&mut change, id, ALMARA, "", &work("Cizí")).await, &gone);
        assert_refused(submissions::submit(&mut change, id, ALMARA).await, &gone);
        assert_refused(submissions::discard(&mut change, id, ALMARA).await, &gone);
        for refused in [
            submissions::return_with_note(&mut change, id, ALMARA, "Ne.").await,
            submissions::reject(&mut change, id, ALMARA, "").await,
            submissions::approve(&mut change, id, ALMARA, "").await,
            submissions::withdraw(&mut change, id, BOREK).await,
        ] {
            assert!(refused.unwrap_err().to_string().starts_with("creation 1 is draft: it cannot be "));
        }
        submissions::submit(&mut change, id, BOREK).await.unwrap();
        let waits = |action: &str| format!("creation {id} is waiting: it cannot be {action}");
        assert_refused(submissions::save(&mut change, id, BOREK, "", &work("Had")).await, &waits("edited"));
        assert_refused(submissions::submit(&mut change, id, BOREK).await, &waits("submitted"));
        assert_refused(submissions::discard(&mut change, id, BOREK).await, &waits("thrown away"));
        assert_refused(
            submissions::return_with_note(&mut change, id, ALMARA, " ").await,
            "a work is returned with a note to its author",
        );
        submissions::reject(&mut change, id, ALMARA, "Tohle už tu je.").await.unwrap();
        assert_refused(
            submissions::save(&mut change, id, BOREK, "", &work("Had")).await,
            &format!("creation {id} is rejected: it cannot be edited"),
        );
        submissions::discard(&mut change, id, BOREK).await.unwrap();
        change.commit().await.unwrap();
        let mut tx = door.site.opened.db.snapshot().await.unwrap();
        assert_eq!(rows::of_member(&mut tx, BOREK, 0, 10).await.unwrap().len(), 0);
        assert_eq!(rows::history(&mut tx, id).await.unwrap().len(), 0);
    }
}

#[tokio::test]
async fn what_is_required_may_be_missing_in_a_draft_alone() {
    for engine in ENGINES {
        let mut files = crate::harness::small_files();
        let kind = "name = \"Pověst\"\nrated = true\n[[attribute]]\nkey = \"place\"\nlabel = \"Místo\"\ntype = \"text\"\nrequired = true\n";
        files.content.get_mut("kinds/story.toml").unwrap().bytes = kind.as_bytes().to_vec();
        let door = Door::over(crate::harness::TestSite::with(engine, files).await).await;
        let id = begun(&door, "Drak").await;
        let mut change = door.change().await;
        let missing = "attribute `place` is required by its kind and missing";
        assert_refused(submissions::submit(&mut change, id, BOREK).await, missing);
        assert_refused(
            submissions::save(&mut change, id, BOREK, "Strašné", &work("Drak")).await,
            "the section povesti has no genre `Strašné`",
        );
        let whole = Work { attributes: "{\"place\":\"Les\"}".to_owned(), ..work("Drak") };
        submissions::save(&mut change, id, BOREK, "", &whole).await.unwrap();
        submissions::submit(&mut change, id, BOREK).await.unwrap();
    }
}

#[tokio::test]
async fn a_draft_sent_twice_is_one() {
    for engine in ENGINES {
        let door = Door::open(engine).await;
        let first = begun(&door, "Drak").await;
        assert_eq!(begun(&door, "Drak").await, first);
        assert_ne!(begun(&door, "Had").await, first);
        let mut change = door.change_at(now() + chrono::TimeDelta::minutes(16)).await;
        let later = submissions::begin(&mut change, "povesti", BOREK, "", &work("Drak")).await.unwrap();
        assert_ne!(later, first);
    }
}

async fn bring(tx: &mut Tx, path: &str, member: generator::model::MemberId) {
    let upload = Upload { path: path.to_owned(), size_bytes: 9, width: Some(3), height: Some(2), ..Upload::default() };
    uploads::bring(tx, &upload, "image/png", member, now()).await.unwrap();
}

/// Path and whether it is wanted, of the files that are to be looked at.
async fn unsettled(door: &Door) -> Vec<(String, bool)> {
    let mut tx = door.site.opened.db.snapshot().await.unwrap();
    let files = uploads::unsettled(&mut tx, 10).await.unwrap();
    files.into_iter().map(|file| (file.path, file.is_wanted)).collect()
}

async fn settle(door: &Door) {
    let mut tx = door.site.opened.db.write().await.unwrap();
    for file in uploads::unsettled(&mut tx, 10).await.unwrap() {
        uploads::settled(&mut tx, &file.path, file.is_wanted, None).await.unwrap();
    }
    tx.commit().await.unwrap();
}

#[tokio::test]
async fn a_file_is_public_while_a_public_work_shows_it() {
    for engine in ENGINES {
        let door = Door::open(engine).await;
        let mut change = door.change().await;
        for (path, member) in [("u/a.png", BOREK), ("u/b.png", BOREK), ("u/almaras.png", ALMARA)] {
            bring(change.tx(), path, member).await;
        }
        let body = text("![a](u/a.png) ![cizí](u/almaras.png) ![nic](u/none.png)");
        let drawn = Work { body, ..work("Drak") };
        let id = submissions::begin(&mut change, "povesti", BOREK, "", &drawn).await.unwrap();
        uploads::attach(change.tx(), id, "u/b.png").await.unwrap();
        change.commit().await.unwrap();
        assert_eq!(unsettled(&door).await, [("u/a.png".to_owned(), false)], "a draft shows its own alone");
        settle(&door).await;

        let mut change = door.change().await;
        submissions::submit(&mut change, id, BOREK).await.unwrap();
        submissions::approve(&mut change, id, ALMARA, "").await.unwrap();
        change.commit().await.unwrap();
        let wanted = |path: &str, is_wanted| (path.to_owned(), is_wanted);
        assert_eq!(unsettled(&door).await, [wanted("u/a.png", true), wanted("u/b.png", false)]);
        settle(&door).await;

        let mut change = door.change().await;
        creations::edit(&mut change, id, &Work { body: text("![b](u/b.png)"), ..work("Drak") }).await.unwrap();
        change.commit().await.unwrap();
        assert_eq!(unsettled(&door).await, [wanted("u/a.png", false), wanted("u/b.png", true)]);
        settle(&door).await;

        let mut change = door.change().await;
        creations::unpublish(&mut change, id).await.unwrap();
        change.commit().await.unwrap();
        assert_eq!(unsettled(&door).await, [wanted("u/a.png", false), wanted("u/b.png", false)]);
        settle(&door).await;
        let mut change = door.change().await;
        creations::publish_again(&mut change, id).await.unwrap();
        change.commit().await.unwrap();
        settle(&door).await;
        let mut change = door.change().await;
        creations::delete(&mut change, id).await.unwrap();
        change.commit().await.unwrap();
        assert_eq!(unsettled(&door).await, [wanted("u/a.png", false), wanted("u/b.png", false)]);
    }
}

#[tokio::test]
async fn what_nothing_shows_is_forgotten_and_nothing_else() {
    for engine in ENGINES {
        let door = Door::open(engine).await;
        let mut change = door.change().await;
        for path in ["u/draft.png", "u/lost.png", "u/shown.png"] {
            bring(change.tx(), path, BOREK).await;
        }
        let draft = submissions::begin(&mut change, "povesti", BOREK, "", &work("Rozepsaná")).await.unwrap();
        uploads::attach(change.tx(), draft, "u/draft.png").await.unwrap();
        let body = text("![](u/shown.png)");
        let shown =
            submissions::begin(&mut change, "povesti", BOREK, "", &Work { body, ..work("Hotová") }).await.unwrap();
        submissions::submit(&mut change, shown, BOREK).await.unwrap();
        change.commit().await.unwrap();
        settle(&door).await;
        let forgettable = async |hours| {
            let before = now() + chrono::TimeDelta::hours(hours);
            let mut tx = door.site.opened.db.snapshot().await.unwrap();
            let files = uploads::forgettable(&mut tx, before, 10).await.unwrap();
            files.into_iter().map(|file| file.path).collect::<Vec<_>>()
        };
        assert_eq!(forgettable(0).await, Vec::<String>::new());
        assert_eq!(forgettable(1).await, ["u/lost.png"]);
        let mut tx = door.site.opened.db.write().await.unwrap();
        let before = now() + chrono::TimeDelta::hours(1);
        assert!(!uploads::forget(&mut tx, "u/draft.png", before).await.unwrap());
        assert!(uploads::forget(&mut tx, "u/lost.png", before).await.unwrap());
        assert!(uploads::own(&mut tx, BOREK, "u/lost.png").await.unwrap().is_none());
        assert!(uploads::own(&mut tx, ALMARA, "u/shown.png").await.unwrap().is_none(), "somebody else's");
        assert!(uploads::own(&mut tx, BOREK, "u/shown.png").await.unwrap().is_some());
        tx.commit().await.unwrap();
        let mut change = door.change().await;
        submissions::discard(&mut change, draft, BOREK).await.unwrap();
        change.commit().await.unwrap();
        settle(&door).await;
        assert_eq!(forgettable(1).await, ["u/draft.png"]);
    }
}
