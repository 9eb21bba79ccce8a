//! What publishing into a bucket costs, beside `aws s3 sync` on the same files and server.
//!
//! `cargo bench --bench bucket -- [CREATIONS [CREATIONS_UNCHANGED]]` seeds a site of the first size, publishes it for the
//! first time, writes comments, and builds an unchanged site of the second size with `--all`. It prints the Markdown table
//! of README.md. The S3 server is s3s-fs on this machine, a process of its own. With `AWS=PROGRAM` that program is `aws`.

mod comment;
mod measure;
mod server;

use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};
use std::time::{Duration, SystemTime};

use anyhow::Context;
use generator::cdn::Cdn;
use generator::open::Opened;
use generator::seed;
use generator::settings::Settings;
use tempfile::TempDir;

use self::comment::Edge;
use self::measure::{Measured, run};
use self::server::{BUCKET, Server};

/// As in the programs that this stands for.
#[global_allocator]
static ALLOCATOR: tikv_jemallocator::Jemalloc = tikv_jemallocator::Jemalloc;

/// What a comment may take from its commit to the purge that the edge has taken.
const COMMENT_TIME_MAX: Duration = Duration::from_millis(50);
/// What `build --all` of an unchanged site may need.
const UNCHANGED_MEGABYTES_MAX: u64 = 200;

/// So many creations make some 10,000 and some 100,000 pages.
const CREATIONS: [u64; 2] = [8_200, 84_000];

fn main() -> ExitCode {
    // `cargo bench` says `--bench` to whatever it runs.
    let words: Vec<String> = std::env::args().skip(1).filter(|word| !word.starts_with("--")).collect();
    let done = match words.as_slice() {
        [word, folder] if word == server::WORD => server::serve(Path::new(folder)),
        words => bench(words),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn bench(words: &[String]) -> anyhow::Result<()> {
    let sizes: Vec<u64> =
        words.iter().map(|word| word.parse()).collect::<Result<_, _>>().context("numbers of creations")?;
    let size = |nth: usize| sizes.get(nth).copied().unwrap_or(CREATIONS[nth]);
    let aws = std::env::var_os("AWS").map(PathBuf::from);
    if aws.is_none() {
        eprintln!("AWS names no `aws`: it is left out");
    }
    println!("| | pages | `generator build` | asked of the server | `aws s3 sync` | asked of the server |");
    println!("|---|---:|---:|---|---:|---|");
    let bench = Bench::start(size(0), aws.clone())?;
    bench.first_publish_and_comments()?;
    drop(bench);
    Bench::start(size(1), aws)?.unchanged()
}

/// A seeded site and a server with an empty bucket.
struct Bench {
    folder: TempDir,
    settings: Settings,
    creations: u64,
    server: std::cell::RefCell<Server>,
    runtime: tokio::runtime::Runtime,
    edge: Edge,
    aws: Option<PathBuf>,
}

impl Bench {
    fn start(creations: u64, aws: Option<PathBuf>) -> anyhow::Result<Bench> {
        let folder = TempDir::new()?;
        let server = Server::start(&folder.path().join("server"))?;
        let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
        let edge = Edge::default();
        let cdn = runtime.block_on(edge.start())?;
        let settings = Settings {
            database_url: format!("sqlite://{}", folder.path().join("site.db").display()),
            output: PathBuf::from(format!("s3://{BUCKET}/site")),
            uploads: folder.path().join("uploads"),
            site: folder.path().to_owned(),
            site_url: "https://www.example.org".to_owned(),
            uploads_url: "https://uploads.example.org".to_owned(),
            cdn: Cdn::parse(&cdn).map_err(|fault| anyhow::anyhow!(fault))?,
        };
        std::fs::create_dir(folder.path().join("content"))?;
        let bench = Bench { folder, settings, creations, server: server.into(), runtime, edge, aws };
        bench.runtime.block_on(async {
            let files = generator::files::shipped_site();
            let opened = Opened::from_files(files, &bench.settings).await?;
            let options = seed::Options { creations, comments: 0, members: (creations / 20).max(2), seed: 1 };
            seed::seed(&opened.db, &opened.site, &options).await?;
            opened.db.close().await;
            anyhow::Ok(())
        })?;
        write_content(bench.folder.path())?;
        Ok(bench)
    }

    fn build(&self, more: &[&str]) -> anyhow::Result<Measured> {
        let Settings { database_url, output, site, site_url, uploads_url, cdn, .. } = &self.settings;
        let Cdn::Purge { url } = cdn else { anyhow::bail!("there is an edge") };
        let mut command = Command::new(env!("CARGO_BIN_EXE_generator"));
        command.arg("build").args(more).env_clear().envs(self.server.borrow().environment());
        command.env("DATABASE_URL", database_url).env("OUTPUT", output).env("SITE", site).env("SITE_URL", site_url);
        command.env("UPLOADS_URL", uploads_url).env("CDN", format!("purge:{url}"));
        run(&mut command)
    }

    /// `aws s3 sync` of what was published to another place of the bucket.
    fn sync(&self) -> anyhow::Result<Option<(Measured, String)>> {
        let Some(aws) = &self.aws else { return Ok(None) };
        self.server.borrow_mut().asked()?;
        let mut command = Command::new(aws);
        command.args(["s3", "sync", "--only-show-errors"]).arg(self.published()).arg(format!("s3://{BUCKET}/aws"));
        for name in ["PATH", "HOME"] {
            command.envs(std::env::var_os(name).map(|value| (name, value)));
        }
        command.envs(self.server.borrow().environment());
        let measured = run(&mut command)?;
        let asked = self.server.borrow_mut().asked()?;
        Ok(Some((measured, asked)))
    }

    /// The published objects as files of the server's disk.
    fn published(&self) -> PathBuf {
        self.folder.path().join("server").join(BUCKET).join("site")
    }

    fn row(&self, what: &str, ours: &str, asked: &str, theirs: Option<(Measured, String)>) -> anyhow::Result<()> {
        let pages = count(&self.published())?;
        let theirs =
            theirs.map_or("– | –".to_owned(), |(measured, asked)| format!("{} | {asked}", measured.cell()));
        println!("| {what} | {pages} | {ours} | {asked} | {theirs} |");
        Ok(())
    }

    fn first_publish_and_comments(&self) -> anyhow::Result<()> {
        let built = self.build(&[])?;
        let asked = self.server.borrow_mut().asked()?;
        let theirs = self.sync()?;
        let faster = is_faster(built.time, &theirs);
        self.row("first publish", &built.cell(), &asked, theirs)?;
        faster?;

        let (median, worst) = {
            let server = self.server.borrow();
            self.runtime.block_on(comment::measure(&self.settings, self.creations, &server, &self.edge))?
        };
        let asked = self.server.borrow_mut().asked()?;
        let ms = |time: Duration| time.as_secs_f64() * 1e3;
        let ours = format!("{:.1} ms, worst {:.1} ms", ms(median), ms(worst));
        // What the comments have changed is newer here than there.
        let theirs = match touch_one(&self.published())? {
            true => self.sync()?,
            false => None,
        };
        let faster = is_faster(median, &theirs);
        self.row("a comment: object replaced, purge taken", &ours, &format!("{asked} (30 comments)"), theirs)?;
        faster?;
        anyhow::ensure!(
            median < COMMENT_TIME_MAX,
            "a comment takes {median:?}, which is more than {COMMENT_TIME_MAX:?}"
        );
        Ok(())
    }

    fn unchanged(&self) -> anyhow::Result<()> {
        self.build(&[])?;
        self.sync()?;
        self.server.borrow_mut().asked()?;
        let built = self.build(&["--all"])?;
        anyhow::ensure!(built.said.contains(" 0 written"), "an unchanged site was written: {}", built.said);
        let asked = self.server.borrow_mut().asked()?;
        anyhow::ensure!(!asked.contains("PUT") && !asked.contains("LIST"), "it asked for {asked}");
        let theirs = self.sync()?;
        let faster = is_faster(built.time, &theirs);
        self.row("`build --all`, nothing changed", &built.cell(), &asked, theirs)?;
        faster?;
        let megabytes = built.peak_kilobytes / 1_000;
        anyhow::ensure!(
            megabytes < UNCHANGED_MEGABYTES_MAX,
            "an unchanged site needs {megabytes} MB, which is more than {UNCHANGED_MEGABYTES_MAX}"
        );
        Ok(())
    }
}

/// We are to be faster than `aws s3 sync` in each of these, where that is there.
fn is_faster(ours: Duration, theirs: &Option<(Measured, String)>) -> anyhow::Result<()> {
    let Some((theirs, _)) = theirs else { return Ok(()) };
    anyhow::ensure!(ours < theirs.time, "it takes {ours:?}, and `aws s3 sync` {:?}", theirs.time);
    Ok(())
}

/// The program reads a site from a folder; without its own files it has the shipped templates and static files.
fn write_content(folder: &Path) -> anyhow::Result<()> {
    for (path, file) in &generator::files::shipped_site().content {
        let path = folder.join("content").join(path);
        std::fs::create_dir_all(path.parent().context("it is in a folder")?)?;
        std::fs::write(path, &file.bytes)?;
    }
    Ok(())
}

fn count(folder: &Path) -> anyhow::Result<u64> {
    let mut pages = 0;
    for entry in std::fs::read_dir(folder)? {
        let entry = entry?;
        match entry.file_type()?.is_dir() {
            true => pages += count(&entry.path())?,
            false => pages += 1,
        }
    }
    Ok(pages)
}

/// Makes the home page newer than its copy, as a comment would.
fn touch_one(folder: &Path) -> anyhow::Result<bool> {
    let file = folder.join("index.html");
    if !file.exists() {
        return Ok(false);
    }
    let later = SystemTime::now() + Duration::from_secs(5);
    std::fs::File::options().write(true).open(file)?.set_modified(later)?;
    Ok(true)
}
