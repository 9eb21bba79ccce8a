//! What the files of a deployment say, held against what the programs do with it.

use std::process::Command;

use crate::harness::Engine;
use crate::running::free_port;
use crate::serve::{Host, Serving};

const DOCKERFILE: &str = include_str!("../../../../Dockerfile");
const COMPOSE: &str = include_str!("../../../../compose.yaml");
const EXAMPLE: &str = include_str!("../../../../.env.example");

/// The variables that the image sets.
fn variables() -> Vec<(&'static str, &'static str)> {
    let lines = DOCKERFILE.lines().filter_map(|line| line.strip_prefix("ENV "));
    lines.flat_map(str::split_whitespace).map(|word| word.split_once('=').expect("ENV NAME=VALUE")).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_image_listens_where_a_platform_says() {
    let host = Host::new(Engine::Sqlite).await;
    let site = host.release("one", &[]);
    let port = free_port();
    let mut command = Command::new(env!("CARGO_BIN_EXE_sidecar"));
    command.arg("serve").envs(variables()).env("LOG_FORMAT", "text").env("PORT", port.to_string());
    command.env("DATABASE_URL", &host.database_url).env("SITE", &site).env("SITE_URL", "http://localhost:8000");
    command.env("OUTPUT", host.path("output")).env("UPLOADS", host.path("uploads"));
    let mut serving = Serving::start(&mut command, " on http://");
    serving.until_said(" 0 failed");
    assert_eq!(serving.address(), format!("0.0.0.0:{port}"));
    serving.end();
}

#[test]
fn the_image_can_copy_the_database_beside_it() {
    let debian = "trixie";
    // The client that this Debian has; a newer server's database it does not read.
    let client = 17;
    let stages: Vec<&str> = DOCKERFILE.lines().filter(|line| line.starts_with("FROM ")).collect();
    assert!(stages.len() == 2 && stages.iter().all(|stage| stage.contains(debian)), "{stages:?}");
    let server = COMPOSE.split_once("image: postgres:").unwrap().1.split(['-', '\n']).next().unwrap();
    assert!(server.parse::<u32>().unwrap() <= client, "PostgreSQL {server}");
}

#[test]
fn compose_passes_on_what_its_example_of_an_env_names() {
    assert_eq!(COMPOSE.matches("env_file: .env").count(), 1);
    for name in ["SMTP_URL", "MAIL_FROM", "SENTRY_DSN", "ALERT_WEBHOOK_URL", "METRICS_TOKEN", "UPLOADS_URL"] {
        assert!(EXAMPLE.lines().any(|line| line.starts_with(&format!("{name}="))), "{name}");
        assert!(!COMPOSE.contains(&format!("    {name}:")), "what stands there would go before {name}");
    }
    // Nobody lists the bucket.
    assert!(COMPOSE.contains("s3:GetObject") && !COMPOSE.contains("anonymous set download s3"));
}
