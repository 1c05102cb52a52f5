//! Rows in WebAssembly, in two thirds of the time that words take.

use core::arch::wasm32::{
    i16x8, i16x8_narrow_i32x4, i32x4_dot_i16x8, u8x16_add_sat, u8x16_bitmask, u8x16_eq,
    u8x16_splat, u8x16_swizzle, u16x8_mul, u16x8_shr, u16x8_splat, u64x2, u64x2_extract_lane, v128,
    v128_xor,
};

use super::{
    BadCell, NumberDialect,
    lanes::{ABOVE_NINE, SOURCES, ZEROS, sixteen_digits},
    quotient::quotient,
    row::{self, BLOCK, LONGEST},
};

/// See [`super::parse_row`].
pub(super) fn fill_row(
    line: &[u8],
    dialect: NumberDialect,
    out: &mut [f32],
) -> Result<usize, BadCell> {
    let delimiter = u8x16_splat(dialect.delimiter);
    let decimal = u8x16_splat(dialect.decimal);
    row::fill_row(
        line,
        dialect,
        out,
        |block| delimiters(block, delimiter),
        |bytes, length| number(bytes, length, decimal),
    )
}

#[inline(always)]
fn delimiters(block: &[u8; BLOCK], delimiter: v128) -> u64 {
    let (parts, _) = block.as_chunks();
    let bits = |part: usize| u64::from(u8x16_bitmask(u8x16_eq(loaded(&parts[part]), delimiter)));
    bits(0) | bits(1) << 16 | bits(2) << 32 | bits(3) << 48
}

/// The value of the first `length` bytes; `None` where they are no plain number or not exact.
#[inline(always)]
fn number(bytes: &[u8; LONGEST], length: usize, decimal: v128) -> Option<f32> {
    let sources = SOURCES.get(length)?;
    let n_minus = usize::from(bytes[0] == b'-');
    let cell = loaded(bytes);
    let marks = u32::from(u8x16_bitmask(u8x16_eq(cell, decimal))) | 1 << length;
    let mark = marks.trailing_zeros() as usize;
    let digits = v128_xor(cell, loaded(&ZEROS[n_minus]));
    let digits = u8x16_swizzle(digits, loaded(sources.get(mark)?));
    let others = u8x16_bitmask(u8x16_add_sat(digits, u8x16_splat(ABOVE_NINE)));
    if others != 0 || length <= n_minus + usize::from(mark < length) {
        return None;
    }
    // The first of two digits is the lower byte: 10 times it and the second meet in the upper one.
    let pairs = u16x8_shr(u16x8_mul(digits, u16x8_splat(10 << 8 | 1)), 8);
    let fours = i32x4_dot_i16x8(pairs, i16x8(100, 1, 100, 1, 100, 1, 100, 1));
    let fours = i16x8_narrow_i32x4(fours, fours);
    let tens = i16x8(10_000, 1, 10_000, 1, 10_000, 1, 10_000, 1);
    let mantissa = sixteen_digits(u64x2_extract_lane::<0>(i32x4_dot_i16x8(fours, tens)));
    Some(quotient(n_minus, mantissa, length - mark))
}

#[inline(always)]
fn loaded(bytes: &[u8; 16]) -> v128 {
    let bytes = u128::from_le_bytes(*bytes);
    u64x2(bytes as u64, (bytes >> 64) as u64)
}
