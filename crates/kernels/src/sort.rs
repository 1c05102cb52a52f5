//! Sorting of integers, and of `f64` by integers in their order.
//!
//! How this works: long inputs are sorted by radix, least digit first, with the histograms of all
//! digits counted in one pass and digits that all keys share left out; a few keys by insertion.
//! There is no worst case, and the time does not depend on how fast the standard library sorts,
//! which is built small for WebAssembly.

/// Up to so many keys are sorted by insertion.
const INSERTION_MAX_LEN: usize = 40;

/// From so many keys on, few wide digits are worth their long histograms (which stay in L1).
const WIDE_MIN_LEN: usize = 1_024;
const NARROW_BITS: usize = 8;
const WIDE_BITS: usize = 11;

/// Buffers to sort with, reused from one slice to the next.
#[derive(Debug, Default)]
pub struct Scratch {
    other: Vec<u64>,
    histograms: Vec<u32>,
}

/// Sorts keys whose lower halves rise already: by the upper half, equal ones as they stand.
pub fn sort_by_upper_half(keys: &mut Vec<u64>, scratch: &mut Scratch) {
    match keys.len() {
        0..=INSERTION_MAX_LEN => sort_few(keys),
        n if n < WIDE_MIN_LEN => sort_by_radix::<32, NARROW_BITS, 4>(keys, scratch),
        _ => sort_by_radix::<32, WIDE_BITS, 3>(keys, scratch),
    }
}

/// Sorts keys, ascending.
pub fn sort_keys(keys: &mut Vec<u64>, scratch: &mut Scratch) {
    match keys.len() {
        0..=INSERTION_MAX_LEN => sort_few(keys),
        n if n < WIDE_MIN_LEN => sort_by_radix::<0, NARROW_BITS, 8>(keys, scratch),
        _ => sort_by_radix::<0, WIDE_BITS, 6>(keys, scratch),
    }
}

/// Keeps the `n` smallest keys, ascending; all of them where there are fewer.
pub fn keep_smallest(keys: &mut Vec<u64>, n: usize, scratch: &mut Scratch) {
    if n < keys.len() {
        let bound = nth_smallest_key(keys.clone(), n);
        keys.retain(|&key| key < bound);
        // Keys equal to the bound fill up what is left.
        keys.resize(n, bound);
    }
    sort_keys(keys, scratch);
}

/// Sorts values ascending, in the order of [`f64::total_cmp`].
///
/// ```
/// use cuvette_kernels::sort::sort_floats;
///
/// let mut values = [2.5, f64::INFINITY, -1.0, 0.0, -0.0];
/// sort_floats(&mut values);
/// assert_eq!(values, [-1.0, -0.0, 0.0, 2.5, f64::INFINITY]);
/// ```
pub fn sort_floats(values: &mut [f64]) {
    let mut keys: Vec<u64> = values.iter().map(|&value| key_of(value)).collect();
    sort_keys(&mut keys, &mut Scratch::default());
    for (value, key) in values.iter_mut().zip(keys) {
        *value = value_of(key);
    }
}

/// The positions of the values that are not missing, so that these ascend; equal ones by position,
/// and -0 before 0.
///
/// # Panics
///
/// With more than 2^32 values.
///
/// ```
/// use cuvette_kernels::sort::order_of_floats;
///
/// assert_eq!(order_of_floats(&[2.5, f64::NAN, -1.0, 2.5]), [2, 0, 3]);
/// ```
pub fn order_of_floats(values: &[f64]) -> Vec<u32> {
    assert!(
        u32::try_from(values.len()).is_ok(),
        "too many values to sort with 32-bit positions"
    );
    let present = (0..values.len() as u32).filter(|&at| !values[at as usize].is_nan());
    let mut scratch = Scratch::default();
    let mut keys = Vec::with_capacity(values.len());
    // By the lower halves first, then by the upper ones, which keeps the order of equal ones: a key
    // has room for half a value above a position.
    let mut order: Vec<u32> = present.collect();
    for first_bit in [0, 32] {
        let half = |at: u32| u64::from((key_of(values[at as usize]) >> first_bit) as u32);
        keys.clear();
        keys.extend((0..).zip(&order).map(|(place, &at)| half(at) << 32 | place));
        sort_by_upper_half(&mut keys, &mut scratch);
        order = keys.iter().map(|&key| order[key as u32 as usize]).collect();
    }
    order
}

/// The value that `n` others stand before in the order of [`f64::total_cmp`]; none where there are
/// not so many. Nothing is sorted: linear in the number of values.
pub fn nth_smallest(values: &[f64], n: usize) -> Option<f64> {
    let keys = || values.iter().map(|&value| key_of(value)).collect();
    (n < values.len()).then(|| value_of(nth_smallest_key(keys(), n)))
}

/// The key that `n` others stand before: digit by digit from the highest, only the keys with the
/// digit wanted are looked at further.
fn nth_smallest_key(mut keys: Vec<u64>, mut n: usize) -> u64 {
    for digit in (0..u64::BITS as usize / NARROW_BITS).rev() {
        if keys.len() <= INSERTION_MAX_LEN {
            break;
        }
        let mut counts = [0_u32; 1 << NARROW_BITS];
        for &key in &keys {
            counts[bucket::<0, NARROW_BITS>(key, digit)] += 1;
        }
        let mut wanted = 0;
        while n >= counts[wanted] as usize {
            n -= counts[wanted] as usize;
            wanted += 1;
        }
        keys.retain(|&key| bucket::<0, NARROW_BITS>(key, digit) == wanted);
    }
    // After the last digit all are equal.
    if keys.len() <= INSERTION_MAX_LEN {
        sort_few(&mut keys);
    }
    keys[n]
}

/// An integer in the order of [`f64::total_cmp`].
fn key_of(value: f64) -> u64 {
    let bits = value.to_bits();
    if bits >> 63 == 0 {
        bits | 1 << 63
    } else {
        !bits
    }
}

fn value_of(key: u64) -> f64 {
    f64::from_bits(if key >> 63 == 1 {
        key & !(1 << 63)
    } else {
        !key
    })
}

/// By insertion.
fn sort_few(keys: &mut [u64]) {
    for sorted in 1..keys.len() {
        let key = keys[sorted];
        let mut place = sorted;
        while place > 0 && keys[place - 1] > key {
            keys[place] = keys[place - 1];
            place -= 1;
        }
        keys[place] = key;
    }
}

/// Sorts by `N_DIGITS` digits of `DIGIT_BITS` from bit `FIRST_BIT` up, keeping the order of equal
/// ones.
fn sort_by_radix<const FIRST_BIT: usize, const DIGIT_BITS: usize, const N_DIGITS: usize>(
    keys: &mut Vec<u64>,
    scratch: &mut Scratch,
) {
    let Scratch { other, histograms } = scratch;
    let n_buckets = 1 << DIGIT_BITS;
    histograms.clear();
    histograms.resize(N_DIGITS * n_buckets, 0);
    for &key in keys.iter() {
        for digit in 0..N_DIGITS {
            histograms[digit * n_buckets + bucket::<FIRST_BIT, DIGIT_BITS>(key, digit)] += 1;
        }
    }
    other.clear();
    other.resize(keys.len(), 0);
    for (digit, offsets) in histograms.chunks_exact_mut(n_buckets).enumerate() {
        let first = bucket::<FIRST_BIT, DIGIT_BITS>(keys[0], digit);
        if offsets[first] as usize == keys.len() {
            continue;
        }
        turn_counts_into_offsets(offsets);
        for &key in keys.iter() {
            let offset = &mut offsets[bucket::<FIRST_BIT, DIGIT_BITS>(key, digit)];
            other[*offset as usize] = key;
            *offset += 1;
        }
        std::mem::swap(keys, other);
    }
}

fn turn_counts_into_offsets(counts: &mut [u32]) {
    let mut offset = 0;
    for count in counts {
        offset += std::mem::replace(count, offset);
    }
}

#[inline]
fn bucket<const FIRST_BIT: usize, const DIGIT_BITS: usize>(key: u64, digit: usize) -> usize {
    (key >> (FIRST_BIT + DIGIT_BITS * digit)) as usize & ((1 << DIGIT_BITS) - 1)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{
        Scratch, WIDE_MIN_LEN, keep_smallest, nth_smallest, order_of_floats, sort_floats, sort_keys,
    };

    fn any_value() -> impl Strategy<Value = f64> {
        prop_oneof![
            (-5_i8..5).prop_map(f64::from),
            any::<f32>().prop_map(f64::from),
            any::<f64>(),
            Just(-0.0),
            Just(-f64::NAN),
            Just(f64::NEG_INFINITY),
        ]
    }

    fn any_length() -> impl Strategy<Value = usize> {
        prop_oneof![0..60_usize, 0..3 * WIDE_MIN_LEN]
    }

    fn values() -> impl Strategy<Value = Vec<f64>> {
        any_length().prop_flat_map(|n| proptest::collection::vec(any_value(), n))
    }

    /// Keys of few digits, so that some are equal and some digits are shared.
    fn keys() -> impl Strategy<Value = Vec<u64>> {
        let key = prop_oneof![0..9_u64, any::<u64>(), any::<u32>().prop_map(u64::from)];
        any_length().prop_flat_map(move |n| proptest::collection::vec(key.clone(), n))
    }

    fn bits(values: &[f64]) -> Vec<u64> {
        values.iter().map(|value| value.to_bits()).collect()
    }

    proptest! {
        #[test]
        fn floats_stand_in_their_total_order(values in values()) {
            let mut expected = values.clone();
            expected.sort_by(f64::total_cmp);
            let mut found = values;
            sort_floats(&mut found);
            prop_assert_eq!(bits(&found), bits(&expected));
        }

        #[test]
        fn positions_are_ordered_by_their_values_and_missing_ones_left_out(values in values()) {
            let present = (0..values.len()).filter(|&at| !values[at].is_nan());
            let mut expected: Vec<u32> = present.map(|at| at as u32).collect();
            expected.sort_by(|&a, &b| values[a as usize].total_cmp(&values[b as usize]));
            prop_assert_eq!(order_of_floats(&values), expected);
        }

        #[test]
        fn the_nth_is_that_of_the_sorted_ones(values in values(), n in 0..4 * WIDE_MIN_LEN) {
            let mut expected = values.clone();
            expected.sort_by(f64::total_cmp);
            let n = if n % 3 == 0 { n } else { n % (values.len() + 1) };
            let found = nth_smallest(&values, n).map(f64::to_bits);
            prop_assert_eq!(found, expected.get(n).map(|value| value.to_bits()));
        }

        #[test]
        fn keys_are_sorted_and_the_smallest_kept(keys in keys(), n in 0..4 * WIDE_MIN_LEN) {
            let mut scratch = Scratch::default();
            let mut expected = keys.clone();
            expected.sort_unstable();
            let mut found = keys.clone();
            sort_keys(&mut found, &mut scratch);
            prop_assert_eq!(&found, &expected);
            let n = n % (keys.len() + 2);
            expected.truncate(n);
            let mut found = keys;
            keep_smallest(&mut found, n, &mut scratch);
            prop_assert_eq!(found, expected);
        }
    }
}
