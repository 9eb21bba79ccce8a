//! nginx and Varnish as processes of a test.

use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};

use generator::routes::{Format, Front, Pages, rules};
use generator::site::Site;
use tempfile::TempDir;

use super::{free_port, until};

/// A front that runs; it does not outlive the test.
pub struct Running {
    pub port: u16,
    child: Child,
    folder: TempDir,
}

impl Drop for Running {
    fn drop(&mut self) {
        // It may have ended by itself. Varnish has a child that goes with it when it is asked to end, not when it is killed.
        let _ = Command::new("kill").args(["-TERM", &self.child.id().to_string()]).status();
        let _ = self.child.wait();
    }
}

/// The rules as they are printed.
pub fn printed(format: Format, site: &Site, pages: Pages, sidecars: &[u16], port: u16) -> String {
    let sidecars = sidecars.iter().map(|port| ("127.0.0.1".to_owned(), *port)).collect();
    let front = Front { site, pages, sidecars, listen: format!("127.0.0.1:{port}") };
    rules(format, &front).unwrap()
}

impl Running {
    /// nginx with these rules within `http`.
    pub async fn nginx(rules: &str, port: u16) -> Running {
        let folder = TempDir::new().unwrap();
        let at = folder.path().display();
        let config = format!(
            "daemon off; master_process off; pid {at}/pid; error_log {at}/error.log;\nevents {{}}\nhttp {{\n\
             include /etc/nginx/mime.types; access_log off; client_body_temp_path {at}/body; proxy_temp_path {at}/proxy;\n\
             fastcgi_temp_path {at}/f; uwsgi_temp_path {at}/u; scgi_temp_path {at}/s;\n{rules}\n}}\n"
        );
        let file = folder.path().join("nginx.conf");
        std::fs::write(&file, config).unwrap();
        let mut command = Command::new(program("nginx"));
        command.arg("-p").arg(folder.path()).arg("-c").arg(&file);
        Running::start(command, folder, port).await
    }

    /// Varnish with these rules.
    pub async fn varnish(rules: &str, port: u16) -> Running {
        let folder = TempDir::new().unwrap();
        let file = folder.path().join("rules.vcl");
        std::fs::write(&file, rules).unwrap();
        let mut command = Command::new(program("varnishd"));
        command.args(["-F", "-j", "none", "-s", "malloc,32m", "-a", &format!("127.0.0.1:{port}"), "-n"]);
        command.arg(folder.path().join("work")).arg("-f").arg(&file);
        Running::start(command, folder, port).await
    }

    /// What a bucket's endpoint is for readers: the files below a folder, and no index documents.
    pub async fn files(root: &Path) -> Running {
        let port = free_port();
        let rules = format!(
            "server {{ listen 127.0.0.1:{port}; root {}; add_header Cache-Control \"public, max-age=0, s-maxage=3600\";
                location ~ /$ {{ return 403; }} location / {{ try_files $uri =404; }} }}",
            root.display()
        );
        Running::nginx(&rules, port).await
    }

    async fn start(mut command: Command, folder: TempDir, port: u16) -> Running {
        let log = std::fs::File::create(folder.path().join("said")).unwrap();
        let child = command.stdin(Stdio::null()).stdout(log.try_clone().unwrap()).stderr(log).spawn().unwrap();
        let mut running = Running { port, child, folder };
        until("the front listens", async || {
            if let Some(status) = running.child.try_wait().unwrap() {
                let said = std::fs::read_to_string(running.folder.path().join("said")).unwrap();
                panic!("it ended with {status}: {said}");
            }
            TcpStream::connect(("127.0.0.1", port)).is_ok()
        })
        .await;
        running
    }
}

/// Where a program is; `make setup` installs it.
fn program(name: &str) -> String {
    let places =
        ["/usr/sbin", "/usr/bin", "/usr/local/sbin", "/usr/local/bin"].map(|folder| format!("{folder}/{name}"));
    places
        .into_iter()
        .find(|path| Path::new(path).exists())
        .unwrap_or_else(|| panic!("{name} is missing: run `make setup`"))
}
