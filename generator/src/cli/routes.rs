//! `generator routes --format nginx|varnish|cloudfront`

use std::process::ExitCode;

use anyhow::{anyhow, bail};
use generator::files;
use generator::routes::{Format, Front, Pages, rules};
use generator::settings::Settings;
use generator::site::Site;
use generator::store::address::{Address, is_address};

#[derive(clap::Args)]
pub struct Args {
    /// Whose rules: nginx, varnish, cloudfront
    #[arg(long)]
    format: Word,
    /// Where the sidecar listens: host and port; for nginx given once for each
    #[arg(long, default_value = "127.0.0.1:8000")]
    sidecar: Vec<String>,
    /// The server that has the pages, where they are in no folder of the front's machine: http://HOST[:PORT][/PREFIX]; of
    /// OUTPUT=s3://… at Amazon it is known
    #[arg(long)]
    pages: Option<String>,
    /// Where nginx listens
    #[arg(long, default_value = "80")]
    listen: String,
}

#[derive(Clone, Copy, clap::ValueEnum)]
enum Word {
    Nginx,
    Varnish,
    Cloudfront,
}

pub fn run(args: &Args) -> anyhow::Result<ExitCode> {
    let settings = Settings::from_env()?;
    let files = files::read_site(&settings.site)?;
    let site = Site::load(&files, &settings.site_url, &settings.uploads_url)?.behind(&settings.cdn);
    let format = match args.format {
        Word::Nginx => Format::Nginx,
        Word::Varnish => Format::Varnish,
        Word::Cloudfront => Format::CloudFront,
    };
    let sidecars = args.sidecar.iter().map(|sidecar| place(sidecar)).collect::<anyhow::Result<_>>()?;
    let front = Front { site: &site, pages: pages(args, &settings)?, sidecars, listen: args.listen.clone() };
    print!("{}", rules(format, &front).map_err(|fault| anyhow!(fault))?);
    Ok(ExitCode::SUCCESS)
}

fn place(sidecar: &str) -> anyhow::Result<(String, u16)> {
    let (host, port) = sidecar.rsplit_once(':').ok_or_else(|| anyhow!("--sidecar: a port is missing"))?;
    Ok((host.to_owned(), port.parse().map_err(|_| anyhow!("--sidecar: `{port}` is no port"))?))
}

fn pages(args: &Args, settings: &Settings) -> anyhow::Result<Pages> {
    if let Some(url) = &args.pages {
        let url = url::Url::parse(url).map_err(|error| anyhow!("--pages: `{url}`: {error}"))?;
        let Some(host) = url.host_str() else { bail!("--pages: `{url}` names no server") };
        let port = url.port_or_known_default().unwrap_or(80);
        let prefix = url.path().trim_end_matches('/').to_owned();
        return Ok(Pages::Server { host: host.to_owned(), port, prefix });
    }
    if !is_address(&settings.output) {
        return Ok(Pages::Folder(std::path::absolute(&settings.output)?));
    }
    let address = Address::parse(&settings.output.display().to_string())?;
    if std::env::var_os("AWS_ENDPOINT_URL").is_some() {
        bail!("--pages: say where your server has {address}: http://HOST:PORT/{}", address.bucket);
    }
    let region = std::env::var("AWS_REGION").map_err(|_| anyhow!("set AWS_REGION to the bucket's"))?;
    let host = format!("{}.s3.{region}.amazonaws.com", address.bucket);
    let prefix = format!("/{}", address.prefix).trim_end_matches('/').to_owned();
    Ok(Pages::Server { host, port: 80, prefix })
}
