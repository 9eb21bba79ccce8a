//! `generator check` as it is called: status, output, how it finds its database.

use std::process::{Command, Output};

use super::observatory;
use crate::harness::*;

fn generator(site: &TestSite, arguments: &[&str], variables: &[(&str, &str)]) -> Output {
    let folder = site.settings.site.to_str().unwrap();
    let fixture = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/tiny");
    let mut command = Command::new(env!("CARGO_BIN_EXE_generator"));
    command.args(arguments).current_dir(folder).env_clear().env("SITE", fixture);
    command.env("DATABASE_URL", &site.settings.database_url).env("OUTPUT", &site.settings.output);
    command.env("UPLOADS", &site.settings.uploads).env("UPLOADS_URL", "https://uploads.example.org");
    command.envs(variables.iter().copied()).output().unwrap()
}

fn text(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).unwrap()
}

#[tokio::test]
async fn its_status_and_its_lines() {
    let site = observatory(Engine::Sqlite).await;
    let good = generator(&site, &["check"], &[]);
    assert_eq!((good.status.code(), text(&good.stdout)), (Some(0), ""), "{}", text(&good.stderr));
    assert!(text(&good.stderr).contains("0 findings in ") && text(&good.stderr).contains("against the database, in"));

    site.write("notes.txt", "stray");
    let bad = generator(&site, &["check"], &[]);
    let line = "notes.txt: orphan-file: the database knows of no page that stands here\n";
    assert_eq!((bad.status.code(), text(&bad.stdout)), (Some(1), line));
    assert!(text(&bad.stderr).contains("      1 orphan-file\n"), "{}", text(&bad.stderr));

    let json = generator(&site, &["check", "--format", "json"], &[]);
    let line: serde_json::Value = serde_json::from_str(text(&json.stdout)).unwrap();
    assert_eq!(line["rule"], "orphan-file");
    assert_eq!(line["path"], "notes.txt");

    let output = site.settings.output.to_str().unwrap();
    let alone = generator(&site, &["check", output, "--no-database", "--allow", "email-address"], &[]);
    assert_eq!(text(&alone.stdout), "notes.txt: orphan-file: nothing leads here\n");
    assert!(text(&alone.stderr).contains("without a database"), "{}", text(&alone.stderr));
    let allowed = generator(&site, &["check", "--allow", "orphan-file"], &[]);
    assert_eq!(allowed.status.code(), Some(0));
}

#[tokio::test]
async fn what_it_cannot_do() {
    let site = observatory(Engine::Sqlite).await;
    let code = |output: &Output| output.status.code();
    let nowhere = generator(&site, &["check", "nowhere"], &[]);
    assert_eq!(code(&nowhere), Some(2));
    assert!(text(&nowhere.stderr).contains("nowhere holds no built site"), "{}", text(&nowhere.stderr));
    let rule = generator(&site, &["check", "--allow", "no-such-rule"], &[]);
    assert_eq!(code(&rule), Some(2));
    assert!(text(&rule.stderr).contains("there is no rule `no-such-rule`"), "{}", text(&rule.stderr));
    let missing = generator(&site, &["check"], &[("DATABASE_URL", "sqlite://no/such.db")]);
    assert_eq!(code(&missing), Some(1));
    assert!(text(&missing.stderr).contains("there is no such file"), "{}", text(&missing.stderr));
    site.change(&["delete from _sqlx_migrations"], &[]).await;
    let older = generator(&site, &["check"], &[]);
    assert_eq!(code(&older), Some(1));
    assert!(text(&older.stderr).contains("has an older schema"), "{}", text(&older.stderr));
}
