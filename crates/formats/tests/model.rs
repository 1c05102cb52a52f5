//! The files of a model of the shape of Geneformer: those that Python wrote (`tests/golden/encoder`),
//! the genuine dictionaries, and what was done to them.

mod common;

use std::collections::BTreeMap;

use common::{codes, import, import_in_blocks, real_file, root};
use cuvette_core::{
    analyses::Data,
    checkpoint::{Checkpoint, MedianDictionary, SpecialTokens, TokenDictionary},
};
use cuvette_formats::{
    FileInfo, FormatError, ImportOptions, Imported, Importer, InputKind, preview,
};
use proptest::prelude::*;
use serde_json::Value;

fn bytes_of(file: &str) -> Vec<u8> {
    std::fs::read(root().join("tests/golden/encoder").join(file))
        .unwrap_or_else(|error| panic!("{file}: {error}"))
}

fn read(file: &str, bytes: &[u8]) -> Result<Imported, FormatError> {
    import(file, bytes, &ImportOptions::default())
}

fn read_golden(file: &str) -> Imported {
    read(file, &bytes_of(file)).unwrap_or_else(|error| panic!("{file}: {error}"))
}

fn read_as(file: &str, bytes: &[u8], kind: InputKind) -> Result<Imported, FormatError> {
    let info = FileInfo {
        name: file.into(),
        size_bytes: bytes.len() as u64,
    };
    let mut importer = Importer::new(info, Some(kind), ImportOptions::default());
    importer.push(bytes)?;
    importer.finish()
}

fn tokens(imported: &Imported) -> &TokenDictionary {
    match &imported.data {
        Data::TokenDictionary(tokens) => tokens,
        _ => panic!("no tokens but a {}", imported.kind.label()),
    }
}

fn medians(imported: &Imported) -> &MedianDictionary {
    match &imported.data {
        Data::MedianDictionary(medians) => medians,
        _ => panic!("no medians but a {}", imported.kind.label()),
    }
}

fn weights(imported: &Imported) -> &Checkpoint {
    match &imported.data {
        Data::Checkpoint(weights) => weights,
        _ => panic!("no weights but a {}", imported.kind.label()),
    }
}

fn golden(field: &str) -> BTreeMap<String, Value> {
    let golden: Value = serde_json::from_slice(&bytes_of("dictionaries.json")).expect("JSON");
    let entries = golden["values"][field].as_object().expect("an object");
    entries
        .iter()
        .map(|(name, value)| (name.clone(), value.clone()))
        .collect()
}

fn check_tokens(found: &TokenDictionary, file: &str) {
    let found: BTreeMap<String, Value> = found
        .entries()
        .into_iter()
        .map(|(name, token)| (name.to_owned(), token.into()))
        .collect();
    assert_eq!(found, golden("tokens"), "{file}");
}

fn check_medians(found: &MedianDictionary, file: &str) {
    let found: BTreeMap<String, Value> = found
        .medians
        .iter()
        .map(|(gene, median)| (gene.clone(), (*median).into()))
        .collect();
    assert_eq!(found, golden("medians"), "{file}");
}

#[test]
fn dictionaries_are_read_however_python_wrote_them() {
    for protocol in 0..=5 {
        let file = format!("token_dictionary.{protocol}.pkl");
        check_tokens(tokens(&read_golden(&file)), &file);
        let file = format!("gene_median_dictionary.{protocol}.pkl");
        check_medians(medians(&read_golden(&file)), &file);
    }
    for file in [
        "ordered.pkl",
        "default.pkl",
        "token_dictionary.json",
        "dictionary.tsv",
    ] {
        check_tokens(tokens(&read_golden(file)), file);
    }
    let file = "gene_median_dictionary.json";
    check_medians(medians(&read_golden(file)), file);
    let imported = read_golden("dictionary.tsv");
    let beside = tokens(&imported).medians.as_ref().expect("medians");
    check_medians(beside, "dictionary.tsv");
    let bytes = bytes_of("dictionary.tsv");
    let asked = read_as("dictionary.tsv", &bytes, InputKind::MedianDictionary).expect("medians");
    check_medians(medians(&asked), "dictionary.tsv");
}

#[test]
fn a_table_of_medians_is_one_by_its_header_and_ids() {
    let table = "ensembl_id,median\nENSG00000000003,1.5\nENSG00000000005,2\n";
    let imported = read("medians.csv", table.as_bytes()).expect("read");
    assert_eq!(medians(&imported).medians["ENSG00000000003"], 1.5);
    let other = "gene,median\nTP53,1.5\nMYC,2\n";
    let imported = read("medians.csv", other.as_bytes()).expect("read");
    assert_ne!(imported.kind, InputKind::MedianDictionary);
    let asked = read_as("medians.csv", other.as_bytes(), InputKind::MedianDictionary);
    assert_eq!(medians(&asked.expect("read")).medians["MYC"], 2.0);
}

#[test]
fn names_of_genes_are_a_gene_table() {
    let imported = read_golden("gene_name_id_dict.pkl");
    let Data::GeneTable(table) = &imported.data else {
        panic!("no gene table but a {}", imported.kind.label());
    };
    let column = table.annotations.column("ensembl_id").expect("a column");
    assert_eq!(
        (table.id_header.as_str(), table.ids[0].as_str()),
        ("gene_name", "GENE0")
    );
    assert!(column.values.text(0).starts_with("ENSG"));
    assert_eq!(table.ids.last().map(String::as_str), Some("Gène"));
    assert_eq!(codes(&imported.report), ["nameless_rows"]);
}

#[test]
fn a_pickle_that_would_call_something_is_refused() {
    for (bytes, name) in [
        (&b"cos\nsystem\n(S'true'\ntR."[..], "os.system"),
        (
            b"\x80\x04\x8c\x05posix\x94\x8c\x06system\x94\x93\x94\x8c\x04true\x94\x85\x94R\x94.",
            "posix.system",
        ),
        (
            b"\x80\x04}\x94\x8c\x01a\x8c\x08builtins\x8c\x04exec\x93\x8c\x01b\x85Rs.",
            "builtins.exec",
        ),
    ] {
        let error = read("token_dictionary.pkl", bytes).unwrap_err();
        assert_eq!(error.code(), "refused_pickle");
        assert!(error.to_string().contains(name), "{error}");
        assert!(error.at.byte.is_some());
        let info = FileInfo {
            name: "a.pkl".into(),
            size_bytes: bytes.len() as u64,
        };
        let shown = preview(&info, bytes, None, None, &ImportOptions::default()).expect("a look");
        assert_eq!(codes(&shown.report), ["refused_pickle"]);
    }
}

/// A file cut anywhere is an error with its place, in the reading and in the look.
fn check_cut(file: &str, step: usize, code: &str) {
    let bytes = bytes_of(file);
    for length in (20..bytes.len()).step_by(step) {
        let cut = &bytes[..length];
        let error = read(file, cut).expect_err("cut");
        assert_eq!(error.code(), code, "{file} cut to {length}: {error}");
        assert!(
            error.at.byte.is_some_and(|byte| byte <= length as u64),
            "{error}"
        );
        let info = FileInfo {
            name: file.into(),
            size_bytes: length as u64,
        };
        let _ = preview(&info, cut, None, None, &ImportOptions::default());
    }
    let mut longer = bytes;
    longer.push(b'.');
    let error = read(file, &longer).expect_err("longer");
    assert!(error.to_string().contains("bytes follow its"), "{error}");
}

#[test]
fn cut_files_and_longer_ones_are_refused_with_the_byte() {
    check_cut("token_dictionary.0.pkl", 7, "damaged_dictionary");
    check_cut("token_dictionary.4.pkl", 1, "damaged_dictionary");
    check_cut("gene_median_dictionary.2.pkl", 7, "damaged_dictionary");
    check_cut("half.safetensors", 499, "damaged_weights");
}

#[test]
fn weights_are_kept_as_stored_and_heads_are_not() {
    for (file, type_name, bytes_each) in [
        ("model.safetensors", "F32", 4),
        ("half.safetensors", "F16", 2),
        ("brain_half.safetensors", "BF16", 2),
    ] {
        let imported = read_golden(file);
        let weights = weights(&imported);
        assert_eq!(
            weights.left_out,
            [
                "bert.embeddings.position_ids",
                "bert.pooler.dense.weight",
                "cls.predictions.bias"
            ]
        );
        assert_eq!(codes(&imported.report), ["left_out_tensors"]);
        assert_eq!(weights.memory_bytes(), bytes_each * weights.n_values());
        assert_eq!(weights.tensors.len(), 5 + 3 * 16);
        let words = &weights.tensors["bert.embeddings.word_embeddings.weight"];
        assert_eq!(words.shape, [60, 32]);
        assert_eq!(words.values.type_name(), type_name);
    }
}

#[test]
fn the_size_of_the_blocks_does_not_show() {
    for file in [
        "half.safetensors",
        "model.safetensors",
        "token_dictionary.4.pkl",
    ] {
        let bytes = bytes_of(file);
        let whole = format!("{:?}", read_golden(file));
        for block in [1, 3, 1000] {
            let found = import_in_blocks(file, &bytes, &ImportOptions::default(), block);
            assert_eq!(format!("{:?}", found.expect("read")), whole, "{file}");
        }
    }
}

#[test]
fn what_does_not_fit_into_the_memory_is_refused_before_it_is_kept() {
    for (file, code) in [
        ("model.safetensors", "too_large"),
        ("token_dictionary.4.pkl", "too_large"),
    ] {
        let bytes = bytes_of(file);
        let info = FileInfo {
            name: file.into(),
            size_bytes: bytes.len() as u64,
        };
        let mut importer = Importer::new(info, None, ImportOptions::default()).within(Some(1000));
        assert_eq!(importer.push(&bytes).unwrap_err().code(), code, "{file}");
    }
}

#[test]
fn the_configuration_is_read() {
    let imported = read_golden("config.json");
    let Data::CheckpointConfig(config) = &imported.data else {
        panic!("no sizes but a {}", imported.kind.label());
    };
    assert_eq!((config.hidden_size, config.n_positions), (32, 160));
    let error = read(
        "config.json",
        br#"{"hidden_size": 32, "num_hidden_layers": "x"}"#,
    );
    assert_eq!(error.unwrap_err().code(), "damaged_config");
}

#[test]
fn what_is_asked_for_and_is_not_there_is_an_error() {
    let table = b"gene,a,b\nTP53,1,2\nMYC,3,4\n";
    for (kind, code) in [
        (InputKind::Checkpoint, "damaged_weights"),
        (InputKind::CheckpointConfig, "damaged_config"),
        (InputKind::TokenDictionary, "damaged_dictionary"),
        (InputKind::MedianDictionary, "damaged_dictionary"),
    ] {
        let error = read_as("table.csv", table, kind).unwrap_err();
        assert_eq!(error.code(), code);
    }
    let file = "token_dictionary.4.pkl";
    let error = read_as(file, &bytes_of(file), InputKind::Matrix).unwrap_err();
    assert!(error.to_string().contains("expression matrix"), "{error}");
    let error = read_as(
        "half.safetensors",
        &bytes_of("half.safetensors"),
        InputKind::GeneList,
    );
    assert_eq!(error.unwrap_err().code(), "damaged_weights");
    let file = "token_dictionary.json";
    let imported = read_as(file, &bytes_of(file), InputKind::Matrix).expect("tokens");
    assert_eq!(imported.kind, InputKind::TokenDictionary);
}

#[test]
fn a_look_shows_tensors_and_genes() {
    for (file, kind, cell) in [
        ("model.safetensors", InputKind::Checkpoint, "60 × 32"),
        (
            "token_dictionary.4.pkl",
            InputKind::TokenDictionary,
            "<mask>",
        ),
        (
            "gene_median_dictionary.0.pkl",
            InputKind::MedianDictionary,
            "3.3",
        ),
        ("config.json", InputKind::CheckpointConfig, ""),
        ("dictionary.tsv", InputKind::TokenDictionary, "<mask>"),
        ("token_dictionary.json", InputKind::TokenDictionary, ""),
    ] {
        let bytes = bytes_of(file);
        let info = FileInfo {
            name: file.into(),
            size_bytes: bytes.len() as u64,
        };
        let shown = preview(&info, &bytes, None, None, &ImportOptions::default()).expect("a look");
        assert_eq!(shown.kind, kind, "{file}");
        assert_eq!(codes(&shown.report), [""; 0], "{file}");
        let mut cells = shown.grid.rows.iter().flat_map(|row| &row.cells);
        assert!(
            cells.any(|found| found.contains(cell)),
            "{file}: {:?}",
            shown.grid
        );
    }
}

#[test]
fn dictionaries_that_cannot_be_are_refused() {
    for text in [
        r#"{"<pad>": 0, "ENSG00000000003": 0}"#,
        r#"{"<pad>": 0, "ENSG00000000003": 1.5, "ENSG00000000005": "x"}"#,
        r#"{"<pad>": 0, "ENSG00000000003": [1]}"#,
        r#"{"ENSG00000000003": 1, "ENSG00000000003": 2}"#,
        r#"{"ENSG00000000003": -1.5}"#,
        "ensembl_id,token\nENSG00000000003,a\nENSG00000000005,2\n",
    ] {
        match read("dictionary", text.as_bytes()) {
            Err(error) => assert_ne!(error.code(), "", "{text}"),
            Ok(imported) => panic!("{text} is a {}", imported.kind.label()),
        }
    }
}

/// The facts that the reference states of the genuine dictionaries of the first version.
#[test]
fn the_genuine_dictionaries_hold_what_is_known_of_them() {
    let Some(path) = real_file("geneformer/token_dictionary.pkl") else {
        return;
    };
    let read_file = |name: &str| {
        let bytes = std::fs::read(path.with_file_name(name)).expect("readable");
        read(name, &bytes).unwrap_or_else(|error| panic!("{name}: {error}"))
    };
    let imported = read_file("token_dictionary.pkl");
    let dictionary = tokens(&imported);
    assert_eq!((dictionary.len(), dictionary.max_token()), (25_426, 25_425));
    let expected = SpecialTokens {
        pad: Some(0),
        mask: Some(1),
        ..SpecialTokens::default()
    };
    assert_eq!(dictionary.special, expected);
    // Ids in their order, tokens without a gap.
    assert!(dictionary.genes.values().copied().eq(2..25_426));
    for (gene, token) in [
        ("ENSG00000136574", 7261),
        ("ENSG00000075624", 1319),
        ("ENSG00000141510", 8088),
        ("ENSG00000111640", 3906),
        ("ENSG00000089225", 1831),
    ] {
        assert_eq!(dictionary.genes[gene], token, "{gene}");
    }
    let imported = read_file("gene_median_dictionary.pkl");
    let medians = &medians(&imported).medians;
    assert_eq!(medians["ENSG00000136574"], 5.221_529_276_562_057);
    assert!(medians.keys().eq(dictionary.genes.keys()));
    let imported = read_file("gene_name_id_dict.pkl");
    let Data::GeneTable(names) = &imported.data else {
        panic!("no gene table but a {}", imported.kind.label());
    };
    // One of the 40,248 names is empty.
    assert_eq!(names.ids.len(), 40_247);
    let Data::CheckpointConfig(config) = read_file("config_v1.json").data else {
        panic!("no sizes");
    };
    assert_eq!((config.vocab_size, config.n_positions), (25_426, 2048));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(100))]

    #[test]
    fn damaged_files_are_data_or_an_error(
        file in 0_usize..6,
        damage in proptest::collection::vec((0.0_f64..1.0, any::<u8>()), 1..6),
        kept in 0.0_f64..1.3,
        block in 1_usize..5000,
    ) {
        let file = [
            "half.safetensors", "token_dictionary.0.pkl", "token_dictionary.2.pkl",
            "gene_median_dictionary.4.pkl", "ordered.pkl", "token_dictionary.json",
        ][file];
        let mut bytes = bytes_of(file);
        // The header of weights is where damage tells.
        let reach = bytes.len().min(6000) as f64;
        for (at, byte) in damage {
            bytes[(at * reach) as usize] = byte;
        }
        bytes.truncate((kept * bytes.len() as f64) as usize);
        let whole = format!("{:?}", read(file, &bytes));
        let in_blocks = import_in_blocks(file, &bytes, &ImportOptions::default(), block);
        if !bytes.is_empty() && !whole.starts_with("Err") {
            prop_assert_eq!(format!("{:?}", in_blocks), whole);
        }
        let info = FileInfo { name: file.into(), size_bytes: bytes.len() as u64 };
        let _ = preview(&info, &bytes, None, None, &ImportOptions::default());
    }
}
