//! The bytes of a pickle, from front to back.

use super::Problem;

/// Reads one instruction and argument after the other.
pub(super) struct Stream<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Stream<'a> {
    pub fn new(bytes: &'a [u8]) -> Self {
        Self { bytes, at: 0 }
    }

    /// Bytes before the next one.
    pub fn position(&self) -> usize {
        self.at
    }

    pub fn is_at_end(&self) -> bool {
        self.at == self.bytes.len()
    }

    pub fn take(&mut self, n: usize) -> Result<&'a [u8], Problem> {
        let end = self.at.checked_add(n).ok_or(Problem::Cut)?;
        let taken = self.bytes.get(self.at..end).ok_or(Problem::Cut)?;
        self.at = end;
        Ok(taken)
    }

    pub fn array<const N: usize>(&mut self) -> Result<[u8; N], Problem> {
        let taken = self.take(N)?;
        taken.first_chunk().copied().ok_or(Problem::Cut)
    }

    pub fn byte(&mut self) -> Result<u8, Problem> {
        self.array().map(|[byte]| byte)
    }

    /// Bytes behind a length of `N` bytes, little-endian.
    pub fn counted<const N: usize>(&mut self) -> Result<&'a [u8], Problem> {
        let mut length = [0; 8];
        length[..N].copy_from_slice(&self.array::<N>()?);
        let length = u64::from_le_bytes(length);
        self.take(usize::try_from(length).unwrap_or(usize::MAX))
    }

    /// The rest of a line, without its end.
    pub fn line(&mut self) -> Result<&'a [u8], Problem> {
        let rest = &self.bytes[self.at..];
        let length = memchr::memchr(b'\n', rest).ok_or(Problem::Cut)?;
        self.at += length + 1;
        Ok(&rest[..length])
    }
}
