//! `sidecar serve`: brings the schema up to date, serves, builds.

use generator::db::accounts;
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
    tokio::spawn(tell_where_nobody_can_edit(app.database.clone()));
    serve_until_asked(listener, &app, edition).await
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
