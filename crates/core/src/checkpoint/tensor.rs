//! Numbers of a tensor in the precision in which they are stored.

use std::sync::Arc;

/// One tensor, its values in the order of the file: the last dimension varies fastest.
#[derive(Debug, Clone, PartialEq)]
pub struct Tensor {
    /// Size of each dimension.
    pub shape: Vec<usize>,
    /// The values.
    pub values: TensorValues,
}

/// Values as stored. Half precision is widened where it is computed with.
#[derive(Debug, Clone, PartialEq)]
pub enum TensorValues {
    /// Single precision.
    F32(Arc<Vec<f32>>),
    /// The bits of half precision (IEEE 754 binary16).
    F16(Arc<Vec<u16>>),
    /// The bits of the upper half of single precision.
    Bf16(Arc<Vec<u16>>),
}

impl TensorValues {
    /// How many there are.
    pub fn len(&self) -> usize {
        match self {
            Self::F32(values) => values.len(),
            Self::F16(values) | Self::Bf16(values) => values.len(),
        }
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The name that safetensors has for the type.
    pub fn type_name(&self) -> &'static str {
        match self {
            Self::F32(_) => "F32",
            Self::F16(_) => "F16",
            Self::Bf16(_) => "BF16",
        }
    }

    /// All of them in single precision; shared where they are so already.
    pub fn widened(&self) -> Arc<Vec<f32>> {
        match self {
            Self::F32(values) => Arc::clone(values),
            Self::F16(values) => Arc::new(values.iter().copied().map(f32_from_f16).collect()),
            Self::Bf16(values) => Arc::new(values.iter().copied().map(f32_from_bf16).collect()),
        }
    }

    /// Adds the values from position `start` on to as many numbers.
    ///
    /// # Panics
    ///
    /// When there are not as many.
    pub fn add_to(&self, start: usize, sums: &mut [f32]) {
        let range = start..start + sums.len();
        match self {
            Self::F32(values) => add(sums, values[range].iter().copied()),
            Self::F16(values) => add(sums, values[range].iter().copied().map(f32_from_f16)),
            Self::Bf16(values) => add(sums, values[range].iter().copied().map(f32_from_bf16)),
        }
    }
}

fn add(sums: &mut [f32], values: impl Iterator<Item = f32>) {
    for (sum, value) in sums.iter_mut().zip(values) {
        *sum += value;
    }
}

impl Tensor {
    /// Bytes of the values.
    pub fn memory_bytes(&self) -> u64 {
        let value_bytes = match self.values {
            TensorValues::F32(_) => 4,
            TensorValues::F16(_) | TensorValues::Bf16(_) => 2,
        };
        value_bytes * self.values.len() as u64
    }
}

/// The number whose half-precision bits (IEEE 754 binary16) are given. Exact.
///
/// ```
/// use cuvette_core::checkpoint::f32_from_f16;
///
/// assert_eq!(f32_from_f16(0x3C00), 1.0);
/// assert_eq!(f32_from_f16(0xC500), -5.0);
/// assert_eq!(f32_from_f16(0x0001), 2.0_f32.powi(-24));
/// ```
pub fn f32_from_f16(bits: u16) -> f32 {
    const TWO_TO_112: f32 = f32::from_bits(0x7780_0000);
    let sign = u32::from(bits & 0x8000) << 16;
    let magnitude = u32::from(bits & 0x7FFF) << 13;
    if bits & 0x7C00 == 0x7C00 {
        return f32::from_bits(sign | 0x7F80_0000 | magnitude);
    }
    // The exponent of single precision is larger by 112; so are numbers without leading bit right.
    let scaled = f32::from_bits(magnitude) * TWO_TO_112;
    f32::from_bits(sign | scaled.to_bits())
}

/// The number whose upper half in single precision is given. Exact.
pub fn f32_from_bf16(bits: u16) -> f32 {
    f32::from_bits(u32::from(bits) << 16)
}

#[cfg(test)]
mod tests {
    use super::{f32_from_bf16, f32_from_f16};

    /// Half precision by its definition, in double precision.
    fn by_definition(bits: u16) -> f64 {
        let sign = if bits & 0x8000 == 0 { 1.0 } else { -1.0 };
        let exponent = i32::from((bits >> 10) & 0x1F);
        let fraction = f64::from(bits & 0x3FF) / 1024.0;
        match exponent {
            0 => sign * fraction * 2.0_f64.powi(-14),
            31 if fraction == 0.0 => sign * f64::INFINITY,
            31 => f64::NAN,
            _ => sign * (1.0 + fraction) * 2.0_f64.powi(exponent - 15),
        }
    }

    #[test]
    fn every_half_is_widened_exactly() {
        for bits in 0..=u16::MAX {
            let (found, expected) = (f64::from(f32_from_f16(bits)), by_definition(bits));
            let is_same = found == expected || (found.is_nan() && expected.is_nan());
            assert!(is_same, "{bits:#06x}: {found} is not {expected}");
            assert_eq!(found.is_sign_negative(), bits & 0x8000 != 0, "{bits:#06x}");
        }
    }

    #[test]
    fn the_upper_half_of_a_number_is_that_number_with_zeros_behind() {
        assert_eq!(f32_from_bf16(0x3FC0), 1.5);
        assert_eq!(f32_from_bf16(0xC000), -2.0);
        assert!(f32_from_bf16(0x7FC0).is_nan());
    }
}
