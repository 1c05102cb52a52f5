//! On what the figures were taken, and how busy it was.

use std::fs;

use anyhow::Result;

use crate::{process::output, workspace::command};

/// The machine as it stands in the table.
pub struct Machine {
    /// Model of the processor.
    pub processor: String,
    /// Processors that may be used.
    pub n_processors: usize,
    /// Load average over one minute before anything was measured.
    pub load_before: String,
    /// Day, commit.
    pub when: String,
}

impl Machine {
    /// One line for the terminal and the table.
    pub fn line(&self) -> String {
        format!(
            "{}, {} processors; load average before: {}, now: {}; {}",
            self.processor,
            self.n_processors,
            self.load_before,
            load_average(),
            self.when
        )
    }
}

/// Looks at the machine.
pub fn describe() -> Result<Machine> {
    let cpuinfo = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = cpuinfo
        .lines()
        .find_map(|line| line.strip_prefix("model name")?.split_once(": "))
        .map_or("unknown processor", |(_, model)| model);
    let day = output(command("date").args(["-u", "+%Y-%m-%d %H:%M UTC"]))?;
    let commit = output(command("git").args(["rev-parse", "--short", "HEAD"])).unwrap_or_default();
    Ok(Machine {
        processor: model.to_owned(),
        n_processors: std::thread::available_parallelism()?.get(),
        load_before: load_average(),
        when: format!("{}, commit {}", day.trim(), commit.trim()),
    })
}

/// Load average over one minute.
pub fn load_average() -> String {
    fs::read_to_string("/proc/loadavg")
        .ok()
        .and_then(|text| text.split(' ').next().map(str::to_owned))
        .unwrap_or_else(|| "unknown".into())
}
