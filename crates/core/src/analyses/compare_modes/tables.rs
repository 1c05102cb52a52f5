//! The tables of `compare_modes`.

use super::output::{CellJump, CompareModesOutput, MODES, ModeResult};
use crate::{
    analyses::perturb::{sums::Affected, tables::with_effects},
    stats::sequence_edit::SequenceMode,
    table::{NumberFormat, Table},
};

/// One row per gene and mode, medians over cells.
pub fn modes(output: &CompareModesOutput) -> Table {
    let results = &output.results;
    let number = |value: &dyn Fn(&ModeResult) -> f64| results.iter().map(value).collect();
    let (general, fixed) = (NumberFormat::General, NumberFormat::Fixed(2));
    let title = "Modes (exploratory)";
    Table::new("modes", title)
        .text(
            "perturbed",
            "Perturbed",
            results
                .iter()
                .map(|result| output.names[result.target].clone())
                .collect(),
        )
        .text(
            "mode",
            "Mode",
            results
                .iter()
                .map(|result| result.mode.name().to_owned())
                .collect(),
        )
        .number(
            "jump",
            "Jump of log effect",
            fixed,
            number(&|result| result.median(|jump| jump.jump)),
        )
        .number(
            "jump_factor",
            "Times larger behind",
            general,
            number(&|result| result.median(|jump| jump.jump).exp()),
        )
        .number(
            "t",
            "t",
            fixed,
            number(&|result| result.median(|jump| jump.t)),
        )
        .number(
            "placebo_p",
            "Placebo p",
            NumberFormat::PValue,
            number(&|result| result.median(|jump| jump.placebo_p)),
        )
        .number(
            "auc",
            "AUC behind against before",
            fixed,
            number(&|result| result.median(|jump| jump.auc)),
        )
        .number(
            "median_before",
            "Median effect before",
            general,
            number(&|result| result.median(|jump| jump.median_before)),
        )
        .number(
            "median_after",
            "Median effect behind",
            general,
            number(&|result| result.median(|jump| jump.median_after)),
        )
        .integer(
            "n_cells",
            "Cells",
            results
                .iter()
                .map(|result| Some(result.jumps.len() as i64))
                .collect(),
        )
        .number(
            "share_beyond_3",
            "Cells with |t| > 3",
            NumberFormat::Percent,
            number(&ModeResult::share_called),
        )
        .number(
            "positional_share",
            "Effect of the shift alone",
            NumberFormat::Percent,
            number(&|result| match result.mode {
                SequenceMode::Delete => output.positional_share(result.target),
                _ => f64::NAN,
            }),
        )
}

/// Every affected gene in every mode, and where it stands among the affected by attention mask.
pub fn genes(output: &CompareModesOutput) -> Table {
    let rows = || {
        output.results.iter().flat_map(|result| {
            let affected = result.affected.iter().enumerate();
            affected.map(move |(place, gene)| (result, place, gene))
        })
    };
    let title = "Affected genes by mode (exploratory)";
    let table = Table::new("genes", title)
        .text(
            "perturbed",
            "Perturbed",
            rows()
                .map(|(result, ..)| output.names[result.target].clone())
                .collect(),
        )
        .text(
            "affected",
            "Affected",
            rows()
                .map(|(.., gene)| output.genes[gene.gene as usize].clone())
                .collect(),
        );
    let affected: Vec<&Affected> = rows().map(|(.., gene)| gene).collect();
    with_effects(table, &affected)
        .text(
            "mode",
            "Mode",
            rows()
                .map(|(result, ..)| result.mode.name().to_owned())
                .collect(),
        )
        .integer(
            "place",
            "Place among the affected",
            rows().map(|(_, place, _)| Some(place as i64 + 1)).collect(),
        )
        .text(
            "only_in_delete",
            "Called by deletion alone",
            only_in_delete(output),
        )
}

/// Genes that stand among the twenty most affected by deletion, and not by attention mask.
const N_CALLED: usize = 20;

fn only_in_delete(output: &CompareModesOutput) -> Vec<String> {
    let mut words = Vec::new();
    for results in output.results.chunks(MODES.len()) {
        let called = |mode: SequenceMode| -> Vec<u32> {
            let of_mode = results.iter().find(|result| result.mode == mode);
            let affected = of_mode.into_iter().flat_map(|result| &result.affected);
            affected.take(N_CALLED).map(|gene| gene.gene).collect()
        };
        let [deleted, masked] = [SequenceMode::Delete, SequenceMode::AttentionMask].map(called);
        for gene in results.iter().flat_map(|result| &result.affected) {
            let is_only = deleted.contains(&gene.gene) && !masked.contains(&gene.gene);
            words.push(if is_only { "yes" } else { "" }.into());
        }
    }
    words
}

/// One row per gene, cell and mode: at which ranks, for which genes.
pub fn knock_outs(output: &CompareModesOutput) -> Table {
    let rows = || {
        let results = output.results.iter();
        results.flat_map(|result| result.jumps.iter().map(move |one| (result, one)))
    };
    let number = |value: &dyn Fn(&CellJump) -> f64| rows().map(|(_, one)| value(one)).collect();
    let fixed = NumberFormat::Fixed(2);
    let title = "Knock-outs cell by cell (exploratory)";
    Table::new("knock_outs", title)
        .text(
            "perturbed",
            "Perturbed",
            rows()
                .map(|(result, _)| output.names[result.target].clone())
                .collect(),
        )
        .text(
            "cell",
            "Cell",
            rows()
                .map(|(_, one)| output.cells[one.cell].clone())
                .collect(),
        )
        .text(
            "mode",
            "Mode",
            rows()
                .map(|(result, _)| result.mode.name().to_owned())
                .collect(),
        )
        .integer(
            "rank",
            "Rank",
            rows().map(|(_, one)| Some(one.place as i64 + 1)).collect(),
        )
        .integer(
            "n_genes",
            "Genes",
            rows().map(|(_, one)| Some(one.n_genes as i64)).collect(),
        )
        .number(
            "jump",
            "Jump of log effect",
            fixed,
            number(&|one| one.jump.jump),
        )
        .number("t", "t", fixed, number(&|one| one.jump.t))
        .number(
            "placebo_p",
            "Placebo p",
            NumberFormat::PValue,
            number(&|one| one.jump.placebo_p),
        )
        .number(
            "auc",
            "AUC behind against before",
            fixed,
            number(&|one| one.jump.auc),
        )
}
