//! Who may come in after the move: which hash counts, what is no hash, whom the operators have switched off.

use argon2::password_hash::phc::PasswordHash;
use argon2::{Argon2, PasswordVerifier};

use super::source::{Outcome, Source, all_tables, command, import, site_rows, site_value};
use crate::harness::{ENGINES, TestSite};

/// What Django stored for a password that a member chose later.
const NEWER: &str = "pbkdf2_sha256$1000$NaCl5peprem$nJ4813DPc0l/8IEs3EaXKT+a87nI9vQEuntNT2ft9/w=";

async fn scheme_of(site: &TestSite, member: i64) -> String {
    let sql = format!("select scheme || coalesce(' ' || hash, '') from credential where member_id = {member}");
    site_value(site, &sql).await.unwrap_or_default()
}

/// Whether a member's wrapped hash opens with the MD5 that the source holds.
async fn opens_with_the_old_password(source: &Source, site: &TestSite, member: i64) -> bool {
    let password = source.rows(&format!("select psw_uzivatele from uzivatele where id = {member}")).await;
    let found = scheme_of(site, member).await;
    let Some(hash) = found.strip_prefix("argon2-md5 ") else { return false };
    let md5 = password[0][0].as_ref().unwrap();
    Argon2::default().verify_password(md5.as_bytes(), &PasswordHash::new(hash).unwrap()).is_ok()
}

fn findings(outcome: &Outcome, finding: &str) -> Vec<String> {
    let named = outcome.report.iter().filter(|line| line["finding"] == finding);
    named.map(|line| line["key"].to_string().trim_matches('"').to_owned()).collect()
}

#[tokio::test]
async fn digests_of_other_kinds_are_stored_nowhere() {
    // The same password in forms that Django once knew and that a machine guesses by the billion a second.
    let digests = [
        (2, "md5$$5f4dcc3b5aa765d61d8327deb882cf99", "5f4dcc3b5aa765d61d8327deb882cf99"),
        (15, "sha1$sul$9a1c1bbd1fd8ed4f4d9c3b2b8d9b8f9e0a1b2c3d", "9a1c1bbd1fd8ed4f4d9c3b2b8d9b8f9e0a1b2c3d"),
        (16, "482c811da5d5b4bc6d497ffa98491e38", "482c811da5d5b4bc6d497ffa98491e38"),
        (17, "plain$SLABEHESLO", "SLABEHESLO"),
    ];
    for engine in ENGINES {
        let source = Source::fixture().await;
        for (member, password, _) in digests {
            let of = format!("(select user_id from uzivatele where id = {member})");
            source.execute(&format!("update auth_user set password = '{password}' where id = {of}")).await;
        }
        let site = TestSite::empty(engine).await;
        let outcome = import(&site, &source.url).good();
        assert_eq!(findings(&outcome, "password-of-unknown-kind"), ["2", "15", "16", "17"]);
        let tables = all_tables(&site).await;
        for (member, _, digest) in digests {
            assert_eq!(scheme_of(&site, member).await, "unusable", "member {member}");
            for (table, rows) in &tables {
                assert!(!rows.iter().any(|row| row.contains(digest)), "the digest of member {member} is in {table}");
            }
            assert!(!outcome.said().contains(digest));
        }
    }
}

#[tokio::test]
async fn who_is_switched_off_stays_out() {
    for engine in ENGINES {
        let source = Source::fixture().await;
        // A superuser, an editor, and one whose old password would still do.
        source
            .execute(
                "update auth_user set is_active = false where id in (1, 5, 15);
                update auth_user set is_staff = true where id = 15;
                update uzivatele set psw_uzivatele = md5('cokoli') where id = 5",
            )
            .await;
        let site = TestSite::empty(engine).await;
        let outcome = import(&site, &source.url).good();
        assert_eq!(findings(&outcome, "account-inactive"), ["1", "5", "15"]);
        let sql =
            "select cast(id as text), role from member join account on member_id = id where banned order by member.id";
        let out: Vec<Vec<String>> =
            site_rows(&site, sql).await.into_iter().map(|row| row.into_iter().flatten().collect()).collect();
        // Four was banned by its status.
        assert_eq!(out, [["1", "member"], ["4", "member"], ["5", "member"], ["15", "member"]]);
        assert!(scheme_of(&site, 1).await.starts_with("django argon2$"), "the hash is kept all the same");
        assert_eq!(scheme_of(&site, 5).await, "unusable", "no way in by the back door");
    }
}

/// Django's mark says that nobody can come in by Django's own hash; it stands there while a member has asked for a new
/// password and has not chosen it.
#[tokio::test]
async fn a_mark_in_place_of_a_hash_leaves_the_old_password() {
    for engine in ENGINES {
        let source = Source::fixture().await;
        source
            .execute(
                "update uzivatele set psw_uzivatele = md5('kdysi') where id in (5, 2);
                update auth_user set password = '' where id = 2; update auth_user set password = '!' where id = 15",
            )
            .await;
        let site = TestSite::empty(engine).await;
        import(&site, &source.url).good();
        for member in [5, 2] {
            assert!(opens_with_the_old_password(&source, &site, member).await, "{}", scheme_of(&site, member).await);
        }
        assert_eq!(scheme_of(&site, 15).await, "unusable", "a mark and no old password");
    }
}

#[tokio::test]
async fn a_password_chosen_while_the_old_ones_wait_is_the_one_that_counts() {
    for engine in ENGINES {
        let source = Source::fixture().await;
        let site = TestSite::empty(engine).await;
        let output = command(&site, &source.url).arg("--without-passwords").output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        for member in [3, 4, 6, 7, 8] {
            assert_eq!(scheme_of(&site, member).await, "pending");
        }
        // Graveyard leaves the MD5 in its place when a member logs in or chooses another password.
        let account = |id: i64, password: &str, is_active: bool| {
            format!(
                "insert into auth_user (id, password, username, is_active, is_superuser, is_staff, email, date_joined)
                    values ({id}, '{password}', 'u{id}', {is_active}, false, false, '', '2026-01-01 00:00:00+00');
                update uzivatele set user_id = {id} where id = {id};"
            )
        };
        source
            .execute(&format!(
                "{} {} {} {} update uzivatele set psw_uzivatele = '' where id = 8",
                account(3, NEWER, true),
                account(4, "!TAJNYKLIC", true),
                account(6, "!TAJNYKLIC", false),
                account(7, "md5$$5f4dcc3b5aa765d61d8327deb882cf99", true),
            ))
            .await;
        let outcome = import(&site, &source.url).good();
        assert_eq!(scheme_of(&site, 3).await, format!("django {NEWER}"));
        assert!(opens_with_the_old_password(&source, &site, 4).await);
        assert_eq!(scheme_of(&site, 6).await, "unusable", "switched off meanwhile");
        assert_eq!(scheme_of(&site, 7).await, "unusable", "whatever that is, it is newer than the MD5");
        assert_eq!(scheme_of(&site, 8).await, "none");
        let pending = "select cast(count(*) as text) from credential where scheme = 'pending'";
        assert_eq!(site_value(&site, pending).await.as_deref(), Some("0"));
        // Four of twelve came to something else; the one that was chosen anew is no old one.
        assert!(outcome.stdout.contains("\n8 old password hashes wrapped"), "{}", outcome.stdout);
    }
}

#[tokio::test]
async fn a_password_chosen_after_the_move_counts_for_those_who_had_none() {
    for engine in ENGINES {
        let source = Source::fixture().await;
        source
            .execute(
                "update auth_user set password = '!' where id in (5, 15); update uzivatele set psw_uzivatele = '' where id in (5, 8, 15);
                update auth_user set password = 'pbkdf2_sha256$1$stare$stare' where id = 2",
            )
            .await;
        let site = TestSite::empty(engine).await;
        import(&site, &source.url).good();
        assert_eq!((scheme_of(&site, 5).await, scheme_of(&site, 8).await), ("unusable".into(), "none".into()));
        site.change(&["update credential set scheme = 'argon2', hash = '$argon2id$zdejsi' where member_id = 15"], &[])
            .await;
        source
            .execute(&format!(
                "update auth_user set password = '{NEWER}' where id in (2, 5, 15);
                update uzivatele set psw_uzivatele = md5('nove') where id = 8"
            ))
            .await;
        let outcome = import(&site, &source.url).good();
        assert_eq!(scheme_of(&site, 5).await, format!("django {NEWER}"));
        assert!(opens_with_the_old_password(&source, &site, 8).await);
        assert_eq!(scheme_of(&site, 15).await, "argon2 $argon2id$zdejsi", "what was chosen here counts");
        // A hash that opens something stays, and the operator hears of it.
        assert_eq!(scheme_of(&site, 2).await, "django pbkdf2_sha256$1$stare$stare");
        assert_eq!(findings(&outcome, "password-changed-there"), ["2"]);
        assert!(outcome.stdout.contains("\n1 old password hashes wrapped"), "{}", outcome.stdout);
        assert!(outcome.stdout.contains("\n1 passwords that were chosen"), "{}", outcome.stdout);
        assert!(!outcome.said().contains("NaCl5peprem"));
        assert!(import(&site, &source.url).good().stdout.contains("nothing changed"));
    }
}
