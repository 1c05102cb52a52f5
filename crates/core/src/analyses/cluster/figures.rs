//! The heat map of `cluster`, in the order of its trees.

use std::{borrow::Cow, ops::Range};

use cuvette_kernels::sums;

use super::{ClusterOutput, Tree};
use crate::{
    analyses::figure_parts::{info, unknown_figure},
    dataset::{Annotations, ColumnValues, Dataset, ValueKind},
    error::AnalysisError,
    figure::{
        AnnotationBars, BarChoices, ColorBy, ColorChoices, ColorScale, Coloring, Dendrogram,
        Figure, FigureInfo, FigureKind, FigureRequest, GroupInk, HeatMap, heat_map_raster_of,
    },
};

/// Pixels of the raster when the request does not say.
const RASTER_SIDE: u32 = 1_024;
/// Annotation bars where none was chosen, and the most groups of such an annotation.
const MAX_BARS: usize = 3;
const MAX_BAR_GROUPS: usize = 8;
/// Standard deviations at which the colors end.
const MAX_SCORE: f64 = 3.0;

pub fn infos(output: &ClusterOutput) -> Vec<FigureInfo> {
    let data = &output.dataset;
    let names = |annotations: &Annotations| annotations.names().map(Into::into).collect();
    let labels = |bars: Result<Vec<Coloring>, AnalysisError>| -> Vec<String> {
        let bars = bars.unwrap_or_default();
        bars.iter().map(|bar| bar.label().to_owned()).collect()
    };
    let of_samples: &BarColor = &|by| Coloring::of_samples(data, by);
    let of_genes: &BarColor = &|by| Coloring::of_genes(data, by);
    let bars = BarChoices {
        all: AnnotationBars {
            samples: names(&data.sample_annotations),
            genes: names(&data.gene_annotations),
        },
        // An annotation that has no colors is not proposed, and refused when it is chosen.
        proposed: AnnotationBars {
            samples: labels(bars_of_few_groups(&data.sample_annotations, of_samples)),
            genes: labels(bars_of_few_groups(&data.gene_annotations, of_genes)),
        },
    };
    vec![FigureInfo {
        // Annotations are chosen as bars, several at once; a gene is one more.
        colors: ColorChoices {
            genes: true,
            ..ColorChoices::default()
        },
        bars: (!bars.all.is_empty()).then_some(bars),
        ..info("heat_map", "Heat map", false, &["z_score", "value"])
    }]
}

pub fn figure(output: &ClusterOutput, request: &FigureRequest) -> Result<Figure, AnalysisError> {
    if request.name != "heat_map" {
        return Err(unknown_figure(&request.name, &infos(output)));
    }
    let scored = match request.statistic.as_deref() {
        Some("z_score") => true,
        Some("value") => false,
        None => is_scored(&output.dataset),
        Some(other) => {
            return Err(AnalysisError::Input {
                message: format!("there is no {other:?} to show, expected z_score or value"),
            });
        }
    };
    heat_map(output, request, scored)
}

/// True where z-scores say more than values; ratios have a middle of their own.
pub fn is_scored(data: &Dataset) -> bool {
    data.kind != ValueKind::LogRatio
}

/// Cells as they are shown: scores of their gene, or values.
struct Cells<'a> {
    dataset: &'a Dataset,
    row_order: Vec<usize>,
    column_order: Vec<usize>,
    is_scored: bool,
}

impl Cells<'_> {
    /// Writes the chosen columns of a row, both by their places in the picture.
    fn fill(&self, row: usize, columns: &Range<usize>, values: &mut [f32]) {
        let cells = self.dataset.matrix.row(self.row_order[row]);
        let [middle, scale] = if self.is_scored {
            middle_and_scale(cells)
        } else {
            [0.0, 1.0]
        };
        let shown = &self.column_order[columns.clone()];
        for (value, &sample) in values.iter_mut().zip(shown) {
            *value = (cells[sample] - middle) * scale;
        }
    }
}

/// Mean and reciprocal of the standard deviation; a constant gene is all zero.
fn middle_and_scale(cells: &[f32]) -> [f32; 2] {
    let finite = cells.iter().copied().filter(|cell| cell.is_finite());
    // Copied only where some are not: this is done for every row that is shown.
    let present: Cow<[f32]> = if sums::all_finite(cells) {
        cells.into()
    } else {
        finite.collect::<Vec<_>>().into()
    };
    let n = present.len() as f64;
    let mean = sums::sum(&present) / n;
    let squares = sums::sum_of_squares_about(&present, mean);
    let deviation = (squares / (n - 1.0)).sqrt();
    let scale = if deviation > 0.0 {
        1.0 / deviation
    } else {
        0.0
    };
    [mean as f32, scale as f32]
}

fn heat_map(
    output: &ClusterOutput,
    request: &FigureRequest,
    is_scored: bool,
) -> Result<Figure, AnalysisError> {
    let data = &output.dataset;
    let order = |tree: &Option<Tree>, n: usize| {
        let order = tree.as_ref().map(|tree| tree.order.clone());
        order.unwrap_or_else(|| (0..n).collect())
    };
    let cells = Cells {
        dataset: data,
        row_order: order(&output.rows, data.n_genes()),
        column_order: order(&output.columns, data.n_samples()),
        is_scored,
    };
    let scale = scale_of(data, is_scored);
    let [rows, columns] = request.cells(data.n_genes(), data.n_samples());
    let size = match request.raster_size {
        [0, _] | [_, 0] => [RASTER_SIDE; 2],
        size => size,
    };
    let fill = |row: usize, values: &mut [f32]| cells.fill(rows.start + row, &columns, values);
    let raster = heat_map_raster_of([rows.len(), columns.len()], fill, &scale, size);
    let names = |names: &[String], order: &[usize]| -> Vec<String> {
        order.iter().map(|&at| names[at].clone()).collect()
    };
    let tree = |tree: &Option<Tree>| {
        let tree = tree.as_ref()?;
        Some(Dendrogram::of(&tree.order, &tree.merges))
    };
    let cuts = |tree: &Option<Tree>| tree.as_ref().map(Tree::cuts).unwrap_or_default();
    let shown_columns = &cells.column_order[columns.clone()];
    let shown_rows = &cells.row_order[rows.clone()];
    let gene_bars = gene_bars(data, request)?;
    let [n_genes, n_samples] = [data.n_genes(), data.n_samples()];
    Ok(Figure {
        name: "heat_map".into(),
        title: "Genes and samples by likeness".into(),
        subtitle: format!(
            "{}, {n_genes} genes × {n_samples} samples{}",
            output.input_name,
            shown_words(&rows, &columns, [n_genes, n_samples])
        ),
        alternative: format!(
            "Heat map of {} of {n_genes} genes in {n_samples} samples{}",
            scale.label,
            trees_words(output)
        ),
        kind: FigureKind::HeatMap(HeatMap {
            cell_texts: Vec::new(),
            rows: names(&data.genes, shown_rows),
            columns: names(&data.samples, shown_columns),
            raster,
            scale,
            first: [rows.start, columns.start],
            row_tree: tree(&output.rows),
            column_tree: tree(&output.columns),
            row_cuts: cuts(&output.rows),
            column_cuts: cuts(&output.columns),
            column_bars: shown_bars(&sample_bars(data, request)?, shown_columns),
            row_bars: shown_bars(&gene_bars, shown_rows),
        }),
    })
}

fn shown_words(rows: &Range<usize>, columns: &Range<usize>, all: [usize; 2]) -> String {
    if [rows.len(), columns.len()] == all {
        String::new()
    } else {
        format!(
            "; rows {} to {} and columns {} to {} shown",
            rows.start + 1,
            rows.end,
            columns.start + 1,
            columns.end
        )
    }
}

fn trees_words(output: &ClusterOutput) -> &'static str {
    match (&output.rows, &output.columns) {
        (Some(_), Some(_)) => ", both in the order of their trees",
        (Some(_), None) => ", genes in the order of their tree",
        (None, Some(_)) => ", samples in the order of their tree",
        (None, None) => "",
    }
}

fn scale_of(data: &Dataset, is_scored: bool) -> ColorScale {
    if is_scored {
        return ColorScale {
            label: format!("z-score per gene of {}", data.value_label),
            low: -MAX_SCORE,
            high: MAX_SCORE,
            diverging: true,
        };
    }
    let finite = data
        .matrix
        .values()
        .iter()
        .filter(|value| value.is_finite());
    let ends = finite.fold([f64::INFINITY, f64::NEG_INFINITY], |[low, high], &value| {
        [low.min(value.into()), high.max(value.into())]
    });
    let (low, high) = match ends {
        [low, high] if data.kind == ValueKind::LogRatio && low <= high => {
            let most = high.max(-low);
            (-most, most)
        }
        [low, high] => (low, high),
    };
    let is_range = low < high;
    ColorScale {
        label: data.value_label.clone(),
        low: if is_range { low } else { 0.0 },
        high: if is_range { high } else { 1.0 },
        diverging: data.kind == ValueKind::LogRatio,
    }
}

fn shown_bars(bars: &[Coloring], shown: &[usize]) -> Vec<Coloring> {
    bars.iter().map(|bar| bar.select(shown)).collect()
}

/// Bars of samples: those that were chosen with the gene or annotation of the color, else that of
/// the color alone, else those with few groups.
fn sample_bars(data: &Dataset, request: &FigureRequest) -> Result<Vec<Coloring>, AnalysisError> {
    let colored = Coloring::of_samples(data, request)?;
    let color: &BarColor = &|by| Coloring::of_samples(data, by);
    match (&request.bars, colored) {
        (Some(chosen), colored) => {
            let mut bars = chosen_bars(&chosen.samples, "samples", color)?;
            bars.extend(colored);
            Ok(bars)
        }
        (None, Some(colored)) => Ok(vec![colored]),
        (None, None) => bars_of_few_groups(&data.sample_annotations, color),
    }
}

/// Bars of genes: those that were chosen, else those with few groups.
fn gene_bars(data: &Dataset, request: &FigureRequest) -> Result<Vec<Coloring>, AnalysisError> {
    let color: &BarColor = &|by| Coloring::of_genes(data, by);
    match &request.bars {
        Some(chosen) => chosen_bars(&chosen.genes, "genes", color),
        None => bars_of_few_groups(&data.gene_annotations, color),
    }
}

/// The colors of an annotation that a request names.
type BarColor<'a> = dyn Fn(&FigureRequest) -> Result<Option<Coloring>, AnalysisError> + 'a;

fn chosen_bars(
    names: &[String],
    of: &str,
    color: &BarColor,
) -> Result<Vec<Coloring>, AnalysisError> {
    if names.len() > AnnotationBars::MOST {
        return Err(AnalysisError::Input {
            message: format!(
                "{} bars of {of} are chosen, there is room for {}; take some out",
                names.len(),
                AnnotationBars::MOST
            ),
        });
    }
    let bars = names.iter().map(|name| color(&by_column(name)));
    bars.filter_map(Result::transpose).collect()
}

fn by_column(name: &str) -> FigureRequest {
    FigureRequest {
        color: Some(ColorBy::Column(name.into())),
        ..FigureRequest::default()
    }
}

/// The first annotations with few groups.
fn bars_of_few_groups(
    annotations: &Annotations,
    color: &BarColor,
) -> Result<Vec<Coloring>, AnalysisError> {
    let mut bars = Vec::new();
    for column in &annotations.columns {
        if bars.len() == MAX_BARS || !matches!(column.values, ColumnValues::Category { .. }) {
            continue;
        }
        let Some(bar) = color(&by_column(&column.name))? else {
            continue;
        };
        if let Coloring::Groups { groups, .. } = &bar {
            let own = groups
                .iter()
                .filter(|group| matches!(group.ink, GroupInk::Own(_)));
            if (2..=MAX_BAR_GROUPS).contains(&own.count()) {
                bars.push(bar);
            }
        }
    }
    Ok(bars)
}
