//! Accounts: logging in and out, and where somebody is logged in.

pub mod login;
pub mod logout;
pub mod sessions;
pub mod settings;

use generator::site::sidecar_paths::SidecarPaths;

use crate::routes::{Route, get, post};

/// The addresses of this area.
pub fn routes(paths: &SidecarPaths) -> Vec<Route> {
    vec![
        get(paths.url(&paths.login), login::show),
        post(paths.url(&paths.login), login::send),
        get(paths.url(&paths.logout), logout::show),
        post(paths.url(&paths.logout), logout::send),
        get(paths.url(&paths.settings), settings::show),
        post(paths.url(&paths.settings), settings::change_password),
        get(paths.url(&paths.sessions), sessions::show),
        post(paths.url(&paths.sessions), sessions::revoke),
    ]
}
