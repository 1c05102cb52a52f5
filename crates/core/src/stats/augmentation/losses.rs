//! What the critic and the generator of a Wasserstein GAN are to make small, with gradients.
//!
//! How this works: for rectifiers, the gradient of the critic at its input is a product of weights
//! and of the rectifiers' slopes, and the slopes do not change with small changes of the weights. So
//! the gradient of the penalty is that of a product. With δ behind the layers of a pass backward
//! from an output of 1, g = δ at the input, n = ‖g‖ and u = λ 2 (n − 1)/n g/B, it is the sum of
//! t δᵀ over the batch, where the tangents t are u carried forward through weights and slopes.
//! Offsets do not enter. This needs rectifiers: no smooth bend, no batch normalization.
//!
//! # References
//!
//! Gulrajani et al. 2017, *Improved training of Wasserstein GANs*,
//! <https://arxiv.org/abs/1704.00028>.

use cuvette_kernels::dense::Real;

use super::network::{Layers, Network};

/// Keeps a gradient of zero away from a division by zero.
const SMALLEST_SQUARE: f64 = 1e-12;

/// The parts of what a critic makes small: mean of fakes − mean of real ones + penalty.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct CriticLoss {
    pub fake: f64,
    pub real: f64,
    pub penalty: f64,
}

/// A batch that a critic judges: examples in rows, values first, then what is known of them.
pub(super) struct Judged<T> {
    pub real: Vec<T>,
    pub fake: Vec<T>,
    /// Between a real one and a fake one.
    pub mixed: Vec<T>,
    /// Number of values, in which the gradient shall have length 1.
    pub n_values: usize,
}

/// The loss of a critic, and its gradient in all parameters.
pub(super) fn critic_loss<T: Real>(
    critic: &Network<T>,
    judged: Judged<T>,
    penalty: f64,
) -> (CriticLoss, Vec<T>) {
    let mut gradient = vec![T::default(); critic.parameters.len()];
    let n = judged.real.len() / critic.n_inputs();
    let share = 1.0 / n as f64;
    // Real and fake ones in one pass: larger products are faster.
    let mut both = judged.real;
    both.extend(judged.fake);
    let layers = critic.forward(both);
    let signs = [-share, share].map(|share| vec![T::from_f64(share); n]);
    let backward = critic.backward(&layers, signs.concat());
    critic.add_to_weights(&layers, &backward, &mut gradient);
    critic.add_to_offsets(&backward, &mut gradient);
    let (real, fake) = last(&layers).split_at(n);
    let loss = CriticLoss {
        real: mean(real),
        fake: mean(fake),
        penalty: add_penalty(
            critic,
            judged.mixed,
            judged.n_values,
            penalty,
            &mut gradient,
        ),
    };
    (loss, gradient)
}

/// The penalty of gradients that are longer or shorter than 1; adds its gradient.
fn add_penalty<T: Real>(
    critic: &Network<T>,
    mixed: Vec<T>,
    n_values: usize,
    weight: f64,
    gradient: &mut [T],
) -> f64 {
    let n = mixed.len() / critic.n_inputs();
    let layers = critic.forward(mixed);
    let backward = critic.backward(&layers, vec![T::from_f64(1.0); n]);
    let mut tangent = critic.at_input(&backward);
    let mut total = 0.0;
    for row in tangent.chunks_exact_mut(critic.n_inputs()) {
        let (values, known) = row.split_at_mut(n_values);
        let square: f64 = values.iter().map(|value| value.to_f64().powi(2)).sum();
        let length = (square + SMALLEST_SQUARE).sqrt();
        total += (length - 1.0).powi(2);
        let factor = T::from_f64(weight * 2.0 * (length - 1.0) / length / n as f64);
        for value in values {
            *value = factor * *value;
        }
        known.fill(T::default());
    }
    let tangents = critic.tangents(&layers, tangent);
    critic.add_to_weights(&tangents, &backward, gradient);
    weight * total / n as f64
}

/// The loss of a generator, − mean of the critic's judgment of what it makes of `input`, and its
/// gradient in all parameters. `known` is the number of inputs, the last ones, that the critic sees
/// too, behind the values.
pub(super) fn generator_loss<T: Real>(
    generator: &Network<T>,
    critic: &Network<T>,
    input: Vec<T>,
    known: usize,
) -> (f64, Vec<T>) {
    let n = input.len() / generator.n_inputs();
    let made = generator.forward(input);
    let judged = critic.forward(with_known(last(&made), &made[0], known, n));
    let share = T::from_f64(-1.0 / n as f64);
    let backward = critic.backward(&judged, vec![share; n]);
    let n_values = critic.n_inputs() - known;
    let rows = critic.at_input(&backward);
    let rows = rows.chunks_exact(critic.n_inputs());
    let at_output: Vec<T> = rows.flat_map(|row| &row[..n_values]).copied().collect();
    let backward = generator.backward(&made, at_output);
    let mut gradient = vec![T::default(); generator.parameters.len()];
    generator.add_to_weights(&made, &backward, &mut gradient);
    generator.add_to_offsets(&backward, &mut gradient);
    (-mean(last(&judged)), gradient)
}

/// Rows of values, each with the last `known` cells of its row of `input` behind it.
pub(super) fn with_known<T: Real>(values: &[T], input: &[T], known: usize, n: usize) -> Vec<T> {
    let (n_values, n_inputs) = (values.len() / n, input.len() / n);
    let mut rows = Vec::with_capacity(n * (n_values + known));
    for at in 0..n {
        rows.extend_from_slice(&values[at * n_values..][..n_values]);
        rows.extend_from_slice(&input[(at + 1) * n_inputs - known..][..known]);
    }
    rows
}

/// The output of a pass.
pub(super) fn last<T>(layers: &Layers<T>) -> &[T] {
    layers.last().map_or(&[], Vec::as_slice)
}

fn mean<T: Real>(values: &[T]) -> f64 {
    values.iter().map(|value| value.to_f64()).sum::<f64>() / values.len() as f64
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::Random;

    const N: usize = 8;
    const N_VALUES: usize = 5;
    const N_LABELS: usize = 3;
    const N_NOISE: usize = 4;
    const PENALTY: f64 = 10.0;

    fn network<T: Real>(sizes: &[usize]) -> Network<T> {
        let mut random = Random::new(5);
        let mut network: Network<T> = Network::new(sizes, &mut random);
        for parameter in &mut network.parameters {
            *parameter = T::from_f64(f64::from(
                (parameter.to_f64() + 0.1 * random.signed()) as f32,
            ));
        }
        network
    }

    fn critic<T: Real>() -> Network<T> {
        network(&[N_VALUES + N_LABELS, 7, 6, 1])
    }

    fn generator<T: Real>() -> Network<T> {
        network(&[N_NOISE + N_LABELS, 6, 7, N_VALUES])
    }

    /// Rows of so many random values and one label each, exact in `f32`.
    fn rows<T: Real>(n_values: usize, seed: u64) -> Vec<T> {
        let mut random = Random::new(seed);
        let mut rows = Vec::new();
        for at in 0..N {
            rows.extend((0..n_values).map(|_| T::from_f64(f64::from(random.signed() as f32))));
            rows.extend(
                (0..N_LABELS).map(|label| T::from_f64(f64::from(u8::from(label == at % N_LABELS)))),
            );
        }
        rows
    }

    fn judge<T: Real>(critic: &Network<T>) -> (f64, Vec<T>) {
        let judged = Judged {
            real: rows(N_VALUES, 1),
            fake: rows(N_VALUES, 2),
            mixed: rows(N_VALUES, 3),
            n_values: N_VALUES,
        };
        let (loss, gradient) = critic_loss(critic, judged, PENALTY);
        (loss.fake - loss.real + loss.penalty, gradient)
    }

    fn judge_penalty(critic: &Network<f64>) -> (f64, Vec<f64>) {
        let mut gradient = vec![0.0; critic.parameters.len()];
        let loss = add_penalty(critic, rows(N_VALUES, 3), N_VALUES, PENALTY, &mut gradient);
        (loss, gradient)
    }

    fn make<T: Real>(generator: &Network<T>) -> (f64, Vec<T>) {
        generator_loss(generator, &critic(), rows(N_NOISE, 4), N_LABELS)
    }

    fn largest(values: &[f64]) -> f64 {
        values
            .iter()
            .fold(0.0, |largest, value| largest.max(value.abs()))
    }

    /// Compares every derivative with differences of fourth order, relative to the largest one.
    fn check(network: &Network<f64>, loss: impl Fn(&Network<f64>) -> (f64, Vec<f64>)) {
        const STEP: f64 = 1e-4;
        let (_, gradient) = loss(network);
        let size = largest(&gradient);
        for (at, &found) in gradient.iter().enumerate() {
            let moved = |by: f64| {
                let mut network = network.clone();
                network.parameters[at] += by * STEP;
                loss(&network).0
            };
            let expected =
                (8.0 * (moved(1.0) - moved(-1.0)) - (moved(2.0) - moved(-2.0))) / (12.0 * STEP);
            assert!(
                (found - expected).abs() < 1e-9 * size,
                "parameter {at}: {found}, {expected}"
            );
        }
    }

    #[test]
    fn the_gradient_of_the_penalty_is_that_of_finite_differences() {
        check(&critic(), judge_penalty);
    }

    #[test]
    fn the_gradient_of_the_critic_is_that_of_finite_differences() {
        check(&critic(), judge);
    }

    #[test]
    fn the_gradient_of_the_generator_is_that_of_finite_differences() {
        check(&generator(), make);
    }

    #[test]
    fn gradients_in_single_precision_are_near_those_in_double() {
        let pairs = [
            (judge::<f64>(&critic()).1, judge::<f32>(&critic()).1),
            (make::<f64>(&generator()).1, make::<f32>(&generator()).1),
        ];
        for (double, single) in pairs {
            let size = largest(&double);
            for (double, single) in double.iter().zip(single) {
                assert!(
                    (double - f64::from(single)).abs() < 1e-5 * size,
                    "{double}, {single}"
                );
            }
        }
    }

    #[test]
    fn a_gradient_of_length_one_costs_nothing() {
        let mut critic = network::<f64>(&[N_VALUES + N_LABELS, 1]);
        critic.parameters.fill(0.0);
        critic.parameters[2] = 1.0;
        let (penalty, gradient) = judge_penalty(&critic);
        assert!(penalty < 1e-20 && largest(&gradient) < 1e-10);
        critic.parameters[2] = 3.0;
        assert!((judge_penalty(&critic).0 - 4.0 * PENALTY).abs() < 1e-9);
    }
}
