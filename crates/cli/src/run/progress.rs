//! A bar on the terminal.

use std::{
    io::{IsTerminal, Write},
    sync::Mutex,
};

/// Characters of the bar.
const WIDTH: u64 = 30;

/// A bar on standard error, where that is a terminal and nobody asked for quiet.
pub struct Progress {
    is_shown: bool,
    last: Mutex<String>,
}

impl Progress {
    /// A bar that shows nothing yet.
    pub fn new(quiet: bool) -> Self {
        Self {
            is_shown: !quiet && std::io::stderr().is_terminal(),
            last: Mutex::default(),
        }
    }

    /// Shows how far a piece of work is. Callable from any thread.
    pub fn show(&self, what: &str, done: u64, total: u64, unit: &str) {
        if !self.is_shown {
            return;
        }
        let line = bar(what, done, total, unit);
        // Two threads that tell at once: the second is dropped, the next will come.
        if let Ok(mut last) = self.last.try_lock()
            && *last != line
        {
            eprint!("\r\x1b[K{line}");
            let _ = std::io::stderr().flush();
            *last = line;
        }
    }

    /// Takes the bar away, so that a line can be printed.
    pub fn clear(&self) {
        if self.is_shown {
            eprint!("\r\x1b[K");
        }
    }
}

fn bar(what: &str, done: u64, total: u64, unit: &str) -> String {
    if total == 0 {
        return format!("{what}: {done} {unit}");
    }
    let done = done.min(total);
    let n_full = (WIDTH * done / total) as usize;
    let n_empty = WIDTH as usize - n_full;
    format!(
        "{what} [{}{}] {:3} %",
        "#".repeat(n_full),
        "-".repeat(n_empty),
        100 * done / total
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bar_fills_up_and_never_overflows() {
        let check = |done, total, expected: &str| {
            assert!(
                bar("x", done, total, "genes").ends_with(expected),
                "{done}/{total}"
            );
        };
        check(0, 10, "[------------------------------]   0 %");
        check(5, 10, "[###############---------------]  50 %");
        check(12, 10, "[##############################] 100 %");
        check(7, 0, "x: 7 genes");
    }
}
