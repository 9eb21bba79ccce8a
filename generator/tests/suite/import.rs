//! The import of a Graveyard database: what comes over, what stays behind, and what happens on the second try.
//!
//! The source is `fixtures/graveyard/`, written for the project; with `GRAVEYARD_DUMP=FILE` (SQL, plain or gzipped,
//! or pg_dump's custom or directory format) what must hold of any source is tried on that one as well.

mod again;
mod community;
mod credentials;
mod dump;
mod faults;
mod files;
mod links;
mod moving;
mod old_paths;
mod people;
mod private;
mod ratings;
mod source;
mod tables;
mod works;
