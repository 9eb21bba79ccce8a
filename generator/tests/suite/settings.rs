//! The environment.

use std::collections::BTreeMap;

use generator::settings::Settings;

fn read(variables: &[(&str, &str)]) -> Result<Settings, String> {
    let variables: BTreeMap<_, _> = variables.iter().copied().collect();
    Settings::from_variables(|name| variables.get(name).map(|value| (*value).to_owned()))
        .map_err(|error| error.to_string())
}

#[test]
fn unset_is_the_embedded_default() {
    let settings = read(&[("OUTPUT", "  ")]).unwrap();
    assert_eq!(settings.database_url, "sqlite://output/graveyard.db");
    assert_eq!(settings.output.to_str(), Some("output/site"));
    assert_eq!(settings.uploads.to_str(), Some("output/uploads"));
    assert_eq!((settings.site_url.as_str(), settings.uploads_url.as_str()), ("http://localhost:8000", "/uploads"));
}

#[test]
fn parts_of_a_database_address_are_put_together() {
    let parts =
        [("DB_HOST", "db.example.org"), ("DB_NAME", "club"), ("DB_USERNAME", "ann"), ("DB_PASSWORD", "p@ss/word")];
    assert_eq!(read(&parts).unwrap().database_url, "postgres://ann:p%40ss%2Fword@db.example.org:5432/club");
    assert_eq!(read(&parts[..1]).unwrap_err(), "DB_NAME: is needed where DB_HOST is set");
    assert_eq!(read(&parts[1..]).unwrap_err(), "DB_HOST: is needed where DB_NAME is set");
}

#[test]
fn the_site_is_called_what_browsers_call_it() {
    for (url, expected) in [
        ("https://example.org:443", "https://example.org"),
        ("http://Example.org:80/", "http://example.org"),
        ("https://example.org:8443", "https://example.org:8443"),
        ("https://dračídoupě.cz", "https://xn--dradoup-9ya10a3e.cz"),
        ("http://[::1]:8000", "http://[::1]:8000"),
    ] {
        assert_eq!(read(&[("SITE_URL", url)]).unwrap().site_url, expected);
    }
}

#[test]
fn a_wrong_value_is_named() {
    for (name, value, expected) in [
        ("SITE_URL", "example.org", "SITE_URL: `example.org` is no address such as https://www.example.org"),
        ("SITE_URL", "https://example.org/club", "SITE_URL: `https://example.org/club` must end with the host"),
        ("SITE_URL", "https://ann:secret@example.org", "must be the host alone"),
        ("SITE_URL", "https://example.org?a=b", "must be the host alone"),
        ("SITE_URL", "https://example.org:port", "invalid port number"),
        ("UPLOADS_URL", "ftp://x", "UPLOADS_URL: `ftp://x` is no address"),
        (
            "OUTPUT",
            "s3://b",
            "OUTPUT: `s3://b` is no address such as s3://bucket or s3://bucket/folder: a bucket's name is",
        ),
        ("OUTPUT", "https://bucket/x", "OUTPUT: `https://bucket/x` is no address such as s3://bucket"),
        ("OUTPUT", "s3://bucket/a/../b", "OUTPUT: `s3://bucket/a/../b` is no address such as s3://bucket"),
        ("UPLOADS", "gs://bucket", "UPLOADS: `gs://bucket` is no address such as s3://bucket or s3://bucket/folder"),
        ("SITE", "s3://bucket", "SITE: `s3://bucket` is no folder"),
        (
            "UPLOADS",
            "output/site/uploads",
            "UPLOADS: output/site/uploads is within OUTPUT, where what belongs to no page",
        ),
    ] {
        let error = read(&[(name, value)]).unwrap_err();
        assert!(error.contains(expected), "{error}");
    }
}

#[test]
fn uploads_may_be_in_a_bucket_beside_the_pages_and_not_among_them() {
    let uploads = |output: &str, uploads: &str| read(&[("OUTPUT", output), ("UPLOADS", uploads)]);
    for (output, place) in [
        ("output/site", "s3://club/uploads"),
        ("s3://club/site", "s3://club/uploads"),
        ("s3://club/site", "s3://club/site-uploads"),
        ("s3://club/site", "s3://other"),
        ("s3://club/site", "output/uploads"),
    ] {
        let read = uploads(output, place).unwrap();
        assert_eq!((read.output.to_str(), read.uploads.to_str()), (Some(output), Some(place)));
    }
    for (output, place) in
        [("s3://club", "s3://club/uploads"), ("s3://club/site", "s3://club/site/u"), ("s3://club/a", "s3://club/a/")]
    {
        let error = uploads(output, place).unwrap_err();
        assert!(error.contains("is within OUTPUT"), "{output} {place}: {error}");
    }
}

#[test]
fn on_heroku_the_database_is_asked_with_tls_alone() {
    let url = ("DATABASE_URL", "postgres://ann@db.example.org/club");
    assert_eq!(read(&[url]).unwrap().database_url, url.1);
    let dyno = ("DYNO", "web.1");
    assert_eq!(read(&[url, dyno]).unwrap().database_url, "postgres://ann@db.example.org/club?sslmode=require");
    let own = ("DATABASE_URL", "postgres://ann@db.example.org/club?sslmode=verify-full");
    assert_eq!(read(&[own, dyno]).unwrap().database_url, own.1);
    let other = ("DATABASE_URL", "postgres://ann@db.example.org/club?connect_timeout=3");
    assert!(read(&[other, dyno]).unwrap().database_url.ends_with("?connect_timeout=3&sslmode=require"));
}
