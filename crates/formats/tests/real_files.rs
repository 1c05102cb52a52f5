//! Real files are read with the shapes and values that an independent reader finds.
//!
//! Expected values were taken with Python's csv module (see the comment of each), not with our
//! own reader.

mod common;

use common::{codes, dataset, import, real_file};
use cuvette_core::{Dataset, analyses::Data, dataset::ValueKind};
use cuvette_formats::{ImportOptions, Imported, InputKind};

fn read(path: &str) -> Option<Imported> {
    let file = real_file(path)?;
    let bytes = std::fs::read(file).expect("the file is there");
    let name = path.rsplit('/').next().unwrap_or(path);
    Some(
        import(name, &bytes, &ImportOptions::default())
            .unwrap_or_else(|error| panic!("{path}: {error}")),
    )
}

/// Shape, kind, and some cells by gene and sample.
fn check(path: &str, shape: (usize, usize), kind: ValueKind, cells: &[(&str, &str, f32)]) {
    let Some(imported) = read(path) else { return };
    let data = dataset(&imported);
    assert_eq!((data.n_genes(), data.n_samples()), shape, "{path}");
    assert_eq!(data.kind, kind, "{path}: {:?}", imported.report.guesses);
    for &(gene, sample, expected) in cells {
        assert_eq!(
            value(data, gene, sample),
            expected,
            "{path}: {gene}, {sample}"
        );
    }
}

fn value(data: &Dataset, gene: &str, sample: &str) -> f32 {
    let row = data.genes.iter().position(|name| name == gene);
    let column = data.samples.iter().position(|name| name == sample);
    let (Some(row), Some(column)) = (row, column) else {
        panic!(
            "{gene} or {sample} is missing; genes begin {:?}, samples {:?}",
            &data.genes[..2],
            &data.samples[..2]
        );
    };
    data.matrix.get(row, column)
}

fn check_table(path: &str, kind: InputKind, n_rows: usize, columns: &[&str]) {
    let Some(imported) = read(path) else { return };
    let (Data::SampleTable(table) | Data::GeneTable(table)) = &imported.data else {
        panic!("{path} is a {}", imported.kind.label());
    };
    assert_eq!(imported.kind, kind, "{path}");
    assert_eq!(table.ids.len(), n_rows, "{path}");
    assert_eq!(
        table.annotations.names().collect::<Vec<_>>(),
        columns,
        "{path}"
    );
}

#[test]
fn gct_files_are_read_whole() {
    let linear = ValueKind::Linear;
    check(
        "formats/gseapy_Leukemia_hgu95av2.trim.gct",
        (9020, 48),
        linear,
        &[("MZF1", "AML_15", 1188.0)],
    );
    check(
        "formats/golub_all_aml_train.gct",
        (7129, 38),
        linear,
        &[("X05345_at", "ALL_R23_B-cell", -29.0)],
    );
    check(
        "formats/cmapPy_older_version_v1_2.gct",
        (5, 3),
        linear,
        &[("121_at", "DLBCL.206", 330.59)],
    );
    check(
        "formats/cmapPy_test_v1point2_n5x10.gct",
        (10, 5),
        ValueKind::Log,
        &[("207042_at", "LJP005_A375_24H_X1_B19:A05", 3.8643)],
    );
    check(
        "formats/cmapPy_test_l1000.gct",
        (978, 377),
        ValueKind::Log,
        &[("204579_at", "LJP005_A375_24H_X1_B19:M07", 5.0662)],
    );
}

#[test]
fn gct_1_3_annotations_are_kept() {
    let Some(imported) = read("formats/cmapPy_test_l1000.gct") else {
        return;
    };
    let data = dataset(&imported);
    assert_eq!(data.gene_annotations.columns.len(), 11);
    assert_eq!(data.sample_annotations.columns.len(), 35);
    let column = data
        .samples
        .iter()
        .position(|name| name == "LJP005_A375_24H_X1_B19:M07")
        .unwrap();
    let slope = data.sample_annotations.column("qc_slope").unwrap();
    assert_eq!(slope.values.text(column), "59");
}

#[test]
fn samples_in_rows_are_turned() {
    check(
        "formats/khan_samples_in_rows.csv",
        (2308, 63),
        ValueKind::LogRatio,
        &[("V1000", "V40", -0.819_617_8)],
    );
}

#[test]
fn detection_calls_beside_values_are_left_out() {
    check(
        "formats/golub_value_call_pairs.csv",
        (7129, 38),
        ValueKind::Linear,
        &[("X07496_at", "10", -60.0)],
    );
    let Some(imported) = read("formats/golub_value_call_pairs.csv") else {
        return;
    };
    assert_eq!(codes(&imported.report), ["call_columns"]);
}

#[test]
fn counts_are_counts() {
    let counts = ValueKind::Counts;
    check(
        "rnaseq/pasilla_gene_counts.tsv",
        (14599, 7),
        counts,
        &[("FBgn0037987", "untreated4", 0.0)],
    );
    check(
        "rnaseq/bioconnector_airway_rawcounts.csv",
        (64102, 8),
        counts,
        &[("ENSG00000002016", "SRR1039516", 268.0)],
    );
    check(
        "rnaseq/bioconnector_airway_scaledcounts.csv",
        (38694, 8),
        counts,
        &[],
    );
    check(
        "rnaseq/countToFPKM_RNA-seq.read.counts.csv",
        (20100, 6),
        counts,
        &[("ENSG00000167772", "Sample_5", 7.0)],
    );
    check(
        "archs4/gtex_brain_damirseq_counts.tsv.gz",
        (21363, 40),
        counts,
        &[("ENSG00000225731", "FC_13", 12.0)],
    );
    check(
        "yeast/yeastPlatforms_stampy.counts.tsv",
        (6542, 6),
        counts,
        &[],
    );
}

#[test]
fn column_sums_of_raw_counts_are_those_published() {
    for (path, sums) in [
        (
            "rnaseq/pasilla_gene_counts.tsv",
            vec![
                13_972_512, 21_911_438, 8_358_426, 9_841_335, 18_670_279, 9_571_826, 10_343_856,
            ],
        ),
        (
            "rnaseq/bioconnector_airway_rawcounts.csv",
            vec![
                20_637_971, 18_809_481, 25_348_649, 15_163_415, 24_448_408, 30_818_215, 19_126_151,
                21_164_133,
            ],
        ),
    ] {
        let Some(imported) = read(path) else { return };
        let data = dataset(&imported);
        let found: Vec<u64> = (0..data.n_samples())
            .map(|sample| {
                data.matrix
                    .column(sample)
                    .iter()
                    .map(|&value| value as u64)
                    .sum()
            })
            .collect();
        assert_eq!(found, sums, "{path}");
    }
}

#[test]
fn zero_genes_of_airway_are_counted() {
    let Some(imported) = read("rnaseq/bioconnector_airway_rawcounts.csv") else {
        return;
    };
    let zero = imported
        .report
        .findings
        .iter()
        .find(|finding| finding.code == "zero_rows");
    assert_eq!(zero.map(|finding| finding.count), Some(30_633));
}

#[test]
fn logs_and_ratios_are_told_apart() {
    check(
        "archs4/gtex_scira_467x520_log2.tsv.gz",
        (467, 520),
        ValueKind::Log,
        &[("84144", "Small_Intestine_20", 1.09152)],
    );
    check(
        "yeast/yeastPlatforms_GSE37599-microarray.tsv",
        (10928, 6),
        ValueKind::Log,
        &[("1777258_at", "b3", 8.043_663)],
    );
    check(
        "yeast/kemmeren2014_TF_deletions_log2_573x179.tsv",
        (573, 179),
        ValueKind::LogRatio,
        &[("YOL143C", "YKL185W", -0.135_815_84)],
    );
    check(
        "yeast/sameith2015_fold_change_6112x86.tsv.gz",
        (6112, 86),
        ValueKind::Linear,
        &[],
    );
    check(
        "yeast/sameith2015_double_log2_6112x72.tsv.gz",
        (6112, 72),
        ValueKind::LogRatio,
        &[],
    );
    check(
        "labelled/nci60_islp.tsv.gz",
        (6830, 64),
        ValueKind::LogRatio,
        &[],
    );
}

#[test]
fn missing_cells_of_the_protein_atlas_are_counted() {
    check(
        "archs4/hpa_consensus_tissue_19670x61.tsv.gz",
        (19670, 61),
        ValueKind::Linear,
        &[("ENSG00000183963", "spleen", 16.9)],
    );
    let Some(imported) = read("archs4/hpa_consensus_tissue_19670x61.tsv.gz") else {
        return;
    };
    let missing = imported
        .report
        .findings
        .iter()
        .find(|finding| finding.code == "missing_cells");
    assert_eq!(missing.map(|finding| finding.count), Some(19_406));
}

#[test]
fn samples_pasted_twice_are_found_in_a_published_table() {
    let Some(imported) = read("labelled/dslabs_tissue_gene_expression.tsv.gz") else {
        return;
    };
    let equal = imported
        .report
        .findings
        .iter()
        .find(|finding| finding.code == "equal_columns");
    assert_eq!(equal.map(|finding| finding.count), Some(4));
}

#[test]
fn tables_of_samples_and_genes_are_told_from_matrices() {
    let samples = InputKind::SampleTable;
    check_table(
        "rnaseq/bioconnector_airway_metadata.csv",
        samples,
        8,
        &["dex", "celltype", "geo_id"],
    );
    check_table(
        "rnaseq/pasilla_sample_annotation.csv",
        samples,
        7,
        &[
            "condition",
            "type",
            "number of lanes",
            "total number of reads",
            "exon counts",
        ],
    );
    check_table("labelled/golub.labels.tsv", samples, 72, &["label"]);
    check_table(
        "labelled/mouseBrain_GSE7191-design.txt",
        samples,
        50,
        &["DateRun", "Genotype", "BrainRegion", "Sex"],
    );
    check_table(
        "yeast/sameith2015_strains.tsv",
        samples,
        86,
        &["orf_name", "type"],
    );
    check_table("formats/gseapy_Leukemia.cls", samples, 48, &["class"]);
    let genes = InputKind::GeneTable;
    check_table("yeast/sameith2015_genes.tsv", genes, 6112, &["common"]);
    check_table(
        "lengths/hg19_ensGene_longest_transcript.tsv",
        genes,
        44283,
        &["longest_transcript", "median_transcript", "n_transcripts"],
    );
}

#[test]
fn gene_sets_and_lists_are_read() {
    let Some(imported) = read("formats/gseapy_h.all.v7.0.symbols.gmt") else {
        return;
    };
    let Data::GeneSets(sets) = &imported.data else {
        panic!("no gene sets")
    };
    assert_eq!(
        (sets.len(), sets[7].name.as_str(), sets[7].genes.len()),
        (50, "HALLMARK_DNA_REPAIR", 150)
    );
    assert_eq!(
        (sets[7].genes[0].as_str(), sets[7].genes[149].as_str()),
        ("POLR2H", "CCNO")
    );
    let Some(imported) = read("l1000/landmark_symbols_978.txt") else {
        return;
    };
    let Data::GeneList(list) = &imported.data else {
        panic!("no list")
    };
    assert_eq!((list.len(), list[0].as_str()), (978, "PSME1"));
}

#[test]
fn other_formats_of_the_collection_are_named() {
    for (path, what) in [
        ("formats/airway.h5ad", "HDF5"),
        ("formats/GEOquery_GDS507.soft.gz", "SOFT"),
        (
            "formats/scanpy_10x_data/3.0.0/filtered_feature_bc_matrix/matrix.mtx.gz",
            "Matrix Market",
        ),
        ("yeast/expected_summary.json", "JSON"),
    ] {
        let Some(file) = real_file(path) else {
            continue;
        };
        let bytes = std::fs::read(file).expect("the file is there");
        let error = import(path, &bytes, &ImportOptions::default()).unwrap_err();
        assert!(error.to_string().contains(what), "{path}: {error}");
    }
}
