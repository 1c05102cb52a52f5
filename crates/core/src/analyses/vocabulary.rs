//! Which genes of a data set can stand in a rank-value sequence.

use std::collections::BTreeMap;

use super::{
    DataReference, Inputs, NamedDataset,
    names_of::{annotation_table, dropped_table, without_version},
};
use crate::{
    checkpoint::ModelParts,
    context::Context,
    dataset::{ColumnValues, Dataset, ValueKind},
    error::{AnalysisError, ParamError, Warning},
    stats::rank_encoding::{UsualCount, Vocabulary, usual_counts},
    table::{NumberFormat, Table},
};

/// The first token of a gene: 0 fills up and 1 masks, as in Geneformer.
const FIRST_TOKEN: u32 = 2;

/// Of a dictionary that knows fewer genes than this share, the names are of another kind.
const MIN_SHARE_KNOWN: f64 = 0.1;

/// Where the medians and tokens of genes come from.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Dictionaries {
    /// Token by gene; none: genes are numbered by their names.
    pub tokens: Option<BTreeMap<String, u32>>,
    /// Median by gene, counts per 10,000; none: those of the data.
    pub medians: Option<BTreeMap<String, f64>>,
}

impl Dictionaries {
    /// Those of a model, as far as it has them.
    pub fn of_model(parts: &ModelParts) -> Self {
        let tokens = parts.tokens.as_ref();
        let own = tokens.and_then(|tokens| tokens.medians.as_ref());
        let medians = parts.medians.as_ref().or(own);
        Self {
            tokens: tokens.map(|tokens| tokens.genes.clone()),
            medians: medians.map(|medians| medians.medians.clone()),
        }
    }
}

/// The genes of a data set that can stand in a sequence, and those that cannot.
#[derive(Debug, Clone, PartialEq)]
pub struct MatchedGenes {
    /// Those that can.
    pub vocabulary: Vocabulary,
    /// Cells that have each, in the order of the vocabulary.
    pub n_cells: Vec<usize>,
    /// Those that cannot, each with the reason.
    pub dropped: Vec<(String, String)>,
    /// Rows of the data whose gene was found.
    pub n_rows_matched: usize,
    /// Share of all counts that these rows hold.
    pub share_of_counts: f64,
    /// Rows that were added to another of the same gene.
    pub n_merged: usize,
    /// True where the medians are those of these data.
    pub has_own_medians: bool,
}

/// A cell of a sequence is counts, or something in proportion to them.
pub fn refuse_other_than_abundances(input: &NamedDataset) -> Result<(), AnalysisError> {
    let data = &input.data;
    let unsuitable = |found: String| {
        AnalysisError::Unsuitable {
        found,
        expected: "expected counts, or values in proportion to them, from zero up".into(),
        hint: "Point this step to the data before log, center_scale or quantile_normalize: dividing logarithms by medians gives another order".into(),
    }
    };
    if matches!(data.kind, ValueKind::Log | ValueKind::LogRatio) {
        return Err(unsuitable(format!(
            "{} holds {} ({})",
            input.name,
            data.kind.label(),
            data.value_label
        )));
    }
    if data.matrix.has_negative() {
        return Err(unsuitable(format!("{} has values below zero", input.name)));
    }
    Ok(())
}

/// Finds the genes of the data in the dictionaries; without them, all that at least `min_cells`
/// cells have, or half of the cells where that is fewer.
pub fn match_genes(
    input: &NamedDataset,
    dictionaries: &Dictionaries,
    min_cells: usize,
    context: &Context,
) -> Result<MatchedGenes, AnalysisError> {
    refuse_other_than_abundances(input)?;
    let data = &input.data;
    let usual = usual_counts(&data.matrix, context)?;
    let min_cells = min_cells.min((data.n_samples() / 2).max(1));
    let found: Vec<Result<Known, String>> = data
        .genes
        .iter()
        .zip(&usual)
        .map(|(gene, usual)| known(gene, *usual, dictionaries, min_cells))
        .collect();
    let n_rows_matched = found.iter().filter(|known| known.is_ok()).count();
    refuse_foreign_names(input, dictionaries, n_rows_matched)?;
    let mut matched = collect(&data.genes, &usual, found, dictionaries);
    matched.share_of_counts = share_of_counts(data, &matched.vocabulary);
    matched.n_rows_matched = n_rows_matched;
    warn(input, &matched, context);
    Ok(matched)
}

/// A gene under the name that it has in the dictionaries.
struct Known {
    name: String,
    /// None: by its name.
    token: Option<u32>,
    median: f64,
}

fn known(
    gene: &str,
    usual: UsualCount,
    dictionaries: &Dictionaries,
    min_cells: usize,
) -> Result<Known, String> {
    let token = dictionaries
        .tokens
        .as_ref()
        .map(|tokens| lookup(tokens, gene).ok_or("no token in the dictionary"))
        .transpose()?;
    let (name, median) = match &dictionaries.medians {
        Some(medians) => lookup(medians, gene).ok_or("no median in the dictionary")?,
        None if usual.n_cells < min_cells.max(1) => {
            return Err(format!(
                "in {} cells, fewer than {min_cells}",
                usual.n_cells
            ));
        }
        None => (gene.to_owned(), usual.median),
    };
    if median <= 0.0 || !median.is_finite() {
        return Err(format!("its median is {median}, expected a number above 0"));
    }
    let token_name = token.as_ref().map(|(name, _)| name.clone());
    Ok(Known {
        name: token_name.unwrap_or(name),
        token: token.map(|(_, token)| token),
        median,
    })
}

/// The entry of a gene, by its name as it stands, else without version and in capitals.
fn lookup<T: Copy>(dictionary: &BTreeMap<String, T>, gene: &str) -> Option<(String, T)> {
    let gene = gene.trim();
    let found = |name: &str| Some((name.to_owned(), *dictionary.get(name)?));
    found(gene).or_else(|| found(&without_version(gene).to_uppercase()))
}

fn collect(
    rows: &[String],
    usual: &[UsualCount],
    found: Vec<Result<Known, String>>,
    dictionaries: &Dictionaries,
) -> MatchedGenes {
    let mut by_token: BTreeMap<(u32, &str), (f64, usize)> = BTreeMap::new();
    for (known, usual) in found.iter().zip(usual) {
        if let Ok(known) = known {
            let entry = (known.token.unwrap_or(0), known.name.as_str());
            let (_, n_cells) = by_token.entry(entry).or_insert((known.median, 0));
            *n_cells = usual.n_cells.max(*n_cells);
        }
    }
    let places: BTreeMap<&str, u32> = (0..)
        .zip(&by_token)
        .map(|(at, (key, _))| (key.1, at))
        .collect();
    let of_row = found.iter().map(|known| {
        let known = known.as_ref().ok()?;
        places.get(known.name.as_str()).copied()
    });
    let of_row: Vec<Option<u32>> = of_row.collect();
    let token = |(at, (key, _)): (u32, (&(u32, &str), _))| match dictionaries.tokens {
        Some(_) => key.0,
        None => FIRST_TOKEN + at,
    };
    let vocabulary = Vocabulary {
        genes: by_token.keys().map(|key| key.1.to_owned()).collect(),
        tokens: (0..).zip(&by_token).map(token).collect(),
        medians: by_token.values().map(|entry| entry.0).collect(),
        of_row,
    };
    let n_cells: Vec<usize> = by_token.values().map(|entry| entry.1).collect();
    let n_merged = vocabulary.of_row.iter().flatten().count() - vocabulary.genes.len();
    let reasons = rows.iter().zip(found);
    let dropped = reasons.filter_map(|(row, known)| Some((row.clone(), known.err()?)));
    MatchedGenes {
        vocabulary,
        n_cells,
        dropped: dropped.collect(),
        n_rows_matched: 0,
        share_of_counts: 0.0,
        n_merged,
        has_own_medians: dictionaries.medians.is_none(),
    }
}

fn share_of_counts(data: &Dataset, vocabulary: &Vocabulary) -> f64 {
    let (mut known, mut all) = (0.0, 0.0);
    for cell in 0..data.n_samples() {
        data.matrix.for_each_nonzero(cell, |row, value| {
            let value = f64::from(value);
            all += value;
            if vocabulary.of_row[row as usize].is_some() {
                known += value;
            }
        });
    }
    known / all
}

/// Names of another kind, or of another species, match nearly nothing.
fn refuse_foreign_names(
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

fn warn(input: &NamedDataset, matched: &MatchedGenes, context: &Context) {
    if matched.n_merged > 0 {
        context.warn(Warning::new(
            "genes_added_up",
            format!(
                "{} rows of {} are of a gene that has another row; their counts are added up",
                matched.n_merged, input.name
            ),
        ));
    }
    let n_versions = input
        .data
        .genes
        .iter()
        .zip(&matched.vocabulary.of_row)
        .filter(|(gene, place)| {
            place.is_some_and(|place| {
                let name = &matched.vocabulary.genes[place as usize];
                name != gene.trim() && without_version(gene.trim()) != gene.trim()
            })
        })
        .count();
    if n_versions > 0 {
        context.warn(Warning::new(
            "versions_stripped",
            format!(
                "{n_versions} genes were found in the dictionary without their version, such as .12"
            ),
        ));
    }
}

/// Numbers by gene, from a table: its column of that name, or the first of numbers.
pub fn numbers_by_gene(
    inputs: &Inputs,
    field: &str,
    reference: &DataReference,
    column: &str,
) -> Result<Option<BTreeMap<String, f64>>, AnalysisError> {
    if reference.0.is_empty() {
        return Ok(None);
    }
    let table = annotation_table(field, inputs.reference(reference)?)?;
    let columns = || {
        table
            .annotations
            .names()
            .filter_map(|name| table.annotations.column(name))
    };
    let numbers = |wanted: &dyn Fn(&str) -> bool| {
        columns().find_map(|column| match &column.values {
            ColumnValues::Number(values) if wanted(&column.name) => Some(values.clone()),
            _ => None,
        })
    };
    let values = numbers(&|name| name == column).or_else(|| numbers(&|_| true));
    let values = values.ok_or_else(|| {
        ParamError::new(
            field,
            &reference.0,
            format!("a table with a column of numbers, best {column}"),
        )
    })?;
    let pairs = table
        .ids
        .iter()
        .zip(values)
        .filter(|(_, value)| !value.is_nan());
    Ok(Some(
        pairs
            .map(|(gene, value)| (gene.trim().to_owned(), value))
            .collect(),
    ))
}

impl MatchedGenes {
    /// The table of genes, tokens and medians.
    pub fn genes_table(&self) -> Table {
        let words = &self.vocabulary;
        let integers = |values: &mut dyn Iterator<Item = i64>| values.map(Some).collect();
        Table::new("genes", "Genes")
            .text("gene", "Gene", words.genes.clone())
            .integer(
                "token",
                "Token",
                integers(&mut words.tokens.iter().map(|&token| token.into())),
            )
            .number(
                "median",
                "Median of counts per 10,000",
                NumberFormat::General,
                words.medians.clone(),
            )
            .integer(
                "n_cells",
                "Cells that have it",
                integers(&mut self.n_cells.iter().map(|&n| n as i64)),
            )
    }

    /// The table of genes without a token.
    pub fn dropped_table(&self) -> Table {
        dropped_table(self.dropped.iter().cloned())
    }
}
