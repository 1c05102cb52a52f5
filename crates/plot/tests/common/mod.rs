//! Figures of every kind, near to what analyses make of yeast data.
#![allow(dead_code, missing_docs)]

use cuvette_core::{
    Matrix,
    figure::{
        Axis, Bands, BoxGroup, BoxStatistics, Boxes, ColorScale, Dots, Figure, FigureKind, Guide,
        HeatMap, Histogram, Line, MarkedPoint, Point, RasterArea, Scatter, heat_map_raster,
        points_raster,
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
            lines: vec![
                Line {
                    intercept: 0.0,
                    slope: 1.0,
                    label: "y = x".into(),
                    dashed: true,
                },
                Line {
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
        }),
    )
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
    ]
}
