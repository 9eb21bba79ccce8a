//! `sidecar serve`: brings the schema up to date, serves, builds.

use generator::open::Edition;
use generator::settings::Settings;
use sidecar::app::App;
use sidecar::database::{Absent, Database, RETRY_PAUSE};
use sidecar::options::Options;

use super::listen::Listen;
use super::serve_until_asked;

#[derive(clap::Args)]
pub struct Args {
    #[command(flatten)]
    listen: Listen,
}

pub async fn run(args: Args) -> anyhow::Result<()> {
    let settings = Settings::from_env()?;
    let options = Options::from_env()?;
    let edition = Edition::read(&settings)?;
    let listener = args.listen.bind().await?;
    let absent = if settings.output.join("index.html").exists() { Absent::Awaited } else { Absent::Made };
    let database = Database::open(&settings.database_url, absent, RETRY_PAUSE).await?;
    tracing::info!("serving {} on http://{}", settings.output.display(), listener.local_addr()?);
    let app = App::new(settings, options, &edition, database);
    if !app.front.is_secure() {
        let hint = if app.front.is_loopback() { "" } else { ", and anybody on the way can read passwords" };
        tracing::warn!("{} is no https address: cookies are not protected{hint}", app.front.url);
    }
    serve_until_asked(listener, &app, edition).await
}
