//! The picture of real and made samples.

use super::{Arm, AugmentOutput, synthetic::new_names};
use crate::{
    analyses::sample_map::{Coordinates, map},
    figure::{Coloring, Figure, FigureKind, FigureRequest},
    matrix::Matrix,
};

/// Components looked at: later ones hold mostly noise.
const N_COMPONENTS: usize = 10;

/// Ways that make samples; first what is shown unasked, the way chosen or else the GAN.
pub fn ways(output: &AugmentOutput) -> [Arm; 4] {
    let mut ways = Arm::MAKING;
    let chosen = output.parameters.how.arm();
    let first = ways.iter().position(|way| *way == chosen);
    let first = first.unwrap_or(ways.len() - 1);
    ways[..=first].rotate_right(1);
    ways
}

/// Real samples and those made, along the two components of the real ones on which the rare label
/// lies farthest from the middle.
pub fn samples(output: &AugmentOutput, request: &FigureRequest) -> Figure {
    let ways = ways(output);
    let is_asked = |way: &&Arm| request.statistic.as_deref() == Some(way.label());
    let way = *ways.iter().find(is_asked).unwrap_or(&ways[0]);
    let at = Arm::MAKING.iter().position(|&making| making == way);
    let (real, made) = (&output.shown.real, &output.shown.made[at.unwrap_or(0)]);
    let rare = output.labelled.rare_name();
    let words = words(output, made.n_rows());
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let components = telling_components(output);
    let coordinates = components.map(|component| {
        let column = |of: &Matrix| of.column(component).into_iter().map(f64::from);
        column(real).chain(column(made)).collect::<Vec<f64>>()
    });
    let of = |axis: usize| Coordinates {
        label: format!("PC{}, standard deviations", components[axis] + 1),
        values: &coordinates[axis],
    };
    let known = &output.labelled.data.samples;
    let real_names = output.labelled.samples.iter();
    let made_names = new_names(known, rare, way.name(), made.n_rows());
    let names: Vec<String> = real_names
        .map(|&sample| known[sample].clone())
        .chain(made_names)
        .collect();
    let coloring = Coloring::from_words("Samples", &words);
    let counts = format!("{} real samples and {}", real.n_rows(), made.n_rows());
    Figure {
        name: "samples".into(),
        title: "Real and synthetic samples".into(),
        subtitle: format!(
            "{}, {counts} by {}, on the components that tell {rare} best",
            output.input_name,
            way.label()
        ),
        alternative: format!("Scatter of {counts} made by {}", way.label()),
        kind: FigureKind::Scatter(map(&of(0), &of(1), &names, request, Some(&coloring))),
    }
}

/// What each point is.
fn words(output: &AugmentOutput, n_made: usize) -> Vec<String> {
    let labelled = &output.labelled;
    let rare = labelled.rare_name();
    let of_real = (0..labelled.samples.len()).map(|sample| {
        if labelled.labels.has(sample, labelled.rare) {
            format!("{rare}, real")
        } else {
            "other labels".into()
        }
    });
    let of_made = format!("{rare}, synthetic");
    of_real.chain(vec![of_made; n_made]).collect()
}

/// The two of the first components with the largest mean of the rare label, either sign, in their
/// order; of equal ones the first. A single one stands against itself.
fn telling_components(output: &AugmentOutput) -> [usize; 2] {
    let (real, labelled) = (&output.shown.real, &output.labelled);
    let is_rare = |sample: &usize| labelled.labels.has(*sample, labelled.rare);
    let rare: Vec<usize> = (0..real.n_rows()).filter(is_rare).collect();
    let size = |component: usize| {
        let values = rare.iter().map(|&at| f64::from(real.get(at, component)));
        values.sum::<f64>().abs()
    };
    let mut order: Vec<usize> = (0..real.n_columns().min(N_COMPONENTS)).collect();
    order.sort_by(|&a, &b| size(b).total_cmp(&size(a)).then(a.cmp(&b)));
    let first = order.first().copied().unwrap_or(0);
    let second = order.get(1).copied().unwrap_or(first);
    [first.min(second), first.max(second)]
}
