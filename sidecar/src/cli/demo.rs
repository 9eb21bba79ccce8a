//! `sidecar demo`: a fresh embedded site with sample content, built and served.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Instant;

use anyhow::Context;
use chrono::Utc;
use generator::build::Options;
use generator::build::progress::Progress;
use generator::open::Opened;
use generator::settings::Settings;
use generator::text::moment;

use super::{listen, serve_until_asked};

#[derive(clap::Args)]
pub struct Args {
    /// Address and port to listen on; port 0 takes any that is free
    #[arg(long, env = "LISTEN", default_value = "127.0.0.1:8000")]
    listen: SocketAddr,
    /// Where the demo's database, site and uploads are made; what an earlier demo left there is removed
    #[arg(long, default_value = "output/demo")]
    folder: PathBuf,
    /// Build the site and end without serving it
    #[arg(long)]
    no_serve: bool,
}

pub async fn run(args: Args) -> anyhow::Result<()> {
    let begun = Instant::now();
    let listener = listen(args.listen).await?;
    let url = format!("http://{}", listener.local_addr()?);
    let settings = fresh(&args.folder, &url)?;
    let opened = Opened::from_files(generator::files::shipped_site(), &settings).await?;
    generator::demo::load(&opened.db, &opened.site, &opened.files.content, &settings.uploads).await?;
    let builder = opened.builder(&settings.output)?;
    let summary = builder.build(Options::default(), moment::cut(Utc::now()), &Progress::silent()).await?;
    opened.db.close().await;
    for (page, error) in &summary.failed {
        eprintln!("error: cannot render {page}: {error}");
    }
    println!("{} pages built in {:.2} s in {}", summary.written, begun.elapsed().as_secs_f64(), args.folder.display());
    if args.no_serve {
        return Ok(());
    }
    println!("\n    The demo is at {url}/    (Ctrl-C ends it)\n");
    serve_until_asked(listener, sidecar::files::router(&settings.output, &settings.uploads)).await
}

/// The demo's own folders, emptied of an earlier demo and of nothing else.
fn fresh(folder: &std::path::Path, url: &str) -> anyhow::Result<Settings> {
    for name in ["site", "uploads"] {
        let old = folder.join(name);
        if old.exists() {
            std::fs::remove_dir_all(&old)
                .with_context(|| format!("cannot remove the old demo in {}", old.display()))?;
        }
    }
    for name in ["demo.db", "demo.db-wal", "demo.db-shm"] {
        let old = folder.join(name);
        if old.exists() {
            std::fs::remove_file(&old).with_context(|| format!("cannot remove {}", old.display()))?;
        }
    }
    Ok(Settings {
        database_url: format!("sqlite://{}", folder.join("demo.db").display()),
        output: folder.join("site"),
        uploads: folder.join("uploads"),
        site: PathBuf::from("."),
        site_url: url.to_owned(),
        uploads_url: "/uploads".to_owned(),
    })
}
