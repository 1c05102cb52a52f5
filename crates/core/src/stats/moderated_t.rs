//! limma's moderated t test of two groups: the variances of all genes lend each other strength.
//!
//! How this works: each gene has a residual variance s² with d degrees of freedom. Over genes, s²
//! is taken as drawn about variances that follow a scaled inverse χ² with parameters d₀ and s₀²;
//! these are fitted by moments of ln s². A gene is then tested with the variance
//! (d₀ s₀² + d s²) / (d₀ + d), on d₀ + d degrees of freedom.

use statrs::function::gamma::digamma;

use super::{
    polygamma::{trigamma, trigamma_inverse},
    quantile::quantiles,
    student_t::two_sided_p_value,
    welch::{GroupMoments, TTest},
};

/// Smallest variance that the fit takes, relative to the median.
const SMALLEST_RELATIVE_VARIANCE: f64 = 1e-5;

/// What is known of a gene's variance.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ResidualVariance {
    /// Residual variance within the groups; NaN without degrees of freedom.
    pub variance: f64,
    /// Residual degrees of freedom.
    pub df: usize,
}

/// The distribution that the variances of all genes come from.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct VariancePrior {
    /// Degrees of freedom d₀; infinite where the genes vary no more than chance makes them.
    pub df: f64,
    /// Variance s₀².
    pub variance: f64,
}

/// The variance within two groups, pooled. A group without values takes no part.
pub fn residual_variance(a: GroupMoments, b: GroupMoments) -> ResidualVariance {
    let df = a.n.saturating_sub(1) + b.n.saturating_sub(1);
    let variance = if df == 0 {
        f64::NAN
    } else {
        (a.squares + b.squares) / df as f64
    };
    ResidualVariance { variance, df }
}

/// Fits the prior to the variances of all genes; `None` where no gene has degrees of freedom.
///
/// ```text
/// e = ln s² − ψ(d/2) + ln(d/2),  ψ′(d₀/2) = var(e) − mean ψ′(d/2)
/// s₀² = exp(mean(e) + ψ(d₀/2) − ln(d₀/2))
/// ```
///
/// Variances below 1e-5 of the median count as that, so that genes that do not vary at all can be
/// fitted; where the median is 0, below 1e-5. With a single gene there is no prior: d₀ = 0. Where
/// the right side is not above 0, d₀ is infinite and s₀² the mean variance.
///
/// # References
///
/// Agrees with limma 3.54 `fitFDist`. Smyth 2004, <https://doi.org/10.2202/1544-6115.1027>.
pub fn fit_variance_prior(genes: &[ResidualVariance]) -> Option<VariancePrior> {
    let fitted = genes
        .iter()
        .filter(|gene| gene.df > 0 && gene.variance.is_finite());
    let (mut variances, dfs): (Vec<f64>, Vec<f64>) =
        fitted.map(|gene| (gene.variance, gene.df as f64)).unzip();
    let n = variances.len() as f64;
    match *variances.as_slice() {
        [] => return None,
        [variance] => return Some(VariancePrior { df: 0.0, variance }),
        _ => {}
    }
    let median = quantiles(&variances, &[0.5]).first().copied();
    let median = median.filter(|&median| median > 0.0).unwrap_or(1.0);
    for variance in &mut variances {
        *variance = variance.max(SMALLEST_RELATIVE_VARIANCE * median);
    }
    let logs: Vec<f64> = variances
        .iter()
        .zip(&dfs)
        .map(|(variance, df)| variance.ln() - digamma(df / 2.0) + (df / 2.0).ln())
        .collect();
    let mean = logs.iter().sum::<f64>() / n;
    let spread = logs.iter().map(|log| (log - mean).powi(2)).sum::<f64>() / (n - 1.0);
    let by_chance = dfs.iter().map(|df| trigamma(df / 2.0)).sum::<f64>() / n;
    let beyond_chance = spread - by_chance;
    if beyond_chance > 0.0 {
        let half = trigamma_inverse(beyond_chance);
        return Some(VariancePrior {
            df: 2.0 * half,
            variance: (mean + digamma(half) - half.ln()).exp(),
        });
    }
    Some(VariancePrior {
        df: f64::INFINITY,
        variance: variances.iter().sum::<f64>() / n,
    })
}

/// The moderated test of the difference of two means.
///
/// ```text
/// t = (mean b − mean a) / (s̃ √(1/n_a + 1/n_b)),  s̃² = (d₀ s₀² + d s²) / (d₀ + d)
/// df = min(d₀ + d, `df_of_all`)
/// ```
///
/// `df_of_all` are the residual degrees of freedom of all genes together: no test has more.
///
/// # Missing values
///
/// t is NaN where a group has no values. A gene without residual degrees of freedom is tested with
/// the prior alone.
///
/// # References
///
/// Agrees with limma 3.54 `eBayes(lmFit(x, model.matrix(~ group)))`. Smyth 2004,
/// <https://doi.org/10.2202/1544-6115.1027>.
pub fn moderated_t_test(
    a: GroupMoments,
    b: GroupMoments,
    prior: VariancePrior,
    df_of_all: usize,
) -> TTest {
    let own = residual_variance(a, b);
    let df = own.df as f64;
    // Nothing weighed with nothing is NaN, as it should be.
    let variance = match (own.df, prior.df) {
        (_, f64::INFINITY) => prior.variance,
        (0, prior_df) if prior_df > 0.0 => prior.variance,
        (_, prior_df) => (df * own.variance + prior_df * prior.variance) / (df + prior_df),
    };
    let unscaled = (1.0 / a.n as f64 + 1.0 / b.n as f64).sqrt();
    let t = (b.mean - a.mean) / unscaled / variance.sqrt();
    let df = (df + prior.df).min(df_of_all as f64);
    TTest {
        t,
        df: if t.is_nan() { f64::NAN } else { df },
        p_value: two_sided_p_value(t, df),
    }
}

#[cfg(test)]
mod tests {
    use super::{ResidualVariance, VariancePrior, fit_variance_prior, moderated_t_test};
    use crate::stats::welch::GroupMoments;

    fn of(variances: &[f64], df: usize) -> Option<VariancePrior> {
        let gene = |&variance: &f64| ResidualVariance { variance, df };
        fit_variance_prior(&variances.iter().map(gene).collect::<Vec<_>>())
    }

    #[test]
    fn variances_that_differ_no_more_than_by_chance_have_an_infinite_prior() {
        let prior = of(&[1.0, 1.25, 0.75, 1.0], 6).unwrap();
        assert_eq!((prior.df, prior.variance), (f64::INFINITY, 1.0));
    }

    #[test]
    fn one_gene_has_no_prior_and_none_no_fit() {
        assert_eq!(of(&[2.0, f64::NAN], 4), of(&[2.0], 4));
        assert_eq!(of(&[2.0], 4).unwrap().df, 0.0);
        assert_eq!(of(&[f64::NAN], 0), None);
        assert_eq!(of(&[], 4), None);
    }

    #[test]
    fn without_a_prior_it_is_students_test() {
        let [a, b] = [[1.0, 3.0], [4.0, 6.0]].map(|values| GroupMoments::of(&values));
        let prior = VariancePrior {
            df: 0.0,
            variance: 9.0,
        };
        let found = moderated_t_test(a, b, prior, 100);
        assert!((found.t - 3.0 / 2.0_f64.sqrt()).abs() < 1e-15);
        assert_eq!(found.df, 2.0);
    }

    #[test]
    fn a_gene_without_replicates_is_tested_with_the_prior() {
        let [a, b] = [[1.0], [4.0]].map(|values| GroupMoments::of(&values));
        let prior = VariancePrior {
            df: 5.0,
            variance: 2.0,
        };
        let found = moderated_t_test(a, b, prior, 100);
        assert!((found.t - 1.5).abs() < 1e-15);
        assert_eq!(found.df, 5.0);
    }
}
