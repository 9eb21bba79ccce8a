//! Every address that the sidecar answers itself, as a table: each area gives its own, and the tests know them all.

use std::sync::Arc;

use axum::Router;
use axum::handler::Handler;
use axum::http::Method;
use axum::middleware::from_fn;
use axum::routing::{self, MethodRouter};
use generator::site::sidecar_paths::SidecarPaths;

use crate::app::App;
use crate::form::large::Large;
use crate::uploads::private;
use crate::{
    accounts, ads, comments, contacts, forum, health, me, metrics, office, report, search, voters, votes, works,
    writings,
};

/// A method of an address, and who answers it.
#[derive(Clone)]
pub struct Route {
    /// `GET`, which stands for `HEAD` as well, or `POST`.
    pub method: Method,
    /// The path, with slashes at both ends; what stands in braces is the handler's to read.
    pub path: String,
    handler: MethodRouter<Arc<App>>,
}

/// An address that is looked at.
pub fn get<H, T>(path: String, handler: H) -> Route
where
    H: Handler<T, Arc<App>>,
    T: 'static,
{
    Route { method: Method::GET, path, handler: routing::get(handler) }
}

/// An address that forms are sent to.
pub fn post<H, T>(path: String, handler: H) -> Route
where
    H: Handler<T, Arc<App>>,
    T: 'static,
{
    Route { method: Method::POST, path, handler: routing::post(handler) }
}

impl Route {
    /// The same, for longer forms than others.
    pub fn taking(self, large: &'static Large) -> Route {
        Route { handler: self.handler.layer(from_fn(|request, next| large.take(request, next))), ..self }
    }
}

/// All of them, at the words of a site. They are read once: a process that goes on with other words answers at the old.
pub fn all(paths: &SidecarPaths) -> Vec<Route> {
    let areas = [
        accounts::routes,
        comments::routes,
        forum::routes,
        votes::routes,
        voters::routes,
        contacts::routes,
        ads::routes,
        writings::routes,
        me::routes,
        search::routes,
        report::routes,
        office::routes,
        works::routes,
        private::routes,
    ];
    areas.into_iter().flat_map(|routes| routes(paths)).collect()
}

/// Addresses for the machines of whoever operates the site, which have none of the guards and headers of pages.
pub fn internal() -> Vec<Route> {
    vec![get("/metrics".to_owned(), metrics::show), get("/health".to_owned(), health::show)]
}

/// The table as a router, without any guard.
pub fn router(app: &App) -> Router<Arc<App>> {
    of(all(&app.site().config.sidecar))
}

/// Routes as a router.
pub fn of(routes: Vec<Route>) -> Router<Arc<App>> {
    routes.into_iter().fold(Router::new(), |router, route| router.route(&route.path, route.handler))
}
