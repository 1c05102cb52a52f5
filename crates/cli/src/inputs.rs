//! The files of a recipe: found, read block by block, compared with what the recipe expects.

use std::{
    io::{self, Read},
    path::{Path, PathBuf},
    time::Instant,
};

use cuvette_engine::{
    BLOCK_BYTES, Engine, EngineError, Opening,
    fingerprint::fingerprint,
    hash::ByteHasher,
    protocol::{Answer, ErrorReport, InputState, ReplyBody},
    recipe::{Fingerprint, Input, Recipe, check::nearest},
};
use cuvette_formats::{FormatError, is_workbook};
use serde::Serialize;

use crate::{
    failure::Failure,
    source::{self, Source},
};

/// An input that was read.
pub struct ReadInput {
    /// Where it was read from.
    pub path: PathBuf,
    /// What it is and what was found.
    pub state: InputState,
    /// Its prints.
    pub fingerprint: Fingerprint,
    /// Whether it is the file that the recipe was made with.
    pub sameness: Sameness,
    /// How long the reading took.
    pub seconds: f64,
}

/// How a file compares with the fingerprint in the recipe.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Sameness {
    /// The recipe holds no fingerprint.
    Unknown,
    /// The same bytes.
    Identical,
    /// Other bytes, the same numbers and names.
    SameNumbers,
    /// Other numbers or names.
    Different,
}

/// The file of every input: as given, else what the recipe names, beside the recipe.
pub fn locate<'a>(
    recipe: &'a Recipe,
    given: &[(String, PathBuf)],
    folder: &Path,
) -> Result<Vec<(&'a Input, PathBuf)>, Failure> {
    for (index, (name, _)) in given.iter().enumerate() {
        let names = || recipe.inputs.iter().map(|input| input.name.as_str());
        if !names().any(|known| known == name) {
            let hint = match nearest(name, names()) {
                Some(word) => format!("did you mean {word}?"),
                None => format!("it has {}", names().collect::<Vec<_>>().join(", ")),
            };
            let message = format!("the recipe has no input {name:?}");
            return Err(Failure::usage(message, Some(hint)));
        }
        if given.iter().take(index).any(|(earlier, _)| earlier == name) {
            let message = format!("--input {name} is given twice, expected once");
            return Err(Failure::usage(message, None));
        }
    }
    let locate_one = |input: &'a Input| {
        let found = given.iter().find(|(name, _)| *name == input.name);
        match found {
            Some((_, path)) => Ok((input, path.clone())),
            None if input.file.is_empty() => Err(Failure::usage(
                format!(
                    "the recipe does not say which file the input {} is",
                    input.name
                ),
                Some(format!("add --input {}=FILE", input.name)),
            )),
            None => Ok((input, folder.join(&input.file))),
        }
    };
    recipe.inputs.iter().map(locate_one).collect()
}

/// Reads one input into the engine, telling `progress` of bytes done and in all.
pub fn read(
    engine: &Engine,
    input: &Input,
    path: &Path,
    progress: &dyn Fn(u64, u64),
) -> Result<ReadInput, Failure> {
    let start = Instant::now();
    let Source {
        name: file_name,
        bytes: mut file,
    } = source::open(path)?;
    let told = |error: EngineError| Failure::from(ErrorReport::from(&error));
    let limit = engine.free_memory().unwrap_or(u64::MAX);
    let mut reading = Reading {
        opening: engine.opening(&input.name, &file_name, input.kind, input.import.clone()),
        hasher: ByteHasher::default(),
        progress,
    };
    let unreadable = |error: io::Error| Failure::file("the file cannot be read", path, &error);
    let mut block = vec![0; BLOCK_BYTES];
    let n_read = fill(&mut file, &mut block).map_err(unreadable)?;
    block.truncate(n_read);
    if is_workbook(&file_name.name, &block) {
        file.read_to_end(&mut block).map_err(unreadable)?;
        reading = reading
            .sheet(&file_name.name, &block, input, limit)
            .map_err(told)?;
    } else {
        while !block.is_empty() {
            reading.push(&block).map_err(told)?;
            block.resize(BLOCK_BYTES, 0);
            let n_read = fill(&mut file, &mut block).map_err(unreadable)?;
            block.truncate(n_read);
        }
    }
    let Reading {
        opening, hasher, ..
    } = reading;
    let (Answer::Opened(state), _) = engine.opened(opening).map_err(told)? else {
        return Err(told(EngineError::NoFile));
    };
    let opened = engine.session().input(&input.name).map_err(told)?;
    let fingerprint = fingerprint(&opened, hasher.finish());
    Ok(ReadInput {
        path: path.to_owned(),
        sameness: compare(input.fingerprint.as_ref(), &fingerprint),
        state,
        fingerprint,
        seconds: start.elapsed().as_secs_f64(),
    })
}

/// A file on its way into the engine.
struct Reading<'a> {
    opening: Opening,
    hasher: ByteHasher,
    progress: &'a dyn Fn(u64, u64),
}

impl Reading<'_> {
    /// Takes the next block: SHA-256 beside the parser, each on a thread of its own.
    fn push(&mut self, block: &[u8]) -> Result<(), EngineError> {
        let (opening, hasher) = (&mut self.opening, &mut self.hasher);
        let (pushed, ()) = rayon::join(|| opening.push(block), || hasher.update(block));
        pushed?;
        self.tell();
        Ok(())
    }

    /// Takes a workbook: the sheet that the input names, else its largest.
    fn sheet(
        mut self,
        file: &str,
        workbook: &[u8],
        input: &Input,
        limit: u64,
    ) -> Result<Self, EngineError> {
        let asked = input.import.sheet.as_deref();
        let sheet = cuvette_sheets::read(workbook, asked, limit)
            .map_err(|error| FormatError::new(file, error.into()))?;
        self.hasher.update(workbook);
        self.opening = self.opening.of_sheet(sheet.notes);
        self.opening.push_workbook(workbook);
        for block in sheet.text.chunks(BLOCK_BYTES) {
            self.opening.push(block)?;
            self.tell();
        }
        Ok(self)
    }

    fn tell(&self) {
        if let ReplyBody::Progress { done, total, .. } = self.opening.progress() {
            (self.progress)(done, total);
        }
    }
}

/// Reads until the block is full or the file ends.
fn fill(file: &mut dyn Read, block: &mut [u8]) -> std::io::Result<usize> {
    let mut n_read = 0;
    // INVARIANT: `n_read` never exceeds the length of the block.
    while n_read < block.len() {
        match file.read(&mut block[n_read..])? {
            0 => break,
            n => n_read += n,
        }
    }
    Ok(n_read)
}

fn compare(expected: Option<&Fingerprint>, found: &Fingerprint) -> Sameness {
    let equal = |a: &str, b: &str| !a.is_empty() && a == b;
    match expected {
        None => Sameness::Unknown,
        Some(expected) if equal(&expected.bytes, &found.bytes) => Sameness::Identical,
        Some(expected) if equal(&expected.matrix, &found.matrix) => Sameness::SameNumbers,
        Some(_) => Sameness::Different,
    }
}

/// A sentence about an input that is not the one the recipe was made with.
pub fn difference(input: &Input, read: &ReadInput) -> Option<String> {
    if read.sameness != Sameness::Different {
        return None;
    }
    let size = |shape: Option<[usize; 2]>| {
        shape.map_or_else(
            || "another table".into(),
            |[rows, columns]| format!("{rows} × {columns}"),
        )
    };
    let expected = input.fingerprint.as_ref().and_then(|print| print.shape);
    Some(format!(
        "input {} is not what the recipe was made with: {} expected, {} found, in {}",
        input.name,
        size(expected),
        size(read.fingerprint.shape),
        read.path.display()
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_compared_by_bytes_then_by_numbers() {
        let print = |bytes: &str, matrix: &str| Fingerprint {
            bytes: bytes.into(),
            matrix: matrix.into(),
            shape: None,
        };
        let check = |expected: Option<Fingerprint>, sameness: Sameness| {
            assert_eq!(compare(expected.as_ref(), &print("b", "m")), sameness);
        };
        check(None, Sameness::Unknown);
        check(Some(print("b", "m")), Sameness::Identical);
        check(Some(print("other", "m")), Sameness::SameNumbers);
        check(Some(print("other", "other")), Sameness::Different);
        // A fingerprint without numbers, as of a gene list, cannot match by numbers.
        check(Some(print("other", "")), Sameness::Different);
    }
}
