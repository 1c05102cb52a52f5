//! The tables of affected genes.

use super::{output::SequencePerturbation, sums::Affected};
use crate::table::{NumberFormat, Table};

/// A perturbation and a gene that it affects, row by row.
fn pairs(output: &SequencePerturbation) -> impl Iterator<Item = (usize, &Affected)> {
    let all = output.perturbed.iter().enumerate();
    all.flat_map(|(at, perturbed)| perturbed.affected.iter().map(move |gene| (at, gene)))
}

/// Every affected gene of every perturbation, most affected first.
pub fn genes(output: &SequencePerturbation) -> Table {
    let names = &output.matched.vocabulary.genes;
    let has_symbols = output.labels != *names;
    let title = "Affected genes (exploratory)";
    let mut table = Table::new("genes", title)
        .text(
            "perturbed",
            "Perturbed",
            pairs(output)
                .map(|(at, _)| output.perturbed[at].target.name.clone())
                .collect(),
        )
        .text(
            "affected",
            "Affected",
            pairs(output)
                .map(|(_, gene)| names[gene.gene as usize].clone())
                .collect(),
        );
    let affected: Vec<&Affected> = pairs(output).map(|(_, gene)| gene).collect();
    table = with_effects(table, &affected).number(
        "z_random_deletion",
        "z beside genes of like rank",
        NumberFormat::Fixed(2),
        affected.iter().map(|gene| gene.z).collect(),
    );
    if has_symbols {
        let symbols = pairs(output).map(|(_, gene)| output.label(gene.gene).to_owned());
        table = table.text("affected_symbol", "Symbol", symbols.collect());
    }
    table
}

/// Adds the columns of effect, cells and ranks, one row per affected gene.
pub fn with_effects(table: Table, affected: &[&Affected]) -> Table {
    let number = |value: fn(&Affected) -> f64| affected.iter().map(|gene| value(gene)).collect();
    let (general, fixed) = (NumberFormat::General, NumberFormat::Fixed(1));
    let n_cells = affected.iter().map(|gene| Some(gene.n_cells as i64));
    table
        .number(
            "one_minus_cosine",
            "1 − cosine",
            general,
            number(|gene| gene.mean),
        )
        .number("sd", "sd over cells", general, number(|gene| gene.sd))
        .integer("n_cells", "Cells", n_cells.collect())
        .number(
            "rank_before",
            "Mean rank before",
            fixed,
            number(|gene| gene.ranks[0] + 1.0),
        )
        .number(
            "rank_after",
            "Mean rank after",
            fixed,
            number(|gene| gene.ranks[1] + 1.0),
        )
}

/// One row per perturbation, the strongest first.
pub fn perturbed(output: &SequencePerturbation) -> Table {
    let mut order: Vec<usize> = (0..output.perturbed.len()).collect();
    order.sort_by(|&a, &b| {
        let means = [a, b].map(|at| output.perturbed[at].mean());
        means[1].total_cmp(&means[0]).then(a.cmp(&b))
    });
    let of = |at: &usize| &output.perturbed[*at];
    let first = |at: &usize| {
        let gene = of(at).affected.first()?;
        Some(output.matched.vocabulary.genes[gene.gene as usize].clone())
    };
    let title = "Perturbations (exploratory)";
    Table::new("perturbed", title)
        .text(
            "perturbed",
            "Perturbed",
            order.iter().map(|at| of(at).target.name.clone()).collect(),
        )
        .number(
            "one_minus_cosine",
            "Mean 1 − cosine of all genes",
            NumberFormat::General,
            order.iter().map(|at| of(at).mean()).collect(),
        )
        .integer(
            "n_cells",
            "Cells",
            order
                .iter()
                .map(|at| Some(of(at).cells.len() as i64))
                .collect(),
        )
        .text(
            "most_affected",
            "Most affected",
            order
                .iter()
                .map(|at| first(at).unwrap_or_default())
                .collect(),
        )
}

/// The same under the column names of Geneformer's `aggregate_gene_shifts`: of each perturbation the
/// cell first, then genes, lowest cosine first.
pub fn gene_shifts(output: &SequencePerturbation) -> Table {
    let words = &output.matched.vocabulary;
    let mut text: [Vec<String>; 6] = Default::default();
    let (mut mean, mut sd, mut n) = (Vec::new(), Vec::new(), Vec::new());
    for perturbed in &output.perturbed {
        let target = &perturbed.target;
        let own = [
            output.tokens(&target.genes),
            output.target_label(target),
            target.name.clone(),
        ];
        let mut push = |affected: [String; 3], cosine: f64, deviation: f64, cells: usize| {
            for (column, value) in text.iter_mut().zip(own.iter().cloned().chain(affected)) {
                column.push(value);
            }
            mean.push(cosine);
            sd.push(deviation);
            n.push(Some(cells as i64));
        };
        let center = perturbed.mean();
        let squares = perturbed
            .cells
            .iter()
            .map(|cell| (cell - center) * (cell - center));
        let spread = (squares.sum::<f64>() / perturbed.cells.len() as f64).sqrt();
        let cell = ["cell_emb".to_owned(), String::new(), String::new()];
        push(cell, 1.0 - center, spread, perturbed.cells.len());
        for gene in &perturbed.affected {
            let affected = [
                output.tokens(&[gene.gene]),
                output.label(gene.gene).to_owned(),
                words.genes[gene.gene as usize].clone(),
            ];
            push(affected, 1.0 - gene.mean, gene.sd, gene.n_cells);
        }
    }
    let title = "As Geneformer writes it (exploratory)";
    let names = [
        "Perturbed",
        "Gene_name",
        "Ensembl_ID",
        "Affected",
        "Affected_gene_name",
        "Affected_Ensembl_ID",
    ];
    let mut table = Table::new("gene_shifts", title);
    for (name, values) in names.into_iter().zip(text) {
        table = table.text(name, name, values);
    }
    table
        .number(
            "Cosine_sim_mean",
            "Cosine_sim_mean",
            NumberFormat::General,
            mean,
        )
        .number(
            "Cosine_sim_stdev",
            "Cosine_sim_stdev",
            NumberFormat::General,
            sd,
        )
        .integer("N_Detections", "N_Detections", n)
}
