//! Genes that a dictionary hardly knows.

use super::{
    NamedDataset,
    vocabulary::{Dictionaries, lookup},
};
use crate::{dataset::Dataset, error::AnalysisError};

/// Of a dictionary that knows fewer genes than this share, the names are of another kind.
const MIN_SHARE_KNOWN: f64 = 0.1;

/// Names of another kind, or of another species, match nearly nothing.
pub fn refuse_foreign_names(
    input: &NamedDataset,
    dictionaries: &Dictionaries,
    n_matched: usize,
) -> Result<(), AnalysisError> {
    let data = &input.data;
    let is_given = dictionaries.tokens.is_some() || dictionaries.medians.is_some();
    if n_matched == 0 && !is_given {
        return Err(AnalysisError::TooFew {
            what: "genes that enough cells have".into(),
            need: 1,
            got: 0,
        });
    }
    if !is_given || n_matched as f64 >= MIN_SHARE_KNOWN * data.n_genes() as f64 {
        return Ok(());
    }
    let known = |name: &str| match (&dictionaries.tokens, &dictionaries.medians) {
        (Some(tokens), _) => lookup(tokens, name).is_some(),
        (None, Some(medians)) => lookup(medians, name).is_some(),
        (None, None) => false,
    };
    Err(AnalysisError::NoMatch {
        message: format!(
            "{n_matched} of {} genes of {} are in the dictionary, at least {:.0} % expected; the data begin with {}",
            data.n_genes(),
            input.name,
            100.0 * MIN_SHARE_KNOWN,
            data.genes
                .iter()
                .take(3)
                .map(String::as_str)
                .collect::<Vec<_>>()
                .join(", ")
        ),
        hint: hint_for(data, &known),
    })
}

fn hint_for(data: &Dataset, known: &dyn Fn(&str) -> bool) -> String {
    let is_mouse = |gene: &&String| gene.starts_with("ENSMUSG");
    if data.genes.iter().filter(is_mouse).count() * 2 > data.n_genes() {
        return "These are mouse genes: map them to their human counterparts with rename_genes and a table of orthologs".into();
    }
    let column = data.gene_annotations.names().find(|name| {
        let Some(column) = data.gene_annotations.column(name) else {
            return false;
        };
        let n_known = (0..column.values.len()).filter(|&row| known(&column.values.text(row)));
        n_known.count() as f64 >= MIN_SHARE_KNOWN * data.n_genes() as f64
    });
    match column {
        Some(column) => format!("The gene annotation {column} holds the names of the dictionary: put them in place with rename_genes"),
        None => "The dictionary's names are Ensembl ids such as ENSG00000136574; put them in place of symbols with rename_genes and a table of both".into(),
    }
}
