//! Running `center_scale`.

use super::{Axis, Center, CenterScaleParameters, Scale};
use crate::{
    analyses::{NamedDataset, TransformOutput, held_out::warn_of_test_samples},
    context::Context,
    dataset::ValueKind,
    error::{AnalysisError, Warning},
    matrix::Matrix,
    parallel,
    stats::center::{is_constant, mean, median, median_absolute_deviation, standard_deviation},
    table::Table,
};

pub fn run(
    input: &NamedDataset,
    parameters: &CenterScaleParameters,
    context: &Context,
) -> Result<TransformOutput, AnalysisError> {
    let data = &input.data;
    context.check_cancelled()?;
    let by_gene = parameters.axis == Axis::Genes;
    let fitted = parameters.fit.listed("fit", input)?;
    if by_gene {
        warn_of_test_samples("fit", fitted.as_deref(), input, context);
    }
    let mut matrix = if by_gene {
        data.matrix.clone()
    } else {
        data.matrix.transposed()
    };
    let names = if by_gene { &data.genes } else { &data.samples };
    let is_constant = transform_rows(&mut matrix, parameters, fitted.as_deref(), context)?;
    let matrix = if by_gene { matrix } else { matrix.transposed() };

    let constant: Vec<String> = names
        .iter()
        .zip(is_constant)
        .filter(|&(_, is_constant)| is_constant)
        .map(|(name, _)| name.clone())
        .collect();
    let (one, many) = if by_gene {
        ("gene", "genes")
    } else {
        ("sample", "samples")
    };
    if let Some(first) = constant.first() {
        context.warn(Warning::new(
            "constant",
            format!(
                "{} {many} have no spread and were not divided by it, the first is {first}",
                constant.len()
            ),
        ));
    }
    let of = fitted.map_or_else(String::new, |fitted| {
        format!(
            ", both fitted on {} of {} samples",
            fitted.len(),
            data.n_samples()
        )
    });
    let note = format!("The {many} were {}{of}.", words(parameters));
    let mut scaled = data.with_matrix(matrix);
    scaled.value_label = label(&data.value_label, parameters);
    if scaled.kind != ValueKind::LogRatio && parameters != &unchanged(parameters) {
        scaled.kind = ValueKind::Unknown;
    }
    let table = Table::new("constant", "Without spread").text(
        one,
        if by_gene { "Gene" } else { "Sample" },
        constant,
    );
    Ok(TransformOutput::new(data, scaled, note).with_table(table))
}

/// The parameters that leave values as they are.
fn unchanged(parameters: &CenterScaleParameters) -> CenterScaleParameters {
    CenterScaleParameters {
        center: Center::None,
        scale: Scale::None,
        ..parameters.clone()
    }
}

/// Transforms every row in place; true for each that has no spread.
fn transform_rows(
    matrix: &mut Matrix,
    parameters: &CenterScaleParameters,
    fitted: Option<&[usize]>,
    context: &Context,
) -> Result<Vec<bool>, AnalysisError> {
    let (n_rows, n_columns) = (matrix.n_rows(), matrix.n_columns());
    if n_columns == 0 {
        return Ok(vec![false; n_rows]);
    }
    parallel::try_map_chunks(matrix.values_mut(), n_columns, &|_, row| {
        context.check_cancelled()?;
        let fitted: Vec<f32> = match fitted {
            Some(columns) => columns.iter().map(|&column| row[column]).collect(),
            None => row.to_vec(),
        };
        Ok(transform(row, &fitted, parameters))
    })
}

/// Transforms a row by center and scale of `fitted`; true where that has values without spread.
fn transform(row: &mut [f32], fitted: &[f32], parameters: &CenterScaleParameters) -> bool {
    let spread = match parameters.scale {
        Scale::Sd => {
            let n = fitted.iter().filter(|value| !value.is_nan()).count() as f64;
            standard_deviation(fitted) * ((n - 1.0) / (n - f64::from(parameters.ddof))).sqrt()
        }
        Scale::Mad => median_absolute_deviation(fitted),
        Scale::None => 1.0,
    };
    // One value has no spread either: its standard deviation is undefined.
    let has_spread = spread > 0.0;
    let divisor = if has_spread { spread } else { 1.0 };
    let center = match parameters.center {
        Center::None => 0.0,
        // The mean of equal values can miss them by a rounding, their median cannot.
        Center::Mean if is_constant(fitted) => f64::from(fitted.first().copied().unwrap_or(0.0)),
        Center::Mean => mean(fitted),
        Center::Median => median(fitted),
    };
    let has_values = fitted.iter().any(|value| !value.is_nan());
    for value in row {
        *value = ((f64::from(*value) - center) / divisor) as f32;
    }
    has_values && !has_spread
}

fn words(parameters: &CenterScaleParameters) -> String {
    let center = match parameters.center {
        Center::Mean => "centered at their mean",
        Center::Median => "centered at their median",
        Center::None => "not centered",
    };
    let scale = match parameters.scale {
        Scale::Sd => format!(
            "divided by their standard deviation (n − {})",
            parameters.ddof
        ),
        Scale::Mad => "divided by their median absolute deviation (times 1.4826)".into(),
        Scale::None => "not scaled".into(),
    };
    format!("{center} and {scale}")
}

fn label(before: &str, parameters: &CenterScaleParameters) -> String {
    match (parameters.center, parameters.scale) {
        (Center::None, Scale::None) => before.to_owned(),
        (Center::Mean, Scale::Sd) => format!("z score of {before}"),
        (_, Scale::None) => format!("{before}, centered"),
        (_, Scale::Sd | Scale::Mad) => format!("{before}, scaled"),
    }
}
