//! The last step of every plain number: its digits as an integer, over a power of ten.

/// By the number of bytes from the decimal sign on, 0 where there is none; negative from 32 on. As
/// far as they are used, all of them are exact.
static DIVISORS: [f64; 64] = {
    let mut table = [1.0; 64];
    let mut n = 2;
    while n < 32 {
        table[n] = table[n - 1] * 10.0;
        n += 1;
    }
    let mut n = 0;
    while n < 32 {
        table[32 + n] = -table[n];
        n += 1;
    }
    table
};

/// What comes nearest to one over each divisor.
static FACTORS: [f64; 64] = {
    let mut table = [0.0; 64];
    let mut n = 0;
    while n < 64 {
        table[n] = 1.0 / DIVISORS[n];
        n += 1;
    }
    table
};

/// The `f64` nearest to `mantissa` / 10^(`n_tail` − 1), negative where `n_minus` is 1, as `f32`.
///
/// `mantissa` is at most 2^53, and `n_tail`, the bytes from the decimal sign on, at most 16: both
/// numbers are exact, so the quotient is the `f64` nearest to the decimal text. A product takes a
/// third of its time and is, with two more roundings, within three units in the last place of it.
/// Both are the same `f32`, unless the middle between two `f32` is that near: then it is divided.
#[inline(always)]
pub(super) fn quotient(n_minus: usize, mantissa: u64, n_tail: usize) -> f32 {
    /// Bits of an `f64` below those of an `f32`.
    const BELOW: u32 = (1 << 29) - 1;
    const MIDDLE: u32 = 1 << 28;
    let place = (n_minus << 5 | n_tail) % 64;
    // A signed integer, since processors convert no other.
    let mantissa = mantissa as i64 as f64;
    let product = mantissa * FACTORS[place];
    let from_middle = (product.to_bits() as u32 & BELOW).wrapping_sub(MIDDLE - 4);
    if from_middle <= 8 {
        return divided(mantissa, DIVISORS[place]);
    }
    product as f32
}

#[cold]
#[inline(never)]
fn divided(mantissa: f64, divisor: f64) -> f32 {
    (mantissa / divisor) as f32
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn check(mantissa: u64, n_fraction: usize) {
        let text = format!("{mantissa}e-{n_fraction}");
        let expected = text.parse::<f64>().expect("a number") as f32;
        let n_tail = n_fraction + usize::from(n_fraction > 0);
        let found = quotient(0, mantissa, n_tail);
        assert_eq!(found.to_bits(), expected.to_bits(), "{text}");
        let found = quotient(1, mantissa, n_tail);
        assert_eq!(found.to_bits(), (-expected).to_bits(), "-{text}");
    }

    #[test]
    fn zero_keeps_its_sign() {
        check(0, 0);
        check(0, 15);
    }

    #[test]
    fn halves_between_two_f32_go_to_the_even_one() {
        check((1 << 24) + 1, 0);
        check((1 << 24) + 3, 0);
        check(83_886_085, 1);
        check(1 << 53, 0);
    }

    proptest! {
        #[test]
        fn a_quotient_is_what_the_standard_library_reads(
            mantissa in prop_oneof![0..=1_u64 << 53, 0..1_000_000_u64],
            n_fraction in 0..16_usize,
        ) {
            check(mantissa, n_fraction);
        }

        /// Decimals as near to the middle between two `f32` as their digits allow.
        #[test]
        fn decimals_beside_a_middle_are_rounded_once(
            bits in 0x3000_0000_u32..0x5A00_0000,
            n_fraction in 0..16_usize,
            off in -2_i64..=2,
        ) {
            let low = f64::from(f32::from_bits(bits));
            let high = f64::from(f32::from_bits(bits + 1));
            let scaled = (low.midpoint(high) * 10_f64.powi(n_fraction as i32)).round();
            let mantissa = (scaled as i64).saturating_add(off);
            prop_assume!((0..=1 << 53).contains(&mantissa));
            check(mantissa as u64, n_fraction);
        }
    }
}
