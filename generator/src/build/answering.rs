//! What a builder that is at work is asked for from elsewhere, found at its polls: by a process of another generation, or by
//! an editor.

use chrono::{DateTime, Utc};

use crate::db;

use super::holding::Word;
use super::{Builder, Error, Options, while_doing};

impl Builder {
    /// Marks the whole site where a process of another generation has changed something, so that what only this one shows
    /// it on is made again; and where an editor wishes it.
    pub(super) async fn answer_others(&self, now: DateTime<Utc>) -> Result<(), Error> {
        let doing = while_doing("looking what another release has changed");
        let mut tx = self.db.snapshot().await.map_err(&doing)?;
        let is_change_noted = db::generations::is_change_noted(&mut tx).await.map_err(&doing)?;
        let is_wished = db::whole_site::is_waiting(&mut tx).await.map_err(&doing)?;
        drop(tx);
        if !is_change_noted {
            return if is_wished { self.answer_wish(now).await } else { Ok(()) };
        }
        // What falls out by this configuration was asked about when it came.
        let options = Options { allow_deletions: true, ..Options::default() };
        self.mark(Word::Own, options, false, now).await?;
        Ok(())
    }

    /// Marks the whole site as somebody wishes; where too much would fall out, the wish is refused and the site stays as
    /// it is, until an operator has looked.
    async fn answer_wish(&self, now: DateTime<Utc>) -> Result<(), Error> {
        let doing = while_doing("answering the wish for the whole site");
        let options = Options { all: true, ..Options::default() };
        let (falling, recorded) = match self.mark(Word::Own, options, false, now).await {
            Err(Error::TooManyDeletions { falling, recorded }) => (falling, recorded),
            outcome => return outcome.map(drop),
        };
        let mut tx = self.db.write().await.map_err(&doing)?;
        db::whole_site::refuse(&mut tx, falling, recorded).await.map_err(&doing)?;
        tx.commit().await.map_err(&doing)
    }
}
