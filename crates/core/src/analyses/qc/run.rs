//! Running `qc`.

use std::sync::Arc;

use super::{
    QcOutput, QcParameters, QcVerdict,
    component::judge_library_size,
    groups::{SampleGroups, judge_batches, judge_groups},
    pairs::{duplicate_verdict, median_correlations, near_duplicates, outliers},
    samples::{judge_empty, sample_statistics},
    scale::{is_linear, judge_scale},
    sex::{judge_sex, sex_column},
    verdict::JudgedPair,
};
use crate::{
    analyses::{NamedDataset, names_of::annotation_texts},
    context::Context,
    dataset::Dataset,
    error::{AnalysisError, ParamError, Warning},
    matrix::Matrix,
    parallel,
    stats::{correlation::CorrelationMethod, correlation_matrix::correlation_matrix},
};

/// Above this many samples they are not compared with each other.
const MAX_COMPARED: usize = 4_000;

/// So many verdicts of one kind are told as warnings; all stand in the table.
const MAX_TOLD: usize = 5;

pub fn run(
    input: &NamedDataset,
    parameters: &QcParameters,
    context: &Context,
) -> Result<QcOutput, AnalysisError> {
    let data = &input.data;
    context.check_cancelled()?;
    let groups = groups(data, &parameters.group)?;
    let batch_verdict = judge_batch_column(data, parameters)?;
    let statistics = sample_statistics(data, context)?;
    let is_linear = is_linear(data);
    let logged = if is_linear {
        logged(&data.matrix, context)?
    } else {
        data.matrix.clone()
    };
    let mut verdicts: Vec<QcVerdict> = judge_scale(data).into_iter().collect();
    verdicts.extend(judge_empty(&statistics, &data.samples));
    if is_linear {
        let sizes: Vec<f64> = statistics
            .iter()
            .map(|sample| sample.library_size)
            .collect();
        verdicts.extend(judge_library_size(&logged, &sizes, context)?);
    }
    verdicts.extend(batch_verdict);
    let mut compared = Compared::default();
    if data.n_samples() > MAX_COMPARED {
        let message = format!(
            "{} samples are too many to compare each with each: duplicates, swaps and outliers were not looked for",
            data.n_samples()
        );
        context.warn(Warning::new("not_compared", message));
    } else {
        compared = compare(data, &logged, groups.as_ref(), parameters, context)?;
    }
    verdicts.append(&mut compared.verdicts);
    if let Some(column) = sex_column(data, &parameters.sex) {
        let words = annotation_texts(&data.sample_annotations, "sex", &column)?;
        verdicts.extend(judge_sex(data, &logged, &words));
    }
    verdicts.sort_by_key(|verdict| verdict.code);
    tell(&verdicts, context);
    Ok(QcOutput {
        data: Arc::clone(data),
        statistics,
        median_r: compared.median_r,
        pairs: compared.pairs,
        verdicts,
        groups,
        input_name: input.name.clone(),
        looked_at_logs: is_linear,
    })
}

/// What came of comparing every sample with every other.
#[derive(Default)]
struct Compared {
    verdicts: Vec<QcVerdict>,
    pairs: Vec<JudgedPair>,
    median_r: Vec<f64>,
}

fn compare(
    data: &Dataset,
    logged: &Matrix,
    groups: Option<&SampleGroups>,
    parameters: &QcParameters,
    context: &Context,
) -> Result<Compared, AnalysisError> {
    let correlations = correlation_matrix(logged, CorrelationMethod::Pearson, context)?;
    context.check_cancelled()?;
    let mut pairs = near_duplicates(&correlations, parameters.near_duplicate_r);
    let mut verdicts: Vec<QcVerdict> = pairs
        .iter()
        .map(|pair| duplicate_verdict(pair, &data.samples))
        .collect();
    if let Some(groups) = groups {
        let (mut found, mut swaps) = judge_groups(&correlations, groups, &data.samples);
        verdicts.append(&mut found);
        pairs.append(&mut swaps);
    }
    let median_r = median_correlations(&correlations);
    verdicts.extend(outliers(&correlations, &data.samples));
    Ok(Compared {
        verdicts,
        pairs,
        median_r,
    })
}

fn groups(data: &Dataset, column: &str) -> Result<Option<SampleGroups>, ParamError> {
    if column.is_empty() {
        return Ok(SampleGroups::by_names(&data.samples));
    }
    let texts = annotation_texts(&data.sample_annotations, "group", column)?;
    Ok(Some(SampleGroups::by_texts(&texts, format!("of {column}"))))
}

fn judge_batch_column(
    data: &Dataset,
    parameters: &QcParameters,
) -> Result<Option<QcVerdict>, ParamError> {
    let (group, batch) = (parameters.group.as_str(), parameters.batch.as_str());
    if batch.is_empty() {
        return Ok(None);
    }
    if group.is_empty() {
        let allowed = "an annotation of the groups that the batches are compared with";
        return Err(ParamError::new("group", "empty", allowed));
    }
    let groups = annotation_texts(&data.sample_annotations, "group", group)?;
    let batches = annotation_texts(&data.sample_annotations, "batch", batch)?;
    Ok(judge_batches(&groups, &batches, [group, batch]))
}

/// log2(x + 1); NaN for values below −1.
fn logged(matrix: &Matrix, context: &Context) -> Result<Matrix, AnalysisError> {
    let mut logged = matrix.clone();
    parallel::try_map_chunks(logged.values_mut(), 1 << 16, &|_, values| {
        context.check_cancelled()?;
        for value in values {
            *value = (f64::from(*value) + 1.0).log2() as f32;
        }
        Ok::<(), AnalysisError>(())
    })?;
    Ok(logged)
}

/// Every verdict as a warning, but for the sixth and following of a kind.
fn tell(verdicts: &[QcVerdict], context: &Context) {
    for same in verdicts.chunk_by(|a, b| a.code == b.code) {
        for verdict in same.iter().take(MAX_TOLD) {
            context.warn(Warning::new(verdict.code.name(), verdict.evidence.clone()));
        }
        if same.len() > MAX_TOLD {
            let code = same[0].code.name();
            let message = format!(
                "{} more like these stand in the table verdicts",
                same.len() - MAX_TOLD
            );
            context.warn(Warning::new(code, message));
        }
    }
}
