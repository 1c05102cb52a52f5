use super::{AverageReplicates, AverageReplicatesParameters};
use crate::{
    Dataset,
    analyses::{
        Inputs,
        testing::{dataset, names, run, run_with_warnings},
    },
    dataset::{Column, ColumnValues, ValueKind},
    table::TableValues,
};

fn annotated() -> Dataset {
    let mut data = dataset(&[&[1.0, 10.0, 3.0, 7.0], &[f32::NAN, 1.0, 5.0, 7.0]]);
    for (name, cells) in [
        ("strain", ["b", "a", "b", ""]),
        ("lab", ["x", "y", "x", "z"]),
        ("array", ["1", "2", "3", "4"]),
    ] {
        data.sample_annotations.set(Column {
            name: name.into(),
            values: ColumnValues::Text(names(&cells)),
        });
    }
    data
}

fn by(column: &str) -> AverageReplicatesParameters {
    AverageReplicatesParameters { by: column.into() }
}

#[test]
fn groups_stand_in_the_order_of_their_first_sample_with_mean_sd_and_n() {
    let inputs = Inputs::of("a", annotated());
    let output = run::<AverageReplicates>(&inputs, &by("strain")).unwrap();
    assert_eq!(*output.dataset.samples, names(&["b", "a"]));
    assert_eq!(output.dataset.matrix.values(), &[2.0, 10.0, 5.0, 1.0]);
    let [sd, n] = [&output.tables[0], &output.tables[1]];
    assert_eq!((sd.name.as_str(), n.name.as_str()), ("sd", "n"));
    let TableValues::Number(sd_of_b) = &sd.columns[1].values else {
        panic!("numbers expected")
    };
    assert_eq!(sd_of_b[0], std::f64::consts::SQRT_2);
    assert!(sd_of_b[1].is_nan(), "one value has no sd");
    assert_eq!(
        n.columns[1].values,
        TableValues::Integer(vec![Some(2), Some(1)])
    );
}

#[test]
fn annotations_equal_within_groups_are_kept() {
    let inputs = Inputs::of("a", annotated());
    let output = run::<AverageReplicates>(&inputs, &by("strain")).unwrap();
    let kept: Vec<&str> = output.dataset.sample_annotations.names().collect();
    assert_eq!(kept, ["strain", "lab"]);
}

#[test]
fn samples_without_a_group_are_listed() {
    let (output, warnings) =
        run_with_warnings::<AverageReplicates>(&Inputs::of("a", annotated()), &by("strain"));
    assert_eq!(output.unwrap().tables[2].name, "left_out");
    assert_eq!(
        warnings[0].message,
        "1 samples have no strain and are left out, the first is s3"
    );
}

#[test]
fn an_empty_choice_asks_for_one_of_the_columns() {
    let error = run::<AverageReplicates>(&Inputs::of("a", annotated()), &by("")).unwrap_err();
    assert_eq!(
        error.to_string(),
        "by is empty, expected one of strain, lab, array"
    );
}

#[test]
fn averaged_counts_are_warned_about() {
    let mut data = annotated();
    data.kind = ValueKind::Counts;
    let (output, warnings) =
        run_with_warnings::<AverageReplicates>(&Inputs::of("a", data), &by("strain"));
    assert_eq!(output.unwrap().dataset.kind, ValueKind::Linear);
    assert_eq!(warnings[0].code, "unlogged");
}
