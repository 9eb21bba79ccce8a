//! Moving in: a Graveyard site's database read into ours.

pub mod body;
pub mod encoding;
