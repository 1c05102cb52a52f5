//! Numbers and texts as pickles write them.

use std::sync::Arc;

use super::Problem;

/// The type of a numpy number: `i2`, `f8`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct NumberType {
    family: u8,
    size: u8,
    is_big_endian: bool,
}

/// A number of Python or numpy.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Number {
    Integer(i64),
    Float(f64),
}

impl NumberType {
    /// The type of that code.
    pub fn from_code(code: &str) -> Result<Self, Problem> {
        let (order, code) = match code.as_bytes() {
            [order @ (b'<' | b'>' | b'|' | b'='), rest @ ..] => (*order, rest),
            rest => (b'<', rest),
        };
        match code {
            [family @ (b'i' | b'u'), size @ (b'1' | b'2' | b'4' | b'8')]
            | [family @ b'f', size @ (b'2' | b'4' | b'8')] => Ok(Self {
                family: *family,
                size: size - b'0',
                is_big_endian: order == b'>',
            }),
            _ => Err(Problem::Damaged(format!(
                "numbers of the numpy type {:?} are not read",
                String::from_utf8_lossy(code)
            ))),
        }
    }

    /// The same type in that order of bytes.
    pub fn ordered(self, order: &str) -> Result<Self, Problem> {
        match order {
            "<" | "|" | "=" | ">" => Ok(Self {
                is_big_endian: order == ">",
                ..self
            }),
            _ => Err(Problem::Damaged(format!("{order:?} is no order of bytes"))),
        }
    }

    /// The number that these bytes are.
    pub fn number(self, bytes: &[u8]) -> Result<Number, Problem> {
        let size = usize::from(self.size);
        if bytes.len() != size {
            let n = bytes.len();
            return Err(Problem::Damaged(format!(
                "a number of {size} bytes has {n} of them"
            )));
        }
        let mut little = [0; 8];
        little[..size].copy_from_slice(bytes);
        if self.is_big_endian {
            little[..size].reverse();
        }
        let bits = u64::from_le_bytes(little);
        match (self.family, self.size) {
            (b'i', _) => {
                let shift = 64 - 8 * u32::from(self.size);
                Ok(Number::Integer((bits << shift) as i64 >> shift))
            }
            (b'u', _) => match i64::try_from(bits) {
                Ok(whole) => Ok(Number::Integer(whole)),
                Err(_) => Err(too_large()),
            },
            (_, 2) => Ok(Number::Float(half(bits as u16))),
            (_, 4) => Ok(Number::Float(f32::from_bits(bits as u32).into())),
            _ => Ok(Number::Float(f64::from_bits(bits))),
        }
    }
}

fn half(bits: u16) -> f64 {
    cuvette_core::checkpoint::f32_from_f16(bits).into()
}

fn too_large() -> Problem {
    Problem::Damaged("a whole number takes more than 64 bits".into())
}

/// A whole number in two's complement, little-endian, of any length up to 8 bytes.
pub(super) fn long(bytes: &[u8]) -> Result<i64, Problem> {
    if bytes.len() > 8 {
        return Err(too_large());
    }
    let is_negative = bytes.last().is_some_and(|byte| byte & 0x80 != 0);
    let mut whole = if is_negative { [0xFF; 8] } else { [0; 8] };
    whole[..bytes.len()].copy_from_slice(bytes);
    Ok(i64::from_le_bytes(whole))
}

/// A number written out, as protocol 0 has it; `L` may stand behind it.
pub(super) fn written<T: std::str::FromStr>(line: &[u8]) -> Result<T, Problem> {
    let line = line.strip_suffix(b"L").unwrap_or(line);
    str::from_utf8(line)
        .ok()
        .and_then(|text| text.parse().ok())
        .ok_or_else(|| {
            let found = String::from_utf8_lossy(&line[..line.len().min(40)]).into_owned();
            Problem::Damaged(format!("{found:?} stands where a number was expected"))
        })
}

/// A text in UTF-8.
pub(super) fn utf_8(bytes: &[u8]) -> Result<Arc<str>, Problem> {
    match str::from_utf8(bytes) {
        Ok(text) => Ok(text.into()),
        Err(_) => Err(Problem::Damaged("a text is no UTF-8".into())),
    }
}

/// A text as protocol 0 writes it: letters up to 255 as bytes, others as `\uXXXX`.
pub(super) fn escaped(line: &[u8]) -> Result<Arc<str>, Problem> {
    let mut text = String::with_capacity(line.len());
    let mut rest = line;
    while let Some((&byte, after)) = rest.split_first() {
        let n_digits = match rest {
            [b'\\', b'u', ..] => 4,
            [b'\\', b'U', ..] => 8,
            _ => {
                text.push(char::from(byte));
                rest = after;
                continue;
            }
        };
        let letter = rest
            .get(2..2 + n_digits)
            .and_then(|digits| str::from_utf8(digits).ok())
            .and_then(|digits| u32::from_str_radix(digits, 16).ok())
            .and_then(char::from_u32);
        text.push(letter.ok_or_else(|| Problem::Damaged("a letter is written wrongly".into()))?);
        rest = &rest[2 + n_digits..];
    }
    Ok(text.into())
}
