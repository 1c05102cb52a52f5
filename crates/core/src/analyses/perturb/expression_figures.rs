//! The pictures of the engines `conditional` and `network`.

use super::{
    ExpressionPerturbation,
    expression_output::{ChangedGene, LevelPerturbation},
    figures::{MeanOverCells, N_SHOWN, boxes_of_means},
};
use crate::{
    analyses::figure_parts::{axis_over, points_or_raster, zoomed},
    figure::{Figure, FigureKind, FigureRequest, Line, MarkedPoint, Scatter},
};

/// Genes named in the picture.
const N_NAMED: usize = 12;

impl ExpressionPerturbation {
    /// The largest changes, with their spread over samples where the engine has one.
    pub(super) fn most_affected(&self, shown: &LevelPerturbation) -> Figure {
        let name = self.name_of(&shown.target);
        let n = self.n_samples[0];
        let rows = shown
            .affected
            .iter()
            .take(N_SHOWN)
            .map(|gene| MeanOverCells {
                name: self.names[gene.gene].clone(),
                mean: gene.change,
                sd: gene.sd,
                n,
            });
        let has_spread = shown.affected.iter().any(|gene| gene.sd.is_finite());
        let words = if has_spread {
            "lines: 95 %, ± 1.96 standard errors of the mean"
        } else {
            "from mean levels, without a spread over samples"
        };
        let title = format!("Largest changes when {name} is perturbed");
        let what = format!("Change of {}", self.label);
        Figure {
            name: "most_affected".into(),
            subtitle: format!("n = {n} samples; {words}"),
            alternative: format!(
                "{title}: {}",
                shown
                    .affected
                    .first()
                    .map_or("of no gene", |gene| self.names[gene.gene].as_str())
            ),
            title,
            kind: FigureKind::Boxes(boxes_of_means(rows, [&what, "samples"])),
        }
    }

    /// Correlation with the perturbed gene against the change; of a set, rank against the change.
    pub(super) fn changes(&self, shown: &LevelPerturbation, request: &FigureRequest) -> Figure {
        let has_r = shown.target.len() == 1;
        let x_of = |gene: &ChangedGene| match gene.association {
            Some(found) if has_r => found.r as f32,
            _ => gene.ranks[0] as f32 + 1.0,
        };
        let xs: Vec<f32> = shown.affected.iter().map(x_of).collect();
        let ys: Vec<f32> = shown
            .affected
            .iter()
            .map(|gene| gene.change as f32)
            .collect();
        let name = self.name_of(&shown.target);
        let label = if has_r {
            format!("Pearson r with {name}")
        } else {
            "Rank of the mean level, 1 is the highest".into()
        };
        let axis =
            |label: &str, values: &[f32]| axis_over(label, values.iter().map(|&v| f64::from(v)));
        let x = zoomed(axis(&label, &xs), request, [0, 1]);
        let y = zoomed(
            axis(&format!("Change of {}", self.label), &ys),
            request,
            [2, 3],
        );
        let gene_name = |at: usize| self.names[shown.affected[at].gene].clone();
        let (points, raster) = points_or_raster(&xs, &ys, gene_name, [&x, &y], request);
        let marked = (0..xs.len().min(N_NAMED)).map(|at| MarkedPoint {
            x: f64::from(xs[at]),
            y: f64::from(ys[at]),
            name: gene_name(at),
        });
        let first = shown
            .affected
            .first()
            .map_or("none", |gene| self.names[gene.gene].as_str());
        Figure {
            name: "changes".into(),
            title: format!("Expected changes when {name} is perturbed"),
            subtitle: format!(
                "n = {} samples, {} genes; the {N_NAMED} largest changes are named",
                self.n_samples[0],
                shown.affected.len()
            ),
            alternative: format!(
                "Scatter of the expected change of {} genes; the largest is of {first}",
                shown.affected.len()
            ),
            kind: FigureKind::Scatter(Scatter {
                arrows: Vec::new(),
                x_marks: Vec::new(),
                marked: marked.collect(),
                x,
                y,
                equal_units: false,
                points,
                raster,
                lines: vec![Line {
                    intercept: 0.0,
                    slope: 0.0,
                    range: None,
                    label: String::new(),
                    dashed: true,
                }],
                coloring: None,
            }),
        }
    }
}
