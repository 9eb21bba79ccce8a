//! The small server beside the static site. It serves the built files and answers the addresses of the site before
//! this one; logins and posting come with later releases. It depends on the generator, never the other way.

pub mod app;
pub mod counters;
pub mod database;
pub mod files;
pub mod old_addresses;
