//! Amazon's services as moto plays them, where `make setup` could install it: from Python, in a process of its own.

use std::io::Write;
use std::path::PathBuf;
use std::process::{Command, Stdio};

/// Python with moto, as `.ci/setup` makes it beside the caches of the user.
fn program() -> Option<PathBuf> {
    let cache = std::env::var_os("XDG_CACHE_HOME").map(PathBuf::from);
    let cache = cache.or_else(|| Some(PathBuf::from(std::env::var_os("HOME")?).join(".cache")))?;
    let folder = cache.join("graveyard-python");
    folder.join("ready").exists().then(|| folder.join("bin/python"))
}

/// Runs a script to a good end, with something to read; what it says. `None` where there is no such Python.
pub fn run(script: &str, read: &str) -> Option<String> {
    let mut command = Command::new(program()?);
    command.args(["-c", script]).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    child.stdin.take().unwrap().write_all(read.as_bytes()).unwrap();
    let out = child.wait_with_output().unwrap();
    assert!(out.status.success(), "{}", String::from_utf8_lossy(&out.stderr));
    Some(String::from_utf8(out.stdout).unwrap())
}
