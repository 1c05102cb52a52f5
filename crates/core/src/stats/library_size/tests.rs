use proptest::prelude::*;

use super::{LibraryFactors, LibraryMethod, LibraryScale, library_factors};
use crate::{Matrix, context::quietly, error::AnalysisError};

const ALL: [LibraryMethod; 6] = [
    LibraryMethod::Cpm,
    LibraryMethod::Tmm,
    LibraryMethod::Rle,
    LibraryMethod::UpperQuartile,
    LibraryMethod::MedianRatio,
    LibraryMethod::Poscounts,
];

fn factors(counts: &Matrix, method: LibraryMethod) -> Result<LibraryFactors, AnalysisError> {
    quietly(|context| library_factors(counts, method, context))
}

#[test]
fn one_sample_has_the_factor_one() {
    let counts = Matrix::from_rows(3, 1, vec![1.0, 0.0, 5.0]);
    for method in ALL {
        let found = factors(&counts, method).unwrap();
        assert_eq!(
            (found.factor, found.size_factor),
            (vec![1.0], vec![1.0]),
            "{method:?}"
        );
    }
}

#[test]
fn where_every_gene_has_a_zero_the_median_ratio_points_to_poscounts() {
    let counts = Matrix::from_rows(2, 2, vec![1.0, 0.0, 0.0, 5.0]);
    let error = factors(&counts, LibraryMethod::MedianRatio).unwrap_err();
    assert!(error.hint().unwrap().contains("poscounts"));
    assert!(factors(&counts, LibraryMethod::Poscounts).is_ok());
    // No gene is counted in both: edgeR gives 1 as well.
    let found = factors(&counts, LibraryMethod::Tmm).unwrap();
    assert_eq!(found.factor, [1.0, 1.0]);
}

#[test]
fn a_quartile_of_zero_is_no_factor() {
    let mut values = vec![0.0, 3.0, 0.0, 4.0, 0.0, 5.0, 0.0, 6.0];
    values.extend([9.0, 2.0]);
    let counts = Matrix::from_rows(5, 2, values);
    let error = factors(&counts, LibraryMethod::UpperQuartile).unwrap_err();
    assert!(error.to_string().contains("sample 1"), "{error}");
}

#[test]
fn a_zero_count_is_the_same_number_in_every_sample() {
    let counts = Matrix::from_rows(4, 2, vec![0.0, 0.0, 5.0, 50.0, 7.0, 90.0, 2.0, 10.0]);
    for method in ALL {
        let factors = factors(&counts, method).unwrap();
        let scale = LibraryScale::new(&factors, method, Some(2.0));
        let difference = scale.value(0.0, 0) - scale.value(0.0, 1);
        assert!(difference.abs() < 1e-12, "{method:?}: {difference:e}");
    }
}

fn counts() -> impl Strategy<Value = Matrix> {
    (2..6_usize).prop_flat_map(|n_samples| {
        proptest::collection::vec(1..2000_u32, 12 * n_samples).prop_map(move |values| {
            let values = values.into_iter().map(|count| count as f32).collect();
            Matrix::from_rows(12, n_samples, values)
        })
    })
}

proptest! {
    #[test]
    fn factors_multiply_to_one(counts in counts()) {
        for method in ALL {
            let found = factors(&counts, method).unwrap();
            let log: f64 = found.factor.iter().map(|factor| factor.ln()).sum();
            prop_assert!(log.abs() < 1e-9);
        }
    }

    #[test]
    fn a_sample_sequenced_deeper_is_the_same_after_normalization(counts in counts()) {
        let mut doubled = counts.clone();
        for gene in 0..12 {
            let row = doubled.row_mut(gene);
            row[1] = row[0] * 8.0;
        }
        // All but TMM, whose variances know the depth, scale exactly.
        for method in ALL.into_iter().filter(|method| *method != LibraryMethod::Tmm) {
            let factors = factors(&doubled, method).unwrap();
            let scale = LibraryScale::new(&factors, method, None);
            for gene in 0..12 {
                let found = [0, 1].map(|sample| scale.value(f64::from(doubled.get(gene, sample)), sample));
                prop_assert!((found[0] - found[1]).abs() <= 1e-9 * found[0]);
            }
        }
    }
}
