//! Files to be downloaded: what they are their content tells, and browsers save them and show none.

use axum::http::{StatusCode, header};
use chrono::TimeDelta;
use generator::model::Role;
use sidecar::uploads::DOCUMENT_BYTES_MAX;

use super::{NEW_DOWNLOAD, approve, private};
use crate::harness::{ENGINES, TestApp};

#[tokio::test]
async fn downloads_are_told_by_their_content_and_only_saved() {
    for engine in ENGINES {
        let app = TestApp::demo_on(engine).await;
        let mut author = app.member("Fénix", Role::Member).await;
        let fields = [("title", "Deník"), ("a_format", "PDF"), ("do", "submit")];
        let html = b"<!doctype html><script>alert(1)</script>".as_slice();
        let large = vec![b'x'; usize::try_from(DOCUMENT_BYTES_MAX).unwrap() + 1];
        for (name, bytes, fault) in [
            ("denik.pdf", html, "Takový soubor tu ke stažení nenabízíme."),
            (
                "denik.pdf",
                b"\x7fELF\x02\x01\x01\0\0\0\0\0\0\0\0\0".as_slice(),
                "Takový soubor tu ke stažení nenabízíme.",
            ),
            ("denik.pdf", b"".as_slice(), "Soubor je prázdný."),
            ("denik.pdf", large.as_slice(), "Soubor je moc velký: vejde se 30 MB."),
        ] {
            let sent = author.post_files(NEW_DOWNLOAD, &fields, &[("a_file", name, bytes)]).await;
            assert_eq!(sent.status, StatusCode::UNPROCESSABLE_ENTITY, "{fault}: {}", sent.body);
            assert!(sent.body.contains(fault), "{fault}: {}", sent.body);
        }
        app.pass(TimeDelta::hours(1));
        let pdf = b"%PDF-1.7\n1 0 obj\nendobj\n".as_slice();
        let sent = author.post_files(NEW_DOWNLOAD, &fields, &[("a_file", "../../Deník postavy.html", pdf)]).await;
        assert_eq!(sent.status, StatusCode::SEE_OTHER, "{}", sent.body);
        let shown = author.get(sent.location().split('?').next().unwrap()).await;
        assert!(shown.body.contains("čeká na redakci"), "{}", shown.body);
        let mut tx = app.opened.db.snapshot().await.unwrap();
        let works = generator::db::submissions::of_member(&mut tx, generator::model::MemberId(6), 0, 1).await.unwrap();
        drop(tx);
        let attributes: serde_json::Value = serde_json::from_str(&works[0].attributes).unwrap();
        let path = attributes["file"].as_str().unwrap();
        assert!(path.starts_with("u/") && path.ends_with("/denik-postavy.pdf"), "{path}");
        assert_eq!(attributes["size"], pdf.len());
        let got = author.get(&private(path)).await;
        assert_eq!((got.status, got.bytes.as_slice()), (StatusCode::OK, pdf));
        assert_eq!(got.header(header::CONTENT_DISPOSITION), "attachment; filename=\"denik-postavy.pdf\"");
        approve(&app, works[0].id).await;
        let public = author.get(&format!("/uploads/{path}")).await;
        assert_eq!((public.status, public.bytes.as_slice()), (StatusCode::OK, pdf));
        assert_eq!(public.header(header::CONTENT_DISPOSITION), "attachment; filename=\"denik-postavy.pdf\"");
        assert_eq!(public.header(header::CONTENT_TYPE), "application/pdf");
        assert!(public.header(header::CONTENT_SECURITY_POLICY).contains("sandbox"));
    }
}
