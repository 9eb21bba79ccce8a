//! The drill: the database is copied while people post, then lost and brought back, and the site is what the copy says.

use std::path::Path;
use std::process::{Command, Output};
use std::sync::Arc;

use generator::build::Options;
use generator::build::progress::Progress;
use generator::db::Tx;
use generator::model::{MemberId, Text, TextFormat};
use generator::open::Opened;
use generator::publish::{Door, members, news};
use generator::settings::Settings;
use generator::text::moment;
use generator::verify::{mend, verify};

use crate::harness::{ENGINES, Engine, TestApp};
use crate::postgres;

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

/// The nth of the drill's posts.
fn words(nth: usize) -> String {
    format!("Zpráva {nth}.")
}

async fn announce(door: &Door, member: MemberId, nth: usize) {
    let mut change = door.begin(moment::cut(chrono::Utc::now())).await.unwrap();
    let body = Text { source: words(nth), format: TextFormat::Markdown };
    news::add(&mut change, member, &body).await.unwrap();
    change.commit().await.unwrap();
}

/// Which of the drill's posts a database holds, in their order.
async fn posts(opened: &Opened) -> Vec<String> {
    const SQL: &str = "select body from news where body like 'Zpráva %' order by id";
    let mut tx = opened.db.snapshot().await.unwrap();
    match &mut tx {
        Tx::Sqlite(tx) => sqlx::query_scalar(SQL).fetch_all(&mut **tx).await.unwrap(),
        Tx::Postgres(tx) => sqlx::query_scalar(SQL).fetch_all(&mut **tx).await.unwrap(),
    }
}

/// Brings a copy back as the README says: in the place of a lost file, or as a database of its own. Gives its address.
async fn restore(engine: Engine, file: &Path, lost: &str) -> String {
    match engine {
        Engine::Sqlite => {
            let database = lost.strip_prefix("sqlite://").unwrap();
            for end in ["", "-wal", "-shm"] {
                // Those beside it may have gone with the last connection.
                let _ = std::fs::remove_file(format!("{database}{end}"));
            }
            std::fs::copy(file, database).unwrap();
            lost.to_owned()
        }
        Engine::Postgres => {
            let url = postgres::fresh(file.parent().unwrap()).await;
            let mut command = Command::new("pg_restore");
            command.args(["--no-owner", "--exit-on-error", "--single-transaction", "--dbname", &url]).arg(file);
            let output = command.output().unwrap();
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
        announce(&door, member, 1).await;
        // It is made while others write.
        let url = app.settings.database_url.clone();
        let made = file.clone();
        let copying = tokio::task::spawn_blocking(move || backup(&url, &made));
        let mut last = 1;
        while last == 1 || !copying.is_finished() {
            last += 1;
            announce(&door, member, last).await;
        }
        let output = copying.await.unwrap();
        assert!(output.status.success(), "{output:?}");
        announce(&door, member, last + 1).await;
        app.build().await;
        let page = |output: &Path| std::fs::read_to_string(output.join(NEWS)).unwrap();
        assert!(page(&app.settings.output).contains(&words(last + 1)));

        app.opened.db.close().await;
        let database_url = restore(engine, &file, &app.settings.database_url).await;
        let settings = Settings { database_url, ..app.settings.clone() };
        let opened = Opened::from_files(generator::files::shipped_site(), &settings).await.unwrap();
        let restored = posts(&opened).await;
        assert!((1..=last).contains(&restored.len()), "{engine:?}: {restored:?} of {last}");
        let one_moments: Vec<String> = (1..=restored.len()).map(words).collect();
        assert_eq!(restored, one_moments, "{engine:?}");

        let builder = opened.builder(&settings.output).unwrap();
        let now = moment::cut(chrono::Utc::now());
        let build = async || {
            let summary = builder.build(Options::default(), now, &Progress::silent()).await.unwrap();
            assert_eq!(summary.failed, []);
        };
        build().await;
        let findings = verify(&builder).await.unwrap();
        mend(&builder, &findings, now).await.unwrap();
        build().await;
        assert!(verify(&builder).await.unwrap().differences.is_empty(), "{engine:?}");
        assert!(!page(&settings.output).contains(&words(last + 1)), "{engine:?}: it is in no copy");
        assert!(page(&settings.output).contains(&words(restored.len())), "{engine:?}");
    }
}

#[tokio::test]
async fn a_copy_is_for_its_owner_and_replaces_nothing() {
    for engine in ENGINES {
        let app = TestApp::demo_on(engine).await;
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("copy");
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
    let url = postgres::address();
    let (_, rest) = url.rsplit_once('@').unwrap();
    let output = backup(&format!("postgres://tester:tajemstvi@{rest}"), &file);
    assert_refused(&output, "pg_dump cannot copy the database ");
    assert!(!String::from_utf8_lossy(&output.stderr).contains("tajemstvi"));
    let nowhere = folder.path().join("no/such/folder/copy");
    assert_refused(&backup(&missing, &nowhere), "cannot write ");
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
}

#[tokio::test]
async fn no_copy_is_made_where_everybody_is_served() {
    let app = TestApp::demo().await;
    for served in [&app.settings.output, &app.settings.uploads] {
        let file = served.join("copy");
        let mut command = Command::new(env!("CARGO_BIN_EXE_sidecar"));
        command.arg("backup").arg(&file).env("DATABASE_URL", &app.settings.database_url);
        command.env("OUTPUT", &app.settings.output).env("UPLOADS", &app.settings.uploads);
        assert_refused(&command.output().unwrap(), "from where everybody is served");
        assert!(!file.exists());
    }
}
