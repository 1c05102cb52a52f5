//! Running the binary as anybody would, and reading what it wrote.
#![allow(dead_code, reason = "each test file uses its part")]

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    process::{Command, Output},
};

use serde_json::Value;

/// Runs `cuvette` in an empty folder of that name and waits for its end.
pub fn cuvette(folder: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_cuvette"))
        .current_dir(folder)
        .args(arguments)
        .output()
        .expect("the binary starts")
}

/// An empty folder for one test.
pub fn folder(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = std::fs::remove_dir_all(&folder);
    std::fs::create_dir_all(&folder).expect("a folder for the test");
    folder
}

/// Root of the repository.
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// The example file of that name.
pub fn example(name: &str) -> String {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../www/examples");
    root.join(name).display().to_string()
}

/// A real data file; `None`, with a word about it, where the real data are not there.
pub fn real_data(name: &str) -> Option<String> {
    let root = std::env::var_os("CUVETTE_DATA").map_or_else(
        || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data"),
        PathBuf::from,
    );
    let path = root.join(name);
    if !path.exists() {
        println!("skipped: real data not present");
        return None;
    }
    let test = std::thread::current();
    println!("real data: {}", test.name().unwrap_or("a test"));
    Some(path.display().to_string())
}

/// Writes a recipe of the two studies A and B and the steps given.
pub fn write_recipe(folder: &Path, steps: &Value) -> String {
    let recipe = serde_json::json!({
        "cuvette": 1,
        "inputs": [
            { "name": "a", "file": "study_a.tsv.gz" },
            { "name": "b", "file": "study_b.csv.gz" },
        ],
        "steps": steps,
    });
    let path = folder.join("recipe.json");
    std::fs::write(&path, recipe.to_string()).expect("recipe written");
    path.display().to_string()
}

/// Exit status, and standard output and error as text.
pub fn told(output: &Output) -> (i32, String, String) {
    (
        output.status.code().expect("an exit status"),
        String::from_utf8_lossy(&output.stdout).into_owned(),
        String::from_utf8_lossy(&output.stderr).into_owned(),
    )
}

/// Rows of a table by the text of their first cell, each by the names of the columns.
pub fn read_table(path: &Path, delimiter: char) -> BTreeMap<String, BTreeMap<String, String>> {
    let text =
        std::fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let mut lines = text.lines();
    let header: Vec<&str> = lines.next().expect("a header").split(delimiter).collect();
    lines
        .map(|line| {
            let cells: Vec<&str> = line.split(delimiter).collect();
            assert_eq!(cells.len(), header.len(), "{line}");
            let row = header.iter().zip(&cells);
            let row = row.map(|(name, cell)| ((*name).to_owned(), (*cell).to_owned()));
            (cells[0].to_owned(), row.collect())
        })
        .collect()
}

/// A JSON file.
pub fn read_json(path: &Path) -> Value {
    let text =
        std::fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    serde_json::from_str(&text).expect("JSON")
}

/// Content of all files of a folder that end so, by name.
pub fn files(folder: &Path, ending: &str) -> BTreeMap<String, Vec<u8>> {
    std::fs::read_dir(folder)
        .expect("a folder")
        .map(|entry| entry.expect("an entry").path())
        .filter(|path| path.to_string_lossy().ends_with(ending))
        .map(|path| {
            let name = path
                .file_name()
                .expect("a name")
                .to_string_lossy()
                .into_owned();
            (name, std::fs::read(&path).expect("a file"))
        })
        .collect()
}
