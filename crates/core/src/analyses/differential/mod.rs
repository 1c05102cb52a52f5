//! Which genes differ between two groups of samples: fold change, test, and false discovery rate.
//!
//! `log2_fc` is the mean of group b minus the mean of group a, so the data should be logarithms;
//! data that are not are warned about. The sign of the statistic is that of b against a.
//!
//! | `method` | `t` | `df` | agrees with |
//! |---|---|---|---|
//! | `welch` | Welch's t | Welch–Satterthwaite | `scipy.stats.ttest_ind(b, a, equal_var=False)` |
//! | `moderated` | limma's moderated t | residual + prior, at most those of all genes | limma `eBayes(lmFit(x, model.matrix(~ group)))` |
//! | `wilcoxon` | U of group b: pairs of samples in which b is larger | none | `scipy.stats.mannwhitneyu(b, a)` |
//!
//! `q_value` is adjusted as R `p.adjust(method = "BH")`: genes without a p-value do not count.
//!
//! # Missing values
//!
//! Each gene is tested with the values it has, counted in `n_a` and `n_b`; infinite ones are taken
//! as missing, as in limma, and warned about. Where a test cannot be computed its cells are
//! missing: Welch's with fewer than two values in a group, all with none. `moderated` tests a gene
//! with a single value per group by the variance of all genes. A gene that varies in neither group
//! has, by Welch, an infinite t with p = 0 where the means differ, and a missing one where they
//! are equal; `moderated` gives it a finite t.

mod figures;
mod output;
mod params;
mod run;
#[cfg(test)]
mod tests;

pub use output::{DifferentialOutput, DifferentialSummary, GeneTest, N_SIGNIFICANT_AT};
pub use params::{DifferentialParameters, TestMethod};

use super::{Analysis, Group, Inputs, Meta};
use crate::{context::Context, error::AnalysisError};

/// The `differential` step.
pub struct Differential;

impl Analysis for Differential {
    type Parameters = DifferentialParameters;
    type Output = DifferentialOutput;
    const META: Meta = Meta {
        id: "differential",
        title: "Differential expression",
        help: "Tests every gene for a difference between two groups of samples",
        group: Group::Look,
        reads: &["Data"],
        citations: &[
            "Welch BL. The generalization of 'Student's' problem when several different population variances are involved. Biometrika 1947;34:28-35. https://doi.org/10.1093/biomet/34.1-2.28",
            "Smyth GK. Linear models and empirical Bayes methods for assessing differential expression in microarray experiments. Stat Appl Genet Mol Biol 2004;3:3. https://doi.org/10.2202/1544-6115.1027",
            "Benjamini Y, Hochberg Y. Controlling the false discovery rate. J R Stat Soc B 1995;57:289-300. https://doi.org/10.1111/j.2517-6161.1995.tb02031.x",
        ],
    };

    fn run(
        inputs: &Inputs,
        parameters: &DifferentialParameters,
        context: &Context,
    ) -> Result<DifferentialOutput, AnalysisError> {
        run::run(inputs.dataset(0)?, parameters, context)
    }
}
