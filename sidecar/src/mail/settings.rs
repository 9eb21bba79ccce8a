//! What the environment says of mail: `SMTP_URL` and `MAIL_FROM`.

use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, bail, ensure};
use generator::settings::Settings;
use generator::store::address::is_address;
use lettre::SmtpTransport;
use lettre::message::Mailbox;
use lettre::transport::smtp::extension::ClientId;
use url::{Host, Url};

/// How long a mail server may take for each of its answers.
const ANSWER_TIMEOUT: Duration = Duration::from_secs(20);

/// Where mail goes.
#[derive(Clone, Debug)]
pub struct MailSettings {
    /// `SMTP_URL`.
    pub server: Option<SmtpTransport>,
    /// `MAIL_FROM`.
    pub from: Mailbox,
    /// Where mails become files while there is no server.
    pub folder: PathBuf,
    /// How often is looked for mail that another process has put into the table, or that is to be tried again.
    pub look_pause: Duration,
    /// How long it may take to hand a mail over, whatever the server does; well below the lease of a mail.
    pub patience: Duration,
}

impl Default for MailSettings {
    fn default() -> MailSettings {
        MailSettings {
            server: None,
            from: Mailbox::new(None, "noreply@localhost".parse().expect("an address")),
            folder: PathBuf::from("output/mail"),
            look_pause: Duration::from_secs(15),
            patience: Duration::from_secs(120),
        }
    }
}

impl MailSettings {
    /// Reads any source of variables. Without a server mails go to a folder `mail` beside the built site.
    ///
    /// # Errors
    /// A value that cannot be meant, with the variable's name. What `SMTP_URL` says is not repeated: it holds a password.
    pub fn from_variables(
        variable: impl Fn(&str) -> Option<String>,
        settings: &Settings,
    ) -> anyhow::Result<MailSettings> {
        let get = |name: &str| variable(name).map(|value| value.trim().to_owned()).filter(|value| !value.is_empty());
        let site = Url::parse(&settings.site_url).context("SITE_URL")?;
        let host = match site.host() {
            Some(Host::Domain(domain)) => domain.to_owned(),
            _ => "localhost".to_owned(),
        };
        let from = get("MAIL_FROM").unwrap_or_else(|| format!("noreply@{host}"));
        let from: Mailbox = from.parse().map_err(|_| {
            anyhow::anyhow!(
                "MAIL_FROM: `{from}` is no address such as noreply@example.org or Club <noreply@example.org>"
            )
        })?;
        let server = match get("SMTP_URL") {
            Some(url) => Some(server(&url, &host, ANSWER_TIMEOUT).context("SMTP_URL")?),
            None => None,
        };
        let beside = settings.output.parent().filter(|_| !is_address(&settings.output));
        let folder = beside.unwrap_or(Path::new("output")).join("mail");
        Ok(MailSettings { server, from, folder, ..MailSettings::default() })
    }
}

/// The way to a mail server. `host` is what we call ourselves, where the address does not say it.
///
/// # Errors
/// What is wrong with the address, without the address.
pub fn server(url: &str, host: &str, answer_timeout: Duration) -> anyhow::Result<SmtpTransport> {
    const EXAMPLES: &str = "such as smtps://user:password@mail.example.org or smtp://localhost:25";
    let Ok(parsed) = Url::parse(url) else { bail!("it is no address {EXAMPLES}") };
    ensure!(matches!(parsed.scheme(), "smtp" | "smtps"), "it must begin with smtps:// or smtp://, {EXAMPLES}");
    ensure!(
        parsed.host_str().is_some_and(|host| !host.is_empty()),
        "it names no host: it must be an address {EXAMPLES}"
    );
    let tls = parsed.query_pairs().find(|(key, _)| key == "tls").map(|(_, value)| value.into_owned());
    let is_plain = parsed.scheme() == "smtp" && tls.as_deref() != Some("required");
    let is_here = match parsed.host_str() {
        Some("localhost" | "[::1]") => true,
        Some(host) => host.parse::<std::net::Ipv4Addr>().is_ok_and(|address| address.is_loopback()),
        None => false,
    };
    if is_plain && !is_here && parsed.password().is_some() {
        bail!("the password would be sent in the open: begin with smtps://, or end with ?tls=required");
    }
    let builder = SmtpTransport::from_url(url)
        .map_err(|_| anyhow::anyhow!("it is no address {EXAMPLES}; `tls` may be `required` or `opportunistic`"))?;
    let builder = match parsed.path().len() {
        0 | 1 => builder.hello_name(ClientId::Domain(host.to_owned())),
        _ => builder,
    };
    Ok(builder.timeout(Some(answer_timeout)).build())
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use generator::settings::Settings;

    use super::MailSettings;

    fn read(variables: &[(&str, &str)], site_url: &str) -> anyhow::Result<MailSettings> {
        let get = |name: &str| variables.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned());
        let settings = Settings::from_variables(|name| (name == "SITE_URL").then(|| site_url.to_owned()))?;
        MailSettings::from_variables(get, &settings)
    }

    #[test]
    fn unset_mails_become_files_beside_the_site() {
        let mail = read(&[], "https://www.example.org").expect("defaults");
        assert!(mail.server.is_none());
        assert_eq!(mail.from.to_string(), "noreply@www.example.org");
        assert_eq!(mail.folder, PathBuf::from("output/mail"));
        let mail = read(&[("SMTP_URL", " "), ("MAIL_FROM", "")], "http://127.0.0.1:8000").expect("defaults");
        assert_eq!((mail.server.is_none(), mail.from.to_string().as_str()), (true, "noreply@localhost"));
    }

    #[test]
    fn a_wrong_value_is_told_by_its_name_and_without_the_password() {
        for (name, value, said) in [
            ("MAIL_FROM", "nobody", "`nobody` is no address"),
            ("SMTP_URL", "mail.example.org", "no address such as smtps://"),
            ("SMTP_URL", "http://mail.example.org", "must begin with smtps://"),
            ("SMTP_URL", "smtps://", "no"),
            ("SMTP_URL", "smtp://u:secret@mail.example.org", "sent in the open"),
            ("SMTP_URL", "smtp://u:secret@mail.example.org?tls=opportunistic", "sent in the open"),
            ("SMTP_URL", "smtp://mail.example.org?tls=maybe", "`required` or `opportunistic`"),
        ] {
            let error = format!("{:#}", read(&[(name, value)], "https://example.org").expect_err(value));
            assert!(error.starts_with(name) && error.contains(said), "{value}: {error}");
            assert!(!error.contains("secret"), "{error}");
        }
        for sound in [
            "smtps://u:p%40ss@mail.example.org",
            "smtp://u:p@mail.example.org:587?tls=required",
            "smtp://localhost:1025",
            "smtp://u:p@127.0.0.1",
        ] {
            let mail = read(&[("SMTP_URL", sound), ("MAIL_FROM", "Klub <klub@example.org>")], "https://example.org");
            assert!(mail.expect(sound).server.is_some(), "{sound}");
        }
    }
}
