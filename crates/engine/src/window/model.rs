//! The files of a model as tables.

use cuvette_core::{
    Table,
    checkpoint::{Checkpoint, CheckpointConfig, MedianDictionary, TokenDictionary},
    table::NumberFormat,
};

pub(super) fn tensors_table(weights: &Checkpoint) -> Table {
    let tensors = || weights.tensors.values();
    let shapes = tensors().map(|tensor| {
        let sizes: Vec<String> = tensor.shape.iter().map(ToString::to_string).collect();
        sizes.join(" × ")
    });
    let bytes = tensors().map(|tensor| i64::try_from(tensor.memory_bytes()).ok());
    Table::new("tensors", "Tensors")
        .text(
            "tensor",
            "Tensor",
            weights.tensors.keys().cloned().collect(),
        )
        .text("shape", "Shape", shapes.collect())
        .text(
            "type",
            "Type",
            tensors()
                .map(|tensor| tensor.values.type_name().to_owned())
                .collect(),
        )
        .integer("bytes", "Bytes", bytes.collect())
}

pub(super) fn config_table(config: &CheckpointConfig) -> Table {
    let (fields, values): (Vec<&str>, Vec<String>) = config.fields().into_iter().unzip();
    let fields = fields.into_iter().map(ToOwned::to_owned).collect();
    Table::new("config", "Configuration")
        .text("field", "Field", fields)
        .text("value", "Value", values)
}

pub(super) fn tokens_table(tokens: &TokenDictionary) -> Table {
    let entries = tokens.entries();
    let genes = entries.iter().map(|(gene, _)| (*gene).to_owned());
    let numbers = entries.iter().map(|(_, token)| Some(i64::from(*token)));
    let table = Table::new("tokens", "Tokens")
        .text("gene", "Gene", genes.collect())
        .integer("token", "Token", numbers.collect());
    let Some(medians) = &tokens.medians else {
        return table;
    };
    let of_gene = |(gene, _): &(&str, u32)| medians.medians.get(*gene).copied();
    let medians = entries
        .iter()
        .map(|entry| of_gene(entry).unwrap_or(f64::NAN));
    table.number("median", "Median", NumberFormat::General, medians.collect())
}

pub(super) fn medians_table(dictionary: &MedianDictionary) -> Table {
    let (genes, medians) = dictionary
        .medians
        .iter()
        .map(|(gene, median)| (gene.clone(), *median))
        .unzip();
    Table::new("medians", "Medians")
        .text("gene", "Gene", genes)
        .number("median", "Median", NumberFormat::General, medians)
}
