//! What the CDN is told: receivers that count, fail, are slow or dead, and processes killed between a write and its purge.

mod cloudfront;
pub mod edge;
mod purges;
