//! `sidecar serve`

use std::sync::Arc;

use anyhow::bail;
use generator::settings::Settings;
use generator::site::Site;
use sidecar::app::App;
use sidecar::database::{Database, RETRY_PAUSE};

use super::listen::Listen;
use super::serve_until_asked;

#[derive(clap::Args)]
pub struct Args {
    #[command(flatten)]
    listen: Listen,
}

pub async fn run(args: Args) -> anyhow::Result<()> {
    let settings = Settings::from_env()?;
    if !settings.output.join("index.html").exists() {
        bail!("{} holds no built site; run `generator build` first", settings.output.display());
    }
    let files = generator::files::read_site(&settings.site)?;
    let site = Arc::new(Site::load(&files, &settings.site_url, &settings.uploads_url)?);
    let listener = args.listen.bind().await?;
    let database = Database::open(&settings.database_url, RETRY_PAUSE).await?;
    tracing::info!("serving {} on http://{}", settings.output.display(), listener.local_addr()?);
    serve_until_asked(listener, &App::new(settings, site, database)).await
}
