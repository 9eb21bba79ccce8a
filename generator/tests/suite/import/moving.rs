//! The move of a live site, rehearsed as OPERATIONS.md has it: bring over, build into a new bucket, check, bring over again
//! what was added since, switch, and the way back.

use std::path::Path;

use generator::model::MemberId;
use generator::publish::{Door, comments};
use generator::routes::Format;

use super::source::{Source, import, site_rows, site_value};
use crate::bucket::server::Server;
use crate::harness::{ENGINES, TestSite};
use crate::interrupted::child::{Build, Ended};
use crate::publish::text;
use crate::routes::fronts::{Sidecar, ask};
use crate::routes::running::{Running, free_port, printed};

/// The statement that an operator copies from there is the only one of its kind, so is the check.
const OPERATIONS: &str = include_str!("../../../../OPERATIONS.md");
/// Texts hold addresses that people wrote into them.
const CHECK: [&str; 2] = ["--allow", "email-address"];

/// Everything that the old site holds, by table; only the old site may change it.
async fn all_of(source: &Source) -> Vec<Vec<Option<String>>> {
    let tables = source
        .rows("select table_name::text from information_schema.tables where table_schema = 'public' order by 1")
        .await;
    let mut all = Vec::new();
    for row in tables {
        let table = row[0].clone().unwrap();
        let sql = format!(
            "select '{table}', count(*)::text, md5(coalesce(string_agg(t::text, '|' order by t::text), '')) from \"{table}\" t"
        );
        all.extend(source.rows(&sql).await);
    }
    all
}

/// A command of an operator, whose site is the shipped one, into the new bucket.
fn command(site: &TestSite, server: &Server) -> Build {
    let shipped = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    Build::into_bucket(site, server, "site").variable("SITE", shipped.to_str().unwrap())
}

async fn verify(site: &TestSite, server: &Server, when: &str) {
    let Ended { status, said } = command(site, server).instead(&["verify"]).start().end().await;
    assert!(status.success(), "{when}: {said}");
}

/// The number of files that a build says it has written.
fn written(said: &str) -> usize {
    let (before, _) = said.split_once(" written, ").unwrap_or_else(|| panic!("no count in: {said}"));
    before.rsplit(' ').next().unwrap().parse().unwrap()
}

#[tokio::test]
async fn a_live_site_moves_and_could_move_back() {
    for engine in ENGINES {
        let server = Server::start();
        let (source, site) = (Source::fixture().await, TestSite::empty(engine).await);
        let page = |path: &str| String::from_utf8(server.contents("site")[path].clone()).unwrap();

        // What readers ask: so far it leads to the old site.
        let name = free_port();
        let old_site = format!("server {{ listen 127.0.0.1:{name}; location / {{ return 200 \"the old site\"; }} }}");
        let front = Running::nginx(&old_site, name).await;
        let asks = async |path: &str| ask(name, &format!("GET {path}")).await;
        assert!(asks("/").await.contains("the old site"));

        // A rehearsal, weeks before: the old site goes on.
        let old = all_of(&source).await;
        assert!(old.len() > 20, "{old:?}");
        import(&site, &source.url).good();
        let first = command(&site, &server).run().await;
        verify(&site, &server, "after the first import").await;
        let folder = server.path().join("site");
        let checked = command(&site, &server).instead(&["check", folder.to_str().unwrap(), CHECK[0], CHECK[1]]);
        assert!(OPERATIONS.contains(&format!("generator check new-site {}`", CHECK.join(" "))));
        let checked = checked.start().end().await;
        assert!(checked.status.success(), "{engine:?}: {}", checked.said);
        assert_eq!(all_of(&source).await, old, "{engine:?}: the old site is read and nothing else");

        // Its files, from where they are.
        let files = site.settings.site.join("old-uploads");
        std::fs::create_dir_all(files.join("galerie")).unwrap();
        std::fs::write(files.join("galerie/drak.jpg"), "drak").unwrap();
        let sync = ["sync", files.to_str().unwrap(), "s3://club/uploads"];
        assert!(command(&site, &server).instead(&sync).run().await.contains("1 file sent"));

        // People go on writing there.
        source
            .execute(
                "update bestiar set jmeno = 'Uspaný škorpión' where id = 1;
                insert into diskuze (id, id_cizi, nickname, text, datum, cizi_tbl, user_id)
                    values (900, 1, 'Almad', 'Napsáno po zkoušce.', '2026-02-20 00:00:00+00', 'bestiar', 1);
                insert into uzivatele (id, nick_uzivatele, psw_uzivatele) values (20100, 'Přistěhovalec', md5('x'))",
            )
            .await;
        let old = all_of(&source).await;

        // The day: the old site takes nothing any more, what came since is brought over, its files as well.
        std::fs::write(files.join("galerie/saň.jpg"), "saň").unwrap();
        assert!(command(&site, &server).instead(&sync).run().await.contains("1 file sent (0.0 MB), 1 unchanged"));
        import(&site, &source.url).good();
        let second = command(&site, &server).run().await;
        assert!(written(&second) < written(&first) / 2, "{engine:?}: only what has changed: {second}");
        verify(&site, &server, "after the second import").await;
        let monster = page("rubriky/bestiar/1-uspany-skorpion/index.html");
        assert!(monster.contains("Napsáno po zkoušce."), "{engine:?}");
        assert!(page("rubriky/bestiar/1-zhavy-skorpion/index.html").contains("1-uspany-skorpion"), "it leads on");
        assert!(import(&site, &source.url).good().stdout.contains("nothing changed"), "{engine:?}: all is over");

        // The front is switched: from now on people read and write here.
        let sidecar = Sidecar::start();
        let rules = printed(Format::Nginx, &site.opened.site, server.pages("/club/site"), &[sidecar.port], name);
        front.repoint_nginx(&rules).await;
        let answer = asks("/rubriky/bestiar/1-uspany-skorpion/").await;
        assert!(answer.contains("Napsáno po zkoušce."), "{engine:?}: {answer}");
        let answer = asks("/index.php?rub=forum").await;
        assert!(answer.contains("sidecar: GET /index.php?rub=forum"), "{engine:?}: {answer}");
        let opened = &site.opened;
        let door = Door {
            db: opened.db.clone(),
            site: std::sync::Arc::clone(&opened.site),
            generation: None,
            signals: std::sync::Arc::default(),
        };
        let id =
            site_value(&site, "select cast(id as text) from creation where section = 'bestiar' and number = 1").await;
        let id = generator::model::CreationId(id.unwrap().parse().unwrap());
        let mut change = door.begin(chrono::Utc::now()).await.unwrap();
        comments::add(&mut change, id, MemberId(20100), &text("První na novém.")).await.unwrap();
        change.commit().await.unwrap();
        command(&site, &server).run().await;
        let answer = asks("/rubriky/bestiar/1-uspany-skorpion/").await;
        assert!(answer.contains("První na novém."), "{engine:?}: {answer}");

        // Going back: the old site is what it was when it took nothing any more. What was written here since is not
        // there: it is in this database, named by an import that is run then.
        assert_eq!(all_of(&source).await, old, "{engine:?}: the way back is open");
        front.repoint_nginx(&old_site).await;
        assert!(asks("/").await.contains("the old site"), "{engine:?}");
        source.execute(OPERATIONS.split_once("```sql\n").unwrap().1.split_once("```").unwrap().0).await;
        // Its counters jump ahead first. Where that was forgotten, a number is another's here, and the report says so.
        source
            .execute(
                "insert into diskuze (id, id_cizi, nickname, text, datum, cizi_tbl, user_id) values
                    (901, 1, 'Almad', 'Pod cizím číslem.', '2026-03-01 00:00:00+00', 'bestiar', 1),
                    (100901, 1, 'Almad', 'Zase na starém.', '2026-03-01 00:00:00+00', 'bestiar', 1)",
            )
            .await;
        // The second try of the move keeps both.
        let report = import(&site, &source.url).good().report;
        let taken = report.iter().find(|line| line["table"] == "diskuze" && line["key"].to_string().contains("901"));
        assert!(taken.is_some_and(|line| line.to_string().contains("number-taken")), "{engine:?}: {taken:?}");
        command(&site, &server).run().await;
        let monster = page("rubriky/bestiar/1-uspany-skorpion/index.html");
        for said in ["Napsáno po zkoušce.", "První na novém.", "Zase na starém."] {
            assert!(monster.contains(said), "{engine:?}: {said} is lost");
        }
        verify(&site, &server, "after the second move").await;
        front.repoint_nginx(&rules).await;
        assert!(asks("/rubriky/bestiar/1-uspany-skorpion/").await.contains("Zase na starém."), "{engine:?}");
        let texts = site_rows(&site, "select body from comment where member_id = 20100").await;
        assert_eq!(texts.len(), 1, "{engine:?}");
    }
}
