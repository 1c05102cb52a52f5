use std::sync::Arc;

use super::{MapToReference, MapToReferenceParameters};
use crate::{
    Dataset,
    analyses::{
        Data, DataReference, Inputs,
        testing::{dataset, names, run, run_with_warnings},
    },
    dataset::ValueKind,
    table::TableValues,
};

fn parameters() -> MapToReferenceParameters {
    MapToReferenceParameters {
        reference: DataReference("arrays".into()),
    }
}

fn inputs(data: &[&[f32]], reference: Dataset) -> Inputs {
    let mut inputs = Inputs::of("a", dataset(data));
    let reference = Data::Dataset(Arc::new(reference));
    inputs.references.insert("arrays".into(), reference);
    inputs
}

#[test]
fn ranks_take_the_means_of_the_sorted_reference() {
    // Sorted reference columns 1 3 9 and 2 4 5: means 1.5, 3.5, 7.
    let reference = dataset(&[&[3.0, 5.0], &[9.0, 2.0], &[1.0, 4.0]]);
    let output = run::<MapToReference>(
        &inputs(&[&[70.0, 0.0], &[10.0, 0.0], &[40.0, 8.0]], reference),
        &parameters(),
    );
    let output = output.unwrap();
    assert_eq!(
        output.dataset.matrix.values(),
        &[7.0, 2.5, 1.5, 2.5, 3.5, 7.0]
    );
}

#[test]
fn genes_that_are_not_in_the_reference_are_dropped_and_listed() {
    let mut reference = dataset(&[&[5.0], &[2.0]]);
    reference.genes = Arc::new(names(&["g2", "g0"]));
    reference.kind = ValueKind::Log;
    reference.value_label = "log2 intensity".into();
    let (output, warnings) = run_with_warnings::<MapToReference>(
        &inputs(&[&[1.0], &[7.0], &[3.0], &[9.0], &[9.5]], reference),
        &parameters(),
    );
    let output = output.unwrap();
    assert_eq!(*output.dataset.genes, names(&["g0", "g2"]));
    assert_eq!(output.dataset.matrix.values(), &[2.0, 5.0]);
    assert_eq!(output.dataset.kind, ValueKind::Log);
    assert_eq!(output.dataset.value_label, "log2 intensity");
    assert_eq!(
        output.tables[0].columns[0].values,
        TableValues::Text(names(&["g1", "g3", "g4"]))
    );
    assert_eq!(warnings[0].code, "few_common_genes");
}

#[test]
fn a_reference_must_be_named_be_a_data_set_and_share_genes() {
    let none = MapToReferenceParameters::default();
    let mut given = inputs(&[&[1.0]], dataset(&[&[1.0]]));
    let error = run::<MapToReference>(&given, &none).unwrap_err();
    assert!(error.to_string().starts_with("reference is empty"));
    let list = Data::GeneList(Arc::new(names(&["g0"])));
    given.references.insert("arrays".into(), list);
    let error = run::<MapToReference>(&given, &parameters()).unwrap_err();
    assert!(error.to_string().contains("expected a data set"));
    let mut other = dataset(&[&[1.0]]);
    other.genes = Arc::new(names(&["TP53"]));
    let error = run::<MapToReference>(&inputs(&[&[1.0]], other), &parameters()).unwrap_err();
    assert!(error.to_string().contains("a has g0, arrays has TP53"));
}
