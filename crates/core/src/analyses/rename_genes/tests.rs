use super::{RenameGenes, RenameGenesParameters};
use crate::{
    analyses::{
        Inputs,
        testing::{dataset, names, run},
    },
    dataset::{Column, ColumnValues},
};

#[test]
fn an_annotation_of_the_data_can_name_the_genes() {
    let mut data = dataset(&[&[1.0], &[2.0]]);
    data.gene_annotations.set(Column {
        name: "symbol".into(),
        values: ColumnValues::Text(names(&["TP53", " MYC "])),
    });
    let parameters = RenameGenesParameters {
        to: "symbol".into(),
        ..Default::default()
    };
    let output = run::<RenameGenes>(&Inputs::of("a", data), &parameters).unwrap();
    assert_eq!(*output.dataset.genes, names(&["TP53", "MYC"]));
    assert_eq!(output.note, "2 of 2 genes were renamed.");
}

#[test]
fn without_a_source_nothing_is_renamed() {
    let data = dataset(&[&[1.0], &[2.0]]);
    let output =
        run::<RenameGenes>(&Inputs::of("a", data), &RenameGenesParameters::default()).unwrap();
    assert_eq!(*output.dataset.genes, names(&["g0", "g1"]));
}
