//! What OPERATIONS.md has an operator type for CloudFront, typed by a shell whose `aws` and `heroku` are played: each name
//! goes where it belongs, and a change takes its own from the distribution as it is.

use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use serde_json::{Value, json};
use tempfile::TempDir;

use super::cloudfront::printed;
use crate::harness::where_it_is;

const OPERATIONS: &str = include_str!("../../../../OPERATIONS.md");

/// Says what Amazon names, by what is asked.
const AWS: &str = r#"#!/bin/sh
echo "$*" >>asked
case "$2 $*" in
get-caller-identity*) echo 123456789012 ;;
request-certificate*) echo arn:certificate ;;
create-cache-policy*) echo cache ;;
create-response-headers-policy*'"Name": "uploads"'*) echo headers-of-uploads ;;
create-response-headers-policy*) echo headers-of-pages ;;
create-function*|describe-function*|update-function*|get-*-policy*) echo etag ;;
publish-function*) echo arn:function ;;
create-origin-access-control*) echo control ;;
create-distribution*uploads.json*) echo EUPLOADS ;;
create-distribution*) echo EPAGES ;;
get-distribution-config*) cat live ;;
esac
"#;
const HEROKU: &str = "#!/bin/sh\nif [ \"$1\" = config:get ]; then echo cloudfront:EPAGES; fi\n";

/// The blocks of one language between two pieces of text, without their indent.
fn blocks(language: &str, from: &str, to: &str) -> String {
    let (_, text) = OPERATIONS.split_once(from).unwrap();
    let (text, _) = text.split_once(to).unwrap();
    let mut blocks = String::new();
    for block in text.split(&format!("```{language}\n")).skip(1) {
        for line in block.split_once("```").unwrap().0.lines() {
            blocks.push_str(line.strip_prefix("   ").unwrap_or(line));
            blocks.push('\n');
        }
    }
    blocks
}

fn has_jq() -> bool {
    let is_there = Command::new("jq").arg("--version").stdout(Stdio::null()).status().is_ok_and(|it| it.success());
    where_it_is(is_there.then_some(()), "there is no jq").is_some()
}

/// A folder with the played programs and what `generator routes` has printed.
fn desk(printed: &Value) -> TempDir {
    let desk = TempDir::new().unwrap();
    for (name, text) in [("aws", AWS), ("heroku", HEROKU)] {
        let path = desk.path().join(name);
        std::fs::write(&path, text).unwrap();
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755)).unwrap();
    }
    std::fs::write(desk.path().join("front.json"), printed.to_string()).unwrap();
    desk
}

fn typed(desk: &Path, commands: &str) -> Output {
    let path = format!("{}:{}", desk.display(), std::env::var("PATH").unwrap());
    let mut shell = Command::new("bash");
    for name in ["account", "cache", "certificate", "distribution", "function", "headers", "oac", "uploads"] {
        shell.env_remove(name);
    }
    shell.args(["-e", "-c", commands]).current_dir(desk).env("PATH", path).output().unwrap()
}

/// Types what a change takes, before a distribution that is so.
fn changed(desk: &Path, live: &Value) -> Output {
    std::fs::write(desk.join("live"), json!({ "ETag": "E1", "DistributionConfig": live }).to_string()).unwrap();
    typed(desk, &blocks("sh", "After a change of words", "`uploads.example.org` is a second distribution"))
}

fn read(desk: &Path, name: &str) -> String {
    std::fs::read_to_string(desk.join(name)).unwrap()
}

/// The printed distribution with Amazon's names.
fn filled(printed: &Value) -> Value {
    let mut text = printed["DistributionConfig"].to_string();
    for (name, value) in [
        ("{CACHE_POLICY}", "cache"),
        ("{CERTIFICATE}", "arn:certificate"),
        ("{FUNCTION}", "arn:function"),
        ("{HEADERS_POLICY}", "headers-of-pages"),
        ("{OAC}", "control"),
    ] {
        text = text.replace(name, value);
    }
    serde_json::from_str(&text).unwrap()
}

#[tokio::test]
async fn each_distribution_is_made_with_the_names_that_are_its_own() {
    let (_site, printed) = printed().await;
    if !has_jq() {
        return;
    }
    let desk = desk(&printed);
    let (from, to) = ("`front.json` holds", "What is withdrawn is gone");
    std::fs::write(desk.path().join("uploads-policy.json"), blocks("json", from, to)).unwrap();
    let first = blocks("sh", from, "After a change of words");
    let uploads = blocks("sh", "`uploads.example.org` is a second distribution", to);
    let out = typed(desk.path(), &format!("{first}{uploads}"));
    assert!(out.status.success(), "{}", String::from_utf8_lossy(&out.stderr));

    let pages: Value = serde_json::from_str(&read(desk.path(), "distribution.json")).unwrap();
    assert_eq!(pages, filled(&printed));
    let uploads: Value = serde_json::from_str(&read(desk.path(), "uploads.json")).unwrap();
    assert_eq!(uploads["DefaultCacheBehavior"]["ResponseHeadersPolicyId"], "headers-of-uploads");
    assert_eq!(uploads["DefaultCacheBehavior"]["CachePolicyId"], "cache");
    assert_eq!(uploads["DefaultCacheBehavior"]["FunctionAssociations"], json!({ "Quantity": 0 }));
    assert_eq!(uploads["CacheBehaviors"], json!({ "Quantity": 0 }));
    assert_eq!(uploads["Origins"]["Items"][0]["OriginAccessControlId"], "control");
    let asked = read(desk.path(), "asked");
    let arn = "arn:aws:cloudfront::123456789012:distribution";
    assert!(asked.contains(&format!("{arn}/EPAGES")) && asked.contains(&format!("{arn}/EUPLOADS")), "{asked}");
    assert!(!asked.contains("{ACCOUNT}") && !asked.contains("{DISTRIBUTION}"), "{asked}");
}

#[tokio::test]
async fn a_change_takes_names_from_the_distribution_and_leaves_what_was_set_by_hand() {
    let (_site, printed) = printed().await;
    if !has_jq() {
        return;
    }
    let desk = desk(&printed);
    let mut live = filled(&printed);
    live["Comment"] = json!("of last year");
    live["WebACLId"] = json!("arn:firewall");
    live["PriceClass"] = json!("PriceClass_100");
    let out = changed(desk.path(), &live);
    assert!(out.status.success(), "{}", String::from_utf8_lossy(&out.stderr));

    let changed: Value = serde_json::from_str(&read(desk.path(), "distribution.json")).unwrap();
    let mut expected = filled(&printed);
    expected["WebACLId"] = json!("arn:firewall");
    expected["PriceClass"] = json!("PriceClass_100");
    assert_eq!(changed, expected);
    assert_eq!(read(desk.path(), "function.js"), printed["FunctionCode"].as_str().unwrap());
    let update =
        "cloudfront update-distribution --id EPAGES --distribution-config file://distribution.json --if-match E1\n";
    let asked = read(desk.path(), "asked");
    assert!(asked.ends_with(update), "{asked}");
    for policy in
        ["update-cache-policy --id cache --if-match etag", "update-response-headers-policy --id headers-of-pages"]
    {
        assert!(asked.contains(policy), "{policy}: {asked}");
    }
}

#[tokio::test]
async fn a_change_stops_where_the_distribution_lacks_a_name() {
    let (_site, printed) = printed().await;
    if !has_jq() {
        return;
    }
    let desk = desk(&printed);
    let mut live = filled(&printed);
    live["ViewerCertificate"] = json!({ "CloudFrontDefaultCertificate": true });
    let out = changed(desk.path(), &live);
    let said = String::from_utf8_lossy(&out.stderr).into_owned();
    assert!(!out.status.success() && said.contains("certificate"), "{said}");
    let asked = read(desk.path(), "asked");
    assert!(!asked.contains("update-") && !asked.contains("publish-"), "{asked}");
}
