//! Members: what is public of them, what is not, and the passwords they have.

use argon2::password_hash::phc::PasswordHash;
use argon2::{Argon2, PasswordVerifier};

use super::source::{Source, all_tables, import, imported, site_rows, site_value};
use crate::harness::{ENGINES, Engine, TestSite};

/// The MD5 of the cp1250 bytes of what members type, as the source's own server computes it.
async fn md5(source: &Source, password: &str) -> String {
    let rows = source.rows(&format!("select md5(convert_to('{password}', 'WIN1250'))")).await;
    rows[0][0].clone().unwrap()
}

async fn credentials(site: &TestSite) -> Vec<(i64, String, Option<String>)> {
    let rows =
        site_rows(site, "select cast(member_id as text), scheme, hash from credential order by credential.member_id")
            .await;
    rows.into_iter()
        .map(|row| (row[0].as_ref().unwrap().parse().unwrap(), row[1].clone().unwrap(), row[2].clone()))
        .collect()
}

#[tokio::test]
async fn profiles_show_what_members_permit() {
    for engine in ENGINES {
        let (site, _) = imported(engine).await;
        site.build().await;
        let all = site.file("uzivatel/1-almad/index.html");
        for shown in ["Tomáš", "Dvořák", "Muž", "<dd>40</dd>", "Středočeský", "177", "tučně"] {
            assert!(all.contains(shown), "{shown} is not on the profile of one who shows everything");
        }
        assert!(all.contains("https://uploads.example.org/ikonky/almad.gif"));
        let some = site.file("uzivatel/3-simon/index.html");
        assert!(
            some.contains("<h1>Šimon</h1>")
                && some.contains("Ústecký")
                && some.contains("Muž")
                && some.contains("<dd>21</dd>")
        );
        assert!(some.contains("Kůň, popel a ohýbaný drát.") && some.contains("neznámo kdy"));
        let none = site.file("uzivatel/2-zlutasek/index.html");
        assert!(none.contains("<h1>Žluťásek</h1>"));
        for hidden in ["Žaneta", "Žena", "<dd>33</dd>", "Praha"] {
            assert!(!none.contains(hidden), "{hidden} is on the profile of one who shows nothing");
        }
        let slovak = site.file("uzivatel/15-ludovit/index.html");
        assert!(slovak.contains("<h1>Ľudovít</h1>") && slovak.contains("Kráľ Šalamún"), "{slovak}");
        assert!(site.file("uzivatel/4-zbysek/index.html").contains("vyhnanství"));

        let genders = "select cast(id as text), gender from member where gender is not null order by member.id";
        let genders: Vec<_> = site_rows(&site, genders)
            .await
            .into_iter()
            .map(|row| row.into_iter().flatten().collect::<Vec<_>>().join(" "))
            .collect();
        assert_eq!(genders, ["1 male", "2 female", "3 male", "4 female", "15 male"]);
        let banned = site_rows(&site, "select cast(id as text) from member where banned").await;
        assert_eq!(banned, [[Some("4".to_owned())]]);
    }
}

#[tokio::test]
async fn odd_nicks_are_text() {
    for engine in ENGINES {
        let (site, _) = imported(engine).await;
        site.build().await;
        let shown = [
            ("5-b-tlusty-b", "&lt;b&gt;Tlustý&lt;/b&gt;"),
            ("6-neznamy", "???"),
            ("7-paul-mary", "Paul &amp; Mary"),
            ("8-tom-jerry", "Tom &amp; Jerry"),
            ("9-script-alert-1-script", "&lt;script&gt;alert(1)&lt;"),
            ("10-bobr", "Bobr"),
            ("11-bobr", "bobr"),
            ("19-emoji", "Emoji👋Œ"),
            ("20007-novacek", "Nováček"),
        ];
        for (path, nick) in shown {
            let page = site.file(&format!("uzivatel/{path}/index.html"));
            assert!(page.contains(&format!("<h1>{nick}")), "{path}: {page}");
            assert!(!page.contains("<script>alert"), "{path}");
        }
        let members = site.file("uzivatele/index.html");
        assert!(!members.contains("<script>alert") && !members.contains("<b>Tlustý"));
        let control = site_value(&site, "select given_name || description from member where id = 19").await.unwrap();
        assert_eq!(control, "Ovladač<p>řádekprvní</p>");
    }
}

#[tokio::test]
async fn accounts_are_whole_and_apart() {
    for engine in ENGINES {
        let (site, _) = imported(engine).await;
        let account = "select email || ' ' || icq || ' ' || role || ' ' || skin from account where member_id = 1";
        assert_eq!(
            site_value(&site, account).await.as_deref(),
            Some("almad@soukromi.example 100200301 admin historic")
        );
        let accounts = site_value(&site, "select cast(count(*) as text) from account").await;
        assert_eq!(accounts.as_deref(), Some("20"));
        let shared = "select cast(count(*) as text) from account where lower(email) = 'dvojce@soukromi.example'";
        assert_eq!(site_value(&site, shared).await.as_deref(), Some("2"), "two accounts may have one address");
        let never = "select cast(count(*) as text) from account where last_login_at is null";
        assert_eq!(site_value(&site, never).await.as_deref(), Some("11"), "the zero date is no login");
    }
}

#[tokio::test]
async fn passwords_go_on_working() {
    for engine in ENGINES {
        let source = Source::fixture().await;
        let (site, outcome) = imported(engine).await;
        let found = credentials(&site).await;
        let schemes: Vec<(i64, &str)> = found.iter().map(|(member, scheme, _)| (*member, scheme.as_str())).collect();
        let wrapped = [3, 4, 6, 7, 8, 9, 10, 11, 12, 13, 19, 20007];
        let mut expected: Vec<(i64, &str)> = wrapped.into_iter().map(|member| (member, "argon2-md5")).collect();
        expected.extend([
            (1, "django"),
            (2, "django"),
            (5, "unusable"),
            (14, "none"),
            (15, "django"),
            (16, "django"),
            (17, "django"),
            (18, "unusable"),
        ]);
        expected.sort_unstable();
        assert_eq!(schemes, expected);

        for (member, scheme, hash) in &found {
            let password = format!("heslo-{member}-žluť");
            match scheme.as_str() {
                "argon2-md5" => {
                    let hash = hash.as_ref().unwrap();
                    let parsed = PasswordHash::new(hash).unwrap();
                    assert!(hash.starts_with("$argon2id$"), "{hash}");
                    let right = md5(&source, &password).await;
                    Argon2::default().verify_password(right.as_bytes(), &parsed).unwrap();
                    let wrong = md5(&source, "heslo-0-žluť").await;
                    assert!(Argon2::default().verify_password(wrong.as_bytes(), &parsed).is_err());
                    // The cost is OWASP's least for argon2id or more.
                    let cost = |name| parsed.params.get_decimal(name).unwrap();
                    assert!(cost("m") >= 19 * 1024 && cost("t") >= 2, "{hash}");
                }
                "django" => {
                    let sql = format!(
                        "select password from auth_user join uzivatele on user_id = auth_user.id where uzivatele.id = {member}"
                    );
                    assert_eq!(hash, &source.rows(&sql).await[0][0], "kept as it is");
                }
                _ => assert_eq!(hash, &None),
            }
        }
        let salts: std::collections::BTreeSet<&str> = found
            .iter()
            .filter(|(_, scheme, _)| scheme == "argon2-md5")
            .filter_map(|(.., hash)| hash.as_deref()?.split('$').nth(4))
            .collect();
        assert_eq!(salts.len(), wrapped.len(), "each has a salt of its own");
        assert!(
            outcome.stdout.contains("12 old password hashes wrapped"),
            "the wrapped ones are counted apart: {}",
            outcome.stdout
        );
    }
}

#[tokio::test]
async fn no_bare_md5_is_stored() {
    for engine in ENGINES {
        let source = Source::fixture().await;
        let (site, outcome) = imported(engine).await;
        let hashes = source.rows("select psw_uzivatele from uzivatele where length(psw_uzivatele) = 32").await;
        let hashes: Vec<String> = hashes.into_iter().map(|row| row[0].clone().unwrap()).collect();
        assert_eq!(hashes.len(), 14);
        let tables = all_tables(&site).await;
        for (table, rows) in &tables {
            let text = rows.join("\n").to_lowercase();
            for hash in &hashes {
                assert!(!text.contains(hash.as_str()), "an MD5 is in {table}");
            }
        }
        for hash in &hashes {
            assert!(!outcome.said().contains(hash.as_str()));
        }
        if engine == Engine::Sqlite {
            let file = site.settings.database_url.strip_prefix("sqlite://").unwrap().to_owned();
            site.opened.db.close().await;
            let bytes = std::fs::read(file).unwrap();
            assert!(bytes.windows(11).any(|window| window == b"pbkdf2_sha2"), "the file holds what it should");
            for hash in &hashes {
                let raw: Vec<u8> =
                    (0..16).map(|at| u8::from_str_radix(&hash[2 * at..2 * at + 2], 16).unwrap()).collect();
                for wanted in [hash.as_bytes(), hash.to_uppercase().as_bytes(), &raw[..]] {
                    assert!(!bytes.windows(wanted.len()).any(|window| window == wanted), "an MD5 is in the file");
                }
            }
        }
    }
}

#[tokio::test]
async fn digests_do_not_depend_on_passwords() {
    // A fast digest over a row with a password's MD5 in it would be a fast digest of the password: everything else
    // that it covers stands beside it.
    let source = Source::fixture().await;
    source
        .execute(
            "update uzivatele set psw_uzivatele = md5('jine') where length(psw_uzivatele) = 32;
            update auth_user set password = replace(password, 'NaCl5peprem', 'NaCl6peprem') where id = 2",
        )
        .await;
    let other = TestSite::empty(Engine::Postgres).await;
    import(&other, &source.url).good();
    let (site, _) = imported(Engine::Postgres).await;
    let sql = "select source_key || ' ' || encode(source_digest, 'hex') from imported_row where source_table = 'uzivatele' order by 1";
    let digests = site_rows(&site, sql).await;
    assert_eq!(digests.len(), 20);
    assert_eq!(digests, site_rows(&other, sql).await);
    // What was written here must not tell it either: salts are random, so a digest that covers the wrapped hash differs.
    let sql = sql.replace("source_digest", "written_digest");
    assert_eq!(site_rows(&site, &sql).await, site_rows(&other, &sql).await);
}

#[tokio::test]
async fn what_members_gave_each_other() {
    for engine in ENGINES {
        let (site, _) = imported(engine).await;
        let rows = async |sql: &str| -> Vec<String> {
            let rows = site_rows(&site, sql).await;
            rows.into_iter()
                .map(|row| {
                    row.into_iter().map(|value| value.unwrap_or_else(|| "-".to_owned())).collect::<Vec<_>>().join(" ")
                })
                .collect()
        };
        let runes = rows("select cast(giver_id as text), giver_nick, cast(receiver_id as text), receiver_nick, kind, cast(picture as text), dedication
            from rune order by id").await;
        assert_eq!(runes.len(), 3);
        assert_eq!(runes[0], "1 Almad 2 Žluťásek přátelství 7 Za žízeň — a šach.");
        assert!(runes[1].starts_with("- Ztracený šlechtic 3 Šimon štěstí 40 "), "{runes:?}");
        assert!(runes[2].starts_with("2 Žluťásek - Zmizelá moudrost 1 "), "{runes:?}");
        assert_eq!(rows("select cast(given_at as text) from rune where id = 3").await, ["-"]);

        let gifts = rows("select cast(giver_id as text), cast(receiver_id as text), cast(amount as text), place, cast(item_id as text)
            from reputation_gift order by id").await;
        assert_eq!(gifts, ["1 2 1 comment 1", "1 3 -1 forum 1", "- 1 1 tavern 1", "- 1 10 special -"]);
        assert_eq!(
            rows("select cast(receiver_id as text), cast(amount as text), reason from reputation_award").await,
            ["1 10 Zlatý drak: šťastné vítězství"]
        );
        assert_eq!(rows("select cast(newcomer_id as text), cast(mentor_id as text) from mentorship").await, ["3 1"]);
        let ratings =
            rows("select cast(rater_id as text), cast(rated_id as text), body from member_rating order by id").await;
        assert_eq!(ratings, ["1 2 POSUDEK veřejný: šikovná", "2 1 POSUDEK skrytý", "- 1 POSUDEK od nikoho"]);
        assert_eq!(
            rows("select cast(member_id as text), topic, email from subscription order by 1, 2").await,
            [
                "1 aktuality almad@soukromi.example",
                "2 aktuality jinam@soukromi.example",
                "2 clanky zlutasek@soukromi.example",
            ]
        );
        assert_eq!(rows("select cast(count(*) as text) from email_blacklist").await, ["2"]);
        assert_eq!(
            rows("select cast(member_id as text), secret from unsubscribe_secret").await,
            ["1 TAJNYKLIC-antispam"]
        );
        let registrations =
            rows("select nick, gender, given_name, salutation, about from registration order by id").await;
        assert_eq!(registrations.len(), 2);
        assert!(registrations[0].starts_with("CEKATEL První male Jan Jene "), "{registrations:?}");
        assert!(
            registrations[1].starts_with("CEKATEL s dlouhou přezdívkou female Žofie  Chci hrát ještě víc."),
            "{registrations:?}"
        );
    }
}

#[tokio::test]
async fn addresses_of_authors_come_over_when_the_source_gets_them() {
    for engine in ENGINES {
        let source = Source::fixture().await;
        let site = TestSite::empty(engine).await;
        import(&site, &source.url).good();
        let contacts = "select cast(author_id as text), email from author_contact where email <> '' order by author_contact.author_id";
        let contacts = async || -> Vec<Vec<String>> {
            let rows = site_rows(&site, contacts).await;
            rows.into_iter().map(|row| row.into_iter().flatten().collect()).collect()
        };
        assert_eq!(contacts().await, [["4", "web@soukromi.example"]]);
        source
            .execute(
                "update ddcz_author set website_email = 'novy@soukromi.example' where id = 4;
                update ddcz_author set website_email = 'prvni@soukromi.example' where id = 11;
                update ddcz_author set website = 'Jiný název' where id = 6",
            )
            .await;
        import(&site, &source.url).good();
        assert_eq!(contacts().await, [["4", "novy@soukromi.example"], ["11", "prvni@soukromi.example"]]);
        let name = site_value(&site, "select name from author where id = 6").await;
        assert_eq!(name.as_deref(), Some("Jiný název"), "an author without one changes all the same");
    }
}

#[tokio::test]
async fn an_authors_contact_that_was_taken_away_is_none_here() {
    for engine in ENGINES {
        let source = Source::fixture().await;
        source
            .execute("update ddcz_author set website = 'www.kdysi.example', website_email = 'autor@soukromi.example' where author_type = 'w'")
            .await;
        let site = TestSite::empty(engine).await;
        import(&site, &source.url).good();
        let authors =
            "select distinct website, email from author join author_contact on author_id = id where kind = 'website'
            and email = ";
        let with = format!("{authors}'autor@soukromi.example'");
        assert_eq!(site_rows(&site, &with).await.len(), 1);
        source
            .execute("update ddcz_author set website = 'www.dnes.example', website_email = '' where author_type = 'w'")
            .await;
        let outcome = import(&site, &source.url).good();
        assert_eq!(site_rows(&site, &with).await.len(), 0, "{}", outcome.said());
        let kept = outcome.counts().into_iter().find(|line| line.table == "ddcz_author").unwrap().kept;
        assert_eq!(kept, 0, "nobody changed it here: {}", outcome.said());
        let today = site_rows(&site, &format!("{authors}''")).await;
        assert!(today.iter().any(|row| row[0].as_deref() == Some("http://www.dnes.example")), "{today:?}");
    }
}
