//! Builders that are killed, stopped or cut off: whatever happens to one, the next leaves a true site.
//!
//! The builder is a process of its own, `generator build` into a folder, and so really is killed. `child` runs it,
//! `load` changes the site meanwhile and remembers what was acknowledged, `folder` compares folders. How many random
//! kills there are is said by `KILLS`. In `acknowledged` the process that is killed posts as well.

mod acknowledged;
pub mod child;
mod cut_off;
mod faults;
pub mod folder;
mod full;
mod kills;
mod load;
pub mod steps;
mod stopped;

/// How many kills a test makes on each engine: `KILLS`, or else so many.
fn kills_wanted(otherwise: u32) -> u32 {
    std::env::var("KILLS").map_or(otherwise, |kills| kills.parse().expect("KILLS is a number"))
}
