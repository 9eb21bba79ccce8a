//! Index documents that are no files.

use super::check_on_both;

/// A function of CloudFront's makes these of folders before it asks the bucket, and then the sidecar.
#[tokio::test]
async fn an_index_document_that_is_no_file_is_asked_for_as_its_folder() {
    check_on_both(&[
        ("/index.html", "200"),
        ("/rubriky/clanky/index.html", "200"),
        ("/rubriky/clanky/9-jinak/index.html", "301 page creation/clanky/9"),
        // A page that refreshes, which is a file.
        ("/rss/forum/index.html", "200"),
        ("/posta/index.html", "503"),
        ("/chat/index.html", "410"),
        ("/rubriky/clanky/99999-nic/index.html", "404"),
        ("/rubriky/clanky/9-jinak/noindex.html", "404"),
    ])
    .await;
}
