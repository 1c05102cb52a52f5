//! Which member of an archive is what, and where its bytes go.

use crate::{
    error::{FormatError, FormatErrorKind},
    source::Unpacker,
};

use super::{mtx::MtxReader, refused};

/// Names in unpacked text are no longer than this: beyond, an archive is made to do harm.
const LONGEST_NAMES: usize = 1 << 29;

/// What a member of an archive holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    /// `matrix.mtx`
    Matrix,
    /// `features.tsv` or `genes.tsv`
    Features,
    /// `barcodes.tsv`
    Barcodes,
}

impl Role {
    pub fn label(self) -> &'static str {
        match self {
            Self::Matrix => "matrix.mtx",
            Self::Features => "features.tsv or genes.tsv",
            Self::Barcodes => "barcodes.tsv",
        }
    }
}

/// What a member holds, by its name: in any folder, with anything before it, packed or not.
pub(super) fn role_of(path: &str) -> Option<Role> {
    let path = path.to_ascii_lowercase();
    let name = path.rsplit('/').next()?;
    // Attributes that macOS puts beside every file.
    if name.starts_with("._") {
        return None;
    }
    let (stem, extension) = name.strip_suffix(".gz").unwrap_or(name).rsplit_once('.')?;
    match extension {
        "mtx" => Some(Role::Matrix),
        "tsv" if stem.ends_with("features") || stem.ends_with("genes") => Some(Role::Features),
        "tsv" if stem.ends_with("barcodes") => Some(Role::Barcodes),
        _ => None,
    }
}

/// An archive's way of handing over its members.
#[derive(Clone, Copy)]
pub(super) enum Part<'a> {
    /// A member of that path begins.
    Begin(&'a str),
    /// Its next bytes.
    Bytes(&'a [u8]),
    /// It has ended.
    End,
}

/// Names of genes or cells, unpacked.
pub(super) struct Names {
    /// The member, for messages.
    pub at: String,
    pub text: Vec<u8>,
}

/// The members that are read.
pub(super) struct Members {
    archive: String,
    step: u32,
    memory_limit: Option<u64>,
    current: Option<Current>,
    pub matrix: Option<MtxReader>,
    pub features: Option<Names>,
    pub barcodes: Option<Names>,
    /// Paths of all members that have a role.
    pub found: Vec<(Role, String)>,
}

struct Current {
    role: Role,
    unpacker: Unpacker,
}

impl Members {
    pub fn new(archive: &str, step: u32) -> Self {
        Self {
            archive: archive.into(),
            step,
            memory_limit: None,
            current: None,
            matrix: None,
            features: None,
            barcodes: None,
            found: Vec::new(),
        }
    }

    pub fn within(mut self, memory_limit: Option<u64>) -> Self {
        self.memory_limit = memory_limit;
        self
    }

    pub fn take(&mut self, part: Part) -> Result<(), FormatError> {
        match part {
            Part::Begin(path) => {
                self.begin(path);
                Ok(())
            }
            Part::Bytes(bytes) => self.unpack(|unpacker, sink| unpacker.push(bytes, sink)),
            Part::End => {
                self.unpack(|unpacker, sink| unpacker.finish(sink))?;
                let ended = self.current.take();
                match (&mut self.matrix, ended) {
                    (Some(matrix), Some(ended)) if ended.role == Role::Matrix => matrix.end(),
                    _ => Ok(()),
                }
            }
        }
    }

    /// Ends a member of which only the beginning is there; complaints are left out.
    pub fn cut(&mut self) {
        let rest = self.unpack(|unpacker, sink| unpacker.finish(sink));
        drop(rest);
    }

    /// Whether the archive was cut within names.
    pub fn is_at_names(&self) -> bool {
        let current = self.current.as_ref();
        current.is_some_and(|current| current.role != Role::Matrix)
    }

    fn begin(&mut self, path: &str) {
        self.current = None;
        let Some(role) = role_of(path) else { return };
        let is_first = !self.found.iter().any(|(known, _)| *known == role);
        self.found.push((role, path.into()));
        if !is_first {
            // It will be refused; the rest is looked through for a list of all.
            return;
        }
        let at = format!("{path} in {}", self.archive);
        self.current = Some(Current {
            role,
            unpacker: Unpacker::new(&at),
        });
        let names = |at| Names {
            at,
            text: Vec::new(),
        };
        match role {
            Role::Matrix => self.matrix = Some(MtxReader::new(&at, self.step, self.memory_limit)),
            Role::Features => self.features = Some(names(at)),
            Role::Barcodes => self.barcodes = Some(names(at)),
        }
    }

    fn unpack(
        &mut self,
        work: impl FnOnce(
            &mut Unpacker,
            &mut dyn FnMut(&[u8]) -> Result<(), FormatError>,
        ) -> Result<(), FormatError>,
    ) -> Result<(), FormatError> {
        let Some(Current { role, unpacker }) = &mut self.current else {
            return Ok(());
        };
        let names = match role {
            Role::Matrix => {
                let Some(matrix) = &mut self.matrix else {
                    return Ok(());
                };
                return work(unpacker, &mut |text| matrix.push(text));
            }
            Role::Features => &mut self.features,
            Role::Barcodes => &mut self.barcodes,
        };
        let Some(names) = names else { return Ok(()) };
        work(unpacker, &mut |text| {
            if names.text.len() + text.len() > LONGEST_NAMES {
                let problem = "it unpacks to more than names can be".into();
                let advice = "Pack the files again from their source".into();
                return Err(refused(&names.at, problem, advice));
            }
            names.text.extend_from_slice(text);
            Ok(())
        })
    }

    /// An error where a member is missing, or stands more than once.
    pub fn check(&self) -> Result<(), FormatError> {
        if self.found.is_empty() {
            let kind = FormatErrorKind::NotATable {
                what: "an archive of other files".into(),
                advice: crate::recognize::unpack_advice(),
            };
            return Err(FormatError::new(&self.archive, kind));
        }
        for role in [Role::Matrix, Role::Features, Role::Barcodes] {
            let of_role = self.found.iter().filter(|(known, _)| *known == role);
            let paths: Vec<&str> = of_role.map(|(_, path)| path.as_str()).collect();
            match paths.len() {
                0 => return Err(self.missing(role)),
                1 => {}
                n => return Err(self.several(role, n, &paths)),
            }
        }
        Ok(())
    }

    fn missing(&self, role: Role) -> FormatError {
        let found: Vec<&str> = self.found.iter().map(|(_, path)| path.as_str()).collect();
        let problem = format!(
            "the archive holds no {}, only {}",
            role.label(),
            found.join(", ")
        );
        refused(&self.archive, problem, super::WHAT_IS_NEEDED.into())
    }

    fn several(&self, role: Role, n: usize, paths: &[&str]) -> FormatError {
        const SHOWN: usize = 8;
        let mut list = paths[..n.min(SHOWN)].join(", ");
        if n > SHOWN {
            list.push_str(", …");
        }
        let problem = format!("the archive holds {n} files {}: {list}", role.label());
        let advice = "Put the matrix that is meant into an archive of its own, with its features and barcodes";
        refused(&self.archive, problem, advice.into())
    }
}
