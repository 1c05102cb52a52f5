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

/// Prints the weight of every file and of the two ways to load the page; fails above the budget.
pub fn check() -> Result<()> {
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

    let (mut app, mut threads, mut single) = (0, 0, 0);
    for (path, size) in paths.iter().zip(sizes) {
        let name = files::relative(path, &workspace::dist());
        println!("{size:>9}  {name}");
        match name.as_str() {
            name if name.starts_with("engine/threads") => threads += size,
            name if name.starts_with("engine/single") => single += size,
            name if name.starts_with("examples/") => {}
            _ => app += size,
        }
    }
    let heaviest = app + threads.max(single);
    println!("{app:>9}  page");
    println!("{:>9}  page and engine with threads", app + threads);
    println!("{:>9}  page and engine without threads", app + single);
    println!("{BUDGET_BYTES:>9}  budget (bytes after Brotli)");
    if heaviest > BUDGET_BYTES {
        bail!(
            "{heaviest} bytes is above the budget; see {}",
            root().join("xtask/src/size.rs").display()
        );
    }
    Ok(())
}
