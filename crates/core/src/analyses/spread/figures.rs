//! The picture of `spread`: boxes for few samples, bands for many.

use super::{ProfileSpread, SpreadOutput};
use crate::{
    analyses::figure_parts::{axis_over, info, unknown_figure},
    error::AnalysisError,
    figure::{
        Bands, BoxGroup, BoxStatistics, Boxes, BoxesShow, Figure, FigureInfo, FigureKind,
        FigureRequest, Guide,
    },
};

/// Above this many samples, names below boxes cannot be read.
const MAX_BOXES: usize = 40;

pub fn infos() -> Vec<FigureInfo> {
    vec![info("spread", "Spread per profile", false, &[])]
}

pub fn figure(output: &SpreadOutput, request: &FigureRequest) -> Result<Figure, AnalysisError> {
    if request.name != "spread" {
        return Err(unknown_figure(&request.name, &infos()));
    }
    let with_values: Vec<&ProfileSpread> = output
        .profiles
        .iter()
        .filter(|profile| profile.percentiles.iter().all(|value| value.is_finite()))
        .collect();
    let ends = with_values
        .iter()
        .flat_map(|profile| [profile.percentiles[0], profile.percentiles[4]]);
    let y = axis_over(&output.value_label, ends);
    let names = with_values.iter().map(|profile| profile.name.clone());
    let boxes = with_values.iter().map(|profile| box_of_profile(profile));
    let kind = if with_values.len() <= MAX_BOXES {
        let group = |(name, found)| BoxGroup {
            name,
            boxes: vec![Some(found)],
        };
        FigureKind::Boxes(Boxes {
            x_label: "Sample, by interquartile range".into(),
            y,
            shows: BoxesShow::Percentiles,
            series: vec![output.input_name.clone()],
            groups: names.zip(boxes).map(group).collect(),
            marks: vec![Guide {
                at: 0.0,
                label: String::new(),
                dashed: true,
            }],
        })
    } else {
        FigureKind::Bands(Bands {
            x_label: "Samples by interquartile range, quiet to disruptive".into(),
            y,
            boxes: boxes.collect(),
            names: names.collect(),
        })
    };
    Ok(Figure {
        name: "spread".into(),
        title: "Spread per profile".into(),
        subtitle: format!(
            "{}, n = {} samples; 5 to 95 %, quartiles and median",
            output.input_name,
            with_values.len()
        ),
        alternative: format!(
            "Percentiles of {} in {} samples, sorted by interquartile range{}",
            output.value_label,
            with_values.len(),
            extremes(&with_values)
        ),
        kind,
    })
}

fn extremes(profiles: &[&ProfileSpread]) -> String {
    match (profiles.first(), profiles.last()) {
        (Some(first), Some(last)) => format!(
            ", from {} ({:.3}) to {} ({:.3})",
            first.name,
            first.iqr(),
            last.name,
            last.iqr()
        ),
        _ => String::new(),
    }
}

fn box_of_profile(profile: &ProfileSpread) -> BoxStatistics {
    let [low, q1, median, q3, high] = profile.percentiles;
    BoxStatistics {
        low,
        q1,
        median,
        q3,
        high,
        n: profile.n,
    }
}
