//! Weight of what a person downloads, against its budget.

use anyhow::{Result, bail};
use serde_json::Value;

use crate::process::output;
use crate::workspace::{command, dist, root};
use crate::{files, workspace};

/// Application and the first half of one engine, compressed as a host sends them: with these a person
/// can work.
const BUDGET_BYTES: u64 = 1_000_000;

/// The second half of an engine, fetched behind the first: what it weighed first, and a tenth more.
const STEPS_BUDGET_BYTES: u64 = 540_000;

/// The reader of workbooks, which is loaded for the first of them: what it weighed first, and a
/// thirtieth more.
const SHEETS_BUDGET_BYTES: u64 = 270_000;

/// Node has Brotli built in; compressing once in a while is no reason for another crate here.
const COMPRESSED_SIZES: &str = "
import { brotliCompressSync } from 'node:zlib';
import { readFileSync } from 'node:fs';
const sizes = process.argv.slice(1).map((path) => brotliCompressSync(readFileSync(path)).length);
console.log(JSON.stringify(sizes));";

/// Bytes after Brotli of what a person downloads.
pub struct Weight {
    /// Everything but the engines, the reader of workbooks and the examples.
    pub page: u64,
    /// First half of the engine with threads.
    pub threads: u64,
    /// First half of the engine without.
    pub single: u64,
    /// Second half of either engine, the heavier.
    pub steps: u64,
    /// The reader of workbooks.
    pub sheets: u64,
}

/// Weighs `dist/`, and hands each file to `each` with its bytes after Brotli.
pub fn weigh(mut each: impl FnMut(&str, u64)) -> Result<Weight> {
    let paths = files::below(&dist())?;
    let text = output(
        command("node")
            .args(["--input-type=module", "-e", COMPRESSED_SIZES])
            .args(&paths),
    )?;
    let sizes: Vec<u64> = serde_json::from_str::<Value>(&text)?
        .as_array()
        .map(|list| list.iter().filter_map(Value::as_u64).collect())
        .unwrap_or_default();

    let (mut page, mut threads, mut single, mut steps, mut sheets) = (0, 0, 0, 0, 0);
    for (path, size) in paths.iter().zip(sizes) {
        let name = files::relative(path, &workspace::dist());
        each(&name, size);
        match name.as_str() {
            name if name.ends_with("/steps.wasm") => steps = size.max(steps),
            name if name.starts_with("engine/threads") => threads += size,
            name if name.starts_with("engine/single") => single += size,
            name if name.starts_with("engine/sheets") => sheets += size,
            name if name.starts_with("examples/") => {}
            _ => page += size,
        }
    }
    Ok(Weight {
        page,
        threads,
        single,
        steps,
        sheets,
    })
}

/// Prints the weight of every file and of the two ways to load the page; fails above the budget.
///
/// The budget is for what people download, a release build.
pub fn check() -> Result<()> {
    let weight = print()?;
    let judged = [
        ("page and engine", weight.heaviest(), BUDGET_BYTES),
        (
            "second half of the engine",
            weight.steps,
            STEPS_BUDGET_BYTES,
        ),
        ("reader of workbooks", weight.sheets, SHEETS_BUDGET_BYTES),
    ];
    for (what, n_bytes, budget) in judged {
        if n_bytes > budget {
            bail!(
                "{what}: {n_bytes} bytes is above the budget of {budget}; see {}",
                root().join("xtask/src/size.rs").display()
            );
        }
    }
    Ok(())
}

impl Weight {
    /// Of the two ways to load the page, the heavier.
    fn heaviest(&self) -> u64 {
        self.page + self.threads.max(self.single)
    }
}

/// Prints the weight of every file and of the two ways to load the page.
pub fn print() -> Result<Weight> {
    let weight = weigh(|name, size| println!("{size:>9}  {name}"))?;
    println!("{:>9}  page", weight.page);
    println!(
        "{:>9}  page and engine with threads",
        weight.page + weight.threads
    );
    println!(
        "{:>9}  page and engine without threads",
        weight.page + weight.single
    );
    println!("{BUDGET_BYTES:>9}  budget of a release build (bytes after Brotli)");
    println!(
        "{:>9}  second half of the engine, fetched behind the first",
        weight.steps
    );
    println!("{STEPS_BUDGET_BYTES:>9}  its budget");
    println!(
        "{:>9}  reader of workbooks, loaded for the first",
        weight.sheets
    );
    println!("{SHEETS_BUDGET_BYTES:>9}  its budget");
    Ok(weight)
}
