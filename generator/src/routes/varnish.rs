//! Varnish before a bucket's endpoint or any server of the pages. It keeps one copy of a page, whatever its query, so that
//! one PURGE ends it.

use std::fmt::Write;

use super::{CONTENT_POLICY, Front, INTERNAL, Pages, query_pattern};

pub(super) fn rules(front: &Front<'_>) -> Result<String, String> {
    let Pages::Server { host, port, prefix } = &front.pages else {
        return Err("Varnish reads no folder: say with --pages which server has the pages".to_owned());
    };
    let (sidecar, sidecar_port) = front.sidecar()?;
    let mut headers = String::new();
    for (name, value) in front.headers() {
        let set = format!("set resp.http.{name} = \"{value}\";");
        // Writing into a string cannot fail.
        let _ = match name {
            CONTENT_POLICY => writeln!(headers, "        if (!resp.http.{name}) {{ {set} }}"),
            _ => writeln!(headers, "        {set}"),
        };
    }
    let mut redirects = String::new();
    for (path, to) in front.redirects() {
        // Such paths are letters, digits, dashes and slashes.
        let _ = write!(
            redirects,
            "    if (req.url ~ \"^{path}(\\?|$)\") {{\n        set req.http.X-Graveyard-To = \"{to}\";\n        \
             return (synth(750, \"Moved\"));\n    }}\n"
        );
    }
    Ok(format!(
        r#"# Printed by `generator routes --format varnish`.
vcl 4.1;

backend pages {{
    .host = "{host}";
    .port = "{port}";
}}

backend sidecar {{
    .host = "{sidecar}";
    .port = "{sidecar_port}";
    .first_byte_timeout = 60s;
}}

# Who may purge: put the machines of sidecars and of `generator build` here.
acl purgers {{
    "127.0.0.1";
    "::1";
}}

sub vcl_recv {{
    if (req.restarts > 0) {{
        set req.backend_hint = sidecar;
        return (pass);
    }}
    unset req.http.X-Graveyard;
    if (req.method == "PURGE") {{
        if (client.ip !~ purgers) {{
            return (synth(405, "Not allowed"));
        }}
        return (purge);
    }}
    if (req.url ~ "^/({internal})(/|\?|$)" || req.url ~ "/\.(?!well-known/)") {{
        return (synth(404, "Not found"));
    }}
    unset req.http.X-Graveyard-To;
    # Old addresses of site.toml.
{redirects}    # Members' rooms, what is sent, and queries that old addresses have.
    if (req.url ~ "^/({rooms})(/|\?|$)" || req.method !~ "^(GET|HEAD)$" || req.url ~ "[?&](amp;)?({query})=") {{
        set req.backend_hint = sidecar;
        return (pass);
    }}
    set req.backend_hint = pages;
    set req.http.X-Graveyard = "pages";
    set req.http.X-Graveyard-Url = req.url;
    unset req.http.Cookie;
    unset req.http.Authorization;
    # Somebody who has just posted sees it at once.
    if (req.url ~ "[?&]fresh=") {{
        set req.url = regsub(req.url, "\?.*$", "");
        return (pass);
    }}
    set req.url = regsub(req.url, "\?.*$", "");
    return (hash);
}}

# One copy, by whatever name the site is asked for: one PURGE ends it.
sub vcl_hash {{
    hash_data(req.url);
    return (lookup);
}}

sub vcl_backend_fetch {{
    if (bereq.http.X-Graveyard == "pages") {{
        set bereq.http.Host = "{host}:{port}";
        set bereq.url = "{prefix}" + regsub(bereq.url, "/$", "/index.html");
    }}
    unset bereq.http.X-Graveyard-Url;
}}

sub vcl_backend_response {{
    if (bereq.http.X-Graveyard == "pages") {{
        if (beresp.status == 403 || beresp.status == 404) {{
            set beresp.uncacheable = true;
            set beresp.ttl = 0s;
        }}
        unset beresp.http.Set-Cookie;
        # What is purged is not to come back from its last breath.
        set beresp.grace = 0s;
        return (deliver);
    }}
    if (bereq.http.X-Graveyard == "missing" && bereq.retries > 0) {{
        set beresp.status = 404;
        set beresp.uncacheable = true;
        return (deliver);
    }}
}}

sub vcl_backend_error {{
    # The sidecar is down: what it might have known is just not there.
    if (bereq.http.X-Graveyard == "missing" && bereq.retries == 0) {{
        set bereq.backend = pages;
        set bereq.http.Host = "{host}:{port}";
        set bereq.url = "{prefix}/404.html";
        return (retry);
    }}
}}

sub vcl_synth {{
    if (resp.status == 750) {{
        set resp.status = 301;
        set resp.reason = "Moved Permanently";
        set resp.http.Location = req.http.X-Graveyard-To;
        set resp.http.Cache-Control = "no-store";
{headers}        return (deliver);
    }}
}}

sub vcl_deliver {{
    if (req.http.X-Graveyard == "pages" && (resp.status == 403 || resp.status == 404)) {{
        # An old address, perhaps, or another slug.
        set req.url = req.http.X-Graveyard-Url;
        set req.http.X-Graveyard = "missing";
        return (restart);
    }}
    if (req.http.X-Graveyard) {{
{headers}    }}
    unset resp.http.X-Varnish;
    unset resp.http.Via;
}}
"#,
        internal = INTERNAL.join("|"),
        rooms = front.rooms_pattern(),
        query = query_pattern(),
    ))
}
