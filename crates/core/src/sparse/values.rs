//! Values of one matrix, all of the smallest type that holds them.

use std::ops::Range;

/// Values as narrow as they can be.
#[derive(Debug, Clone)]
pub(super) enum Values {
    U8(Vec<u8>),
    U16(Vec<u16>),
    U32(Vec<u32>),
    F32(Vec<f32>),
}

/// Does the same with the vector of any width.
macro_rules! of_any_width {
    ($values:expr, $found:ident => $work:expr) => {
        match $values {
            Values::U8($found) => $work,
            Values::U16($found) => $work,
            Values::U32($found) => $work,
            Values::F32($found) => $work,
        }
    };
}

impl Values {
    pub fn empty_like(&self, capacity: usize) -> Self {
        match self {
            Self::U8(_) => Self::U8(Vec::with_capacity(capacity)),
            Self::U16(_) => Self::U16(Vec::with_capacity(capacity)),
            Self::U32(_) => Self::U32(Vec::with_capacity(capacity)),
            Self::F32(_) => Self::F32(Vec::with_capacity(capacity)),
        }
    }

    pub fn get(&self, at: usize) -> f32 {
        match self {
            Self::U8(values) => f32::from(values[at]),
            Self::U16(values) => f32::from(values[at]),
            Self::U32(values) => values[at] as f32,
            Self::F32(values) => values[at],
        }
    }

    pub fn value_bytes(&self) -> usize {
        match self {
            Self::U8(_) => 1,
            Self::U16(_) => 2,
            Self::U32(_) | Self::F32(_) => 4,
        }
    }

    /// Adds a value, and makes all wider where it does not fit.
    pub fn push(&mut self, value: f32) {
        let fits = |most: f32| value >= 0.0 && value <= most && value.trunc() == value;
        match self {
            Self::U8(values) if fits(255.0) => values.push(value as u8),
            Self::U16(values) if fits(65_535.0) => values.push(value as u16),
            // The largest whole number below 2³² that an `f32` holds.
            Self::U32(values) if fits(4_294_967_040.0) => values.push(value as u32),
            Self::F32(values) => values.push(value),
            _ => {
                self.widen();
                self.push(value);
            }
        }
    }

    fn widen(&mut self) {
        // The vector keeps its room: it was made for all values to come.
        fn wider<A: Copy, B>(narrow: &[A], room: usize, widen: impl Fn(A) -> B) -> Vec<B> {
            let mut wide = Vec::with_capacity(room);
            wide.extend(narrow.iter().map(|&value| widen(value)));
            wide
        }
        *self = match self {
            Self::U8(values) => Self::U16(wider(values, values.capacity(), u16::from)),
            Self::U16(values) => Self::U32(wider(values, values.capacity(), u32::from)),
            Self::U32(values) => Self::F32(wider(values, values.capacity(), |it| it as f32)),
            Self::F32(_) => return,
        };
    }

    /// Adds values of `other`, which is as wide, by their places.
    pub fn append(&mut self, other: &Self, places: impl Iterator<Item = usize>) {
        match (self, other) {
            (Self::U8(to), Self::U8(from)) => to.extend(places.map(|at| from[at])),
            (Self::U16(to), Self::U16(from)) => to.extend(places.map(|at| from[at])),
            (Self::U32(to), Self::U32(from)) => to.extend(places.map(|at| from[at])),
            (Self::F32(to), Self::F32(from)) => to.extend(places.map(|at| from[at])),
            (to, from) => places.for_each(|at| to.push(from.get(at))),
        }
    }

    pub fn shrink(&mut self) {
        of_any_width!(self, values => values.shrink_to_fit());
    }

    /// Puts the values of a range in the order of `places`.
    pub fn reorder(&mut self, range: Range<usize>, places: &[(u32, u32)]) {
        fn put<T: Copy>(values: &mut [T], places: &[(u32, u32)]) {
            let copy = values.to_vec();
            for (value, &(_, from)) in values.iter_mut().zip(places) {
                *value = copy[from as usize];
            }
        }
        of_any_width!(self, values => put(&mut values[range], places));
    }

    /// Makes room for so many; false where the memory does not have it.
    pub fn try_reserve(&mut self, n_values: usize) -> bool {
        of_any_width!(self, values => values.try_reserve_exact(n_values).is_ok())
    }
}
