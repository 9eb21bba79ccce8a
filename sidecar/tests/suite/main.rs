//! The sidecar's tests, in one binary: its routes, and the built site in a real browser. What
//! asks the database runs on both engines.

#![allow(clippy::unwrap_used, missing_docs, reason = "a test says what it expects by failing")]

mod accounts;
mod ads;
mod attacks;
mod backup;
mod browser;
mod browsing;
// The generator's tests have a server of a bucket; here it is the same one.
#[allow(dead_code, reason = "each of both uses a part of it")]
#[path = "../../../generator/tests/suite/bucket/server.rs"]
mod bucket_server;
mod builder;
mod comments;
mod files;
mod forum;
mod harness;
mod kept_pages;
mod language;
mod letters;
mod mail;
mod mail_server;
mod me;
mod office;
mod old_addresses;
mod operation;
// The generator's tests have databases on the same server.
#[allow(dead_code, reason = "each of both uses a part of it")]
#[path = "../../../generator/tests/suite/postgres.rs"]
mod postgres;
mod production;
mod report;
mod retention;
mod routes;
// The generator's tests have these fronts as well.
#[allow(dead_code, reason = "each of both uses a part of it")]
#[path = "../../../generator/tests/suite/routes/running.rs"]
mod running;
mod search;
mod security;
mod serve;
mod skin;
mod uploads;
mod votes;
mod works;
