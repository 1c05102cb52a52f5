//! Running `collapse_genes`.

use std::sync::Arc;

use super::{CollapseGenesParameters, How};
use crate::{
    analyses::{
        Inputs, NamedDataset, TransformOutput,
        grouping::{NamedGroup, groups_by_name},
        names_of::{annotation_texts, dropped_table, name_map, without_version},
        selection::first_five,
    },
    context::Context,
    dataset::{Dataset, ValueKind},
    error::{AnalysisError, Warning},
    matrix::Matrix,
    parallel,
    stats::center::{mean, median},
    table::Table,
};

pub fn run(
    inputs: &Inputs,
    parameters: &CollapseGenesParameters,
    context: &Context,
) -> Result<TransformOutput, AnalysisError> {
    let input = inputs.dataset(0)?;
    let data = &input.data;
    let names = new_names(inputs, parameters)?;
    let groups = groups_by_name(&names);
    if groups.is_empty() && data.n_genes() > 0 {
        return Err(AnalysisError::NoMatch {
            message: format!(
                "none of the {} genes of {} has a new name: they are {}",
                data.n_genes(),
                input.name,
                first_five(&data.genes)
            ),
            hint:
                "The first column of the map must hold the gene ids of the data; try strip_version"
                    .into(),
        });
    }
    warn_if_unsuitable(input, parameters, &groups, context);
    let kept = kept_rows(data, &groups, parameters.how);
    let mut collapsed = data.select_genes(&kept);
    collapsed.matrix = joined(data, &groups, &kept, parameters.how, context)?;
    collapsed.genes = Arc::new(groups.iter().map(|group| group.name.clone()).collect());
    if collapsed.kind == ValueKind::Counts && matches!(parameters.how, How::Mean | How::Median) {
        collapsed.kind = ValueKind::Linear;
    }
    let dropped = dropped(data, &names, &groups, &kept, parameters.how);
    let n_joined = groups
        .iter()
        .filter(|group| group.positions.len() > 1)
        .count();
    let n_without = names.iter().filter(|name| name.is_empty()).count();
    let note = format!(
        "{} rows were collapsed to {} genes ({}); {n_joined} genes had more than one row, and {n_without} rows without a name were dropped.",
        data.n_genes(),
        groups.len(),
        words(parameters.how)
    );
    Ok(TransformOutput::new(data, collapsed, note)
        .with_table(collapsed_table(data, &groups))
        .with_table(dropped))
}

/// New name of each row, empty where it has none.
fn new_names(
    inputs: &Inputs,
    parameters: &CollapseGenesParameters,
) -> Result<Vec<String>, AnalysisError> {
    let data = &inputs.dataset(0)?.data;
    let stripped = |name: &str| {
        let name = name.trim();
        if parameters.strip_version {
            without_version(name)
        } else {
            name
        }
        .to_owned()
    };
    if !parameters.map.0.is_empty() {
        let map = name_map(inputs.reference(&parameters.map)?, "map", &parameters.to)?;
        let lookup = |gene: &String| {
            let found = map
                .get(gene.trim())
                .or_else(|| map.get(without_version(gene.trim())));
            found.map_or_else(String::new, |name| stripped(name))
        };
        return Ok(data.genes.iter().map(lookup).collect());
    }
    if parameters.to.is_empty() {
        return Ok(data.genes.iter().map(|gene| stripped(gene)).collect());
    }
    let texts = annotation_texts(&data.gene_annotations, "to", &parameters.to)?;
    Ok(texts.iter().map(|text| stripped(text)).collect())
}

/// The row of each group that stands for it: its annotations, and with `max_mean` and `first` its
/// values.
fn kept_rows(data: &Dataset, groups: &[NamedGroup], how: How) -> Vec<usize> {
    let keep = |group: &NamedGroup| match (how, group.positions.as_slice()) {
        (How::MaxMean, [first, rest @ ..]) if !rest.is_empty() => {
            let level = |row: usize| {
                let level = mean(data.matrix.row(row));
                if level.is_nan() {
                    f64::NEG_INFINITY
                } else {
                    level
                }
            };
            let mut best = (*first, level(*first));
            for &row in rest {
                let candidate = level(row);
                if candidate > best.1 {
                    best = (row, candidate);
                }
            }
            best.0
        }
        // INVARIANT: a group holds at least one position.
        (_, positions) => positions[0],
    };
    parallel::map(groups.len(), &|at| keep(&groups[at]))
}

fn joined(
    data: &Dataset,
    groups: &[NamedGroup],
    kept: &[usize],
    how: How,
    context: &Context,
) -> Result<Matrix, AnalysisError> {
    let rows = parallel::try_map(groups.len(), &|at| {
        context.check_cancelled()?;
        let (group, kept) = (&groups[at], kept[at]);
        let join: fn(&[f32]) -> f64 = match how {
            How::Sum => sum,
            How::Mean => mean,
            How::Median => median,
            How::MaxMean | How::First => return Ok(data.matrix.row(kept).to_vec()),
        };
        if group.positions.len() == 1 {
            return Ok(data.matrix.row(kept).to_vec());
        }
        let mut values = vec![0.0; group.positions.len()];
        let row = (0..data.n_samples()).map(|sample| {
            for (value, &gene) in values.iter_mut().zip(&group.positions) {
                *value = data.matrix.get(gene, sample);
            }
            join(&values) as f32
        });
        Ok::<Vec<f32>, AnalysisError>(row.collect())
    })?;
    Ok(Matrix::from_rows(
        groups.len(),
        data.n_samples(),
        rows.concat(),
    ))
}

/// Sum of the values that are not missing; missing where all are.
fn sum(values: &[f32]) -> f64 {
    let present = values.iter().filter(|value| !value.is_nan());
    let (sum, n) = present.fold((0.0, 0), |(sum, n), &value| (sum + f64::from(value), n + 1));
    if n == 0 { f64::NAN } else { sum }
}

fn collapsed_table(data: &Dataset, groups: &[NamedGroup]) -> Table {
    let joined: Vec<&NamedGroup> = groups
        .iter()
        .filter(|group| group.positions.len() > 1)
        .collect();
    let rows = |group: &NamedGroup| {
        let ids: Vec<&str> = group
            .positions
            .iter()
            .map(|&row| data.genes[row].as_str())
            .collect();
        ids.join(", ")
    };
    Table::new("collapsed", "Joined genes")
        .text(
            "gene",
            "Gene",
            joined.iter().map(|group| group.name.clone()).collect(),
        )
        .integer(
            "n_rows",
            "Rows",
            joined
                .iter()
                .map(|group| Some(group.positions.len() as i64))
                .collect(),
        )
        .text(
            "rows",
            "Joined rows",
            joined.iter().map(|group| rows(group)).collect(),
        )
}

fn dropped(
    data: &Dataset,
    names: &[String],
    groups: &[NamedGroup],
    kept: &[usize],
    how: How,
) -> Table {
    let mut reasons: Vec<Option<String>> = names
        .iter()
        .map(|name| name.is_empty().then(|| "has no new name".into()))
        .collect();
    if matches!(how, How::MaxMean | How::First) {
        for (group, &kept) in groups.iter().zip(kept) {
            for &row in group.positions.iter().filter(|&&row| row != kept) {
                reasons[row] = Some(format!("{} stands for {}", data.genes[kept], group.name));
            }
        }
    }
    let rows = reasons.into_iter().zip(data.genes.iter());
    dropped_table(rows.filter_map(|(reason, gene)| Some((gene.clone(), reason?))))
}

fn words(how: How) -> &'static str {
    match how {
        How::Sum => "sum of their rows",
        How::Mean => "mean of their rows",
        How::Median => "median of their rows",
        How::MaxMean => "the row of highest mean",
        How::First => "the first row",
    }
}

fn warn_if_unsuitable(
    input: &NamedDataset,
    parameters: &CollapseGenesParameters,
    groups: &[NamedGroup],
    context: &Context,
) {
    let kind = input.data.kind;
    let has_joined = groups.iter().any(|group| group.positions.len() > 1);
    let is_log = matches!(kind, ValueKind::Log | ValueKind::LogRatio);
    if has_joined && is_log && parameters.how == How::Sum {
        context.warn(Warning::new(
            "sum_of_logs",
            format!(
                "{} holds {}: the sum of logarithms is the logarithm of a product, collapse before taking logarithms or choose max_mean",
                input.name,
                kind.label()
            ),
        ));
    }
}
