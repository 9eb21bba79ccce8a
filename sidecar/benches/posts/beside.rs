//! What goes on beside members who post: somebody uploads pictures as large as they may be, somebody logs in.

use std::io::Cursor;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use image::codecs::jpeg::JpegEncoder;
use image::{DynamicImage, Rgb, RgbImage};
use tokio::task::JoinHandle;

use super::asking::Asking;
use super::serving::{PASSWORD, Serving};

/// Width and height: 25 million points, the most that a picture may have.
const SIDE: u32 = 5_000;
/// Between the parts of the form with the picture.
const BOUNDARY: &str = "----between-parts-5c21";

/// The two of them, at work until they are ended.
pub struct Beside {
    ends: Arc<AtomicBool>,
    uploading: JoinHandle<anyhow::Result<usize>>,
    logging_in: JoinHandle<anyhow::Result<usize>>,
}

impl Beside {
    /// Begins.
    pub async fn start(serving: &Serving) -> anyhow::Result<Beside> {
        let form = Arc::new(form()?);
        let ends = Arc::new(AtomicBool::new(false));
        let mut asking = Asking::connect(&serving.address).await?;
        // The members who post are the first ones.
        let (tokens, end) = (serving.tokens.clone(), Arc::clone(&ends));
        let uploading = tokio::spawn(async move {
            let mut count = 0;
            while !end.load(Ordering::Relaxed) {
                let token = &tokens[tokens.len() - 1 - count % tokens.len()];
                let headers =
                    format!("Cookie: session={token}\r\nContent-Type: multipart/form-data; boundary={BOUNDARY}");
                let answer = asking.send_form("/nastaveni/dila/nove/clanky/", &headers, &form).await?;
                anyhow::ensure!(answer.status == 303, "an upload: {}: {}", answer.status, answer.text);
                count += 1;
            }
            Ok(count)
        });
        let mut asking = Asking::connect(&serving.address).await?;
        let (nicks, end) = (serving.nicks.clone(), Arc::clone(&ends));
        let logging_in = tokio::spawn(async move {
            let mut count = 0;
            while !end.load(Ordering::Relaxed) {
                let form =
                    serde_urlencoded::to_string([("name", &*nicks[count % nicks.len()]), ("password", PASSWORD)])?;
                // Each from elsewhere, as far as limits are concerned.
                let headers = format!(
                    "X-Forwarded-For: 198.18.{}.{}\r\nContent-Type: application/x-www-form-urlencoded",
                    count / 250 % 250,
                    count % 250
                );
                let answer = asking.send_form("/uzivatel/prihlaseni/", &headers, form.as_bytes()).await?;
                anyhow::ensure!(answer.status == 303, "a login: {}: {}", answer.status, answer.text);
                count += 1;
            }
            Ok(count)
        });
        Ok(Beside { ends, uploading, logging_in })
    }

    /// Ends both; gives how many pictures were kept, and how often somebody was let in.
    pub async fn end(self) -> anyhow::Result<(usize, usize)> {
        self.ends.store(true, Ordering::Relaxed);
        let (uploads, logins) = (self.uploading.await??, self.logging_in.await??);
        anyhow::ensure!(uploads > 0 && logins > 0, "{uploads} uploads and {logins} logins went on");
        Ok((uploads, logins))
    }
}

/// The form of a new work, with a photograph: colours that run into each other, so that it is some megabytes.
fn form() -> anyhow::Result<Vec<u8>> {
    let colour = |at: u32| u8::try_from(at % 256).unwrap_or_default();
    let image = RgbImage::from_fn(SIDE, SIDE, |x, y| Rgb([colour(x / 7 + y / 11), colour(x * y / 977), colour(x ^ y)]));
    let mut picture = Cursor::new(Vec::new());
    DynamicImage::ImageRgb8(image).write_with_encoder(JpegEncoder::new_with_quality(&mut picture, 60))?;
    let picture = picture.into_inner();
    anyhow::ensure!(picture.len() < 15_000_000, "the picture is too large: {} bytes", picture.len());
    let mut form = Vec::new();
    for (name, value) in [("title", "Fotografie"), ("text", ""), ("do", "picture")] {
        form.extend(field(name, "", value.as_bytes()));
    }
    form.extend(field("picture", "; filename=\"a.jpg\"\r\nContent-Type: image/jpeg", &picture));
    form.extend(format!("--{BOUNDARY}--\r\n").as_bytes());
    Ok(form)
}

fn field(name: &str, more: &str, value: &[u8]) -> Vec<u8> {
    let head = format!("--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"{name}\"{more}\r\n\r\n");
    [head.as_bytes(), value, b"\r\n"].concat()
}
