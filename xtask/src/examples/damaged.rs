//! A table damaged in every way that spreadsheets damage tables.
//!
//! Forty genes × eight samples as a German spreadsheet exports them: semicolons, decimal commas,
//! CRLF, Windows-1252. The rows named in [`damage`] are then spoiled one by one.

use std::fmt::Write as _;

use crate::random::Random;

const N_GENES: usize = 40;
/// `K2` stands twice, with the same values.
const HEADER: &str = "Gen;Beschreibung;K1;K2;K3;K2;M1;M2;M3;M4";

/// The file, in Windows-1252.
pub fn write() -> Vec<u8> {
    let mut random = Random::new(1900);
    let mut rows: Vec<Vec<String>> = (0..N_GENES)
        .map(|gene| draw_row(&mut random, gene))
        .collect();
    damage(&mut rows);
    rows.push(mean_row(&rows));
    let mut text = format!("{HEADER}\r\n");
    for row in rows {
        let _ = write!(text, "{}\r\n", row.join(";"));
    }
    // Every character used here has the same number in Windows-1252 as in Unicode.
    text.chars()
        .map(|c| u8::try_from(u32::from(c)).unwrap_or(b'?'))
        .collect()
}

fn draw_row(random: &mut Random, gene: usize) -> Vec<String> {
    let level = random.between(4.0, 12.0);
    let description = [
        "Kinase",
        "Transporter für Zucker",
        "unbekannt",
        "Hüllprotein",
    ][gene % 4];
    let mut row = vec![format!("SIM{:03}", gene + 1), description.into()];
    for _ in 0..7 {
        row.push(format!("{:.2}", level + 0.4 * random.normal()).replace('.', ","));
    }
    let second = row[3].clone();
    row.insert(5, second);
    row
}

/// What is wrong, row by row (the first data row is line 2 of the file).
fn damage(rows: &mut [Vec<String>]) {
    // Gene names that a spreadsheet took for dates: MARCHF1, SEPTIN2, DEC1.
    for (row, name) in [(4, "1. Mrz"), (9, "2-Sep"), (15, "01.12.2023")] {
        rows[row][0] = name.into();
    }
    // A gene named twice with other values.
    rows[22][0] = "SIM021".into();
    // Missing values in six spellings, and one text that may or may not be one.
    let missing = [
        (2, 4, "NA"),
        (6, 7, "#NV"),
        (11, 2, ""),
        (17, 8, "-"),
        (24, 6, "NaN"),
        (29, 9, "null"),
    ];
    for (row, column, spelling) in missing {
        rows[row][column] = spelling.into();
    }
    rows[13][6] = "n/d".into();
    // Nine and a bit, or nine thousand? A point where the rest of the file has commas.
    rows[19][7] = "9.137".into();
    // Blanks around a name.
    rows[36][0] = " SIM037 ".into();
}

/// The averages somebody left below the table.
fn mean_row(rows: &[Vec<String>]) -> Vec<String> {
    let mut row = vec!["Mean".to_owned(), String::new()];
    for column in 2..10 {
        let values: Vec<f64> = rows
            .iter()
            .filter_map(|row| row.get(column)?.replace(',', ".").parse().ok())
            .filter(|value: &f64| value.is_finite())
            .collect();
        let mean = values.iter().sum::<f64>() / values.len() as f64;
        row.push(format!("{mean:.2}").replace('.', ","));
    }
    row
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_has_ten_cells_so_that_the_file_can_be_read_after_an_answer() {
        for line in write().split(|b| *b == b'\n') {
            let n_cells = line.split(|b| *b == b';').count();
            assert!(line.is_empty() || n_cells == 10, "{n_cells}");
        }
    }

    #[test]
    fn file_is_not_utf_8() {
        assert!(String::from_utf8(write()).is_err());
    }
}
