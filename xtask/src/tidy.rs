//! The invariants of `docs/architecture.md` that can be read off the tree.
//!
//! `cargo xtask tidy` prints what breaks them; the tests below fail with the same lines, so that
//! `cargo test` knows them too.

mod dependencies;
mod golden;
mod rules;
mod source;

use anyhow::{Result, bail};

use source::Source;

/// Checks everything, prints the longest files, and fails with every finding.
pub fn run() -> Result<()> {
    let sources = source::read_all()?;
    let mut findings = rules::findings(&sources);
    findings.extend(golden::findings(&sources)?);
    findings.extend(dependencies::findings()?);
    print_longest(&sources);
    for finding in &findings {
        println!("! {finding}");
    }
    if !findings.is_empty() {
        bail!("{} findings", findings.len());
    }
    println!("tidy: {} files, no findings", sources.len());
    Ok(())
}

/// The ten longest Rust files without their tests; 250 lines are the aim, 400 call for a look.
fn print_longest(sources: &[Source]) {
    let mut lengths: Vec<(usize, &str)> = sources
        .iter()
        .filter(|source| source.is_rust() && !source.is_test())
        .map(|source| (source.code_lines().count(), source.path.as_str()))
        .collect();
    lengths.sort_by(|a, b| b.cmp(a));
    println!("longest files, lines without tests:");
    for (length, path) in lengths.iter().take(10) {
        println!("{length:>6}  {path}");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tree_keeps_the_invariants() {
        let sources = source::read_all().unwrap();
        assert_eq!(rules::findings(&sources), Vec::<String>::new());
    }

    #[test]
    fn every_golden_file_is_read_by_a_test() {
        let sources = source::read_all().unwrap();
        assert_eq!(golden::findings(&sources).unwrap(), Vec::<String>::new());
    }

    #[test]
    fn crates_depend_on_each_other_in_the_agreed_directions() {
        assert_eq!(dependencies::findings().unwrap(), Vec::<String>::new());
    }
}
