//! The plain cell `-?digits[.digits]` of up to sixteen bytes, read as one word.
//!
//! How this works: delimiters are found 64 bytes at a time, so that no cell waits for the end of
//! the one before it. A cell is loaded whole and shifted so that its last digit is the last byte;
//! the decimal sign is taken out by moving the digits before it up by one; and the digits, eight at
//! a time, are put together by three multiplications (Lemire 2018,
//! <https://lemire.me/blog/2018/10/03/quickly-parsing-eight-digits/>). Nothing branches on where a
//! number ends or has its sign.

use super::NumberDialect;

/// Every integer up to here is exact in `f64`.
const MAX_EXACT_INTEGER: u64 = 1 << 53;

/// Powers of ten up to the digits in a cell, all of them exact in `f64`.
const POWERS_OF_TEN: [f64; 16] = [
    1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15,
];

/// Each byte `1`.
const ONES: u64 = u64::MAX / 255;

/// Longest cell that is read here.
const LONGEST: usize = 16;

/// What the words of a line are compared with.
#[derive(Clone, Copy)]
pub(super) struct Patterns {
    /// The delimiter in every byte.
    delimiter: u64,
    /// What is left of the decimal sign, as a digit, in every byte.
    decimal: u64,
}

impl Patterns {
    /// For cells written in that way.
    pub(super) fn new(dialect: NumberDialect) -> Self {
        Self {
            delimiter: ONES * u64::from(dialect.delimiter),
            decimal: ONES * u64::from(dialect.decimal ^ b'0'),
        }
    }

    /// Bit `i` is set where byte `i` is the delimiter.
    #[inline]
    pub(super) fn delimiters(self, block: &[u8; 64]) -> u64 {
        let (parts, _) = block.as_chunks::<16>();
        let mut bits = 0;
        for part in parts.iter().rev() {
            bits = (bits << 16) | u64::from(equal_bytes(*part, self.delimiter));
        }
        bits
    }

    /// The value of `line[start..end]`; `None` where the cell is longer, or written otherwise, or
    /// not exact in `f64`.
    #[inline(always)]
    pub(super) fn number(self, line: &[u8], start: usize, end: usize) -> Option<f64> {
        let length = end - start;
        let rest = &line[start..];
        match (rest.first_chunk::<8>(), rest.first_chunk::<LONGEST>()) {
            _ if length == 0 || length > LONGEST => None,
            (Some(bytes), _) if length <= 8 => {
                short_number(u64::from_le_bytes(*bytes), length, self.decimal)
            }
            (_, Some(bytes)) => long_number(u128::from_le_bytes(*bytes), length, self.decimal),
            // So near to the end of the line that other bytes have to stand in for what follows.
            _ => {
                let mut padded = [0; LONGEST];
                padded[..length].copy_from_slice(&line[start..end]);
                long_number(u128::from_le_bytes(padded), length, self.decimal)
            }
        }
    }
}

/// The number in the first `length` bytes, one to eight.
#[inline(always)]
fn short_number(bytes: u64, length: usize, decimal: u64) -> Option<f64> {
    let is_negative = bytes as u8 == b'-';
    let length = length - usize::from(is_negative);
    let unsigned = bytes >> (8 * u32::from(is_negative));
    // Zeros move in before the first digit, and whatever follows the cell moves out.
    let cell = (unsigned ^ (ONES * u64::from(b'0'))).wrapping_shl(64 - 8 * length as u32);
    // Lowest bit of the byte that holds the decimal sign, and all bits below it.
    let mark = zero_bytes(cell ^ decimal) >> 7;
    let before = mark.wrapping_sub(1) & !mark;
    let n_marks = u32::from(mark != 0);
    let digits = (cell & !(before << 8 | 0xFF)) | ((cell & before) << (8 * n_marks));
    if length <= n_marks as usize || !are_digits(digits) {
        return None;
    }
    let place = (mark.trailing_zeros() / 8) as usize;
    let n_fraction = n_marks as usize * ((15 - place) & 7);
    Some(signed(is_negative, eight_digits(digits), n_fraction))
}

/// The same of one to sixteen bytes.
#[inline]
fn long_number(bytes: u128, length: usize, decimal: u64) -> Option<f64> {
    let is_negative = bytes as u8 == b'-';
    let length = length - usize::from(is_negative);
    let unsigned = bytes >> (8 * u32::from(is_negative));
    let cell = (unsigned ^ twice(ONES * u64::from(b'0'))).wrapping_shl(128 - 8 * length as u32);
    let other = cell ^ twice(decimal);
    let mark = u128::from(zero_bytes(other as u64) >> 7)
        | u128::from(zero_bytes((other >> 64) as u64) >> 7) << 64;
    let before = mark.wrapping_sub(1) & !mark;
    let n_marks = u32::from(mark != 0);
    let digits = (cell & !(before << 8 | 0xFF)) | ((cell & before) << (8 * n_marks));
    let (first, last) = (digits as u64, (digits >> 64) as u64);
    if length <= n_marks as usize || !are_digits(first) || !are_digits(last) {
        return None;
    }
    let place = (mark.trailing_zeros() / 8) as usize;
    let n_fraction = n_marks as usize * ((31 - place) & 15);
    let mantissa = eight_digits(first) * 100_000_000 + eight_digits(last);
    (mantissa <= MAX_EXACT_INTEGER).then(|| signed(is_negative, mantissa, n_fraction))
}

/// Both are exact, so the quotient is the `f64` nearest to the decimal text.
#[inline]
fn signed(is_negative: bool, mantissa: u64, n_fraction: usize) -> f64 {
    let value = mantissa as f64 / POWERS_OF_TEN[n_fraction & 15];
    // The sign as a bit: half of all log ratios are negative, and a branch could not guess which.
    f64::from_bits(value.to_bits() | u64::from(is_negative) << 63)
}

fn twice(word: u64) -> u128 {
    u128::from(word) << 64 | u128::from(word)
}

/// Bit `i` is set where byte `i` is as in `pattern`, whose bytes are all alike.
#[cfg(target_arch = "x86_64")]
#[inline]
fn equal_bytes(bytes: [u8; 16], pattern: u64) -> u16 {
    use core::arch::x86_64::{_mm_cmpeq_epi8, _mm_movemask_epi8, _mm_set_epi64x};

    let bytes = u128::from_le_bytes(bytes);
    // SAFETY: every x86-64 processor has SSE2, and no pointer is involved.
    let mask = unsafe {
        let bytes = _mm_set_epi64x((bytes >> 64) as i64, bytes as i64);
        let pattern = _mm_set_epi64x(pattern as i64, pattern as i64);
        _mm_movemask_epi8(_mm_cmpeq_epi8(bytes, pattern))
    };
    mask as u16
}

/// Bit `i` is set where byte `i` is as in `pattern`, whose bytes are all alike.
#[cfg(all(target_arch = "wasm32", target_feature = "simd128"))]
#[inline]
fn equal_bytes(bytes: [u8; 16], pattern: u64) -> u16 {
    use core::arch::wasm32::{u8x16_bitmask, u8x16_eq, u64x2, u64x2_splat};

    let bytes = u128::from_le_bytes(bytes);
    let bytes = u64x2(bytes as u64, (bytes >> 64) as u64);
    u8x16_bitmask(u8x16_eq(bytes, u64x2_splat(pattern)))
}

/// Bit `i` is set where byte `i` is as in `pattern`, whose bytes are all alike.
#[cfg(not(any(
    target_arch = "x86_64",
    all(target_arch = "wasm32", target_feature = "simd128")
)))]
fn equal_bytes(bytes: [u8; 16], pattern: u64) -> u16 {
    let delimiter = pattern as u8;
    let bits = bytes.iter().rev();
    bits.fold(0, |bits, &byte| (bits << 1) | u16::from(byte == delimiter))
}

/// The highest bit of each byte that is zero.
#[inline]
fn zero_bytes(word: u64) -> u64 {
    // A byte's lower bits carry into its highest one unless all are zero, and never beyond.
    !(((word & (ONES * 0x7F)) + ONES * 0x7F) | word | (ONES * 0x7F))
}

/// Whether each byte is 0 to 9.
#[inline]
fn are_digits(bytes: u64) -> bool {
    // The high bit of a byte above 9 is set; a carry out of it comes with its own high bit.
    (bytes.wrapping_add(ONES * 0x76) | bytes) & (ONES * 0x80) == 0
}

/// The number whose eight digits are the bytes, the first one lowest.
#[inline]
fn eight_digits(digits: u64) -> u64 {
    let pairs = digits.wrapping_mul(10).wrapping_add(digits >> 8);
    let upper = (pairs & 0x0000_00FF_0000_00FF).wrapping_mul(0x000F_4240_0000_0064);
    let lower = ((pairs >> 16) & 0x0000_00FF_0000_00FF).wrapping_mul(0x0000_2710_0000_0001);
    upper.wrapping_add(lower) >> 32
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const TAB: NumberDialect = NumberDialect {
        delimiter: b'\t',
        decimal: b'.',
    };

    fn any_byte() -> impl Strategy<Value = u8> {
        prop_oneof![
            b'0'..=b'9',
            Just(b'.'),
            Just(b'-'),
            Just(b'\t'),
            any::<u8>()
        ]
    }

    proptest! {
        #[test]
        fn delimiters_are_found_where_they_stand(block in proptest::collection::vec(any_byte(), 64)) {
            let bits = Patterns::new(TAB).delimiters(&block.clone().try_into().expect("64 bytes"));
            for (at, byte) in block.iter().enumerate() {
                prop_assert_eq!(bits >> at & 1 == 1, *byte == b'\t', "{}", at);
            }
        }

        /// Neither what stands before a cell nor what follows it matters.
        #[test]
        fn a_cell_of_any_bytes_is_the_number_that_the_standard_library_reads(
            before in proptest::collection::vec(any_byte(), 0..9),
            cell in proptest::collection::vec(any_byte(), 0..20),
            after in proptest::collection::vec(any_byte(), 0..20),
        ) {
            let mut line = before.clone();
            line.extend(&cell);
            let end = line.len();
            if !after.is_empty() {
                line.push(b'\t');
                line.extend(&after);
            }
            let found = Patterns::new(TAB).number(&line, before.len(), end);
            let is_plain = cell.iter().enumerate().all(|(at, byte)| {
                byte.is_ascii_digit() || *byte == b'.' || (at == 0 && *byte == b'-')
            });
            let expected = std::str::from_utf8(&cell).ok().filter(|_| is_plain);
            let expected: Option<f64> = expected.and_then(|text| text.parse().ok());
            match (found, expected) {
                (Some(found), Some(expected)) => {
                    prop_assert_eq!(found.to_bits(), expected.to_bits());
                }
                (Some(found), None) => prop_assert!(false, "{} of {:?}", found, cell),
                // Left to the slow way.
                (None, Some(_)) => prop_assert!(cell.len() > 15, "{:?}", cell),
                (None, None) => {}
            }
        }
    }
}
