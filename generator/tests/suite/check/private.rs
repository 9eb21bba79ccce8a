//! Private things of the database are found in files, unless their owners published them.

use std::collections::BTreeSet;
use std::fs::File;
use std::process::Command;
use std::time::Duration;

use generator::check::Rule;
use generator::db::private::left_out::LEFT_OUT;
use generator::db::private::{CREDENTIALS, EMAILS, ICQ_NUMBERS, NAMES, PHONES, PUBLISHED, TEXTS, each_row};
use generator::db::{Db, Tx};

use super::{lines, observatory};
use crate::harness::*;
use crate::own_data::is_about;

const WORK: &str = "log/nights/2-a-faint-comet/index.html";
const LETTER: &str = "insert into letter (id, body) values (12, '<p>Dear Vera, meet me behind the old dome on Friday \
    night &amp; bring the <b>long lens</b>, I have seen something that nobody else must hear of yet.</p>')";
/// What a fault of a template might show of it: an excerpt, other markup, other case.
const EXCERPT: &str = "BRING the long lens, I have seen <em>something</em> that nobody else must hear of yet.";

async fn with_secrets(engine: Engine) -> TestSite {
    let site = observatory(engine).await;
    site.change(
        &[
            "update account set email = 'Vera@Secret.example.com', icq = '123-456-789' where member_id = 1",
            "update creation_text set body = 'One two three four five six seven eight nine ten.' where creation_id = 4",
            "update creation set state = 'unpublished' where id = 4",
        ],
        &[],
    )
    .await;
    site
}

/// Puts something into the text of a work.
fn leak(site: &TestSite, html: &str) {
    let page = std::fs::read_to_string(site.output(WORK)).unwrap();
    site.write(WORK, page.replacen("<p>Quiet.</p>", html, 1));
}

#[tokio::test]
async fn accounts_do_not_show() {
    for engine in ENGINES {
        let site = with_secrets(engine).await;
        assert_eq!(lines(&site.check().await), Vec::<String>::new());
        leak(&site, "<p>vera@secret.example.com</p><p>ICQ: 123456789</p>");
        let expected = [
            format!("{WORK}: email-address: the address of account 1"),
            format!("{WORK}: icq-number: the number of an account"),
        ];
        assert_eq!(lines(&site.check().await), expected);
        // The owner said it in public.
        site.change(&["update member set description = 'vera@secret.example.com, 123-456-789' where id = 1"], &[])
            .await;
        assert_eq!(lines(&site.check().await), Vec::<String>::new());
    }
}

#[tokio::test]
async fn the_database_may_be_idle_for_as_long_as_files_are_read() {
    const PATIENCE: Duration = Duration::from_secs(1);
    let site = with_secrets(Engine::Postgres).await;
    leak(&site, "<p>vera@secret.example.com</p>");
    let Db::Postgres(pool) = &site.opened.db else { unreachable!("it was asked for") };
    let mut connections = Vec::new();
    for _ in 0..pool.options().get_max_connections() {
        let mut connection = pool.acquire().await.unwrap();
        let patience = format!("set idle_in_transaction_session_timeout = {}", PATIENCE.as_millis());
        sqlx::query(sqlx::AssertSqlSafe(patience)).execute(&mut *connection).await.unwrap();
        connections.push(connection);
    }
    drop(connections);
    // A pipe is read for as long as somebody holds its other end.
    let pipe = site.output("slow.txt");
    assert!(Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    let writer = std::thread::spawn(move || {
        let opened = File::options().write(true).open(pipe).unwrap();
        std::thread::sleep(PATIENCE * 2);
        drop(opened);
    });
    assert!(lines(&site.check().await).contains(&format!("{WORK}: email-address: the address of account 1")));
    writer.join().unwrap();
}

#[tokio::test]
async fn an_address_backwards_is_one_too() {
    let site = with_secrets(Engine::Sqlite).await;
    leak(&site, "<p data-mail=\"moc.elpmaxe.terces arev\">Quiet.</p>");
    assert_eq!(lines(&site.check().await), [format!("{WORK}: email-address: the address of account 1")]);
}

#[tokio::test]
async fn unpublished_works_do_not_show() {
    for engine in ENGINES {
        let site = with_secrets(engine).await;
        leak(&site, "<p>One two three four five six seven eight nine ten.</p>");
        assert_eq!(lines(&site.check().await), [format!("{WORK}: private-text: a passage of unpublished creation 4")]);
    }
}

#[tokio::test]
async fn short_texts_of_few_readers_do_not_show() {
    const WORDS: &str =
        "alpha bravo charlie delta echo foxtrot golf hotel india juliet kilo lima mike november oscar papa";
    for (set, said) in [
        (
            "update creation set attributes = '{\"success\":\"<p>WORDS</p>\\n<p>x</p>\"}' where id = 4",
            "unpublished creation 4",
        ),
        ("update creation set title = 'WORDS' where id = 4", "unpublished creation 4"),
        ("insert into tavern_table (id, name) values (3, 'WORDS')", "tavern table 3"),
        (
            "insert into reputation_award (id, receiver_nick, amount, reason) values (6, 'Vera', 1, 'WORDS')",
            "award of reputation 6",
        ),
        ("insert into registration (id, nick, email, given_name) values (7, 'Nova', '', 'WORDS')", "registration 7"),
        ("insert into tavern_section (code, name) values (8, 'WORDS')", "tavern section 8"),
        (
            "insert into report (id, path, body, reported_at, note)
                values (9, '/', 'Rude.', '2026-01-01T00:00:00+00:00', 'WORDS')",
            "report of a reader 9",
        ),
    ] {
        for engine in ENGINES {
            let site = with_secrets(engine).await;
            site.change(&[Box::leak(set.replace("WORDS", WORDS).into_boxed_str())], &[]).await;
            assert_eq!(lines(&site.check().await), Vec::<String>::new());
            leak(&site, &format!("<p>{WORDS}</p>"));
            assert_eq!(lines(&site.check().await), [format!("{WORK}: private-text: a passage of {said}")]);
        }
    }
}

#[tokio::test]
async fn letters_do_not_show() {
    for engine in ENGINES {
        let site = with_secrets(engine).await;
        site.change(&[LETTER], &[]).await;
        assert_eq!(lines(&site.check().await), Vec::<String>::new());
        leak(&site, &format!("<p>{EXCERPT}</p>"));
        let report = site.check().await;
        assert_eq!(lines(&report), [format!("{WORK}: private-text: a passage of letter 12")]);
        assert!(!format!("{report:?}").contains("dome"), "a finding tells nothing of the letter");
        // In a feed as well, and where a reader sees nothing.
        let feed = std::fs::read_to_string(site.output("feeds/all.xml")).unwrap();
        site.write(
            "feeds/all.xml",
            feed.replacen("<description>", &format!("<description>{}", EXCERPT.replace('<', "&lt;")), 1),
        );
        assert_eq!(site.check().await.findings.counts()[&Rule::PrivateText], 1, "said once, of the first file");
        site.change(
            &["update comment set body = body || ' Bring the long lens, I have seen something that nobody else \
            must hear of yet.' where id = 1"],
            &[],
        )
        .await;
        assert_eq!(lines(&site.check().await), Vec::<String>::new(), "it was said in public as well");
    }
}

#[tokio::test]
async fn what_opens_an_account_and_what_is_said_among_few_does_not_show() {
    for engine in ENGINES {
        let site = with_secrets(engine).await;
        site.change(
            &[
                "insert into credential (member_id, scheme, hash) values (1, 'django', 'bcrypt_sha256$$2b$12$abcdefghij')",
                "insert into unsubscribe_secret (member_id, secret) values (1, 'a-long-secret-of-the-mails')",
                "insert into registration (id, nick, email) values (7, 'Nova', 'nova@secret.example.com')",
                "insert into subscription (member_id, topic, email) values (1, 'news', 'vera@mails.example.com')",
                "insert into tavern_table (id, name) values (3, 'Cellar')",
                "insert into tavern_post (id, table_id, body) values (5, 3, 'Among us in the cellar nobody will ever \
                    learn who broke the big mirror.')",
            ],
            &[],
        )
        .await;
        let leaks = [
            ("bcrypt_sha256$$2b$12$abcdefghij", "password-hash: "),
            ("a-long-secret-of-the-mails", "password-hash: "),
            ("nova@secret.example.com", "email-address: the address of registration 7"),
            ("vera@mails.example.com", "email-address: the address of subscription 1"),
            (
                "in the cellar nobody will ever learn who broke the big mirror",
                "private-text: a passage of tavern post 5",
            ),
        ];
        for (text, finding) in leaks {
            let page = std::fs::read_to_string(site.output(WORK)).unwrap();
            leak(&site, &format!("<p>{text}</p>"));
            let found = lines(&site.check().await);
            assert!(found.len() == 1 && found[0].starts_with(&format!("{WORK}: {finding}")), "{text}: {found:?}");
            site.write(WORK, page);
        }
    }
}

/// Every statement, on both engines: a column that a migration renames is found here.
#[tokio::test]
async fn each_source_can_be_read() {
    for engine in ENGINES {
        let site = TestSite::demo(engine).await;
        let mut tx = site.opened.db.snapshot().await.unwrap();
        for source in [EMAILS, ICQ_NUMBERS, NAMES, PHONES, CREDENTIALS, TEXTS, PUBLISHED].into_iter().flatten() {
            let mut after = i64::MIN;
            let outcome = each_row(&mut tx, source, |number, _| {
                assert!(number > after, "{}: numbers go up", source.name);
                after = number;
            });
            outcome.await.unwrap_or_else(|error| panic!("{} on {engine:?}: {error}", source.name));
        }
    }
}

/// Every column of a text, as `table.column`.
async fn texts_of(db: &Db) -> BTreeSet<String> {
    // The engine without a type for times keeps them as texts.
    const SQLITE: &str = "select found.name || '.' || col.name from sqlite_schema found
        join pragma_table_info(found.name) col
        where found.type = 'table' and found.sql not like 'create virtual%' and found.name not like 'sqlite\\_%' escape '\\'
            and found.name not like '\\_sqlx%' escape '\\' and found.name not like 'search\\_index%' escape '\\'
            and lower(col.type) = 'text' and col.name not like '%\\_at' escape '\\'
            and col.name not in ('kept_from', 'unsynced_since', 'until')";
    const POSTGRES: &str = "select cast(table_name || '.' || column_name as text) from information_schema.columns
        where table_schema = current_schema() and data_type in ('text', 'character varying', 'json', 'jsonb')
            and table_name not like '\\_sqlx%'";
    let columns: Vec<String> = match db.snapshot().await.unwrap() {
        Tx::Sqlite(mut tx) => sqlx::query_scalar(SQLITE).fetch_all(&mut *tx).await.unwrap(),
        Tx::Postgres(mut tx) => sqlx::query_scalar(POSTGRES).fetch_all(&mut *tx).await.unwrap(),
    };
    columns.into_iter().collect()
}

#[tokio::test]
async fn every_text_is_looked_for_or_said_why_not() {
    let left_out: BTreeSet<String> =
        LEFT_OUT.iter().flat_map(|(_, columns)| *columns).map(|column| (*column).to_owned()).collect();
    assert!(LEFT_OUT.iter().all(|(why, columns)| !why.is_empty() && columns.is_sorted()), "in their order");
    // What a statement gives, not what it asks.
    let given = |sql: &'static str| sql.split(" where ").next().unwrap();
    let statements: Vec<&str> = [EMAILS, ICQ_NUMBERS, PHONES, NAMES, CREDENTIALS, TEXTS]
        .into_iter()
        .flatten()
        .map(|source| given(source.statement()))
        .collect();
    for engine in ENGINES {
        let site = TestSite::small(engine).await;
        let columns = texts_of(&site.opened.db).await;
        assert!(columns.len() > 150, "{columns:?}");
        let unknown: Vec<&String> = left_out.difference(&columns).collect();
        assert_eq!(unknown, Vec::<&String>::new(), "{engine:?}: there are no such columns");
        let forgotten: Vec<&String> = columns
            .iter()
            .filter(|column| !left_out.contains(*column) && !statements.iter().any(|sql| is_about(sql, column)))
            .collect();
        assert_eq!(forgotten, Vec::<&String>::new(), "{engine:?}");
    }
}

#[tokio::test]
async fn contacts_of_hidden_ads_do_not_show() {
    for engine in ENGINES {
        let site = with_secrets(engine).await;
        site.change(
            &["insert into ad (id, board, number, group_key, name, email, phone, mobile, state, body) values
                (1, 'market', 1, 'x', 'Nova', 'nova@hidden.example.com', '605 111 222', '+420 605-333-444', 'deleted', '')"],
            &[],
        )
        .await;
        assert_eq!(lines(&site.check().await), Vec::<String>::new());
        for (shown, said) in [
            ("<p>nova@hidden.example.com</p>", "email-address: the address of hidden ad 1"),
            ("<p>Call 00420 605 111\u{a0}222.</p>", "phone-number: the number of an ad that is not public"),
            ("<p>605<b>333</b>444 in 2012</p>", "phone-number: the number of an ad that is not public"),
        ] {
            let page = std::fs::read_to_string(site.output(WORK)).unwrap();
            leak(&site, shown);
            assert_eq!(lines(&site.check().await), [format!("{WORK}: {said}")], "{shown}");
            site.write(WORK, page);
        }
        leak(&site, "<p>In 2011 605 of 111 stars and 222 more.</p>");
        assert_eq!(lines(&site.check().await), Vec::<String>::new(), "numbers of a sentence are none");
    }
}

#[tokio::test]
async fn names_that_members_do_not_show_are_not_on_their_profiles() {
    const PROFILE: &str = "gazer/1-vera/index.html";
    for engine in ENGINES {
        let site = with_secrets(engine).await;
        site.change(
            &["update member set given_name = 'Veronika', family_name = 'Zahradníčková', shows_given_name = true,
                region = 'Horní Podhradí', shows_region = false"],
            &[],
        )
        .await;
        let profile = std::fs::read_to_string(site.output(PROFILE)).unwrap();
        let with = |name: &str| profile.replacen("</main>", &format!("<p>Veronika {name}</p></main>"), 1);
        let expected = format!("{PROFILE}: personal-name: a name or region that its owner does not show");
        for hidden in ["ZAHRADNÍČKOVÁ", "(Podhradí)"] {
            site.write(PROFILE, with(hidden));
            assert_eq!(lines(&site.check().await), [expected.as_str()], "{hidden}");
        }
        site.write(PROFILE, with("ZAHRADNÍČKOVÁ"));
        // What she says of herself she may.
        site.change(&["update member set description = 'Vera Zahradníčková'"], &[]).await;
        assert_eq!(lines(&site.check().await), Vec::<String>::new());
    }
}
