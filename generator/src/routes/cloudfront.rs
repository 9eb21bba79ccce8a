//! CloudFront before a bucket and the sidecar: behaviours, an origin group for what the bucket does not have, and the
//! function that makes index documents and leads old queries to the sidecar.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::{Front, Pages, query_pattern};

/// A behaviour for each path; by default a distribution has 25.
const BEHAVIOURS_MAX: usize = 24;

/// Amazon's policy of the name `CachingDisabled`.
const CACHING_DISABLED: &str = "4135ea2d-6df8-44a3-9df3-4b5a84be39ad";
/// `UseOriginCacheControlHeaders`: as long as the objects' headers say.
const BY_ORIGIN: &str = "83da9c7e-98b4-4e11-a168-04f0df8e2c65";
/// `AllViewer`: all headers, `Origin` and `Sec-Fetch-Site` among them, cookies and queries.
const ALL_VIEWER: &str = "216adef6-5c7f-47e4-b989-5492eafa07d3";

pub(super) fn rules(front: &Front<'_>) -> Result<String, String> {
    let (sidecar, port) = front.sidecar()?;
    let Pages::Server { host, prefix, .. } = &front.pages else {
        return Err("CloudFront reads no folder: say with --pages which bucket has the pages".to_owned());
    };
    let rooms = front.rooms();
    if rooms.len() > BEHAVIOURS_MAX {
        return Err(format!("{} paths of the sidecar are more than a distribution has behaviours", rooms.len()));
    }
    let to_sidecar = |pattern: String| {
        json!({
            "PathPattern": pattern,
            "TargetOriginId": "sidecar",
            "ViewerProtocolPolicy": "redirect-to-https",
            "AllowedMethods": methods(&["GET", "HEAD", "OPTIONS", "PUT", "POST", "PATCH", "DELETE"]),
            "CachePolicyId": CACHING_DISABLED,
            "OriginRequestPolicyId": ALL_VIEWER,
            "Compress": true,
        })
    };
    // A pattern's star stands for slashes as well; what merely begins alike, such as a redirect, the sidecar knows too.
    let behaviours: Vec<Value> = rooms.iter().map(|room| to_sidecar(format!("/{room}*"))).collect();
    let headers: Vec<Value> = front
        .headers()
        .into_iter()
        .map(|(name, value)| json!({ "Header": name, "Value": value, "Override": name != super::CONTENT_POLICY }))
        .collect();
    let when_down: Vec<Value> = [502, 503, 504]
        .into_iter()
        .map(|status| {
            json!({
                "ErrorCode": status,
                "ResponseCode": "404",
                "ResponsePagePath": "/404.html",
                "ErrorCachingMinTTL": 1,
            })
        })
        .collect();
    let rules = json!({
        "Origins": [
            { "Id": "pages", "DomainName": host, "OriginPath": prefix },
            { "Id": "sidecar", "DomainName": sidecar, "HTTPSPort": port },
        ],
        "OriginGroups": [{
            "Id": "pages-then-sidecar",
            "FailoverCriteria": { "StatusCodes": { "Quantity": 2, "Items": [403, 404] } },
            "Members": { "Quantity": 2, "Items": [{ "OriginId": "pages" }, { "OriginId": "sidecar" }] },
        }],
        "DefaultCacheBehavior": {
            "TargetOriginId": "pages-then-sidecar",
            "ViewerProtocolPolicy": "redirect-to-https",
            "AllowedMethods": methods(&["GET", "HEAD"]),
            "CachePolicyId": BY_ORIGIN,
            "Compress": true,
            "FunctionAssociations": [{ "EventType": "viewer-request", "Function": "graveyard" }],
        },
        "CacheBehaviors": { "Quantity": behaviours.len(), "Items": behaviours },
        "CustomErrorResponses": when_down,
        "ResponseHeadersPolicy": headers,
        "Aliases": [front.host()],
        "Functions": { "graveyard": { "Runtime": "cloudfront-js-2.0", "Code": function(front) } },
    });
    serde_json::to_string_pretty(&rules).map(|text| text + "\n").map_err(|error| error.to_string())
}

fn methods(items: &[&str]) -> Value {
    json!({ "Quantity": items.len(), "Items": items })
}

fn function(front: &Front<'_>) -> String {
    let redirects: BTreeMap<&str, String> = front.redirects().into_iter().collect();
    format!(
        "import cf from 'cloudfront';\n\
         var redirects = {};\n\
         function handler(event) {{\n    \
             var request = event.request;\n    \
             if (Object.prototype.hasOwnProperty.call(redirects, request.uri)) {{\n        \
                 return {{ statusCode: 301, statusDescription: 'Moved Permanently',\n            \
                     headers: {{ location: {{ value: redirects[request.uri] }}, 'cache-control': {{ value: 'no-store' }} }} }};\n    \
             }}\n    \
             if (Object.keys(request.querystring).some(function (key) {{ return /^(amp;)?({})$/.test(key); }})) {{\n        \
                 cf.selectRequestOriginById('sidecar');\n        \
                 return request;\n    \
             }}\n    \
             if (request.uri.endsWith('/')) request.uri += 'index.html';\n    \
             return request;\n\
         }}\n",
        json!(redirects),
        query_pattern()
    )
}
