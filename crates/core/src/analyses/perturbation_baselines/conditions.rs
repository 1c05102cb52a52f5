//! Which samples were perturbed how, and their averages.

use std::collections::BTreeMap;

use crate::{
    analyses::grouping::{NamedGroup, groups_by_name},
    context::Context,
    dataset::Dataset,
    error::{AnalysisError, ParamError},
    matrix::Matrix,
    parallel,
};

/// Fewer perturbations say nothing of those that follow.
const MIN_PERTURBATIONS: usize = 5;

/// Controls by their letters and digits, in lower case.
const CONTROLS: [&str; 20] = [
    "control",
    "controls",
    "ctrl",
    "ctl",
    "negctrl",
    "negcontrol",
    "negativecontrol",
    "nontargeting",
    "nontargetingcontrol",
    "nt",
    "ntc",
    "nc",
    "scramble",
    "scrambled",
    "dmso",
    "vehicle",
    "untreated",
    "unperturbed",
    "mock",
    "wildtype",
];

/// What joins the genes of a combination.
const JOIN: char = '+';

/// One perturbation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Perturbation {
    /// Its genes, sorted and joined: "CEBPA+KLF1".
    pub name: String,
    /// Its genes, sorted.
    pub genes: Vec<String>,
    /// Positions of its samples.
    pub samples: Vec<usize>,
}

/// All perturbations, and what they are compared with.
#[derive(Debug)]
pub struct Conditions {
    /// In the order in which they appear first.
    pub perturbations: Vec<Perturbation>,
    /// As it is written in the data.
    pub control: NamedGroup,
    /// Samples without a name.
    pub n_unnamed: usize,
}

impl Perturbation {
    pub fn is_combination(&self) -> bool {
        self.genes.len() > 1
    }
}

impl Conditions {
    /// Sorts samples by their labels; an empty `control` is guessed.
    pub fn of(labels: &[String], control: &str) -> Result<Self, AnalysisError> {
        let labels: Vec<String> = labels.iter().map(|label| label.trim().to_owned()).collect();
        let mut n_unnamed = labels.iter().filter(|label| label.is_empty()).count();
        let groups = groups_by_name(&labels);
        let mut control = find_control(&groups, control.trim())?.clone();
        let mut known: BTreeMap<Vec<String>, usize> = BTreeMap::new();
        let mut perturbations: Vec<Perturbation> = Vec::new();
        for group in groups.iter().filter(|group| group.name != control.name) {
            let parts = group.name.split(JOIN).map(str::trim);
            let parts: Vec<&str> = parts.filter(|part| !part.is_empty()).collect();
            let of_genes = parts.iter().filter(|part| **part != control.name);
            let mut genes: Vec<String> = of_genes.map(ToString::to_string).collect();
            if parts.is_empty() {
                n_unnamed += group.positions.len();
                continue;
            }
            if genes.is_empty() {
                // The control beside itself: "ctrl+ctrl".
                control.positions.extend(&group.positions);
                continue;
            }
            genes.sort();
            genes.dedup();
            let at = *known.entry(genes.clone()).or_insert_with(|| {
                perturbations.push(Perturbation {
                    name: genes.join("+"),
                    genes,
                    samples: Vec::new(),
                });
                perturbations.len() - 1
            });
            perturbations[at].samples.extend(&group.positions);
        }
        if perturbations.len() < MIN_PERTURBATIONS {
            return Err(AnalysisError::TooFew {
                what: format!("perturbations beside the control {}", control.name),
                need: MIN_PERTURBATIONS,
                got: perturbations.len(),
            });
        }
        control.positions.sort_unstable();
        Ok(Self {
            perturbations,
            control,
            n_unnamed,
        })
    }

    /// The mean of every gene: the control in the first row, then the perturbations; a column per
    /// gene.
    pub fn averages(&self, data: &Dataset, context: &Context) -> Result<Matrix, AnalysisError> {
        let of_perturbations = self
            .perturbations
            .iter()
            .map(|each| each.samples.as_slice());
        let mut samples = vec![self.control.positions.as_slice()];
        samples.extend(of_perturbations);
        let n = samples.len();
        let mut averages = Matrix::missing(data.n_genes(), n);
        parallel::try_map_chunks(averages.values_mut(), n, &|gene, cells| {
            context.check_cancelled()?;
            let row = data.matrix.row(gene);
            for (cell, samples) in cells.iter_mut().zip(&samples) {
                let sum: f64 = samples.iter().map(|&sample| f64::from(row[sample])).sum();
                *cell = (sum / samples.len() as f64) as f32;
            }
            Ok::<(), AnalysisError>(())
        })?;
        Ok(averages.into_transposed())
    }
}

/// The control by its name, or the only one that reads like a control.
fn find_control<'a>(groups: &'a [NamedGroup], name: &str) -> Result<&'a NamedGroup, ParamError> {
    let all = || {
        const SHOWN: usize = 8;
        let names: Vec<&str> = groups
            .iter()
            .take(SHOWN)
            .map(|group| group.name.as_str())
            .collect();
        let more = if groups.len() > SHOWN { " …" } else { "" };
        format!("one of {}{more}", names.join(", "))
    };
    if !name.is_empty() {
        let found = groups.iter().find(|group| group.name == name);
        return found.ok_or_else(|| ParamError::new("control", name, all()));
    }
    let mut likely = groups
        .iter()
        .filter(|group| reads_like_control(&group.name));
    match (likely.next(), likely.next()) {
        (Some(only), None) => Ok(only),
        (Some(first), Some(second)) => Err(ParamError::new(
            "control",
            "empty",
            format!("a choice between {} and {}", first.name, second.name),
        )),
        (None, _) => Err(ParamError::new("control", "empty", all())),
    }
}

fn reads_like_control(name: &str) -> bool {
    let letters = name.chars().filter(|letter| letter.is_alphanumeric());
    let word: String = letters.flat_map(char::to_lowercase).collect();
    CONTROLS.contains(&word.as_str())
}
