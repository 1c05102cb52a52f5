//! The files of a run: values, tables, scalars, pictures.

use std::{
    collections::BTreeMap,
    fs::File,
    io::{BufWriter, Write},
    path::{Path, PathBuf},
};

use cuvette_core::analyses::n_synthetic;
use cuvette_engine::{
    Engine, Shown,
    protocol::{StepState, StepStatus},
    session::{Node, StepValue},
};
use cuvette_formats::{Delimiter, write};

use super::pictures::{self, Fonts};
use crate::{args::PictureFormat, failure::Failure};

/// Writes files into a folder, and remembers which step wrote which.
pub struct Writer {
    folder: PathBuf,
    formats: Vec<PictureFormat>,
    fonts: Fonts,
    /// What was chosen for pictures, by step.
    shown: Vec<(String, Shown)>,
    /// Names of the files, by step.
    pub files: BTreeMap<String, Vec<String>>,
}

impl Writer {
    /// A writer into an existing folder, of pictures as they were shown where anything was chosen.
    pub fn new(
        folder: &Path,
        formats: &[PictureFormat],
        shown: Vec<(String, Shown)>,
    ) -> Result<Self, Failure> {
        let mut formats = formats.to_vec();
        formats.sort_unstable();
        formats.dedup();
        let fonts = if formats.contains(&PictureFormat::Png) {
            Fonts::of_this_computer()?
        } else {
            Fonts::none()
        };
        Ok(Self {
            folder: folder.to_owned(),
            formats,
            fonts,
            shown,
            files: BTreeMap::new(),
        })
    }

    /// Number of files so far.
    pub fn n_files(&self) -> usize {
        self.files.values().map(Vec::len).sum()
    }

    /// Writes all that a step gave; nothing where it gave nothing.
    pub fn write_step(&mut self, engine: &Engine, step: &StepState) -> Result<(), Failure> {
        let (StepStatus::Ready(_), Ok(Node::Step(outcome))) =
            (&step.status, engine.session().node(&step.id))
        else {
            return Ok(());
        };
        let Ok(value) = &outcome.result else {
            return Ok(());
        };
        self.write_tables(&step.id, value)?;
        let shown = self.shown.iter().find(|(id, _)| *id == step.id);
        let shown = shown.map(|(_, shown)| shown.clone()).unwrap_or_default();
        for format in self.formats.clone() {
            for (name, figure) in pictures::figures(engine, &step.id, value, &shown)? {
                let (extension, bytes) = match format {
                    PictureFormat::Svg => ("svg", pictures::svg(&figure).into_bytes()),
                    PictureFormat::Png => ("png", pictures::png(&figure, &self.fonts)?),
                };
                self.write(
                    &step.id,
                    &format!("{}.{name}.{extension}", step.id),
                    |out| out.write_all(&bytes),
                )?;
            }
        }
        Ok(())
    }

    fn write_tables(&mut self, id: &str, value: &StepValue) -> Result<(), Failure> {
        if let Some(dataset) = value.output.dataset() {
            self.write(id, &format!("{id}.tsv"), |out| {
                write::write_dataset(dataset, Delimiter::Tab, out)
            })?;
            // The flags, which a file of values has no place for but the names.
            if n_synthetic(dataset) > 0 {
                let annotations = &dataset.sample_annotations;
                self.write(id, &format!("{id}.samples.tsv"), |out| {
                    write::write_annotations(
                        "sample",
                        &dataset.samples,
                        annotations,
                        Delimiter::Tab,
                        out,
                    )
                })?;
            }
        }
        for table in &value.tables {
            self.write(id, &format!("{id}.{}.tsv", table.name), |out| {
                write::write_table(table, Delimiter::Tab, out)
            })?;
        }
        if let Some(model) = value.output.model() {
            self.write(id, &format!("{id}.model.json"), |out| {
                writeln!(out, "{model}")
            })?;
        }
        let scalars = value.output.scalars();
        if scalars.is_empty() {
            return Ok(());
        }
        let text = serde_json::to_string_pretty(&scalars).unwrap_or_default();
        self.write(id, &format!("{id}.json"), |out| writeln!(out, "{text}"))
    }

    fn write(
        &mut self,
        id: &str,
        name: &str,
        content: impl FnOnce(&mut dyn Write) -> std::io::Result<()>,
    ) -> Result<(), Failure> {
        let path = self.folder.join(name);
        let written = File::create(&path).map(BufWriter::new).and_then(|mut out| {
            content(&mut out)?;
            out.flush()
        });
        written.map_err(|error| Failure::file("the file cannot be written", &path, &error))?;
        let files = self.files.entry(id.to_owned()).or_default();
        files.push(name.to_owned());
        Ok(())
    }
}
