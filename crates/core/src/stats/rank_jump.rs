//! Whether an effect jumps at one rank: the mark that a shift of all later genes leaves.
//!
//! On both sides of the rank a line is fitted to the logarithm of the effect; where the two lines
//! meet the rank, their difference is the jump (a regression discontinuity: Imbens and Lemieux 2008,
//! <https://doi.org/10.1016/j.jeconom.2007.05.001>). A smooth trend over ranks is none, which a
//! comparison of all earlier with all later genes would take for one.

use crate::stats::quantile::quantiles;

/// Ranks on each side that the lines are fitted to.
const BANDWIDTH: usize = 200;

/// Genes needed on each side.
const MIN_ON_SIDE: usize = 30;

/// Cuts elsewhere that the jump is compared with.
const N_PLACEBOS: usize = 400;

/// With fewer cuts elsewhere no p-value is given.
const MIN_PLACEBOS: usize = 20;

/// Logarithms that differ by less are the same but for rounding.
const NEGLIGIBLE: f64 = 1e-9;

/// Added to effects before the logarithm, so that none is infinite.
const SMALLEST: f64 = 1e-12;

/// What was found at one rank; NaN where there are too few genes.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Jump {
    /// Natural logarithm of how many times larger the effect is behind the rank.
    pub jump: f64,
    /// The jump over its standard error.
    pub t: f64,
    /// Share of cuts elsewhere, this one counted in, with a jump as large.
    pub placebo_p: f64,
    /// Chance that of two genes near the rank the one behind it has the larger effect.
    pub auc: f64,
    /// Median effect of all genes before the rank.
    pub median_before: f64,
    /// Median effect of all genes behind it.
    pub median_after: f64,
}

/// The two lines that meet at a rank.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Sides {
    /// Before the rank: value there, and rise per rank, of the natural logarithm.
    pub before: [f64; 2],
    /// Behind it.
    pub after: [f64; 2],
    /// Ranks from which to which the lines hold.
    pub range: [usize; 2],
    /// Standard error of the difference at the rank.
    pub standard_error: f64,
}

/// The jump of `effects` (one per rank; NaN where there is none, as at `rank` itself) at `rank`.
///
/// # References
///
/// The lines and the standard error are those of ordinary least squares, as in
/// `statsmodels.OLS` or R `lm` on each side.
pub fn jump_at(effects: &[f64], rank: usize) -> Jump {
    let logs: Vec<f64> = effects
        .iter()
        .map(|&effect| libm::log(effect + SMALLEST))
        .collect();
    let sides = sides_at(&logs, rank);
    let jump = sides.map_or(f64::NAN, |sides| sides.after[0] - sides.before[0]);
    let median = |part: &[f64]| quantiles(part, &[0.5])[0];
    let (before, after) = (
        &effects[..rank.min(effects.len())],
        effects.get(rank + 1..).unwrap_or_default(),
    );
    Jump {
        jump,
        t: sides.map_or(f64::NAN, |sides| t_value(jump, sides.standard_error)),
        placebo_p: placebo_p(&logs, rank, jump),
        auc: auc(
            &before[rank.saturating_sub(BANDWIDTH)..],
            &after[..after.len().min(BANDWIDTH)],
        ),
        median_before: median(before),
        median_after: median(after),
    }
}

/// The lines on both sides of `rank`, of effects themselves; nothing where there are too few.
pub fn lines_at(effects: &[f64], rank: usize) -> Option<Sides> {
    let logs: Vec<f64> = effects
        .iter()
        .map(|&effect| libm::log(effect + SMALLEST))
        .collect();
    sides_at(&logs, rank)
}

/// No spread at all says nothing of how sure a jump is, unless there is none.
fn t_value(jump: f64, standard_error: f64) -> f64 {
    if standard_error > NEGLIGIBLE {
        jump / standard_error
    } else if jump.abs() <= NEGLIGIBLE {
        0.0
    } else {
        f64::NAN
    }
}

fn sides_at(logs: &[f64], rank: usize) -> Option<Sides> {
    let low = rank.saturating_sub(BANDWIDTH);
    let high = (rank + BANDWIDTH + 1).min(logs.len());
    let before = fit_at(logs, low..rank, rank)?;
    let after = fit_at(logs, rank + 1..high, rank)?;
    Some(Sides {
        before: [before.value, before.slope],
        after: [after.value, after.slope],
        range: [low, high - 1],
        standard_error: (before.variance + after.variance).sqrt(),
    })
}

struct Fit {
    /// Of the line, at the rank.
    value: f64,
    slope: f64,
    /// Of `value`.
    variance: f64,
}

fn fit_at(logs: &[f64], range: std::ops::Range<usize>, rank: usize) -> Option<Fit> {
    let points = || {
        let places = range.clone().filter(|&at| logs[at].is_finite());
        places.map(|at| (at as f64 - rank as f64, logs[at]))
    };
    let n = if range.start < range.end {
        points().count()
    } else {
        0
    };
    if n < MIN_ON_SIDE {
        return None;
    }
    let share = 1.0 / n as f64;
    let (x_mean, y_mean) =
        points().fold((0.0, 0.0), |(x_sum, y_sum), (x, y)| (x_sum + x, y_sum + y));
    let (x_mean, y_mean) = (x_mean * share, y_mean * share);
    let (sxx, sxy) = points().fold((0.0, 0.0), |(sxx, sxy), (x, y)| {
        (
            sxx + (x - x_mean) * (x - x_mean),
            sxy + (x - x_mean) * (y - y_mean),
        )
    });
    let slope = sxy / sxx;
    let residual: f64 = points()
        .map(|(x, y)| {
            let rest = y - y_mean - slope * (x - x_mean);
            rest * rest
        })
        .sum();
    Some(Fit {
        value: y_mean - slope * x_mean,
        slope,
        variance: residual / (n as f64 - 2.0) * (share + x_mean * x_mean / sxx),
    })
}

/// Cuts elsewhere are far enough that their lines do not cross the rank.
fn placebo_p(logs: &[f64], rank: usize, jump: f64) -> f64 {
    let cuts: Vec<usize> = (MIN_ON_SIDE..logs.len().saturating_sub(MIN_ON_SIDE))
        .filter(|&cut| cut.abs_diff(rank) > BANDWIDTH)
        .collect();
    let step = cuts.len().div_ceil(N_PLACEBOS).max(1);
    let jumps = cuts.into_iter().step_by(step).filter_map(|cut| {
        let sides = sides_at(logs, cut)?;
        Some(sides.after[0] - sides.before[0])
    });
    let (mut n, mut n_larger) = (0, 0);
    for elsewhere in jumps {
        n += 1;
        n_larger += usize::from(elsewhere.abs() >= jump.abs());
    }
    if n < MIN_PLACEBOS || jump.is_nan() {
        f64::NAN
    } else {
        (1 + n_larger) as f64 / (1 + n) as f64
    }
}

/// Ties count half; NaN without a gene on both sides.
fn auc(before: &[f64], after: &[f64]) -> f64 {
    let finite = |side: &[f64]| -> Vec<f64> {
        side.iter()
            .copied()
            .filter(|effect| effect.is_finite())
            .collect()
    };
    let (mut before, after) = (finite(before), finite(after));
    before.sort_unstable_by(f64::total_cmp);
    let won: f64 = after
        .iter()
        .map(|effect| {
            let smaller = before.partition_point(|other| other < effect);
            let up_to = before.partition_point(|other| other <= effect);
            f64::midpoint(smaller as f64, up_to as f64)
        })
        .sum();
    won / (before.len() * after.len()) as f64
}

#[cfg(test)]
mod tests {
    use super::{Jump, jump_at};
    use crate::random::Random;

    /// Effects over `n` ranks: a trend, noise, and a step of `factor` behind `rank`.
    fn effects(n: usize, rank: usize, factor: f64, trend: f64, seed: u64) -> Vec<f64> {
        let mut random = Random::new(seed);
        let effect = |at: usize| {
            let place = at as f64 / n as f64;
            let step = if at > rank { factor.ln() } else { 0.0 };
            (trend * (3.0 * place).sin() - 12.0 + step + 0.6 * random.normal()).exp()
        };
        let mut found: Vec<f64> = (0..n).map(effect).collect();
        found[rank] = f64::NAN;
        found
    }

    #[test]
    fn a_planted_step_is_found_whatever_the_trend() {
        for (trend, factor) in [(0.0, 30.0), (2.0, 30.0), (-1.0, 5.0), (1.0, 1.0 / 5.0)] {
            let found = jump_at(&effects(2_000, 900, factor, trend, 3), 900);
            assert!(
                (found.jump - factor.ln()).abs() < 0.4,
                "{factor}: {found:?}"
            );
            assert!(found.t.abs() > 5.0 && found.placebo_p < 0.01, "{found:?}");
        }
    }

    #[test]
    fn smooth_trends_are_no_jumps() {
        let n_seeds = 1_000;
        let is_called = |&seed: &u64| {
            let rank = 250 + (seed as usize * 37) % 1_500;
            jump_at(&effects(2_000, rank, 1.0, 1.5, seed), rank).t.abs() > 3.0
        };
        let n_called = (0..n_seeds).filter(is_called).count();
        assert!(n_called < 10, "{n_called} of {n_seeds}");
    }

    #[test]
    fn a_larger_unit_changes_nothing_but_the_medians() {
        let small = effects(1_000, 400, 4.0, 1.0, 8);
        let large: Vec<f64> = small.iter().map(|effect| 1e3 * effect).collect();
        let (small, large) = (jump_at(&small, 400), jump_at(&large, 400));
        assert!((small.jump - large.jump).abs() < 1e-5);
        assert!((small.t - large.t).abs() < 1e-4);
        assert_eq!((small.placebo_p, small.auc), (large.placebo_p, large.auc));
        assert!((large.median_after / small.median_after - 1e3).abs() < 1e-6);
    }

    #[test]
    fn too_few_genes_on_a_side_give_no_jump_but_medians() {
        let found = jump_at(&effects(100, 20, 3.0, 0.0, 1), 20);
        assert!(found.jump.is_nan() && found.t.is_nan() && found.placebo_p.is_nan());
        assert!(found.median_before > 0.0 && found.auc > 0.5);
        let none = jump_at(&[], 0);
        assert!(none.median_before.is_nan() && none.auc.is_nan());
    }

    #[test]
    fn no_effect_anywhere_is_no_jump() {
        let Jump { jump, t, auc, .. } = jump_at(&[0.0; 200], 100);
        assert!(jump.abs() < 1e-9 && t == 0.0 && auc == 0.5);
    }
}
