//! The sidecar's tests, in one binary: its routes, and the built site in a real browser. What
//! asks the database runs on both engines.

#![allow(clippy::unwrap_used, missing_docs, reason = "a test says what it expects by failing")]

mod accounts;
mod ads;
mod backup;
mod browser;
mod browsing;
mod builder;
mod comments;
mod files;
mod forum;
mod harness;
mod letters;
mod mail;
mod mail_server;
mod me;
mod office;
mod old_addresses;
mod operation;
mod report;
mod routes;
mod search;
mod serve;
mod uploads;
mod votes;
mod works;
