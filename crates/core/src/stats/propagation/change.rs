//! By how much a gene changes that is perturbed.

use crate::stats::quantile::quantiles_f32;

/// Where overexpression takes a gene: so many of its values lie below.
const HIGH: f64 = 0.99;

/// What is done to a gene, on a scale where zero is no expression: log(1 + x).
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Change {
    /// Its level goes to zero.
    KnockOut,
    /// Its level goes down by this share, from 0 to 1.
    KnockDown(f64),
    /// Its level goes to the 99th percentile of all samples, or stays where it is higher.
    Overexpress,
}

impl Change {
    /// What is added to the level of a gene with these values, in one sample or, without one, in the
    /// mean sample.
    ///
    /// # Missing values
    ///
    /// Left out of mean and percentile; NaN where the sample has none.
    ///
    /// # Examples
    ///
    /// ```
    /// use cuvette_core::stats::propagation::Change;
    ///
    /// let row = [1.0, 3.0];
    /// assert_eq!(Change::KnockOut.delta(&row, Some(1)), -3.0);
    /// assert_eq!(Change::KnockDown(0.5).delta(&row, None), -1.0);
    /// ```
    ///
    /// # Panics
    ///
    /// When there is no such sample.
    pub fn delta(self, row: &[f32], sample: Option<usize>) -> f64 {
        let level = match sample {
            Some(sample) => f64::from(row[sample]),
            None => mean_of_present(row),
        };
        match self {
            Self::KnockOut => -level,
            Self::KnockDown(share) => -share * level,
            Self::Overexpress => {
                let high = quantiles_f32(row, &[HIGH]);
                // Not `max`, which would make something of a missing level.
                match high.first().map_or(f64::NAN, |high| high - level) {
                    rise if rise < 0.0 => 0.0,
                    rise => rise,
                }
            }
        }
    }
}

fn mean_of_present(row: &[f32]) -> f64 {
    let present = row.iter().filter(|value| !value.is_nan());
    let (sum, n) = present.fold((0.0, 0_usize), |(sum, n), &value| {
        (sum + f64::from(value), n + 1)
    });
    sum / n as f64
}
