//! Tensors of a safetensors file, as its blocks come by: what the encoder needs is kept as stored,
//! all else passes.

use std::{collections::BTreeMap, sync::Arc};

use cuvette_core::checkpoint::{Checkpoint, Tensor, TensorValues};

use super::header::{LENGTH_BYTES, MAX_HEADER, Planned, Precision, read_header};
use crate::error::{FormatError, FormatErrorKind};

/// Reads one safetensors file.
pub(crate) struct WeightsReader {
    file: String,
    memory_limit: Option<u64>,
    /// The header, as far as it has come.
    head: Vec<u8>,
    /// Tensors still to come, the next one last; `None` before the header is read.
    coming: Option<Vec<Planned>>,
    filling: Option<Filling>,
    tensors: BTreeMap<String, Tensor>,
    left_out: Vec<String>,
    n_read: u64,
    n_expected: u64,
}

/// A tensor whose bytes are coming.
struct Filling {
    planned: Planned,
    n_left: u64,
    /// `None` where the bytes pass.
    values: Option<Values>,
    /// The first bytes of a value that a block cut.
    cut: Vec<u8>,
}

enum Values {
    Single(Vec<f32>),
    Half(Vec<u16>),
}

impl WeightsReader {
    /// A reader that keeps no more than that many bytes.
    pub fn new(file: &str, memory_limit: Option<u64>) -> Self {
        Self {
            file: file.into(),
            memory_limit,
            head: Vec::new(),
            coming: None,
            filling: None,
            tensors: BTreeMap::new(),
            left_out: Vec::new(),
            n_read: 0,
            n_expected: 0,
        }
    }

    fn error(&self, problem: String) -> FormatError {
        FormatError::new(&self.file, FormatErrorKind::Weights { problem }).at_byte(self.n_read)
    }

    /// Takes the next block.
    pub fn push(&mut self, mut block: &[u8]) -> Result<(), FormatError> {
        if self.coming.is_none() {
            block = self.take_header(block)?;
        }
        while !block.is_empty() {
            let Some(filling) = &mut self.filling else {
                return Err(self.error("bytes follow its last tensor".into()));
            };
            let n_left = usize::try_from(filling.n_left).unwrap_or(usize::MAX);
            let (own, rest) = block.split_at(n_left.min(block.len()));
            filling.push(own);
            self.n_read += own.len() as u64;
            block = rest;
            self.begin_next()?;
        }
        Ok(())
    }

    /// Ends the file.
    pub fn finish(mut self) -> Result<Checkpoint, FormatError> {
        if self.coming.is_none() {
            return Err(self.error("it is cut short within its header".into()));
        }
        if let Some(filling) = &self.filling {
            let problem = format!(
                "it is cut short within the tensor {}: {} of {} bytes are there",
                filling.planned.name, self.n_read, self.n_expected
            );
            return Err(self.error(problem));
        }
        self.left_out.sort();
        Ok(Checkpoint {
            tensors: self.tensors,
            left_out: self.left_out,
        })
    }

    /// Takes what belongs to the header and gives the rest of the block.
    fn take_header<'a>(&mut self, block: &'a [u8]) -> Result<&'a [u8], FormatError> {
        let mut rest = block;
        loop {
            let wanted = match self.head.split_first_chunk::<LENGTH_BYTES>() {
                None => LENGTH_BYTES,
                Some((length, _)) => {
                    let length = u64::from_le_bytes(*length);
                    if length > MAX_HEADER {
                        let problem = format!("its header has {length} bytes");
                        return Err(self.error(problem));
                    }
                    LENGTH_BYTES + length as usize
                }
            };
            let n_missing = wanted - self.head.len();
            if n_missing == 0 && wanted > LENGTH_BYTES {
                break;
            }
            if n_missing == 0 {
                return Err(self.error("its header is empty".into()));
            }
            if rest.is_empty() {
                return Ok(rest);
            }
            let (own, after) = rest.split_at(n_missing.min(rest.len()));
            self.head.extend_from_slice(own);
            self.n_read += own.len() as u64;
            rest = after;
        }
        let mut tensors = read_header(&self.head[LENGTH_BYTES..]).map_err(|it| self.error(it))?;
        self.head = Vec::new();
        self.refuse_too_large(&tensors)?;
        let n_bytes: u64 = tensors.iter().map(|tensor| tensor.n_bytes).sum();
        self.n_expected = self.n_read + n_bytes;
        tensors.reverse();
        self.coming = Some(tensors);
        self.begin_next()?;
        Ok(rest)
    }

    fn refuse_too_large(&self, tensors: &[Planned]) -> Result<(), FormatError> {
        let needed = kept_bytes(tensors);
        match self.memory_limit {
            Some(available) if needed > available => Err(self.too_large(needed, available)),
            _ => Ok(()),
        }
    }

    fn too_large(&self, needed: u64, available: u64) -> FormatError {
        let kind = FormatErrorKind::TooLarge {
            needed,
            available,
            shape: None,
            every: None,
        };
        FormatError::new(&self.file, kind)
    }

    /// Puts a full tensor away and begins the next that has any bytes.
    fn begin_next(&mut self) -> Result<(), FormatError> {
        loop {
            match self.filling.take() {
                Some(filling) if filling.n_left > 0 => {
                    self.filling = Some(filling);
                    return Ok(());
                }
                Some(filling) => self.put_away(filling),
                None => {}
            }
            let Some(planned) = self.coming.as_mut().and_then(Vec::pop) else {
                return Ok(());
            };
            let n_bytes = planned.n_bytes;
            let Ok(filling) = Filling::begin(planned) else {
                return Err(self.too_large(n_bytes, n_bytes.saturating_sub(1)));
            };
            self.filling = Some(filling);
        }
    }

    fn put_away(&mut self, filling: Filling) {
        let Filling {
            planned, values, ..
        } = filling;
        let values = match (values, planned.kept) {
            (Some(Values::Single(values)), _) => TensorValues::F32(Arc::new(values)),
            (Some(Values::Half(values)), Some(Precision::F16)) => {
                TensorValues::F16(Arc::new(values))
            }
            (Some(Values::Half(values)), _) => TensorValues::Bf16(Arc::new(values)),
            (None, _) => return self.left_out.push(planned.name),
        };
        let tensor = Tensor {
            shape: planned.shape,
            values,
        };
        self.tensors.insert(planned.name, tensor);
    }
}

/// Bytes of the tensors that are kept.
pub(super) fn kept_bytes(tensors: &[Planned]) -> u64 {
    let kept = tensors.iter().filter(|tensor| tensor.kept.is_some());
    kept.map(|tensor| tensor.n_bytes).sum()
}

impl Filling {
    /// Makes room at once, or says that there is none.
    fn begin(planned: Planned) -> Result<Self, std::collections::TryReserveError> {
        let n_bytes = usize::try_from(planned.n_bytes).unwrap_or(usize::MAX);
        let values = match planned.kept {
            None => None,
            Some(Precision::F32) => {
                let mut values = Vec::new();
                values.try_reserve_exact(n_bytes / 4)?;
                Some(Values::Single(values))
            }
            Some(Precision::F16 | Precision::Bf16) => {
                let mut values = Vec::new();
                values.try_reserve_exact(n_bytes / 2)?;
                Some(Values::Half(values))
            }
        };
        Ok(Self {
            n_left: planned.n_bytes,
            planned,
            values,
            cut: Vec::new(),
        })
    }

    fn push(&mut self, bytes: &[u8]) {
        self.n_left -= bytes.len() as u64;
        match &mut self.values {
            None => {}
            Some(Values::Single(values)) => {
                take_values::<4>(&mut self.cut, bytes, &mut |value| {
                    values.push(f32::from_le_bytes(value));
                });
            }
            Some(Values::Half(values)) => {
                take_values::<2>(&mut self.cut, bytes, &mut |value| {
                    values.push(u16::from_le_bytes(value));
                });
            }
        }
    }
}

/// Hands on whole values of `N` bytes; what is left of the last waits for the next block.
fn take_values<const N: usize>(cut: &mut Vec<u8>, mut bytes: &[u8], each: &mut dyn FnMut([u8; N])) {
    if !cut.is_empty() {
        let (own, rest) = bytes.split_at((N - cut.len()).min(bytes.len()));
        cut.extend_from_slice(own);
        bytes = rest;
        if let Some(value) = cut.first_chunk() {
            each(*value);
            cut.clear();
        }
    }
    let (values, rest) = bytes.as_chunks::<N>();
    for value in values {
        each(*value);
    }
    cut.extend_from_slice(rest);
}
