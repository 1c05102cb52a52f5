//! The Wilcoxon rank sum test of many small groups against one large pool, by the normal
//! approximation alone.

use statrs::function::erf::erfc;

/// A test of one group against the pool.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct RankSums {
    /// Standard normal deviate: above 0 where values of the group are larger than those of the
    /// pool; NaN where either has no values.
    pub z: f64,
    /// Two-sided; NaN where `z` is.
    pub p_value: f64,
    /// Values of the group.
    pub n: usize,
}

/// Values that groups are tested against, sorted once.
#[derive(Debug, Clone)]
pub struct RankSumPool {
    sorted: Vec<f64>,
}

impl RankSumPool {
    /// The pool of these values; missing ones are left out.
    pub fn new(values: &[f64]) -> Self {
        let present = values.iter().copied().filter(|value| !value.is_nan());
        let mut sorted: Vec<f64> = present.collect();
        sorted.sort_unstable_by(f64::total_cmp);
        Self { sorted }
    }

    /// Number of values in the pool.
    pub fn len(&self) -> usize {
        self.sorted.len()
    }

    /// True without values.
    pub fn is_empty(&self) -> bool {
        self.sorted.is_empty()
    }

    /// Tests whether values of a group are larger or smaller than those of the pool.
    ///
    /// ```text
    /// U = pairs in which that of the group is larger, equal ones half
    /// z = (U − n m / 2) / √(n m (n + m + 1) / 12),  p = 2 P(Z > |z|)
    /// ```
    ///
    /// Neither for ties nor for continuity is there a correction: that is what Geneformer's tables
    /// hold. [`mann_whitney`](super::mann_whitney::mann_whitney) has both.
    ///
    /// # Missing values
    ///
    /// Left out on both sides.
    ///
    /// # Complexity
    ///
    /// Two binary searches per value: the pool is sorted once for all groups.
    ///
    /// # References
    ///
    /// Agrees with `scipy.stats.ranksums(values, pool)`. Wilcoxon 1945,
    /// <https://doi.org/10.2307/3001968>.
    ///
    /// # Examples
    ///
    /// ```
    /// use cuvette_core::stats::rank_sums::RankSumPool;
    ///
    /// let pool = RankSumPool::new(&[1.0, 2.0, 3.0]);
    /// assert_eq!(pool.test(&[2.0]).z, 0.0);
    /// ```
    pub fn test(&self, values: &[f64]) -> RankSums {
        let present = values.iter().copied().filter(|value| !value.is_nan());
        // Twice U, which is whole: sums of it are exact.
        let (mut twice_u, mut n) = (0, 0);
        for value in present {
            let n_below = self.sorted.partition_point(|&other| other < value);
            let n_up_to = self.sorted.partition_point(|&other| other <= value);
            twice_u += n_below + n_up_to;
            n += 1;
        }
        let (n_group, n_pool) = (n as f64, self.len() as f64);
        let n_pairs = n_group * n_pool;
        let z = if n_pairs == 0.0 {
            f64::NAN
        } else {
            let sigma = (n_pairs * (n_group + n_pool + 1.0) / 12.0).sqrt();
            (twice_u as f64 - n_pairs) / 2.0 / sigma
        };
        RankSums {
            z,
            p_value: erfc(z.abs() * std::f64::consts::FRAC_1_SQRT_2),
            n,
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::RankSumPool;

    /// Every pair counted.
    fn u(values: &[f64], pool: &[f64]) -> f64 {
        let pairs = values.iter().flat_map(|v| pool.iter().map(move |p| (v, p)));
        let won = pairs.map(|(value, other)| match value.total_cmp(other) {
            std::cmp::Ordering::Greater => 1.0,
            std::cmp::Ordering::Equal => 0.5,
            std::cmp::Ordering::Less => 0.0,
        });
        won.sum()
    }

    proptest! {
        #[test]
        fn z_is_that_of_all_pairs_counted(
            values in proptest::collection::vec(0_u8..20, 1..30),
            pool in proptest::collection::vec(0_u8..20, 1..60),
        ) {
            let [values, pool] = [values, pool].map(|v| v.into_iter().map(f64::from).collect::<Vec<f64>>());
            let (n, m) = (values.len() as f64, pool.len() as f64);
            let expected = (u(&values, &pool) - n * m / 2.0) / (n * m * (n + m + 1.0) / 12.0).sqrt();
            let found = RankSumPool::new(&pool).test(&values);
            prop_assert!((found.z - expected).abs() < 1e-12);
            let mirrored = RankSumPool::new(&values).test(&pool);
            prop_assert_eq!(mirrored.z, -found.z);
            prop_assert_eq!(mirrored.p_value, found.p_value);
        }
    }

    #[test]
    fn missing_values_count_on_neither_side() {
        let nan = f64::NAN;
        let found = RankSumPool::new(&[1.0, nan, 2.0]).test(&[nan, 3.0]);
        assert_eq!(found, RankSumPool::new(&[1.0, 2.0]).test(&[3.0]));
        assert_eq!(found.n, 1);
    }

    #[test]
    fn nothing_cannot_be_tested() {
        assert!(RankSumPool::new(&[]).test(&[1.0]).p_value.is_nan());
        let found = RankSumPool::new(&[1.0]).test(&[]);
        assert!(found.z.is_nan() && found.p_value.is_nan());
    }
}
