//! `sidecar serve`

use anyhow::bail;
use generator::settings::Settings;

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
    let listener = args.listen.bind().await?;
    tracing::info!("serving {} on http://{}", settings.output.display(), listener.local_addr()?);
    serve_until_asked(listener, sidecar::files::router(&settings)).await
}
