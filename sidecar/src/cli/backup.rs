//! `sidecar backup FILE`: a consistent copy of the database.

use std::path::{Path, PathBuf};

use anstream::println;
use anyhow::bail;
use generator::db::backup::{Format, copy};
use generator::settings::Settings;

#[derive(clap::Args)]
pub struct Args {
    /// The file to be made; one that is there is not replaced
    file: PathBuf,
}

pub async fn run(args: Args) -> anyhow::Result<()> {
    let settings = Settings::from_env()?;
    for (variable, served) in [("OUTPUT", &settings.output), ("UPLOADS", &settings.uploads)] {
        if is_within(&args.file, served) {
            bail!(
                "{} is in {variable}, {}, from where everybody is served: letters and hashes of passwords must not be there",
                args.file.display(),
                served.display()
            );
        }
    }
    let (format, bytes) = copy(&settings.database_url, &args.file).await?;
    let file = args.file.display();
    println!("{file}: the whole database, {:.1} MB", bytes as f64 / 1e6);
    println!("The files in {} are not in it: copy them as well.", settings.uploads.display());
    match format {
        Format::Sqlite => {
            println!(
                "To bring it back, end what runs; remove the database that DATABASE_URL names, with the files beside it"
            );
            println!(
                "that end in -wal and -shm, or they are read as if they were the copy's; put the copy in its place."
            );
        }
        Format::Archive => {
            println!(
                "To bring it back, end what runs; into a new, empty database, which DATABASE_URL names from then on:"
            );
            println!("`pg_restore --no-owner --exit-on-error --single-transaction --dbname=ADDRESS {file}`.");
        }
    }
    println!("Then `generator build`, `generator verify --mend`, `generator build`: the site is what the copy says.");
    Ok(())
}

/// Whether a file to be made would lie in a folder or below it.
fn is_within(file: &Path, folder: &Path) -> bool {
    let parent = file.parent().filter(|parent| *parent != Path::new("")).unwrap_or(Path::new("."));
    match (parent.canonicalize(), folder.canonicalize()) {
        (Ok(parent), Ok(folder)) => parent.starts_with(folder),
        // Nothing is in a folder that is not there; a file whose own is missing cannot be made.
        _ => false,
    }
}
