//! A conditional Wasserstein GAN with gradient penalty: new examples of a label, learned from those
//! of all labels.
//!
//! Own code, since a GAN of this size needs no more than three products of matrices a layer, and a
//! library for networks would weigh more than the whole page.

use cuvette_kernels::{dense::Real, sums};

use super::{
    losses::{CriticLoss, Judged, critic_loss, generator_loss, last, with_known},
    network::{Adam, Network},
};
use crate::{error::AnalysisError, matrix::Matrix, random::Random};

/// Points of a loss curve, at most.
const MAX_POINTS: usize = 200;

/// Examples made of a label to learn their mean.
const N_TO_CENTER: usize = 1_000;

/// Generator steps between two looks at the outside.
const STEPS_PER_LOOK: usize = 5;

/// How to train.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct WganOptions {
    /// Steps of the generator.
    pub n_steps: usize,
    /// Size of both hidden layers, of the generator and of the critic.
    pub n_hidden: usize,
    /// Random numbers that an example is made of.
    pub n_noise: usize,
    /// Examples in a batch, of labels that are equally frequent.
    pub n_batch: usize,
    /// Steps of the critic before each of the generator.
    pub n_critic: usize,
    /// Length of the steps of Adam.
    pub rate: f64,
    /// Weight of the gradient penalty.
    pub penalty: f64,
    /// Start of the random numbers.
    pub seed: u64,
}

impl Default for WganOptions {
    fn default() -> Self {
        Self {
            n_steps: 2_000,
            n_hidden: 64,
            n_noise: 16,
            n_batch: 64,
            n_critic: 3,
            rate: 5e-4,
            penalty: 10.0,
            seed: 0,
        }
    }
}

/// Where training stood after a step of the generator.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct LossPoint {
    /// Steps of the generator done.
    pub step: usize,
    /// Mean judgment of fakes − that of real ones + penalty, in the last step of the critic.
    pub critic: f64,
    /// − mean judgment of fakes.
    pub generator: f64,
    /// Mean judgment of real ones − that of fakes: an estimate of the distance of their
    /// distributions.
    pub wasserstein: f64,
}

/// Makes examples of a label.
#[derive(Debug, Clone, PartialEq)]
pub struct Generator {
    network: Network<f32>,
    n_labels: usize,
    n_noise: usize,
    /// Of each label what is added to all that is made of it.
    shifts: Matrix,
}

impl Generator {
    /// `n` new examples of `label`, in rows.
    ///
    /// # Panics
    ///
    /// When there is no such label.
    pub fn generate(&self, label: usize, n: usize, random: &mut Random) -> Matrix {
        assert!(label < self.n_labels, "a label of the training set");
        let input = noise(&vec![label; n], self.n_noise, self.n_labels, random);
        let mut made = self.network.forward(input);
        let shift = self.shifts.row(label);
        let mut values = made.pop().unwrap_or_default();
        for made in values.chunks_exact_mut(shift.len().max(1)) {
            sums::add_to(made, shift);
        }
        Matrix::from_rows(n, shift.len(), values)
    }

    /// Shifts what is made of each label so that its mean is that of the label's examples.
    fn center(&mut self, examples: &Matrix, of_label: &[(usize, Vec<usize>)], random: &mut Random) {
        for (label, chosen) in of_label {
            let made = self.generate(*label, N_TO_CENTER, random);
            let real = mean_of(&examples.select_rows(chosen));
            let shift = self.shifts.row_mut(*label).iter_mut();
            for (shift, (real, made)) in shift.zip(real.iter().zip(mean_of(&made))) {
                *shift = (real - made) as f32;
            }
        }
    }
}

/// What training gave.
#[derive(Debug, Clone, PartialEq)]
pub struct Trained {
    /// Makes examples.
    pub generator: Generator,
    /// At most a few hundred points, evenly spread over the steps; the last step is one of them.
    pub losses: Vec<LossPoint>,
}

/// Trains on examples in rows, each with one of `n_labels` labels, counted from 0; `after` is called
/// every few steps with where training stands, and its error ends the training.
///
/// ```text
/// critic     [values + label] -> hidden -> hidden -> 1
/// generator  [noise  + label] -> hidden -> hidden -> values
/// ```
///
/// The values are best centered and scaled to variance 1. Each example of a batch is of a label
/// drawn evenly among those that have any. One thread; equal seeds give equal bits.
///
/// The weights of the last step are kept: a running average of them (Yazıcı et al. 2019,
/// <https://arxiv.org/abs/1806.04498>) made no measurable difference to what is learned from made
/// samples.
///
/// The mean of a label is known better from its examples than from the generator, which draws a
/// label of few examples toward the others: so what is made of a label is shifted to the mean of
/// its examples, and the generator gives the differences from it.
///
/// # Errors
///
/// [`AnalysisError::TooFew`] without examples, and those of `after`.
///
/// # References
///
/// Gulrajani et al. 2017, <https://arxiv.org/abs/1704.00028>; conditional on expression data Viñas
/// et al. 2022, <https://doi.org/10.1093/bioinformatics/btab035>.
pub fn train(
    examples: &Matrix,
    labels: &[usize],
    n_labels: usize,
    options: &WganOptions,
    after: &mut dyn FnMut(LossPoint) -> Result<(), AnalysisError>,
) -> Result<Trained, AnalysisError> {
    let mut training = Training::new(examples, labels, n_labels, options)?;
    let spacing = options.n_steps.div_ceil(MAX_POINTS).max(1);
    let mut losses = Vec::new();
    for step in 1..=options.n_steps {
        let point = training.step(step);
        if step % spacing == 0 || step == options.n_steps {
            losses.push(point);
        }
        if step % STEPS_PER_LOOK == 0 || step == options.n_steps {
            after(point)?;
        }
    }
    let mut generator = Generator {
        network: training.generator,
        n_labels,
        n_noise: options.n_noise,
        shifts: Matrix::from_rows(
            n_labels,
            examples.n_columns(),
            vec![0.0; n_labels * examples.n_columns()],
        ),
    };
    generator.center(examples, &training.of_label, &mut training.random);
    Ok(Trained { generator, losses })
}

struct Training<'a> {
    examples: &'a Matrix,
    /// The examples of each label that has any, with the label.
    of_label: Vec<(usize, Vec<usize>)>,
    n_labels: usize,
    options: &'a WganOptions,
    random: Random,
    generator: Network<f32>,
    critic: Network<f32>,
    generator_steps: Adam<f32>,
    critic_steps: Adam<f32>,
}

impl<'a> Training<'a> {
    fn new(
        examples: &'a Matrix,
        labels: &[usize],
        n_labels: usize,
        options: &'a WganOptions,
    ) -> Result<Self, AnalysisError> {
        let of_label: Vec<_> = (0..n_labels)
            .map(|label| {
                let is_of_label = |&at: &usize| labels[at] == label;
                (
                    label,
                    (0..labels.len()).filter(is_of_label).collect::<Vec<_>>(),
                )
            })
            .filter(|(_, examples)| !examples.is_empty())
            .collect();
        if of_label.is_empty() {
            return Err(AnalysisError::TooFew {
                what: "samples to train on".into(),
                need: 1,
                got: 0,
            });
        }
        let mut random = Random::new(options.seed);
        let (n_values, n_hidden) = (examples.n_columns(), options.n_hidden);
        let sizes = [options.n_noise + n_labels, n_hidden, n_hidden, n_values];
        let generator = Network::new(&sizes, &mut random);
        let critic = Network::new(&[n_values + n_labels, n_hidden, n_hidden, 1], &mut random);
        Ok(Self {
            examples,
            of_label,
            n_labels,
            options,
            random,
            generator_steps: Adam::new(generator.parameters.len(), options.rate),
            critic_steps: Adam::new(critic.parameters.len(), options.rate),
            generator,
            critic,
        })
    }

    fn step(&mut self, step: usize) -> LossPoint {
        let mut loss = CriticLoss {
            fake: 0.0,
            real: 0.0,
            penalty: 0.0,
        };
        for _ in 0..self.options.n_critic {
            let gradient;
            let judged = self.judged();
            (loss, gradient) = critic_loss(&self.critic, judged, self.options.penalty);
            self.critic_steps
                .step(&mut self.critic.parameters, &gradient);
        }
        let (_, input) = self.batch();
        let (generator_loss, gradient) =
            generator_loss(&self.generator, &self.critic, input, self.n_labels);
        self.generator_steps
            .step(&mut self.generator.parameters, &gradient);
        LossPoint {
            step,
            critic: loss.fake - loss.real + loss.penalty,
            generator: generator_loss,
            wasserstein: loss.real - loss.fake,
        }
    }

    /// Draws examples, and the input that makes fakes of the same labels.
    fn batch(&mut self) -> (Vec<usize>, Vec<f32>) {
        let mut labels = Vec::with_capacity(self.options.n_batch);
        let mut chosen = Vec::with_capacity(self.options.n_batch);
        for _ in 0..self.options.n_batch {
            let (label, examples) = &self.of_label[self.random.below(self.of_label.len())];
            labels.push(*label);
            chosen.push(examples[self.random.below(examples.len())]);
        }
        let input = noise(
            &labels,
            self.options.n_noise,
            self.n_labels,
            &mut self.random,
        );
        (chosen, input)
    }

    fn judged(&mut self) -> Judged<f32> {
        let (chosen, input) = self.batch();
        let n_values = self.examples.n_columns();
        let known =
            |values: &[f32], input: &[f32]| with_known(values, input, self.n_labels, chosen.len());
        let real: Vec<f32> = chosen
            .iter()
            .flat_map(|&at| self.examples.row(at))
            .copied()
            .collect();
        let made = self.generator.forward(input);
        let fake = last(&made);
        let mut mixed = Vec::with_capacity(real.len());
        for (real, fake) in real.chunks_exact(n_values).zip(fake.chunks_exact(n_values)) {
            let share = self.random.unit() as f32;
            mixed.extend(
                real.iter()
                    .zip(fake)
                    .map(|(real, fake)| share * real + (1.0 - share) * fake),
            );
        }
        Judged {
            real: known(&real, &made[0]),
            fake: known(fake, &made[0]),
            mixed: known(&mixed, &made[0]),
            n_values,
        }
    }
}

fn mean_of(samples: &Matrix) -> Vec<f64> {
    let n = samples.n_rows() as f64;
    (0..samples.n_columns())
        .map(|column| sums::sum(&samples.column(column)) / n)
        .collect()
}

/// Input of a generator: random numbers, then the label as a one among zeros.
fn noise<T: Real>(
    labels: &[usize],
    n_noise: usize,
    n_labels: usize,
    random: &mut Random,
) -> Vec<T> {
    let mut input = Vec::with_capacity(labels.len() * (n_noise + n_labels));
    for &label in labels {
        let start = input.len() + n_noise;
        // In pairs, which cost about as much as one each; of an odd number one is left over.
        let pairs = (0..n_noise.div_ceil(2)).flat_map(|_| random.normal_pair());
        input.extend(pairs.map(T::from_f64));
        input.truncate(start);
        input.resize(start + n_labels, T::default());
        input[start + label] = T::from_f64(1.0);
    }
    input
}

#[cfg(test)]
mod tests {
    use super::*;

    const N_LABELS: usize = 3;

    /// Two clusters, of labels 0 and 2.
    fn examples() -> (Matrix, Vec<usize>) {
        let mut random = Random::new(1);
        let labels: Vec<usize> = (0..60).map(|at| if at < 50 { 0 } else { 2 }).collect();
        let mut values = Vec::new();
        for &label in &labels {
            let center = if label == 0 { -1.0 } else { 1.0 };
            values.extend([center, -center].map(|x| (x + 0.2 * random.normal()) as f32));
        }
        (Matrix::from_rows(60, 2, values), labels)
    }

    fn trained(options: &WganOptions) -> Trained {
        let (examples, labels) = examples();
        train(&examples, &labels, N_LABELS, options, &mut |_| Ok(())).unwrap()
    }

    const SHORT: WganOptions = WganOptions {
        n_steps: 12,
        n_hidden: 8,
        n_noise: 4,
        n_batch: 8,
        n_critic: 2,
        rate: 5e-4,
        penalty: 10.0,
        seed: 3,
    };

    #[test]
    fn made_examples_are_where_those_of_their_label_are_and_spread_as_they_do() {
        let options = WganOptions {
            n_steps: 1_500,
            n_hidden: 32,
            n_noise: 4,
            n_batch: 32,
            ..WganOptions::default()
        };
        let generator = trained(&options).generator;
        let (examples, labels) = examples();
        for (label, center) in [(0, -1.0), (2, 1.0)] {
            let made = generator.generate(label, 2_000, &mut Random::new(9));
            let of_label: Vec<usize> = (0..60).filter(|&at| labels[at] == label).collect();
            let real = mean_of(&examples.select_rows(&of_label));
            for (value, mean) in mean_of(&made).into_iter().enumerate() {
                let column = made.column(value);
                let spread = (sums::sum_of_squares_about(&column, mean) / 1_999.0).sqrt();
                assert!((0.05..0.4).contains(&spread), "{label}: {spread}");
                // Five standard errors, of 1,000 examples to center on and 2,000 made here.
                let allowed = 5.0 * spread * (1.0_f64 / 1_000.0 + 1.0 / 2_000.0).sqrt();
                assert!((mean - real[value]).abs() < allowed, "{label}: {mean}");
            }
            // What was learned is near before it is shifted.
            let mut unshifted = generator.clone();
            unshifted.shifts.values_mut().fill(0.0);
            let made = mean_of(&unshifted.generate(label, 2_000, &mut Random::new(9)));
            assert!((made[0] - center).abs() < 0.3 && (made[1] + center).abs() < 0.3);
        }
    }

    #[test]
    fn one_seed_gives_the_same_bits_and_another_does_not() {
        assert_eq!(trained(&SHORT), trained(&SHORT));
        let other = WganOptions { seed: 4, ..SHORT };
        assert_ne!(trained(&SHORT).generator, trained(&other).generator);
    }

    #[test]
    fn loss_curves_are_thinned_and_end_with_the_last_step() {
        let n_steps = 2 * MAX_POINTS + 1;
        let losses = trained(&WganOptions { n_steps, ..SHORT }).losses;
        assert!(losses.len() <= MAX_POINTS && losses.len() > MAX_POINTS / 2);
        assert_eq!(losses.last().map(|point| point.step), Some(n_steps));
        assert!(losses.is_sorted_by(|a, b| a.step < b.step));
    }

    #[test]
    fn training_ends_with_the_error_of_who_watches() {
        let (examples, labels) = examples();
        let mut seen = Vec::new();
        let found = train(&examples, &labels, N_LABELS, &SHORT, &mut |point| {
            seen.push(point.step);
            if point.step < 10 {
                Ok(())
            } else {
                Err(AnalysisError::Cancelled)
            }
        });
        assert_eq!(found, Err(AnalysisError::Cancelled));
        assert_eq!(seen, [5, 10]);
    }

    #[test]
    fn nothing_to_learn_from_is_an_error() {
        let none = Matrix::from_rows(0, 2, Vec::new());
        let found = train(&none, &[], 1, &SHORT, &mut |_| Ok(()));
        assert!(matches!(found, Err(AnalysisError::TooFew { got: 0, .. })));
    }
}
