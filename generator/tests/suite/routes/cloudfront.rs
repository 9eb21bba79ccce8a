//! The printed parts of a distribution: what readers would get by them, and that Amazon's own description of its API, and a
//! CloudFront that plays it, take them.

use std::process::{Command, Stdio};

use generator::routes::{Format, Front, Pages, rules};
use serde_json::{Value, json};

use crate::harness::{Engine, TestSite, where_it_is};
use crate::python;

pub async fn printed() -> (TestSite, Value) {
    let site = TestSite::empty(Engine::Sqlite).await;
    let rules = rules(Format::CloudFront, &front(&site)).unwrap();
    let printed = serde_json::from_str(&rules).unwrap();
    (site, printed)
}

fn front(site: &TestSite) -> Front<'_> {
    let host = "club.s3.eu-central-1.amazonaws.com".to_owned();
    Front {
        site: &site.opened.site,
        pages: Pages::Server { host, port: 80, prefix: "/site".to_owned() },
        sidecars: vec![("app.example.org".to_owned(), 443)],
        listen: String::new(),
    }
}

#[tokio::test]
async fn there_is_a_behaviour_for_each_room_and_one_for_pages() {
    let (site, printed) = printed().await;
    let distribution = &printed["DistributionConfig"];
    let behaviours = distribution["CacheBehaviors"]["Items"].as_array().unwrap();
    let patterns: Vec<&str> = behaviours.iter().map(|it| it["PathPattern"].as_str().unwrap()).collect();
    for room in site.opened.site.rooms() {
        let path = format!("/{room}/");
        let is_matched = patterns.iter().any(|pattern| path.starts_with(pattern.trim_end_matches('*')));
        assert!(is_matched, "{path} is in none of {patterns:?}");
    }
    assert!(behaviours.len() <= 24 && behaviours.iter().all(|it| it["TargetOriginId"] == "sidecar"));
    assert!(behaviours.iter().all(|it| it["OriginRequestPolicyId"] == "216adef6-5c7f-47e4-b989-5492eafa07d3"));
    let pages = &distribution["DefaultCacheBehavior"];
    assert_eq!(pages["TargetOriginId"], "pages-then-sidecar");
    assert!(pages["OriginRequestPolicyId"].is_null(), "a bucket that is asked by another name refuses");
    // What an address is in the edge's eyes, and how long an edge may keep it.
    let policy = &printed["CachePolicyConfig"];
    let key = &policy["ParametersInCacheKeyAndForwardedToOrigin"];
    assert_eq!(pages["CachePolicyId"], "{CACHE_POLICY}");
    assert_eq!((&policy["MinTTL"], &policy["DefaultTTL"]), (&json!(0), &json!(0)));
    assert_eq!(key["HeadersConfig"]["HeaderBehavior"], "none");
    assert_eq!(key["CookiesConfig"]["CookieBehavior"], "none");
    assert_eq!(key["QueryStringsConfig"]["QueryStringBehavior"], "all");
    // What the sidecar says by itself arrives, such as 503 with the text that somebody has typed.
    let errors = distribution["CustomErrorResponses"]["Items"].as_array().unwrap();
    let statuses: Vec<&Value> = errors.iter().map(|it| &it["ErrorCode"]).collect();
    assert_eq!(statuses, [&json!(502), &json!(504)]);
}

#[tokio::test]
async fn what_a_bucket_and_another_server_are_asked_with_differs() {
    let (site, printed) = printed().await;
    let origins = &printed["DistributionConfig"]["Origins"]["Items"];
    assert_eq!(origins[0]["OriginAccessControlId"], "{OAC}");
    assert_eq!(origins[0]["OriginPath"], "/site");
    assert_eq!(origins[1]["CustomOriginConfig"]["OriginProtocolPolicy"], "https-only");
    let statement = &printed["BucketPolicy"]["Statement"][0];
    assert_eq!(statement["Resource"], "arn:aws:s3:::club/site/*");
    assert_eq!(statement["Action"], "s3:GetObject");
    let security = &printed["ResponseHeadersPolicyConfig"]["SecurityHeadersConfig"];
    assert_eq!(security["FrameOptions"]["FrameOption"], "DENY");
    assert_eq!(security["StrictTransportSecurity"]["AccessControlMaxAgeSec"], 31_536_000);
    assert_eq!(security["ContentSecurityPolicy"]["Override"], false, "the sidecar may say more");

    let pages = Pages::Server { host: "files.example.org".to_owned(), port: 9000, prefix: "/club/site".to_owned() };
    let front = Front { pages, ..front(&site) };
    let printed: Value = serde_json::from_str(&rules(Format::CloudFront, &front).unwrap()).unwrap();
    let pages = &printed["DistributionConfig"]["Origins"]["Items"][0];
    assert_eq!(pages["CustomOriginConfig"]["HTTPPort"], 9000);
    assert!(pages["OriginAccessControlId"] == "" && printed["BucketPolicy"].is_null());
}

#[tokio::test]
async fn the_function_leads_old_addresses_and_hides_what_is_nobodys_business() {
    let (_site, printed) = printed().await;
    let code = printed["FunctionCode"].as_str().unwrap();
    assert!(code.contains("(z_s|nick|sekce)") && code.contains("index.html"), "{code}");
    assert!(
        code.contains(r#"var redirects = {"/rss/forum/":"/rss/forum.xml","/rss/novinky/":"/rss/novinky.xml"};"#),
        "{code}"
    );
    assert!(code.contains(r"/^\/(health|metrics)(\/|$)/"), "{code}");
    assert!(code.contains(r"/\/\.(?!well-known\/)/"), "{code}");
    let node = std::env::var_os("PATH")
        .and_then(|path| std::env::split_paths(&path).map(|folder| folder.join("node")).find(|node| node.exists()));
    let Some(node) = where_it_is(node, "there is no node") else { return };
    // What runs it is CloudFront; its one module is played.
    let code = code.replace(
        "import cf from 'cloudfront';",
        "var chosen; var cf = { selectRequestOriginById: id => chosen = id };",
    );
    let ask = "for (const [uri, ...keys] of JSON.parse(process.argv[1])) { chosen = 'pages'; \
        const querystring = Object.fromEntries(keys.map(key => [key, { value: '2' }])); \
        const got = handler({ request: { uri, querystring } }); \
        console.log(uri, got.statusCode ?? chosen, got.statusCode ? got.headers.location?.value ?? '' : got.uri); }";
    let asked = json!([
        ["/"],
        ["/rubriky/clanky/"],
        ["/a/b.css"],
        ["/rubriky/clanky/", "fresh"],
        ["/rubriky/clanky/", "z_s"],
        ["/rubriky/clanky/", "amp;z_s"],
        ["/rss/forum/"],
        ["/health"],
        ["/health/x"],
        ["/healthy/"],
        ["/metrics"],
        ["/%6Detrics"],
        ["/.graveyard/target.json"],
        ["/%2egraveyard/target.json"],
        ["/dobrodruzstvi/1-studna/"],
        ["/dobrodruzstvi/1/mapa/"],
        ["/.well-known/x"],
        ["/%E0%A4%A"]
    ]);
    let program = format!("{code}\n{ask}");
    let out = Command::new(node).args(["-e", &program, &asked.to_string()]).stdin(Stdio::null()).output().unwrap();
    assert!(out.status.success(), "{}", String::from_utf8_lossy(&out.stderr));
    let said = String::from_utf8(out.stdout).unwrap();
    let lines: Vec<&str> = said.lines().map(str::trim_end).collect();
    assert_eq!(
        lines,
        [
            "/ pages /index.html",
            "/rubriky/clanky/ pages /rubriky/clanky/index.html",
            "/a/b.css pages /a/b.css",
            "/rubriky/clanky/ pages /rubriky/clanky/index.html",
            "/rubriky/clanky/ sidecar /rubriky/clanky/",
            "/rubriky/clanky/ sidecar /rubriky/clanky/",
            "/rss/forum/ 301 /rss/forum.xml",
            "/health 404",
            "/health/x 404",
            "/healthy/ pages /healthy/index.html",
            "/metrics 404",
            "/%6Detrics 404",
            "/.graveyard/target.json 404",
            "/%2egraveyard/target.json 404",
            "/dobrodruzstvi/1-studna/ sidecar /dobrodruzstvi/1-studna/",
            "/dobrodruzstvi/1/mapa/ pages /dobrodruzstvi/1/mapa/index.html",
            "/.well-known/x pages /.well-known/x",
            "/%E0%A4%A pages /%E0%A4%A",
        ]
    );
}

/// Each of these lists says how many it holds, which is what a hand forgets.
fn assert_counted(part: &Value, at: &str) {
    if let Some(quantity) = part.get("Quantity") {
        let items = part["Items"].as_array().map_or(0, Vec::len);
        assert_eq!(quantity.as_u64().and_then(|it| usize::try_from(it).ok()), Some(items), "{at}");
    }
    match part {
        Value::Object(parts) => parts.iter().for_each(|(name, part)| assert_counted(part, &format!("{at}.{name}"))),
        Value::Array(parts) => parts.iter().for_each(|part| assert_counted(part, at)),
        _ => {}
    }
}

/// What Amazon's guide ("Required API fields for creating and updating distributions") demands of a change, and not of what
/// is made first; where it is silent, what a change was refused for. No description of the API that machines read says so.
#[tokio::test]
async fn a_change_takes_what_is_printed() {
    let (site, printed) = printed().await;
    let pages = Pages::Server { host: "files.example.org".to_owned(), port: 9000, prefix: "/club".to_owned() };
    let elsewhere: Value =
        serde_json::from_str(&rules(Format::CloudFront, &Front { pages, ..front(&site) }).unwrap()).unwrap();
    for printed in [printed, elsewhere] {
        let distribution = &printed["DistributionConfig"];
        assert_has(distribution, "Aliases CacheBehaviors CustomErrorResponses DefaultRootObject HttpVersion Logging");
        assert_has(distribution, "PriceClass Restrictions ViewerCertificate WebACLId");
        assert_has(&distribution["Logging"], "Enabled IncludeCookies Bucket Prefix");
        assert_eq!(distribution["Restrictions"]["GeoRestriction"]["RestrictionType"], "none");
        let behaviours = distribution["CacheBehaviors"]["Items"].as_array().unwrap();
        for behaviour in behaviours.iter().chain([&distribution["DefaultCacheBehavior"]]) {
            assert_has(behaviour, "AllowedMethods Compress FieldLevelEncryptionId LambdaFunctionAssociations");
            assert_has(behaviour, "SmoothStreaming TrustedSigners");
            assert_eq!(behaviour["ViewerProtocolPolicy"], "redirect-to-https");
        }
        for origin in distribution["Origins"]["Items"].as_array().unwrap() {
            assert_has(origin, "OriginPath CustomHeaders ConnectionAttempts ConnectionTimeout OriginShield");
            if let Some(server) = origin.get("CustomOriginConfig") {
                assert_has(server, "OriginSslProtocols OriginReadTimeout OriginKeepaliveTimeout");
            }
        }
    }
}

fn assert_has(part: &Value, names: &str) {
    for name in names.split(' ') {
        assert!(part.get(name).is_some_and(|part| !part.is_null()), "{name} is missing in {part}");
    }
}

/// Makes all of it as OPERATIONS.md says, and reads back what has come of it.
const OPERATOR: &str = r#"
import json, sys, boto3
from botocore.validate import ParamValidator
from moto import mock_aws
printed = json.load(sys.stdin)
with mock_aws():
    client = boto3.client("cloudfront", region_name="us-east-1", aws_access_key_id="a", aws_secret_access_key="b")
    def check(operation, **given):
        shape = client.meta.service_model.operation_model(operation).input_shape
        report = ParamValidator().validate(given, shape)
        assert not report.has_errors(), operation + ": " + report.generate_report()
    check("CreateCachePolicy", CachePolicyConfig=printed["CachePolicyConfig"])
    check("CreateResponseHeadersPolicy", ResponseHeadersPolicyConfig=printed["ResponseHeadersPolicyConfig"])
    check("CreateFunction", Name="graveyard", FunctionConfig=printed["FunctionConfig"], FunctionCode=printed["FunctionCode"].encode())
    oac = client.create_origin_access_control(OriginAccessControlConfig=dict(Name="club",
        OriginAccessControlOriginType="s3", SigningBehavior="always", SigningProtocol="sigv4"))["OriginAccessControl"]["Id"]
    text = json.dumps(printed["DistributionConfig"])
    for name, value in dict(OAC=oac, CACHE_POLICY="c", HEADERS_POLICY="h", FUNCTION="f", CERTIFICATE="arn").items():
        assert "{%s}" % name in text, name
        text = text.replace("{%s}" % name, value)
    assert "{" + "A" not in text
    config = json.loads(text)
    # moto looks for a behaviour's target among the origins alone.
    groups = [group["Id"] for group in config["OriginGroups"]["Items"]]
    assert config["DefaultCacheBehavior"]["TargetOriginId"] in groups
    config["DefaultCacheBehavior"]["TargetOriginId"] = config["OriginGroups"]["Items"][0]["Members"]["Items"][0]["OriginId"]
    made = client.create_distribution(DistributionConfig=config)["Distribution"]
    got = client.get_distribution(Id=made["Id"])["Distribution"]["DistributionConfig"]
    assert got["Aliases"] == config["Aliases"], got["Aliases"]
    assert [origin["Id"] for origin in got["Origins"]["Items"]] == ["pages", "sidecar"], got["Origins"]
    check("CreateDistribution", DistributionConfig=json.loads(text))
    # A change takes the same as a whole.
    check("UpdateDistribution", DistributionConfig=json.loads(text), Id=made["Id"], IfMatch="e")
    etag = client.get_distribution_config(Id=made["Id"])["ETag"]
    config["Comment"] = "changed"
    client.update_distribution(DistributionConfig=config, Id=made["Id"], IfMatch=etag)
    now = client.get_distribution_config(Id=made["Id"])["DistributionConfig"]
    assert now["Comment"] == "changed" and now["Aliases"] == got["Aliases"], now
    assert now["Origins"] == got["Origins"], now["Origins"]
    assert got["CacheBehaviors"]["Quantity"] == config["CacheBehaviors"]["Quantity"], got["CacheBehaviors"]
    print("made", made["Status"])
"#;

#[tokio::test]
async fn what_is_printed_is_what_cloudfront_takes() {
    let (_site, printed) = printed().await;
    assert_counted(&printed, "printed");
    let Some(said) = python::run(OPERATOR, &printed.to_string()) else { return };
    assert!(said.starts_with("made "), "{said}");
}
