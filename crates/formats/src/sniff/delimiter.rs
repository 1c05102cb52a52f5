//! Which delimiter cuts the lines into equally many cells, most of them numbers.

use cuvette_core::report::Guess;
use serde_json::json;

use super::Head;
use crate::{
    findings::{alternative, guess},
    options::Delimiter,
    text::{
        cell::split_line,
        lines::{Line, split_lines},
        number::{NumberStyle, parse_number},
    },
};

/// So many lines tell the delimiter.
const LINES_LOOKED_AT: usize = 120;
const CELLS_LOOKED_AT: usize = 60;

/// How one delimiter fits.
#[derive(Debug, Clone, Copy)]
struct Fit {
    delimiter: Delimiter,
    /// Most frequent number of cells.
    n_fields: usize,
    n_lines: usize,
    n_consistent: usize,
    score: f64,
}

/// The delimiter, with its evidence. `None` where nothing cuts the lines: one column.
pub(crate) fn guess_delimiter(head: &Head) -> (Option<Delimiter>, Guess) {
    let fits: Vec<Fit> = Delimiter::ALL
        .iter()
        .map(|&delimiter| measure(head, delimiter))
        .collect();
    if let Some(chosen) = head.options.delimiter {
        let mut guess = describe(chosen, &fits);
        guess.chosen = true;
        return (Some(chosen), guess);
    }
    let mut best = fits[0];
    for &fit in &fits[1..] {
        if fit.score > best.score {
            best = fit;
        }
    }
    if best.score <= 0.0 {
        let mut guess = guess("delimiter", "Delimiter", json!(null), "none");
        guess.evidence = "No delimiter cuts the lines alike: one column".into();
        return (None, guess);
    }
    let second = fits
        .iter()
        .filter(|fit| fit.delimiter != best.delimiter)
        .map(|fit| fit.score)
        .fold(0.0, f64::max);
    let mut guess = describe(best.delimiter, &fits);
    guess.sure = best.score > second * 1.2;
    (Some(best.delimiter), guess)
}

fn describe(chosen: Delimiter, fits: &[Fit]) -> Guess {
    let mut guess = guess("delimiter", "Delimiter", json!(chosen), chosen.label());
    for fit in fits {
        let sentence = format!(
            "{} of {} lines have {} cells",
            fit.n_consistent, fit.n_lines, fit.n_fields
        );
        if fit.delimiter == chosen {
            guess.evidence = sentence;
        } else if fit.n_fields > 1 {
            guess.alternatives.push(alternative(
                json!(fit.delimiter),
                fit.delimiter.label(),
                sentence,
            ));
        }
    }
    guess
}

fn measure(head: &Head, delimiter: Delimiter) -> Fit {
    let byte = delimiter.byte();
    let start = &head.text[..head.text.len().min(256 * 1024)];
    let is_whole = head.is_whole && start.len() == head.text.len();
    let mut lines = split_lines(start, byte, is_whole);
    if lines.is_empty() {
        lines = split_lines(head.text, byte, true);
    }
    let lines: Vec<Line> = lines
        .into_iter()
        .filter(|line| !line.is_blank(byte) && !line.bytes.starts_with(b"#"))
        .take(LINES_LOOKED_AT)
        .collect();
    let counts: Vec<usize> = lines
        .iter()
        .map(|line| n_fields(line.bytes, byte))
        .collect();
    let Some(common) = most_common(&counts) else {
        return Fit {
            delimiter,
            n_fields: 0,
            n_lines: 0,
            n_consistent: 0,
            score: 0.0,
        };
    };
    let n_consistent = counts.iter().filter(|&&count| count == common).count();
    let mut fit = Fit {
        delimiter,
        n_fields: common,
        n_lines: counts.len(),
        n_consistent,
        score: 0.0,
    };
    // Two lines that agree by chance in prose are no table; a single line has nothing to agree with.
    if common >= 2 && n_consistent * 10 >= counts.len() * 4 {
        let share = n_consistent as f64 / counts.len() as f64;
        fit.score = share * share * (0.25 + number_share(&lines, common, byte));
        if delimiter == Delimiter::Space {
            fit.score *= 0.7;
        }
    }
    fit
}

fn n_fields(line: &[u8], delimiter: u8) -> usize {
    split_line(line, delimiter).len()
}

/// The most frequent count; of equally frequent ones the largest.
fn most_common(counts: &[usize]) -> Option<usize> {
    let mut sorted = counts.to_vec();
    sorted.sort_unstable();
    sorted
        .chunk_by(|a, b| a == b)
        .max_by_key(|run| (run.len(), run[0]))
        .map(|run| run[0])
}

/// Share of the cells behind the first column that are numbers or empty.
fn number_share(lines: &[Line], n_fields: usize, delimiter: u8) -> f64 {
    let styles = [b'.', b','].map(|decimal| NumberStyle {
        decimal,
        thousands: (decimal == b',').then_some(b'.'),
    });
    let mut n_cells = 0;
    let mut n_numbers = 0;
    for line in lines.iter().skip(usize::from(lines.len() > 1)) {
        let cells = split_line(line.bytes, delimiter);
        if cells.len() != n_fields {
            continue;
        }
        for cell in cells.iter().skip(1).take(CELLS_LOOKED_AT) {
            let cell = cell.trimmed();
            n_cells += 1;
            let is_number = styles
                .iter()
                .filter(|style| style.decimal != delimiter)
                .any(|&style| parse_number(cell, style).is_some());
            n_numbers += usize::from(is_number || cell.is_empty() || cell == b"NA");
        }
    }
    if n_cells == 0 {
        0.0
    } else {
        f64::from(n_numbers as u32) / f64::from(n_cells)
    }
}
