//! Reading a file block by block: the caller reads the blocks, in its own time.

use cuvette_formats::{FileInfo, ImportOptions, Importer, InputKind, SheetNotes};

use crate::{
    EngineError,
    hash::{ContentHasher, HashBuilder},
    protocol::{FileName, ReplyBody},
    session::{OpenInput, memory},
};

/// Bytes of a file that should be read at once: long enough to keep the parser busy, short enough
/// to hear a Cancel in between.
pub const BLOCK_BYTES: usize = 4 << 20;

/// Bytes from the beginning of a file that a preview looks at.
pub const HEAD_BYTES: usize = 1 << 20;

/// Bytes from the end of a file that a preview looks at, where the head did not hold them all.
pub const TAIL_BYTES: usize = 64 << 10;

/// A file that is being read.
pub struct Opening {
    name: String,
    file: FileName,
    made_by: HashBuilder,
    importer: Importer,
    content: ContentHasher,
    /// True where the blocks are the text of a sheet and not the bytes of the file.
    is_sheet: bool,
    n_read: u64,
}

impl Opening {
    /// Begins to read a file that will be known as `name`.
    pub fn begin(
        name: &str,
        file: &FileName,
        kind: Option<InputKind>,
        options: ImportOptions,
    ) -> Self {
        // How the file is read is a part of what the data are.
        let made_by = HashBuilder::default()
            .text(env!("CARGO_PKG_VERSION"))
            .text(&serde_json::to_string(&(kind, &options)).unwrap_or_default());
        Self {
            name: name.into(),
            made_by,
            importer: Importer::new(file_info(file), kind, options),
            file: file.clone(),
            content: ContentHasher::default(),
            is_sheet: false,
            n_read: 0,
        }
    }

    /// Refuses a file that takes more memory than that: see [`Importer::within`].
    pub fn within(mut self, memory_limit: Option<u64>) -> Self {
        self.importer = self.importer.within(memory_limit);
        self
    }

    /// Says that the blocks are the text of a sheet; the blocks of the workbook go to
    /// [`Self::push_workbook`], since they are what the file is known by.
    pub fn of_sheet(mut self, notes: SheetNotes) -> Self {
        self.file.size_bytes = notes.n_text_bytes;
        self.importer = self.importer.of_sheet(notes);
        self.is_sheet = true;
        self
    }

    /// Takes the next block of the workbook whose sheet is read.
    pub fn push_workbook(&mut self, block: &[u8]) {
        self.content.update(block);
    }

    /// Takes the next block of the file, or of the sheet's text.
    pub fn push(&mut self, block: &[u8]) -> Result<(), EngineError> {
        let (content, importer) = (&mut self.content, &mut self.importer);
        if self.is_sheet {
            importer.push(block)?;
        } else {
            let (taken, ()) = rayon::join(|| importer.push(block), || content.update(block));
            taken?;
        }
        self.n_read += block.len() as u64;
        Ok(())
    }

    /// How far the reading is.
    pub fn progress(&self) -> ReplyBody {
        ReplyBody::Progress {
            of: self.name.clone(),
            done: self.n_read,
            total: self.file.size_bytes,
            unit: "bytes".into(),
            loss: None,
        }
    }

    /// Takes the end of the file, and gives the data.
    pub fn finish(self) -> Result<OpenInput, EngineError> {
        let imported = self.importer.finish()?;
        let content = self.content.finish();
        Ok(OpenInput {
            name: self.name,
            file: self.file.name,
            kind: imported.kind,
            report: imported.report,
            memory_bytes: memory::of_data(&imported.data),
            data: imported.data,
            content,
            hash: self.made_by.number(content).finish(),
        })
    }
}

/// The name and size as the importer wants them.
pub fn file_info(file: &FileName) -> FileInfo {
    FileInfo {
        name: file.name.clone(),
        size_bytes: file.size_bytes,
    }
}
