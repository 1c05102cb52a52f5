//! Findings about the names of genes: what spreadsheets did to them, and versions.

use cuvette_core::{
    dataset::Annotations,
    report::{Finding, Place, Severity},
};

use crate::{
    findings::{Build, counted, finding, named},
    mangled::mangled_finding,
    sniff::is_gene_word,
};

/// Findings about gene names as they stand in the file, and about the symbols beside them.
pub(crate) fn name_findings(
    genes: &[String],
    annotations: &Annotations,
    place: impl Fn(usize) -> Place,
) -> Vec<Finding> {
    let mut findings = Vec::new();
    findings.extend(mangled_finding("gene name", genes, &place));
    findings.extend(mangled_symbols(genes, annotations, &place));
    findings.extend(versions(genes));
    findings
}

/// Symbols beside the ids that a spreadsheet made dates of.
fn mangled_symbols(
    genes: &[String],
    annotations: &Annotations,
    place: &impl Fn(usize) -> Place,
) -> Option<Finding> {
    annotations
        .columns
        .iter()
        .filter(|column| is_gene_word(&column.name))
        .find_map(|column| {
            let cells: Vec<String> = (0..column.values.len())
                .map(|row| column.values.text(row))
                .collect();
            mangled_finding(&format!("name in {}", column.name), &cells, |row| Place {
                name: Some(genes[row].clone()),
                column: None,
                ..place(row)
            })
        })
}

fn versions(genes: &[String]) -> Option<Finding> {
    let is_versioned = |name: &&String| {
        name.starts_with("ENS")
            && name.rsplit_once('.').is_some_and(|(_, version)| {
                !version.is_empty() && version.bytes().all(|b| b.is_ascii_digit())
            })
    };
    let first = genes.iter().find(is_versioned)?;
    let n = genes.iter().filter(is_versioned).count() as u64;
    let title = format!(
        "{} a version",
        counted(n, "Ensembl id carries", "Ensembl ids carry")
    );
    Some(
        finding("ensembl_versions", Severity::Note, title)
            .detail("Kept. To match tables without versions, add the step collapse_genes with strip_version.")
            .at(vec![named(first)], n),
    )
}
