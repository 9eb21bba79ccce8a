//! What waits for a member: works to be mended, and for editors what lies on their desk.

use generator::db::waiting;
use generator::model::Role;

use crate::app::App;
use crate::error::Result;
use crate::office::index;
use crate::visitor::Member;

use super::Link;

/// All of it, as links that say how much; nothing where nothing waits.
///
/// # Errors
/// A database that is away.
pub async fn of(app: &App, member: &Member) -> Result<Vec<Link>> {
    let site = app.site();
    let paths = &site.config.sidecar;
    let mut links = Vec::new();
    let mut add = |message, count: i64, url: String| {
        if count > 0 {
            links.push(Link { title: site.locale.text(message, &[("count", count.into())]), url });
        }
    };
    let mut tx = app.snapshot().await?;
    add("me-waiting-works", waiting::returned_works(&mut tx, member.id).await?, paths.url(&paths.works));
    if member.role >= Role::Editor {
        add("me-waiting-office", index::count_waiting(&mut tx, member).await?, paths.url(&paths.office));
    }
    Ok(links)
}
