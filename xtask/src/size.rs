//! Weight of what a person downloads, against its budget.

use anyhow::{Result, bail};
use serde_json::Value;

use crate::process::output;
use crate::workspace::{command, dist, root};
use crate::{files, workspace};

/// Application and one engine, compressed as a host sends them.
const BUDGET_BYTES: u64 = 1_000_000;

/// Node has Brotli built in; compressing once in a while is no reason for another crate here.
const COMPRESSED_SIZES: &str = "
import { brotliCompressSync } from 'node:zlib';
import { readFileSync } from 'node:fs';
const sizes = process.argv.slice(1).map((path) => brotliCompressSync(readFileSync(path)).length);
console.log(JSON.stringify(sizes));";

/// Bytes after Brotli of what a person downloads.
pub struct Weight {
    /// Everything but the engines and the examples.
    pub page: u64,
    /// The engine with threads.
    pub threads: u64,
    /// The engine without.
    pub single: u64,
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

    let (mut page, mut threads, mut single) = (0, 0, 0);
    for (path, size) in paths.iter().zip(sizes) {
        let name = files::relative(path, &workspace::dist());
        each(&name, size);
        match name.as_str() {
            name if name.starts_with("engine/threads") => threads += size,
            name if name.starts_with("engine/single") => single += size,
            name if name.starts_with("examples/") => {}
            _ => page += size,
        }
    }
    Ok(Weight {
        page,
        threads,
        single,
    })
}

/// Prints the weight of every file and of the two ways to load the page; fails above the budget.
///
/// The budget is for what people download, a release build.
pub fn check() -> Result<()> {
    let heaviest = print()?;
    if heaviest > BUDGET_BYTES {
        bail!(
            "{heaviest} bytes is above the budget; see {}",
            root().join("xtask/src/size.rs").display()
        );
    }
    Ok(())
}

/// Prints the weight of every file and of the two ways to load the page; gives the heavier way.
pub fn print() -> Result<u64> {
    let weight = weigh(|name, size| println!("{size:>9}  {name}"))?;
    let heaviest = weight.page + weight.threads.max(weight.single);
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
    Ok(heaviest)
}
