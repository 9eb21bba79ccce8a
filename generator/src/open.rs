//! From settings to an open site: files read and checked, database connected and migrated.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use crate::build::generation::Parts;
use crate::build::{BATCH_PAGES, Builder, LOOPS, TENURE};
use crate::db::claims::LEASE_MS;
use crate::db::{self, Db};
use crate::files::{self, SiteFiles};
use crate::render::screens::Screens;
use crate::render::{self, Renderer};
use crate::settings::Settings;
use crate::site::{self, Site};
use crate::store::address::is_address;
use crate::store::{self, Store};

/// An open site.
pub struct Opened {
    /// The database.
    pub db: Db,
    /// The configuration.
    pub site: Arc<Site>,
    /// The files it came from.
    pub files: SiteFiles,
}

/// A site that cannot be opened.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Files that cannot be read.
    #[error(transparent)]
    Files(#[from] files::Error),
    /// Faulty configuration.
    #[error(transparent)]
    Site(#[from] site::Error),
    /// A database that cannot be used.
    #[error(transparent)]
    Database(#[from] db::connect::Error),
    /// Faulty templates or static files.
    #[error(transparent)]
    Render(#[from] render::Error),
    /// A target that cannot be used.
    #[error("OUTPUT={output}: {source}; set OUTPUT to a folder that this program may make and write into", output = output.display())]
    Output {
        /// The folder that was asked for.
        output: PathBuf,
        /// Why.
        source: store::Error,
    },
    /// A bucket that cannot be used; the error says what to set.
    #[error("OUTPUT={output}: {source}", output = output.display())]
    Bucket {
        /// The address that was asked for.
        output: PathBuf,
        /// Why.
        source: store::Error,
    },
}

impl Opened {
    /// Reads the site's files, then opens its database.
    ///
    /// # Errors
    /// The first fault, with file and line where there is one.
    pub async fn open(settings: &Settings) -> Result<Opened, Error> {
        let files = files::read_site(&settings.site)?;
        Opened::from_files(files, settings).await
    }

    /// As [`Opened::open`], with files that were read already.
    ///
    /// # Errors
    /// As [`Opened::open`].
    pub async fn from_files(files: SiteFiles, settings: &Settings) -> Result<Opened, Error> {
        let site = Site::load(&files, &settings.site_url, &settings.uploads_url)?;
        let db = db::connect::open(&settings.database_url).await?;
        Ok(Opened { db, site: Arc::new(site), files })
    }

    /// As [`Opened::open`], for a command that changes nothing: the database is neither created nor migrated.
    ///
    /// # Errors
    /// As [`Opened::open`]; also a database with an older schema.
    pub async fn open_as_it_is(settings: &Settings) -> Result<Opened, Error> {
        let files = files::read_site(&settings.site)?;
        let site = Site::load(&files, &settings.site_url, &settings.uploads_url)?;
        let db = db::connect::open_as_it_is(&settings.database_url).await?;
        Ok(Opened { db, site: Arc::new(site), files })
    }

    /// A builder into what `OUTPUT` names.
    ///
    /// # Errors
    /// Faulty templates, a folder that cannot be made, a bucket that cannot be used.
    pub fn builder(&self, output: &Path) -> Result<Builder, Error> {
        let store = Store::open(output).map_err(|source| match is_address(output) {
            true => Error::Bucket { output: output.to_owned(), source },
            false => Error::Output { output: output.to_owned(), source },
        })?;
        Ok(self.builder_into(Arc::new(store))?)
    }

    /// A builder into any store.
    ///
    /// # Errors
    /// Faulty templates.
    pub fn builder_into(&self, store: Arc<Store>) -> Result<Builder, render::Error> {
        Ok(Edition::new(Arc::clone(&self.site), &self.files)?.builder(self.db.clone(), store))
    }
}

/// A site's files, checked and compiled: all that a builder needs beside a database and a target.
pub struct Edition {
    /// The configuration.
    pub site: Arc<Site>,
    /// The sidecar's own pages.
    pub screens: Arc<Screens>,
    /// What makes files of pages.
    pub renderer: Arc<Renderer>,
    parts: Parts,
}

impl Edition {
    /// Reads, checks and compiles the site's files as they are now.
    ///
    /// # Errors
    /// The first fault, with file and line where there is one.
    pub fn read(settings: &Settings) -> Result<Edition, Error> {
        let files = files::read_site(&settings.site)?;
        let site = Site::load(&files, &settings.site_url, &settings.uploads_url)?;
        Ok(Edition::new(Arc::new(site), &files)?)
    }

    /// The generation that it makes, see [`Parts::digest`].
    pub fn generation(&self) -> String {
        self.parts.digest()
    }

    /// Compiles the files that a site was loaded from.
    ///
    /// # Errors
    /// Faulty templates or static files.
    pub fn new(site: Arc<Site>, files: &SiteFiles) -> Result<Edition, render::Error> {
        let renderer = Renderer::new(&site, files)?;
        let parts = Parts::new(files, &site, &renderer);
        let screens = Screens::new(&site, files, &renderer.assets)?;
        Ok(Edition { site, screens: Arc::new(screens), renderer: Arc::new(renderer), parts })
    }

    /// A builder from a database into a store.
    pub fn builder(&self, db: Db, store: Arc<Store>) -> Builder {
        Builder {
            db,
            site: Arc::clone(&self.site),
            renderer: Arc::clone(&self.renderer),
            store,
            generation: self.generation(),
            parts: self.parts.clone(),
            tenure: TENURE,
            lease: Duration::from_millis(LEASE_MS.unsigned_abs()),
            batch_pages: BATCH_PAGES,
            loops: LOOPS,
        }
    }
}
