//! Links: a recipe as the fragment of an address.
//!
//! ```text
//! #c1.d.<payload>.<check>
//!  |  |  |         CRC-32 of everything before the last dot, eight hexadecimal digits
//!  |  |  base64url without padding: length of what follows as a varint, then the codec's bytes
//!  |  codec: d = deflate over postcard
//!  version of the payload's schema
//! ```
//!
//! The length inside the payload lets a link that was cut short say how much of it arrived; the
//! check tells a damaged one. Every version ever released is read for ever: a new schema gets a new
//! file beside `v1` and a new number, and the old ones stay.

mod reveals;
mod v1;

use std::io::Read as _;

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use flate2::{Compression, read::DeflateDecoder, write::DeflateEncoder};

pub use reveals::reveals;

use crate::recipe::Recipe;

/// Bytes a payload may have unpacked: far above any recipe, far below what could hurt.
const MAX_UNPACKED: u64 = 256 << 10;

/// What every link begins with: schema and codec.
const PREFIX: &str = "c1.d.";

/// Hexadecimal digits of the check.
const CHECK_LENGTH: usize = 8;

/// Why a link cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum LinkError {
    /// Not one of ours.
    #[error("this is no link of Cuvette: it should begin with #c and a number")]
    NotALink,
    /// Made by a later version.
    #[error("the link is of the kind {found:?}, this version reads c1.d")]
    UnknownVersion {
        /// Version and codec of the link.
        found: String,
    },
    /// Only the beginning arrived.
    #[error("the link is cut short: {arrived} of {expected} characters arrived")]
    CutShort {
        /// Characters from `c1` on.
        arrived: usize,
        /// Characters there should be.
        expected: usize,
    },
    /// Too short to say how long it should be.
    #[error("the link is cut short after {arrived} characters")]
    CutShortEarly {
        /// Characters from `c1` on.
        arrived: usize,
    },
    /// Characters changed on the way.
    #[error("the link is damaged: its check is {found:?}, its content gives {expected:?}")]
    Damaged {
        /// The check in the link.
        found: String,
        /// The check of what arrived.
        expected: String,
    },
    /// Larger than any recipe.
    #[error("the link unpacks to more than {} KB", MAX_UNPACKED >> 10)]
    TooLarge,
    /// Intact, and yet no recipe.
    #[error("the {part} of the link cannot be read")]
    Unreadable {
        /// "text", "packed data", "recipe", "parameters of STEP".
        part: String,
    },
}

impl LinkError {
    /// Stable word for the page and for tests.
    pub fn code(&self) -> &'static str {
        match self {
            Self::NotALink => "no_link",
            Self::UnknownVersion { .. } => "link_version",
            Self::CutShort { .. } | Self::CutShortEarly { .. } => "link_cut_short",
            Self::Damaged { .. } => "link_damaged",
            Self::TooLarge => "link_too_large",
            Self::Unreadable { .. } => "link_unreadable",
        }
    }

    /// What to do about it.
    pub fn hint(&self) -> &'static str {
        match self {
            Self::UnknownVersion { .. } => "Open the link with a newer version of Cuvette",
            Self::CutShort { .. } | Self::CutShortEarly { .. } => {
                "Copy the whole link again; some programs cut long ones at the end of a line"
            }
            _ => "Ask for the link again, or for the recipe as a file",
        }
    }
}

/// What a link holds.
#[derive(Debug, Clone, PartialEq)]
pub struct Linked {
    /// The recipe.
    pub recipe: Recipe,
    /// Name of the step that was shown; may be empty.
    pub selected: String,
    /// How results were shown, as [`shown_text`](crate::shown_text) writes it; may be empty.
    pub shown: String,
}

/// The recipe as a link, `#` included.
pub fn encode(linked: &Linked) -> String {
    let packed = deflate(&v1::to_bytes(linked));
    // INVARIANT: a varint of 32 bits has at most five bytes, and a vector grows.
    let mut payload = postcard::to_allocvec(&(packed.len() as u32)).unwrap_or_default();
    payload.extend_from_slice(&packed);
    let body = format!("{PREFIX}{}", URL_SAFE_NO_PAD.encode(payload));
    let check = check_of(&body);
    format!("#{body}.{check}")
}

/// The recipe in a link: a whole address, its fragment, or the fragment without `#`.
pub fn decode(link: &str) -> Result<Linked, LinkError> {
    let link = link.trim();
    let body = link.split_once('#').map_or(link, |(_, fragment)| fragment);
    if !body
        .strip_prefix('c')
        .is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()))
    {
        return Err(LinkError::NotALink);
    }
    let Some(rest) = body.strip_prefix(PREFIX) else {
        return Err(other_prefix(body));
    };
    let (payload, check) = rest.split_once('.').unwrap_or((rest, ""));
    refuse_cut_short(body, payload)?;
    let content = &body[..PREFIX.len() + payload.len()];
    let expected = check_of(content);
    if check != expected {
        return Err(LinkError::Damaged {
            found: check.into(),
            expected,
        });
    }
    let unreadable = |part: &str| LinkError::Unreadable { part: part.into() };
    let bytes = URL_SAFE_NO_PAD
        .decode(payload)
        .map_err(|_not_base64| unreadable("text"))?;
    let (_, packed) =
        postcard::take_from_bytes::<u32>(&bytes).map_err(|_no_length| unreadable("length"))?;
    v1::from_bytes(&inflate(packed)?)
}

/// Says how much of a link arrived, where its end is missing.
fn refuse_cut_short(body: &str, payload: &str) -> Result<(), LinkError> {
    let arrived = body.chars().count();
    let early = LinkError::CutShortEarly { arrived };
    // Eight characters hold six bytes: the whole varint. Four by four, since less is no whole byte.
    let head = payload
        .get(..payload.len().min(8) / 4 * 4)
        .unwrap_or_default();
    let Ok(bytes) = URL_SAFE_NO_PAD.decode(head) else {
        // Damaged, not cut: the check tells.
        return Ok(());
    };
    let Ok((n_packed, packed)) = postcard::take_from_bytes::<u32>(&bytes) else {
        return Err(early);
    };
    let n_bytes = (bytes.len() - packed.len()) as u64 + u64::from(n_packed);
    let n_payload = (n_bytes * 4).div_ceil(3);
    let n_payload = usize::try_from(n_payload).unwrap_or(usize::MAX / 2);
    let expected = PREFIX.len() + n_payload + 1 + CHECK_LENGTH;
    if arrived < expected {
        return Err(LinkError::CutShort { arrived, expected });
    }
    Ok(())
}

fn other_prefix(body: &str) -> LinkError {
    let n_known = PREFIX.bytes().zip(body.bytes());
    if body.len() < PREFIX.len() && n_known.clone().all(|(a, b)| a == b) {
        return LinkError::CutShortEarly {
            arrived: body.len(),
        };
    }
    let parts: Vec<&str> = body.split('.').take(2).collect();
    LinkError::UnknownVersion {
        found: parts.join(".").chars().take(16).collect(),
    }
}

fn check_of(content: &str) -> String {
    let mut check = flate2::Crc::new();
    check.update(content.as_bytes());
    format!("{:08x}", check.sum())
}

fn deflate(bytes: &[u8]) -> Vec<u8> {
    use std::io::Write as _;
    let mut encoder = DeflateEncoder::new(Vec::new(), Compression::best());
    // INVARIANT: writing to a vector cannot fail; were it to, the check at the other end would tell.
    let _ = encoder.write_all(bytes);
    encoder.finish().unwrap_or_default()
}

fn inflate(packed: &[u8]) -> Result<Vec<u8>, LinkError> {
    let mut bytes = Vec::new();
    DeflateDecoder::new(packed)
        .take(MAX_UNPACKED + 1)
        .read_to_end(&mut bytes)
        .map_err(|_not_deflate| LinkError::Unreadable {
            part: "packed data".into(),
        })?;
    if bytes.len() as u64 > MAX_UNPACKED {
        return Err(LinkError::TooLarge);
    }
    Ok(bytes)
}

#[cfg(test)]
mod tests;
