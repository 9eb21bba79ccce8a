//! The drill: the database is copied while people post, then lost and brought back, and the site is what the copy says.

use std::path::Path;
use std::process::{Command, Output};
use std::sync::Arc;

use generator::build::Options;
use generator::build::progress::Progress;
use generator::model::{MemberId, Text, TextFormat};
use generator::open::Opened;
use generator::publish::{Door, members, news};
use generator::settings::Settings;
use generator::text::moment;
use generator::verify::{mend, verify};

use crate::harness::{ENGINES, Engine, TestApp, create_database, postgres_url};

const NEWS: &str = "aktuality/index.html";

fn backup(database_url: &str, file: &Path) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_sidecar"));
    command.arg("backup").arg(file).env("DATABASE_URL", database_url).output().unwrap()
}

#[track_caller]
fn assert_refused(output: &Output, words: &str) {
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(1), "{said}");
    assert!(said.contains(words), "{said}");
}

fn door(opened: &Opened) -> Door {
    Door { db: opened.db.clone(), site: Arc::clone(&opened.site), generation: None, signals: Arc::default() }
}

async fn member(door: &Door) -> MemberId {
    let mut change = door.begin(moment::cut(chrono::Utc::now())).await.unwrap();
    let member = members::register(&mut change, "Zálohář", "clen@example.org").await.unwrap();
    change.commit().await.unwrap();
    member
}

async fn announce(door: &Door, member: MemberId, words: &str) {
    let mut change = door.begin(moment::cut(chrono::Utc::now())).await.unwrap();
    let body = Text { source: words.to_owned(), format: TextFormat::Markdown };
    news::add(&mut change, member, &body).await.unwrap();
    change.commit().await.unwrap();
}

/// Brings a copy back as a database of its own; gives its address.
async fn restore(engine: Engine, file: &Path, folder: &Path) -> String {
    match engine {
        Engine::Sqlite => {
            let database = folder.join("restored.db");
            std::fs::copy(file, &database).unwrap();
            format!("sqlite://{}", database.display())
        }
        Engine::Postgres => {
            let url = postgres_url();
            create_database(&url).await;
            let mut command = Command::new("pg_restore");
            let output = command.args(["--no-owner", "--dbname", &url]).arg(file).output().unwrap();
            assert!(output.status.success(), "{output:?}");
            url
        }
    }
}

#[tokio::test]
async fn a_copy_that_is_brought_back_makes_the_site_true_again() {
    for engine in ENGINES {
        let app = TestApp::demo_on(engine).await;
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("copy");
        let door = door(&app.opened);
        let member = member(&door).await;
        announce(&door, member, "Před zálohou.").await;
        // It is made while others write.
        let url = app.settings.database_url.clone();
        let made = file.clone();
        let copying = tokio::task::spawn_blocking(move || backup(&url, &made));
        while !copying.is_finished() {
            announce(&door, member, "Mezitím.").await;
        }
        let output = copying.await.unwrap();
        assert!(output.status.success(), "{output:?}");
        announce(&door, member, "Po záloze.").await;
        app.build().await;
        let page = |output: &Path| std::fs::read_to_string(output.join(NEWS)).unwrap();
        assert!(page(&app.settings.output).contains("Po záloze."));

        let database_url = restore(engine, &file, folder.path()).await;
        let settings = Settings { database_url, ..app.settings.clone() };
        let opened = Opened::from_files(generator::files::shipped_site(), &settings).await.unwrap();
        let builder = opened.builder(&settings.output).unwrap();
        let findings = verify(&builder).await.unwrap();
        // Pages that the copy knows to be stale are no findings; of those that came after it there are files.
        assert!(findings.waiting > 0 && !findings.differences.is_empty(), "{engine:?}: {:?}", findings.differences);
        mend(&builder, &findings, moment::cut(chrono::Utc::now())).await.unwrap();
        let now = moment::cut(chrono::Utc::now());
        let summary = builder.build(Options::default(), now, &Progress::silent()).await.unwrap();
        assert_eq!(summary.failed, []);
        assert!(verify(&builder).await.unwrap().differences.is_empty(), "{engine:?}");
        assert!(!page(&settings.output).contains("Po záloze."), "{engine:?}: it is in no copy");
        // A full build agrees.
        let beside = folder.path().join("beside");
        std::fs::rename(&settings.output, &beside).unwrap();
        let builder = opened.builder(&settings.output).unwrap();
        builder.build(Options::default(), now, &Progress::silent()).await.unwrap();
        assert_eq!(page(&settings.output), page(&beside), "{engine:?}");
    }
}

#[tokio::test]
async fn a_copy_is_for_its_owner_and_replaces_nothing() {
    for engine in ENGINES {
        let app = TestApp::demo_on(engine).await;
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("copy");
        // Left by one that was killed.
        std::fs::write(folder.path().join("copy.part"), b"half of it").unwrap();
        let output = backup(&app.settings.database_url, &file);
        assert!(output.status.success(), "{output:?}");
        #[cfg(unix)]
        {
            let mode = std::os::unix::fs::PermissionsExt::mode(&file.metadata().unwrap().permissions());
            assert_eq!(mode & 0o777, 0o600);
        }
        let before = std::fs::read(&file).unwrap();
        assert_refused(&backup(&app.settings.database_url, &file), "is there already");
        assert_eq!(std::fs::read(&file).unwrap(), before);
        let entries = std::fs::read_dir(folder.path()).unwrap().count();
        assert_eq!(entries, 1, "{engine:?}: nothing else stays");
    }
}

#[tokio::test]
async fn what_cannot_be_copied_is_named_and_nothing_is_left() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("copy");
    let missing = format!("sqlite://{}", folder.path().join("missing.db").display());
    assert_refused(&backup(&missing, &file), "missing.db");
    // Such a database does not exist.
    let secret = postgres_url().replace("tester@", "tester:tajemstvi@");
    let output = backup(&secret, &file);
    assert_refused(&output, "pg_dump cannot copy the database ");
    assert!(!String::from_utf8_lossy(&output.stderr).contains("tajemstvi"));
    let nowhere = folder.path().join("no/such/folder/copy");
    assert_refused(&backup(&missing, &nowhere), "cannot write ");
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
}
