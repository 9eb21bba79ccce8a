//! The password asked for once more, where something is changed that must not be done from a browser left open.

use generator::db::{Tx, accounts, credentials};

use crate::app::App;
use crate::client::Client;
use crate::error::{Fault, Result};
use crate::password::Verified;
use crate::visitor::Member;

/// The hash of a password that was verified.
pub struct Proof(Option<String>);

impl Proof {
    /// Verifies a member's password; `None` where it is another.
    ///
    /// # Errors
    /// Too many tries; where the database fails.
    pub async fn of(app: &App, member: &Member, client: Client, password: String) -> Result<Option<Proof>> {
        let now = app.now();
        app.paces.login_by_client.take(client.limit_key(), now)?;
        app.paces.password_by_member.take(member.id.0, now)?;
        let login = credentials::by_member(&mut app.snapshot().await?, member.id).await?;
        let verified = app.passwords.verify(password, login.as_ref()).await?;
        Ok((verified != Verified::Wrong).then(|| Proof(login.and_then(|login| login.hash))))
    }

    /// Whether it still counts, within the transaction that relies on it: another password may have been chosen since.
    ///
    /// # Errors
    /// A member who was banned since.
    pub async fn still_counts(&self, tx: &mut Tx, member: &Member) -> Result<bool> {
        if !accounts::may_write(tx, member.id).await? {
            return Err(Fault::LoginFirst.into());
        }
        Ok(credentials::is_still(tx, member.id, self.0.as_deref()).await?)
    }
}
