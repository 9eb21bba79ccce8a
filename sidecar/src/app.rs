//! What all requests share, and the router that puts the parts together.

use std::sync::atomic::AtomicBool;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use axum::Router;
use axum::middleware::{from_fn, from_fn_with_state};
use chrono::{DateTime, Utc};
use generator::build::live::Signals;
use generator::db::{Db, Tx};
use generator::open::Edition;
use generator::publish::Door;
use generator::render::Renderer;
use generator::render::screens::Screens;
use generator::settings::Settings;
use generator::site::Site;
use generator::text::moment;
use tokio::sync::{Notify, Semaphore};
use tower_http::catch_panic::CatchPanicLayer;

use crate::counters::Counters;
use crate::database::Database;
use crate::error::{Error, Fault, Result};
use crate::front::Front;
use crate::memory::Memory;
use crate::metrics::Metrics;
use crate::options::Options;
use crate::pace::Paces;
use crate::password::Passwords;
use crate::uploads::Uploads;
use crate::{error, files, guard, old_addresses, requests, routes, search, skin};

/// How long a database may take to begin a transaction before somebody is told that it is away.
const BEGIN_TIMEOUT: Duration = Duration::from_secs(5);

/// How often a change is tried that the database undoes since another transaction is in its way.
pub const TRIES_MAX: usize = 3;

/// What the site is, for as long as nobody changes its files.
#[derive(Clone)]
pub struct Current {
    /// The configuration.
    pub site: Arc<Site>,
    /// The sidecar's own pages.
    pub screens: Arc<Screens>,
    /// What makes the site's pages.
    pub renderer: Arc<Renderer>,
    generation: Option<String>,
}

/// What all requests share.
pub struct App {
    /// The environment.
    pub settings: Settings,
    /// What of the environment concerns the sidecar alone.
    pub options: Options,
    /// What the site is called from outside.
    pub front: Front,
    /// What the site is now.
    current: RwLock<Current>,
    /// The database, which may be away.
    pub database: Database,
    /// Reads and downloads since the last flush.
    pub counters: Counters,
    /// Wakes the builder of this process, if there is one.
    pub signals: Arc<Signals>,
    /// How often somebody may do something.
    pub paces: Paces,
    /// Searches that run at a time; each has a connection for as long as it looks.
    pub searches: Semaphore,
    /// Told of each mail that waits.
    pub mail_waits: Notify,
    /// Hashes passwords, a few at a time.
    pub passwords: Passwords,
    /// For what takes much memory for a moment.
    pub memory: Memory,
    /// Files that members bring.
    pub uploads: Uploads,
    /// What is counted for the operators.
    pub metrics: Arc<Metrics>,
    /// Whether the process is about to end: connections are to be used no more.
    pub is_leaving: AtomicBool,
}

impl Current {
    fn of(edition: &Edition, generation: Option<String>) -> Current {
        let (site, screens) = (Arc::clone(&edition.site), Arc::clone(&edition.screens));
        Current { site, screens, renderer: Arc::clone(&edition.renderer), generation }
    }
}

impl App {
    /// With nothing counted yet, and no builder beside it.
    pub fn new(settings: Settings, options: Options, edition: &Edition, database: Database) -> Arc<App> {
        let (current, memory) = (Current::of(edition, None), Memory::default());
        Arc::new(App {
            uploads: Uploads::new(settings.uploads.clone(), options.uploads.clone()),
            front: Front::new(&settings.site_url),
            settings,
            options,
            current: RwLock::new(current),
            database,
            counters: Counters::default(),
            signals: Arc::default(),
            paces: Paces::default(),
            searches: Semaphore::new(search::AT_ONCE),
            mail_waits: Notify::default(),
            passwords: Passwords::new(memory.clone()),
            memory,
            metrics: Arc::default(),
            is_leaving: AtomicBool::new(false),
        })
    }

    /// The time of a request.
    pub fn now(&self) -> DateTime<Utc> {
        moment::cut((self.options.clock)())
    }

    /// The site's configuration, as of now.
    pub fn site(&self) -> Arc<Site> {
        self.current().site
    }

    /// Goes on with an edition of the site; requests that have begun end with the one that they began with.
    pub fn follow(&self, edition: &Edition) {
        let current = Current::of(edition, Some(edition.generation()));
        *self.current.write().unwrap_or_else(PoisonError::into_inner) = current;
    }

    /// The way in for changes of public things, unless the database has not been there yet.
    pub fn door(&self) -> Option<Door> {
        let db = self.database.get()?.clone();
        let Current { site, generation, .. } = self.current();
        Some(Door { db, site, generation, signals: Arc::clone(&self.signals) })
    }

    /// Writes what was counted, if the database is there; what cannot be written is kept for the next time.
    pub async fn flush(&self) {
        let Some(door) = self.door() else { return };
        if let Err(error) = self.counters.flush(&door, self.now()).await {
            tracing::warn!("cannot write the counters of reads and downloads, keeping them: {error}");
        }
    }

    /// The way in for a handler.
    ///
    /// # Errors
    /// The database has not been there yet.
    pub fn open_door(&self) -> Result<Door> {
        self.door().ok_or_else(away)
    }

    /// A transaction that only reads.
    ///
    /// # Errors
    /// The database is away.
    pub async fn snapshot(&self) -> Result<Tx> {
        begun(self.db()?.snapshot()).await
    }

    /// A transaction that writes what is no part of any page.
    ///
    /// # Errors
    /// The database is away.
    pub async fn write(&self) -> Result<Tx> {
        begun(self.db()?.write_in_time()).await
    }

    /// As [`App::write`], for what may be lost with the power.
    ///
    /// # Errors
    /// The database is away.
    pub async fn write_relaxed(&self) -> Result<Tx> {
        begun(self.db()?.write_relaxed()).await
    }

    fn db(&self) -> Result<&Db> {
        self.database.get().ok_or_else(away)
    }

    /// What the site is now.
    pub fn current(&self) -> Current {
        self.current.read().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

/// What begins a transaction, unless that takes longer than anybody waits.
///
/// # Errors
/// The database is away.
pub async fn begun<T, E: Into<Error>>(beginning: impl Future<Output = std::result::Result<T, E>>) -> Result<T> {
    match tokio::time::timeout(BEGIN_TIMEOUT, beginning).await {
        Ok(begun) => begun.map_err(Into::into),
        Err(_) => Err(Fault::Unavailable("the database takes too long to begin a transaction".to_owned()).into()),
    }
}

/// Makes a change, once more where the database undoes it since another transaction was in its way. It begins a transaction of
/// its own each time.
///
/// # Errors
/// Those of the change; [`Fault::InTheWay`] where it was undone [`TRIES_MAX`] times.
pub async fn tried<T, F: Future<Output = Result<T>>>(mut once: impl FnMut() -> F) -> Result<T> {
    let mut tries = 1;
    loop {
        match once().await {
            Err(error) if matches!(error.fault, Fault::InTheWay(_)) && tries < TRIES_MAX => tries += 1,
            outcome => return outcome,
        }
    }
}

fn away() -> Error {
    Fault::Unavailable("the database has not been there yet".to_owned()).into()
}

/// Every address: the sidecar's own, then files, then what old addresses mean.
pub fn router(app: &Arc<App>) -> Router {
    let answer = from_fn_with_state(Arc::clone(app), old_addresses::answer);
    let files = files::router(app).layer(answer);
    let catching = CatchPanicLayer::custom(error::of_panic);
    let own = routes::router(app)
        .route_layer(catching)
        .route_layer(from_fn(guard::in_time))
        .route_layer(from_fn_with_state(Arc::clone(app), guard::cross_site))
        .route_layer(from_fn(guard::nul))
        .route_layer(from_fn_with_state(Arc::clone(app), guard::host))
        .route_layer(from_fn_with_state(Arc::clone(app), error::pages))
        .route_layer(from_fn_with_state(Arc::clone(app), skin::dress))
        .route_layer(from_fn_with_state(Arc::clone(app), guard::headers))
        .with_state(Arc::clone(app));
    let internal = routes::of(routes::internal()).with_state(Arc::clone(app));
    let all = own.merge(internal).fallback_service(files);
    let all = all.layer(catching).layer(from_fn_with_state(Arc::clone(app), error::last_pages));
    files::with_security_headers(all, &app.front).layer(from_fn_with_state(Arc::clone(app), requests::observe))
}
