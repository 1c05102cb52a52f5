//! How far vectors turn when one part of a weighted mean goes: the inner loop of all knock-outs of
//! a cell (see `rank_context` in the core).
//!
//! How this works: a vector h = x + c has c = S / Z, S being a sum of vectors with weights and Z
//! the sum of the weights. Without the vector g of weight w, c becomes (S − w g) / (Z − w), which
//! is a step of w (c − g) / (Z − w). So what h·h' and h'·h' are follows from x·g and c·g and from
//! what is known of h. Everything is multiplied by Z − w, which leaves one root and one division
//! for each vector.
//!
//! The order of operations is fixed, and so are the bits of the result, natively and in
//! WebAssembly.

const N_LANES: usize = 4;

/// Below this share of Z, Z − w has lost too many digits.
const LEAST_LEFT: f64 = 1e-4;

/// Replaces each score by e to the power of `factor` times it, 0 where that is below e⁻⁷⁰⁰, and gives
/// their sum.
///
/// The relative error of each is below 10⁻¹⁵ but for the rounding of the product. Scores times the
/// factor are expected to be at most 700.
///
/// ```
/// let mut weights = [0.0, std::f64::consts::LN_2, f64::NEG_INFINITY];
/// assert!((cuvette_kernels::turns::weigh(&mut weights, 1.0) - 3.0).abs() < 1e-15);
/// assert_eq!(weights[2], 0.0);
/// ```
pub fn weigh(scores: &mut [f64], factor: f64) -> f64 {
    let (chunks, rest) = scores.as_chunks_mut::<N_LANES>();
    let mut lanes = [0.0; N_LANES];
    for chunk in chunks {
        for lane in 0..N_LANES {
            chunk[lane] = exponential(chunk[lane] * factor);
            lanes[lane] += chunk[lane];
        }
    }
    for (lane, score) in lanes.iter_mut().zip(rest) {
        *score = exponential(*score * factor);
        *lane += *score;
    }
    let [a, b, c, d] = lanes;
    (a + c) + (b + d)
}

/// e to the power of `x`, from −700 to 700: x = k ln 2 + r, and the series of e to the power of r.
#[inline]
fn exponential(x: f64) -> f64 {
    /// Adding it leaves the nearest whole number in the last bits.
    const ROUNDING: f64 = 6_755_399_441_055_744.0;
    const LN_2_HIGH: f64 = 6.931_471_803_691_238e-1;
    const LN_2_LOW: f64 = 1.908_214_929_270_587_7e-10;
    const BIAS: u64 = 1023;
    let within = if x > -700.0 { x } else { -700.0 };
    let within = if within < 700.0 { within } else { 700.0 };
    let shifted = within * std::f64::consts::LOG2_E + ROUNDING;
    let k = shifted - ROUNDING;
    let r = within - k * LN_2_HIGH - k * LN_2_LOW;
    let mut sum = 1.0 / 479_001_600.0;
    for factor in [
        1.0 / 39_916_800.0,
        1.0 / 3_628_800.0,
        1.0 / 362_880.0,
        1.0 / 40_320.0,
        1.0 / 5_040.0,
        1.0 / 720.0,
        1.0 / 120.0,
        1.0 / 24.0,
        1.0 / 6.0,
        0.5,
    ] {
        sum = sum * r + factor;
    }
    let power = sum * r * r + r + 1.0;
    let exponent = shifted.to_bits().wrapping_sub(ROUNDING.to_bits());
    let power = power * f64::from_bits(exponent.wrapping_add(BIAS) << 52);
    if x > -700.0 { power } else { 0.0 }
}

/// What is known of vectors h = x + c, one number each.
#[derive(Debug, Clone, Copy)]
pub struct Vectors<'a> {
    /// Z: the sum of the weights in c.
    pub totals: &'a [f64],
    /// h·h.
    pub hh: &'a [f64],
    /// h·c.
    pub hc: &'a [f64],
    /// c·c.
    pub cc: &'a [f64],
}

/// 1 − cosine of each h before and after a vector g goes from c, whose weight in each is e to the
/// power of `factor` times x·g.
///
/// `x_dot_g` and `c_dot_g` have one number for each h; `turns` takes the results. NaN stands where
/// nearly all of the weight goes, and what is left must be added up anew; it is said how often.
///
/// # Panics
///
/// When the lengths differ.
///
/// ```
/// use cuvette_kernels::turns::{turn_without, Vectors};
///
/// // x = (1, 0) sees (0, 1) and (0, −1), so c = 0, and then only (0, −1).
/// let vectors = Vectors { totals: &[2.0], hh: &[1.0], hc: &[0.0], cc: &[0.0] };
/// let mut turns = [0.0];
/// turn_without(&vectors, [&[0.0], &[0.0]], 1.0, 1.0, &mut turns);
/// assert!((turns[0] - (1.0 - 0.5_f64.sqrt())).abs() < 1e-15);
/// ```
pub fn turn_without(
    vectors: &Vectors,
    [x_dot_g, c_dot_g]: [&[f64]; 2],
    g_dot_g: f64,
    factor: f64,
    turns: &mut [f64],
) -> usize {
    let n = turns.len();
    let Vectors { totals, hh, hc, cc } = *vectors;
    let all = [totals, hh, hc, cc, x_dot_g, c_dot_g];
    assert!(all.iter().all(|one| one.len() == n), "a number each");
    for at in 0..n {
        let weight = exponential(x_dot_g[at] * factor);
        let left = totals[at] - weight;
        // With δ the step and q what is left: q h·δ and q² δ·δ.
        let along = weight * (hc[at] - x_dot_g[at] - c_dot_g[at]);
        let square = weight * weight * (cc[at] - 2.0 * c_dot_g[at] + g_dot_g);
        // q h·h', q² h'·h' and (q |h| |h'|)².
        let both = hh[at] * left + along;
        let after = hh[at] * left * left + 2.0 * along * left + square;
        let lengths = hh[at] * after;
        let length = lengths.sqrt();
        // The square of the sine over 1 + cosine keeps its digits where the turn is small.
        let sine = hh[at] * square - along * along;
        let sine = if sine > 0.0 { sine } else { 0.0 };
        let is_near = both > 0.0;
        let over = if is_near {
            sine
        } else {
            lengths - both * length
        };
        let under = if is_near {
            lengths + both * length
        } else {
            lengths
        };
        let turn = if lengths > 0.0 { over / under } else { 0.0 };
        turns[at] = if left > LEAST_LEFT * totals[at] {
            turn
        } else {
            f64::NAN
        };
    }
    turns.iter().filter(|turn| turn.is_nan()).count()
}

/// Sums of one gene over cells: of the effects, of their squares, of its ranks before and after,
/// and how many.
pub type EffectSums = [f64; 5];

/// Adds the effects in one cell to the sums of its genes; NaN is none. Genes behind `last_in_place`
/// stand one rank higher afterwards. Gives the sum of the effects, and of how many.
///
/// # Panics
///
/// When a gene has no sums.
///
/// ```
/// let mut sums = [[0.0; 5]; 2];
/// let added = cuvette_kernels::turns::add_effects(&mut sums, &[1, 0], &[3.0, 2.0], 0);
/// assert_eq!((added, sums), ((5.0, 2), [[2.0, 4.0, 1.0, 0.0, 1.0], [3.0, 9.0, 0.0, 0.0, 1.0]]));
/// ```
pub fn add_effects(
    sums: &mut [EffectSums],
    genes: &[u32],
    effects: &[f64],
    last_in_place: usize,
) -> (f64, usize) {
    let (mut total, mut n) = (0.0, 0);
    for (at, (&gene, &effect)) in genes.iter().zip(effects).enumerate() {
        if effect.is_nan() {
            continue;
        }
        let before = at as f64;
        let after = if at > last_in_place {
            before - 1.0
        } else {
            before
        };
        let sums = &mut sums[gene as usize];
        for (sum, value) in sums
            .iter_mut()
            .zip([effect, effect * effect, before, after, 1.0])
        {
            *sum += value;
        }
        total += effect;
        n += 1;
    }
    (total, n)
}

/// As [`turn_without`], but gives w / (Z − w), by which c − g is multiplied in each step.
///
/// # Panics
///
/// When the lengths differ.
pub fn steps_without(totals: &[f64], x_dot_g: &[f64], factor: f64, steps: &mut [f64]) {
    assert!(
        totals.len() == steps.len() && x_dot_g.len() == steps.len(),
        "a number each"
    );
    for ((step, total), x_dot_g) in steps.iter_mut().zip(totals).zip(x_dot_g) {
        let weight = exponential(x_dot_g * factor);
        let left = total - weight;
        *step = if left > LEAST_LEFT * total {
            weight / left
        } else {
            f64::NAN
        };
    }
}

#[cfg(test)]
mod tests {
    use super::{N_LANES, Vectors, exponential, steps_without, turn_without, weigh};

    fn values(n: usize, seed: usize) -> Vec<f64> {
        let value = |i: usize| ((i * 7919 + seed * 104_729) % 1000) as f64 / 500.0 - 1.0;
        (0..n).map(value).collect()
    }

    fn dot(x: &[f64], y: &[f64]) -> f64 {
        x.iter().zip(y).map(|(x, y)| x * y).sum()
    }

    #[test]
    fn exponentials_are_those_of_the_library_to_the_last_bits() {
        for step in -70_000..=70_000 {
            let x = f64::from(step) / 100.0 + f64::from(step) * 1e-7;
            let (found, expected) = (exponential(x), libm::exp(x));
            if x.abs() < 700.0 {
                let error = (found / expected - 1.0).abs();
                assert!(error < 1e-15, "x = {x}: {found}, {expected}");
            }
        }
        assert_eq!(exponential(0.0), 1.0);
        for x in [-701.0, -1e300, f64::NEG_INFINITY] {
            assert_eq!(exponential(x), 0.0);
        }
    }

    #[test]
    fn weights_of_every_length_are_added_up() {
        for n in 0..=3 * N_LANES + 1 {
            let mut weights = values(n, 1);
            let expected: f64 = weights.iter().map(|score| libm::exp(score * 3.0)).sum();
            let found = weigh(&mut weights, 3.0);
            assert!((found - expected).abs() <= 1e-14 * expected, "n = {n}");
        }
    }

    /// Each of some vectors sees all others; without one of them everything is added up anew.
    #[test]
    fn turns_are_those_of_the_sums_without_the_vector() {
        let d = 5;
        for (n, factor) in [(3, 1.0), (9, 0.0), (13, 2.0), (13, -1.0)] {
            let vectors: Vec<Vec<f64>> = (0..n).map(|at| values(d, at + n)).collect();
            let seen = |at: usize, gone: usize| {
                let (mut sum, mut total) = (vec![0.0; d], 0.0);
                for other in (0..n).filter(|&other| other != at && other != gone) {
                    let weight = libm::exp(factor * dot(&vectors[at], &vectors[other]));
                    total += weight;
                    for (sum, value) in sum.iter_mut().zip(&vectors[other]) {
                        *sum += weight * value;
                    }
                }
                (sum.iter().map(|sum| sum / total).collect::<Vec<_>>(), total)
            };
            let with = |at: usize, seen: &[f64]| -> Vec<f64> {
                let both = vectors[at].iter().zip(seen);
                both.map(|(x, c)| x + c).collect()
            };
            for gone in 0..n {
                let others: Vec<usize> = (0..n).filter(|&other| other != gone).collect();
                let of = |number: &dyn Fn(usize, &[f64], f64) -> f64| -> Vec<f64> {
                    let numbers = others.iter().map(|&at| {
                        let (seen, total) = seen(at, n);
                        number(at, &seen, total)
                    });
                    numbers.collect()
                };
                let known = Vectors {
                    totals: &of(&|_, _, total| total),
                    hh: &of(&|at, c, _| dot(&with(at, c), &with(at, c))),
                    hc: &of(&|at, c, _| dot(&with(at, c), c)),
                    cc: &of(&|_, c, _| dot(c, c)),
                };
                let g = &vectors[gone];
                let x_dot_g = of(&|at, _, _| dot(&vectors[at], g));
                let c_dot_g = of(&|_, c, _| dot(c, g));
                let mut turns = vec![0.0; n - 1];
                let products = [&x_dot_g[..], &c_dot_g[..]];
                let n_unknown = turn_without(&known, products, dot(g, g), factor, &mut turns);
                assert_eq!(n_unknown, 0);
                let mut steps = vec![0.0; n - 1];
                steps_without(known.totals, &x_dot_g, factor, &mut steps);
                for (at, &other) in others.iter().enumerate() {
                    let (before, (seen_after, left)) = (seen(other, n).0, seen(other, gone));
                    let (h, after) = (with(other, &before), with(other, &seen_after));
                    let lengths = (dot(&h, &h) * dot(&after, &after)).sqrt();
                    let expected = 1.0 - dot(&h, &after) / lengths;
                    assert!((turns[at] - expected).abs() < 1e-13, "{n} {gone} {other}");
                    let weight = libm::exp(factor * x_dot_g[at]);
                    assert!((steps[at] / (weight / left) - 1.0).abs() < 1e-12);
                }
            }
        }
    }

    #[test]
    fn where_nearly_all_goes_nothing_is_said() {
        let known = Vectors {
            totals: &[1.0, 1.0 + 1e-6],
            hh: &[1.0, 1.0],
            hc: &[0.5, 0.5],
            cc: &[0.5, 0.5],
        };
        let (mut turns, mut steps) = ([0.0; 2], [0.0; 2]);
        let n_unknown = turn_without(&known, [&[0.0; 2], &[0.1; 2]], 1.0, 1.0, &mut turns);
        assert_eq!(n_unknown, 2);
        steps_without(known.totals, &[0.0; 2], 1.0, &mut steps);
        assert!(turns.iter().chain(&steps).all(|value| value.is_nan()));
    }

    #[test]
    fn a_vector_without_length_does_not_turn() {
        let known = Vectors {
            totals: &[2.0],
            hh: &[0.0],
            hc: &[0.0],
            cc: &[0.0],
        };
        let mut turns = [1.0];
        turn_without(&known, [&[0.0], &[0.0]], 1.0, 1.0, &mut turns);
        assert_eq!(turns, [0.0]);
    }
}
