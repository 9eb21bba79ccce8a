//! The end of mails to an address, by a link that the old site put under them: the address in base64, a dash, and an HMAC of
//! it under a secret of the member, which came over. Whoever has no such link cannot end anybody's mails.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use base64::Engine;
use base64::alphabet::URL_SAFE;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use generator::db::unsubscribing;
use generator::model::MemberId;
use hmac::{Hmac, KeyInit, Mac};
use serde::Serialize;
use sha3::{Digest, Sha3_512};

use crate::app::App;
use crate::client::Client;
use crate::error::{Fault, Result};
use crate::form::{Form, Nothing, Secret};
use crate::screen;

/// Of Python's making: the alphabet of addresses, with the signs at the end that mail programs may leave out.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &URL_SAFE,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// What a link says.
struct Link {
    email: String,
    token: Vec<u8>,
}

/// A link that is sound, with the member whose secret it was made with.
struct Sound {
    email: String,
    member: MemberId,
}

#[derive(Serialize)]
struct View<'a> {
    action: String,
    address: &'a str,
    is_done: bool,
}

/// The question: looking at it changes nothing, since mail programs look at links as well.
pub async fn ask(State(app): State<Arc<App>>, client: Client, Secret(link): Secret) -> Result<Response> {
    let sound = sound(&app, client, &link).await?;
    Ok(page(&app, &link, &sound.email, false))
}

/// The answer to it, the same however often it is given.
pub async fn confirm(
    State(app): State<Arc<App>>,
    client: Client,
    Secret(link): Secret,
    Form(Nothing {}): Form<Nothing>,
) -> Result<Response> {
    let Sound { email, member } = sound(&app, client, &link).await?;
    let mut tx = app.write().await?;
    unsubscribing::refuse_mail(&mut tx, member, &email, &hexadecimal(&Sha3_512::digest(&email))).await?;
    tx.commit().await?;
    Ok(page(&app, &link, &email, true))
}

/// Whose link it is. The address may be another by now, so it is the secret that tells; whoever has the address is asked
/// first.
async fn sound(app: &App, client: Client, link: &str) -> Result<Sound> {
    app.paces.link_by_client.take(client.limit_key(), app.now())?;
    let Link { email, token } = read(link).ok_or(Fault::LinkOver)?;
    let mut tx = app.snapshot().await?;
    let of_address = unsubscribing::secrets_of_address(&mut tx, &email).await?;
    if let Some((member, _)) = of_address.iter().find(|(_, secret)| is_of(secret, &email, &token)) {
        return Ok(Sound { email, member: *member });
    }
    let secrets = unsubscribing::secrets(&mut tx).await?;
    drop(tx);
    // A microsecond or two each.
    let find = tokio::task::spawn_blocking(move || {
        let found = secrets.iter().find(|(_, secret)| is_of(secret, &email, &token)).map(|(member, _)| *member);
        found.map(|member| Sound { email, member })
    });
    let found = find.await.map_err(|error| Fault::Internal(error.to_string()))?;
    found.ok_or_else(|| Fault::LinkOver.into())
}

/// The address may hold dashes in base64 as well; the token, in hexadecimal, has none.
fn read(link: &str) -> Option<Link> {
    let (email, token) = link.rsplit_once('-')?;
    let email = String::from_utf8(BASE64.decode(email).ok()?).ok().filter(|email| !email.is_empty())?;
    let is_hexadecimal = token.len() == 2 * Sha3_512::output_size() && token.bytes().all(|c| c.is_ascii_hexdigit());
    let byte = |at: usize| u8::from_str_radix(&token[at..at + 2], 16).ok();
    let token = is_hexadecimal.then(|| (0..token.len()).step_by(2).map(byte).collect::<Option<_>>())??;
    Some(Link { email, token })
}

fn is_of(secret: &str, email: &str, token: &[u8]) -> bool {
    Hmac::<Sha3_512>::new_from_slice(secret.as_bytes()).is_ok_and(|mut mac| {
        mac.update(email.as_bytes());
        mac.verify_slice(token).is_ok()
    })
}

fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn page(app: &App, link: &str, address: &str, is_done: bool) -> Response {
    let site = app.site();
    let url = site.config.sidecar.url(&site.config.sidecar.unsubscribing);
    let view = View { action: format!("{url}{link}/"), address, is_done };
    let title = site.locale.text("unsubscribing-title", &[]);
    screen::page(app, "unsubscribing", StatusCode::OK, &url, &title, view)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_of_python_are_read() {
        // base64.urlsafe_b64encode and hmac.new(…, digestmod="sha3_512").hexdigest()
        let (email, secret) = ("pošta?>@example.org", "klíč");
        let token = "3d4455db23467b0dc51298686bc4c21afcda57e4a40ad5d440f4a2de706e54ca20fba5e7a2e71b6e6614162274dc9c4bd002180dde720f60a500afc956b66ce6";
        for link in [format!("cG_FoXRhPz5AZXhhbXBsZS5vcmc=-{token}"), format!("cG_FoXRhPz5AZXhhbXBsZS5vcmc-{token}")] {
            let read = read(&link).expect("a link");
            assert_eq!(read.email, email);
            assert!(is_of(secret, &read.email, &read.token));
            assert!(!is_of("jiný", &read.email, &read.token) && !is_of(secret, "x@example.org", &read.token));
        }
        for link in ["", "-", "abc", "YQ==-", "YQ==-00", &format!("-{token}"), &format!("YQ==-{}", "é".repeat(64))] {
            assert!(read(link).is_none(), "{link}");
        }
    }
}
