//! Hashes by which results are recognized: equal hash, equal result.

use std::fmt::Write as _;

use sha2::{Digest as _, Sha256};
use xxhash_rust::xxh64::Xxh64;

/// A SHA-256 over all that made something.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Hash([u8; 32]);

impl Hash {
    /// Lower-case hexadecimal, 64 digits.
    pub fn to_hex(self) -> String {
        hex(&self.0)
    }
}

/// Collects what makes a result. Every part is written with its length, so that no two lists of
/// parts give the same bytes.
#[derive(Debug, Clone, Default)]
pub struct HashBuilder(Sha256);

impl HashBuilder {
    /// Adds a text.
    pub fn text(mut self, text: &str) -> Self {
        self.0.update((text.len() as u64).to_le_bytes());
        self.0.update(text.as_bytes());
        self
    }

    /// Adds a number.
    pub fn number(mut self, number: u64) -> Self {
        self.0.update(number.to_le_bytes());
        self
    }

    /// Adds a hash.
    pub fn hash(mut self, hash: Hash) -> Self {
        self.0.update(hash.0);
        self
    }

    /// The hash of all parts.
    pub fn finish(self) -> Hash {
        Hash(self.0.finalize().into())
    }
}

/// SHA-256 of bytes that come block by block.
#[derive(Debug, Clone, Default)]
pub struct ByteHasher(Sha256);

impl ByteHasher {
    /// Adds a block.
    pub fn update(&mut self, block: &[u8]) {
        self.0.update(block);
    }

    /// The hash of all blocks, as `sha256sum` computes it.
    pub fn finish(self) -> Hash {
        Hash(self.0.finalize().into())
    }
}

/// XXH64 of bytes that come block by block: tells files apart at a twentieth of what SHA-256 costs,
/// so that results wait for nothing. Somebody who tries can make two files of one XXH64; what
/// others must believe is SHA-256.
#[derive(Clone)]
pub struct ContentHasher(Xxh64);

impl Default for ContentHasher {
    fn default() -> Self {
        Self(Xxh64::new(0))
    }
}

impl ContentHasher {
    /// Adds a block.
    pub fn update(&mut self, block: &[u8]) {
        self.0.update(block);
    }

    /// The hash of all blocks, as `xxh64sum` computes it.
    pub fn finish(&self) -> u64 {
        self.0.digest()
    }
}

/// Lower-case hexadecimal.
pub fn hex(bytes: &[u8]) -> String {
    bytes
        .iter()
        .fold(String::with_capacity(2 * bytes.len()), |mut text, byte| {
            // Writing to a string cannot fail.
            let _ = write!(text, "{byte:02x}");
            text
        })
}

#[cfg(test)]
mod tests {
    use super::{ByteHasher, ContentHasher, HashBuilder};

    #[test]
    fn bytes_hash_like_sha256sum_however_they_are_cut() {
        let mut hasher = ByteHasher::default();
        hasher.update(b"a");
        hasher.update(b"bc");
        assert_eq!(
            hasher.finish().to_hex(),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
        );
    }

    /// Expected values from the Python package xxhash 4.1.0.
    #[test]
    fn content_hashes_like_xxh64sum_however_it_is_cut() {
        let hash = |blocks: &[&[u8]]| {
            let mut hasher = ContentHasher::default();
            for block in blocks {
                hasher.update(block);
            }
            hasher.finish()
        };
        assert_eq!(hash(&[]), 0xef46_db37_51d8_e999);
        assert_eq!(hash(&[b"a", b"bc"]), 0x44bc_2cf5_ad77_0999);
        let long = [b'x'; 100];
        assert_eq!(hash(&[&long]), 0x92f0_de5a_88a3_c094);
        assert_eq!(hash(&[&long[..33], &long[33..]]), 0x92f0_de5a_88a3_c094);
    }

    #[test]
    fn parts_are_told_apart_from_their_concatenation() {
        let two = HashBuilder::default().text("ab").text("c").finish();
        let other = HashBuilder::default().text("a").text("bc").finish();
        assert_ne!(two, other);
    }
}
