//! Lengths and quality control on real data: values made by pandas and qnorm 1.0.0, and a swap of
//! samples that stands in the published file.

#![expect(clippy::unwrap_used, reason = "a test stops at the first trouble")]

mod common;

use std::sync::Arc;

use common::{read_matrix, read_table};
use cuvette_core::{
    Dataset,
    analyses::{
        AnalysisId, Data, Inputs, Output,
        qc::{QcVerdict, QcVerdictCode},
    },
    context::quietly,
    dataset::{Column, ColumnValues, ValueKind},
};
use serde_json::{Value, json};

const LENGTHS: &str = "lengths/hg19_ensGene_longest_transcript.tsv";
const BRAIN: &str = "archs4/gtex_brain_damirseq_counts.tsv.gz";

fn run(id: AnalysisId, data: Dataset, with: &Value) -> Output {
    let mut inputs = Inputs::of("data", data);
    // A table of numbers alone is read as a matrix; it holds lengths all the same.
    let lengths = read_matrix(LENGTHS).unwrap();
    let lengths = Data::Dataset(Arc::new(lengths));
    inputs.references.insert("lengths".into(), lengths);
    let request = id.request(with.as_object().unwrap()).unwrap();
    quietly(|context| request.run(&inputs, context)).unwrap()
}

fn counts(path: &str) -> Option<Dataset> {
    let mut data = read_matrix(path)?;
    data.kind = ValueKind::Counts;
    Some(data)
}

fn per_length(how: &str) -> Value {
    json!({ "how": how, "lengths": "lengths", "column": "longest_transcript" })
}

/// Holds cells to values of pandas, and the number of genes that were dropped.
fn check(output: &Output, n_dropped: usize, expected: &[(&str, &str, f64)]) {
    let data = output.dataset().unwrap();
    let dropped = output.tables();
    assert_eq!(dropped[0].n_rows(), n_dropped);
    for &(gene, sample, expected) in expected {
        let position = |names: &[String], name: &str| names.iter().position(|n| n == name);
        let row = position(&data.genes, gene).unwrap();
        let column = position(&data.samples, sample).unwrap();
        let found = f64::from(data.matrix.get(row, column));
        assert!(
            (found - expected).abs() <= 1e-5 * expected,
            "{gene}, {sample}: {found}, expected {expected}"
        );
    }
}

#[test]
fn airway_per_length_of_transcript_is_that_of_pandas() {
    let Some(data) = counts("rnaseq/bioconnector_airway_rawcounts.csv") else {
        return;
    };
    let gene = "ENSG00000000003";
    let tpm = run(
        AnalysisId::LengthNormalize,
        data.clone(),
        &per_length("tpm"),
    );
    check(
        &tpm,
        24_605,
        &[
            (gene, "SRR1039508", 37.069_546_597_954_78),
            (gene, "SRR1039521", 33.487_178_128_882_704),
        ],
    );
    let rpkm = run(AnalysisId::LengthNormalize, data, &per_length("rpkm"));
    check(
        &rpkm,
        24_605,
        &[
            (gene, "SRR1039508", 15.840_404_950_987_695),
            (gene, "SRR1039521", 13.012_449_293_851_674),
        ],
    );
}

#[test]
fn the_reference_pipeline_on_brain_gives_what_qnorm_and_pandas_give() {
    let Some(data) = counts(BRAIN) else {
        return;
    };
    let logged = run(AnalysisId::Log, data, &json!({}));
    let logged = Dataset::clone(logged.dataset().unwrap());
    let quantiles = run(AnalysisId::QuantileNormalize, logged, &json!({}));
    let quantiles = Dataset::clone(quantiles.dataset().unwrap());
    check(
        &run(
            AnalysisId::LengthNormalize,
            quantiles,
            &per_length("divide"),
        ),
        3_697,
        &[
            ("ENSG00000227232", "ACC_1", 0.004_575_268_247_975_62),
            ("ENSG00000227232", "FC_20", 0.004_845_626_174_767_601),
            ("ENSG00000186150", "ACC_1", 0.001_735_296_530_985_353),
            ("ENSG00000186150", "FC_20", 0.003_498_260_380_539_86),
        ],
    );
}

fn verdicts(data: Dataset, with: &Value) -> Vec<QcVerdict> {
    match run(AnalysisId::Qc, data, with) {
        Output::Qc(output) => output.verdicts,
        other => panic!("{other:?}"),
    }
}

#[test]
fn the_swapped_arrays_of_yeast_are_found_and_its_counts_are_in_order() {
    let Some(arrays) = read_matrix("yeast/yeastPlatforms_GSE37599-microarray.tsv") else {
        return;
    };
    let found = verdicts(arrays, &json!({}));
    assert_eq!(found.len(), 1, "{found:?}");
    assert_eq!(found[0].code, QcVerdictCode::LikelySwap);
    assert_eq!(found[0].samples, ["b1", "c2"]);
    let counts = counts("yeast/yeastPlatforms_stampy.counts.tsv").unwrap();
    let found = verdicts(counts, &json!({}));
    let about_samples = found.iter().filter(|verdict| !verdict.samples.is_empty());
    assert_eq!(about_samples.count(), 0, "{found:?}");
}

#[test]
fn the_sexes_of_brain_donors_agree_with_their_genes_until_two_are_exchanged() {
    let Some(mut data) = counts(BRAIN) else {
        return;
    };
    let meta = read_table("archs4/gtex_brain_damirseq_meta.tsv").unwrap();
    let (samples, mut sexes) = (meta.texts("sample"), meta.texts("sex"));
    assert_eq!(*data.samples, samples);
    let mismatches = |data: &mut Dataset, sexes: &[String]| -> Vec<String> {
        data.sample_annotations.set(Column {
            name: "sex".into(),
            values: ColumnValues::Text(sexes.to_vec()),
        });
        let found = verdicts(data.clone(), &json!({}));
        let found = found
            .into_iter()
            .filter(|verdict| verdict.code == QcVerdictCode::SexMismatch);
        found.flat_map(|verdict| verdict.samples).collect()
    };
    assert!(mismatches(&mut data, &sexes).is_empty());
    let female = sexes.iter().position(|sex| sex == "F").unwrap();
    let male = sexes.iter().position(|sex| sex == "M").unwrap();
    sexes.swap(female, male);
    let mut expected = [female, male];
    expected.sort_unstable();
    assert_eq!(
        mismatches(&mut data, &sexes),
        expected.map(|sample| samples[sample].clone())
    );
}
