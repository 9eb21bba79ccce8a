//! Amazon's services as moto plays them, and bugsink, which takes what Sentry would, where `make setup` could install them:
//! from Python, in processes of their own.

use std::io::{BufRead, BufReader, Write};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::Duration;

use crate::harness::where_it_is;

/// A whole server of Sentry's kind makes its database before it says anything, on a machine that is busy with others.
const PATIENCE: Duration = Duration::from_secs(180);

/// Python with both, as `.ci/setup` makes it beside the caches of the user; see [`where_it_is`].
fn program() -> Option<PathBuf> {
    let cache = std::env::var_os("XDG_CACHE_HOME").map(PathBuf::from);
    let cache = cache.or_else(|| Some(PathBuf::from(std::env::var_os("HOME")?).join(".cache")));
    let folder = cache.map(|cache| cache.join("graveyard-python")).filter(|folder| folder.join("ready").exists());
    where_it_is(folder.map(|folder| folder.join("bin/python")), "Python with moto and bugsink is not installed")
}

/// Runs a script to a good end, with something to read; what it says. `None` where there is no such Python.
pub fn run(script: &str, read: &str) -> Option<String> {
    let mut command = Command::new(program()?);
    command.args(["-c", script]).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    // Where it has ended before it read, what it says is the reason.
    let _ = child.stdin.take().unwrap().write_all(read.as_bytes());
    let out = child.wait_with_output().unwrap();
    assert!(out.status.success(), "{}", String::from_utf8_lossy(&out.stderr));
    Some(String::from_utf8(out.stdout).unwrap())
}

/// A script that goes on until it is dropped, and says a line for each that it is told.
pub struct Talking {
    child: Child,
    said: Receiver<String>,
}

impl Drop for Talking {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Talking {
    /// `None` where there is no such Python.
    pub fn start(script: &str, argument: &str) -> Option<Talking> {
        let mut command = Command::new(program()?);
        command.args(["-c", script, argument]).stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let (sender, said) = channel();
        std::thread::spawn(move || lines.map_while(Result::ok).try_for_each(|line| sender.send(line)));
        Some(Talking { child, said })
    }

    /// The next line that it says.
    pub fn line(&mut self) -> String {
        match self.said.recv_timeout(PATIENCE) {
            Ok(line) => line.trim_end().to_owned(),
            Err(RecvTimeoutError::Disconnected) => panic!("it ends: what it said is above"),
            Err(RecvTimeoutError::Timeout) => panic!("it says nothing for {PATIENCE:?}"),
        }
    }

    /// Has it answer.
    pub fn asked(&mut self) -> String {
        writeln!(self.child.stdin.as_mut().unwrap()).unwrap();
        self.line()
    }
}
