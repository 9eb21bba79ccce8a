//! CloudFront before a bucket and the sidecar: behaviours, an origin group for what the bucket does not have, and the
//! function that makes index documents and leads old queries to the sidecar.
//!
//! What is printed is what its API takes, part by part, but for the names that it gives to what was made before: they
//! stand in braces. A distribution is changed as it is made, as a whole; a change is refused where anything is left out
//! that may be left out at first, so what nobody wants is printed as well, with Amazon's own values.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::page::old::QUESTS;

use super::{CONTENT_POLICY, Front, HSTS_SECONDS, INTERNAL, Pages, query_pattern};

/// A behaviour for each path; by default a distribution has 25.
const BEHAVIOURS_MAX: usize = 24;

/// Amazon's policy of the name `CachingDisabled`.
const CACHING_DISABLED: &str = "4135ea2d-6df8-44a3-9df3-4b5a84be39ad";
/// `AllViewer`: all headers, `Host`, `Origin` and `Sec-Fetch-Site` among them, cookies and queries.
const ALL_VIEWER: &str = "216adef6-5c7f-47e4-b989-5492eafa07d3";
/// In seconds: as long as the longest that an object says.
const TTL_SECONDS_MAX: u32 = 31_536_000;
/// In seconds: for what is sent in the time that CloudFront gives without being asked for more.
const SIDECAR_SECONDS_MAX: u32 = 60;
/// In seconds: for how long a connection is kept, for how long one is tried; both Amazon's own.
const KEPT_SECONDS: u32 = 5;
const CONNECTING_SECONDS: u32 = 10;
const CONNECTING_ATTEMPTS: u32 = 3;
/// The hosts of buckets at Amazon end so.
const AMAZON: &str = ".amazonaws.com";

// What an operator puts in, since Amazon gives the name.
const ACCOUNT: &str = "{ACCOUNT}";
const CACHE_POLICY: &str = "{CACHE_POLICY}";
const CERTIFICATE: &str = "{CERTIFICATE}";
const DISTRIBUTION: &str = "{DISTRIBUTION}";
const FUNCTION: &str = "{FUNCTION}";
const HEADERS_POLICY: &str = "{HEADERS_POLICY}";
const ORIGIN_ACCESS_CONTROL: &str = "{OAC}";

pub(super) fn rules(front: &Front<'_>) -> Result<String, String> {
    let (sidecar, port) = front.sidecar()?;
    let Pages::Server { host, port: pages_port, prefix } = &front.pages else {
        return Err("CloudFront reads no folder: say with --pages which bucket has the pages".to_owned());
    };
    let rooms = front.rooms();
    if rooms.len() > BEHAVIOURS_MAX {
        return Err(format!("{} paths of the sidecar are more than a distribution has behaviours", rooms.len()));
    }
    // A pattern's star stands for slashes as well; what merely begins alike, such as a redirect, the sidecar knows too.
    let behaviours = rooms.iter().map(|room| to_sidecar(&format!("/{room}*"))).collect();
    let distribution = json!({
        // Another distribution for the same name is refused.
        "CallerReference": format!("graveyard {}", front.host()),
        "Comment": format!("Pages and sidecar of {}", front.host()),
        "Enabled": true,
        "HttpVersion": "http2and3",
        "IsIPV6Enabled": true,
        "Aliases": list(vec![front.host().into()]),
        "ViewerCertificate": {
            "ACMCertificateArn": CERTIFICATE,
            "SSLSupportMethod": "sni-only",
            "MinimumProtocolVersion": "TLSv1.2_2021",
        },
        "Origins": list(vec![pages(host, *pages_port, prefix), server("sidecar", sidecar, "https-only", 80, *port)]),
        "OriginGroups": list(vec![json!({
            "Id": "pages-then-sidecar",
            "FailoverCriteria": { "StatusCodes": list(vec![403.into(), 404.into()]) },
            "Members": list(vec![json!({ "OriginId": "pages" }), json!({ "OriginId": "sidecar" })]),
        })]),
        "DefaultCacheBehavior": with(behaviour(), json!({
            "TargetOriginId": "pages-then-sidecar",
            "AllowedMethods": methods(&["GET", "HEAD"]),
            "CachePolicyId": CACHE_POLICY,
            "ResponseHeadersPolicyId": HEADERS_POLICY,
            "FunctionAssociations": list(vec![json!({
                "EventType": "viewer-request",
                "FunctionARN": FUNCTION,
            })]),
        })),
        "CacheBehaviors": list(behaviours),
        // As other fronts have it: what the sidecar says by itself, such as 503 with a text that was typed, arrives.
        "CustomErrorResponses": list([502, 504].map(when_down).to_vec()),
        "DefaultRootObject": "",
        "Logging": { "Enabled": false, "IncludeCookies": false, "Bucket": "", "Prefix": "" },
        "PriceClass": "PriceClass_All",
        "Restrictions": { "GeoRestriction": { "RestrictionType": "none", "Quantity": 0 } },
        "WebACLId": "",
    });
    let rules = json!({
        "CachePolicyConfig": cache_policy(),
        "ResponseHeadersPolicyConfig": headers_policy(front)?,
        "FunctionConfig": { "Comment": "Index documents, old addresses", "Runtime": "cloudfront-js-2.0" },
        "FunctionCode": function(front),
        "DistributionConfig": distribution,
        "BucketPolicy": bucket_policy(host, prefix),
    });
    serde_json::to_string_pretty(&rules).map(|text| text + "\n").map_err(|error| error.to_string())
}

/// A list as CloudFront wants it.
fn list(items: Vec<Value>) -> Value {
    json!({ "Quantity": items.len(), "Items": items })
}

/// What it lets through, and what of it may be kept.
fn methods(items: &[&str]) -> Value {
    json!({ "Quantity": items.len(), "Items": items, "CachedMethods": { "Quantity": 2, "Items": ["GET", "HEAD"] } })
}

/// Parts with more of them, which go before those of the same name.
fn with(parts: Value, more: Value) -> Value {
    match (parts, more) {
        (Value::Object(mut parts), Value::Object(more)) => {
            parts.extend(more);
            Value::Object(parts)
        }
        (_, more) => more,
    }
}

/// What all behaviours have.
fn behaviour() -> Value {
    json!({
        "ViewerProtocolPolicy": "redirect-to-https",
        "Compress": true,
        "SmoothStreaming": false,
        "FieldLevelEncryptionId": "",
        "FunctionAssociations": list(vec![]),
        "LambdaFunctionAssociations": list(vec![]),
        "TrustedKeyGroups": { "Enabled": false, "Quantity": 0 },
        "TrustedSigners": { "Enabled": false, "Quantity": 0 },
    })
}

fn to_sidecar(pattern: &str) -> Value {
    let more = json!({
        "PathPattern": pattern,
        "TargetOriginId": "sidecar",
        "AllowedMethods": methods(&["GET", "HEAD", "OPTIONS", "PUT", "POST", "PATCH", "DELETE"]),
        "CachePolicyId": CACHING_DISABLED,
        "OriginRequestPolicyId": ALL_VIEWER,
    });
    with(behaviour(), more)
}

/// What all origins have.
fn origin(id: &str, host: &str) -> Value {
    json!({
        "Id": id,
        "DomainName": host,
        "OriginPath": "",
        "CustomHeaders": list(vec![]),
        "ConnectionAttempts": CONNECTING_ATTEMPTS,
        "ConnectionTimeout": CONNECTING_SECONDS,
        "OriginShield": { "Enabled": false },
        "OriginAccessControlId": "",
    })
}

/// A bucket at Amazon is asked with a signature of the distribution's, any other server without one.
fn pages(host: &str, port: u16, prefix: &str) -> Value {
    if !host.ends_with(AMAZON) {
        let mut pages = server("pages", host, "http-only", port, 443);
        pages["OriginPath"] = prefix.into();
        return pages;
    }
    let more = json!({
        "OriginPath": prefix,
        "S3OriginConfig": { "OriginAccessIdentity": "" },
        "OriginAccessControlId": ORIGIN_ACCESS_CONTROL,
    });
    with(origin("pages", host), more)
}

fn server(id: &str, host: &str, protocol: &str, http_port: u16, https_port: u16) -> Value {
    let more = json!({
        "CustomOriginConfig": {
            "HTTPPort": http_port,
            "HTTPSPort": https_port,
            "OriginProtocolPolicy": protocol,
            "OriginSslProtocols": { "Quantity": 1, "Items": ["TLSv1.2"] },
            "OriginReadTimeout": SIDECAR_SECONDS_MAX,
            "OriginKeepaliveTimeout": KEPT_SECONDS,
        },
    });
    with(origin(id, host), more)
}

fn when_down(status: u16) -> Value {
    json!({
        "ErrorCode": status,
        "ResponseCode": "404",
        "ResponsePagePath": "/404.html",
        "ErrorCachingMinTTL": 1,
    })
}

/// As long as the objects' headers say; an address is its path and its query. `Host` is none of it: a bucket answers to
/// its own name alone. Cookies are none either, or each member would have copies of their own.
fn cache_policy() -> Value {
    json!({
        "Name": "graveyard",
        "Comment": "What the pages' Cache-Control says",
        "MinTTL": 0,
        "DefaultTTL": 0,
        "MaxTTL": TTL_SECONDS_MAX,
        "ParametersInCacheKeyAndForwardedToOrigin": {
            "EnableAcceptEncodingGzip": true,
            "EnableAcceptEncodingBrotli": true,
            "HeadersConfig": { "HeaderBehavior": "none" },
            "CookiesConfig": { "CookieBehavior": "none" },
            "QueryStringsConfig": { "QueryStringBehavior": "all" },
        },
    })
}

fn headers_policy(front: &Front<'_>) -> Result<Value, String> {
    let mut security = serde_json::Map::new();
    for (name, value) in front.headers() {
        let (key, part) = match name {
            "X-Content-Type-Options" => ("ContentTypeOptions", json!({ "Override": true })),
            "Referrer-Policy" => ("ReferrerPolicy", json!({ "Override": true, "ReferrerPolicy": value })),
            "X-Frame-Options" => ("FrameOptions", json!({ "Override": true, "FrameOption": value })),
            CONTENT_POLICY => ("ContentSecurityPolicy", json!({ "Override": false, "ContentSecurityPolicy": value })),
            "Strict-Transport-Security" => (
                "StrictTransportSecurity",
                json!({ "Override": true, "AccessControlMaxAgeSec": HSTS_SECONDS, "IncludeSubdomains": true }),
            ),
            other => return Err(format!("CloudFront has no setting for the header {other}")),
        };
        security.insert(key.to_owned(), part);
    }
    Ok(json!({ "Name": "graveyard", "SecurityHeadersConfig": security }))
}

/// That the distribution, and nobody else, may read what is below the prefix; null for what is no bucket at Amazon.
fn bucket_policy(host: &str, prefix: &str) -> Value {
    let bucket = host.strip_suffix(AMAZON).and_then(|name| name.rsplit_once(".s3"));
    let Some((bucket, _)) = bucket else { return Value::Null };
    let distribution = format!("arn:aws:cloudfront::{ACCOUNT}:distribution/{DISTRIBUTION}");
    json!({
        "Version": "2012-10-17",
        "Statement": [{
            "Effect": "Allow",
            "Principal": { "Service": "cloudfront.amazonaws.com" },
            "Action": "s3:GetObject",
            "Resource": format!("arn:aws:s3:::{bucket}{prefix}/*"),
            "Condition": { "StringEquals": { "AWS:SourceArn": distribution } },
        }],
    })
}

/// Old addresses lead on, what is nobody's business is not there, a folder is its index document.
fn function(front: &Front<'_>) -> String {
    let redirects: BTreeMap<&str, String> = front.redirects().into_iter().collect();
    format!(
        r"import cf from 'cloudfront';
var redirects = {redirects};
function handler(event) {{
    var request = event.request;
    var path = request.uri;
    try {{ path = decodeURIComponent(path); }} catch (error) {{ /* as it came */ }}
    if (/^\/({internal})(\/|$)/.test(path) || /\/\.(?!well-known\/)/.test(path)) {{
        return {{ statusCode: 404, statusDescription: 'Not Found', headers: {{ 'cache-control': {{ value: 'no-store' }} }} }};
    }}
    if (Object.prototype.hasOwnProperty.call(redirects, request.uri)) {{
        return {{ statusCode: 301, statusDescription: 'Moved Permanently',
            headers: {{ location: {{ value: redirects[request.uri] }}, 'cache-control': {{ value: 'no-store' }} }} }};
    }}
    if (Object.keys(request.querystring).some(function (key) {{ return /^(amp;)?({keys})$/.test(key); }})) {{
        cf.selectRequestOriginById('sidecar');
        return request;
    }}
    // A file of an adventure of old may be called index.html, and is another address.
    if (/^\/{quests}\/\d[^\/]*\/$/.test(request.uri)) {{
        cf.selectRequestOriginById('sidecar');
        return request;
    }}
    if (request.uri.endsWith('/')) request.uri += 'index.html';
    return request;
}}
",
        redirects = json!(redirects),
        internal = INTERNAL.join("|"),
        quests = QUESTS,
        keys = query_pattern()
    )
}
