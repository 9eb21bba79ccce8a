//! The small server beside the static site. It serves the built files, answers the addresses of the site before this
//! one, lets members log in and post, and has changed pages built again. It depends on the generator, never the other
//! way.
//!
//! [`routes`] is the table of its own addresses, each area's part in the area's file; [`guard`] what every request
//! passes, [`visitor`] who asks, [`error`] what can go wrong.

pub mod accounts;
pub mod ads;
pub mod alerts;
pub mod app;
pub mod builder;
pub mod client;
pub mod comments;
pub mod contacts;
pub mod counters;
pub mod database;
pub mod error;
pub mod files;
pub mod form;
pub mod forum;
pub mod front;
pub mod guard;
pub mod health;
pub mod logging;
pub mod mail;
pub mod me;
pub mod memory;
pub mod metrics;
pub mod office;
pub mod old_addresses;
pub mod options;
pub mod pace;
pub mod password;
pub mod purging;
pub mod refusal;
pub mod report;
pub mod reporting;
pub mod requests;
pub mod retention;
pub mod routes;
pub mod screen;
pub mod search;
pub mod session;
pub mod skin;
pub mod uploads;
pub mod visitor;
pub mod voters;
pub mod votes;
pub mod works;
pub mod writing;
pub mod writings;
