//! A workbook as the archive of XML documents that it is, for what its reader does not tell.

use std::{
    borrow::Cow,
    collections::BTreeMap,
    io::{BufReader, Cursor},
};

use cuvette_formats::SheetError;
use quick_xml::{
    Reader as XmlReader, XmlVersion,
    events::{BytesStart, Event},
};
use zip::ZipArchive;

use crate::problem;

/// The archive.
pub struct Package<'a> {
    archive: ZipArchive<Cursor<&'a [u8]>>,
}

/// Where a document points to.
struct Target {
    kind: String,
    path: String,
}

impl<'a> Package<'a> {
    pub fn open(bytes: &'a [u8]) -> Result<Self, SheetError> {
        let archive = ZipArchive::new(Cursor::new(bytes)).map_err(|error| problem(&error))?;
        Ok(Self { archive })
    }

    /// Bytes of all parts when unpacked, as the archive says: none can have more than that, or it
    /// is damaged.
    pub fn n_unpacked_bytes(&mut self) -> Result<u64, SheetError> {
        let mut total: u64 = 0;
        for at in 0..self.archive.len() {
            let part = self.archive.by_index_raw(at);
            total = total.saturating_add(part.map_err(|error| problem(&error))?.size());
        }
        Ok(total)
    }

    /// How many texts the list of texts says it has, for which its reader makes room beforehand.
    pub fn n_announced_texts(&mut self) -> Result<u64, SheetError> {
        let names = self.archive.file_names().flatten();
        let names: Vec<String> = names
            .filter(|name| name.to_ascii_lowercase().ends_with("sharedstrings.xml"))
            .map(Cow::into_owned)
            .collect();
        let mut announced = 0;
        for name in names {
            self.visit_until(&name, |element, start, _| {
                let n_texts = attribute(start, "uniqueCount").and_then(|n| n.parse().ok());
                announced = announced.max(n_texts.unwrap_or(0));
                element == "sst"
            })?;
        }
        Ok(announced)
    }

    /// Reads the document of a sheet, element by element; false where it is not where the workbook
    /// says.
    pub fn visit_sheet(
        &mut self,
        name: &str,
        visit: impl FnMut(&str, &BytesStart, bool),
    ) -> Result<bool, SheetError> {
        let starts_with = |links: BTreeMap<String, Target>| {
            let mut targets = links.into_values();
            targets.find(|target| target.kind.ends_with("/officeDocument"))
        };
        let Some(book) = starts_with(self.links("_rels/.rels", "")?) else {
            return Ok(false);
        };
        let (folder, file) = book.path.rsplit_once('/').unwrap_or(("", &book.path));
        let links = self.links(&joined(folder, &format!("_rels/{file}.rels")), folder)?;
        let mut link = None;
        self.visit(&book.path, |element, start, _| {
            if element == "sheet" && attribute(start, "name").as_deref() == Some(name) {
                link = attribute(start, "id");
            }
        })?;
        match link.and_then(|id| links.get(&id)) {
            Some(target) => self.visit(&target.path, visit),
            None => Ok(false),
        }
    }

    /// What a document points to, by the name of the link.
    fn links(&mut self, part: &str, folder: &str) -> Result<BTreeMap<String, Target>, SheetError> {
        let mut links = BTreeMap::new();
        self.visit(part, |element, start, _| {
            let of = |name| attribute(start, name).unwrap_or_default();
            if element == "Relationship" {
                let target = of("Target");
                let path = match target.strip_prefix('/') {
                    Some(from_root) => from_root.to_owned(),
                    None => joined(folder, &target),
                };
                let kind = of("Type");
                links.insert(of("Id"), Target { kind, path });
            }
        })?;
        Ok(links)
    }

    fn visit(
        &mut self,
        part: &str,
        mut visit: impl FnMut(&str, &BytesStart, bool),
    ) -> Result<bool, SheetError> {
        self.visit_until(part, |element, start, is_empty| {
            visit(element, start, is_empty);
            false
        })
    }

    /// Hands every start of an element to `visit`, with its local name and whether it is empty, until
    /// it says that this is enough; false where the archive has no such part.
    fn visit_until(
        &mut self,
        part: &str,
        mut visit: impl FnMut(&str, &BytesStart, bool) -> bool,
    ) -> Result<bool, SheetError> {
        let Ok(file) = self.archive.by_name(part) else {
            return Ok(false);
        };
        let mut reader = XmlReader::from_reader(BufReader::new(file));
        // As the reader of workbooks does: what it reads is not refused here.
        reader.config_mut().check_end_names = false;
        let mut buffer = Vec::new();
        loop {
            buffer.clear();
            let event = reader.read_event_into(&mut buffer);
            let is_enough = match event.map_err(|error| problem(&error))? {
                Event::Start(start) => visit(start.local_name().as_ref(), &start, false),
                Event::Empty(start) => visit(start.local_name().as_ref(), &start, true),
                Event::Eof => true,
                _ => false,
            };
            if is_enough {
                return Ok(true);
            }
        }
    }
}

/// An attribute by its name without prefix.
pub fn attribute(start: &BytesStart, name: &str) -> Option<String> {
    let mut attributes = start.attributes();
    let mut readable = attributes.with_checks(false).flatten();
    let found = readable.find(|attribute| attribute.key.local_name().as_ref() == name)?;
    let value = found.normalized_value(XmlVersion::Implicit1_0).ok()?;
    Some(value.into_owned())
}

fn joined(folder: &str, path: &str) -> String {
    if folder.is_empty() {
        path.to_owned()
    } else {
        format!("{folder}/{path}")
    }
}
