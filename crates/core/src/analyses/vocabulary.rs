//! Which genes of a data set can stand in a rank-value sequence.

use std::collections::BTreeMap;

use super::{
    Data, DataReference, Inputs, NamedDataset,
    counts::{refuse_other_than_abundances, warn_of_gaps},
    foreign_names::refuse_foreign_names,
    names_of::{annotation_table, dropped_table, without_version},
};
use crate::{
    checkpoint::ModelParts,
    context::Context,
    dataset::{ColumnValues, Dataset},
    error::{AnalysisError, ParamError, Warning},
    stats::rank_encoding::{UsualCount, Vocabulary, usual_counts},
    table::{NumberFormat, Table},
};

/// The first token of a gene: 0 fills up and 1 masks, as in Geneformer.
const FIRST_TOKEN: u32 = 2;

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
    let entries = data.genes.iter().map(|gene| entry(gene, dictionaries));
    let entries: Vec<Result<Entry, String>> = entries.collect();
    let usual = usual_by_row(data, &entries, context)?;
    let min_cells = min_cells.min((data.n_samples() / 2).max(1));
    let found = entries.into_iter().zip(&usual);
    let found: Vec<Result<Known, String>> = found
        .map(|(entry, usual)| known(entry?, *usual, min_cells))
        .collect();
    let n_rows_matched = found.iter().filter(|known| known.is_ok()).count();
    refuse_foreign_names(input, dictionaries, n_rows_matched)?;
    let mut matched = collect(&data.genes, &usual, found, dictionaries);
    matched.share_of_counts = share_of_counts(data, &matched.vocabulary);
    matched.n_rows_matched = n_rows_matched;
    warn_of_gaps(input, context);
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

/// What the dictionaries say of a gene.
struct Entry {
    /// As they call it.
    name: String,
    token: Option<u32>,
    /// None: that of the data.
    median: Option<f64>,
}

fn entry(gene: &str, dictionaries: &Dictionaries) -> Result<Entry, String> {
    let token = dictionaries
        .tokens
        .as_ref()
        .map(|tokens| lookup(tokens, gene).ok_or("no token in the dictionary"))
        .transpose()?;
    let median = dictionaries
        .medians
        .as_ref()
        .map(|medians| lookup(medians, gene).ok_or("no median in the dictionary"))
        .transpose()?;
    let name = match (&token, &median) {
        (Some((name, _)), _) | (None, Some((name, _))) => name,
        (None, None) => gene,
    };
    Ok(Entry {
        name: name.to_owned(),
        token: token.as_ref().map(|found| found.1),
        median: median.as_ref().map(|found| found.1),
    })
}

/// For each row the usual count of its gene, rows of the same gene added up.
fn usual_by_row(
    data: &Dataset,
    entries: &[Result<Entry, String>],
    context: &Context,
) -> Result<Vec<UsualCount>, AnalysisError> {
    let mut places: BTreeMap<&str, u32> = BTreeMap::new();
    let of_row = entries.iter().map(|entry| {
        let n_known = places.len() as u32;
        let name = entry.as_ref().ok()?.name.as_str();
        Some(*places.entry(name).or_insert(n_known))
    });
    let of_row: Vec<Option<u32>> = of_row.collect();
    let usual = usual_counts(&data.matrix, &of_row, places.len(), context)?;
    let none = UsualCount {
        median: f64::NAN,
        n_cells: 0,
    };
    let usual = |place: &Option<u32>| place.map_or(none, |place| usual[place as usize]);
    Ok(of_row.iter().map(usual).collect())
}

fn known(entry: Entry, usual: UsualCount, min_cells: usize) -> Result<Known, String> {
    if entry.median.is_none() && usual.n_cells < min_cells.max(1) {
        let n_cells = usual.n_cells;
        return Err(format!("in {n_cells} cells, fewer than {min_cells}"));
    }
    let median = entry.median.unwrap_or(usual.median);
    if median <= 0.0 || !median.is_finite() {
        return Err(format!("its median is {median}, expected a number above 0"));
    }
    Ok(Known {
        name: entry.name,
        token: entry.token,
        median,
    })
}

/// The entry of a gene, by its name as it stands, else without version and in capitals.
pub fn lookup<T: Copy>(dictionary: &BTreeMap<String, T>, gene: &str) -> Option<(String, T)> {
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

/// What a model's dictionary says, where it says that.
fn of_dictionary(data: &Data, column: &str) -> Option<BTreeMap<String, f64>> {
    match (data, column) {
        (Data::TokenDictionary(tokens), "token") => {
            let tokens = tokens.genes.iter();
            Some(
                tokens
                    .map(|(gene, &token)| (gene.clone(), token.into()))
                    .collect(),
            )
        }
        (Data::TokenDictionary(tokens), "median") => Some(tokens.medians.as_ref()?.medians.clone()),
        (Data::MedianDictionary(medians), "median") => Some(medians.medians.clone()),
        _ => None,
    }
}

/// Numbers by gene, from a dictionary, or a table: its column of that name, or the first of numbers.
pub fn numbers_by_gene(
    inputs: &Inputs,
    field: &str,
    reference: &DataReference,
    column: &str,
) -> Result<Option<BTreeMap<String, f64>>, AnalysisError> {
    if reference.0.is_empty() {
        return Ok(None);
    }
    let data = inputs.reference(reference)?;
    if let Some(numbers) = of_dictionary(data, column) {
        return Ok(Some(numbers));
    }
    let table = annotation_table(field, data)?;
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
