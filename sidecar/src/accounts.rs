//! Accounts: becoming a member, logging in and out, passwords, and what members set for themselves.

pub mod address;
pub mod email;
pub mod icon;
pub mod leaving;
pub mod login;
pub mod logout;
pub mod new_password;
pub mod nick;
pub mod own_data;
pub mod profile;
pub mod proof;
pub mod registration;
pub mod registrations;
pub mod reset;
pub mod sessions;
pub mod settings;
pub mod unsubscribing;

use generator::site::sidecar_paths::SidecarPaths;

use crate::form::large;
use crate::routes::{Route, get, post};
use crate::skin;

/// The addresses of this area.
pub fn routes(paths: &SidecarPaths) -> Vec<Route> {
    let by_link = |path: &str| format!("{}{{secret}}/", paths.url(path));
    vec![
        get(paths.url(&paths.login), login::show),
        post(paths.url(&paths.login), login::send).taking(&large::LOGIN),
        get(paths.url(&paths.logout), logout::show),
        post(paths.url(&paths.logout), logout::send),
        get(paths.url(&paths.settings), settings::show),
        post(paths.url(&paths.settings), settings::change_password),
        post(paths.url(&paths.skin), skin::send),
        get(paths.url(&paths.sessions), sessions::show),
        post(paths.url(&paths.sessions), sessions::revoke),
        get(paths.url(&paths.profile), profile::show),
        post(paths.url(&paths.profile), profile::send),
        get(paths.url(&paths.icon), icon::show),
        post(paths.url(&paths.icon), icon::send),
        get(paths.url(&paths.email), email::show),
        post(paths.url(&paths.email), email::send),
        get(by_link(&paths.new_email), email::ask),
        post(by_link(&paths.new_email), email::confirm),
        get(by_link(&paths.unsubscribing), unsubscribing::ask),
        post(by_link(&paths.unsubscribing), unsubscribing::confirm),
        get(paths.url(&paths.own_data), own_data::show),
        post(paths.url(&paths.own_data), own_data::download),
        get(paths.url(&paths.leaving), leaving::show),
        post(paths.url(&paths.leaving), leaving::send),
        get(paths.url(&paths.registration), registration::show),
        post(paths.url(&paths.registration), registration::send),
        get(paths.url(&paths.office_registrations), registrations::show),
        post(paths.url(&paths.office_registrations), registrations::decide),
        get(paths.url(&paths.password_reset), reset::show),
        post(paths.url(&paths.password_reset), reset::send),
        get(by_link(&paths.new_password), new_password::show),
        post(by_link(&paths.new_password), new_password::send),
    ]
}
