//! Links in mails that the old site sent.

use axum::http::StatusCode;

use crate::harness::{ENGINES, TestApp};

/// `urlsafe_b64encode(b"tycho@example.org")`, and of another address.
pub(crate) const ADDRESS: &str = "dHljaG9AZXhhbXBsZS5vcmc=";
const OTHER: &str = "amluYUBleGFtcGxlLm9yZw==";
/// `hmac.new(b"stare tajemstvi", b"tycho@example.org", "sha3_512").hexdigest()`
pub(crate) const TOKEN: &str = "011fafb695d711170dfecd7d256a9013d49dfd3b5c986304d77591f52e3f00cb014eb1b2cdff86839dd54a2fb5bfb18b022dd5a51716304bdf82108fae30c344";
/// `sha3_512(b"tycho@example.org").hexdigest()` is noted.
const NOTED: &str = "select count(*) from email_blacklist where email_hash = '0da796ce15b6237a0cc23eaf76847b5d7f35079514e3637e59eb93c1938d6dbdd50401c9023581fb56a661d7756a891a04cd54abe7df292b524c488b49b36960'";

async fn state(app: &TestApp) -> (i64, i64, i64) {
    let all = "select count(*) from email_blacklist";
    (app.number(NOTED).await, app.number(all).await, app.number("select count(*) from subscription").await)
}

#[tokio::test]
async fn a_link_of_the_old_site_ends_mails_and_no_other_does() {
    for engine in ENGINES {
        let app = TestApp::demo_on(engine).await;
        app.execute("delete from subscription").await;
        app.execute("insert into unsubscribe_secret (member_id, secret) values (2, 'stare tajemstvi'), (3, 'jine')")
            .await;
        app.execute(
            "insert into subscription (member_id, topic, email) values (2, 'aktuality', 'nova@example.org'),
                (3, 'aktuality', 'tycho@example.org'), (3, 'clanky', 'dalsi@example.org')",
        )
        .await;
        let mut nobody = app.browsing();
        let forged = [
            format!("{ADDRESS}-{}", TOKEN.replace('0', "1")),
            format!("{OTHER}-{TOKEN}"),
            format!("{ADDRESS}-"),
            format!("{ADDRESS}-{}", "0".repeat(128)),
            TOKEN.to_owned(),
        ];
        for link in forged {
            let path = format!("/e-mail/antispam/{link}/");
            assert_eq!(nobody.get(&path).await.status, StatusCode::GONE, "{link}");
            assert_eq!(nobody.post(&path, &[]).await.status, StatusCode::GONE, "{link}");
        }
        assert_eq!(state(&app).await, (0, 0, 3), "{engine:?}");

        let path = format!("/e-mail/antispam/{ADDRESS}-{TOKEN}/");
        let question = nobody.get(&path).await;
        assert_eq!(question.status, StatusCode::OK, "{}", question.body);
        assert!(question.body.contains("tycho@example.org") && question.body.contains("<form"), "{}", question.body);
        assert_eq!(state(&app).await, (0, 0, 3), "looking changes nothing");
        for _ in 0..2 {
            let done = nobody.post(&path, &[]).await;
            assert!(done.status == StatusCode::OK && done.body.contains("Hotovo."), "{}", done.body);
            assert_eq!(state(&app).await, (1, 1, 1), "what the member gets, and what the address gets, ends");
        }

        // The same where the address is somebody's, whoever else has it as well.
        app.execute("insert into unsubscribe_secret (member_id, secret) values (1, 'prvni')").await;
        app.execute("update account set email = 'Tycho@example.org' where member_id in (1, 2, 3)").await;
        app.execute("insert into subscription (member_id, topic, email) values (2, 'clanky', 'nova@example.org')")
            .await;
        assert_eq!(nobody.post(&path, &[]).await.status, StatusCode::OK, "{engine:?}");
        assert_eq!(state(&app).await, (1, 1, 1), "{engine:?}: the one whose secret it is");
    }
}
