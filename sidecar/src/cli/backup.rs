//! `sidecar backup FILE`: a consistent copy of the database.

use std::path::PathBuf;

use generator::db::backup::{Format, copy};
use generator::settings::Settings;

#[derive(clap::Args)]
pub struct Args {
    /// The file to be made; one that is there is not replaced
    file: PathBuf,
}

pub async fn run(args: Args) -> anyhow::Result<()> {
    let settings = Settings::from_env()?;
    let (format, bytes) = copy(&settings.database_url, &args.file).await?;
    let file = args.file.display();
    println!("{file}: the whole database, {:.1} MB", bytes as f64 / 1e6);
    println!("The files in {} are not in it: copy them as well.", settings.uploads.display());
    match format {
        Format::Sqlite => println!("To bring it back: put it where DATABASE_URL points to, while nothing else runs,"),
        Format::Archive => {
            println!("To bring it back: `pg_restore --no-owner --dbname=ADDRESS {file}` into a new, empty database,");
        }
    }
    println!("then `generator verify --mend` and `generator build`: the site is what the copy says.");
    Ok(())
}
