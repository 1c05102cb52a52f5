//! Bytes in, data out: the one way a file is read.

use std::sync::Arc;

use cuvette_core::{analyses::Data, report::ImportReport};

use crate::{
    cells::{CellsReader, archive_of},
    error::{FormatError, FormatErrorKind},
    estimate::{Estimate, rows_by_length},
    gtf::GtfReader,
    head::{decode_head, has_whole_head, head_size},
    imported::{Container, imported, of_cells, report},
    kind::InputKind,
    matrix::{Ending, MatrixReader},
    model::{Binary, BinaryReader},
    options::{Encoding, ImportOptions},
    sheet::SheetNotes,
    sniff::{Head, Sniffed, sniff},
    source::{Decoder, Unpacker},
    tables::read_table,
};

/// A file, before it is read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileInfo {
    /// Name, without folders.
    pub name: String,
    /// Size as it is stored.
    pub size_bytes: u64,
}

/// What was read from a file.
#[derive(Debug, Clone)]
pub struct Imported {
    /// The data. A data set carries the report, too.
    pub data: Data,
    /// What the file is.
    pub kind: InputKind,
    /// "Semicolon-separated text", "GCT 1.3".
    pub format_label: String,
    /// What was guessed and found.
    pub report: Arc<ImportReport>,
}

impl Imported {
    /// The fingerprint of the matrix, where the file is one: see [`crate::matrix_fingerprint`].
    pub fn matrix_fingerprint(&self) -> Option<[u8; 32]> {
        match &self.data {
            Data::Dataset(dataset) => Some(crate::matrix_fingerprint(dataset)),
            _ => None,
        }
    }
}

/// Reads one file, block by block.
///
/// The blocks may be of any size; the result does not depend on it. Large blocks (some MiB) are
/// parsed by all threads.
///
/// # Examples
///
/// ```
/// use cuvette_core::analyses::Data;
/// use cuvette_formats::{FileInfo, ImportOptions, Importer};
///
/// let text = b"gene,a,b\nTP53,1.5,2.25\nMYC,NA,4.5\n";
/// let file = FileInfo { name: "two.csv".into(), size_bytes: text.len() as u64 };
/// let mut importer = Importer::new(file, None, ImportOptions::default());
/// importer.push(text)?;
/// let imported = importer.finish()?;
/// let Data::Dataset(dataset) = imported.data else { panic!("a matrix") };
/// assert_eq!((dataset.n_genes(), dataset.n_samples()), (2, 2));
/// assert!(dataset.matrix.get(1, 0).is_nan());
/// # Ok::<(), cuvette_formats::FormatError>(())
/// ```
pub struct Importer {
    unpacker: Unpacker,
    reading: Reading,
}

struct Reading {
    file: FileInfo,
    kind: Option<InputKind>,
    options: ImportOptions,
    memory_limit: Option<u64>,
    sheet: Option<Box<SheetNotes>>,
    is_gzip: bool,
    stage: Stage,
}

enum Stage {
    /// Unpacked bytes, not yet decoded.
    Head(Vec<u8>),
    /// The rest of a matrix.
    Matrix(Box<Sniffed>, Decoder, Box<MatrixReader>),
    /// The rest of an archive.
    Cells(Box<CellsReader>),
    /// The rest of an annotation.
    Gtf(Box<Sniffed>, Decoder, Box<GtfReader>),
    /// Decoded text of a small file, to be read as a whole.
    Text(Box<Sniffed>, Decoder, Vec<u8>),
    /// The rest of a file that is no text.
    Binary(BinaryReader),
}

impl Importer {
    /// An importer of that file. `kind` and `options` come from the recipe; `None` is guessed.
    pub fn new(file: FileInfo, kind: Option<InputKind>, options: ImportOptions) -> Self {
        Self {
            unpacker: Unpacker::new(&file.name),
            reading: Reading {
                file,
                kind,
                options,
                memory_limit: None,
                sheet: None,
                is_gzip: false,
                stage: Stage::Head(Vec::new()),
            },
        }
    }

    /// Refuses a file that takes more than so many bytes of memory: told from its head, before it
    /// is parsed. Of packed files, whose length is not known, only once the values do not fit.
    pub fn within(mut self, memory_limit: Option<u64>) -> Self {
        self.reading.memory_limit = memory_limit;
        self
    }

    /// Says that the blocks are the text of a sheet, not the bytes of the file.
    pub fn of_sheet(mut self, notes: SheetNotes) -> Self {
        notes.settle(&mut self.reading.options);
        self.reading.file.size_bytes = notes.n_text_bytes;
        self.reading.sheet = Some(Box::new(notes));
        self
    }

    /// Takes the next block of the file.
    ///
    /// # Errors
    ///
    /// As soon as the file is known to be unreadable. Nothing more should be pushed then.
    pub fn push(&mut self, block: &[u8]) -> Result<(), FormatError> {
        let Self { unpacker, reading } = self;
        on_the_pool(|| unpacker.push(block, &mut |bytes| reading.push(bytes)))
            .map_err(|error| of_its_sheet(reading.sheet.as_deref(), error))
    }

    /// Ends the file and gives its data.
    ///
    /// # Errors
    ///
    /// What made the file unreadable, with its place; above all a question about texts among the
    /// numbers ([`FormatErrorKind::Unreadable`]), to be answered in the options.
    pub fn finish(self) -> Result<Imported, FormatError> {
        let Self {
            mut unpacker,
            mut reading,
        } = self;
        let sheet = reading.sheet.clone();
        on_the_pool(|| {
            unpacker.finish(&mut |bytes| reading.push(bytes))?;
            reading.is_gzip = unpacker.is_gzip();
            reading.finish()
        })
        .map_err(|error| of_its_sheet(sheet.as_deref(), error))
    }
}

fn of_its_sheet(sheet: Option<&SheetNotes>, error: FormatError) -> FormatError {
    match sheet {
        Some(notes) => notes.blame(error),
        None => error,
    }
}

/// Does all of `work` on one thread of the pool: from outside of it, each parallel part would wait
/// for a thread to wake up.
fn on_the_pool<T: Send>(work: impl FnOnce() -> T + Send) -> T {
    rayon::scope(|_| work())
}

impl Reading {
    fn push(&mut self, bytes: &[u8]) -> Result<(), FormatError> {
        match &mut self.stage {
            Stage::Head(head) => {
                if head.is_empty() {
                    if let Some(binary) = Binary::of(bytes) {
                        return self.begin_binary(binary, bytes);
                    }
                    if has_whole_head(bytes) {
                        return self.begin(bytes, false);
                    }
                }
                head.extend_from_slice(bytes);
                if let Some(binary) = Binary::of(head) {
                    let head = std::mem::take(head);
                    return self.begin_binary(binary, &head);
                }
                if has_whole_head(head) {
                    let head = std::mem::take(head);
                    return self.begin(&head, false);
                }
                Ok(())
            }
            Stage::Matrix(_, decoder, reader) => reader.push(&decoder.decode(bytes, false)),
            Stage::Cells(reader) => reader.push(bytes),
            Stage::Gtf(_, decoder, reader) => reader.push(&decoder.decode(bytes, false)),
            Stage::Text(_, decoder, text) => {
                text.extend_from_slice(&decoder.decode(bytes, false));
                Ok(())
            }
            Stage::Binary(reader) => reader.push(&self.file.name, bytes),
        }
    }

    /// Goes on with a file that is no text.
    fn begin_binary(&mut self, binary: Binary, bytes: &[u8]) -> Result<(), FormatError> {
        let mut reader = BinaryReader::new(binary, &self.file.name, self.memory_limit);
        reader.push(&self.file.name, bytes)?;
        self.stage = Stage::Binary(reader);
        Ok(())
    }

    /// Judges the head and goes on with what stands in it.
    fn begin(&mut self, bytes: &[u8], is_whole: bool) -> Result<(), FormatError> {
        let judged = &bytes[..head_size(bytes)];
        if let Some(kind) = archive_of(judged) {
            let reader = CellsReader::new(&self.file.name, kind, &self.options);
            let mut reader = Box::new(reader.within(self.memory_limit));
            reader.push(bytes)?;
            self.stage = Stage::Cells(reader);
            return Ok(());
        }
        let head = decode_head(&self.file.name, judged, self.options.encoding)?;
        let is_all_judged = is_whole && judged.len() == bytes.len();
        let n_text_bytes = (head.encoding == Encoding::Utf8 || head.encoding == Encoding::Latin1)
            .then_some(self.file.size_bytes)
            .filter(|&size| size >= bytes.len() as u64);
        let mut sniffed = sniff(&Head {
            file: &self.file.name,
            text: &head.text,
            is_whole: is_all_judged,
            n_text_bytes,
            encoding: head.encoding,
            kind: self.kind,
            options: &self.options,
        })?;
        sniffed.guesses.extend(head.guess);
        self.refuse_too_large(&sniffed, &head.text, n_text_bytes, is_whole)?;
        let mut decoder = Decoder::new(head.encoding);
        let text = decoder.decode(bytes, is_whole);
        self.stage = if sniffed.kind == InputKind::Matrix {
            let start = sniffed.layout.body_start.min(text.len());
            let n_text_bytes = n_text_bytes.unwrap_or(0);
            let n_rows = rows_by_length(&sniffed.layout, &head.text, n_text_bytes);
            let mut reader = MatrixReader::new(
                &self.file.name,
                sniffed.layout.clone(),
                self.options.clone(),
            )
            .within(self.memory_limit)
            .expecting(n_rows / sniffed.layout.row_step);
            reader.push(&text[start..])?;
            Stage::Matrix(Box::new(sniffed), decoder, Box::new(reader))
        } else if sniffed.is_gtf {
            let mut reader = GtfReader::new(&self.file.name, head.encoding);
            reader.push(&text)?;
            Stage::Gtf(Box::new(sniffed), decoder, Box::new(reader))
        } else {
            Stage::Text(Box::new(sniffed), decoder, text.into_owned())
        };
        Ok(())
    }

    /// An error where the head says that the whole will not fit into the memory.
    fn refuse_too_large(
        &self,
        sniffed: &Sniffed,
        head: &[u8],
        n_text_bytes: Option<u64>,
        is_whole: bool,
    ) -> Result<(), FormatError> {
        let Some(available) = self.memory_limit else {
            return Ok(());
        };
        let n_text_bytes = n_text_bytes.unwrap_or(head.len() as u64);
        let n_rows = rows_by_length(&sniffed.layout, head, n_text_bytes);
        let n_read = n_rows.div_ceil(sniffed.layout.row_step);
        let estimate = Estimate::of(sniffed, n_read, n_text_bytes, is_whole);
        match estimate.too_large(available, self.options.sample_step()) {
            Some(kind) => Err(FormatError::new(&self.file.name, kind)),
            None => Ok(()),
        }
    }

    fn finish(mut self) -> Result<Imported, FormatError> {
        if let Stage::Head(head) = &mut self.stage {
            let head = std::mem::take(head);
            match Binary::of(&head) {
                Some(binary) => self.begin_binary(binary, &head)?,
                None => self.begin(&head, true)?,
            }
        }
        let container = Container {
            is_gzip: self.is_gzip,
            sheet: self.sheet,
            asked_for_sheet: self.options.sheet.is_some(),
        };
        match self.stage {
            Stage::Head(_) => Err(FormatError::new(&self.file.name, FormatErrorKind::Empty)),
            Stage::Matrix(sniffed, mut decoder, mut reader) => {
                reader.push(&decoder.decode(&[], true))?;
                let mut finished = reader.finish(Ending::Import)?;
                let mut sniffed = *sniffed;
                sniffed.guesses.append(&mut finished.guesses);
                sniffed.findings.append(&mut finished.findings);
                let report = Arc::new(report(&mut sniffed, &decoder, &container));
                finished.dataset.report = Arc::clone(&report);
                Ok(Imported {
                    data: Data::Dataset(Arc::new(finished.dataset)),
                    kind: sniffed.kind,
                    format_label: sniffed.format_label,
                    report,
                })
            }
            Stage::Text(sniffed, mut decoder, mut text) => {
                text.extend_from_slice(&decoder.decode(&[], true));
                let sniffed = *sniffed;
                let read = read_table(&self.file.name, &text, &sniffed)?;
                Ok(imported(read, sniffed, &decoder, &container))
            }
            Stage::Cells(reader) => Ok(of_cells(reader.finish()?, &container)),
            Stage::Binary(reader) => {
                let mut read = reader.finish(&self.file.name, self.kind)?;
                container.tell(&mut read.format_label);
                Ok(Imported {
                    data: read.data,
                    kind: read.kind,
                    format_label: read.format_label,
                    report: Arc::new(read.report),
                })
            }
            Stage::Gtf(sniffed, mut decoder, mut reader) => {
                reader.push(&decoder.decode(&[], true))?;
                let read = reader.finish()?;
                Ok(imported(read, *sniffed, &decoder, &container))
            }
        }
    }
}
