//! A PostgreSQL that is asked with TLS alone, as one at Amazon's or Heroku's is: the whole way of a build, and who is
//! refused.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};

use generator::db::connect::open_existing;

use crate::harness::{TestSite, small_files};
use crate::interrupted::child::Build;

/// A server that lets nobody in without TLS, until it is dropped.
struct Server {
    child: Child,
    address: String,
    certificate: String,
}

impl Server {
    fn start() -> Server {
        let script = concat!(env!("CARGO_MANIFEST_DIR"), "/../.ci/with-postgres");
        let say = "echo \"$TEST_POSTGRES_URL\"; echo \"$TEST_POSTGRES_CERTIFICATE\"; read -r _";
        let mut command = Command::new(script);
        command.args(["sh", "-c", say]).env("TEST_POSTGRES_TLS", "yes");
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let [address, certificate] = [(); 2].map(|()| lines.next().expect("the server starts").unwrap());
        Server { child, address, certificate }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It ends with its input.
        drop(self.child.stdin.take());
        let _ = self.child.wait();
    }
}

#[tokio::test]
async fn a_database_behind_tls_is_built_from_and_its_certificate_is_looked_at() {
    let server = Server::start();
    let with = |options: &str| format!("{}?{options}", server.address);
    let refused = open_existing(&with("sslmode=disable")).await.unwrap_err().to_string();
    assert!(refused.contains("no encryption") || refused.contains("pg_hba"), "{refused}");
    // Whoever wants to know whom they talk to has to know the certificate.
    open_existing(&with("sslmode=verify-full")).await.unwrap_err();

    let known = with(&format!("sslmode=verify-full&sslrootcert={}", server.certificate));
    let folder = tempfile::TempDir::new().unwrap();
    let site = TestSite::over(folder, known, small_files()).await;
    let generator::db::Tx::Postgres(mut tx) = site.opened.db.snapshot().await.unwrap() else {
        panic!("it is no other")
    };
    let is_encrypted: bool = sqlx::query_scalar("select ssl from pg_stat_ssl where pid = pg_backend_pid()")
        .fetch_one(&mut *tx)
        .await
        .unwrap();
    assert!(is_encrypted);
    drop(tx);
    // A dyno asks with TLS without having been told.
    let said =
        Build::of(&site, &site.settings.output).variable("DATABASE_URL", &server.address).variable("DYNO", "web.1");
    assert!(said.run().await.contains(" 0 failed"));
}
