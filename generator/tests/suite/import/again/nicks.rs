//! Nicks that change hands in the source between two runs: who comes to a free one has it here as well.

use super::super::source::{Outcome, Source, command, import, run, site_rows};
use super::{about, here, moved_in};
use crate::harness::{ENGINES, Engine, TestSite};

async fn nicks(site: &TestSite, of: &[i64]) -> Vec<String> {
    let ids = of.iter().map(i64::to_string).collect::<Vec<_>>().join(", ");
    let rows = site_rows(site, &format!("select nick from member where id in ({ids}) order by id")).await;
    rows.into_iter().map(|row| row[0].clone().unwrap()).collect()
}

fn is_said_to_be_taken(outcome: &Outcome, member: i64) -> bool {
    about(outcome, "uzivatele", &member.to_string()).iter().any(|line| line["finding"] == "nick-taken")
}

/// Imports once more, in batches that tear apart who exchanges what.
fn import_in_batches(site: &TestSite, source: &Source) -> Outcome {
    run(command(site, &source.url).args(["--batch-rows", "2"]), site).good()
}

#[tokio::test]
async fn a_nick_that_one_leaves_and_another_takes_is_the_others() {
    for engine in ENGINES {
        let (source, site) = moved_in(engine).await;
        site.build().await;
        source
            .execute(
                "update uzivatele set nick_uzivatele = 'Nožíř' where id = 12;
                update uzivatele set nick_uzivatele = 'Dvojče' where id = 3;
                insert into uzivatele (id, nick_uzivatele) values (20101, 'Šimon');
                update uzivatele set nick_uzivatele = 'Tom' where id = 1;
                update uzivatele set nick_uzivatele = 'Almad' where id = 13;
                update uzivatele set nick_uzivatele = 'Tom & Jerry' where id = 7;
                update uzivatele set nick_uzivatele = 'Paul & Mary' where id = 8",
            )
            .await;
        let read = source.number("select count(*) from uzivatele").await;
        let outcome = import_in_batches(&site, &source);
        assert_eq!(
            nicks(&site, &[1, 3, 7, 8, 12, 13, 20101]).await,
            ["Tom", "Dvojče", "Tom & Jerry", "Paul & Mary", "Nožíř", "Almad", "Šimon"],
            "{}",
            outcome.said()
        );
        for member in [1, 3, 7, 8, 12, 13, 20101] {
            assert!(!is_said_to_be_taken(&outcome, member), "{member}: {}", outcome.said());
        }
        let counts = outcome.counts();
        let members = counts.iter().find(|line| line.table == "uzivatele").unwrap();
        assert_eq!((members.read, members.new, members.changed), (read, 1, 6), "{members:?}");
        assert_eq!(members.unchanged + members.skipped, read - 7, "{members:?}");
        site.build().await;
        assert!(site.has("uzivatel/20101-simon/index.html") && site.has("uzivatel/13-almad/index.html"));
        let left = site.file("uzivatel/3-simon/index.html");
        assert!(left.contains("http-equiv=\"refresh\"") && left.contains("/uzivatel/3-dvojce/"), "{left}");
        assert!(import(&site, &source.url).good().stdout.contains("nothing changed"));
    }
}

#[tokio::test]
async fn who_was_given_another_nick_gets_the_right_one_once_it_is_free() {
    for engine in ENGINES {
        let (source, site) = moved_in(engine).await;
        here(&site, &["insert into member (id, nick) values (30000, 'Dvojník')"]).await;
        source.execute("insert into uzivatele (id, nick_uzivatele) values (20101, 'Dvojník')").await;
        let outcome = import(&site, &source.url).good();
        assert!(is_said_to_be_taken(&outcome, 20101), "{}", outcome.said());
        assert_eq!(nicks(&site, &[20101]).await, ["Dvojník #20101"]);
        assert!(import(&site, &source.url).good().stdout.contains("nothing changed"), "it is still taken");
        here(&site, &["update member set nick = 'Někdo jiný' where id = 30000"]).await;
        import(&site, &source.url).good();
        assert_eq!(nicks(&site, &[20101, 30000]).await, ["Dvojník", "Někdo jiný"]);
    }
}

#[tokio::test]
async fn who_has_changed_here_keeps_the_nick() {
    for engine in ENGINES {
        let (source, site) = moved_in(engine).await;
        here(&site, &["update account set skin = 'historic' where member_id = 3"]).await;
        source
            .execute(
                "update uzivatele set nick_uzivatele = 'Nožíř' where id = 3;
                insert into uzivatele (id, nick_uzivatele) values (20101, 'Šimon')",
            )
            .await;
        let outcome = import(&site, &source.url).good();
        assert_eq!(nicks(&site, &[3, 20101]).await, ["Šimon", "Šimon #20101"]);
        assert!(is_said_to_be_taken(&outcome, 20101), "{}", outcome.said());
    }
}

#[tokio::test]
async fn a_nick_that_another_has_by_want_of_the_right_one_is_not_free() {
    for engine in ENGINES {
        let (source, site) = moved_in(engine).await;
        here(&site, &["insert into member (id, nick) values (30000, 'Dvojník')"]).await;
        source.execute("insert into uzivatele (id, nick_uzivatele) values (20101, 'Dvojník')").await;
        import(&site, &source.url).good();
        source
            .execute(
                "insert into uzivatele (id, nick_uzivatele) values (20102, 'Dvojník #20101');
                update uzivatele set nick_uzivatele = 'Tom' where id = 1;
                update uzivatele set nick_uzivatele = 'Almad' where id = 13",
            )
            .await;
        let outcome = import(&site, &source.url).good();
        let expected = ["Tom", "Almad", "Dvojník #20101", "Dvojník #20101 #20102"];
        assert_eq!(nicks(&site, &[1, 13, 20101, 20102]).await, expected, "{}", outcome.said());
        assert!(is_said_to_be_taken(&outcome, 20102), "{}", outcome.said());
        assert!(import(&site, &source.url).good().stdout.contains("nothing changed"));
    }
}

#[tokio::test]
async fn a_member_who_is_refused_keeps_nobody_but_the_partner_from_another_nick() {
    for engine in ENGINES {
        let (source, site) = moved_in(engine).await;
        let before = nicks(&site, &[1, 7, 8, 13]).await;
        let refuse: &[&'static str] = match engine {
            Engine::Sqlite => &["create trigger refuse before update of nick on member
                when new.id = 7 and substr(new.nick, 1, 1) <> char(1) begin select raise(abort, 'refused'); end"],
            Engine::Postgres => &[
                "create function refuse() returns trigger language plpgsql as $$ begin
                    if new.nick !~ '^\\x01' then raise exception 'refused'; end if; return new; end $$",
                "create trigger refuse before update on member for each row when (new.id = 7) execute function refuse()",
            ],
        };
        here(&site, refuse).await;
        let [tom, jerry, mary, almad] = &before[..] else { unreachable!("four were asked for") };
        let exchange = format!(
            "update uzivatele set nick_uzivatele = '~' || id where id in (1, 7, 8, 13);
            update uzivatele set nick_uzivatele = case id when 1 then '{almad}' when 13 then '{tom}' when 7 then '{mary}'
                else '{jerry}' end where id in (1, 7, 8, 13)"
        );
        source.execute(&exchange).await;
        let outcome = import(&site, &source.url);
        assert_eq!(outcome.code, Some(1), "{}", outcome.said());
        assert_eq!(&nicks(&site, &[1, 7, 8, 13]).await, &[almad, jerry, mary, tom].map(String::clone));
        let again = match engine {
            Engine::Sqlite => "drop trigger refuse",
            Engine::Postgres => "drop trigger refuse on member",
        };
        here(&site, &[again]).await;
        import_in_batches(&site, &source);
        assert_eq!(&nicks(&site, &[1, 7, 8, 13]).await, &[almad, mary, jerry, tom].map(String::clone));
    }
}
