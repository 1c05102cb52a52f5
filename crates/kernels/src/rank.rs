//! Sorting orders and ranks of `f32`: stable, missing values last, ties by index.
//!
//! How this works: a value and its index are packed into one `u64`, the order-preserving bits of
//! the value above the index. Sorting these integers sorts the values, and equal values by
//! index. They are [sorted](crate::sort) by the upper half alone: the lower half is in order
//! already.

use crate::sort::{self, sort_by_upper_half};

/// The key of every missing value: above that of infinity.
const MISSING_KEY: u32 = u32::MAX;

/// Buffers to sort with, reused from one slice to the next.
#[derive(Debug, Default)]
pub struct SortScratch {
    packed: Vec<u64>,
    radix: sort::Scratch,
}

/// An integer in the order of the value: `a < b` gives `key(a) < key(b)`, the two zeros are
/// equal, and every NaN comes after infinity.
///
/// ```
/// use cuvette_kernels::rank::ordered_key;
///
/// assert!(ordered_key(-2.0) < ordered_key(1e-40));
/// assert_eq!(ordered_key(-0.0), ordered_key(0.0));
/// assert!(ordered_key(f32::INFINITY) < ordered_key(-f32::NAN));
/// ```
#[inline]
pub fn ordered_key(value: f32) -> u32 {
    if value.is_nan() {
        return MISSING_KEY;
    }
    // Adding +0 turns -0 into +0 and leaves every other value alone.
    let bits = (value + 0.0).to_bits();
    if bits >> 31 == 0 {
        bits | (1 << 31)
    } else {
        !bits
    }
}

/// The value whose [`ordered_key`] is `key`; NaN for the key of a missing value.
#[inline]
pub fn value_of_key(key: u32) -> f32 {
    f32::from_bits(if key == MISSING_KEY {
        f32::NAN.to_bits()
    } else if key >> 31 == 1 {
        key & !(1 << 31)
    } else {
        !key
    })
}

/// A value's key above its index, in ascending order: what [`sort_with_index`] gives.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sorted<'a>(&'a [u64]);

impl Sorted<'_> {
    /// Number of values that are not missing; they stand first.
    pub fn n_present(self) -> usize {
        self.0
            .partition_point(|&packed| (packed >> 32) as u32 != MISSING_KEY)
    }

    /// Number of values.
    pub fn len(self) -> usize {
        self.0.len()
    }

    /// Whether there are no values.
    pub fn is_empty(self) -> bool {
        self.0.is_empty()
    }

    /// The key of the value at this position of the order.
    #[inline]
    pub fn key(self, position: usize) -> u32 {
        (self.0[position] >> 32) as u32
    }

    /// The value at this position of the order; a zero is positive.
    #[inline]
    pub fn value(self, position: usize) -> f32 {
        value_of_key(self.key(position))
    }

    /// Where the value at this position of the order stands in the input.
    #[inline]
    pub fn index(self, position: usize) -> usize {
        (self.0[position] & u64::from(u32::MAX)) as usize
    }

    /// One past the last position of the run of equal values that starts at `start`.
    #[inline]
    pub fn run_end(self, start: usize) -> usize {
        let key = self.key(start);
        let mut end = start + 1;
        while end < self.len() && self.key(end) == key {
            end += 1;
        }
        end
    }
}

/// Sorts `values` ascending, missing ones last, equal ones by index.
///
/// # Panics
///
/// With more than 2^32 values.
pub fn sort_with_index<'a>(values: &[f32], scratch: &'a mut SortScratch) -> Sorted<'a> {
    assert!(
        u32::try_from(values.len()).is_ok(),
        "too many values to sort with 32-bit indices"
    );
    scratch.packed.clear();
    scratch.packed.extend(
        values
            .iter()
            .zip(0_u64..)
            .map(|(&value, index)| u64::from(ordered_key(value)) << 32 | index),
    );
    sort_by_upper_half(&mut scratch.packed, &mut scratch.radix);
    Sorted(&scratch.packed)
}

/// The indices that sort `values`: ascending, missing ones last, equal ones by index.
///
/// ```
/// use cuvette_kernels::rank::{SortScratch, argsort};
///
/// let order = argsort(&[2.0, f32::NAN, -1.0, 2.0], &mut SortScratch::default());
/// assert_eq!(order, [2, 0, 3, 1]);
/// ```
pub fn argsort(values: &[f32], scratch: &mut SortScratch) -> Vec<u32> {
    let sorted = sort_with_index(values, scratch);
    sorted.0.iter().map(|&packed| packed as u32).collect()
}

/// Writes the rank of each value, from 1; equal values share the mean of their ranks, and a
/// missing value has none: NaN.
///
/// Agrees with `scipy.stats.rankdata(method="average", nan_policy="omit")` and R `rank`. Ranks
/// are exact for up to 2^23 values.
///
/// # Panics
///
/// When the lengths differ.
///
/// ```
/// use cuvette_kernels::rank::{SortScratch, average_ranks};
///
/// let mut ranks = [0.0; 4];
/// average_ranks(&[5.0, 1.0, 5.0, 9.0], &mut SortScratch::default(), &mut ranks);
/// assert_eq!(ranks, [2.5, 1.0, 2.5, 4.0]);
/// ```
pub fn average_ranks(values: &[f32], scratch: &mut SortScratch, ranks: &mut [f32]) {
    assert_eq!(values.len(), ranks.len(), "one rank for each value");
    let sorted = sort_with_index(values, scratch);
    let n_present = sorted.n_present();
    let mut start = 0;
    while start < n_present {
        let end = sorted.run_end(start);
        // Mean of the ranks start + 1 ..= end.
        let rank = ((start + 1 + end) as f64 / 2.0) as f32;
        for position in start..end {
            ranks[sorted.index(position)] = rank;
        }
        start = end;
    }
    for position in n_present..sorted.len() {
        ranks[sorted.index(position)] = f32::NAN;
    }
}

#[cfg(test)]
mod tests {
    use super::{SortScratch, argsort, average_ranks, ordered_key, value_of_key};
    use crate::reference;
    use proptest::prelude::*;

    /// Few distinct values, so that ties, both zeros, infinities and gaps are common.
    fn any_value() -> impl Strategy<Value = f32> {
        prop_oneof![
            (-5_i8..5).prop_map(f32::from),
            Just(-0.0),
            Just(f32::NAN),
            Just(-f32::NAN),
            Just(f32::INFINITY),
            Just(f32::NEG_INFINITY),
            Just(1e-45),
            any::<f32>(),
        ]
    }

    fn check(values: &[f32], scratch: &mut SortScratch) {
        let order = argsort(values, scratch);
        assert_eq!(order, reference::argsort(values), "{values:?}");
        let mut ranks = vec![-7.0; values.len()];
        average_ranks(values, scratch, &mut ranks);
        let expected = reference::average_ranks(values);
        for (found, expected) in ranks.iter().zip(expected) {
            assert!(
                f64::from(*found) == expected || (found.is_nan() && expected.is_nan()),
                "{values:?}"
            );
        }
    }

    #[test]
    fn every_length_up_to_past_the_longest_threshold_is_sorted() {
        // A linear congruential generator: fixed, and with ties by the modulus.
        let mut state = 1_u32;
        let values: Vec<f32> = (0..1_100)
            .map(|_| {
                state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                (state >> 8) as f32 % 977.0 - 400.0
            })
            .collect();
        let mut scratch = SortScratch::default();
        for len in (0..300).chain(1_000..=values.len()) {
            check(&values[..len], &mut scratch);
        }
    }

    #[test]
    fn equal_and_missing_long_inputs_keep_their_order() {
        let mut scratch = SortScratch::default();
        check(&vec![3.0; 2_000], &mut scratch);
        check(&vec![f32::NAN; 2_000], &mut scratch);
    }

    proptest! {
        #[test]
        fn keys_keep_the_order_and_lead_back(a in any_value(), b in any_value()) {
            if !a.is_nan() && !b.is_nan() {
                prop_assert_eq!(a.partial_cmp(&b), Some(ordered_key(a).cmp(&ordered_key(b))));
                prop_assert_eq!(value_of_key(ordered_key(a)), a);
            } else {
                prop_assert!(value_of_key(ordered_key(f32::NAN)).is_nan());
            }
        }

        #[test]
        fn orders_and_ranks_are_those_of_the_reference(
            values in proptest::collection::vec(any_value(), 0..1_500),
        ) {
            check(&values, &mut SortScratch::default());
        }
    }
}
