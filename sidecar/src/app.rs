//! What all requests share, and the router that puts the parts together.

use std::sync::Arc;

use axum::Router;
use axum::middleware::from_fn_with_state;
use generator::build::live::Signals;
use generator::publish::Door;
use generator::settings::Settings;
use generator::site::Site;

use crate::counters::Counters;
use crate::database::Database;
use crate::{files, old_addresses};

/// What all requests share.
pub struct App {
    /// The environment.
    pub settings: Settings,
    /// The site's configuration.
    pub site: Arc<Site>,
    /// The database, which may be away.
    pub database: Database,
    /// Reads and downloads since the last flush.
    pub counters: Counters,
    /// Wakes the builder of this process, if there is one.
    pub signals: Arc<Signals>,
}

impl App {
    /// With nothing counted yet.
    pub fn new(settings: Settings, site: Arc<Site>, database: Database) -> Arc<App> {
        Arc::new(App { settings, site, database, counters: Counters::default(), signals: Arc::default() })
    }

    /// The way in for changes of public things, unless the database has not been there yet.
    pub fn door(&self) -> Option<Door> {
        let db = self.database.get()?.clone();
        Some(Door { db, site: Arc::clone(&self.site), signals: Arc::clone(&self.signals) })
    }

    /// Writes what was counted, if the database is there; what cannot be written is kept for the next time.
    pub async fn flush(&self) {
        let Some(db) = self.database.get() else { return };
        match self.counters.flush(db, &self.site).await {
            Ok(()) => self.signals.mark(),
            Err(error) => tracing::warn!("cannot write the counters of reads and downloads, keeping them: {error}"),
        }
    }
}

/// Every address: files first, then what old addresses mean.
pub fn router(app: &Arc<App>) -> Router {
    let answer = from_fn_with_state(Arc::clone(app), old_addresses::answer);
    files::with_security_headers(files::router(&app.settings).layer(answer))
}
