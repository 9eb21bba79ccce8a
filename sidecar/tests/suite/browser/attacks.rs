//! Those who mean no good, in a real browser: scripts in every field that people fill in, and pages of other sites.

mod addresses;
mod elsewhere;
mod fields;
mod listener;
mod office;
mod payloads;
mod scripts;
mod works;
