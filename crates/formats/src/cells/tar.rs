//! The members of a tar archive, as its bytes come: nothing of it is held.
//!
//! Read are POSIX (ustar, pax) and GNU archives: plain files, with their long names. What else an
//! archive holds (folders, links, attributes) is passed over.
//! Format: <https://pubs.opengroup.org/onlinepubs/9799919799/utilities/pax.html>.

use crate::error::FormatError;

use super::{damaged, members::Part};

pub(super) const BLOCK: usize = 512;
/// Long names and attributes are no longer than this.
const LONGEST_NAME: u64 = 64 << 10;

/// Whether bytes begin with the header of a member.
pub(super) fn is_tar(head: &[u8]) -> bool {
    head.get(257..262) == Some(b"ustar")
}

/// Reads an archive block by block.
pub(super) struct TarReader {
    file: String,
    state: State,
    /// A header that has not wholly come.
    header: Vec<u8>,
    /// What a member before said of the next one.
    next: Said,
    n_read: u64,
}

/// Name and size that do not fit into a header.
#[derive(Default)]
struct Said {
    name: Option<String>,
    size: Option<u64>,
}

enum State {
    Header,
    Content {
        what: What,
        left: u64,
        padding: u64,
    },
    Padding(u64),
    /// After the mark of the end.
    End,
}

enum What {
    Member,
    /// Attributes (pax) or a name (GNU) of the next member.
    Attributes(Vec<u8>),
    Name(Vec<u8>),
    Other,
}

impl TarReader {
    pub fn new(file: &str) -> Self {
        Self {
            file: file.into(),
            state: State::Header,
            header: Vec::new(),
            next: Said::default(),
            n_read: 0,
        }
    }

    /// Takes the next bytes of the archive, and hands on those of its members.
    pub fn push(
        &mut self,
        mut bytes: &[u8],
        take: &mut dyn FnMut(Part) -> Result<(), FormatError>,
    ) -> Result<(), FormatError> {
        while !bytes.is_empty() {
            let n_taken = match &mut self.state {
                State::End => bytes.len(),
                State::Header => {
                    let n = bytes.len().min(BLOCK - self.header.len());
                    self.header.extend_from_slice(&bytes[..n]);
                    if self.header.len() == BLOCK {
                        self.begin_member(take)?;
                    }
                    n
                }
                State::Content { what, left, .. } => {
                    let n = bytes
                        .len()
                        .min(usize::try_from(*left).unwrap_or(usize::MAX));
                    match what {
                        What::Member => take(Part::Bytes(&bytes[..n]))?,
                        What::Name(kept) | What::Attributes(kept) => {
                            kept.extend_from_slice(&bytes[..n]);
                        }
                        What::Other => {}
                    }
                    *left -= n as u64;
                    n
                }
                State::Padding(left) => {
                    let n = bytes
                        .len()
                        .min(usize::try_from(*left).unwrap_or(usize::MAX));
                    *left -= n as u64;
                    n
                }
            };
            self.n_read += n_taken as u64;
            bytes = &bytes[n_taken..];
            self.settle(take)?;
        }
        Ok(())
    }

    /// Ends the archive.
    pub fn finish(&self) -> Result<(), FormatError> {
        match self.state {
            State::Content { left, .. } if left > 0 => Err(damaged(
                &self.file,
                format!("the archive ends {left} bytes before the end of a member"),
            )),
            State::Header if !self.header.is_empty() => Err(damaged(
                &self.file,
                "the archive ends in the header of a member".into(),
            )),
            _ => Ok(()),
        }
    }

    /// Goes on where a member, or what fills its last block, has wholly come.
    fn settle(
        &mut self,
        take: &mut dyn FnMut(Part) -> Result<(), FormatError>,
    ) -> Result<(), FormatError> {
        if let State::Content {
            what,
            left: 0,
            padding,
        } = &mut self.state
        {
            let (what, padding) = (std::mem::replace(what, What::Other), *padding);
            self.state = State::Padding(padding);
            match what {
                What::Member => take(Part::End)?,
                What::Name(bytes) => self.next.name = Some(text_of(&bytes)),
                What::Attributes(bytes) => self.next.read(&bytes),
                What::Other => {}
            }
        }
        if let State::Padding(0) = self.state {
            self.state = State::Header;
        }
        Ok(())
    }

    fn begin_member(
        &mut self,
        take: &mut dyn FnMut(Part) -> Result<(), FormatError>,
    ) -> Result<(), FormatError> {
        let header = std::mem::take(&mut self.header);
        if header.iter().all(|&byte| byte == 0) {
            self.state = State::End;
            return Ok(());
        }
        let (Some(size), true) = (number(&header[124..136]), has_right_sum(&header)) else {
            let byte = self.n_read.saturating_sub(self.n_read % BLOCK as u64);
            let problem = format!("the archive is damaged: no member begins at its byte {byte}");
            return Err(damaged(&self.file, problem));
        };
        let mut size = size;
        let kind = header[156];
        let what = match kind {
            b'0' | 0 | b'7' => What::Member,
            b'L' => What::Name(Vec::new()),
            b'x' => What::Attributes(Vec::new()),
            _ => What::Other,
        };
        if matches!(what, What::Name(_) | What::Attributes(_)) {
            if size > LONGEST_NAME {
                let problem = format!("the archive is damaged: a name of {size} bytes");
                return Err(damaged(&self.file, problem));
            }
        } else {
            let said = std::mem::take(&mut self.next);
            size = said.size.unwrap_or(size);
            if let What::Member = what {
                take(Part::Begin(&said.name.unwrap_or_else(|| name_of(&header))))?;
            }
        }
        self.state = State::Content {
            what,
            left: size,
            padding: size.next_multiple_of(BLOCK as u64) - size,
        };
        Ok(())
    }
}

impl Said {
    /// Takes records of the form `27 path=a/long/name\n`.
    fn read(&mut self, mut records: &[u8]) {
        while let Some(blank) = memchr::memchr(b' ', records) {
            let n = std::str::from_utf8(&records[..blank]).ok();
            let n = n.and_then(|digits| digits.parse::<usize>().ok());
            let Some(record) = n.and_then(|n| records.get(blank + 1..n)) else {
                return;
            };
            let record = record.strip_suffix(b"\n").unwrap_or(record);
            if let Some(name) = record.strip_prefix(b"path=") {
                self.name = Some(text_of(name));
            } else if let Some(size) = record.strip_prefix(b"size=") {
                self.size = text_of(size).parse().ok();
            }
            records = &records[n.unwrap_or(records.len())..];
        }
    }
}

fn text_of(bytes: &[u8]) -> String {
    let end = memchr::memchr(0, bytes).unwrap_or(bytes.len());
    String::from_utf8_lossy(&bytes[..end]).into_owned()
}

fn name_of(header: &[u8]) -> String {
    let name = text_of(&header[..100]);
    let prefix = text_of(&header[345..500]);
    // GNU archives have other things in that place.
    if header[257..263] == *b"ustar\0" && !prefix.is_empty() {
        format!("{prefix}/{name}")
    } else {
        name
    }
}

/// Octal digits, or a number in base 256 where the first bit is set.
fn number(field: &[u8]) -> Option<u64> {
    if field[0] & 0x80 != 0 {
        let (high, low) = field.split_at(field.len() - 8);
        let low: [u8; 8] = low.try_into().ok()?;
        let is_small = high.iter().skip(1).all(|&byte| byte == 0) && low[0] < 0x80;
        return is_small.then_some(u64::from_be_bytes(low));
    }
    let digits = field.iter().filter(|byte| !matches!(byte, b' ' | 0));
    digits.copied().try_fold(0_u64, |value, byte| {
        let digit = matches!(byte, b'0'..=b'7').then(|| u64::from(byte - b'0'))?;
        value.checked_mul(8)?.checked_add(digit)
    })
}

/// The sum of a header's bytes, its own field taken as blanks.
pub(super) fn sum_of(header: &[u8]) -> u64 {
    let bytes = header.iter().enumerate();
    bytes
        .map(|(at, &byte)| u64::from(if (148..156).contains(&at) { b' ' } else { byte }))
        .sum()
}

fn has_right_sum(header: &[u8]) -> bool {
    number(&header[148..156]) == Some(sum_of(header))
}
