//! `sidecar serve`: brings the schema up to date, serves, builds.

use std::path::Path;
use std::time::Duration;

use anyhow::bail;
use generator::build::target::TARGET_KEY;
use generator::db::accounts;
use generator::open::Edition;
use generator::settings::Settings;
use generator::store::Store;
use generator::store::address::is_address;
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
    let options = Options::from_env(&settings)?;
    refuse_to_lose_files(&settings, std::env::var_os("DYNO").is_some())?;
    let edition = Edition::read(&settings)?;
    let listener = args.listen.bind().await?;
    let absent = if is_built(&settings.output).await { Absent::Awaited } else { Absent::Made };
    let database = Database::open(&settings.database_url, absent, RETRY_PAUSE).await?;
    let (output, address) = (settings.output.display(), listener.local_addr()?);
    if is_address(&settings.output) {
        tracing::info!("building into {output}, where readers get the pages; serving all else on http://{address}");
    } else {
        tracing::info!("serving {output} on http://{address}");
    }
    let app = App::new(settings, options, &edition, database);
    if !app.front.is_secure() {
        let hint = if app.front.is_loopback() { "" } else { ", and anybody on the way can read passwords" };
        tracing::warn!("{} is no https address: cookies are not protected{hint}", app.front.url);
    }
    let port = url::Url::parse(&app.front.url).ok().and_then(|url| url.port_or_known_default());
    if app.front.is_loopback() && port != Some(address.port()) {
        tracing::warn!("forms work at {} alone: set SITE_URL to what this site is called", app.front.url);
    }
    tokio::spawn(tell_where_nobody_can_edit(app.database.clone()));
    serve_until_asked(listener, &app, edition).await
}

/// What a dyno of Heroku writes to its disk is gone with it within a day.
fn refuse_to_lose_files(settings: &Settings, is_ephemeral: bool) -> anyhow::Result<()> {
    if !is_ephemeral {
        return Ok(());
    }
    if settings.database_url.starts_with("sqlite:") {
        bail!("DATABASE_URL: the database would be on this dyno's disk and be lost with it; name a PostgreSQL server");
    }
    if !is_address(&settings.output) {
        bail!("OUTPUT: the site would be on this dyno's disk and be lost with it; set it to s3://BUCKET/FOLDER");
    }
    if !is_address(&settings.uploads) {
        bail!("UPLOADS: uploads would be on this dyno's disk and be lost with it; set it to s3://BUCKET/FOLDER");
    }
    Ok(())
}

/// A new site has no members, and none can be let in by a page.
async fn tell_where_nobody_can_edit(database: Database) {
    let has_editor = async {
        let mut tx = database.wait().await.snapshot().await?;
        accounts::has_editor(&mut tx).await
    };
    if has_editor.await.is_ok_and(|has_editor| !has_editor) {
        tracing::warn!(
            "nobody can log in as an editor yet: `sidecar member add NICK --email E --role admin` lets one in"
        );
    }
}

/// How long a bucket is asked for its site before anything else is done.
const FIRST_LOOK: Duration = Duration::from_secs(3);

/// Whether a site was built into the target. A bucket that does not answer may well hold one.
async fn is_built(output: &Path) -> bool {
    if !is_address(output) {
        return output.join("index.html").exists();
    }
    let output = output.to_owned();
    let look = tokio::task::spawn_blocking(move || Store::open(&output)?.get(TARGET_KEY));
    !matches!(tokio::time::timeout(FIRST_LOOK, look).await, Ok(Ok(Ok(None))))
}
