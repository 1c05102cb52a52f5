//! The project's own text files, and what of them is code.

use std::fs;

use anyhow::Result;

use crate::files;
use crate::workspace::root;

const FOLDERS: [&str; 6] = ["src", "crates", "xtask", "www", "tests", "docs"];
const FILES: [&str; 3] = ["index.html", "README.md", "CONTRIBUTING.md"];
const TEXT: [&str; 7] = ["rs", "js", "mjs", "css", "html", "md", "toml"];

/// One text file of the project.
pub struct Source {
    /// From the root, with `/` between the parts.
    pub path: String,
    /// All of it.
    pub text: String,
}

/// Every text file of the project, in the order of their paths.
pub fn read_all() -> Result<Vec<Source>> {
    let mut paths = Vec::new();
    for folder in FOLDERS {
        let folder = root().join(folder);
        if folder.is_dir() {
            paths.extend(files::below(&folder)?);
        }
    }
    let single = FILES.map(|name| root().join(name));
    paths.extend(single.into_iter().filter(|path| path.is_file()));
    let mut sources = Vec::new();
    for path in paths {
        let name = files::relative(&path, root());
        let extension = path.extension().and_then(|text| text.to_str());
        if extension.is_some_and(|extension| TEXT.contains(&extension)) {
            let text = fs::read_to_string(&path)?;
            sources.push(Source { path: name, text });
        }
    }
    Ok(sources)
}

impl Source {
    /// Whether it lies below one of the folders.
    pub fn is_below(&self, folders: &[&str]) -> bool {
        folders.iter().any(|folder| {
            let rest = self.path.strip_prefix(folder);
            rest.is_some_and(|rest| rest.starts_with('/'))
        })
    }

    /// The ending of its name, without the dot.
    pub fn extension(&self) -> &str {
        self.path.rsplit('.').next().unwrap_or_default()
    }

    /// Whether it is written in Rust.
    pub fn is_rust(&self) -> bool {
        self.extension() == "rs"
    }

    /// Whether it is a file of tests alone.
    pub fn is_test(&self) -> bool {
        let name = self.path.rsplit('/').next().unwrap_or_default();
        name == "tests.rs" || self.path.starts_with("tests/") || self.path.contains("/tests/")
    }

    /// Numbered lines up to the tests at the end, comments included.
    pub fn code_lines(&self) -> impl Iterator<Item = (usize, &str)> {
        let lines: Vec<&str> = self.text.lines().collect();
        let is_tests = |pair: &[&str]| {
            pair[0].trim() == "#[cfg(test)]"
                && pair[1].starts_with("mod ")
                && pair[1].ends_with('{')
        };
        let end = lines.windows(2).position(is_tests).unwrap_or(lines.len());
        (1..).zip(lines).take(end)
    }

    /// Numbered lines that are neither tests nor whole-line comments.
    pub fn code(&self) -> impl Iterator<Item = (usize, &str)> {
        self.code_lines().filter(|(_, line)| {
            let line = line.trim_start();
            !line.starts_with("//") && !line.starts_with("<!--")
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tests_and_comments_are_no_code() {
        let text = "//! Doc.\nfn a() {}\n// why\n\n#[cfg(test)]\nmod tests {\n    fn b() {}\n}\n";
        let source = Source {
            path: "crates/core/src/a.rs".to_owned(),
            text: text.to_owned(),
        };
        let code: Vec<_> = source.code().collect();
        assert_eq!(code, [(2, "fn a() {}"), (4, "")]);
    }
}
