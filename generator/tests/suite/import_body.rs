//! Imported bodies.
