//! nginx before a folder or a bucket.

use std::fmt::Write;

use super::{Front, INTERNAL, Pages, query_pattern};
use crate::store::CacheClass;

pub(super) fn rules(front: &Front<'_>) -> String {
    let mut sidecars = String::new();
    for (host, port) in &front.sidecars {
        // One that is just restarted is asked again at once.
        let _ = writeln!(sidecars, "    server {host}:{port} max_fails=0;");
    }
    let mut headers = String::new();
    for (name, value) in front.headers() {
        // Writing into a string cannot fail.
        let _ = writeln!(headers, "        add_header {name} \"{value}\" always;");
    }
    let mut redirects = String::new();
    for (path, to) in front.redirects() {
        let _ = writeln!(
            redirects,
            "    location = {path} {{\n{headers}        add_header Cache-Control \"no-store\";\n        return 301 {to};\n    }}\n"
        );
    }
    let immutable = CacheClass::Immutable.cache_control();
    let pages = front.site.cdn.page_class().cache_control();
    let (root, asset, folder, file) = match &front.pages {
        Pages::Folder(root) => (
            format!("    root {};\n", root.display()),
            format!("        add_header Cache-Control \"{immutable}\";\n        try_files $uri =404;\n"),
            format!("        add_header Cache-Control \"{pages}\";\n        try_files ${{uri}}index.html @sidecar;\n"),
            format!("        add_header Cache-Control \"{pages}\";\n        try_files $uri @sidecar;\n"),
        ),
        Pages::Server { host, port, prefix } => {
            let ask = format!(
                "        proxy_pass http://{host}:{port};\n        proxy_set_header Host {host}:{port};\n        \
                 proxy_hide_header x-amz-request-id;\n        proxy_hide_header x-amz-id-2;\n"
            );
            let missing = "        proxy_intercept_errors on;\n        error_page 403 404 418 = @sidecar;\n";
            (
                String::new(),
                format!("        rewrite ^ {prefix}$uri break;\n{ask}"),
                format!("{missing}        rewrite ^ {prefix}${{uri}}index.html break;\n{ask}"),
                format!("{missing}        rewrite ^ {prefix}$uri break;\n{ask}"),
            )
        }
    };
    let not_found = match &front.pages {
        Pages::Folder(_) => String::new(),
        Pages::Server { host, port, prefix } => format!(
            "        rewrite ^ {prefix}/404.html break;\n        proxy_pass http://{host}:{port};\n        \
             proxy_set_header Host {host}:{port};\n"
        ),
    };
    format!(
        r#"# Printed by `generator routes --format nginx`: include it within http {{ }}.
map $args $graveyard_asks_sidecar {{
    default 0;
    "~(?:^|&)(?:amp;)?(?:{query})=" 1;
}}

upstream graveyard_sidecar {{
{sidecars}    keepalive 16;
}}

server {{
    listen {listen};
    server_name {host};
{root}    charset utf-8;
    charset_types text/html text/css text/plain text/xml application/xml application/rss+xml application/atom+xml application/javascript text/javascript application/json image/svg+xml;
    absolute_redirect off;
    client_max_body_size 32m;
    proxy_http_version 1.1;
    # Origin and Sec-Fetch-Site go on to the sidecar as they come.
    error_page 418 = @sidecar;
    # What no file answers goes to the sidecar, and with that down to the page that says so.
    recursive_error_pages on;

    # Members' rooms and their files.
    location ~ ^/(?:{rooms})(?:/|$) {{
        proxy_pass http://graveyard_sidecar;
        proxy_set_header Host $http_host;
        proxy_set_header Connection "";
        proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
        proxy_set_header X-Forwarded-Proto $scheme;
    }}

    location ~ ^/(?:{internal})(?:/|$) {{
        return 404;
    }}

    # Nobody's business.
    location ~ /\.(?!well-known/) {{
        return 404;
    }}

    location ^~ /assets/ {{
{headers}{asset}    }}

    # Old addresses of site.toml.
{redirects}    location ~ /$ {{
        if ($graveyard_asks_sidecar) {{
            return 418;
        }}
        if ($request_method !~ ^(?:GET|HEAD)$) {{
            return 418;
        }}
{headers}{folder}    }}

    location / {{
        if ($graveyard_asks_sidecar) {{
            return 418;
        }}
        if ($request_method !~ ^(?:GET|HEAD)$) {{
            return 418;
        }}
{headers}{file}    }}

    # What is no file may be an old address, or has another slug now; with the sidecar down it is just not there.
    location @sidecar {{
        # As it was asked for, whatever it was rewritten to.
        proxy_pass http://graveyard_sidecar$request_uri;
        proxy_set_header Host $http_host;
        proxy_set_header Connection "";
        proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
        proxy_set_header X-Forwarded-Proto $scheme;
        proxy_intercept_errors off;
        error_page 502 504 =404 /404.html;
    }}

    location = /404.html {{
{headers}{not_found}    }}
}}
"#,
        query = query_pattern(),
        listen = front.listen,
        host = front.host().split(':').next().unwrap_or_default(),
        rooms = front.rooms_pattern(),
        internal = INTERNAL.join("|"),
    )
}
