//! Running `cross_study`.

use super::{
    CrossStudyOutput, CrossStudyParameters, MatchBy, OwnGene, Profile, SetFacts, Skipped,
    pairing::{Pairing, Shared, labels, pair},
};
use crate::{
    analyses::{NamedDataset, names_of::annotation_texts},
    context::Context,
    dataset::{Dataset, NameIndex},
    error::{AnalysisError, Warning},
    matrix::Matrix,
    stats::pairs::{PairedProfiles, correlate_columns},
};

pub fn run(
    a: &NamedDataset,
    b: &NamedDataset,
    parameters: &CrossStudyParameters,
    context: &Context,
) -> Result<CrossStudyOutput, AnalysisError> {
    let pairing = pair(a, b, parameters)?;
    let compared = compare(&pairing, [&a.data, &b.data], context)?;
    let own_genes = own_genes(&pairing, a, b, parameters.own_gene_column())?;
    let mut profiles = Vec::new();
    let mut shared = Vec::new();
    let mut skipped = Vec::new();
    for ((pair, (correlation, means)), own_gene) in
        pairing.profiles.iter().zip(compared).zip(own_genes)
    {
        if correlation.pearson.n < parameters.min_common {
            skipped.push(Skipped {
                name: pair.name.clone(),
                n_common: correlation.pearson.n,
            });
        } else {
            shared.push(pair.clone());
            profiles.push(Profile {
                name: pair.name.clone(),
                correlation,
                means,
                own_gene,
            });
        }
    }
    warn(&profiles, &skipped, parameters, context);
    let labels = labels(a, b);
    let sets = [
        facts(&labels[0], &a.data, &shared, 0, &pairing),
        facts(&labels[1], &b.data, &shared, 1, &pairing),
    ];
    Ok(CrossStudyOutput::new(
        [a.clone(), b.clone()],
        sets,
        Pairing {
            profiles: shared,
            ..pairing
        },
        profiles,
        skipped,
        parameters.min_common,
    ))
}

type Compared = (crate::stats::correlation::PairCorrelation, [f64; 2]);

/// Coefficients and means of every pair of profiles.
fn compare(
    pairing: &Pairing,
    data: [&Dataset; 2],
    context: &Context,
) -> Result<Vec<Compared>, AnalysisError> {
    let [a, b] = data.map(|data| pairing.match_by.points_by_profiles(data));
    let tuples = |shared: &[Shared]| -> Vec<(usize, usize)> {
        shared
            .iter()
            .map(|shared| shared.positions.into())
            .collect()
    };
    let (rows, columns) = (tuples(&pairing.points), tuples(&pairing.profiles));
    let paired = PairedProfiles {
        a: &a,
        b: &b,
        rows: &rows,
        columns: &columns,
    };
    let correlations = correlate_columns(paired, context)?;
    let means_a = column_means(&a, &pairing.points, &pairing.profiles, 0);
    let means_b = column_means(&b, &pairing.points, &pairing.profiles, 1);
    let means = means_a.into_iter().zip(means_b).map(<[f64; 2]>::from);
    Ok(correlations.into_iter().zip(means).collect())
}

/// Mean of each profile over the common points of one set, missing values left out.
fn column_means(matrix: &Matrix, points: &[Shared], profiles: &[Shared], side: usize) -> Vec<f64> {
    let mut sums = vec![(0.0, 0_usize); profiles.len()];
    for point in points {
        let row = matrix.row(point.positions[side]);
        for ((sum, n), profile) in sums.iter_mut().zip(profiles) {
            let value = row[profile.positions[side]];
            if !value.is_nan() {
                *sum += f64::from(value);
                *n += 1;
            }
        }
    }
    sums.into_iter().map(|(sum, n)| sum / n as f64).collect()
}

/// What the verdicts ask of a set: does it hold negative values among those compared?
fn facts(
    label: &str,
    data: &Dataset,
    profiles: &[Shared],
    side: usize,
    pairing: &Pairing,
) -> SetFacts {
    let columns: Vec<usize> = profiles
        .iter()
        .map(|shared| shared.positions[side])
        .collect();
    let has_negative = |point: &Shared| match pairing.match_by {
        MatchBy::Sample => {
            let row = data.matrix.row(point.positions[side]);
            columns.iter().any(|&sample| row[sample] < 0.0)
        }
        MatchBy::Gene => {
            let sample = point.positions[side];
            columns
                .iter()
                .any(|&gene| data.matrix.get(gene, sample) < 0.0)
        }
    };
    SetFacts {
        label: label.to_owned(),
        has_negative: pairing.points.iter().any(has_negative),
    }
}

/// The own gene of each profile; none where genes are matched.
fn own_genes(
    pairing: &Pairing,
    a: &NamedDataset,
    b: &NamedDataset,
    column: Option<&str>,
) -> Result<Vec<Option<OwnGene>>, AnalysisError> {
    if pairing.match_by == MatchBy::Gene {
        return Ok(vec![None; pairing.profiles.len()]);
    }
    let names = own_gene_names(pairing, [&a.data, &b.data], column)?;
    let trimmed = [&a.data, &b.data].map(|data| {
        let names = data.genes.iter().map(|gene| gene.trim().to_owned());
        names.collect::<Vec<String>>()
    });
    let indexes = [NameIndex::new(&trimmed[0]), NameIndex::new(&trimmed[1])];
    let value = |side: usize, data: &Dataset, profile: &Shared, name: &str| {
        mean_of_genes(data, &indexes[side], profile.positions[side], name)
    };
    let found = pairing.profiles.iter().zip(names).map(|(profile, name)| {
        let values = [
            value(0, &a.data, profile, &name),
            value(1, &b.data, profile, &name),
        ];
        let is_measured = values.iter().any(|value| !value.is_nan());
        is_measured.then_some(OwnGene { name, values })
    });
    Ok(found.collect())
}

/// The own gene's name of each profile: from the column of either set, else the profile's name.
fn own_gene_names(
    pairing: &Pairing,
    data: [&Dataset; 2],
    column: Option<&str>,
) -> Result<Vec<String>, AnalysisError> {
    let Some(column) = column else {
        return Ok(pairing
            .profiles
            .iter()
            .map(|profile| profile.name.clone())
            .collect());
    };
    let mut names = vec![String::new(); pairing.profiles.len()];
    for (side, data) in data.into_iter().enumerate() {
        if data.sample_annotations.column(column).is_none() {
            continue;
        }
        let texts = annotation_texts(&data.sample_annotations, "own_gene", column)?;
        for (name, profile) in names.iter_mut().zip(&pairing.profiles) {
            if name.is_empty() {
                texts[profile.positions[side]].trim().clone_into(name);
            }
        }
    }
    Ok(names)
}

/// Mean value of the genes joined by `+`, of which those measured count; NaN for none.
fn mean_of_genes(data: &Dataset, index: &NameIndex, sample: usize, names: &str) -> f64 {
    let whole = index.get(names).map(|gene| vec![gene]);
    let genes = whole.unwrap_or_else(|| {
        names
            .split('+')
            .filter_map(|name| index.get(name.trim()))
            .collect()
    });
    let values: Vec<f64> = genes
        .into_iter()
        .map(|gene| f64::from(data.matrix.get(gene, sample)))
        .filter(|value| !value.is_nan())
        .collect();
    values.iter().sum::<f64>() / values.len() as f64
}

fn warn(
    profiles: &[Profile],
    skipped: &[Skipped],
    parameters: &CrossStudyParameters,
    context: &Context,
) {
    if let Some(first) = skipped.first() {
        context.warn(Warning::new(
            "too_few_common",
            format!(
                "{} pairs have fewer than {} common values and are left out, the first is {} with {}",
                skipped.len(),
                parameters.min_common,
                first.name,
                first.n_common
            ),
        ));
    }
    let constant: Vec<&Profile> = profiles.iter().filter(|p| p.pearson().is_nan()).collect();
    if let Some(first) = constant.first() {
        context.warn(Warning::new(
            "constant_profile",
            format!(
                "{} profiles have no correlation, since all their values are equal in one set; the first is {}",
                constant.len(),
                first.name
            ),
        ));
    }
}
