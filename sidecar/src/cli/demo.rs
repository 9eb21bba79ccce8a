//! `sidecar demo`: a fresh embedded site with sample content, built and served.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Instant;

use anstream::{eprintln, println};
use anyhow::{Context, bail};
use chrono::Utc;
use generator::build::Options;
use generator::build::progress::Progress;
use generator::cdn::Cdn;
use generator::db::{accounts, credentials, editor_sections};
use generator::model::Role;
use generator::open::{Edition, Opened};
use generator::settings::Settings;
use generator::store::{Directory, Store};
use generator::text::moment;
use sidecar::app::App;
use sidecar::database::Database;
use sidecar::options::Options as Answers;
use sidecar::password::hash;

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
    let address = listener.local_addr()?;
    // A server may listen on all addresses, but no browser goes to them.
    let url = match address.ip().is_unspecified() {
        true => format!("http://localhost:{}", address.port()),
        false => format!("http://{address}"),
    };
    let settings = fresh(&args.folder, &url)?;
    let opened = Opened::from_files(generator::files::shipped_site(), &settings).await?;
    generator::demo::load(&opened.db, &opened.site, &opened.files.content, &settings.uploads).await?;
    generator::demo::load_office(&opened.db, &opened.files.content).await?;
    let password = let_in(&opened).await?;
    let paths = &opened.site.config.sidecar;
    let login = paths.url(&paths.login);
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
    println!("\n    The demo is at {url}/    (Ctrl-C ends it)");
    println!("    Log in at {url}{login}:");
    for (nick, role, sections) in LOGINS {
        println!("        {nick} ({}), password: {password}", word(role, sections));
    }
    println!();
    let answers = Answers::from_env(&settings)?;
    let app = App::new(settings, answers, &edition, Database::opened(opened.db));
    serve_until_asked(listener, &app, edition).await
}

/// Members of the sample site who can log in, and the sections that an editor is bound to.
const LOGINS: [(&str, Role, &[&str]); 3] =
    [("Almara", Role::Admin, &[]), ("Elanor", Role::Editor, &["bestiar"]), ("Fénix", Role::Member, &[])];

fn word(role: Role, sections: &[&str]) -> String {
    match role {
        Role::Member => "a member".to_owned(),
        Role::Editor if sections.is_empty() => "an editor".to_owned(),
        Role::Editor => format!("an editor of {}", sections.join(", ")),
        Role::Admin => "an editor and administrator".to_owned(),
    }
}

/// Gives them one password, another one each time: the demo may listen on an address that others reach.
async fn let_in(opened: &Opened) -> anyhow::Result<String> {
    let password = demo_password()?;
    let hash = hash(&password).map_err(anyhow::Error::msg)?;
    let mut tx = opened.db.write().await?;
    for (nick, role, sections) in LOGINS {
        let member = credentials::by_nick(&mut tx, nick).await?;
        let member = member.with_context(|| format!("the sample content has no member {nick}"))?.member_id;
        credentials::set(&mut tx, member, &hash).await?;
        accounts::set_role(&mut tx, member, role).await?;
        let sections: Vec<String> = sections.iter().map(|&section| section.to_owned()).collect();
        editor_sections::set(&mut tx, member, &sections).await?;
    }
    tx.commit().await?;
    Ok(password)
}

/// Letters that are easy to type, and as good as fifty coins thrown.
fn demo_password() -> anyhow::Result<String> {
    const LETTERS: &[u8; 32] = b"abcdefghijkmnopqrstuvwxyz2345678";
    let mut bytes = [0; 10];
    getrandom::fill(&mut bytes).context("the system has no random numbers")?;
    Ok(bytes.iter().map(|byte| char::from(LETTERS[usize::from(byte % 32)])).collect())
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
        cdn: Cdn::None,
    })
}
