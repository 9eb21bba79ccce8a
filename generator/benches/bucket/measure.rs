//! Programs that are timed, with the greatest memory that each had.

use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// How often a program's memory is looked at.
const LOOK_PAUSE: Duration = Duration::from_millis(10);

pub struct Measured {
    pub time: Duration,
    pub peak_kilobytes: u64,
    /// What it said.
    pub said: String,
}

impl Measured {
    pub fn cell(&self) -> String {
        format!("{:.2} s, {} MB", self.time.as_secs_f64(), self.peak_kilobytes / 1_000)
    }
}

/// Runs a program to an end that has to be a good one.
pub fn run(command: &mut Command) -> anyhow::Result<Measured> {
    let said = tempfile::tempfile()?;
    command.stdin(Stdio::null()).stdout(said.try_clone()?).stderr(said.try_clone()?);
    let begun = Instant::now();
    let mut child = command.spawn()?;
    let mut peak_kilobytes = 0;
    let status = loop {
        peak_kilobytes = peak_kilobytes.max(peak(child.id()));
        match child.try_wait()? {
            Some(status) => break status,
            None => std::thread::sleep(LOOK_PAUSE),
        }
    };
    let time = begun.elapsed();
    let said = read(said)?;
    anyhow::ensure!(status.success(), "{command:?} ended with {status}: {said}");
    Ok(Measured { time, peak_kilobytes, said })
}

fn read(mut file: std::fs::File) -> anyhow::Result<String> {
    use std::io::{Read, Seek};
    let mut text = String::new();
    file.rewind()?;
    file.read_to_string(&mut text)?;
    Ok(text)
}

/// The greatest memory so far of a process, in kilobytes; Linux says it.
fn peak(pid: u32) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.and_then(|line| line.split_whitespace().next()?.parse().ok()).unwrap_or(0)
}
