//! What reading a file will give and take, told from its head.

use serde::{Deserialize, Serialize};

use crate::{
    error::FormatErrorKind, kind::InputKind, layout::Layout, options::Orientation, sniff::Sniffed,
};

/// Text and parsed pieces that are held beside the values, at most.
const WINDOWS: u64 = 24 << 20;
/// Bytes of the name and the line number of a row.
const ROW_BYTES: u64 = 64;
/// Lines of an annotation for each of its genes, about.
const GTF_LINES: u64 = 50;
/// Bytes kept of a line of an annotation, on average.
const GTF_BYTES: u64 = 16;

/// What reading the file will give and take.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
pub struct Estimate {
    /// Genes, or names in a list.
    pub n_genes: u64,
    /// Samples that are read.
    pub n_samples: u64,
    /// Memory while reading, in bytes.
    pub memory_bytes: u64,
    /// What each sample adds to it.
    pub bytes_per_sample: u64,
    /// True where the genes and samples are certain: all of the file was looked at, or its header has
    /// their numbers.
    pub exact: bool,
}

impl Estimate {
    /// The estimate for `n_read` rows of a file whose decoded text has `n_text_bytes`.
    pub(crate) fn of(sniffed: &Sniffed, n_read: u64, n_text_bytes: u64, exact: bool) -> Self {
        if sniffed.is_gtf {
            return Self {
                n_genes: n_read.div_ceil(GTF_LINES),
                memory_bytes: WINDOWS.min(2 * n_text_bytes) + GTF_BYTES * n_read,
                ..Self::default()
            };
        }
        let n_values = sniffed.layout.n_values() as u64;
        let (n_genes, n_samples) = match (sniffed.kind, sniffed.layout.orientation) {
            (InputKind::Matrix, Orientation::GenesInRows) => (n_read, n_values),
            (InputKind::Matrix, Orientation::SamplesInRows) => (n_values, n_read),
            (InputKind::SampleTable, _) => (0, n_read),
            _ => (n_read, 0),
        };
        let cell_bytes = size_of::<f32>() as u64;
        let row_bytes = match sniffed.layout.orientation {
            Orientation::GenesInRows => 0,
            Orientation::SamplesInRows => ROW_BYTES,
        };
        let cells = cell_bytes * n_read * n_values;
        let window = WINDOWS.min(2 * n_text_bytes);
        Self {
            n_genes,
            n_samples,
            memory_bytes: cells + window + ROW_BYTES * n_read,
            bytes_per_sample: if sniffed.kind == InputKind::Matrix {
                cell_bytes * n_genes + row_bytes
            } else {
                0
            },
            exact,
        }
    }

    /// Why the file cannot be read within `available` bytes, where every `step`-th sample is asked
    /// for; with a larger step that would do.
    pub(crate) fn too_large(&self, available: u64, step: u32) -> Option<FormatErrorKind> {
        if self.memory_bytes <= available {
            return None;
        }
        let for_samples = self.bytes_per_sample * self.n_samples;
        let fixed = self.memory_bytes.saturating_sub(for_samples);
        let n_fitting = available
            .saturating_sub(fixed)
            .checked_div(self.bytes_per_sample)
            .unwrap_or(0);
        let n_all = self.n_samples.saturating_mul(step.into());
        Some(FormatErrorKind::TooLarge {
            needed: self.memory_bytes,
            available,
            shape: (self.n_genes + self.n_samples > 0).then_some([self.n_genes, self.n_samples]),
            every: (n_fitting > 0)
                .then(|| n_all.div_ceil(n_fitting))
                .and_then(|every| u32::try_from(every).ok()),
        })
    }
}

/// Rows of the body in the whole file, by their length in `text`, its decoded start.
pub(crate) fn rows_by_length(layout: &Layout, text: &[u8], n_text_bytes: u64) -> u64 {
    let start = layout.body_start.min(text.len());
    let body = &text[start..];
    let n_feeds = memchr::memchr_iter(b'\n', body).count() as u64;
    let total = n_text_bytes.saturating_sub(start as u64);
    (total as f64 * n_feeds as f64 / body.len().max(1) as f64).round() as u64
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 100 samples of 1 kB each, and 50 kB besides.
    const HUNDRED: Estimate = Estimate {
        n_genes: 250,
        n_samples: 100,
        memory_bytes: 150_000,
        bytes_per_sample: 1000,
        exact: true,
    };

    fn check(available: u64, step: u32, expected: &str) {
        let said = match HUNDRED.too_large(available, step) {
            None => "fits".into(),
            Some(FormatErrorKind::TooLarge { every, .. }) => {
                every.map_or("no part fits".into(), |every| format!("1 of {every}"))
            }
            Some(other) => other.to_string(),
        };
        assert_eq!(said, expected, "{available} bytes, 1 of {step}");
    }

    #[test]
    fn the_part_offered_fits_into_the_memory() {
        check(150_000, 1, "fits");
        check(149_999, 1, "1 of 2");
        check(100_000, 1, "1 of 2");
        check(99_999, 1, "1 of 3");
        check(51_000, 1, "1 of 100");
        // What is read already is a part: the next is a part of all.
        check(100_000, 4, "1 of 8");
        check(50_999, 1, "no part fits");
    }
}
