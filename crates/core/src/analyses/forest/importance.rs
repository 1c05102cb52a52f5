//! What the forest leans on, gene by gene and by groups of genes that say the same.

use super::fit::Fit;
use crate::{
    context::Context,
    error::AnalysisError,
    stats::{
        correlation::CorrelationMethod,
        correlation_matrix::correlation_matrix,
        forest::{Labels, Part, permutation_importance, split_importance},
    },
};

/// Genes that are looked at for groups.
const N_GROUPED: usize = 100;

/// Rank correlation from which on two genes say the same.
const ALIKE: f64 = 0.8;

/// A gene's part in the forest.
#[derive(Debug, Clone, PartialEq)]
pub struct GeneImportance {
    /// Row of the data.
    pub gene: usize,
    /// Share of the fall of the impurity.
    pub impurity: f64,
    /// Fall of the accuracy when the gene is permuted.
    pub permutation: f64,
    /// Number of its group of correlated genes, from 1; only of groups of two and more.
    pub group: Option<usize>,
    /// Fall of the accuracy when its group is permuted together.
    pub group_permutation: f64,
}

/// All genes looked at, the most important by impurity first, of equal ones the first of the data.
pub fn importance(
    fit: &Fit<'_>,
    labels: &Labels,
    seed: u64,
    context: &Context,
) -> Result<Vec<GeneImportance>, AnalysisError> {
    let impurity = split_importance(&fit.grown, fit.rows.len());
    let mut order: Vec<usize> = (0..fit.rows.len()).collect();
    order.sort_by(|&a, &b| impurity[b].total_cmp(&impurity[a]));
    let used = &fit.grown.forest.genes;
    let place = |gene: usize| used.binary_search(&(gene as u32)).ok();
    let alone: Vec<Option<u32>> = (0..used.len() as u32).map(Some).collect();
    let permute = |set_of: &[Option<u32>]| {
        permutation_importance(&fit.grown, fit.part(), labels, set_of, seed, context)
    };
    let of_genes = permute(&alone)?;
    let leaders = groups(fit.part(), &order, &impurity, context)?;
    let set_of: Vec<Option<u32>> = used
        .iter()
        .map(|&gene| {
            leaders
                .iter()
                .position(|group| group.contains(&(gene as usize)))
        })
        .map(|set| set.map(|set| set as u32))
        .collect();
    let of_groups = permute(&set_of)?;
    let found = order.into_iter().map(|gene| {
        let group = leaders.iter().position(|group| group.contains(&gene));
        GeneImportance {
            gene: fit.rows[gene],
            impurity: impurity[gene],
            permutation: place(gene).map_or(0.0, |place| of_genes[place]),
            group: group.map(|group| group + 1),
            group_permutation: group.map_or(f64::NAN, |group| {
                of_groups.get(group).copied().unwrap_or(0.0)
            }),
        }
    });
    Ok(found.collect())
}

/// Groups of two and more among the most important genes: each gene joins the first more important
/// one that it is correlated with, if that has joined none itself.
fn groups(
    part: Part<'_>,
    order: &[usize],
    impurity: &[f64],
    context: &Context,
) -> Result<Vec<Vec<usize>>, AnalysisError> {
    let top: Vec<usize> = order
        .iter()
        .copied()
        .take(N_GROUPED)
        .filter(|&gene| impurity[gene] > 0.0)
        .collect();
    let columns = part.select_genes(&top).into_transposed();
    let alike = correlation_matrix(&columns, CorrelationMethod::Spearman, context)?;
    let mut groups: Vec<Vec<usize>> = Vec::new();
    for at in 0..top.len() {
        let joined = groups
            .iter_mut()
            .find(|group| f64::from(alike.get(group[0], at)).abs() >= ALIKE);
        match joined {
            Some(group) => group.push(at),
            None => groups.push(vec![at]),
        }
    }
    groups.retain(|group| group.len() > 1);
    let genes = |group: Vec<usize>| group.into_iter().map(|at| top[at]).collect();
    Ok(groups.into_iter().map(genes).collect())
}
