//! The small server beside the static site. It serves the built files, answers the addresses of the site before this
//! one and has changed pages built again; logins and posting come with later releases. It depends on the generator,
//! never the other way.

pub mod app;
pub mod builder;
pub mod counters;
pub mod database;
pub mod files;
pub mod old_addresses;
