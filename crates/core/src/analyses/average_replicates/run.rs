//! Running `average_replicates`.

use std::sync::Arc;

use super::AverageReplicatesParameters;
use crate::{
    analyses::{
        NamedDataset, TransformOutput,
        grouping::{NamedGroup, groups_by_name},
        names_of::annotation_texts,
    },
    context::Context,
    dataset::{Annotations, Dataset, ValueKind},
    error::{AnalysisError, Warning},
    matrix::Matrix,
    parallel,
    stats::center::{mean, standard_deviation},
    table::{NumberFormat, Table},
};

pub fn run(
    input: &NamedDataset,
    parameters: &AverageReplicatesParameters,
    context: &Context,
) -> Result<TransformOutput, AnalysisError> {
    let data = &input.data;
    context.check_cancelled()?;
    let labels: Vec<String> = annotation_texts(&data.sample_annotations, "by", &parameters.by)?
        .into_iter()
        .map(|label| label.trim().to_owned())
        .collect();
    let groups = groups_by_name(&labels);
    let left_out: Vec<String> = (0..data.n_samples())
        .filter(|&sample| labels[sample].is_empty())
        .map(|sample| data.samples[sample].clone())
        .collect();
    warn(input, parameters, &left_out, context);
    let cells = average(data, &groups, context)?;
    let note = format!(
        "{} samples were averaged to {} by {}; replicates per group: {} to {}.",
        data.n_samples() - left_out.len(),
        groups.len(),
        parameters.by,
        groups
            .iter()
            .map(|group| group.positions.len())
            .min()
            .unwrap_or(0),
        groups
            .iter()
            .map(|group| group.positions.len())
            .max()
            .unwrap_or(0)
    );
    let averaged = averaged_dataset(data, &groups, &cells);
    let mut output = TransformOutput::new(data, averaged, note)
        .with_table(sd_table(data, &groups, &cells))
        .with_table(n_table(data, &groups, &cells));
    if !left_out.is_empty() {
        output = output.with_table(
            Table::new("left_out", "Samples without a group").text("sample", "Sample", left_out),
        );
    }
    Ok(output)
}

/// One gene in one group.
#[derive(Clone, Copy)]
struct Cell {
    mean: f64,
    sd: f64,
    n: usize,
}

/// Gene after gene, group after group.
fn average(
    data: &Dataset,
    groups: &[NamedGroup],
    context: &Context,
) -> Result<Vec<Vec<Cell>>, AnalysisError> {
    parallel::try_map(data.n_genes(), &|gene| {
        context.check_cancelled()?;
        let row = data.matrix.row(gene);
        let cell = |group: &NamedGroup| {
            let values: Vec<f32> = group.positions.iter().map(|&sample| row[sample]).collect();
            Cell {
                mean: mean(&values),
                sd: standard_deviation(&values),
                n: values.iter().filter(|value| !value.is_nan()).count(),
            }
        };
        Ok(groups.iter().map(cell).collect())
    })
}

fn averaged_dataset(data: &Dataset, groups: &[NamedGroup], cells: &[Vec<Cell>]) -> Dataset {
    let values = cells
        .iter()
        .flatten()
        .map(|cell| cell.mean as f32)
        .collect();
    let mut averaged = data.select_samples(
        &groups
            .iter()
            .map(|group| group.positions[0])
            .collect::<Vec<_>>(),
    );
    averaged.matrix = Matrix::from_rows(data.n_genes(), groups.len(), values);
    averaged.samples = Arc::new(groups.iter().map(|group| group.name.clone()).collect());
    averaged.sample_annotations = common_annotations(&averaged.sample_annotations, data, groups);
    if averaged.kind == ValueKind::Counts {
        averaged.kind = ValueKind::Linear;
    }
    averaged
}

/// The annotations that are equal within every group.
fn common_annotations(first: &Annotations, data: &Dataset, groups: &[NamedGroup]) -> Annotations {
    let columns = first.columns.iter().zip(&data.sample_annotations.columns);
    let is_common = |values: &crate::dataset::ColumnValues| {
        groups.iter().all(|group| {
            let label = values.text(group.positions[0]);
            group
                .positions
                .iter()
                .all(|&sample| values.text(sample) == label)
        })
    };
    Annotations {
        columns: columns
            .filter(|(_, all)| is_common(&all.values))
            .map(|(first, _)| Arc::clone(first))
            .collect(),
    }
}

fn sd_table(data: &Dataset, groups: &[NamedGroup], cells: &[Vec<Cell>]) -> Table {
    let start = Table::new("sd", "Standard deviation").text("gene", "Gene", data.genes.to_vec());
    groups.iter().enumerate().fold(start, |table, (at, group)| {
        let column = cells.iter().map(|row| row[at].sd).collect();
        table.number(&group.name, &group.name, NumberFormat::General, column)
    })
}

fn n_table(data: &Dataset, groups: &[NamedGroup], cells: &[Vec<Cell>]) -> Table {
    let start = Table::new("n", "Number of values").text("gene", "Gene", data.genes.to_vec());
    groups.iter().enumerate().fold(start, |table, (at, group)| {
        let column = cells.iter().map(|row| Some(row[at].n as i64)).collect();
        table.integer(&group.name, &group.name, column)
    })
}

fn warn(
    input: &NamedDataset,
    parameters: &AverageReplicatesParameters,
    left_out: &[String],
    context: &Context,
) {
    if let Some(first) = left_out.first() {
        context.warn(Warning::new(
            "without_group",
            format!(
                "{} samples have no {} and are left out, the first is {first}",
                left_out.len(),
                parameters.by
            ),
        ));
    }
    let kind = input.data.kind;
    if matches!(kind, ValueKind::Counts | ValueKind::Linear | ValueKind::Tpm) {
        context.warn(Warning::new(
            "unlogged",
            format!(
                "{} holds {}: replicates are averaged as they are, take logarithms first for a mean of logs",
                input.name,
                kind.label()
            ),
        ));
    }
}
