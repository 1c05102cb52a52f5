//! Numbers of each sample.

use super::verdict::{QcVerdict, QcVerdictCode};
use crate::{
    analyses::figure_parts::box_of, context::Context, dataset::Dataset, error::AnalysisError,
    figure::BoxStatistics, parallel,
};

/// Numbers of one sample.
#[derive(Debug, Clone, PartialEq)]
pub struct SampleStatistics {
    /// Sum of the values that are not missing.
    pub library_size: f64,
    /// Values above zero.
    pub detected_genes: usize,
    /// Missing values.
    pub missing: usize,
    /// Percentiles of the finite values; none without one.
    pub spread: Option<BoxStatistics>,
}

/// The numbers of every sample, in the order of the data.
pub fn sample_statistics(
    data: &Dataset,
    context: &Context,
) -> Result<Vec<SampleStatistics>, AnalysisError> {
    if data.n_genes() == 0 {
        return Ok(vec![statistics(&[]); data.n_samples()]);
    }
    let samples = data.matrix.transposed();
    context.check_cancelled()?;
    parallel::try_map(samples.n_rows(), &|sample| {
        context.check_cancelled()?;
        Ok(statistics(samples.row(sample)))
    })
}

/// The verdict on samples that hold no value but 0, or none at all.
pub fn judge_empty(statistics: &[SampleStatistics], names: &[String]) -> Option<QcVerdict> {
    let empty = statistics.iter().zip(names);
    let empty =
        empty.filter(|(sample, _)| sample.detected_genes == 0 && sample.library_size == 0.0);
    let empty: Vec<&str> = empty.map(|(_, name)| name.as_str()).collect();
    let n = statistics.len();
    let (said, them) = match empty.as_slice() {
        [] => return None,
        [one] => (format!("{one} holds"), "it"),
        many => (format!("{} of {n} samples hold", many.len()), "them"),
    };
    let evidence = format!(
        "{said} no value other than 0: steps on counts refuse {them}. Leave {them} out with select_samples, or look for what went wrong before."
    );
    Some(QcVerdict::new(QcVerdictCode::EmptySample, &empty, evidence))
}

fn statistics(values: &[f32]) -> SampleStatistics {
    let present = values.iter().filter(|value| !value.is_nan());
    SampleStatistics {
        library_size: present.clone().map(|&value| f64::from(value)).sum(),
        detected_genes: present.clone().filter(|&&value| value > 0.0).count(),
        missing: values.len() - present.count(),
        spread: box_of(values.iter().map(|&value| f64::from(value))),
    }
}
