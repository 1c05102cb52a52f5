//! `cargo xtask bench`: ours beside a peer, on the same generated input, in one run.
//!
//! Every contestant is a process (or a page in a browser) that keeps its input in memory and does
//! one task when told. The harness goes round all of them, again and again, so that a busy moment of
//! the machine meets everyone; it compares the answers before it believes a time.

mod contestant;
mod input;
mod machine;
mod native;
mod page;
mod peers;
mod report;
mod rows;
mod rows_of_cells;
mod rows_of_forests;
mod server;
mod warm;
mod webdriver;

use std::collections::BTreeMap;

use anyhow::{Result, bail};

use contestant::Contestant;
use rows::{Entry, Row, Who};

/// Browsers that are measured unless fewer are asked for; peers are held against the first.
const BROWSERS: [&str; 3] = ["chromium", "firefox", "webkit"];

/// Times that every task is done; the median counts.
const N_ROUNDS: usize = 7;

/// What one contestant needed for one row.
#[derive(Clone, Default)]
pub struct Measured {
    /// Seconds of each round.
    pub seconds: Vec<f64>,
    /// Most memory that the first round took beyond what was held before it; 0 where unknown.
    pub peak_bytes: u64,
    /// What came out, for comparison.
    pub answer: Vec<f64>,
    /// Why there is no time.
    pub trouble: Option<String>,
}

/// Options of the command.
pub struct Options {
    /// Only the row of this name, or where none has it, those whose name starts so; empty for all.
    pub only: String,
    /// Rounds.
    pub n_rounds: usize,
    /// Browsers to start.
    pub browsers: Vec<String>,
}

impl Options {
    /// From the words after `cargo xtask bench`.
    pub fn from_words(words: &[String]) -> Result<Self> {
        let mut options = Self {
            only: String::new(),
            n_rounds: N_ROUNDS,
            browsers: BROWSERS.map(String::from).to_vec(),
        };
        let mut words = words.iter();
        while let Some(word) = words.next() {
            let value = words.next().map_or("", String::as_str);
            match (word.as_str(), value) {
                (_, "") => bail!("`{word}` wants a value"),
                ("--only", name) => options.only = name.into(),
                ("--rounds", n) => options.n_rounds = n.parse()?,
                ("--browsers", "none") => options.browsers.clear(),
                ("--browsers", names) => {
                    options.browsers = names.split(',').map(String::from).collect();
                }
                _ => bail!("unknown option `{word}`; there are --only, --rounds and --browsers"),
            }
        }
        Ok(options)
    }
}

/// Measures the rows, prints the table, and writes it to `bench-results/` and `docs/benchmarks.md`.
pub fn run(options: &Options) -> Result<()> {
    let mut rows = rows::all(&options.browsers);
    if rows.iter().any(|row| row.name == options.only) {
        rows.retain(|row| row.name == options.only);
    } else {
        rows.retain(|row| row.name.starts_with(&options.only));
    }
    if rows.is_empty() {
        bail!("no row starts with {:?}", options.only);
    }
    let machine = machine::describe()?;
    println!("{}", machine.line());
    let inputs = input::prepare(!options.browsers.is_empty())?;
    peers::install()?;
    let mut results = BTreeMap::new();
    for (index, row) in rows.iter().enumerate() {
        results.insert(index, measure(row, &inputs, options.n_rounds));
    }
    report::write(&rows, &results, &machine)
}

/// Goes round the contestants of one row.
fn measure(row: &Row, inputs: &input::Inputs, n_rounds: usize) -> Vec<Measured> {
    println!("\n{}", row.title);
    let mut measured = vec![Measured::default(); row.entries.len()];
    // A browser is heavy, so contestants of one kind that stand in several entries are one process.
    let mut running: BTreeMap<Who, Contestant> = BTreeMap::new();
    for (entry, slot) in row.entries.iter().zip(&mut measured) {
        if running.contains_key(&entry.who) {
            continue;
        }
        match Contestant::start(&entry.who, inputs) {
            Ok(contestant) => drop(running.insert(entry.who.clone(), contestant)),
            Err(error) => slot.trouble = Some(format!("{error:#}")),
        }
    }
    for round in 0..=n_rounds {
        for (entry, slot) in row.entries.iter().zip(&mut measured) {
            let Some(contestant) = running.get_mut(&entry.who) else {
                slot.trouble.get_or_insert_with(|| "not started".into());
                continue;
            };
            // The first round warms caches and compilers: its time is thrown away.
            once(contestant, entry, slot, round > 0);
        }
    }
    for (entry, result) in row.entries.iter().zip(&measured) {
        println!("  {:<34} {}", entry.label, report::spread(result));
    }
    measured
}

fn once(contestant: &mut Contestant, entry: &Entry, slot: &mut Measured, counts: bool) {
    if slot.trouble.is_some() {
        return;
    }
    match contestant.run(entry.task) {
        Err(error) => slot.trouble = Some(format!("{error:#}")),
        Ok(reply) => {
            // Later rounds use again what the first has taken, or what of it lies in one piece.
            if !counts {
                slot.peak_bytes = reply.peak_bytes;
            }
            slot.answer = reply.answer;
            if counts {
                slot.seconds.push(reply.seconds);
            }
        }
    }
}
