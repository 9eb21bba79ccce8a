//! A community archive's database rendered into static files.
//!
//! The way through is `db` → `load` → `view` → `render` → `store`; [`page::Page`] is the word that
//! all of them share, and [`build`] drives them. ARCHITECTURE.md has the map.

pub mod build;
pub mod cdn;
pub mod check;
pub mod db;

pub mod demo;
pub mod deploy;
pub mod fail_point;
pub mod files;
pub mod import;
pub mod load;
pub mod model;
pub mod open;
pub mod page;
pub mod preview;
pub mod publish;
pub mod render;
pub mod reporting;

pub mod routes;
pub mod seed;
pub mod settings;
pub mod site;
pub mod store;
pub mod sync;
pub mod text;
pub mod verify;
pub mod view;
pub mod watch;
