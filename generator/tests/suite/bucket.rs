//! A bucket as a target: an S3 server beside the tests, and builders as processes of their own that publish to it while it
//! fails in every way that networks and servers do.

mod builds;
mod edge;
mod faults;
mod kills;
mod messages;
pub mod server;
mod verify;
