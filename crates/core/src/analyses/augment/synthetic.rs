//! The data set that later steps read: real samples, then made ones, flagged.

use super::labelled::Labelled;
use crate::{
    analyses::inputs::{SYNTHETIC, SYNTHETIC_NAME},
    dataset::{Annotations, Column, ColumnValues, Dataset, ValueKind},
    matrix::Matrix,
};

/// What made samples are called in the annotation [`SYNTHETIC`]; real ones are empty there.
const YES: &str = "yes";

/// The data with `made`, samples × the genes of [`Labelled::data`], behind the real samples. Genes
/// that were left out have no values in them.
pub fn with_synthetic(
    data: &Dataset,
    labelled: &Labelled,
    label: &str,
    way: &str,
    made: &Matrix,
) -> Dataset {
    let n_made = made.n_rows();
    let mut samples = data.samples.to_vec();
    samples.extend(new_names(&data.samples, labelled.rare_name(), way, n_made));
    let mut sample_annotations = Annotations::default();
    for column in &data.sample_annotations.columns {
        let rare = (column.name == label).then(|| labelled.rare_name());
        sample_annotations.set(Column {
            name: column.name.clone(),
            values: extended(&column.values, rare, n_made),
        });
    }
    sample_annotations.set(flags(data, n_made));
    Dataset {
        matrix: extended_matrix(data, labelled, made),
        genes: data.genes.clone(),
        samples: samples.into(),
        gene_annotations: data.gene_annotations.clone(),
        sample_annotations,
        // Values between counts are none.
        kind: match data.kind {
            ValueKind::Counts if n_made > 0 => ValueKind::Linear,
            kind => kind,
        },
        value_label: data.value_label.clone(),
        report: std::sync::Arc::default(),
    }
}

/// Names that no sample has, and that say what they name wherever annotations do not come along.
pub fn new_names(known: &[String], rare: &str, way: &str, n: usize) -> Vec<String> {
    let mut start = format!("{SYNTHETIC_NAME}{rare} {way}");
    while known.iter().any(|name| name.starts_with(&start)) {
        start.push('\'');
    }
    (1..=n).map(|at| format!("{start} {at}")).collect()
}

fn extended(values: &ColumnValues, text: Option<&str>, n: usize) -> ColumnValues {
    match values {
        ColumnValues::Category { levels, codes } => {
            let place = text.and_then(|text| levels.iter().position(|level| level.trim() == text));
            let code = place.map(|place| place as u32);
            ColumnValues::Category {
                levels: levels.clone(),
                codes: codes.iter().copied().chain(vec![code; n]).collect(),
            }
        }
        ColumnValues::Number(numbers) => {
            let number = text.and_then(|text| text.parse().ok()).unwrap_or(f64::NAN);
            ColumnValues::Number(numbers.iter().copied().chain(vec![number; n]).collect())
        }
        ColumnValues::Text(texts) => {
            let text = text.unwrap_or_default().to_owned();
            ColumnValues::Text(texts.iter().cloned().chain(vec![text; n]).collect())
        }
    }
}

/// Samples that were flagged before stay so.
fn flags(data: &Dataset, n_made: usize) -> Column {
    let old = data.sample_annotations.column(SYNTHETIC);
    let flag = |at: usize| old.map_or_else(String::new, |column| column.values.text(at));
    let mut texts: Vec<String> = (0..data.n_samples()).map(flag).collect();
    texts.extend(vec![YES.to_owned(); n_made]);
    Column {
        name: SYNTHETIC.into(),
        values: ColumnValues::Text(texts),
    }
}

fn extended_matrix(data: &Dataset, labelled: &Labelled, made: &Matrix) -> Matrix {
    let n_made = made.n_rows();
    let mut values = Vec::with_capacity(data.n_genes() * (data.n_samples() + n_made));
    // Complete genes stand in the order of all genes.
    let mut n_complete = 0;
    for (gene, name) in data.genes.iter().enumerate() {
        values.extend_from_slice(data.matrix.row(gene));
        if labelled.data.genes.get(n_complete) == Some(name) {
            values.extend((0..n_made).map(|at| made.get(at, n_complete)));
            n_complete += 1;
        } else {
            values.resize(values.len() + n_made, f32::NAN);
        }
    }
    Matrix::from_rows(data.n_genes(), data.n_samples() + n_made, values)
}
