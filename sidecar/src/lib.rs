//! The small server beside the static site. It serves the built files; logins and posting come with later
//! releases. It depends on the generator, never the other way.

pub mod files;
