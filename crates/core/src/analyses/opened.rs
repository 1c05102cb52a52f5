//! The pictures of a data set as it was opened, before any step.

use crate::{
    analyses::{
        before_after::{figure_of_one, figures_of_one},
        qc::{library_size_info, library_size_of},
    },
    dataset::{Dataset, ValueKind},
    error::AnalysisError,
    figure::{Figure, FigureInfo, FigureRequest},
    stats::overview,
};

/// All values, sizes of libraries where they are counts, density and percentiles of each sample.
pub fn figures(dataset: &Dataset) -> Vec<FigureInfo> {
    let mut infos = overview::figures();
    if dataset.kind == ValueKind::Counts {
        infos.push(library_size_info(dataset));
    }
    infos.extend(figures_of_one(dataset));
    infos
}

/// Draws one of [`figures`].
pub fn figure(dataset: &Dataset, request: &FigureRequest) -> Result<Figure, AnalysisError> {
    match request.name.as_str() {
        "values" => overview::figure(dataset, request),
        "library_size" => library_size_of(dataset, request),
        _ => figure_of_one(dataset, request),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{figure::FigureKind, matrix::Matrix};

    #[test]
    fn counts_have_their_library_sizes_and_everything_can_be_drawn() {
        let names = |stem: &str, n: usize| (0..n).map(|at| format!("{stem}{at}")).collect();
        let values = vec![1.0, 0.0, 4.0, 2.0, f32::NAN, 0.0];
        let matrix = Matrix::from_rows(3, 2, values);
        let mut data = Dataset::new(matrix, names("g", 3), names("s", 2));
        assert_eq!(figures(&data).len(), 3);
        data.kind = ValueKind::Counts;
        for info in figures(&data) {
            let request = FigureRequest {
                name: info.name.clone(),
                ..FigureRequest::default()
            };
            let figure = figure(&data, &request).unwrap();
            if let ("library_size", FigureKind::Scatter(scatter)) = (&*info.name, &figure.kind) {
                let places = scatter.points.iter().map(|point| (point.x, point.y));
                assert_eq!(places.collect::<Vec<_>>(), [(5.0, 2.0), (2.0, 1.0)]);
            }
        }
        assert_eq!(figures(&data).len(), 4);
    }
}
