//! Tables for reading a plain cell with one byte to a lane: `avx2` and `simd128`.
//!
//! How this works: a cell is loaded whole. One shuffle, looked up by its length and the place of its
//! decimal sign, takes that out and moves the digits to the last lanes. They are put together to
//! numbers of two digits, of four, of eight. Nothing branches on how long a number is or where it
//! has its sign.

use super::row::LONGEST;

/// A shuffle gives 0 for this lane, which does not exist.
const NOWHERE: u8 = 0x80;

/// Where the digits of the last lanes come from, by the length of a cell and the place of its
/// decimal sign; by its length again where it has none. Sixteen digits are too many to be exact.
pub(super) static SOURCES: [[[u8; LONGEST]; LONGEST]; LONGEST + 1] = {
    let mut table = [[[NOWHERE; LONGEST]; LONGEST]; LONGEST + 1];
    let mut length = 0;
    while length <= LONGEST {
        let mut mark = 0;
        while mark <= length && mark < LONGEST {
            let mut from = length;
            let mut lane = LONGEST;
            while from > 0 {
                from -= 1;
                if from != mark {
                    lane -= 1;
                    table[length][mark][lane] = from as u8;
                }
            }
            mark += 1;
        }
        length += 1;
    }
    table
};

/// What makes digits of the bytes of a number, and 0 of the sign that a negative one begins with.
pub(super) static ZEROS: [[u8; LONGEST]; 2] = {
    let mut negative = [b'0'; LONGEST];
    negative[0] = b'-';
    [[b'0'; LONGEST], negative]
};

/// Added with saturation, it sets the highest bit of each byte above 9.
pub(super) const ABOVE_NINE: u8 = 0x80 - 10;

/// Sixteen digits from what a vector of two numbers of eight digits holds.
#[inline(always)]
pub(super) fn sixteen_digits(eights: u64) -> u64 {
    (eights & 0xFFFF_FFFF) * 100_000_000 + (eights >> 32)
}
