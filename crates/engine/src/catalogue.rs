//! The list of analyses, for the list of steps, the forms and the command line.

use cuvette_core::analyses::AnalysisId;

use crate::{protocol::CatalogueEntry, recipe::edit::is_transform};

/// All analyses, in the order of the table.
pub fn catalogue() -> Vec<CatalogueEntry> {
    AnalysisId::ALL.iter().map(|&id| entry(id)).collect()
}

fn entry(id: AnalysisId) -> CatalogueEntry {
    let meta = id.meta();
    CatalogueEntry {
        id: meta.id.into(),
        title: meta.title.into(),
        help: meta.help.into(),
        group: meta.group,
        reads: meta.reads.iter().map(ToString::to_string).collect(),
        is_transform: is_transform(meta.id),
        schema: id.schema().into(),
    }
}
