//! What `compare_modes` gives.

use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{CompareModesParameters, figures, tables};
use crate::{
    analyses::{
        Scalars, StepOutput,
        perturb::{CAVEAT, model::Model, sums::Affected, targets::Target},
    },
    error::AnalysisError,
    figure::{Figure, FigureInfo, FigureRequest},
    stats::{
        quantile::quantiles, rank_encoding::Sequence, rank_jump::Jump, sequence_edit::SequenceMode,
    },
    table::Table,
};

/// The modes compared, in the order shown.
pub const MODES: [SequenceMode; 4] = [
    SequenceMode::Delete,
    SequenceMode::Mask,
    SequenceMode::AttentionMask,
    SequenceMode::ShiftOnly,
];

/// A jump beyond so many standard errors is one.
pub const CALLED: f64 = 3.0;

/// The jump in one cell.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct CellJump {
    /// Number of the cell.
    pub cell: usize,
    /// Rank of the perturbed gene, from 0.
    pub place: usize,
    /// Genes of the cell.
    pub n_genes: usize,
    /// What was found.
    pub jump: Jump,
}

/// One gene in one mode.
#[derive(Debug, Clone, PartialEq)]
pub struct ModeResult {
    /// Number of the gene.
    pub target: usize,
    /// The mode.
    pub mode: SequenceMode,
    /// The affected genes, most affected first.
    pub affected: Vec<Affected>,
    /// One per cell that has the gene.
    pub jumps: Vec<CellJump>,
}

impl ModeResult {
    /// The median over cells of one number; NaN where no cell has it.
    pub fn median(&self, value: fn(&Jump) -> f64) -> f64 {
        let values: Vec<f64> = self.jumps.iter().map(|one| value(&one.jump)).collect();
        quantiles(&values, &[0.5])[0]
    }

    /// Share of the cells with a t value in which it is beyond [`CALLED`]; NaN without one.
    pub fn share_called(&self) -> f64 {
        let ts = self
            .jumps
            .iter()
            .map(|one| one.jump.t)
            .filter(|t| !t.is_nan());
        let (n, n_called) = ts.fold((0, 0), |(n, called), t| {
            (n + 1, called + u32::from(t.abs() > CALLED))
        });
        f64::from(n_called) / f64::from(n)
    }
}

/// Every gene in every mode.
#[derive(Debug)]
pub struct CompareModesOutput {
    /// Gene by gene, with delete, mask, attention mask and shift only for each.
    pub results: Vec<ModeResult>,
    pub(super) names: Vec<String>,
    pub(super) targets: Vec<Target>,
    pub(super) cells: Vec<String>,
    pub(super) genes: Vec<String>,
    pub(super) model: Model,
    pub(super) max_length: usize,
    pub(super) sequences: Vec<Sequence>,
    pub(super) parameters: CompareModesParameters,
    pub(super) input_name: String,
}

/// What the page shows beside tables and pictures.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CompareModesSummary {
    /// Genes knocked out.
    pub n_genes: usize,
    /// Gene and cell pairs.
    pub n_knock_outs: usize,
    /// For each mode, in the order delete, mask, attention mask, shift only: how many times larger
    /// the effect is behind the perturbed rank, the median over knock-outs; none where no cell has
    /// enough genes.
    pub jump_factors: [Option<f64>; 4],
    /// Share of knock-outs in which the jump of a deletion is beyond three standard errors.
    pub share_called: Option<f64>,
    /// Median share of the effect of a deletion that the shift alone has.
    pub positional_share: Option<f64>,
    /// What follows, in a sentence.
    pub verdict: String,
}

impl CompareModesOutput {
    /// Median over cells of the effect of a shift alone over that of a deletion, behind the
    /// perturbed rank; NaN where no cell has genes there.
    pub(super) fn positional_share(&self, target: usize) -> f64 {
        let [deleted, shifted] =
            [0, 3].map(|mode| &self.results[target * MODES.len() + mode].jumps);
        let shares = deleted
            .iter()
            .zip(shifted)
            .map(|(deleted, shifted)| shifted.jump.median_after / deleted.jump.median_after);
        let shares: Vec<f64> = shares.filter(|share| share.is_finite()).collect();
        quantiles(&shares, &[0.5])[0]
    }

    fn over_all(&self, mode: SequenceMode, value: fn(&Jump) -> f64) -> f64 {
        let of_mode = self.results.iter().filter(|result| result.mode == mode);
        let values: Vec<f64> = of_mode
            .flat_map(|result| result.jumps.iter().map(|one| value(&one.jump)))
            .collect();
        quantiles(&values, &[0.5])[0]
    }
}

fn verdict(
    factors: [Option<f64>; 4],
    share_called: Option<f64>,
    positional: Option<f64>,
) -> String {
    let [Some(delete), _, Some(mask), _] = factors else {
        return "No cell has 30 genes on both sides of a perturbed one, so no jump can be estimated".into();
    };
    let called = 100.0 * share_called.unwrap_or(0.0);
    let share = positional.map_or_else(String::new, |share| {
        format!(
            "; the shift alone has {:.0} % of the effect of a deletion",
            100.0 * share.min(1.0)
        )
    });
    if called >= 50.0 {
        format!(
            "Deleting shows a step at the deleted rank: × {delete:.1}, beyond three standard errors in {called:.0} % of knock-outs, where the attention mask has × {mask:.1}{share}. Genes that only the deletion calls moved; they do not depend on the gene"
        )
    } else {
        format!(
            "No step that most knock-outs share: × {delete:.1} at the deleted rank, beyond three standard errors in {called:.0} % of knock-outs{share}"
        )
    }
}

impl StepOutput for CompareModesOutput {
    type Summary = CompareModesSummary;

    fn summary(&self) -> CompareModesSummary {
        let finite = |value: f64| Some(value).filter(|value| value.is_finite());
        let jump_factors = MODES.map(|mode| finite(self.over_all(mode, |jump| jump.jump).exp()));
        let of_delete = || {
            self.results
                .iter()
                .filter(|result| result.mode == SequenceMode::Delete)
        };
        let ts: Vec<f64> = of_delete()
            .flat_map(|result| result.jumps.iter().map(|one| one.jump.t))
            .filter(|t| !t.is_nan())
            .collect();
        let n_called = ts.iter().filter(|t| t.abs() > CALLED).count();
        let share_called = finite(n_called as f64 / ts.len() as f64);
        let shares: Vec<f64> = (0..self.names.len())
            .map(|target| self.positional_share(target))
            .collect();
        let positional_share = finite(quantiles(&shares, &[0.5])[0]);
        CompareModesSummary {
            n_genes: self.names.len(),
            n_knock_outs: of_delete().map(|result| result.jumps.len()).sum(),
            verdict: verdict(jump_factors, share_called, positional_share),
            jump_factors,
            share_called,
            positional_share,
        }
    }

    fn tables(&self) -> Vec<Table> {
        vec![
            tables::modes(self),
            tables::genes(self),
            tables::knock_outs(self),
        ]
    }

    fn scalars(&self) -> Scalars {
        let summary = self.summary();
        let mut scalars = Scalars::new();
        scalars.insert("n_genes".into(), json!(summary.n_genes));
        scalars.insert("n_knock_outs".into(), json!(summary.n_knock_outs));
        for (mode, factor) in MODES.iter().zip(summary.jump_factors) {
            scalars.insert(format!("jump_factor_{}", mode.name()), json!(factor));
        }
        scalars.insert("share_called".into(), json!(summary.share_called));
        scalars.insert("positional_share".into(), json!(summary.positional_share));
        scalars.insert("verdict".into(), json!(summary.verdict));
        scalars.insert("caveat".into(), json!(CAVEAT));
        scalars
    }

    fn figures(&self) -> Vec<FigureInfo> {
        figures::infos()
    }

    fn figure(&self, request: &FigureRequest) -> Result<Figure, AnalysisError> {
        figures::figure(self, request)
    }

    fn note(&self) -> String {
        let summary = self.summary();
        format!(
            "{} genes were knocked out of {} cells of {} by deletion, mask token, attention mask and a shift of later genes alone, {}; the jump of log(1 − cosine) at the perturbed rank is the difference of two local lines over 200 ranks on each side, with a p-value from placebo cuts. {}. This is {CAVEAT}.",
            summary.n_genes,
            self.cells.len(),
            self.input_name,
            match self.model {
                Model::RankContext(_) => format!(
                    "with positions weighted {} in an encoder made from these data",
                    self.parameters.position_weight
                ),
                Model::Checkpoint(_) => format!(
                    "in a trained model, layer {} from the end",
                    self.parameters.layer
                ),
            },
            summary.verdict,
        )
    }
}
