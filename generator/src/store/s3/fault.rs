//! What a bucket's answers mean: which of them say that somebody else was there first, and which setting mends the others.

use std::error::Error;
use std::fmt;
use std::io;

use aws_sdk_s3::config::http::HttpResponse;
use aws_sdk_s3::error::{DisplayErrorContext, ProvideErrorMetadata, SdkError};

use crate::store::address::Address;

/// Why a bucket does not do what it should, and what to change.
#[derive(Debug)]
pub(in crate::store) struct Fault {
    text: String,
    pub(in crate::store) reach: Reach,
}

/// How far a fault reaches.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::store) enum Reach {
    /// This object; the next one may fare better.
    Object,
    /// This object, unless nothing else is answered either.
    Unanswered,
    /// All of the target.
    Target,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl Error for Fault {}

impl From<Fault> for io::Error {
    fn from(fault: Fault) -> io::Error {
        io::Error::other(fault)
    }
}

impl Fault {
    pub(super) fn of_target(text: String) -> Fault {
        Fault { text, reach: Reach::Target }
    }

    /// Nothing came back in the time that there was.
    pub(super) fn late() -> Fault {
        Fault { text: format!("no answer in time{SEE_ENDPOINT}"), reach: Reach::Unanswered }
    }

    /// As a fault of the target: none of the last objects was answered.
    pub(super) fn silence(self) -> Fault {
        Fault { text: format!("{}; nor was any other request answered", self.text), reach: Reach::Target }
    }

    /// Explains what the client says.
    pub(in crate::store) fn of<E>(error: &SdkError<E, HttpResponse>, address: &Address) -> Fault
    where
        E: ProvideErrorMetadata + Error + 'static,
    {
        match error {
            SdkError::TimeoutError(_) => Fault::late(),
            SdkError::DispatchFailure(failure) if failure.is_timeout() => Fault::late(),
            SdkError::DispatchFailure(failure) if failure.is_io() => {
                let cause = innermost(error);
                Fault { text: format!("no connection ({cause}){SEE_ENDPOINT}"), reach: Reach::Unanswered }
            }
            SdkError::ResponseError(_) => {
                Fault { text: format!("the answer breaks off ({})", innermost(error)), reach: Reach::Unanswered }
            }
            SdkError::ServiceError(_) => {
                let response = error.raw_response();
                Answer {
                    status: response.map_or(0, |response| response.status().as_u16()),
                    code: error.code().unwrap_or_default(),
                    message: error.message().unwrap_or_default(),
                    region: response.and_then(|response| response.headers().get("x-amz-bucket-region")),
                }
                .meaning(address)
            }
            _ => Fault::of_target(format!("the request cannot be made: {}", DisplayErrorContext(error))),
        }
    }
}

const SEE_ENDPOINT: &str = "; see the network, and AWS_ENDPOINT_URL and AWS_REGION, which say where the server is";

/// What an S3 server says when it refuses.
#[derive(Debug)]
pub(super) struct Answer<'a> {
    /// HTTP's.
    pub(super) status: u16,
    /// S3's; empty where the answer has no body.
    pub(super) code: &'a str,
    /// For people.
    pub(super) message: &'a str,
    /// Where the bucket is.
    pub(super) region: Option<&'a str>,
}

impl Answer<'_> {
    fn meaning(&self, address: &Address) -> Fault {
        let Address { bucket, prefix } = address;
        let text = match (self.code, self.status) {
            ("InvalidAccessKeyId" | "NotSignedUp", _) => {
                "the server knows no such access key: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY to those of an \
                account there"
                    .to_owned()
            }
            ("SignatureDoesNotMatch", _) => {
                "the secret key is not that of the access key: set AWS_SECRET_ACCESS_KEY".to_owned()
            }
            ("ExpiredToken" | "InvalidToken" | "TokenRefreshRequired", _) => {
                "the session is over: set AWS_SESSION_TOKEN and its keys anew".to_owned()
            }
            ("RequestTimeTooSkewed" | "RequestExpired", _) => {
                "this machine's clock is further off than the server allows: set it, best by NTP".to_owned()
            }
            ("NoSuchBucket", _) => {
                format!(
                    "there is no bucket {bucket}: make it, or set OUTPUT or UPLOADS, whichever names it, or \
                    AWS_ENDPOINT_URL to where it is"
                )
            }
            ("InvalidBucketName", _) => {
                format!("no bucket can be called {bucket}: set OUTPUT or UPLOADS, whichever names it")
            }
            (
                "PermanentRedirect"
                | "TemporaryRedirect"
                | "AuthorizationHeaderMalformed"
                | "IllegalLocationConstraintException",
                _,
            )
            | (_, 301 | 307) => match self.region {
                Some(region) => format!("the bucket {bucket} is in another region: set AWS_REGION={region}"),
                None => format!(
                    "the bucket {bucket} is in another region: set AWS_REGION to it ({} {})",
                    self.code, self.message
                ),
            },
            (_, 400) if self.region.is_some() => {
                format!("the bucket {bucket} is in another region: set AWS_REGION={}", self.region.unwrap_or_default())
            }
            ("AccessDenied" | "AllAccessDisabled" | "AccountProblem", _) | (_, 401 | 403) => format!(
                "the server does not allow it: give the account of AWS_ACCESS_KEY_ID the rights s3:GetObject, \
                s3:PutObject and s3:DeleteObject on arn:aws:s3:::{bucket}/{prefix}* and s3:ListBucket on \
                arn:aws:s3:::{bucket}"
            ),
            ("NotImplemented", _) | (_, 501) => {
                "the server does not do conditional writes, without which two builders could undo each other's work: \
                set AWS_ENDPOINT_URL to one that does"
                    .to_owned()
            }
            (_, 429 | 500..) => {
                let text = format!("the server goes on failing ({} {})", self.status, self.code);
                return Fault { text: text.replace(" )", ")"), reach: Reach::Unanswered };
            }
            (code, status) => {
                return Fault { text: format!("{status} {code} {}", self.message), reach: Reach::Object };
            }
        };
        Fault::of_target(text)
    }
}

/// Whether a conditional request was refused since the object is not what it was.
pub(super) fn is_overtaken<E>(error: &SdkError<E, HttpResponse>) -> bool
where
    E: ProvideErrorMetadata,
{
    let status = error.raw_response().map(|response| response.status().as_u16());
    match status {
        Some(409 | 412) => true,
        Some(404) => error.as_service_error().and_then(ProvideErrorMetadata::code) != Some("NoSuchBucket"),
        _ => false,
    }
}

/// Whether the answer is that there is no such object. An answer without a body does not tell a bucket that is missing
/// from an object.
pub(in crate::store) fn is_missing<E>(error: &SdkError<E, HttpResponse>) -> bool
where
    E: ProvideErrorMetadata,
{
    error.raw_response().is_some_and(|response| response.status().as_u16() == 404)
        && error.as_service_error().and_then(ProvideErrorMetadata::code) != Some("NoSuchBucket")
}

/// The cause behind all others, which names what happened.
fn innermost(error: &dyn Error) -> String {
    let mut error = error;
    while let Some(source) = error.source() {
        error = source;
    }
    error.to_string()
}
