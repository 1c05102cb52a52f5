//! What the test programs report, added up from their output.
//!
//! A test that wants real data prints one line: `real data: NAME` where it ran on them, and
//! `skipped: real data not present` where it could not.

use std::collections::BTreeSet;
use std::env;
use std::path::PathBuf;

use anyhow::{Result, ensure};

use crate::workspace::root;

const RAN: &str = "real data: ";
const SKIPPED: &str = "skipped: real data not present";

/// Numbers of tests.
#[derive(Default)]
pub struct Counts {
    passed: u64,
    failed: u64,
    /// By name: one test may read several files.
    ran_on_real_data: BTreeSet<String>,
    skipped_real_data: u64,
}

/// Whether a line says that a test ran on real data, or could not.
pub fn is_about_real_data(line: &str) -> bool {
    let line = line.trim_start_matches("# ").trim();
    line.starts_with(RAN) || line.starts_with(SKIPPED)
}

impl Counts {
    /// Takes in one line of `cargo test` or `node --test`.
    pub fn read(&mut self, line: &str) {
        let line = line.trim_start_matches("# ").trim();
        if let Some(test) = line.strip_prefix(RAN) {
            self.ran_on_real_data.insert(test.to_owned());
        } else if line.starts_with(SKIPPED) {
            self.skipped_real_data += 1;
        } else if line.starts_with("test result:") {
            self.passed += number_before(line, " passed");
            self.failed += number_before(line, " failed");
        } else if let Some(number) = line.strip_prefix("ℹ pass ") {
            self.passed += number.parse().unwrap_or(0);
        } else if let Some(number) = line.strip_prefix("ℹ fail ") {
            self.failed += number.parse().unwrap_or(0);
        }
    }

    /// Prints the numbers; the last line is what scripts read.
    pub fn print(&self) {
        println!(
            "real-data tests: {} ran, {} skipped",
            self.ran_on_real_data.len(),
            self.skipped_real_data
        );
        println!("{} passed, {} failed", self.passed, self.failed);
    }

    /// Where the real data are, no test may have skipped them.
    pub fn check_real_data(&self) -> Result<()> {
        let Some(folder) = real_data() else {
            return Ok(());
        };
        ensure!(
            self.skipped_real_data == 0,
            "{} tests skipped real data although {} is there",
            self.skipped_real_data,
            folder.display()
        );
        Ok(())
    }
}

/// The folder of real data: `$CUVETTE_DATA`, or `shared/data` beside the repository.
fn real_data() -> Option<PathBuf> {
    let named = env::var_os("CUVETTE_DATA").map(PathBuf::from);
    let beside = root().join("../shared/data");
    named
        .into_iter()
        .chain([beside])
        .find(|folder| folder.is_dir())
}

/// The number that stands before a word, or 0.
fn number_before(line: &str, word: &str) -> u64 {
    let before = line.split(word).next().unwrap_or_default();
    let digits = before.rsplit(' ').next().unwrap_or_default();
    digits.parse().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cargo_and_node_are_added_up() {
        let mut counts = Counts::default();
        for line in [
            "test result: ok. 19 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out",
            "test result: FAILED. 3 passed; 2 failed; 0 ignored",
            "ℹ pass 52",
            "ℹ fail 1",
            "real data: kemmeren against zev",
            "real data: kemmeren against zev",
            "skipped: real data not present (yeast/a.tsv)",
        ] {
            counts.read(line);
        }
        assert_eq!((counts.passed, counts.failed), (74, 3));
        assert_eq!(
            (counts.ran_on_real_data.len(), counts.skipped_real_data),
            (1, 1)
        );
    }
}
