//! Whether the genes of the sex chromosomes agree with the annotation.

use std::collections::BTreeMap;

use super::verdict::{QcVerdict, QcVerdictCode};
use crate::{
    analyses::names_of::without_version,
    dataset::{ColumnValues, Dataset},
    matrix::Matrix,
    stats::quantile::quantiles,
};

/// Expressed from the inactive X chromosome alone: symbol and Ensembl id.
const XIST: [&str; 2] = ["XIST", "ENSG00000229807"];

/// Genes of the Y chromosome that are expressed in most tissues.
const ON_Y: [[&str; 2]; 7] = [
    ["RPS4Y1", "ENSG00000129824"],
    ["DDX3Y", "ENSG00000067048"],
    ["KDM5D", "ENSG00000012817"],
    ["UTY", "ENSG00000183878"],
    ["EIF1AY", "ENSG00000198692"],
    ["USP9Y", "ENSG00000114374"],
    ["ZFY", "ENSG00000067646"],
];

/// Difference of the two sexes, in units of log2, below which the genes do not tell them apart.
const LEAST_DIFFERENCE: f64 = 2.0;

/// Rows of the genes that tell the sexes apart.
struct SexGenes {
    xist: Option<usize>,
    on_y: Vec<usize>,
}

/// The annotation column asked for, else the one called sex or gender.
pub fn sex_column(data: &Dataset, asked: &str) -> Option<String> {
    if !asked.is_empty() {
        return Some(asked.to_owned());
    }
    let mut names = data.sample_annotations.names();
    let is_sex = |name: &&str| matches!(name.to_lowercase().as_str(), "sex" | "gender");
    names.find(is_sex).map(ToOwned::to_owned)
}

/// Verdicts on samples whose genes say another sex than `words`.
///
/// `logged` holds logarithms; samples whose word is no sex are passed over. Where the median
/// samples of the two sexes differ by less than a factor of four, nothing is said.
pub fn judge_sex(data: &Dataset, logged: &Matrix, words: &[String]) -> Vec<QcVerdict> {
    let Some(genes) = sex_genes(data) else {
        return Vec::new();
    };
    let is_male: Vec<Option<bool>> = words.iter().map(|word| sex_of(word)).collect();
    let scores: Vec<f64> = (0..words.len())
        .map(|sample| score(logged, &genes, sample))
        .collect();
    let median = |male: bool| {
        let of = is_male.iter().zip(&scores);
        let of = of.filter(|(is_male, _)| **is_male == Some(male));
        quantiles(&of.map(|(_, &score)| score).collect::<Vec<_>>(), &[0.5])[0]
    };
    let (male, female) = (median(true), median(false));
    let threshold = if male - female > LEAST_DIFFERENCE {
        f64::midpoint(male, female)
    } else if genes.xist.is_some() && (male.is_nan() || female.is_nan()) {
        // One sex alone is annotated: its genes are simply compared with each other.
        0.0
    } else {
        return Vec::new();
    };
    let samples = is_male.iter().zip(&scores).enumerate();
    samples
        .filter_map(|(sample, (&is_male, &score))| {
            let is_male = is_male?;
            let is_wrong = !score.is_nan() && (score > threshold) != is_male;
            is_wrong.then(|| verdict(data, logged, &genes, sample, &words[sample]))
        })
        .collect()
}

fn verdict(
    data: &Dataset,
    logged: &Matrix,
    genes: &SexGenes,
    sample: usize,
    word: &str,
) -> QcVerdict {
    let name = data.samples[sample].as_str();
    let xist = genes.xist.map_or_else(
        || "not measured".to_owned(),
        |row| format!("{:.1}", logged.get(row, sample)),
    );
    QcVerdict::new(
        QcVerdictCode::SexMismatch,
        &[name],
        format!(
            "{name} is annotated as {word}, but its genes say otherwise: XIST is {xist}, the mean of {} genes of the Y chromosome {:.1} (logarithms).",
            genes.on_y.len(),
            mean_on_y(logged, genes, sample)
        ),
    )
}

/// Mean of the Y genes, less XIST where it was measured.
fn score(logged: &Matrix, genes: &SexGenes, sample: usize) -> f64 {
    let xist = genes
        .xist
        .map_or(0.0, |row| f64::from(logged.get(row, sample)));
    mean_on_y(logged, genes, sample) - xist
}

fn mean_on_y(logged: &Matrix, genes: &SexGenes, sample: usize) -> f64 {
    let values = genes
        .on_y
        .iter()
        .map(|&row| f64::from(logged.get(row, sample)));
    values.sum::<f64>() / genes.on_y.len() as f64
}

fn sex_of(word: &str) -> Option<bool> {
    match word.trim().to_lowercase().as_str() {
        "m" | "male" | "man" | "boy" => Some(true),
        "f" | "female" | "woman" | "girl" => Some(false),
        _ => None,
    }
}

/// Looks for the genes among the names of the rows, then in each annotation of words.
fn sex_genes(data: &Dataset) -> Option<SexGenes> {
    let names = data.genes.iter().cloned().collect();
    let columns = data.gene_annotations.columns.iter();
    let texts = columns.filter_map(|column| match &column.values {
        ColumnValues::Number(_) => None,
        values => Some((0..values.len()).map(|row| values.text(row)).collect()),
    });
    std::iter::once(names)
        .chain(texts)
        .find_map(|names: Vec<String>| among(&names))
}

fn among(names: &[String]) -> Option<SexGenes> {
    let mut rows: BTreeMap<String, usize> = BTreeMap::new();
    for (row, name) in names.iter().enumerate() {
        let name = without_version(name.trim()).to_uppercase();
        rows.entry(name).or_insert(row);
    }
    let find = |ids: &[&str; 2]| ids.iter().find_map(|&id| rows.get(id).copied());
    let on_y: Vec<usize> = ON_Y.iter().filter_map(find).collect();
    (!on_y.is_empty()).then(|| SexGenes {
        xist: find(&XIST),
        on_y,
    })
}
