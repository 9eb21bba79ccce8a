//! The editors' rooms: what waits, what there is, what went wrong, and everything public in the hands of those who care
//! for it.
//!
//! Who may do what is said by [`desk`] alone; each act of an editor goes through [`act`], which asks it and writes the
//! audit log in the act's own transaction.

pub mod act;
pub mod ads;
pub mod desk;
pub mod files;
pub mod index;
pub mod item;
pub mod lists;
pub mod log;
pub mod members;
pub mod queue;
pub mod reports;
pub mod said;
pub mod schedule;
pub mod state;

use axum::http::StatusCode;
use axum::response::Response;
use generator::site::sidecar_paths::SidecarPaths;
use serde::Serialize;

use crate::app::App;
use crate::routes::{Route, get, post};
use crate::screen;

use self::desk::{Desk, Realm};

/// The addresses of this area.
pub fn routes(paths: &SidecarPaths) -> Vec<Route> {
    let member = format!("{}{{id}}/", paths.url(&paths.office_members));
    let work = format!("{}{{id}}/", paths.url(&paths.office_queue));
    let mut routes = vec![
        get(paths.url(&paths.office), index::show),
        get(paths.url(&paths.office_log), log::show),
        get(paths.url(&paths.office_queue), queue::show),
        get(work.clone(), queue::decide::show),
        post(work.clone(), queue::decide::send),
        get(format!("{work}{}/", paths.preview), queue::decide::preview),
        get(paths.url(&paths.office_schedule), schedule::show),
        get(paths.url(&paths.office_state), state::show),
        post(paths.url(&paths.office_state), state::send),
        get(paths.url(&paths.office_ads), ads::show),
        post(paths.url(&paths.office_ads), ads::send),
        get(paths.url(&paths.office_reports), reports::show),
        post(paths.url(&paths.office_reports), reports::send),
        get(paths.url(&paths.office_members), members::show),
        get(member.clone(), members::show_one),
        post(member, members::change::send),
    ];
    routes.extend(lists::routes(paths));
    routes.extend(item::routes(paths));
    routes.extend(files::routes(paths));
    routes
}

/// What every page of the editors knows beside its own.
#[derive(Serialize)]
struct OfficeView<V> {
    /// Whether the editor cares for the whole site.
    has_site: bool,
    /// Whether they decide who is an editor.
    has_people: bool,
    /// What was done just now, to be said once.
    said: Option<String>,
    #[serde(flatten)]
    view: V,
}

/// A page by `templates/sidecar/office/{template}.html`.
fn page(app: &App, desk: &Desk, template: &str, url: &str, title: &str, view: impl Serialize) -> Response {
    page_saying(app, desk, template, StatusCode::OK, url, title, None, view)
}

/// As [`page`], with another status or something to say.
#[expect(clippy::too_many_arguments, reason = "each is one thing of the page")]
pub(crate) fn page_saying(
    app: &App,
    desk: &Desk,
    template: &str,
    status: StatusCode,
    url: &str,
    title: &str,
    said: Option<String>,
    view: impl Serialize,
) -> Response {
    let has = |realm| desk.rights.permit(&realm).is_ok();
    let view = OfficeView { has_site: has(Realm::Site), has_people: has(Realm::People), said, view };
    screen::page(app, &format!("office/{template}"), status, url, title, view)
}
