//! The generator's tests, in one binary. Every test of the database runs on both engines; the PostgreSQL
//! server is the one that `.ci/with-postgres` starts and names in `TEST_POSTGRES_URL`.

#![allow(clippy::unwrap_used, missing_docs, reason = "a test says what it expects by failing")]

mod assets;
mod bucket;
mod builder;
mod cdn;
mod check;
mod configuration;
mod deploy;
mod deploy_directory;
mod editing;
mod equality;
mod feeds;
mod harness;
mod hostile;
mod identical;
mod import;
mod import_body;
mod import_encoding;
mod interrupted;
mod lists;
mod live;
mod locales;
mod marks;
mod migrations;
mod old;
mod output;
mod own_data;
mod pages;
mod paths;
mod postgres;
mod publish;
mod python;
mod reporting;
mod routes;
mod rows;
mod seed;
mod settings;
mod sync;
mod targets;
mod texts;
mod tls;
mod verify;
mod watch;
