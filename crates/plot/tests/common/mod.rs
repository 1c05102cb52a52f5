//! Figures of every kind, near to what analyses make of yeast data.
#![allow(dead_code, missing_docs)]

use cuvette_core::{
    Matrix,
    figure::{
        Axis, Bands, BoxGroup, BoxStatistics, Boxes, BoxesShow, ColorScale, Coloring, Dendrogram,
        Dots, Figure, FigureKind, Fork, Guide, HeatMap, Histogram, Line, Lines, MarkedPoint, Point,
        RasterArea, Scatter, Series, heat_map_raster, points_raster,
    },
};

/// A fixed stream of numbers in 0 to 1.
pub struct Stream(pub u64);

impl Stream {
    pub fn uniform(&mut self) -> f64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as f64 / (1_u64 << 31) as f64
    }

    pub fn normal(&mut self) -> f64 {
        (0..12).map(|_| self.uniform()).sum::<f64>() - 6.0
    }
}

fn axis(label: &str, low: f64, high: f64) -> Axis {
    Axis {
        label: label.into(),
        low,
        high,
    }
}

fn figure(name: &str, title: &str, subtitle: &str, kind: FigureKind) -> Figure {
    Figure {
        name: name.into(),
        title: title.into(),
        subtitle: subtitle.into(),
        alternative: format!("{title}. {subtitle}"),
        kind,
    }
}

/// The 30 bins of torchcell's published correlations.
pub fn histogram() -> Figure {
    let counts = vec![
        0, 2, 0, 0, 1, 1, 0, 0, 1, 1, 0, 0, 3, 1, 3, 6, 2, 3, 1, 1, 5, 4, 1, 6, 6, 7, 10, 12, 5, 0,
    ];
    figure(
        "agreement",
        "Agreement per profile",
        "Kemmeren 2014 against Sameith 2015, n = 82 profiles",
        FigureKind::Histogram(Histogram {
            x: axis("Pearson r over 6,169 genes", -1.0, 1.0),
            y_label: "Profiles".into(),
            edges: (0..=30).map(|bin| -1.0 + f64::from(bin) / 15.0).collect(),
            counts,
            signed: true,
            marks: vec![Guide {
                at: 0.599,
                label: "median 0.599".into(),
                dashed: false,
            }],
            selected_bin: Some(1),
        }),
    )
}

fn cloud(n: usize) -> (Vec<f32>, Vec<f32>) {
    let mut stream = Stream(182);
    (0..n)
        .map(|_| {
            let wide = if stream.uniform() < 0.1 { 0.55 } else { 0.2 };
            let (x, noise) = (stream.normal() * wide, stream.normal() * 0.12);
            (x as f32, (-0.88 * x + noise) as f32)
        })
        .unzip()
}

pub fn scatter(n: usize) -> Figure {
    let (xs, ys) = cloud(n);
    let (x, y) = ([-2.3, 2.3], [-1.8, 1.8]);
    let raster = (n > 5_000).then(|| {
        let area = RasterArea {
            x,
            y,
            width: 700,
            height: 548,
        };
        let dots = Dots {
            color: [0x2f, 0x78, 0xbc],
            opacity: 0.4,
            radius_px: 2.7,
        };
        points_raster(&xs, &ys, &area, &dots)
    });
    let points = if raster.is_some() { 0 } else { n };
    let marked = |x, y, name: &str| MarkedPoint {
        x,
        y,
        name: name.into(),
    };
    figure(
        "pair",
        "YBR182C (SMP1)",
        &format!("r −0.879, n = {n} genes"),
        FigureKind::Scatter(Scatter {
            arrows: Vec::new(),
            x_marks: Vec::new(),
            x: axis("Kemmeren, log2(mutant / reference)", x[0], x[1]),
            y: axis("Sameith, log2(mutant / reference)", y[0], y[1]),
            equal_units: true,
            points: (0..points)
                .map(|i| Point {
                    x: xs[i],
                    y: ys[i],
                    name: format!("YAL{i:03}W"),
                })
                .collect(),
            raster,
            coloring: None,
            lines: vec![
                Line {
                    range: None,
                    intercept: 0.0,
                    slope: 1.0,
                    label: "y = x".into(),
                    dashed: true,
                },
                Line {
                    range: None,
                    intercept: 0.0,
                    slope: -0.88,
                    label: "fit, slope −0.88".into(),
                    dashed: false,
                },
            ],
            marked: vec![
                marked(-1.82, 1.12, "SMP1"),
                marked(-1.78, 1.05, "YOR383C"),
                marked(-1.74, 1.18, "FIT3"),
                marked(2.2, -1.7, "YHR092C in the corner"),
            ],
        }),
    )
}

/// Words for that many samples of that many tissues, one in ten missing.
pub fn tissues(n: usize, n_tissues: usize) -> Coloring {
    let words: Vec<String> = (0..n)
        .map(|sample| match sample % 10 {
            9 => String::new(),
            _ => format!("tissue {}", sample % n_tissues),
        })
        .collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    Coloring::from_words("tissue", &words)
}

/// A value per sample, one missing.
pub fn expression(n: usize) -> Coloring {
    let values = (0..n).map(|sample| match sample {
        3 => f32::NAN,
        _ => (sample % 17) as f32 / 2.0,
    });
    Coloring::from_values("TP53, log2(count + 1)", values)
}

/// Samples over two components, in colors.
pub fn samples(n: usize, coloring: Coloring) -> Figure {
    let mut stream = Stream(50);
    let points = (0..n).map(|sample| {
        let group = (sample % 3) as f64;
        Point {
            x: (40.0 * (group - 1.0) + 9.0 * stream.normal()) as f32,
            y: (15.0 * (group - 1.0).abs() + 7.0 * stream.normal()) as f32,
            name: format!("SRR{sample}"),
        }
    });
    figure(
        "scores",
        "Samples by their principal components",
        &format!("airway, n = {n} samples, 12,431 genes"),
        FigureKind::Scatter(Scatter {
            arrows: Vec::new(),
            x_marks: Vec::new(),
            x: axis("PC1 (38.2 % of the variance)", -75.0, 75.0),
            y: axis("PC2 (12.0 % of the variance)", -30.0, 45.0),
            equal_units: true,
            points: points.collect(),
            raster: None,
            lines: Vec::new(),
            marked: Vec::new(),
            coloring: Some(coloring),
        }),
    )
}

/// Cells of which every third moves, some of them out of the picture.
pub fn moving(n: usize) -> Figure {
    let mut figure = samples(n, tissues(n, 2));
    let mut stream = Stream(53);
    if let FigureKind::Scatter(scatter) = &mut figure.kind {
        let from = scatter.points.iter().step_by(3);
        scatter.arrows = from
            .map(|point| {
                let from = [point.x, point.y].map(f64::from);
                let [right, up] = [12.0 + 4.0 * stream.normal(), 5.0 * stream.normal()];
                [from, [from[0] + right, from[1] + up]]
            })
            .collect();
        let [x, y] = scatter.arrows[0][0];
        scatter.arrows.extend([[[x, y]; 2], [[x, y], [x, 1_000.0]]]);
    }
    figure
}

/// Fold changes against p-values, the strongest named: many of them close together.
pub fn volcano(n: usize, n_marked: usize) -> Figure {
    let mut stream = Stream(52);
    let points: Vec<Point> = (0..n)
        .map(|gene| {
            let change = 0.8 * stream.normal() + if gene % 9 == 0 { 1.6 } else { 0.0 };
            let y = change.abs() * 6.0 * (0.6 + 0.4 * stream.uniform());
            Point {
                x: change as f32,
                y: y as f32,
                name: format!("SYM{gene}"),
            }
        })
        .collect();
    let mut strongest: Vec<&Point> = points.iter().collect();
    strongest.sort_by(|a, b| b.y.total_cmp(&a.y));
    let marked = strongest.iter().take(n_marked).map(|point| MarkedPoint {
        x: point.x.into(),
        y: point.y.into(),
        name: point.name.clone(),
    });
    figure(
        "volcano",
        "Treated against control",
        &format!("airway, n = {n} genes, 4 against 4 samples"),
        FigureKind::Scatter(Scatter {
            arrows: Vec::new(),
            x_marks: Vec::new(),
            x: axis("log2(treated / control)", -4.5, 5.5),
            y: axis("−log10(p)", 0.0, 30.0),
            equal_units: false,
            marked: marked.collect(),
            points,
            raster: None,
            lines: Vec::new(),
            coloring: None,
        }),
    )
}

/// A density per sample.
pub fn lines(n: usize) -> Figure {
    let mut stream = Stream(51);
    let series = (0..n).map(|sample| {
        let (center, width) = (6.0 + 0.4 * stream.normal(), 2.0 + 0.2 * stream.normal());
        let at = |point: u8| {
            let x = f64::from(point) / 4.0 - 2.0;
            let normal = |center: f64, width: f64| (-((x - center) / width).powi(2)).exp();
            let y = 0.25 * normal(center, width) + 0.4 * normal(0.0, 0.4);
            [x as f32, y as f32]
        };
        Series {
            name: format!("S{sample}"),
            points: (0..=64).map(at).collect(),
        }
    });
    figure(
        "densities",
        "Density per sample",
        &format!("log2(count + 1), n = {n} samples"),
        FigureKind::Lines(Lines {
            x: axis("log2(count + 1)", -2.0, 14.0),
            x_names: Vec::new(),
            y: axis("Density", 0.0, 0.45),
            equal_units: false,
            series: series.collect(),
            with_points: false,
            x_marks: vec![Guide {
                at: 0.0,
                label: "no reads".into(),
                dashed: true,
            }],
            y_marks: Vec::new(),
            lines: Vec::new(),
            coloring: None,
        }),
    )
}

/// Many densities in the colors of their groups.
pub fn grouped_lines(n: usize, n_tissues: usize) -> Figure {
    let mut figure = lines(n);
    if let FigureKind::Lines(lines) = &mut figure.kind {
        lines.coloring = Some(tissues(n, n_tissues));
    }
    figure
}

/// A receiver operating characteristic.
pub fn roc() -> Figure {
    let curve = |name: &str, power: i32| Series {
        name: name.into(),
        points: (0..=40_u8)
            .map(|at| {
                let x = f32::from(at) / 40.0;
                [x, 1.0 - (1.0 - x).powi(power)]
            })
            .collect(),
    };
    figure(
        "roc",
        "Receiver operating characteristic",
        "5 folds, 120 samples",
        FigureKind::Lines(Lines {
            x: axis("False positive rate", 0.0, 1.0),
            x_names: Vec::new(),
            y: axis("True positive rate", 0.0, 1.0),
            equal_units: true,
            series: vec![curve("forest, AUC 0.83", 5), curve("logistic, AUC 0.75", 3)],
            with_points: false,
            x_marks: Vec::new(),
            y_marks: Vec::new(),
            lines: vec![Line {
                range: None,
                intercept: 0.0,
                slope: 1.0,
                label: "chance".into(),
                dashed: true,
            }],
            coloring: None,
        }),
    )
}

fn statistics(stream: &mut Stream, scale: f64) -> BoxStatistics {
    let median = 0.1 * stream.normal();
    let part = |stream: &mut Stream| scale * (0.1 + 0.2 * stream.uniform());
    let (q1, q3) = (median - part(stream), median + part(stream));
    BoxStatistics {
        low: q1 - part(stream),
        q1,
        median,
        q3,
        high: q3 + part(stream),
        n: 6_169,
    }
}

pub fn boxes(n_groups: usize) -> Figure {
    let mut stream = Stream(20);
    let names = [
        "YBR182C (SMP1)",
        "YGL166W (CUP2)",
        "YIR013C (GAT4)",
        "YMR182C (RGM1)",
        "YDR423C",
    ];
    let groups = (0..n_groups)
        .map(|group| BoxGroup {
            name: if n_groups > 6 {
                format!("{} {group}", names[group % names.len()])
            } else {
                names[group % names.len()]
                    .split(' ')
                    .next()
                    .unwrap_or("")
                    .into()
            },
            boxes: vec![
                Some(statistics(&mut stream, 1.2)),
                (group != 3).then(|| statistics(&mut stream, 0.8)),
            ],
        })
        .collect();
    figure(
        "top",
        "The profiles that change most",
        &format!("Whiskers from the 5th to the 95th percentile, {n_groups} of 82 profiles"),
        FigureKind::Boxes(Boxes {
            x_label: "Deleted gene".into(),
            y: axis("log2(mutant / reference)", -1.2, 1.2),
            shows: BoxesShow::Percentiles,
            series: vec!["Kemmeren 2014".into(), "Sameith 2015".into()],
            groups,
            marks: vec![Guide {
                at: 0.0,
                label: String::new(),
                dashed: true,
            }],
        }),
    )
}

pub fn bands() -> Figure {
    let mut stream = Stream(5);
    let boxes: Vec<BoxStatistics> = (0..179)
        .map(|rank| statistics(&mut stream, 0.2 + f64::from(rank * rank) / 30_000.0))
        .collect();
    figure(
        "spread",
        "Spread per profile",
        "179 deletions of transcription factors over 573 genes, sorted by interquartile range",
        FigureKind::Bands(Bands {
            x_label: "Rank of the profile".into(),
            y: axis("log2(mutant / reference)", -1.2, 1.2),
            names: (0..boxes.len())
                .map(|rank| format!("YAL{rank:03}W"))
                .collect(),
            boxes,
        }),
    )
}

pub fn heat_map(n_rows: usize, n_columns: usize) -> Figure {
    let mut stream = Stream(7);
    let mut cells = Matrix::missing(n_rows, n_columns);
    for row in 0..n_rows {
        for column in 0..n_columns {
            let block = if (row * 6 / n_rows + column * 4 / n_columns).is_multiple_of(2) {
                1.2
            } else {
                -0.8
            };
            if stream.uniform() > 0.02 {
                cells.row_mut(row)[column] = (block + 0.7 * stream.normal()) as f32;
            }
        }
    }
    let scale = ColorScale {
        label: "z-score of log2(CPM + 1)".into(),
        low: -3.0,
        high: 3.0,
        diverging: true,
    };
    figure(
        "heat_map",
        "Response of hepatocytes to TGFb, with and without the inhibitor SB",
        &format!("{n_rows} most variable genes × {n_columns} samples"),
        FigureKind::HeatMap(HeatMap {
            rows: (0..n_rows).map(|row| format!("GENE{row}")).collect(),
            columns: (0..n_columns)
                .map(|column| format!("TGFb_SB_{column}h_1"))
                .collect(),
            raster: heat_map_raster(&cells, &scale, 800, 800),
            scale,
            ..HeatMap::default()
        }),
    )
}

/// A tree over `n` things that stand in pairs, pairs of pairs, …, cut at the top.
fn tree(n: usize) -> Dendrogram {
    let mut level: Vec<(f32, f32)> = (0..n).map(|at| (at as f32 + 0.5, 0.0)).collect();
    let mut forks = Vec::new();
    while level.len() > 1 {
        level = level
            .chunks(2)
            .map(|pair| match *pair {
                [(a, from_a), (b, from_b)] => {
                    let height = from_a.max(from_b) * 1.4 + 0.2 + 0.01 * a;
                    forks.push(Fork {
                        at: [a, b],
                        from: [from_a, from_b],
                        height,
                    });
                    (f32::midpoint(a, b), height)
                }
                _ => pair[0],
            })
            .collect();
    }
    forks.reverse();
    Dendrogram { forks }
}

/// A heat map with trees on both sides, two annotations and cuts.
pub fn clustered(n_rows: usize, n_columns: usize) -> Figure {
    let mut figure = heat_map(n_rows, n_columns);
    if let FigureKind::HeatMap(heat_map) = &mut figure.kind {
        heat_map.row_tree = Some(tree(n_rows));
        heat_map.column_tree = Some(tree(n_columns));
        heat_map.row_cuts = vec![n_rows / 2];
        heat_map.column_cuts = vec![n_columns / 4, n_columns / 2];
        heat_map.column_bars = vec![tissues(n_columns, 3), expression(n_columns)];
        heat_map.row_bars = vec![tissues(n_rows, 2)];
    }
    figure
}

pub fn all() -> Vec<Figure> {
    vec![
        histogram(),
        scatter(400),
        scatter(20_000),
        boxes(5),
        boxes(20),
        bands(),
        heat_map(200, 36),
        heat_map(12, 8),
        clustered(60, 24),
        clustered(900, 24),
        clustered(4, 3),
        samples(60, tissues(60, 3)),
        samples(400, tissues(400, 20)),
        samples(40, expression(40)),
        moving(60),
        volcano(2_000, 25),
        lines(1),
        lines(8),
        grouped_lines(60, 20),
        roc(),
    ]
}
