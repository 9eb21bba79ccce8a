//! Members who have left here and whom the source still has: no later run brings back their nick, or what was theirs alone.

use std::collections::BTreeSet;

use generator::model::MemberId;
use generator::publish::{Change, leaving};

use super::super::source::{all_tables, import, site_rows};
use super::{about, moved_in};
use crate::harness::{ENGINES, TestSite, now};

/// What the source calls the member of these tests, as it stands in texts, addresses and mails.
const WORDS: [&str; 4] = ["Žluťásek", "ŽLUŤÁSEK", "zlutasek", "stara-prezdivka"];

async fn leave(site: &TestSite) {
    let mut change = Change::begin_alone(&site.opened.db, &site.opened.site, now()).await.unwrap();
    leaving::leave(&mut change, MemberId(2), "Bývalý člen", false).await.unwrap();
    change.commit().await.unwrap();
}

/// Every row that names the member, with its table.
async fn naming(site: &TestSite) -> BTreeSet<String> {
    let tables = all_tables(site).await.into_iter();
    tables
        .flat_map(|(table, rows)| rows.into_iter().map(move |row| format!("{table}: {row}")))
        .filter(|row| WORDS.iter().any(|word| row.contains(word)))
        .collect()
}

/// The list of members and the sitemaps neither name nor link the member.
fn is_on_no_list(site: &TestSite) {
    let lists = site.files().into_iter().filter(|(key, _)| key.starts_with("uzivatele/") || key.starts_with("sitemap"));
    let lists: Vec<(String, String)> = lists.map(|(key, body)| (key, String::from_utf8(body).unwrap())).collect();
    assert!(lists.iter().any(|(_, body)| body.contains("/uzivatel/1-")), "others are on them");
    for (key, body) in lists {
        assert!(!body.contains("/uzivatel/2-") && !body.contains("Bývalý člen"), "{key}");
    }
}

#[tokio::test]
async fn a_member_who_has_left_does_not_come_back() {
    for engine in ENGINES {
        let (source, site) = moved_in(engine).await;
        site.build().await;
        assert!(site.has("autor/2-stara-prezdivka/index.html") && site.has("uzivatel/2-zlutasek/index.html"));
        leave(&site).await;
        site.build().await;
        let left = naming(&site).await;
        // Links in works lead to the page that the member has now, which is worth a word; nothing else is another.
        let again = import(&site, &source.url).good();
        for line in again.counts() {
            let changed = i64::from(line.table == "prispevky_dlouhe");
            assert_eq!((line.new, line.changed), (0, changed), "{}", again.stdout);
        }
        let named = naming(&site).await;
        assert_eq!(named.difference(&left).collect::<Vec<_>>(), Vec::<&String>::new());
        let led = "select path from redirect where page in ('member/2', 'author/2')";
        assert_eq!(site_rows(&site, led).await, Vec::<Vec<Option<String>>>::new());
        let rows = all_tables(&site).await;
        assert!(import(&site, &source.url).good().stdout.contains("nothing changed"));
        assert_eq!(rows, all_tables(&site).await);
        site.build().await;
        let files = site.files().into_keys();
        let named: Vec<String> = files.filter(|key| WORDS.iter().any(|word| key.contains(word))).collect();
        assert_eq!(named, Vec::<String>::new());
        is_on_no_list(&site);

        // What the source has come to know of the member since.
        source
            .execute(
                "insert into uzivatele_maillist (id_uz, rubrika, email_uz, django_id) values (2, 'forum', 'zlutasek@soukromi.example', 90);
                insert into ddcz_emailsubscriptionauth (user_profile_id, token_secret) values (2, 'TAJNYKLIC');
                insert into putyka_uzivatele (id_stolu, id_uz, oblibenost, navstiveno, neprectenych, sprava, pristup, django_id)
                    values (3, 2, 1, '2026-02-02 00:00:00+00', 4, 0, 0, 90);
                insert into putyka_book (id_stolu, id_uz, django_id) values (2, 2, 90);
                insert into putyka_pristup (id_stolu, typ_pristupu, nick_usera, django_id) values (3, 'vstpo', 'Žluťásek', 90);
                insert into mentat_newbie (newbie_id, mentat_id, newbie_rate, mentat_rate, locked, penalty, django_id)
                    values (2, 3, 1, 1, '0', 0, 90);
                insert into posta (id, odesilatel, prijemce, viditelnost, text, datum) values
                    (91, 'Almad', 'Žluťásek', '3', 'Oběma.', '2026-02-02 00:00:00+00'),
                    (92, 'Žluťásek', 'Almad', '1', 'Jen sobě.', '2026-02-02 00:00:00+00');
                insert into inzerce (id, sekce, jmeno, mail, text, created, user_profile_id)
                    values (91, 'nabizim', 'Žluťásek', 'zlutasek@soukromi.example', 'Kostky.', '2026-02-02 00:00:00+00', 2);
                insert into diskuze (id, id_cizi, nickname, email, text, datum, cizi_tbl, user_id)
                    values (91, 1, 'ŽLUŤÁSEK', '', 'Naposledy.', '2026-02-02 00:00:00+00', 'clanky', 2);
                insert into forum (id, nickname, datum, text, reg, user_id)
                    values (91, 'Žluťásek', '2026-02-02 00:00:00+00', 'Naposledy.', '1', null);
                insert into aktuality (id, datum, autor, text) values (91, '2026-02-02 00:00:00+00', 'Žluťásek', 'Zpráva.');
                insert into putyka_prispevky (id, id_stolu, text, autor, datum, user_id)
                    values (91, 1, 'Naposledy.', 'Žluťásek', '2026-02-02 00:00:00+00', 2);
                insert into runy (id, id_darce, nick_darce, id_prijemce, nick_prijemce, typ, grafika, venovani, datum)
                    values (91, 1, 'Almad', 2, 'Žluťásek', 'štěstí', 1, '', '2026-02-02 00:00:00+00');
                insert into reputace_log (id_zaznamu, dal, prijal, akce, v_diskusi, date) values (91, 'Almad', 'Žluťásek', '+1', 'f', 1);
                insert into ddcz_author (id, author_type, user_id, website_email, user_nick)
                    values (91, 'u', 2, 'zlutasek@soukromi.example', 'Žluťásek');
                insert into bestiar (id, jmeno, autor, author_id, datum, zvt, popis)
                    values (91, 'Poslední drak', 'Žluťásek', 91, '2026-02-02 00:00:00+00', '1', '')",
            )
            .await;
        let outcome = import(&site, &source.url).good();
        let now = naming(&site).await;
        assert_eq!(now.difference(&left).collect::<Vec<_>>(), Vec::<&String>::new(), "{}", outcome.said());
        let alone = [
            ("uzivatele_maillist", "2/forum"),
            ("ddcz_emailsubscriptionauth", "2"),
            ("putyka_uzivatele", "3/2"),
            ("putyka_book", "2/2"),
            ("putyka_pristup", "3/2"),
            ("mentat_newbie", "2/3"),
            ("posta", "92"),
            ("inzerce", "91"),
        ];
        for (table, key) in alone {
            let said = about(&outcome, table, key);
            assert!(said.iter().any(|line| line["detail"] == "member-left"), "{table} {key}: {said:?}");
        }
        let letter =
            "select case when receiver_keeps then 'kept' else 'not kept' end, receiver_nick from letter where id = 91";
        let name = Some("Bývalý člen 2".to_owned());
        assert_eq!(site_rows(&site, letter).await, [[Some("not kept".to_owned()), name]]);
        assert!(import(&site, &source.url).good().stdout.contains("nothing changed"));
        site.build().await;
        assert!(site.file("rubriky/bestiar/91-posledni-drak/index.html").contains("Bývalý člen 2"));
        is_on_no_list(&site);
    }
}
