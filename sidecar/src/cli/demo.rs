//! `sidecar demo`: a fresh embedded site with sample content, built and served.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Instant;

use anyhow::{Context, bail};
use chrono::Utc;
use generator::build::Options;
use generator::build::progress::Progress;
use generator::open::{Edition, Opened};
use generator::settings::Settings;
use generator::store::{Directory, Store};
use generator::text::moment;
use sidecar::app::App;
use sidecar::database::Database;
use sidecar::options::Options as Answers;

use super::listen::Listen;
use super::serve_until_asked;

#[derive(clap::Args)]
pub struct Args {
    #[command(flatten)]
    listen: Listen,
    /// Where the demo's database, site and uploads are made; an earlier demo there is replaced, anything else is not
    #[arg(long, default_value = "output/demo")]
    folder: PathBuf,
    /// Build the site and end without serving it
    #[arg(long)]
    no_serve: bool,
}

pub async fn run(args: Args) -> anyhow::Result<()> {
    let begun = Instant::now();
    let listener = args.listen.bind().await?;
    let url = format!("http://{}", listener.local_addr()?);
    let settings = fresh(&args.folder, &url)?;
    let opened = Opened::from_files(generator::files::shipped_site(), &settings).await?;
    generator::demo::load(&opened.db, &opened.site, &opened.files.content, &settings.uploads).await?;
    let edition = Edition::new(Arc::clone(&opened.site), &opened.files)?;
    let store = Store::Directory(Directory::open(&settings.output)?);
    let builder = edition.builder(opened.db.clone(), Arc::new(store));
    let summary = builder.build(Options::default(), moment::cut(Utc::now()), &Progress::silent()).await?;
    for (page, error) in &summary.failed {
        eprintln!("error: cannot render {page}: {error}");
    }
    if !summary.failed.is_empty() {
        bail!("{} pages of the demo could not be built", summary.failed.len());
    }
    println!("{} pages built in {:.2} s in {}", summary.written, begun.elapsed().as_secs_f64(), args.folder.display());
    if args.no_serve {
        opened.db.close().await;
        return Ok(());
    }
    println!("\n    The demo is at {url}/    (Ctrl-C ends it)\n");
    let app = App::new(settings, Answers::from_env()?, &edition, Database::opened(opened.db));
    serve_until_asked(listener, &app, edition).await
}

/// A file that says that a folder is a demo's.
const MARKER: &str = ".demo";

/// The demo's folder, emptied of an earlier demo. One without the marker is somebody's own and is not touched.
fn fresh(folder: &Path, url: &str) -> anyhow::Result<Settings> {
    let marker = folder.join(MARKER);
    let holds_anything = std::fs::read_dir(folder).is_ok_and(|mut entries| entries.next().is_some());
    if marker.exists() {
        std::fs::remove_dir_all(folder)
            .with_context(|| format!("cannot remove the old demo in {}", folder.display()))?;
    } else if holds_anything {
        bail!("{} holds something that no demo made: choose another with --folder, or empty it", folder.display());
    }
    std::fs::create_dir_all(folder).with_context(|| format!("cannot create {}", folder.display()))?;
    std::fs::write(&marker, "The sample site is here: `sidecar demo` replaces this folder.\n")
        .with_context(|| format!("cannot write {}", marker.display()))?;
    Ok(Settings {
        database_url: format!("sqlite://{}", folder.join("demo.db").display()),
        output: folder.join("site"),
        uploads: folder.join("uploads"),
        site: PathBuf::from("."),
        site_url: url.to_owned(),
        uploads_url: "/uploads".to_owned(),
    })
}
