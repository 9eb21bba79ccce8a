//! What the site is called from outside: which host and origin are its own, and what that means for cookies.

/// Names that mean the machine itself.
const LOOPBACK: [&str; 3] = ["localhost", "127.0.0.1", "[::1]"];

/// The site's own address.
#[derive(Clone, Debug)]
pub struct Front {
    /// `SITE_URL`, without a slash at the end.
    pub url: String,
    scheme: &'static str,
    /// Host and, where it is not the scheme's, port. On a developer's machine all names that it has.
    hosts: Vec<String>,
}

impl Front {
    /// Reads a `SITE_URL` that was checked already.
    pub fn new(site_url: &str) -> Front {
        let (scheme, host) = match site_url.strip_prefix("https://") {
            Some(host) => ("https", host),
            None => ("http", site_url.strip_prefix("http://").unwrap_or(site_url)),
        };
        let host = host.to_ascii_lowercase();
        let port = LOOPBACK.into_iter().find_map(|name| host.strip_prefix(name)).filter(|rest| is_port(rest));
        let hosts = match port {
            Some(port) if scheme == "http" => LOOPBACK.iter().map(|name| format!("{name}{port}")).collect(),
            _ => vec![host],
        };
        Front { url: site_url.to_owned(), scheme, hosts }
    }

    /// Whether cookies are for https alone; otherwise they cannot have the names that browsers protect.
    pub fn is_secure(&self) -> bool {
        self.scheme == "https"
    }

    /// Whether the address is one of this machine.
    pub fn is_loopback(&self) -> bool {
        self.hosts.iter().any(|host| LOOPBACK.iter().any(|name| host.strip_prefix(name).is_some_and(is_port)))
    }

    /// Whether a `Host` is the site's.
    pub fn is_own_host(&self, host: &str) -> bool {
        let host = host.to_ascii_lowercase();
        let host = host.strip_suffix(if self.is_secure() { ":443" } else { ":80" }).unwrap_or(&host);
        self.hosts.iter().any(|own| own == host)
    }

    /// Whether an `Origin` is the site's.
    pub fn is_own_origin(&self, origin: &str) -> bool {
        let host = origin.split_once("://").filter(|(scheme, _)| *scheme == self.scheme);
        host.is_some_and(|(_, host)| self.is_own_host(host))
    }

    /// The path, with its query, of an address of the site; `None` for any other address.
    pub fn own_path<'a>(&self, url: &'a str) -> Option<&'a str> {
        let slash = url.find("://")? + 3;
        let slash = slash + url[slash..].find('/')?;
        let (origin, path) = url.split_at(slash);
        self.is_own_origin(origin).then_some(path).filter(|path| is_own_path(path))
    }
}

fn is_port(rest: &str) -> bool {
    rest.is_empty() || rest.strip_prefix(':').is_some_and(|port| port.bytes().all(|byte| byte.is_ascii_digit()))
}

/// Whether a redirect to this leads to a page of the site, however a browser reads it: browsers take a backslash for a
/// slash, leave out tabs and line breaks, and two slashes begin another host's address.
pub fn is_own_path(path: &str) -> bool {
    path.starts_with('/')
        && !path.starts_with("//")
        && path.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'\\')
}

#[cfg(test)]
mod tests {
    use super::{Front, is_own_path};

    #[test]
    fn only_the_sites_own_names_are_its_own() {
        let front = Front::new("https://www.example.org");
        assert!(front.is_secure() && !front.is_loopback());
        assert!(front.is_own_host("www.example.org") && front.is_own_host("WWW.example.org:443"));
        for host in ["example.org", "www.example.org.evil.test", "www.example.org:8000", "localhost", ""] {
            assert!(!front.is_own_host(host), "{host}");
        }
        assert!(front.is_own_origin("https://www.example.org"));
        for origin in ["http://www.example.org", "https://evil.test", "null", "", "https://www.example.org.evil.test"] {
            assert!(!front.is_own_origin(origin), "{origin}");
        }
        let machine = Front::new("http://localhost:8000");
        assert!(machine.is_loopback() && machine.is_own_host("127.0.0.1:8000") && machine.is_own_host("[::1]:8000"));
        assert!(!machine.is_own_host("localhost:9000") && !machine.is_own_host("localhost"));
        assert!(!Front::new("http://localhost.example.org").is_loopback());
    }

    #[test]
    fn redirects_stay_on_the_site() {
        for path in ["/", "/forum/?z_s=2#c5", "/rubriky/clanky/9-x/"] {
            assert!(is_own_path(path), "{path}");
        }
        for path in
            ["", "forum", "//evil.test/", "/\\evil.test/", "\\/evil.test", "/\t/evil.test", "https://evil.test/"]
        {
            assert!(!is_own_path(path), "{path}");
        }
        let front = Front::new("https://www.example.org");
        assert_eq!(front.own_path("https://www.example.org/forum/?a=b"), Some("/forum/?a=b"));
        assert_eq!(front.own_path("https://www.example.org//evil.test/"), None);
        assert_eq!(front.own_path("https://evil.test/forum/"), None);
        assert_eq!(front.own_path("/forum/"), None);
    }
}
