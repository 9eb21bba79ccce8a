//! One visible change of each file of a site.

use std::path::PathBuf;

use generator::files::{File, Files, SiteFiles};

/// Puts a file into a site, in place of the one of this path.
pub fn put(files: &mut SiteFiles, path: &str, text: &str) {
    let file = File { bytes: text.as_bytes().to_vec(), origin: PathBuf::from(path) };
    let (folder, name) = folder(files, path);
    folder.insert(name, file);
}

/// Removes a file.
pub fn remove(files: &mut SiteFiles, path: &str) {
    let (folder, name) = folder(files, path);
    assert!(folder.remove(&name).is_some(), "there is no {path}");
}

/// The text of a file.
pub fn get(files: &SiteFiles, path: &str) -> String {
    let mut files = files.clone();
    let (folder, name) = folder(&mut files, path);
    String::from_utf8_lossy(&folder[&name].bytes).into_owned()
}

fn folder<'a>(files: &'a mut SiteFiles, path: &str) -> (&'a mut Files, String) {
    let (folder, name) = path.split_once('/').unwrap();
    let files = match folder {
        "content" => &mut files.content,
        "templates" => &mut files.templates,
        _ => &mut files.statics,
    };
    (files, name.to_owned())
}

/// The paths of all files that may show in pages.
pub fn paths(files: &SiteFiles) -> Vec<String> {
    let folders = [("content", &files.content), ("templates", &files.templates), ("static", &files.statics)];
    folders.iter().flat_map(|(folder, files)| files.keys().map(move |name| format!("{folder}/{name}"))).collect()
}

/// Changes a file so that it shows: `mark` is new on the site.
pub fn change(files: &mut SiteFiles, path: &str, mark: &str) {
    if path.ends_with(".png") {
        let (folder, name) = folder(files, path);
        folder.get_mut(&name).unwrap().bytes.extend(mark.as_bytes());
        return;
    }
    let text = get(files, path);
    let changed = match path.rsplit_once('.').unwrap().1 {
        "css" => format!("{text}\n.{mark} {{ color: red }}\n"),
        "js" => format!("{text}\nconsole.log(\"{mark}\");\n"),
        "svg" => text.replace("</svg>", &format!("<title>{mark}</title></svg>")),
        "ftl" => format!("{text}\nhome-title = {mark}\nnews-title = {mark}\n"),
        "toml" if path.starts_with("content/kinds/") => {
            let (is, other) = if text.contains("rated = true") { ("true", "false") } else { ("false", "true") };
            let text = text.replace(&format!("rated = {is}"), &format!("rated = {other}"));
            text.replace("label = \"", &format!("label = \"{mark} "))
        }
        "toml" => text.replacen(" = \"", &format!(" = \"{mark} "), 1),
        "md" => format!("{text}\n{mark}\n"),
        _ => in_template(&text, mark),
    };
    assert!(changed != text, "{path} is as it was");
    put(files, path, &changed);
}

/// Says `mark` wherever a template may print: in blocks and macros, which may be all that is printed of it, and at its
/// end.
fn in_template(text: &str, mark: &str) -> String {
    let mut changed = String::new();
    for piece in text.split_inclusive("%}") {
        changed.push_str(piece);
        let tag = piece.rfind("{%").map_or("", |at| piece[at + 2..].trim_start_matches('-').trim_start());
        if tag.starts_with("block main %") || tag.starts_with("macro ") {
            changed.push_str(mark);
        }
    }
    changed + mark
}
