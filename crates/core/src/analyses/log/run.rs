//! Running `log`.

use super::{Base, LogParameters};
use crate::{
    analyses::{NamedDataset, TransformOutput},
    context::Context,
    dataset::ValueKind,
    error::{AnalysisError, Warning},
    parallel,
    stats::overview::overview,
};

/// Above this, a count table's logarithm would be an astronomical count: data already logged stay below.
const LARGEST_LOGGED: f64 = 30.0;

pub fn run(
    input: &NamedDataset,
    parameters: LogParameters,
    context: &Context,
) -> Result<TransformOutput, AnalysisError> {
    let data = &input.data;
    context.check_cancelled()?;
    refuse_undefined(input, parameters)?;
    warn_if_already_logged(input, context);
    let logarithm: fn(f64) -> f64 = match parameters.base {
        Base::Two => f64::log2,
        Base::E => f64::ln,
        Base::Ten => f64::log10,
    };
    let mut matrix = data.matrix.clone();
    parallel::try_map_chunks(matrix.values_mut(), 1 << 16, &|_, values| {
        context.check_cancelled()?;
        for value in values {
            *value = logarithm(f64::from(*value) + parameters.pseudocount) as f32;
        }
        Ok::<(), AnalysisError>(())
    })?;
    let name = match parameters.base {
        Base::Two => "log2",
        Base::E => "ln",
        Base::Ten => "log10",
    };
    let argument = match data.kind {
        ValueKind::Counts => "count",
        ValueKind::Tpm => "TPM",
        // A logarithm of logarithms says so.
        ValueKind::Log | ValueKind::LogRatio => data.value_label.as_str(),
        ValueKind::Linear | ValueKind::Unknown => "value",
    };
    let value_label = if parameters.pseudocount == 0.0 {
        format!("{name}({argument})")
    } else {
        format!("{name}({argument} + {})", parameters.pseudocount)
    };
    let note = format!(
        "The values of {} genes in {} samples were transformed to {value_label}.",
        data.n_genes(),
        data.n_samples()
    );
    let mut logged = data.with_matrix(matrix);
    logged.kind = ValueKind::Log;
    logged.value_label = value_label;
    Ok(TransformOutput::new(data, logged, note))
}

/// Refuses values whose logarithm does not exist, and names the first.
fn refuse_undefined(input: &NamedDataset, parameters: LogParameters) -> Result<(), AnalysisError> {
    let data = &input.data;
    let is_undefined = |value: f32| value < 0.0 || f64::from(value) + parameters.pseudocount <= 0.0;
    let n_undefined = |gene: usize| {
        let values = data.matrix.row(gene).iter();
        values.filter(|&&value| is_undefined(value)).count()
    };
    let n_undefined: usize = parallel::map(data.n_genes(), &n_undefined).iter().sum();
    let Some(first) = data
        .matrix
        .values()
        .iter()
        .position(|&value| is_undefined(value))
    else {
        return Ok(());
    };
    let (gene, sample) = (first / data.n_samples(), first % data.n_samples());
    let hint = if data.matrix.values()[first] < 0.0 {
        "Values below zero are usually logged or centered already: leave this step out"
    } else {
        "Add a pseudocount, so that zero stays finite"
    };
    Err(AnalysisError::Unsuitable {
        found: format!(
            "{n_undefined} values of {} have no logarithm, the first is {} ({}, {})",
            input.name,
            data.matrix.get(gene, sample),
            data.genes[gene],
            data.samples[sample]
        ),
        expected: "expected values from 0 up, and above 0 after the pseudocount".into(),
        hint: hint.into(),
    })
}

fn warn_if_already_logged(input: &NamedDataset, context: &Context) {
    let data = &input.data;
    let Some([_, high]) = overview(&data.matrix).range else {
        return;
    };
    let fractional = data
        .matrix
        .values()
        .iter()
        .any(|value| value.fract() != 0.0);
    let message = match data.kind {
        ValueKind::Log | ValueKind::LogRatio => {
            format!(
                "{} holds {} already ({}); it is logged twice now",
                input.name,
                data.kind.label(),
                data.value_label
            )
        }
        _ if fractional && high < LARGEST_LOGGED => format!(
            "{} looks logged already: its largest value is {high:.2}, and values are not whole numbers",
            input.name
        ),
        _ => return,
    };
    context.warn(Warning::new("already_logged", message));
}
