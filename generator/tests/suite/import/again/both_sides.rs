//! What was done here since the first run, and what was done on both sides: it stays as it is here, and is reported.

use generator::model::{CreationId, MemberId};
use generator::publish::{Change, votes};

use super::super::source::{all_tables, import, site_rows, site_value};
use super::{about, here, moved_in};
use crate::harness::{ENGINES, TestSite, now};

#[tokio::test]
async fn what_was_changed_here_stays_and_is_reported() {
    for engine in ENGINES {
        let (source, site) = moved_in(engine).await;
        here(
            &site,
            &[
                "update creation set title = 'Přejmenováno tady' where section = 'bestiar' and number = 1",
                "update creation_text set body = '<p>Přepsáno tady</p>' where creation_id =
                (select id from creation where section = 'clanky' and number = 12)",
                "update member set description = 'Napsáno tady' where id = 3",
                "update comment set body = 'Smazáno tady' where id = (select min(id) from comment)",
                "update account set email = 'nova@adresa.example' where member_id = 1",
            ],
        )
        .await;
        source
            .execute("update bestiar set jmeno = 'Přejmenováno tam', zvt = '2k6' where id = 1;
                update prispevky_dlouhe set jmeno = 'Přejmenováno tam' where id = 12;
                update uzivatele set popis_uzivatele = 'Napsáno tam', email_uzivatele = 'tam@soukromi.example' where id in (1, 3);
                update uzivatele set popis_uzivatele = 'Jen tam' where id = 15")
            .await;
        let outcome = import(&site, &source.url).good();
        let title = async |section: &str, number: i64| {
            let sql = format!("select title from creation where section = '{section}' and number = {number}");
            site_value(&site, &sql).await.unwrap()
        };
        assert_eq!(title("bestiar", 1).await, "Přejmenováno tady");
        assert_eq!(title("clanky", 12).await, "Starý žoldnéř", "a row is kept whole");
        let descriptions = "select description from member where id in (3, 15) order by id";
        let descriptions: Vec<_> =
            site_rows(&site, descriptions).await.into_iter().map(|row| row[0].clone().unwrap()).collect();
        assert_eq!(descriptions[0], "Napsáno tady");
        assert!(descriptions[1].contains("Jen tam"), "what nobody touched here comes over");
        let email = site_value(&site, "select email from account where member_id = 1").await;
        assert_eq!(email.as_deref(), Some("nova@adresa.example"));
        for (table, key) in [("bestiar", "1"), ("prispevky_dlouhe", "12"), ("uzivatele", "3"), ("uzivatele", "1")] {
            assert!(!about(&outcome, table, key).is_empty(), "{table} {key} is not in the report: {}", outcome.said());
        }
        // The one that only this side changed is as it is, and stays so.
        let body = site_value(&site, "select body from comment where id = (select min(id) from comment)").await;
        assert_eq!(body.as_deref(), Some("Smazáno tady"));
        let before = all_tables(&site).await;
        import(&site, &source.url).good();
        assert_eq!(before, all_tables(&site).await, "the third run finds nothing more to do");
    }
}

#[tokio::test]
async fn what_was_deleted_here_does_not_come_back() {
    for engine in ENGINES {
        let (source, site) = moved_in(engine).await;
        here(&site, &[
            "delete from list_item where item_id = (select id from creation where section = 'kouzla' and number = 1)
                and list_id in (select id from list where key in ('section/kouzla', 'creations', 'author/1') or key like 'genre/%')",
            "delete from creation where section = 'kouzla' and number = 1",
            "delete from account where member_id = 7",
            "delete from credential where member_id = 7",
            "delete from vote where member_id = 7",
            "delete from list_item where item_id = 7 and list_id = (select id from list where key = 'members')",
            "delete from member where id = 7",
            "delete from forum_post where id = 2",
            "delete from list_item where item_id = 2 and list_id = (select id from list where key = 'forum')",
            "delete from letter where id = 1",
        ])
        .await;
        source
            .execute("update kouzla set jmeno = 'Změněná koule' where id = 1; update uzivatele set popis_uzivatele = 'Změněn' where id = 7;
                update forum set text = 'Změněno' where id = 2")
            .await;
        for _ in 0..2 {
            let outcome = import(&site, &source.url).good();
            let gone = [
                "select title from creation where section = 'kouzla' and number = 1",
                "select nick from member where id = 7",
                "select email from account where member_id = 7",
                "select scheme from credential where member_id = 7",
                "select body from forum_post where id = 2",
                "select body from letter where id = 1",
            ];
            for sql in gone {
                assert_eq!(site_value(&site, sql).await, None, "{sql}");
            }
            assert!(
                !about(&outcome, "kouzla", "1").is_empty(),
                "it changed there and is gone here: {}",
                outcome.said()
            );
        }
        site.build().await;
        assert!(!site.files().keys().any(|key| key.starts_with("uzivatel/7-") || key.starts_with("rubriky/kouzla/1-")));
    }
}

#[tokio::test]
async fn numbers_taken_on_both_sides_are_reported() {
    for engine in ENGINES {
        let (source, site) = moved_in(engine).await;
        here(
            &site,
            &[
                "insert into member (id, nick) values (20100, 'Zdejší')",
                "insert into creation (section, number, title, slug, author_id, state, changed_at)
                values ('bestiar', 700, 'Zdejší nestvůra', 'zdejsi-nestvura', 1, 'draft', '2026-03-01T00:00:00+00:00')",
            ],
        )
        .await;
        source
            .execute(
                "insert into uzivatele (id, nick_uzivatele) values (20100, 'Tamější');
                insert into bestiar (id, jmeno, datum) values (700, 'Tamější nestvůra', '2026-02-20 00:00:00+00')",
            )
            .await;
        let outcome = import(&site, &source.url);
        assert!(!about(&outcome, "uzivatele", "20100").is_empty(), "{}", outcome.said());
        assert!(!about(&outcome, "bestiar", "700").is_empty(), "{}", outcome.said());
        assert_eq!(site_value(&site, "select nick from member where id = 20100").await.as_deref(), Some("Zdejší"));
        let title = "select title from creation where section = 'bestiar' and number = 700";
        assert_eq!(site_value(&site, title).await.as_deref(), Some("Zdejší nestvůra"));
    }
}

#[tokio::test]
async fn nicks_taken_on_both_sides_are_reported() {
    for engine in ENGINES {
        let (source, site) = moved_in(engine).await;
        here(&site, &["insert into member (id, nick) values (30000, 'Dvojník')"]).await;
        source
            .execute(
                "insert into uzivatele (id, nick_uzivatele) values (20101, 'Dvojník');
                insert into uzivatele (id, nick_uzivatele) values (20102, 'Jiný')",
            )
            .await;
        let outcome = import(&site, &source.url);
        assert!(!about(&outcome, "uzivatele", "20101").is_empty(), "{}", outcome.said());
        let nicks = "select cast(id as text) || nick from member where id > 20100 order by id";
        let nicks: Vec<_> = site_rows(&site, nicks).await.into_iter().map(|row| row[0].clone().unwrap()).collect();
        // Both are there; the one who came later is told apart by the number.
        assert_eq!(nicks, ["20101Dvojník #20101", "20102Jiný", "30000Dvojník"]);
    }
}

#[tokio::test]
async fn credentials_that_exist_here_are_never_touched() {
    for engine in ENGINES {
        let (source, site) = moved_in(engine).await;
        here(
            &site,
            &["update credential set scheme = 'argon2', hash = '$argon2id$zdejsi' where member_id in (1, 3, 5)"],
        )
        .await;
        source
            .execute(
                "update uzivatele set psw_uzivatele = md5('nove') where id in (1, 3, 4, 5);
                update auth_user set password = 'pbkdf2_sha256$1$nove$nove' where id in (1, 2, 5)",
            )
            .await;
        let sql =
            "select cast(member_id as text) || ' ' || scheme || ' ' || coalesce(hash, '-') from credential order by 1";
        let before = site_rows(&site, sql).await;
        import(&site, &source.url).good();
        assert_eq!(before, site_rows(&site, sql).await);
    }
}

/// Stars and votes of the work that [`votes_change_no_work`] is about: the source's, those of here, the title.
async fn rated(site: &TestSite) -> String {
    let sql = "select cast(imported_rating_sum as text) || '/' || cast(imported_rating_count as text) || ' '
            || cast(rating_sum as text) || '/' || cast(rating_count as text) || ' ' || title
        from creation where section = 'clanky' and number = 1";
    site_value(site, sql).await.unwrap()
}

#[tokio::test]
async fn votes_change_no_work() {
    for engine in ENGINES {
        let (source, site) = moved_in(engine).await;
        source
            .execute(
                "update prispevky_dlouhe set jmeno = 'Dílo', pochvez = '4', pocet_hlasujicich = 12, hodnota_hlasovani = 50
                    where id = 1",
            )
            .await;
        import(&site, &source.url).good();
        assert_eq!(rated(&site).await, "50/12 0/0 Dílo");
        let work = "select cast(id as text) from creation where section = 'clanky' and number = 1";
        let work = CreationId(site_value(&site, work).await.unwrap().parse().unwrap());
        // Two who voted there give other stars here, one twice; somebody votes here for the first time.
        let mut change = Change::begin_alone(&site.opened.db, &site.opened.site, now()).await.unwrap();
        for (member, stars) in [(2, 0), (2, 1), (4, 3), (7, 5)] {
            votes::cast(&mut change, work, MemberId(member), stars).await.unwrap();
        }
        change.commit().await.unwrap();
        assert_eq!(rated(&site).await, "50/12 3/1 Dílo", "4 stars less, 2 more, 5 new ones");

        source
            .execute(
                "update prispevky_dlouhe set jmeno = 'Nový název', pocet_hlasujicich = 13, hodnota_hlasovani = 54 where id = 1;
                insert into hlasovani_prispevky (id_uz, id_cizi, rubrika, pochvez, \"time\", opraveno, django_id)
                    values (15, 1, 'clanky', 4, 1700000000, '0', 90)",
            )
            .await;
        let outcome = import(&site, &source.url).good();
        let kept = about(&outcome, "prispevky_dlouhe", "1").into_iter();
        let kept: Vec<_> = kept.filter(|line| line["finding"] == "kept-because-changed-here").collect();
        assert_eq!(kept, Vec::<&serde_json::Value>::new(), "{}", outcome.said());
        assert_eq!(rated(&site).await, "54/13 3/1 Nový název");
        let votes = "select cast(member_id as text) || ' ' || cast(stars as text) from vote
            where creation_id = (select id from creation where section = 'clanky' and number = 1) order by member_id";
        let votes: Vec<String> = site_rows(&site, votes).await.into_iter().flatten().flatten().collect();
        assert_eq!(votes, ["2 1", "3 4", "4 3", "7 5", "15 4"]);
        assert!(import(&site, &source.url).good().stdout.contains("nothing changed"));

        // Stars that go down there go down here, however the votes of here were changed.
        source.execute("update prispevky_dlouhe set pochvez = '3', hodnota_hlasovani = 38 where id = 1").await;
        import(&site, &source.url).good();
        assert_eq!(rated(&site).await, "38/13 3/1 Nový název");
    }
}
