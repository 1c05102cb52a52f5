//! Running `map_to_reference`.

use super::MapToReferenceParameters;
use crate::{
    analyses::{Data, Inputs, TransformOutput, names_of::dropped_table, selection::first_five},
    context::Context,
    dataset::{Dataset, NameIndex, ValueKind},
    error::{AnalysisError, ParamError, Warning},
    stats::quantile_normalize::map_to_reference,
};

/// Below this share of common genes, the names are probably of another kind.
const FEW: f64 = 0.5;

pub fn run(
    inputs: &Inputs,
    parameters: &MapToReferenceParameters,
    context: &Context,
) -> Result<TransformOutput, AnalysisError> {
    let input = inputs.dataset(0)?;
    let data = &input.data;
    context.check_cancelled()?;
    let name = parameters.reference.0.as_str();
    let reference = reference(inputs, parameters)?;
    let (rows, reference_rows) = common_genes(data, reference);
    if rows.is_empty() && data.n_genes() > 0 {
        return Err(no_common_gene(data, &input.name, reference, name));
    }
    if (rows.len() as f64) < FEW * data.n_genes() as f64 {
        context.warn(Warning::new(
            "few_common_genes",
            format!(
                "only {} of {} genes of {} are in {name}: the data have {}, the reference has {}",
                rows.len(),
                data.n_genes(),
                input.name,
                first_five(&data.genes),
                first_five(&reference.genes)
            ),
        ));
    }
    let is_common = NameIndex::new(&reference.genes);
    let dropped = data
        .genes
        .iter()
        .filter(|gene| is_common.get(gene).is_none());
    let dropped = dropped.map(|gene| (gene.clone(), format!("is not in {name}")));
    let table = dropped_table(dropped);
    let mut mapped = data.select_genes(&rows);
    let target = reference.matrix.select_rows(&reference_rows);
    mapped.matrix = map_to_reference(&mapped.matrix, &target, context)?;
    // Means of sorted counts are no whole numbers.
    mapped.kind = match reference.kind {
        ValueKind::Counts => ValueKind::Linear,
        kind => kind,
    };
    mapped.value_label.clone_from(&reference.value_label);
    let note = format!(
        "{} samples of {} were mapped by rank onto the mean distribution of the {} samples of {name} over {} common genes (ties at their average rank); {} genes are not in {name} and were dropped.",
        data.n_samples(),
        input.name,
        reference.n_samples(),
        rows.len(),
        data.n_genes() - rows.len()
    );
    Ok(TransformOutput::new(data, mapped, note).with_table(table))
}

fn reference<'a>(
    inputs: &'a Inputs,
    parameters: &MapToReferenceParameters,
) -> Result<&'a Dataset, AnalysisError> {
    if parameters.reference.0.is_empty() {
        return Err(ParamError::new("reference", "empty", "the name of a data set").into());
    }
    match inputs.reference(&parameters.reference)? {
        Data::Dataset(reference) => Ok(reference),
        _ => Err(AnalysisError::Input {
            message: format!(
                "reference names {}, expected a data set of genes and samples",
                parameters.reference.0
            ),
        }),
    }
}

/// Rows of the genes in both, in the order of the data.
fn common_genes(data: &Dataset, reference: &Dataset) -> (Vec<usize>, Vec<usize>) {
    let index = NameIndex::new(&reference.genes);
    let genes = data.genes.iter().enumerate();
    genes
        .filter_map(|(row, gene)| Some((row, index.get(gene)?)))
        .unzip()
}

fn no_common_gene(
    data: &Dataset,
    data_name: &str,
    reference: &Dataset,
    name: &str,
) -> AnalysisError {
    AnalysisError::NoMatch {
        message: format!(
            "{data_name} and {name} have no gene in common: {data_name} has {}, {name} has {}",
            first_five(&data.genes),
            first_five(&reference.genes)
        ),
        hint: "Bring both to one kind of gene name with rename_genes or collapse_genes".into(),
    }
}
