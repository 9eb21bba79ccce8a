//! `sidecar serve`: brings the schema up to date, serves, builds.

use std::sync::Arc;

use generator::open::Edition;
use generator::settings::Settings;
use generator::site::Site;
use sidecar::app::App;
use sidecar::database::{Absent, Database, RETRY_PAUSE};

use super::listen::Listen;
use super::serve_until_asked;

#[derive(clap::Args)]
pub struct Args {
    #[command(flatten)]
    listen: Listen,
}

pub async fn run(args: Args) -> anyhow::Result<()> {
    let settings = Settings::from_env()?;
    let files = generator::files::read_site(&settings.site)?;
    let site = Arc::new(Site::load(&files, &settings.site_url, &settings.uploads_url)?);
    let edition = Edition::new(Arc::clone(&site), &files)?;
    let listener = args.listen.bind().await?;
    let absent = if settings.output.join("index.html").exists() { Absent::Awaited } else { Absent::Made };
    let database = Database::open(&settings.database_url, absent, RETRY_PAUSE).await?;
    tracing::info!("serving {} on http://{}", settings.output.display(), listener.local_addr()?);
    serve_until_asked(listener, &App::new(settings, site, database), edition).await
}
