//! The engines that know no ranks: what becomes of the levels of genes.

use std::sync::Arc;

use super::{
    ExpressionPerturbation, PerturbParameters,
    expression_fit::{Fitted, fit},
    expression_output::{ChangedGene, LevelPerturbation},
    prepare::{draw, log_expression},
    targets::perturbed_cells,
};
use crate::{
    analyses::{
        GeneChoice, Inputs, NamedDataset,
        vocabulary::{Dictionaries, match_genes},
    },
    context::Context,
    dataset::{NameIndex, ValueKind},
    error::{AnalysisError, ParamError},
    matrix::Matrix,
    parallel,
    stats::{
        propagation::{Association, Change, most_variable},
        sequence_edit::SequenceMode,
    },
};

/// Genes that take part at most: the most variable, and those perturbed.
const MOST_GENES: usize = 3_000;

/// Samples that covariances are taken over, at most.
const MOST_SAMPLES: usize = 2_000;

/// Levels of genes on a logarithmic scale, and what they are called.
struct Levels {
    /// Genes × samples.
    rows: Matrix,
    names: Vec<String>,
    /// Samples of the data that stand in the columns.
    samples: Vec<usize>,
    label: String,
}

pub fn run(
    inputs: &Inputs,
    parameters: &PerturbParameters,
    context: &Context,
) -> Result<ExpressionPerturbation, AnalysisError> {
    let change = change_of(parameters)?;
    refuse_states(parameters)?;
    let input = inputs.dataset(0)?;
    let perturbed = perturbed_cells(input, parameters)?;
    let levels = levels(input, &perturbed, parameters, context)?;
    let listed = listed(&levels, input, &parameters.genes)?;
    let mut genes = most_variable(&levels.rows, MOST_GENES);
    if let Some(listed) = &listed {
        genes.extend(
            listed
                .iter()
                .filter(|gene| !genes.contains(gene))
                .copied()
                .collect::<Vec<_>>(),
        );
    }
    let names: Vec<String> = genes
        .iter()
        .map(|&gene| levels.names[gene].clone())
        .collect();
    let place = |row: usize| genes.iter().position(|&gene| gene == row);
    let targets: Vec<Vec<usize>> = match listed {
        None => (0..genes.len()).map(|gene| vec![gene]).collect(),
        Some(rows) => {
            let places: Vec<usize> = rows.into_iter().filter_map(place).collect();
            if parameters.together {
                vec![places]
            } else {
                places.into_iter().map(|place| vec![place]).collect()
            }
        }
    };
    let columns: Vec<usize> = (0..levels.samples.len())
        .filter(|&at| perturbed.contains(&levels.samples[at]))
        .collect();
    let fitted = fit(inputs, &levels.rows, &genes, &names, parameters, context)?;
    let work = Work {
        levels: &levels,
        genes: &genes,
        columns: &columns,
        fitted,
        change,
        n_steps: parameters.steps,
        n_kept: parameters
            .top_affected
            .unwrap_or(if targets.len() > 50 { 20 } else { usize::MAX }),
    };
    let found = parallel::try_map(targets.len(), &|at| {
        context.check_cancelled()?;
        work.perturb(&targets[at], context)
    })?;
    Ok(ExpressionPerturbation {
        perturbed: found,
        names: Arc::new(names),
        n_samples: [columns.len(), levels.samples.len()],
        label: levels.label.clone(),
        shrinkage: work.fitted.shrinkage(),
        radius: work.fitted.radius(),
        parameters: parameters.clone(),
        input_name: input.name.clone(),
    })
}

fn change_of(parameters: &PerturbParameters) -> Result<Change, ParamError> {
    match parameters.mode {
        SequenceMode::Overexpress => Ok(Change::Overexpress),
        SequenceMode::ShiftOnly | SequenceMode::RandomDelete => Err(ParamError::new(
            "mode",
            parameters.mode.name(),
            "one that knocks out, or overexpress: this engine knows no ranks",
        )),
        _ => Ok(Change::KnockOut),
    }
}

/// Levels of genes have no place among the states of cells.
fn refuse_states(parameters: &PerturbParameters) -> Result<(), ParamError> {
    let states = std::iter::once(&parameters.goal_state).chain(&parameters.alternative_states);
    match states.into_iter().find(|state| !state.is_empty()) {
        Some(state) => Err(ParamError::new(
            "goal_state",
            state,
            "none: this engine says how levels change, not where cells go",
        )),
        None => Ok(()),
    }
}

/// Logarithms as they are; of anything else log(1 + counts per 10,000).
fn levels(
    input: &NamedDataset,
    perturbed: &[usize],
    parameters: &PerturbParameters,
    context: &Context,
) -> Result<Levels, AnalysisError> {
    let data = &input.data;
    let mut samples = draw(data.n_samples(), MOST_SAMPLES, parameters.seed);
    samples.extend(
        perturbed
            .iter()
            .filter(|cell| samples.binary_search(cell).is_err())
            .copied()
            .collect::<Vec<_>>(),
    );
    samples.sort_unstable();
    let is_logged =
        matches!(data.kind, ValueKind::Log | ValueKind::LogRatio) || data.matrix.has_negative();
    if is_logged {
        return Ok(Levels {
            rows: data.matrix.select_columns(&samples),
            names: data.genes.to_vec(),
            samples,
            label: data.value_label.clone(),
        });
    }
    let matched = match_genes(
        input,
        &Dictionaries::default(),
        parameters.min_cells,
        context,
    )?;
    let words = matched.vocabulary;
    Ok(Levels {
        rows: log_expression(&data.matrix, &words, &samples, context)?,
        names: words.genes,
        samples,
        label: "log(1 + counts per 10,000)".into(),
    })
}

/// The genes asked for as rows of the levels.
fn listed(
    levels: &Levels,
    input: &NamedDataset,
    choice: &GeneChoice,
) -> Result<Option<Vec<usize>>, AnalysisError> {
    let Some(rows) = choice.rows("genes", &input.data)? else {
        return Ok(None);
    };
    let index = NameIndex::new(&levels.names);
    let mut found: Vec<usize> = Vec::new();
    for row in rows {
        let name = &input.data.genes[row];
        let Some(level) = index.get(name) else {
            return Err(AnalysisError::Unsuitable {
                found: format!("{name} is in too few cells of {}", input.name),
                expected: "expected a gene that min_cells cells have".into(),
                hint: "Lower min_cells, or choose a gene that more cells have".into(),
            });
        };
        if !found.contains(&level) {
            found.push(level);
        }
    }
    Ok(Some(found))
}

struct Work<'a> {
    levels: &'a Levels,
    /// Rows of the levels that take part.
    genes: &'a [usize],
    /// Columns of the levels that are perturbed.
    columns: &'a [usize],
    fitted: Fitted,
    change: Change,
    n_steps: usize,
    n_kept: usize,
}

impl Work<'_> {
    /// Perturbs genes, by their place among those that take part, as one set.
    fn perturb(
        &self,
        target: &[usize],
        context: &Context,
    ) -> Result<LevelPerturbation, AnalysisError> {
        let deltas: Vec<Vec<f64>> = target.iter().map(|&gene| self.deltas(gene)).collect();
        let mean: Vec<f64> = deltas.iter().map(|deltas| mean_of(deltas)).collect();
        let levels: Vec<f64> = self.genes.iter().map(|&row| self.mean_level(row)).collect();
        let (changes, extra) = match &self.fitted {
            Fitted::Conditional(conditional, precision) => {
                let changes = conditional.respond(target, &mean, context)?;
                (changes, vec![precision.direct(target, &mean)])
            }
            Fitted::Network(_, network) => {
                let mut steps = network
                    .propagate(target, &mean, self.n_steps, &levels)
                    .steps;
                let last = steps.pop().unwrap_or_default();
                (last, steps)
            }
        };
        let spread = match (&self.fitted, target) {
            (Fitted::Conditional(..), &[_]) if mean[0] != 0.0 => sd_of(&deltas[0]) / mean[0].abs(),
            _ => f64::NAN,
        };
        let associations: Option<Vec<Association>> = match target {
            &[gene] => Some(self.fitted.conditional().associations(gene)),
            _ => None,
        };
        let after: Vec<f64> = levels
            .iter()
            .zip(&changes)
            .map(|(level, change)| level + change)
            .collect();
        let ranks = [ranks_of(&levels), ranks_of(&after)];
        let others = (0..self.genes.len()).filter(|gene| !target.contains(gene));
        let mut affected: Vec<ChangedGene> = others
            .map(|gene| ChangedGene {
                gene,
                change: changes[gene],
                sd: changes[gene].abs() * spread,
                ranks: [ranks[0][gene], ranks[1][gene]],
                association: associations.as_ref().map(|all| all[gene]),
                extra: extra.iter().map(|changes| changes[gene]).collect(),
            })
            .collect();
        affected.sort_by(|a, b| {
            b.change
                .abs()
                .total_cmp(&a.change.abs())
                .then(a.gene.cmp(&b.gene))
        });
        affected.truncate(self.n_kept);
        Ok(LevelPerturbation {
            target: target.to_vec(),
            delta: mean,
            affected,
        })
    }

    /// By how much a gene is changed, in each perturbed sample.
    fn deltas(&self, gene: usize) -> Vec<f64> {
        let row = self.levels.rows.row(self.genes[gene]);
        let columns = self.columns.iter();
        columns
            .map(|&column| self.change.delta(row, Some(column)))
            .collect()
    }

    fn mean_level(&self, row: usize) -> f64 {
        let row = self.levels.rows.row(row);
        let levels: Vec<f64> = self
            .columns
            .iter()
            .map(|&column| f64::from(row[column]))
            .collect();
        mean_of(&levels)
    }
}

fn mean_of(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len() as f64
}

/// With n, as everywhere in this step.
fn sd_of(values: &[f64]) -> f64 {
    let mean = mean_of(values);
    let squares = values.iter().map(|value| (value - mean) * (value - mean));
    (squares.sum::<f64>() / values.len() as f64).sqrt()
}

/// Ranks from 0, highest first; ties in their order.
fn ranks_of(levels: &[f64]) -> Vec<usize> {
    let mut order: Vec<usize> = (0..levels.len()).collect();
    order.sort_by(|&a, &b| levels[b].total_cmp(&levels[a]).then(a.cmp(&b)));
    let mut ranks = vec![0; levels.len()];
    for (rank, gene) in order.into_iter().enumerate() {
        ranks[gene] = rank;
    }
    ranks
}
