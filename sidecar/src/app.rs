//! What all requests share, and the router that puts the parts together.

use std::sync::{Arc, PoisonError, RwLock};

use axum::Router;
use axum::middleware::from_fn_with_state;
use generator::build::live::Signals;
use generator::open::Edition;
use generator::publish::Door;
use generator::render::Renderer;
use generator::settings::Settings;
use generator::site::Site;

use crate::counters::Counters;
use crate::database::Database;
use crate::{files, old_addresses};

/// What the site is, for as long as nobody changes its files.
#[derive(Clone)]
struct Current {
    site: Arc<Site>,
    renderer: Arc<Renderer>,
    generation: Option<String>,
}

impl Current {
    fn of(edition: &Edition) -> Current {
        let (site, renderer) = (Arc::clone(&edition.site), Arc::clone(&edition.renderer));
        Current { site, renderer, generation: Some(edition.generation()) }
    }
}

/// What all requests share.
pub struct App {
    /// The environment.
    pub settings: Settings,
    /// What the site is now.
    current: RwLock<Current>,
    /// The database, which may be away.
    pub database: Database,
    /// Reads and downloads since the last flush.
    pub counters: Counters,
    /// Wakes the builder of this process, if there is one.
    pub signals: Arc<Signals>,
}

impl App {
    /// With nothing counted yet, and no builder beside it.
    pub fn new(settings: Settings, edition: &Edition, database: Database) -> Arc<App> {
        let current = RwLock::new(Current { generation: None, ..Current::of(edition) });
        Arc::new(App { settings, current, database, counters: Counters::default(), signals: Arc::default() })
    }

    /// The site's configuration, as of now.
    pub fn site(&self) -> Arc<Site> {
        self.current().site
    }

    /// The configuration and what makes pages in its look, both as of now.
    pub fn look(&self) -> (Arc<Site>, Arc<Renderer>) {
        let Current { site, renderer, .. } = self.current();
        (site, renderer)
    }

    /// Goes on with an edition of the site; requests that have begun end with the one that they began with.
    pub fn follow(&self, edition: &Edition) {
        *self.current.write().unwrap_or_else(PoisonError::into_inner) = Current::of(edition);
    }

    /// The way in for changes of public things, unless the database has not been there yet.
    pub fn door(&self) -> Option<Door> {
        let db = self.database.get()?.clone();
        let Current { site, generation, .. } = self.current();
        Some(Door { db, site, generation, signals: Arc::clone(&self.signals) })
    }

    /// Writes what was counted, if the database is there; what cannot be written is kept for the next time.
    pub async fn flush(&self) {
        let Some(db) = self.database.get() else { return };
        let Current { site, generation, .. } = self.current();
        match self.counters.flush(db, &site, generation.as_deref()).await {
            Ok(()) => self.signals.mark(),
            Err(error) => tracing::warn!("cannot write the counters of reads and downloads, keeping them: {error}"),
        }
    }

    fn current(&self) -> Current {
        self.current.read().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

/// Every address: files first, then what old addresses mean.
pub fn router(app: &Arc<App>) -> Router {
    let answer = from_fn_with_state(Arc::clone(app), old_addresses::answer);
    files::with_security_headers(files::router(&app.settings).layer(answer))
}
