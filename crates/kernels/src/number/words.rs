//! Rows on any processor, a cell being one word of eight bytes, or of sixteen.
//!
//! How this works: a cell is loaded whole and shifted so that its last digit is the last byte; the
//! decimal sign is taken out by moving the digits before it up by one; and the digits, eight at a
//! time, are put together by three multiplications (Lemire 2018,
//! <https://lemire.me/blog/2018/10/03/quickly-parsing-eight-digits/>). Nothing branches on where a
//! number ends or has its sign.

use super::{
    BadCell, NumberDialect,
    quotient::quotient,
    row::{self, BLOCK, LONGEST},
};

/// Every integer up to here is exact in `f64`.
const MAX_EXACT_INTEGER: u64 = 1 << 53;

/// Each byte `1`.
const ONES: u64 = u64::MAX / 255;

/// See [`super::parse_row`].
pub(super) fn fill_row(
    line: &[u8],
    dialect: NumberDialect,
    out: &mut [f32],
) -> Result<usize, BadCell> {
    // What is left of the decimal sign, as a digit, in every byte.
    let decimal = ONES * u64::from(dialect.decimal ^ b'0');
    row::fill_row(
        line,
        dialect,
        out,
        |block| delimiters(block, dialect.delimiter),
        |bytes, length| number(bytes, length, decimal),
    )
}

/// Bit `i` is set where byte `i` is the delimiter.
#[inline]
fn delimiters(block: &[u8; BLOCK], delimiter: u8) -> u64 {
    let (parts, _) = block.as_chunks::<16>();
    let mut bits = 0;
    for part in parts.iter().rev() {
        bits = (bits << 16) | u64::from(equal_bytes(*part, ONES * u64::from(delimiter)));
    }
    bits
}

/// The value of the first `length` bytes; `None` where they are no plain number or not exact.
#[inline(always)]
fn number(bytes: &[u8; LONGEST], length: usize, decimal: u64) -> Option<f32> {
    let bytes = u128::from_le_bytes(*bytes);
    match length {
        0 => None,
        1..=8 => short_number(bytes as u64, length, decimal),
        9..=LONGEST => long_number(bytes, length, decimal),
        _ => None,
    }
}

/// The number in the first `length` bytes, one to eight.
#[inline(always)]
fn short_number(bytes: u64, length: usize, decimal: u64) -> Option<f32> {
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
    let n_tail = n_marks as usize * (8 - place % 8);
    Some(quotient(
        usize::from(is_negative),
        eight_digits(digits),
        n_tail,
    ))
}

/// The same of one to sixteen bytes.
#[inline]
fn long_number(bytes: u128, length: usize, decimal: u64) -> Option<f32> {
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
    let n_tail = n_marks as usize * (16 - place % 16);
    let mantissa = eight_digits(first) * 100_000_000 + eight_digits(last);
    (mantissa <= MAX_EXACT_INTEGER).then(|| quotient(usize::from(is_negative), mantissa, n_tail))
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
#[cfg(not(target_arch = "x86_64"))]
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
