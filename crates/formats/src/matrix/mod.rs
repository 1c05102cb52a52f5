//! Reading the body of a matrix: windows of text, cut at line ends, parsed by all threads.
//!
//! How this works: text comes in blocks of any size. Whole lines of up to [`WINDOW`] bytes are cut
//! into chunks at line ends outside quotes; each chunk is parsed on its own (`chunk`); the results
//! are merged in the order of the file, so that neither the number of threads nor the size of the
//! blocks shows. A large block is parsed where it lies; only an unfinished last line is copied.
//! Every window is first taken to hold no quotation mark: whoever parses a chunk sees whether one
//! is there, and then the window is cut again with care.

mod chunk;
mod columns;
mod duplicates;
mod finish;
mod names;
mod report;
mod summary;
mod value_kind;

use cuvette_core::parallel;
use memchr::memrchr;
use rayon::{iter::repeat_n, prelude::*};

use crate::{
    error::{FormatError, FormatErrorKind},
    layout::{Layout, Role},
    options::ImportOptions,
    source::holds_byte,
    text::lines::{LineEnd, line_end},
};
use chunk::{Chunk, Quotes, RowPlan, parse_chunk};

pub(crate) use duplicates::{make_unique, repeated_names};
pub(crate) use finish::{Ending, annotation_name};
pub(crate) use summary::Tally;
pub(crate) use value_kind::{guess_value_kind, value_label};

/// So many bytes are parsed at once.
const WINDOW: usize = 8 << 20;
/// Fewer bytes than this are held until more come: too little for several threads.
const ENOUGH: usize = 1 << 20;
/// So many bytes make a unit of work for a thread.
const CHUNK: usize = 128 << 10;
/// A quoted cell may not be longer: the quotation mark was never closed.
const LONGEST_QUOTED: usize = 4 << 20;

/// Reads the body of one matrix.
pub(crate) struct MatrixReader {
    file: String,
    layout: Layout,
    plan: RowPlan,
    options: ImportOptions,
    /// Bytes that the values may take; `None` where that is not known.
    memory_limit: Option<u64>,
    pending: Vec<u8>,
    next_line: u64,
    values: Vec<f32>,
    ids: Vec<String>,
    annotations: Vec<Vec<String>>,
    row_lines: Vec<u64>,
    tally: Tally,
}

impl MatrixReader {
    /// A reader of a body.
    pub fn new(file: &str, layout: Layout, options: ImportOptions) -> Self {
        let plan = RowPlan::new(&layout, &options);
        let n_annotations = layout.columns(Role::Annotation).count();
        Self {
            file: file.into(),
            next_line: layout.body_line,
            plan,
            options,
            memory_limit: None,
            pending: Vec::new(),
            values: Vec::new(),
            ids: Vec::new(),
            annotations: vec![Vec::new(); n_annotations],
            row_lines: Vec::new(),
            tally: Tally::new(layout.n_values()),
            layout,
        }
    }

    /// Refuses to hold more than so many bytes of values.
    pub fn within(mut self, memory_limit: Option<u64>) -> Self {
        self.memory_limit = memory_limit;
        self
    }

    /// Reserves memory for about so many rows, at once: later there may be room for them only in
    /// pieces.
    pub fn expecting(mut self, n_rows: u64) -> Self {
        let n_values = n_rows as f64 * self.layout.n_values() as f64;
        // Where there is not that much, the memory grows as long as it can.
        let _ = self.values.try_reserve_exact((n_values * 1.02) as usize);
        self
    }

    fn delimiter(&self) -> u8 {
        self.layout.dialect.delimiter.byte()
    }

    /// Takes the next block of text.
    pub fn push(&mut self, text: &[u8]) -> Result<(), FormatError> {
        if self.pending.len() + text.len() < ENOUGH {
            self.pending.extend_from_slice(text);
            return Ok(());
        }
        let mut rest = self.complete_pending(text)?;
        while rest.len() >= ENOUGH {
            let n_parsed = self.parse_unquoted(rest)?;
            if n_parsed > 0 {
                rest = &rest[n_parsed..];
                continue;
            }
            let mut size = WINDOW;
            let end = loop {
                let window = &rest[..size.min(rest.len())];
                match last_line_end(window, self.delimiter()) {
                    Some(end) => break end,
                    None if size >= rest.len() => {
                        self.hold(rest)?;
                        return Ok(());
                    }
                    None => size *= 2,
                }
            };
            self.parse_window(&rest[..end])?;
            rest = &rest[end..];
        }
        self.hold(rest)
    }

    /// Completes the last held line from the start of `text`, parses what is held, and gives back
    /// the rest of the text.
    fn complete_pending<'a>(&mut self, text: &'a [u8]) -> Result<&'a [u8], FormatError> {
        let mut rest = text;
        let mut step = 0;
        while !self.pending.is_empty() {
            let from = step.min(rest.len());
            let Some(offset) = memchr::memchr(b'\n', &rest[from..]) else {
                self.hold(rest)?;
                return Ok(&[]);
            };
            let (line, after) = rest.split_at(from + offset + 1);
            self.pending.extend_from_slice(line);
            rest = after;
            if let Some(end) = last_line_end(&self.pending, self.delimiter()) {
                let mut pending = std::mem::take(&mut self.pending);
                self.parse_window(&pending[..end])?;
                pending.drain(..end);
                self.pending = pending;
            } else {
                self.refuse_open_quote(self.pending.len())?;
            }
            // Inside a long quoted cell ever more is taken at once, so that the search stays short.
            step = self.pending.len().max(CHUNK);
        }
        Ok(rest)
    }

    fn hold(&mut self, text: &[u8]) -> Result<(), FormatError> {
        self.pending.extend_from_slice(text);
        if self.pending.len() > WINDOW {
            self.refuse_open_quote(self.pending.len())?;
        }
        Ok(())
    }

    /// An error where a quotation mark among the held text has been open for too long.
    fn refuse_open_quote(&self, n_held: usize) -> Result<(), FormatError> {
        match self.open_quote() {
            Some((open, line)) if n_held - open > LONGEST_QUOTED => {
                Err(self.open_quote_error(line))
            }
            _ => Ok(()),
        }
    }

    /// Position and line of the quotation mark that is open at the end of the held text.
    fn open_quote(&self) -> Option<(usize, u64)> {
        let mut start = 0;
        loop {
            match line_end(&self.pending, start, self.delimiter()) {
                LineEnd::At(end) => start = end + 1,
                LineEnd::Unfinished => return None,
                LineEnd::OpenQuote(open) => {
                    let before = memchr::memchr_iter(b'\n', &self.pending[..open]).count();
                    return Some((open, self.next_line + before as u64));
                }
            }
        }
    }

    fn open_quote_error(&self, line: u64) -> FormatError {
        FormatError::new(&self.file, FormatErrorKind::OpenQuote).on_line(line)
    }

    /// Parses the lines of one window at the start of `text`; gives their length, 0 where there is
    /// a quotation mark among them or none of them ends.
    fn parse_unquoted(&mut self, text: &[u8]) -> Result<usize, FormatError> {
        let window = &text[..WINDOW.min(text.len())];
        let Some(end) = memrchr(b'\n', window) else {
            return Ok(0);
        };
        let pieces = cut(&window[..=end], None);
        match self.parse_pieces(&pieces, Quotes::Refused) {
            Some(chunks) => self.take(chunks).map(|()| end + 1),
            None => Ok(0),
        }
    }

    /// Parses whole lines.
    fn parse_window(&mut self, window: &[u8]) -> Result<(), FormatError> {
        let pieces = cut(window, Some(self.delimiter()));
        // Only refused quotation marks leave none.
        let chunks = self.parse_pieces(&pieces, Quotes::Read).unwrap_or_default();
        self.take(chunks)
    }

    fn parse_pieces(&self, pieces: &[&[u8]], quotes: Quotes) -> Option<Vec<Chunk>> {
        let lines_before = self.lines_before(pieces);
        let parsed = parallel::try_map(pieces.len(), &|at| {
            let n_before = lines_before[at];
            let chunk = parse_chunk(pieces[at], n_before, quotes, &self.layout, &self.plan);
            chunk.ok_or(())
        });
        parsed.ok()
    }

    /// Adds what was parsed.
    fn take(&mut self, chunks: Vec<Chunk>) -> Result<(), FormatError> {
        self.hold_within_memory(&chunks)?;
        self.store_values(&chunks);
        for chunk in chunks {
            self.merge(chunk)?;
        }
        Ok(())
    }

    /// Lines of the body before each piece, counted only where they decide what is read.
    fn lines_before(&self, pieces: &[&[u8]]) -> Vec<u64> {
        if self.layout.row_step == 1 {
            return vec![0; pieces.len()];
        }
        let mut n_before = self.next_line - self.layout.body_line;
        let mut all = Vec::with_capacity(pieces.len());
        for piece in pieces {
            all.push(n_before);
            n_before += memchr::memchr_iter(b'\n', piece).count() as u64;
        }
        all
    }

    /// An error where the values no longer fit: of packed files it is not known before.
    fn hold_within_memory(&self, chunks: &[Chunk]) -> Result<(), FormatError> {
        let Some(available) = self.memory_limit else {
            return Ok(());
        };
        let n_new: usize = chunks.iter().map(|chunk| chunk.values.len()).sum();
        let needed = (self.values.len() + n_new) as u64 * size_of::<f32>() as u64;
        if needed <= available {
            return Ok(());
        }
        let step = self.options.sample_step();
        let kind = FormatErrorKind::TooLarge {
            needed,
            available,
            shape: None,
            every: Some(step.saturating_mul(2)),
        };
        Err(FormatError::new(&self.file, kind).on_line(self.next_line))
    }

    fn store_values(&mut self, chunks: &[Chunk]) {
        let n_before = self.values.len();
        let n_new: usize = chunks.iter().map(|chunk| chunk.values.len()).sum();
        let needed = n_before + n_new;
        if needed > self.values.capacity() {
            self.values.reserve_exact(n_new + needed / 4);
        }
        // All threads touch the memory first: that is what costs most.
        self.values.par_extend(repeat_n(0.0, n_new));
        let mut rest = &mut self.values[n_before..];
        let mut targets = Vec::with_capacity(chunks.len());
        for chunk in chunks {
            let (target, after) = rest.split_at_mut(chunk.values.len());
            targets.push((target, chunk.values.as_slice()));
            rest = after;
        }
        parallel::for_each_chunk(&mut targets, 1, &|_, targets| {
            for (target, source) in targets {
                target.copy_from_slice(source);
            }
        });
    }

    fn merge(&mut self, mut chunk: Chunk) -> Result<(), FormatError> {
        let first_line = self.next_line;
        let has_rows = !chunk.ids.is_empty();
        let follows_ragged = chunk.ragged.is_empty() && has_rows && !self.tally.ragged.is_empty();
        for row in &mut chunk.ragged {
            row.line += first_line;
        }
        chunk.tally.shift_lines(first_line);
        self.next_line += chunk.n_lines;
        self.row_lines
            .extend(chunk.lines.iter().map(|line| line + first_line));
        self.ids.append(&mut chunk.ids);
        for (all, new) in self.annotations.iter_mut().zip(&mut chunk.annotations) {
            all.append(new);
        }
        self.tally.merge(chunk.tally);
        self.tally.ragged.append(&mut chunk.ragged);
        if follows_ragged || chunk.has_row_after_ragged {
            return Err(self.ragged_error());
        }
        Ok(())
    }

    fn ragged_error(&self) -> FormatError {
        let row = &self.tally.ragged[0];
        let kind = FormatErrorKind::RaggedRow {
            found: row.n_cells,
            expected: self.layout.n_fields() as u64,
            first_cells: row.first_cells.clone(),
        };
        FormatError::new(&self.file, kind).on_line(row.line)
    }

    /// Parses what is left, as the end of the file or, of a head, as far as lines are whole.
    fn drain(&mut self, is_whole: bool) -> Result<(), FormatError> {
        let mut pending = std::mem::take(&mut self.pending);
        if is_whole {
            self.pending = pending;
            if let Some((_, line)) = self.open_quote() {
                return Err(self.open_quote_error(line));
            }
            pending = std::mem::take(&mut self.pending);
        } else {
            let end = last_line_end(&pending, self.delimiter()).unwrap_or(0);
            pending.truncate(end);
        }
        self.parse_window(&pending)
    }
}

/// Position behind the last line feed that ends a line.
fn last_line_end(text: &[u8], delimiter: u8) -> Option<usize> {
    if !holds_byte(text, b'"') {
        return memrchr(b'\n', text).map(|end| end + 1);
    }
    let mut last = None;
    let mut start = 0;
    while let LineEnd::At(end) = line_end(text, start, delimiter) {
        start = end + 1;
        last = Some(start);
    }
    last
}

/// Cuts whole lines into chunks of about [`CHUNK`] bytes; with the delimiter, before which a quoted
/// cell ends, where there may be one.
fn cut(window: &[u8], delimiter: Option<u8>) -> Vec<&[u8]> {
    let quoting = delimiter.filter(|_| holds_byte(window, b'"'));
    let mut pieces = Vec::new();
    let mut start = 0;
    let mut position = 0;
    while position < window.len() {
        let end = if let Some(delimiter) = quoting {
            line_end(window, position, delimiter)
        } else {
            let from = (start + CHUNK).min(window.len());
            match memchr::memchr(b'\n', &window[from..]) {
                Some(offset) => LineEnd::At(from + offset),
                None => LineEnd::Unfinished,
            }
        };
        position = match end {
            LineEnd::At(end) => end + 1,
            LineEnd::Unfinished | LineEnd::OpenQuote(_) => window.len(),
        };
        if position - start >= CHUNK {
            pieces.push(&window[start..position]);
            start = position;
        }
    }
    if start < window.len() {
        pieces.push(&window[start..]);
    }
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chunks_are_whole_lines_and_together_the_window() {
        let line = format!("gene,\"a\nb\",{}\n", "1.25,".repeat(3000));
        for text in [line.repeat(60), line.replace('"', "'").repeat(60)] {
            let pieces = cut(text.as_bytes(), Some(b','));
            assert!(pieces.len() > 1);
            assert_eq!(pieces.concat(), text.as_bytes());
            assert!(pieces.iter().all(|piece| piece.ends_with(b"\n")));
        }
    }
}
