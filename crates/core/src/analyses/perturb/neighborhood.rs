//! A perturbed gene among those that it affects most: who stands near whom, without context.

use cuvette_kernels::vectors::dot;

use super::output::{Perturbed, SequencePerturbation};
use crate::{
    analyses::figure_parts::{axis_over, zoomed},
    context::quietly,
    error::AnalysisError,
    figure::{
        ColorScale, FigureKind, FigureRequest, HeatMap, Line, MarkedPoint, Point, Scatter,
        heat_map_raster,
    },
    matrix::Matrix,
    stats::{
        eigen::{Symmetric, largest_eigenpairs},
        principal::sign_of_largest,
        rank_context::RankContext,
    },
};

/// Affected genes in the table of cosines.
const N_IN_TABLE: usize = 20;
/// Affected genes in the plane, all of which have a name there.
const N_IN_PLANE: usize = 12;
/// Each gene is linked with so many of those shown that are most like it.
const N_LINKS: usize = 2;
/// Genes less alike are not linked.
const LEAST_LINKED: f64 = 0.2;

/// The perturbed genes, then the most affected.
fn genes_of(shown: &Perturbed, n_affected: usize) -> Vec<u32> {
    let affected = shown.affected.iter().take(n_affected).map(|gene| gene.gene);
    let perturbed = shown.target.genes.iter().copied().take(n_affected);
    perturbed.chain(affected).collect()
}

/// Cosines of the vectors without context.
pub fn table_of_cosines(
    output: &SequencePerturbation,
    encoder: &RankContext,
    shown: &Perturbed,
    request: &FigureRequest,
) -> FigureKind {
    let genes = genes_of(shown, N_IN_TABLE);
    let [rows, columns] = request.cells(genes.len(), genes.len());
    let cosine = |row: usize, column: usize| {
        let pair = [genes[row], genes[column]].map(|gene| encoder.gene(gene));
        dot(pair[0], pair[1]) as f32
    };
    let cells = rows
        .clone()
        .flat_map(|row| columns.clone().map(move |column| (row, column)));
    let cells = cells.map(|(row, column)| cosine(row, column)).collect();
    let cosines = Matrix::from_rows(rows.len(), columns.len(), cells);
    let scale = ColorScale {
        label: "Cosine".into(),
        low: -1.0,
        high: 1.0,
        diverging: true,
    };
    let [width, height] = request
        .raster_size
        .map(|size| if size == 0 { u32::MAX } else { size });
    let name = |&gene: &u32| output.label(gene).to_owned();
    FigureKind::HeatMap(HeatMap {
        raster: heat_map_raster(&cosines, &scale, width, height),
        first: [rows.start, columns.start],
        rows: genes[rows].iter().map(name).collect(),
        columns: genes[columns].iter().map(name).collect(),
        scale,
        ..HeatMap::default()
    })
}

/// Genes in a plane, near those that they are like, with lines between neighbors.
///
/// Places are the two leading coordinates of classical scaling (Torgerson 1952) of the cosines.
pub fn plane(
    output: &SequencePerturbation,
    encoder: &RankContext,
    shown: &Perturbed,
    request: &FigureRequest,
) -> Result<FigureKind, AnalysisError> {
    let genes = genes_of(shown, N_IN_PLANE);
    let n = genes.len();
    let pairs = genes
        .iter()
        .flat_map(|&a| genes.iter().map(move |&b| [a, b]));
    let cosines: Vec<f64> = pairs
        .map(|pair| pair.map(|gene| encoder.gene(gene)))
        .map(|[a, b]| dot(a, b))
        .collect();
    let [xs, ys] = places(n, &cosines)?;
    let axis = |label: &str, values: &[f64]| axis_over(label, values.iter().copied());
    let x = zoomed(axis("First coordinate", &xs), request, [0, 1]);
    let y = zoomed(axis("Second coordinate", &ys), request, [2, 3]);
    let line = |[a, b]: [usize; 2]| {
        let slope = (ys[b] - ys[a]) / (xs[b] - xs[a]);
        slope.is_finite().then(|| Line {
            intercept: ys[a] - slope * xs[a],
            slope,
            range: Some([xs[a].min(xs[b]), xs[a].max(xs[b])]),
            label: String::new(),
            dashed: true,
        })
    };
    let is_perturbed = |at: usize| shown.target.genes.contains(&genes[at]);
    let name = |at: usize| match output.label(genes[at]) {
        label if is_perturbed(at) => format!("{label} (perturbed)"),
        label => label.to_owned(),
    };
    let points = (0..n).map(|at| Point {
        x: xs[at] as f32,
        y: ys[at] as f32,
        name: name(at),
    });
    let marked = (0..n).map(|at| MarkedPoint {
        x: xs[at],
        y: ys[at],
        name: name(at),
    });
    Ok(FigureKind::Scatter(Scatter {
        arrows: Vec::new(),
        x,
        y,
        equal_units: true,
        points: points.collect(),
        raster: None,
        lines: links(n, &cosines).into_iter().filter_map(line).collect(),
        x_marks: Vec::new(),
        marked: marked.collect(),
        coloring: None,
    }))
}

/// The two leading coordinates of each.
fn places(n: usize, cosines: &[f64]) -> Result<[Vec<f64>; 2], AnalysisError> {
    let mean_of = |row: usize| cosines[row * n..(row + 1) * n].iter().sum::<f64>() / n as f64;
    let means: Vec<f64> = (0..n).map(mean_of).collect();
    let mean = means.iter().sum::<f64>() / n as f64;
    let centered = cosines.iter().enumerate();
    let centered = centered.map(|(at, cosine)| cosine - means[at / n] - means[at % n] + mean);
    let matrix = Symmetric::from_rows(n, centered.collect());
    let pairs = quietly(|context| largest_eigenpairs(&matrix, 2, context))?;
    let mut columns = pairs.values.into_iter().zip(pairs.vectors);
    let mut next = || match columns.next() {
        Some((value, vector)) => {
            let length = sign_of_largest(&vector) * value.max(0.0).sqrt();
            vector.into_iter().map(|entry| entry * length).collect()
        }
        None => vec![0.0; n],
    };
    Ok([next(), next()])
}

/// Pairs of which one is among the most like the other.
fn links(n: usize, cosines: &[f64]) -> Vec<[usize; 2]> {
    let mut links: Vec<[usize; 2]> = Vec::new();
    for gene in 0..n {
        let row = &cosines[gene * n..(gene + 1) * n];
        let mut others: Vec<usize> = (0..n)
            .filter(|&other| other != gene && row[other] >= LEAST_LINKED)
            .collect();
        others.sort_by(|&a, &b| row[b].total_cmp(&row[a]).then(a.cmp(&b)));
        let near = others.into_iter().take(N_LINKS);
        links.extend(near.map(|other| [gene.min(other), gene.max(other)]));
    }
    links.sort_unstable();
    links.dedup();
    links
}

#[cfg(test)]
mod tests {
    use super::{links, places};

    /// Four genes at the corners of a square in a plane.
    #[test]
    fn genes_in_a_plane_keep_their_distances() {
        let corners = [[1.0, 0.0], [0.0, 1.0], [-1.0, 0.0], [0.0, -1.0_f64]];
        let cosine =
            |a: usize, b: usize| corners[a][0] * corners[b][0] + corners[a][1] * corners[b][1];
        let cosines: Vec<f64> = (0..16).map(|at| cosine(at / 4, at % 4)).collect();
        let [xs, ys] = places(4, &cosines).unwrap();
        for a in 0..4 {
            for b in 0..4 {
                let square = (xs[a] - xs[b]).powi(2) + (ys[a] - ys[b]).powi(2);
                assert!((square - (2.0 - 2.0 * cosine(a, b))).abs() < 1e-9);
            }
        }
    }

    #[test]
    fn each_gene_is_linked_with_those_most_like_it() {
        let cosines = [
            1.0, 0.9, 0.8, 0.1, //
            0.9, 1.0, 0.7, 0.1, //
            0.8, 0.7, 1.0, 0.3, //
            0.1, 0.1, 0.3, 1.0,
        ];
        assert_eq!(links(4, &cosines), [[0, 1], [0, 2], [1, 2], [2, 3]]);
        assert!(links(1, &[1.0]).is_empty());
    }
}
