use std::sync::Arc;

use super::{SelectGenes, SelectGenesParameters};
use crate::analyses::{
    Data, DataReference, Inputs,
    testing::{dataset, names, run},
};

#[test]
fn a_list_input_chooses_genes_in_its_order() {
    let mut inputs = Inputs::of("a", dataset(&[&[1.0], &[2.0], &[3.0]]));
    let list = Data::GeneList(Arc::new(names(&["g2", "g0 "])));
    inputs.references.insert("interesting".into(), list);
    let parameters = SelectGenesParameters {
        list: DataReference("interesting".into()),
        ..Default::default()
    };
    let output = run::<SelectGenes>(&inputs, &parameters).unwrap();
    assert_eq!(*output.dataset.genes, names(&["g2", "g0"]));
    assert_eq!(output.dataset.matrix.values(), &[3.0, 1.0]);
    assert_eq!(output.note, "2 of 3 genes were selected.");
}

#[test]
fn a_list_that_is_not_there_is_an_error() {
    let parameters = SelectGenesParameters {
        list: DataReference("nowhere".into()),
        ..Default::default()
    };
    let error = run::<SelectGenes>(&Inputs::of("a", dataset(&[&[1.0]])), &parameters).unwrap_err();
    assert!(error.to_string().contains("nowhere"));
}
