//! What is counted while values are parsed, row by row and mergeable in the order of the file.

use std::collections::BTreeMap;

use cuvette_core::report::Place;

use crate::{findings::MAX_PLACES, options::Encoding, text::cell::RawCell};

/// A line with another number of cells.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Ragged {
    /// Its number.
    pub line: u64,
    /// Its cells.
    pub n_cells: u64,
    /// The first few.
    pub first_cells: Vec<String>,
    /// Cells with something in them.
    pub n_filled: u64,
}

impl Ragged {
    /// The line as it was cut.
    pub fn new(line: u64, cells: &[RawCell], encoding: Encoding) -> Self {
        let short = |cell: &RawCell| cell.text(encoding).0.chars().take(40).collect();
        Self {
            line,
            n_cells: cells.len() as u64,
            first_cells: cells.iter().take(4).map(short).collect(),
            n_filled: cells
                .iter()
                .filter(|cell| !cell.trimmed().is_empty())
                .count() as u64,
        }
    }

    /// Its line, and the first cell with something in it.
    pub fn place(&self) -> Place {
        Place {
            line: Some(self.line),
            value: self
                .first_cells
                .iter()
                .find(|cell| !cell.is_empty())
                .cloned(),
            ..Place::default()
        }
    }
}

/// A number of places, of which the first few are kept.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Places {
    /// How many.
    pub count: u64,
    /// The first few, in the order of the file.
    pub first: Vec<Place>,
}

impl Places {
    /// Counts one more.
    pub fn add(&mut self, place: impl FnOnce() -> Place) {
        self.count += 1;
        if self.first.len() < MAX_PLACES {
            self.first.push(place());
        }
    }

    fn merge(&mut self, mut later: Self) {
        self.count += later.count;
        self.first.append(&mut later.first);
        self.first.truncate(MAX_PLACES);
    }

    /// How many there are, and how many of them are kept.
    fn mark(&self) -> (u64, usize) {
        (self.count, self.first.len())
    }

    /// Back to such a mark.
    fn take_back(&mut self, (count, n_kept): (u64, usize)) {
        self.count = count;
        self.first.truncate(n_kept);
    }

    /// Counts these no longer.
    pub fn take_out(&mut self, places: &[Place]) {
        self.count -= self.count.min(places.len() as u64);
        self.first
            .retain(|kept| places.iter().all(|place| place.line != kept.line));
    }

    fn shift_lines(&mut self, by: u64) {
        for place in &mut self.first {
            place.line = place.line.map(|line| line + by);
        }
    }
}

/// Everything counted over some rows.
#[derive(Debug, Clone, Default)]
pub(crate) struct Tally {
    /// Lines with another number of cells.
    pub ragged: Vec<Ragged>,
    /// Lines that lacked cells at their end, where those are read as missing.
    pub short_rows: Places,
    /// Of those, the lines with a single cell.
    pub lone_lines: Vec<u64>,
    /// Lines that were not asked for.
    pub n_not_asked: u64,
    /// Cells that are neither number nor missing.
    pub unreadable: Places,
    /// The same by column of the file.
    pub unreadable_columns: BTreeMap<u64, u64>,
    /// Of those, cells that the other decimal sign would read.
    pub n_other_decimal: u64,
    /// Errors of formulas.
    pub spreadsheet_errors: Places,
    /// Infinities, and numbers too large for the storage.
    pub infinite: Places,
    /// Spellings of missing values, empty cells aside.
    pub missing: BTreeMap<Vec<u8>, u64>,
    /// Names with letters that are no UTF-8.
    pub foreign_letters: Places,
    /// Blank lines.
    pub blank_lines: Places,
    /// Rows read.
    pub n_rows: u64,
    /// Missing cells, empty ones included.
    pub n_missing: u64,
    /// Smallest and largest value.
    pub range: (f32, f32),
    /// Whether any value has a fraction.
    pub has_fraction: bool,
    /// Rows of zeros, of one same value other than zero, and without values; by line.
    pub zero_rows: Places,
    /// See `zero_rows`.
    pub constant_rows: Places,
    /// See `zero_rows`.
    pub empty_rows: Places,
    /// Smallest value of each column.
    pub column_min: Vec<f32>,
    /// Largest value of each column.
    pub column_max: Vec<f32>,
    /// Sum over a scrambled form of each column's cells: equal for equal columns.
    pub column_print: Vec<u32>,
}

/// A state of a [`Tally`] to go back to when a row turns out not to fit.
pub(crate) struct Mark {
    unreadable: (u64, usize),
    infinite: (u64, usize),
    spreadsheet_errors: (u64, usize),
    n_other_decimal: u64,
    unreadable_columns: BTreeMap<u64, u64>,
    missing: BTreeMap<Vec<u8>, u64>,
}

impl Tally {
    /// Nothing counted, over columns of that number.
    pub fn new(n_columns: usize) -> Self {
        Self {
            range: (f32::INFINITY, f32::NEG_INFINITY),
            column_min: vec![f32::INFINITY; n_columns],
            column_max: vec![f32::NEG_INFINITY; n_columns],
            column_print: vec![0; n_columns],
            ..Self::default()
        }
    }

    /// Remembers the counts that cells change.
    pub fn mark(&self) -> Mark {
        Mark {
            unreadable: self.unreadable.mark(),
            infinite: self.infinite.mark(),
            spreadsheet_errors: self.spreadsheet_errors.mark(),
            n_other_decimal: self.n_other_decimal,
            unreadable_columns: self.unreadable_columns.clone(),
            missing: self.missing.clone(),
        }
    }

    /// Forgets what was counted since.
    pub fn take_back(&mut self, mark: Mark) {
        self.unreadable.take_back(mark.unreadable);
        self.infinite.take_back(mark.infinite);
        self.spreadsheet_errors.take_back(mark.spreadsheet_errors);
        self.n_other_decimal = mark.n_other_decimal;
        self.unreadable_columns = mark.unreadable_columns;
        self.missing = mark.missing;
    }

    /// Counts a blank line.
    pub fn add_blank(&mut self, line: u64) {
        self.blank_lines.add(|| crate::findings::on_line(line));
    }

    /// Counts a line that was filled up with missing cells.
    pub fn add_short(&mut self, row: &Ragged) {
        self.short_rows.add(|| row.place());
        if row.n_filled <= 1 {
            self.lone_lines.push(row.line);
        }
    }

    /// Counts a spelling of "missing".
    pub fn add_missing(&mut self, spelling: &[u8]) {
        match self.missing.get_mut(spelling) {
            Some(count) => *count += 1,
            None => {
                self.missing.insert(spelling.to_vec(), 1);
            }
        }
    }

    /// Counts a row of values while it is still in the cache.
    pub fn add_row(&mut self, row: &[f32], line: u64) {
        self.n_rows += 1;
        let (min, max, n_missing) = self.scan_row(row);
        self.n_missing += n_missing as u64;
        self.range = (lesser(min, self.range.0), greater(max, self.range.1));
        if !self.has_fraction {
            self.has_fraction = row
                .iter()
                .any(|value| value.fract() != 0.0 && value.is_finite());
        }
        let place = || crate::findings::on_line(line);
        if n_missing == row.len() {
            self.empty_rows.add(place);
        } else if min == 0.0 && max == 0.0 {
            self.zero_rows.add(place);
        } else if min == max && row.len() > 1 {
            self.constant_rows.add(place);
        }
    }

    /// Smallest and largest value and number of missing ones; columns are followed on the way.
    fn scan_row(&mut self, row: &[f32]) -> (f32, f32, usize) {
        // Several running values side by side, since one alone waits for itself at every step.
        const LANES: usize = 16;
        let mut least = [f32::INFINITY; LANES];
        let mut most = [f32::NEG_INFINITY; LANES];
        let mut n_missing = [0_u32; LANES];
        let (blocks, rest) = row.as_chunks::<LANES>();
        for block in blocks {
            for lane in 0..LANES {
                least[lane] = lesser(block[lane], least[lane]);
                most[lane] = greater(block[lane], most[lane]);
                n_missing[lane] += u32::from(block[lane].is_nan());
            }
        }
        for (lane, &value) in rest.iter().enumerate() {
            least[lane] = lesser(value, least[lane]);
            most[lane] = greater(value, most[lane]);
            n_missing[lane] += u32::from(value.is_nan());
        }
        let min = least.into_iter().fold(f32::INFINITY, |a, b| lesser(b, a));
        let max = most
            .into_iter()
            .fold(f32::NEG_INFINITY, |a, b| greater(b, a));
        let n_missing: u32 = n_missing.into_iter().sum();
        for (smallest, &value) in self.column_min.iter_mut().zip(row) {
            *smallest = lesser(value, *smallest);
        }
        for (largest, &value) in self.column_max.iter_mut().zip(row) {
            *largest = greater(value, *largest);
        }
        for (print, &value) in self.column_print.iter_mut().zip(row) {
            let bits = value.to_bits();
            *print = print.wrapping_add((bits ^ (bits >> 15)).wrapping_mul(0x9E37_79B1));
        }
        (min, max, n_missing as usize)
    }

    /// Adds the counts of the rows that follow.
    pub fn merge(&mut self, mut later: Self) {
        self.ragged.append(&mut later.ragged);
        self.short_rows.merge(later.short_rows);
        self.lone_lines.append(&mut later.lone_lines);
        self.n_not_asked += later.n_not_asked;
        self.unreadable.merge(later.unreadable);
        self.infinite.merge(later.infinite);
        self.spreadsheet_errors.merge(later.spreadsheet_errors);
        self.foreign_letters.merge(later.foreign_letters);
        self.blank_lines.merge(later.blank_lines);
        self.zero_rows.merge(later.zero_rows);
        self.constant_rows.merge(later.constant_rows);
        self.empty_rows.merge(later.empty_rows);
        self.n_other_decimal += later.n_other_decimal;
        for (column, count) in later.unreadable_columns {
            *self.unreadable_columns.entry(column).or_default() += count;
        }
        for (spelling, count) in later.missing {
            *self.missing.entry(spelling).or_default() += count;
        }
        self.n_rows += later.n_rows;
        self.n_missing += later.n_missing;
        self.range = (
            lesser(later.range.0, self.range.0),
            greater(later.range.1, self.range.1),
        );
        self.has_fraction |= later.has_fraction;
        for (all, new) in self.column_min.iter_mut().zip(&later.column_min) {
            *all = lesser(*new, *all);
        }
        for (all, new) in self.column_max.iter_mut().zip(&later.column_max) {
            *all = greater(*new, *all);
        }
        for (all, new) in self.column_print.iter_mut().zip(&later.column_print) {
            *all = all.wrapping_add(*new);
        }
    }

    /// Counts the rows again, after some were taken out; what single cells gave is kept.
    pub fn recount_rows(&mut self, values: &[f32], lines: &[u64]) {
        let n_columns = self.column_min.len();
        let mut rows = Self::new(n_columns);
        for (row, &line) in values.chunks_exact(n_columns.max(1)).zip(lines) {
            rows.add_row(row, line);
        }
        *self = Self {
            ragged: std::mem::take(&mut self.ragged),
            short_rows: std::mem::take(&mut self.short_rows),
            lone_lines: std::mem::take(&mut self.lone_lines),
            n_not_asked: self.n_not_asked,
            unreadable: std::mem::take(&mut self.unreadable),
            unreadable_columns: std::mem::take(&mut self.unreadable_columns),
            n_other_decimal: self.n_other_decimal,
            infinite: std::mem::take(&mut self.infinite),
            spreadsheet_errors: std::mem::take(&mut self.spreadsheet_errors),
            missing: std::mem::take(&mut self.missing),
            foreign_letters: std::mem::take(&mut self.foreign_letters),
            blank_lines: std::mem::take(&mut self.blank_lines),
            ..rows
        };
    }

    /// Moves all line numbers down the file.
    pub fn shift_lines(&mut self, by: u64) {
        for line in &mut self.lone_lines {
            *line += by;
        }
        for places in [
            &mut self.short_rows,
            &mut self.unreadable,
            &mut self.infinite,
            &mut self.spreadsheet_errors,
            &mut self.foreign_letters,
            &mut self.blank_lines,
            &mut self.zero_rows,
            &mut self.constant_rows,
            &mut self.empty_rows,
        ] {
            places.shift_lines(by);
        }
    }
}

/// `value` where it is smaller than `least`; a NaN is not.
#[inline]
fn lesser(value: f32, least: f32) -> f32 {
    if value < least { value } else { least }
}

/// `value` where it is larger than `most`; a NaN is not.
#[inline]
fn greater(value: f32, most: f32) -> f32 {
    if value > most { value } else { most }
}
