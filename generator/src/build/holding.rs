//! Who has the site: the newest generation, for as long as a builder of it gives signs of life.
//!
//! An operator's build takes the site whenever it is asked to. A loop takes it as well if its generation was never here
//! before, which is a deploy. One that was here before waits until nobody alive has the newest one: so a process of the
//! former release that is started once more in the middle of a deploy takes nothing back, and a release that goes away
//! leaves no site behind that nobody builds.

use std::convert::Infallible;
use std::time::Duration;

use crate::db::{self, Tx, claims, generations};

use super::{Builder, Error, target, while_doing};

/// How long a builder's sign of life holds.
pub(crate) const TENURE: Duration = Duration::from_secs(60);

/// Signs of life in that time: two may be missed.
const SIGNS: u32 = 3;

/// On whose word a builder makes target and generation its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Word {
    /// Somebody asked for it.
    Operators,
    /// Nobody did: it does so only if it does not take the site from anybody.
    Own,
}

/// Whether a builder of this generation takes the site from nobody.
pub(super) async fn is_free_for(tx: &mut Tx, generation: &str) -> db::Result<bool> {
    Ok(generations::newest(tx).await?.is_some_and(|newest| newest == generation)
        || !generations::is_noted(tx, generation).await?
        || !(generations::is_held(tx).await? || claims::is_anything_claimed(tx).await?))
}

impl Builder {
    /// As [`is_free_for`], of the builder's own, as of now.
    pub(super) async fn is_free(&self) -> Result<bool, Error> {
        let doing = while_doing("looking who has the site");
        let mut tx = self.db.snapshot().await.map_err(&doing)?;
        is_free_for(&mut tx, &self.generation).await.map_err(&doing)
    }

    /// Whether the newest generation is the builder's own.
    pub(super) async fn is_newest(&self) -> Result<bool, Error> {
        let doing = while_doing("looking who has the site");
        let mut tx = self.db.snapshot().await.map_err(&doing)?;
        let newest = generations::newest(&mut tx).await.map_err(&doing)?;
        Ok(newest.as_ref() == Some(&self.generation))
    }

    /// Whether the records are about the builder's own target, or nobody's is there: it was emptied.
    pub(super) async fn has_target(&self) -> Result<bool, Error> {
        let doing = while_doing("looking whose the target is");
        let Some(object) = target::read(&self.store).await? else { return Ok(true) };
        let mut tx = self.db.snapshot().await.map_err(&doing)?;
        let current = db::target::current(&mut tx).await.map_err(&doing)?;
        Ok(current.is_some_and(|current| current.id == object.target))
    }

    /// Goes on giving signs of life, which count as long as the builder's generation is the newest.
    pub(super) async fn hold(&self) -> Infallible {
        loop {
            tokio::time::sleep(self.tenure / SIGNS).await;
            // Where the database is away, the next one may come in time.
            let _: db::Result<()> = self.sign_of_life(self.tenure).await;
        }
    }

    /// The last sign of life: it holds for as long as another builder of the generation needs for its next.
    pub(super) async fn let_go(&self) {
        let _: db::Result<()> = self.sign_of_life(self.tenure / SIGNS * 5 / 4).await;
    }

    async fn sign_of_life(&self, holds: Duration) -> db::Result<()> {
        let mut tx = self.db.write_relaxed().await?;
        generations::hold(&mut tx, &self.generation, ms(holds)).await?;
        tx.commit().await
    }

    /// As [`Builder::hold`], once, in a transaction.
    pub(super) async fn hold_in(&self, tx: &mut Tx) -> db::Result<()> {
        generations::hold(tx, &self.generation, ms(self.tenure)).await
    }
}

fn ms(time: Duration) -> i64 {
    i64::try_from(time.as_millis()).unwrap_or(i64::MAX)
}
