//! The pictures of how GANs learn: the one that stays, and the one while they do.

use super::{AugmentOutput, figures::lines};
use crate::{
    analyses::figure_parts::axis_over,
    context::Loss,
    figure::{Axis, Coloring, Figure, FigureKind, Lines, Series},
    stats::augmentation::LossPoint,
};

/// Losses and distance, each a mean over splits.
pub fn losses(output: &AugmentOutput) -> Figure {
    let lengths = output.splits.iter().map(|split| split.losses.len());
    let n_points = lengths.min().unwrap_or(0);
    let n = output.splits.len();
    let mean = |name: &str, of: fn(&LossPoint) -> f64| {
        let point = |at: usize| {
            let of_splits = output.splits.iter().map(|split| of(&split.losses[at]));
            let step = output.splits[0].losses[at].step;
            [step as f32, (of_splits.sum::<f64>() / n as f64) as f32]
        };
        let points = (0..n_points).map(point);
        Series {
            name: name.into(),
            points: points.filter(|point| point[1].is_finite()).collect(),
        }
    };
    let series = vec![
        mean("critic", |point| point.critic),
        mean("generator", |point| point.generator),
        mean("distance", |point| point.wasserstein),
    ];
    let n_steps = output.parameters.gan_steps;
    Figure {
        name: "losses".into(),
        title: "How the GAN learned".into(),
        subtitle: format!(
            "Mean of {n} splits; distance: how far made samples are from real ones, by the critic"
        ),
        alternative: format!("Losses of critic and generator over {n_steps} steps"),
        kind: FigureKind::Lines(over_steps(n_steps, series)),
    }
}

/// Losses of the GANs that learn, as far as they are: a line of each color for each of them. `None`
/// before the first point.
pub fn learning(points: &[Loss]) -> Option<Figure> {
    let n_steps = points.first()?.n_steps;
    let mut networks: Vec<usize> = points.iter().map(|point| point.network).collect();
    networks.sort_unstable();
    networks.dedup();
    let line = |network: usize, of: fn(&Loss) -> f64| Series {
        name: format!("GAN {}", network + 1),
        points: points
            .iter()
            .filter(|point| point.network == network)
            .map(|point| [point.step as f32, of(point) as f32])
            .collect(),
    };
    let (mut series, mut colors) = (Vec::new(), Vec::new());
    for &network in &networks {
        series.push(line(network, |point| point.critic));
        series.push(line(network, |point| point.generator));
        colors.extend(["critic", "generator"]);
    }
    let last = points.last()?;
    Some(Figure {
        name: "learning".into(),
        title: "How GANs learn".into(),
        subtitle: "Losses so far, a line of each color for each GAN".into(),
        alternative: format!(
            "Losses of {} GANs; the last at step {} of {n_steps}: critic {:.2}, generator {:.2}",
            networks.len(),
            last.step,
            last.critic,
            last.generator
        ),
        kind: FigureKind::Lines(Lines {
            coloring: Some(Coloring::from_words("", &colors)),
            ..over_steps(n_steps, series)
        }),
    })
}

fn over_steps(n_steps: usize, series: Vec<Series>) -> Lines {
    let values = series.iter().flat_map(|series| &series.points);
    let y = axis_over("Loss", values.map(|point| f64::from(point[1])));
    let x = Axis {
        label: "Steps of the generator".into(),
        low: 0.0,
        high: n_steps as f64,
    };
    lines(x, y, series)
}

#[cfg(test)]
mod tests {
    use super::learning;
    use crate::{context::Loss, figure::FigureKind};

    #[test]
    fn each_gan_that_learns_has_a_line_of_each_color_as_far_as_it_is() {
        let point = |network, step| Loss {
            network,
            step,
            n_steps: 100,
            critic: -1.0,
            generator: 0.5,
        };
        assert_eq!(learning(&[]), None);
        let figure = learning(&[point(4, 10), point(2, 10), point(4, 20)]).unwrap();
        let FigureKind::Lines(lines) = figure.kind else {
            panic!("lines");
        };
        let found: Vec<(&str, usize)> = lines
            .series
            .iter()
            .map(|series| (series.name.as_str(), series.points.len()))
            .collect();
        assert_eq!(
            found,
            [("GAN 3", 1), ("GAN 3", 1), ("GAN 5", 2), ("GAN 5", 2)]
        );
        assert_eq!(lines.series[3].points, [[10.0, 0.5], [20.0, 0.5]]);
        assert_eq!((lines.x.low, lines.x.high), (0.0, 100.0));
        assert!(
            figure
                .alternative
                .contains("2 GANs; the last at step 20 of 100")
        );
    }
}
