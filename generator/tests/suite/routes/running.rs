//! nginx and Varnish as processes of a test, by the rules as they are printed. Both programs' suites have this file.

use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use generator::routes::{Format, Front, Pages, rules};
use generator::site::Site;
use tempfile::TempDir;

/// A front that does not listen by then never will.
const PATIENCE: Duration = Duration::from_secs(60);

/// A port that nobody has at this moment.
pub fn free_port() -> u16 {
    std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

/// The rules as they are printed.
pub fn printed(format: Format, site: &Site, pages: Pages, sidecars: &[u16], port: u16) -> String {
    let sidecars = sidecars.iter().map(|port| ("127.0.0.1".to_owned(), *port)).collect();
    let front = Front { site, pages, sidecars, listen: format!("127.0.0.1:{port}") };
    rules(format, &front).unwrap()
}

/// A front that runs; it does not outlive the test.
pub struct Running {
    child: Child,
    folder: TempDir,
}

impl Drop for Running {
    fn drop(&mut self) {
        // It may have ended by itself. Varnish has a child that goes with it when it is asked to end, not when it is killed.
        self.signal("TERM");
        let _ = self.child.wait();
    }
}

impl Running {
    /// nginx with these rules within `http`.
    pub async fn nginx(rules: &str, port: u16) -> Running {
        let folder = TempDir::new().unwrap();
        let file = write_nginx(&folder, rules);
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

    /// Has nginx read other rules, as an operator does; returns when nobody is answered by those of before any more.
    pub async fn repoint_nginx(&self, rules: &str) {
        let ended = || {
            let log = std::fs::read_to_string(self.folder.path().join("error.log")).unwrap();
            log.matches("exited with code 0").count()
        };
        let before = ended();
        write_nginx(&self.folder, rules);
        self.signal("HUP");
        let until = Instant::now() + PATIENCE;
        while ended() == before {
            assert!(Instant::now() < until, "nginx goes on by its former rules");
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }

    async fn start(mut command: Command, folder: TempDir, port: u16) -> Running {
        let log = std::fs::File::create(folder.path().join("said")).unwrap();
        let child = command.stdin(Stdio::null()).stdout(log.try_clone().unwrap()).stderr(log).spawn().unwrap();
        let mut running = Running { child, folder };
        let until = Instant::now() + PATIENCE;
        while TcpStream::connect(("127.0.0.1", port)).is_err() {
            let said = || std::fs::read_to_string(running.folder.path().join("said")).unwrap();
            if let Some(status) = running.child.try_wait().unwrap() {
                panic!("the front ended with {status}: {}", said());
            }
            assert!(Instant::now() < until, "the front never listens: {}", said());
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        running
    }

    fn signal(&self, name: &str) {
        let _ = Command::new("kill").args([&format!("-{name}"), &self.child.id().to_string()]).status();
    }
}

fn write_nginx(folder: &TempDir, rules: &str) -> std::path::PathBuf {
    let at = folder.path().display();
    // Its workers are whoever the master is: as root they would be somebody else, who may not read what the test has made.
    let config = format!(
        "daemon off; user root; pid {at}/pid; error_log {at}/error.log notice;\nevents {{}}\nhttp {{\n\
         include /etc/nginx/mime.types; access_log off; client_body_temp_path {at}/body; proxy_temp_path {at}/proxy;\n\
         fastcgi_temp_path {at}/f; uwsgi_temp_path {at}/u; scgi_temp_path {at}/s;\n{rules}\n}}\n"
    );
    let file = folder.path().join("nginx.conf");
    std::fs::write(&file, config).unwrap();
    file
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
