//! Parts of the messages of errors.

use cuvette_core::report::Place;

use crate::findings::counted;

pub(super) fn quoted(cells: &[String]) -> String {
    let cells: Vec<String> = cells.iter().map(|cell| format!("{cell:?}")).collect();
    cells.join(", ")
}

pub(super) fn first_value(places: &[Place]) -> String {
    places.first().map_or_else(String::new, |place| {
        format!("{:?}", place.value.clone().unwrap_or_default())
    })
}

pub(super) fn shape_words(shape: Option<[u64; 2]>) -> String {
    shape.map_or_else(String::new, |[n_genes, n_samples]| {
        format!(
            "; it holds about {} × {}",
            counted(n_genes, "gene", "genes"),
            counted(n_samples, "sample", "samples")
        )
    })
}

pub(super) fn memory_words(bytes: u64) -> String {
    if bytes >= 1_000_000_000 {
        format!("{:.1} GB", bytes as f64 / 1e9)
    } else {
        format!("{:.1} MB", bytes as f64 / 1e6)
    }
}
