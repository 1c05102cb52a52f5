//! Words that may not stand in some places, each with the invariant that says so.

use super::source::Source;

/// Words, where they may not stand, and why.
struct Rule {
    /// The invariant, as `docs/architecture.md` numbers it.
    invariant: &'static str,
    /// What may not be written.
    words: &'static [&'static str],
    /// Folders in which it may not.
    folders: &'static [&'static str],
    /// Parts of a line that make it an exception.
    except: &'static [&'static str],
}

const PURE: &[&str] = &[
    "crates/kernels/src",
    "crates/core/src",
    "crates/formats/src",
    "crates/sheets/src",
    "crates/plot/src",
    "crates/engine/src",
];

const RULES: [Rule; 8] = [
    Rule {
        invariant: "I1: only src/ and the workers name the browser",
        words: &["web_sys", "js_sys", "wasm_bindgen", "leptos"],
        folders: &[
            "crates/kernels",
            "crates/core",
            "crates/formats",
            "crates/sheets",
            "crates/plot",
            "crates/engine",
            "crates/cli",
        ],
        except: &[],
    },
    Rule {
        invariant: "I2: only crates/kernels has `unsafe`",
        words: &[
            "unsafe {",
            "unsafe fn",
            "unsafe impl",
            "unsafe extern",
            "#[allow(unsafe_code",
        ],
        folders: &[
            "src",
            "crates/core",
            "crates/formats",
            "crates/sheets",
            "crates/sheets-worker",
            "crates/plot",
            "crates/engine",
            "crates/worker",
            "crates/cli",
        ],
        except: &[],
    },
    Rule {
        invariant: "I3: pure crates do no I/O and read no clock",
        words: &[
            "std::fs",
            "std::net",
            "std::env",
            "std::process",
            "std::time",
            "std::io::stdin",
            "std::io::stdout",
            "std::io::stderr",
            "println!(",
            "eprintln!(",
        ],
        folders: PURE,
        except: &[],
    },
    Rule {
        invariant: "I3: parallelism is rayon and nothing else",
        words: &["std::thread", "thread::spawn"],
        folders: PURE,
        except: &[],
    },
    Rule {
        invariant: "I4: the page asks the engine and computes nothing on expression values",
        words: &[
            "cuvette_kernels",
            "stats::",
            "parallel::",
            "rayon",
            "Dataset",
            "Matrix::from",
            "matrix::Matrix",
            "engine::session",
            "Engine::new",
        ],
        folders: &["src"],
        except: &[],
    },
    Rule {
        invariant: "I6: nothing is loaded from another origin",
        words: &["http://", "https://", "\"//", "url(//"],
        folders: &["src", "www"],
        // Names of XML vocabularies look like addresses, and a link is followed by a person only.
        except: &["http://www.w3.org/", "https://doi.org/"],
    },
    Rule {
        invariant: "I6: the policy refuses style attributes; use classes and `style:`",
        words: &[" style=", "set_attribute(\"style\""],
        folders: &["src", "www"],
        except: &[],
    },
    Rule {
        invariant: "I6: the policy refuses evaluated text",
        words: &["eval(", "new Function("],
        folders: &["src", "www"],
        except: &[],
    },
];

/// One line for each place that breaks a rule.
pub fn findings(sources: &[Source]) -> Vec<String> {
    let mut found = Vec::new();
    for source in sources {
        let rules = RULES.iter().filter(|rule| applies(rule, source));
        found.extend(rules.flat_map(|rule| broken(rule, source)));
        if source.is_below(PURE) && !source.is_test() {
            found.extend(global_state(source));
        }
        if source.path == "index.html" {
            found.extend(inline_code(source));
        }
    }
    found
}

fn applies(rule: &Rule, source: &Source) -> bool {
    let is_code = !["md", "toml"].contains(&source.extension());
    is_code && !source.is_test() && source.is_below(rule.folders)
}

fn broken<'a>(rule: &'a Rule, source: &'a Source) -> impl Iterator<Item = String> + 'a {
    source
        .code()
        .filter(|(_, line)| {
            let named = rule.words.iter().any(|word| line.contains(word));
            named && !rule.except.iter().any(|part| line.contains(part))
        })
        .map(|(number, line)| finding(source, number, rule.invariant, line))
}

/// A static that can change is state that results could depend on (I3).
fn global_state(source: &Source) -> Vec<String> {
    let changeable = ["Mutex<", "RwLock<", "OnceLock<", "Cell<", "Atomic"];
    let is_state = |line: &str| {
        let is_static = line
            .trim_start()
            .split(' ')
            .take(2)
            .any(|word| word == "static");
        let can_change = changeable.iter().any(|kind| line.contains(kind));
        line.contains("thread_local!") || is_static && (can_change || line.contains("static mut "))
    };
    source
        .code()
        .filter(|(_, line)| is_state(line))
        .map(|(number, line)| finding(source, number, "I3: pure crates keep no global state", line))
        .collect()
}

/// The page itself may hold no script, style or handler: everything is a file of its own.
fn inline_code(source: &Source) -> Vec<String> {
    let is_inline = |line: &str| {
        let script = line.contains("<script") && !line.contains(" src=");
        script
            || [" style=", "<style", " onclick=", " onload=", "javascript:"]
                .iter()
                .any(|word| line.contains(word))
    };
    source
        .code()
        .filter(|(_, line)| is_inline(line))
        .map(|(number, line)| finding(source, number, "I6: the policy refuses inline code", line))
        .collect()
}

fn finding(source: &Source, number: usize, invariant: &str, line: &str) -> String {
    format!("{}:{number}: {invariant}: {}", source.path, line.trim())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(path: &str, text: &str, invariant: Option<&str>) {
        let source = Source {
            path: path.to_owned(),
            text: text.to_owned(),
        };
        let found = findings(&[source]);
        match invariant {
            Some(invariant) => assert!(
                found.len() == 1 && found[0].contains(invariant),
                "{path}: {text}: {found:?}"
            ),
            None => assert!(found.is_empty(), "{path}: {text}: {found:?}"),
        }
    }

    #[test]
    fn each_invariant_is_missed_when_it_breaks() {
        check("crates/core/src/a.rs", "use web_sys::Window;", Some("I1"));
        check("src/a.rs", "use web_sys::Window;", None);
        check("crates/core/src/a.rs", "unsafe { f() }", Some("I2"));
        check("crates/kernels/src/a.rs", "unsafe { f() }", None);
        check("crates/formats/src/a.rs", "use std::fs::File;", Some("I3"));
        check("crates/formats/src/tests.rs", "use std::fs::File;", None);
        check("crates/cli/src/main.rs", "use std::fs::File;", None);
        check(
            "crates/engine/src/a.rs",
            "std::time::Instant::now();",
            Some("I3"),
        );
        check(
            "crates/engine/src/a.rs",
            "std::thread::spawn(f);",
            Some("I3"),
        );
        check(
            "crates/plot/src/a.rs",
            "static CACHE: Mutex<u8> = x;",
            Some("I3"),
        );
        check("src/a.rs", "use cuvette_core::stats::mean;", Some("I4"));
        check("src/a.rs", "fn mean(data: &Dataset) -> f64 {", Some("I4"));
        check("crates/engine/src/a.rs", "stats::mean(&values)", None);
        check(
            "src/views/a.rs",
            "<img src=\"https://example.org/a.png\"/>",
            Some("I6"),
        );
        check(
            "src/views/a.rs",
            "let ns = \"http://www.w3.org/2000/svg\";",
            None,
        );
        check(
            "src/views/a.rs",
            "view! { <p style=\"color:red\"/> }",
            Some("I6"),
        );
        check("src/views/a.rs", "view! { <p style:color=\"red\"/> }", None);
        check("www/a.js", "eval(text)", Some("I6"));
        check("index.html", "<script>run()</script>", Some("I6"));
        check(
            "index.html",
            "<script type=\"module\" src=\"a.js\"></script>",
            None,
        );
    }
}
