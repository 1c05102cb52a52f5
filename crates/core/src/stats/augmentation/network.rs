//! Layers of weights with leaky rectifiers between them, and gradients through them by hand.

use cuvette_kernels::dense::{AdamStep, Real, View};

use crate::random::Random;

/// Share of what is below zero that a rectifier lets through.
const SLOPE: f64 = 0.2;

const FIRST_DECAY: f64 = 0.5;
const SECOND_DECAY: f64 = 0.9;

/// Weights and offsets of all layers in one run: of each layer its weights, a row for each input,
/// then its offsets.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Network<T> {
    sizes: Vec<usize>,
    pub parameters: Vec<T>,
}

/// What stands at each layer for a batch, an example a row: first the input, last the output.
pub(super) type Layers<T> = Vec<Vec<T>>;

impl<T: Real> Network<T> {
    /// A network with layers of these sizes, weights drawn from normal distributions (He et al.
    /// 2015, <https://doi.org/10.1109/ICCV.2015.123>), offsets of zero.
    pub fn new(sizes: &[usize], random: &mut Random) -> Self {
        let mut parameters = Vec::new();
        for pair in sizes.windows(2) {
            let [n_inputs, n_outputs] = [pair[0], pair[1]];
            let spread = (2.0 / n_inputs as f64).sqrt();
            let mut weight = |_| T::from_f64(spread * random.normal());
            parameters.extend((0..n_inputs * n_outputs).map(&mut weight));
            parameters.extend((0..n_outputs).map(|_| T::default()));
        }
        Self {
            sizes: sizes.to_vec(),
            parameters,
        }
    }

    pub fn n_layers(&self) -> usize {
        self.sizes.len() - 1
    }

    pub fn n_inputs(&self) -> usize {
        self.sizes[0]
    }

    /// Where the weights of a layer begin, where its offsets do, and where these end.
    fn places(&self, layer: usize) -> [usize; 3] {
        let length = |layer: usize| (self.sizes[layer] + 1) * self.sizes[layer + 1];
        let start: usize = (0..layer).map(length).sum();
        let end = start + length(layer);
        [start, end - self.sizes[layer + 1], end]
    }

    fn weights(&self, layer: usize) -> View<'_, T> {
        let [start, end, _] = self.places(layer);
        View::new(&self.parameters[start..end], self.sizes[layer + 1])
    }

    fn rows<'a>(&self, cells: &'a [T], layer: usize) -> View<'a, T> {
        View::new(cells, self.sizes[layer])
    }

    /// What every layer gives for the input.
    pub fn forward(&self, input: Vec<T>) -> Layers<T> {
        let n_rows = input.len() / self.n_inputs();
        let mut layers = vec![input];
        for layer in 0..self.n_layers() {
            let [_, start, end] = self.places(layer);
            let mut output = self.parameters[start..end].repeat(n_rows);
            let input = self.rows(&layers[layer], layer);
            T::add_product(input, self.weights(layer), &mut output);
            if layer + 1 < self.n_layers() {
                T::bend(&mut output, T::from_f64(SLOPE));
            }
            layers.push(output);
        }
        layers
    }

    /// The gradient before the rectifier of each layer, from that at the output.
    pub fn backward(&self, layers: &Layers<T>, at_output: Vec<T>) -> Layers<T> {
        let mut gradients = vec![Vec::new(); self.n_layers()];
        let mut behind = at_output;
        for layer in (1..self.n_layers()).rev() {
            let mut before = self.multiply_back(&behind, layer);
            T::bend_gradient(&mut before, &layers[layer], T::from_f64(SLOPE));
            gradients[layer] = behind;
            behind = before;
        }
        gradients[0] = behind;
        gradients
    }

    /// The gradient at the input, from those that [`Network::backward`] gave.
    pub fn at_input(&self, gradients: &Layers<T>) -> Vec<T> {
        self.multiply_back(&gradients[0], 0)
    }

    fn multiply_back(&self, gradient: &[T], layer: usize) -> Vec<T> {
        let n_rows = gradient.len() / self.sizes[layer + 1];
        let mut before = vec![T::default(); n_rows * self.sizes[layer]];
        let gradient = self.rows(gradient, layer + 1);
        T::add_product(gradient, self.weights(layer).transposed(), &mut before);
        before
    }

    /// How far every layer's input moves when that of the network moves by `tangent`.
    pub fn tangents(&self, layers: &Layers<T>, tangent: Vec<T>) -> Layers<T> {
        let n_rows = tangent.len() / self.n_inputs();
        let mut tangents = vec![tangent];
        for layer in 1..self.n_layers() {
            let mut next = vec![T::default(); n_rows * self.sizes[layer]];
            let before = self.rows(&tangents[layer - 1], layer - 1);
            T::add_product(before, self.weights(layer - 1), &mut next);
            T::bend_gradient(&mut next, &layers[layer], T::from_f64(SLOPE));
            tangents.push(next);
        }
        tangents
    }

    /// Adds to the gradient of the weights what inputs of the layers and gradients behind them make.
    pub fn add_to_weights(&self, inputs: &Layers<T>, gradients: &Layers<T>, total: &mut [T]) {
        for layer in 0..self.n_layers() {
            let [start, end, _] = self.places(layer);
            let input = self.rows(&inputs[layer], layer).transposed();
            let gradient = self.rows(&gradients[layer], layer + 1);
            T::add_product(input, gradient, &mut total[start..end]);
        }
    }

    /// Adds to the gradient of the offsets.
    pub fn add_to_offsets(&self, gradients: &Layers<T>, total: &mut [T]) {
        for (layer, gradient) in gradients.iter().enumerate() {
            let [_, start, end] = self.places(layer);
            for row in gradient.chunks_exact(end - start) {
                for (total, value) in total[start..end].iter_mut().zip(row) {
                    *total += *value;
                }
            }
        }
    }
}

/// Steps against a gradient, with averages of it and of its square.
pub(super) struct Adam<T> {
    averages: [Vec<T>; 2],
    step: AdamStep,
    /// The decays to the power of the number of steps.
    powers: [f64; 2],
}

impl<T: Real> Adam<T> {
    pub fn new(n_parameters: usize, rate: f64) -> Self {
        let average = || vec![T::default(); n_parameters];
        Self {
            averages: [average(), average()],
            step: AdamStep {
                rate,
                first_decay: FIRST_DECAY,
                second_decay: SECOND_DECAY,
                first_whole: 0.0,
                second_whole: 0.0,
            },
            powers: [1.0; 2],
        }
    }

    pub fn step(&mut self, parameters: &mut [T], gradient: &[T]) {
        let [first, second] = &mut self.powers;
        *first *= FIRST_DECAY;
        *second *= SECOND_DECAY;
        self.step.first_whole = 1.0 - *first;
        self.step.second_whole = 1.0 - *second;
        let averages = self.averages.each_mut().map(Vec::as_mut_slice);
        T::adam(parameters, gradient, averages, &self.step);
    }
}
