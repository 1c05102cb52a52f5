//! Running `impute`.

use super::{ImputeMethod, ImputeParameters, neighbors::Donors};
use crate::{
    analyses::{
        NamedDataset, TransformOutput, held_out::warn_of_test_samples, names_of::dropped_table,
    },
    context::Context,
    dataset::{Dataset, ValueKind},
    error::{AnalysisError, Warning},
    matrix::Matrix,
    parallel,
    stats::center::mean,
    table::Table,
};

pub fn run(
    input: &NamedDataset,
    parameters: &ImputeParameters,
    context: &Context,
) -> Result<TransformOutput, AnalysisError> {
    let data = &input.data;
    context.check_cancelled()?;
    let fitted = parameters.fit.listed("fit", input)?;
    let is_imputed = parameters.how != ImputeMethod::None;
    let (kept, dropped) = split_by_values(data, is_imputed);
    let mut imputed = data.select_genes(&kept);
    let missing: Vec<usize> = (0..kept.len())
        .map(|gene| n_missing(&imputed, gene))
        .collect();
    let n_missing: usize = missing.iter().sum();
    warn_of_dropped(input, dropped.len(), context);
    if is_imputed && n_missing > 0 {
        let sample_means = sample_means(&input.name, &imputed)?;
        let fitted = fitted.as_deref();
        warn_of_test_samples("fit", fitted, input, context);
        imputed.matrix = filled(&imputed, parameters, fitted, &sample_means, context)?;
        if imputed.kind == ValueKind::Counts {
            // Means of counts are no whole numbers.
            imputed.kind = ValueKind::Linear;
        }
    }
    let note = note(
        data,
        parameters,
        fitted.as_deref(),
        n_missing,
        dropped.len(),
    );
    let dropped = dropped.into_iter().map(|gene| {
        let reason = "has no value in any sample";
        (data.genes[gene].clone(), reason.to_owned())
    });
    let table = missing_table(&imputed, &missing);
    Ok(TransformOutput::new(data, imputed, note)
        .with_table(table)
        .with_table(dropped_table(dropped)))
}

/// Genes that stay, and those without any value.
fn split_by_values(data: &Dataset, is_imputed: bool) -> (Vec<usize>, Vec<usize>) {
    let genes = 0..data.n_genes();
    if is_imputed && data.n_samples() > 0 {
        genes.partition(|&gene| n_missing(data, gene) < data.n_samples())
    } else {
        (genes.collect(), Vec::new())
    }
}

fn n_missing(data: &Dataset, gene: usize) -> usize {
    let row = data.matrix.row(gene).iter();
    row.filter(|value| value.is_nan()).count()
}

fn warn_of_dropped(input: &NamedDataset, n_dropped: usize, context: &Context) {
    if n_dropped > 0 {
        context.warn(Warning::new(
            "no_value",
            format!(
                "{n_dropped} of {} genes of {} have no value in any sample and were dropped: see the table dropped",
                input.data.n_genes(),
                input.name
            ),
        ));
    }
}

fn filled(
    data: &Dataset,
    parameters: &ImputeParameters,
    fitted: Option<&[usize]>,
    sample_means: &[f64],
    context: &Context,
) -> Result<Matrix, AnalysisError> {
    let selected = fitted.map(|columns| data.matrix.select_columns(columns));
    let fitted = selected.as_ref().unwrap_or(&data.matrix);
    warn_of_unfitted(fitted, context);
    let donors = Donors {
        matrix: &data.matrix,
        fitted,
        sample_means,
        k: parameters.k,
    };
    let mut matrix = data.matrix.clone();
    parallel::try_map_chunks(matrix.values_mut(), data.n_samples(), &|gene, row| {
        context.check_cancelled()?;
        if !row.iter().any(|value| value.is_nan()) {
            return Ok(());
        }
        if parameters.how == ImputeMethod::Knn {
            return donors.fill(gene, row, context);
        }
        let gene_mean = mean(fitted.row(gene));
        for (value, &sample_mean) in row.iter_mut().zip(sample_means) {
            if value.is_nan() && gene_mean.is_nan() {
                *value = sample_mean as f32;
            } else if value.is_nan() {
                *value = gene_mean as f32;
            }
        }
        Ok::<(), AnalysisError>(())
    })?;
    Ok(matrix)
}

/// Genes with values in other samples alone have neither mean nor neighbors.
fn warn_of_unfitted(fitted: &Matrix, context: &Context) {
    let is_missing = |&gene: &usize| fitted.row(gene).iter().all(|value| value.is_nan());
    let n_missing = (0..fitted.n_rows()).filter(is_missing).count();
    if n_missing > 0 {
        context.warn(Warning::new(
            "not_fitted",
            format!(
                "{n_missing} genes have no value in the samples of fit: where they are missing, they take the mean of the sample"
            ),
        ));
    }
}

/// The mean of every sample over its genes; a sample without a value cannot be filled in.
fn sample_means(name: &str, data: &Dataset) -> Result<Vec<f64>, AnalysisError> {
    let mut sums = vec![(0.0, 0_usize); data.n_samples()];
    for gene in 0..data.n_genes() {
        for ((sum, n), &value) in sums.iter_mut().zip(data.matrix.row(gene)) {
            if !value.is_nan() {
                *sum += f64::from(value);
                *n += 1;
            }
        }
    }
    if let Some(sample) = sums.iter().position(|&(_, n)| n == 0) {
        return Err(AnalysisError::Unsuitable {
            found: format!("sample {} of {name} has no value", data.samples[sample]),
            expected: "expected some values in every sample".into(),
            hint: "Leave the sample out with select_samples".into(),
        });
    }
    Ok(sums.iter().map(|&(sum, n)| sum / n as f64).collect())
}

fn missing_table(data: &Dataset, missing: &[usize]) -> Table {
    let genes = data.genes.iter().zip(missing);
    let (genes, counts) = genes
        .filter(|&(_, &n)| n > 0)
        .map(|(gene, &n)| (gene.clone(), Some(n as i64)))
        .unzip();
    Table::new("imputed", "Genes with missing values")
        .text("gene", "Gene", genes)
        .integer("n_missing", "Missing values", counts)
}

fn note(
    data: &Dataset,
    parameters: &ImputeParameters,
    fitted: Option<&[usize]>,
    n_missing: usize,
    n_dropped: usize,
) -> String {
    let n_values = data.n_genes() * data.n_samples();
    let k = parameters.k;
    let how = match parameters.how {
        ImputeMethod::GeneMean => "the mean of their gene".to_owned(),
        ImputeMethod::Knn => {
            format!("the mean of the {k} genes most alike (as scikit-learn's KNNImputer on genes)")
        }
        ImputeMethod::None => {
            return format!("{n_missing} of {n_values} values are missing; nothing was filled in.");
        }
    };
    let from = fitted.map_or_else(String::new, |fitted| {
        format!(
            ", fitted on {} of {} samples",
            fitted.len(),
            data.n_samples()
        )
    });
    format!(
        "{n_missing} missing values were set to {how}{from}; {n_dropped} genes without any value were dropped."
    )
}
