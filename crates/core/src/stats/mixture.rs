//! Two normal distributions mixed in one list of numbers: those with an effect and those without.

/// Added to every variance, so that no component shrinks to a point.
const VARIANCE_FLOOR: f64 = 1e-6;

/// When the search for a mixture ends.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct MixtureOptions {
    /// It is settled when the mean logarithm of the likelihood changes by less in a round.
    pub tolerance: f64,
    /// Rounds at most.
    pub max_rounds: usize,
}

/// One of two normal distributions.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Component {
    /// Share of the values.
    pub weight: f64,
    /// Center.
    pub mean: f64,
    /// Variance.
    pub variance: f64,
}

/// Two normal distributions, that with the smaller mean first.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Mixture {
    /// Low and high.
    pub components: [Component; 2],
    /// Whether the likelihood settled.
    pub is_settled: bool,
    /// Rounds done.
    pub n_rounds: usize,
}

impl Default for MixtureOptions {
    /// Those of `sklearn.mixture.GaussianMixture`.
    fn default() -> Self {
        Self {
            tolerance: 1e-3,
            max_rounds: 100,
        }
    }
}

/// The mixture of two normal distributions that the values are most likely to come from; none with
/// fewer than two values.
///
/// Expectation maximization from the best cut of the sorted values into two groups (least squares
/// within them), which scikit-learn's k-means looks for by chance.
///
/// # Missing values
///
/// Left out; infinite ones too.
///
/// # References
///
/// Agrees with `sklearn.mixture.GaussianMixture(n_components=2)` where its k-means finds the best
/// cut; the components are ordered by mean here and not there. Dempster, Laird and Rubin 1977,
/// <https://doi.org/10.1111/j.2517-6161.1977.tb01600.x>.
///
/// # Examples
///
/// ```
/// use cuvette_core::stats::mixture::fit_mixture;
///
/// let found = fit_mixture(&[9.0, 0.0, 10.0, 1.0], Default::default()).expect("values");
/// assert!((found.components[1].mean - 9.5).abs() < 1e-6);
/// ```
pub fn fit_mixture(values: &[f64], options: MixtureOptions) -> Option<Mixture> {
    let finite = values.iter().copied().filter(|value| value.is_finite());
    let mut values: Vec<f64> = finite.collect();
    if values.len() < 2 {
        return None;
    }
    values.sort_unstable_by(f64::total_cmp);
    let cut = best_cut(&values);
    let mut shares: Vec<f64> = (0..values.len())
        .map(|at| if at < cut { 1.0 } else { 0.0 })
        .collect();
    let mut components = maximize(&values, &shares);
    let mut likelihood = f64::NEG_INFINITY;
    let (mut n_rounds, mut is_settled) = (0, false);
    while n_rounds < options.max_rounds && !is_settled {
        n_rounds += 1;
        let mut sum = 0.0;
        for (share, &value) in shares.iter_mut().zip(&values) {
            let [low, high] = components.map(|component| component.log_density(value));
            let total = log_sum(low, high);
            *share = libm::exp(low - total);
            sum += total;
        }
        components = maximize(&values, &shares);
        let before = likelihood;
        likelihood = sum / values.len() as f64;
        is_settled = (likelihood - before).abs() < options.tolerance;
    }
    if components[1].mean < components[0].mean {
        components.swap(0, 1);
    }
    Some(Mixture {
        components,
        is_settled,
        n_rounds,
    })
}

impl Mixture {
    /// Whether a cosine similarity belongs to the component with an impact, the lower one, as
    /// Geneformer decides: below its mean it does, above the mean of the other it does not, and
    /// between them it belongs to the likelier one. Never for a missing value.
    pub fn is_impact(&self, value: f64) -> bool {
        let [low, high] = &self.components;
        if value > high.mean {
            false
        } else if value < low.mean {
            true
        } else {
            low.log_density(value) >= high.log_density(value)
        }
    }

    /// How many of the values, in percent, have an impact: Geneformer's `Impact_component_percent`.
    /// Missing values are left out; NaN without any other.
    pub fn impact_percent(&self, values: &[f64]) -> f64 {
        let present = values.iter().filter(|value| !value.is_nan());
        let n = present.clone().count();
        let n_impact = present.filter(|&&value| self.is_impact(value)).count();
        100.0 * n_impact as f64 / n as f64
    }
}

impl Component {
    /// Logarithm of the density times the weight.
    fn log_density(&self, value: f64) -> f64 {
        let distance = value - self.mean;
        libm::log(self.weight)
            - 0.5
                * (libm::log(std::f64::consts::TAU * self.variance)
                    + distance * distance / self.variance)
    }
}

/// ln(eᵃ + eᵇ).
fn log_sum(a: f64, b: f64) -> f64 {
    let high = a.max(b);
    high + libm::log(libm::exp(a - high) + libm::exp(b - high))
}

/// Number of values in the lower group of the cut with the least squares within both groups; of
/// equally good cuts the lowest.
fn best_cut(sorted: &[f64]) -> usize {
    let n = sorted.len() as f64;
    // About the mean, so that squares do not drown the differences.
    let mean = sorted.iter().sum::<f64>() / n;
    let (mut best, mut most, mut below) = (1, f64::NEG_INFINITY, 0.0);
    for (at, value) in sorted.iter().enumerate().take(sorted.len() - 1) {
        below += value - mean;
        let n_below = (at + 1) as f64;
        // What lies between the groups is largest where what lies within is least.
        let between = below * below * (1.0 / n_below + 1.0 / (n - n_below));
        if between > most {
            (best, most) = (at + 1, between);
        }
    }
    best
}

/// The components by the share of each value that belongs to the first.
fn maximize(values: &[f64], shares: &[f64]) -> [Component; 2] {
    let n = values.len() as f64;
    let both = [0, 1].map(|which| {
        let own = |share: f64| if which == 0 { share } else { 1.0 - share };
        let sum = |of: &dyn Fn(f64) -> f64| -> f64 {
            let pairs = values.iter().zip(shares);
            pairs.map(|(&value, &share)| own(share) * of(value)).sum()
        };
        // As scikit-learn: never a division by nothing.
        let total = sum(&|_| 1.0) + 10.0 * f64::EPSILON;
        let mean = sum(&|value| value) / total;
        let variance = sum(&|value| (value - mean) * (value - mean)) / total;
        Component {
            weight: total / n,
            mean,
            variance: variance + VARIANCE_FLOOR,
        }
    });
    let weights = both[0].weight + both[1].weight;
    both.map(|component| Component {
        weight: component.weight / weights,
        ..component
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{MixtureOptions, best_cut, fit_mixture};

    #[test]
    fn the_best_cut_is_that_of_all_cuts_tried() {
        let check = |values: &[f64], expected: usize| assert_eq!(best_cut(values), expected);
        check(&[0.0, 1.0], 1);
        check(&[0.0, 0.1, 0.2, 5.0], 3);
        check(&[0.0, 5.0, 5.1, 5.2], 1);
        check(&[1.0, 1.0, 1.0], 1);
        check(&[1e9, 1e9 + 1.0, 1e9 + 9.0], 2);
    }

    #[test]
    fn fewer_than_two_values_have_no_mixture() {
        let fit = |values: &[f64]| fit_mixture(values, MixtureOptions::default());
        assert!(fit(&[]).is_none());
        assert!(fit(&[1.0, f64::NAN, f64::INFINITY]).is_none());
    }

    #[test]
    fn equal_values_are_one_place_without_width() {
        let found = fit_mixture(&[1.0; 5], MixtureOptions::default()).unwrap();
        let is_one = |mean: f64| (mean - 1.0).abs() < 1e-12;
        assert!(found.components.iter().all(|c| is_one(c.mean)));
        assert!(
            found
                .components
                .iter()
                .all(|c| (c.variance - 1e-6).abs() < 1e-12)
        );
    }

    #[test]
    fn an_impact_is_below_the_low_mean_and_never_above_the_high_one() {
        let values = [0.1, 0.12, 0.14, 0.9, 0.95, 0.96, 0.97];
        let found = fit_mixture(&values, MixtureOptions::default()).unwrap();
        let check =
            |value: f64, expected: bool| assert_eq!(found.is_impact(value), expected, "{value}");
        check(-1.0, true);
        check(0.12, true);
        check(0.95, false);
        check(2.0, false);
        check(f64::NAN, false);
        let percent = found.impact_percent(&[0.0, 1.0, f64::NAN, 0.13, 0.99]);
        assert_eq!(percent, 50.0);
        assert!(found.impact_percent(&[]).is_nan());
    }

    proptest! {
        #[test]
        fn the_order_of_the_values_does_not_matter(
            values in proptest::collection::vec(-5.0_f64..5.0, 2..60),
            turn in 0_usize..60,
        ) {
            let mut turned = values.clone();
            turned.rotate_left(turn % values.len());
            let options = MixtureOptions::default();
            let found = fit_mixture(&values, options).unwrap();
            prop_assert_eq!(Some(found), fit_mixture(&turned, options));
            prop_assert!(found.components[0].mean <= found.components[1].mean);
            let weight = found.components[0].weight + found.components[1].weight;
            prop_assert!((weight - 1.0).abs() < 1e-12);
        }
    }
}
