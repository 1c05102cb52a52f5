use super::{RankEncode, RankEncodeOutput, RankEncodeParameters};
use crate::{
    Dataset,
    analyses::{
        AnnotationTable, Data, DataReference, Inputs, StepOutput,
        testing::{dataset, run, run_with_warnings},
    },
    checkpoint::{MedianDictionary, TokenDictionary},
    dataset::{Column, ColumnValues, ValueKind},
    error::AnalysisError,
    table::TableValues,
};
use std::sync::Arc;

fn tokens(output: &RankEncodeOutput) -> Vec<String> {
    let tables = output.tables();
    match &tables[0].columns[2].values {
        TableValues::Text(tokens) => tokens.clone(),
        other => panic!("{other:?}"),
    }
}

fn parameters() -> RankEncodeParameters {
    RankEncodeParameters {
        min_cells: 1,
        ..RankEncodeParameters::default()
    }
}

fn table(column: &str, entries: &[(&str, f64)]) -> Data {
    let mut table = AnnotationTable {
        id_header: "gene".into(),
        ids: entries.iter().map(|entry| entry.0.to_owned()).collect(),
        ..AnnotationTable::default()
    };
    table.annotations.set(Column {
        name: column.into(),
        values: ColumnValues::Number(entries.iter().map(|entry| entry.1).collect()),
    });
    Data::GeneTable(Arc::new(table))
}

fn named(genes: &[&str], rows: &[&[f32]]) -> Dataset {
    Dataset {
        genes: Arc::new(genes.iter().map(ToString::to_string).collect()),
        ..dataset(rows)
    }
}

/// Dictionaries of a model, as its files have them.
fn of_a_model(tokens: &[(&str, u32)], medians: &[(&str, f64)]) -> [Data; 2] {
    let named = |gene: &str| gene.to_owned();
    let tokens = TokenDictionary {
        genes: tokens.iter().map(|one| (named(one.0), one.1)).collect(),
        ..TokenDictionary::default()
    };
    let medians = medians.iter().map(|one| (named(one.0), one.1)).collect();
    [
        Data::TokenDictionary(Arc::new(tokens)),
        Data::MedianDictionary(Arc::new(MedianDictionary { medians })),
    ]
}

fn with_dictionaries(data: Dataset, tokens: Data, medians: Data) -> (Inputs, RankEncodeParameters) {
    let mut inputs = Inputs::of("cells", data);
    inputs.references.insert("words".into(), tokens);
    inputs.references.insert("usual".into(), medians);
    let parameters = RankEncodeParameters {
        tokens: DataReference("words".into()),
        medians: DataReference("usual".into()),
        ..parameters()
    };
    (inputs, parameters)
}

#[test]
fn genes_are_numbered_by_name_and_ranked_beside_their_median() {
    // Both cells sum to 10; medians per 10,000: b 2,000 (of 1,000 and 3,000), a 8,000, c 1,000.
    let data = named(&["b", "a", "c"], &[&[1.0, 3.0], &[9.0, 7.0], &[0.0, 0.0]]);
    let found = run::<RankEncode>(&Inputs::of("cells", data), &parameters()).unwrap();
    // Tokens: a 2, b 3. First cell: a 9 / 8, b 1 / 2; second: a 7 / 8, b 3 / 2.
    assert_eq!(tokens(&found), ["2 3", "3 2"]);
    let summary = found.summary();
    assert_eq!((summary.n_genes, summary.n_truncated), ([3, 2], 0));
    assert_eq!(summary.share_of_counts, Some(1.0));
    assert_eq!(
        found.matched.dropped,
        [("c".into(), "in 0 cells, fewer than 1".into())]
    );
}

#[test]
fn a_dictionary_gives_tokens_and_medians_whatever_version_and_case_the_data_have() {
    let data = named(
        &["ENSG1.4", "ensg2", "ENSG3", "other"],
        &[&[1.0], &[4.0], &[2.0], &[50.0]],
    );
    let words = table("token", &[("ENSG1", 70.0), ("ENSG2", 9.0), ("ENSG3", 8.0)]);
    let usual = table("median", &[("ENSG1", 1.0), ("ENSG2", 8.0), ("ENSG3", 2.0)]);
    let (inputs, parameters) = with_dictionaries(data, words, usual);
    let (found, warnings) = run_with_warnings::<RankEncode>(&inputs, &parameters);
    // Beside the medians: 1, ½, 1; the tie goes to the lower token.
    let found = found.unwrap();
    assert_eq!(tokens(&found), ["8 70 9"]);
    assert!((found.matched.share_of_counts - 7.0 / 57.0).abs() < 1e-12);
    let codes: Vec<&str> = warnings
        .iter()
        .map(|warning| warning.code.as_str())
        .collect();
    assert_eq!(codes, ["versions_stripped"]);
    assert_eq!(found.matched.dropped[0].1, "no token in the dictionary");
}

#[test]
fn names_that_the_dictionary_does_not_know_are_refused_with_the_way_out() {
    let check = |genes: &[&str], symbols: Option<&[&str]>, expected: &str| {
        let rows: Vec<&[f32]> = genes.iter().map(|_| [1.0_f32].as_slice()).collect();
        let mut data = named(genes, &rows);
        if let Some(symbols) = symbols {
            data.gene_annotations.set(Column {
                name: "ensembl".into(),
                values: ColumnValues::Text(symbols.iter().map(ToString::to_string).collect()),
            });
        }
        let words = || table("token", &[("ENSG1", 70.0), ("ENSG2", 9.0)]);
        let (inputs, parameters) = with_dictionaries(data, words(), words());
        let error = run::<RankEncode>(&inputs, &parameters).unwrap_err();
        assert!(matches!(error, AnalysisError::NoMatch { .. }), "{error}");
        assert!(error.hint().unwrap().contains(expected), "{error:?}");
    };
    check(&["GATA4", "TP53"], None, "rename_genes");
    check(
        &["GATA4", "TP53"],
        Some(&["ENSG1", "ENSG2"]),
        "annotation ensembl holds",
    );
    check(&["ENSMUSG1", "ENSMUSG2"], None, "mouse");
}

#[test]
fn logarithms_and_negative_values_are_refused() {
    let logged = Dataset {
        kind: ValueKind::Log,
        ..dataset(&[&[1.0, 2.0]])
    };
    let negative = dataset(&[&[1.0, -2.0]]);
    for data in [logged, negative] {
        let error = run::<RankEncode>(&Inputs::of("cells", data), &parameters()).unwrap_err();
        assert_eq!(error.code(), "unsuitable");
        assert!(error.hint().unwrap().contains("before log"));
    }
}

#[test]
fn long_cells_are_cut_and_empty_ones_told() {
    let data = dataset(&[&[3.0, 0.0], &[2.0, 0.0], &[1.0, 0.0]]);
    let parameters = RankEncodeParameters {
        max_length: 2,
        ..parameters()
    };
    let (found, warnings) =
        run_with_warnings::<RankEncode>(&Inputs::of("cells", data), &parameters);
    let found = found.unwrap();
    // Each gene is at its own median: the order is that of the tokens.
    assert_eq!(tokens(&found), ["2 3", ""]);
    assert_eq!(found.summary().n_truncated, 1);
    assert_eq!(warnings[0].code, "empty_cells");
}

#[test]
fn gaps_count_as_zero_and_are_told() {
    let data = dataset(&[&[3.0, f32::NAN], &[2.0, 2.0]]);
    let inputs = Inputs::of("cells", data);
    let (found, warnings) = run_with_warnings::<RankEncode>(&inputs, &parameters());
    assert_eq!(tokens(&found.unwrap())[1], "3");
    assert_eq!(warnings[0].code, "gaps_as_zero");
    assert!(warnings[0].message.starts_with("1 of 4 values"));
}

#[test]
fn a_token_is_a_whole_number() {
    let words = table("token", &[("g0", 1.5)]);
    let (inputs, parameters) = with_dictionaries(dataset(&[&[1.0]]), words.clone(), words);
    let error = run::<RankEncode>(&inputs, &parameters).unwrap_err();
    assert!(error.to_string().contains("1.5 for g0"), "{error}");
}

#[test]
fn dictionaries_of_a_model_are_named_like_tables() {
    let data = named(&["A", "B"], &[&[4.0], &[6.0]]);
    let words = [("A", 7), ("B", 3)];
    let [tokens, medians] = of_a_model(&words, &[("A", 1.0), ("B", 3.0)]);
    let (inputs, parameters) = with_dictionaries(data.clone(), tokens.clone(), medians);
    let found = run::<RankEncode>(&inputs, &parameters).unwrap();
    assert_eq!(self::tokens(&found), ["7 3"]);
    // Tokens are no medians.
    let (inputs, parameters) = with_dictionaries(data, tokens.clone(), tokens);
    assert!(run::<RankEncode>(&inputs, &parameters).is_err());
}

#[test]
fn rows_of_one_token_have_the_median_of_their_sum() {
    // Together in two cells, alone in one each, which is too few.
    let rows: [&[f32]; 3] = [&[2., 0., 0., 0.], &[0., 2., 0., 0.], &[8., 8., 5., 5.]];
    let data = named(&["A.1", "A.2", "B"], &rows);
    let [tokens, _] = of_a_model(&[("A", 2), ("B", 3)], &[]);
    let (inputs, parameters) = with_dictionaries(data, tokens.clone(), tokens);
    let parameters = RankEncodeParameters {
        medians: DataReference::default(),
        min_cells: 2,
        ..parameters
    };
    let output = run::<RankEncode>(&inputs, &parameters).unwrap();
    assert_eq!(output.matched.vocabulary.medians, [2_000.0, 9_000.0]);
    assert_eq!(output.matched.n_cells, [2, 4]);
}
