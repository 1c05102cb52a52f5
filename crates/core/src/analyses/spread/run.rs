//! Running `spread`.

use super::{ProfileSpread, SpreadOutput, THRESHOLDS};
use crate::{
    analyses::NamedDataset,
    context::Context,
    error::{AnalysisError, Warning},
    parallel,
    stats::quantile::{quantile_of_sorted, sorted_present},
};

/// Samples copied out together: the values in one cache line of a row.
const SAMPLES_PER_BLOCK: usize = 16;

pub fn run(input: &NamedDataset, context: &Context) -> Result<SpreadOutput, AnalysisError> {
    let data = &input.data;
    context.check_cancelled()?;
    let samples: Vec<usize> = (0..data.n_samples()).collect();
    let blocks: Vec<&[usize]> = samples.chunks(SAMPLES_PER_BLOCK).collect();
    let blocks = parallel::try_map(blocks.len(), &|at| {
        context.check_cancelled()?;
        let columns = data.matrix.select_columns(blocks[at]).transposed();
        let names = blocks[at].iter().map(|&sample| &data.samples[sample]);
        let spread = names
            .enumerate()
            .map(|(at, name)| spread_of(name, columns.row(at)));
        Ok::<Vec<ProfileSpread>, AnalysisError>(spread.collect())
    })?;
    let mut profiles = blocks.concat();
    // NaN, of a sample without values, sorts last.
    profiles.sort_by(|a, b| a.iqr().total_cmp(&b.iqr()));
    let empty: Vec<&str> = profiles
        .iter()
        .filter(|profile| profile.n == 0)
        .map(|profile| profile.name.as_str())
        .collect();
    if let Some(first) = empty.first() {
        context.warn(Warning::new(
            "no_values",
            format!(
                "{} samples have no values, the first is {first}",
                empty.len()
            ),
        ));
    }
    Ok(SpreadOutput {
        profiles,
        value_label: data.value_label.clone(),
        input_name: input.name.clone(),
    })
}

fn spread_of(name: &str, values: &[f32]) -> ProfileSpread {
    let sorted = sorted_present(values.iter().map(|&value| f64::from(value)));
    let at = |probability| quantile_of_sorted(&sorted, probability);
    ProfileSpread {
        name: name.to_owned(),
        percentiles: [at(0.05), at(0.25), at(0.5), at(0.75), at(0.95)],
        n: sorted.len(),
        n_beyond: THRESHOLDS.map(|threshold| {
            sorted
                .iter()
                .filter(|value| value.abs() > threshold)
                .count()
        }),
    }
}
