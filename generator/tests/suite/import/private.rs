//! What is private stays in the database: no word of it in a file, in the report, or in what the command says.

use super::source::{Source, import, imported};
use crate::harness::{ENGINES, Engine, TestSite};

/// Each is in many places of the source.
const NOT_IN_FILES: [&str; 14] = [
    "NESCHVALENO",
    "TAJNYDOPIS",
    "PUTYKATAJEMSTVI",
    "POSUDEK",
    "CEKATEL",
    "TAJNYKLIC",
    "soukromi.example",
    "203.0.113",
    "2001:db8",
    "1002003",
    "KATASTR",
    "argon2",
    "pbkdf2",
    "bcrypt",
];
/// The names of unapproved works may be said to the operator; the rest may not.
const NOT_SAID: [&str; 13] = [
    "TAJNYDOPIS",
    "PUTYKATAJEMSTVI",
    "POSUDEK",
    "CEKATEL",
    "TAJNYKLIC",
    "soukromi.example",
    "203.0.113",
    "2001:db8",
    "1002003",
    "KATASTR",
    "argon2$",
    "pbkdf2_sha256$",
    "bcrypt_sha256$",
];

#[tokio::test]
async fn nothing_private_is_in_any_file() {
    for engine in ENGINES {
        let (site, _) = imported(engine).await;
        site.build().await;
        let files = site.files();
        assert!(files.len() > 150, "{}", files.len());
        for (key, body) in files {
            if key.starts_with("assets/") {
                continue;
            }
            let text = String::from_utf8_lossy(&body);
            for word in NOT_IN_FILES {
                assert!(!text.contains(word), "{key} has {word}");
                assert!(!key.contains(word), "{key}");
            }
            // Addresses are written backwards for a script that makes links of them.
            let reversed: String = "soukromi.example".chars().rev().collect();
            assert!(!text.contains(&reversed), "{key}");
        }
    }
}

#[tokio::test]
async fn nothing_private_is_said() {
    for engine in ENGINES {
        let (_, outcome) = imported(engine).await;
        assert!(outcome.report.len() > 40, "a report that says something: {}", outcome.report.len());
        for word in NOT_SAID {
            let said = outcome.said();
            let line = said.lines().find(|line| line.contains(word));
            assert!(line.is_none(), "{word}: {line:?}");
        }
    }
}

#[tokio::test]
async fn faults_of_private_rows_quote_nothing() {
    for engine in ENGINES {
        let source = Source::fixture().await;
        source
            .execute("update posta set datum = 'infinity'; update uzivatele set id = -id where id in (3, 4);
                update putyka_prispevky set datum = 'infinity'; update forum set datum = '-infinity';
                update uzivatele_cekajici set id_zaznamu = -id_zaznamu; update uzivatele set icq_uzivatele = -100200301 where id = 2")
            .await;
        let site = TestSite::empty(engine).await;
        let outcome = import(&site, &source.url);
        assert!(!outcome.said().contains("panicked"), "{}", outcome.said());
        for word in NOT_SAID {
            let said = outcome.said();
            let line = said.lines().find(|line| line.contains(word));
            assert!(line.is_none(), "{word}: {line:?}");
        }
    }
}

#[tokio::test]
async fn rows_that_the_database_refuses_are_not_quoted() {
    for engine in ENGINES {
        let source = Source::fixture().await;
        let site = TestSite::empty(engine).await;
        let refuse: Vec<&'static str> = match engine {
            Engine::Sqlite => vec![
                "create trigger refuse_letter before insert on letter begin select raise(abort, 'refused'); end",
                "create trigger refuse_account before insert on account begin select raise(abort, 'refused'); end",
                "create trigger refuse_mail before insert on email_blacklist begin select raise(abort, 'refused'); end",
            ],
            // Constraints, whose messages PostgreSQL goes on with the whole row.
            Engine::Postgres => vec![
                "alter table letter add check (body = '')",
                "alter table account add check (email = '-')",
                "alter table email_blacklist add check (email_hash = '')",
            ],
        };
        site.change(&refuse, &[]).await;
        let outcome = import(&site, &source.url);
        assert_eq!(outcome.code, Some(1));
        let counts = outcome.counts();
        let failed = |table: &str| counts.iter().find(|line| line.table == table).unwrap().failed;
        assert_eq!((failed("posta"), failed("uzivatele"), failed("ddcz_blacklistedemail")), (6, 20, 2));
        let digest = "0123456789abcdef0123";
        for word in NOT_SAID.into_iter().chain([digest]) {
            let said = outcome.said();
            let line = said.lines().find(|line| line.contains(word));
            assert!(line.is_none(), "{word}: {line:?}");
        }
    }
}
