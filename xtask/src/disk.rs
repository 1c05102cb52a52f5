//! How much room is left, so that a full disk is named and not guessed from how a linker ended.

use crate::process::output;
use crate::workspace::command;

/// What a build of everything with its tests takes from nothing, tools and browsers with it, in GB;
/// `.ci/run`, which keeps less, takes 6.
const NEEDED: f64 = 10.0;

/// Says how much is free where that may be too little.
pub fn warn() {
    if let Some(free) = free()
        && free < NEEDED
    {
        println!(
            "! {free:.1} GB free on this disk; all of it from nothing takes up to {NEEDED:.0}"
        );
    }
}

/// Free space where the project lies, in GB; nothing where `df` is not there or says something else.
fn free() -> Option<f64> {
    parse(&output(command("df").args(["-Pk", "."])).ok()?)
}

/// Reads the table that POSIX describes for `df -Pk`: size, used and available, in KiB.
fn parse(table: &str) -> Option<f64> {
    let row = table.lines().nth(1)?;
    let kibibytes: f64 = row.split_whitespace().nth(3)?.parse().ok()?;
    Some(kibibytes * 1024.0 / 1e9)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn available_is_read_and_not_used() {
        let table = "Filesystem 1024-blocks Used Available Capacity Mounted on\n\
                     /dev/sda1 200000000 1000000 50000000 2% /\n";
        assert_eq!(parse(table), Some(51.2));
        assert_eq!(parse(""), None);
        assert_eq!(parse("a\nb c d -"), None);
    }
}
