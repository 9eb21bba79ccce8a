//! The page of a work as it would be published now, before it is: made by the very path that a build takes, within a change
//! that is never made.

use std::sync::Arc;

use crate::build::{Made, make};
use crate::load;
use crate::model::CreationId;
use crate::publish::{self, Alone, Change, submissions};
use crate::render::Renderer;
use crate::site::Site;

/// A page that cannot be shown.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The work could not be published either.
    #[error(transparent)]
    Publish(#[from] publish::Error),
    /// No page can be made of it.
    #[error("{0}")]
    Page(String),
}

/// The page's HTML. The change is undone; it must have been begun for nothing else.
///
/// # Errors
/// The work is not there or not complete; no page can be made of it.
pub async fn page(
    mut change: Change<'_, Alone>,
    id: CreationId,
    site: &Arc<Site>,
    renderer: &Arc<Renderer>,
) -> Result<String, Error> {
    let page = submissions::publish_for_a_look(&mut change, id).await?;
    let batch = load::load(change.tx(), site, vec![page]).await.map_err(publish::Error::from)?;
    drop(change);
    let (site, renderer) = (Arc::clone(site), Arc::clone(renderer));
    let made = tokio::task::spawn_blocking(move || make(&site, &renderer, &batch, 0, Vec::new())).await;
    match made.map_err(|error| Error::Page(format!("a defect in the program: {error}")))? {
        Made::Page(rendered) => {
            String::from_utf8(rendered.object.body).map_err(|error| Error::Page(error.to_string()))
        }
        Made::Gone => Err(Error::Page("its page is none".to_owned())),
        Made::Fault(fault) => Err(Error::Page(fault)),
    }
}
