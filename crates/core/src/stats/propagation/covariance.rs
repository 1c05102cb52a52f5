//! The covariance of every two genes, shrunk towards one in which genes know nothing of each other.

use cuvette_kernels::{
    dense::{Real, View},
    sums,
};

use crate::{
    context::Context,
    error::AnalysisError,
    matrix::Matrix,
    parallel,
    stats::{center::is_constant, cholesky::Cholesky, eigen::Symmetric},
};

/// Genes on each side of a block of products.
const BLOCK: usize = 64;

/// Samples of a block taken at a time: the genes of both sides stay in the cache.
const PIECE: usize = 512;

/// How far covariances are drawn towards nothing, since with few samples large ones are chance.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Shrinkage {
    /// Not at all: of use with many more samples than genes alone.
    None,
    /// By this share, from 0 to 1; variances stay as they are.
    Fixed(f64),
    /// By the share of Schäfer and Strimmer, from the variance of the correlations; variances stay
    /// as they are, so that scales of genes do not matter.
    SchaeferStrimmer,
    /// By the share of Ledoit and Wolf, which draws variances to their mean too.
    LedoitWolf,
}

/// How genes vary together.
#[derive(Debug, Clone)]
pub struct ShrunkCovariance {
    /// Without shrinkage.
    plain: Symmetric,
    /// What variances are drawn to.
    targets: Vec<f64>,
    /// The mean of each gene.
    means: Vec<f64>,
    shrinkage: f64,
    n_samples: usize,
}

/// The most variable of the genes that can take part, at most `n_most`, in the order of their rows.
///
/// Leaves out genes with a missing or infinite value, and such as do not vary; of genes that vary
/// alike the first are taken.
pub fn most_variable(rows: &Matrix, n_most: usize) -> Vec<usize> {
    let variances = parallel::map_by(BLOCK, rows.n_rows(), &|gene| {
        let row = rows.row(gene);
        let can_take_part = row.iter().all(|value| value.is_finite()) && !is_constant(row);
        let mean = sums::sum(row) / row.len() as f64;
        can_take_part.then(|| sums::sum_of_squares_about(row, mean))
    });
    let mut genes: Vec<(usize, f64)> = variances
        .into_iter()
        .enumerate()
        .filter_map(|(gene, square)| square.map(|square| (gene, square)))
        .collect();
    genes.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
    genes.truncate(n_most);
    let mut genes: Vec<usize> = genes.into_iter().map(|gene| gene.0).collect();
    genes.sort_unstable();
    genes
}

impl ShrunkCovariance {
    /// How the `genes` of `rows` vary together over all samples.
    ///
    /// ```text
    /// C = (1 − α) S + α T
    /// Schäfer–Strimmer: T = diag(S), α = Σ Var(rᵢⱼ) / Σ rᵢⱼ², i ≠ j, at most 1;  S with n − 1
    /// Ledoit–Wolf: T = mean(diag(S)) I, α as in their lemma 3.3;  S with n
    /// ```
    ///
    /// # Shapes
    ///
    /// `rows`: genes × samples, on the scale of logarithms; centered inside. Comes out as
    /// `genes.len()` × `genes.len()`, in their order.
    ///
    /// # Missing values
    ///
    /// Refused: covariances over different samples need not fit together. [`most_variable`] leaves
    /// such genes out.
    ///
    /// # Errors
    ///
    /// [`AnalysisError::TooFew`] below two genes or three samples, [`AnalysisError::Unsuitable`] for
    /// a gene with a missing or infinite value or one that does not vary, and
    /// [`AnalysisError::Cancelled`].
    ///
    /// # Complexity
    ///
    /// `genes² / 2 × samples` multiplications in `f64` on all threads, memory for `genes²` numbers.
    ///
    /// # References
    ///
    /// Agrees with `sklearn.covariance.ledoit_wolf`, and in the correlations with R
    /// `corpcor::cov.shrink(lambda.var = 0)`. Schäfer and Strimmer 2005,
    /// <https://doi.org/10.2202/1544-6115.1175>; Ledoit and Wolf 2004,
    /// <https://doi.org/10.1016/S0047-259X(03)00096-4>.
    ///
    /// # Panics
    ///
    /// When a gene is no row, or a fixed share is not within 0 and 1.
    pub fn fit(
        rows: &Matrix,
        genes: &[usize],
        shrinkage: Shrinkage,
        context: &Context,
    ) -> Result<Self, AnalysisError> {
        let data = Centered::new(rows, genes)?;
        let mut plain = data.products(context)?;
        let n = data.n_samples as f64;
        let free = if shrinkage == Shrinkage::LedoitWolf {
            n
        } else {
            n - 1.0
        };
        for cell in &mut plain {
            *cell /= free;
        }
        let plain = Symmetric::from_rows(genes.len(), plain);
        let share = match shrinkage {
            Shrinkage::None => 0.0,
            Shrinkage::Fixed(share) => {
                assert!((0.0..=1.0).contains(&share), "a share");
                share
            }
            Shrinkage::SchaeferStrimmer => data.schaefer_strimmer(&plain),
            Shrinkage::LedoitWolf => data.ledoit_wolf(&plain),
        };
        let variances = (0..genes.len()).map(|at| plain.row(at)[at]);
        let targets = if shrinkage == Shrinkage::LedoitWolf {
            vec![plain.trace() / genes.len() as f64; genes.len()]
        } else {
            variances.collect()
        };
        Ok(Self {
            plain,
            targets,
            means: data.means,
            shrinkage: share,
            n_samples: rows.n_columns(),
        })
    }

    /// Number of genes.
    pub fn len(&self) -> usize {
        self.plain.len()
    }

    /// True without genes, which cannot be.
    pub fn is_empty(&self) -> bool {
        self.plain.is_empty()
    }

    /// The share of the target, from 0 to 1.
    pub fn shrinkage(&self) -> f64 {
        self.shrinkage
    }

    /// Samples that it was made from.
    pub fn n_samples(&self) -> usize {
        self.n_samples
    }

    /// The mean of each gene.
    pub fn means(&self) -> &[f64] {
        &self.means
    }

    /// The shrunk covariance of two genes, or variance of one.
    pub fn get(&self, a: usize, b: usize) -> f64 {
        let rest = (1.0 - self.shrinkage) * self.plain.row(a)[b];
        if a == b {
            rest + self.shrinkage * self.targets[a]
        } else {
            rest
        }
    }

    /// The correlation of two genes in the data, without shrinkage.
    pub fn correlation(&self, a: usize, b: usize) -> f64 {
        if a == b {
            return 1.0;
        }
        let product = self.variance(a).sqrt() * self.variance(b).sqrt();
        (self.plain.row(a)[b] / product).clamp(-1.0, 1.0)
    }

    /// The variance of a gene in the data, without shrinkage.
    pub(super) fn variance(&self, gene: usize) -> f64 {
        self.plain.row(gene)[gene]
    }

    /// The inverse of the shrunk matrix.
    ///
    /// # Errors
    ///
    /// [`AnalysisError::Unsuitable`] where it has none: too little shrinkage for so few samples;
    /// and [`AnalysisError::Cancelled`].
    pub(super) fn inverse(&self, context: &Context) -> Result<Symmetric, AnalysisError> {
        let n = self.len();
        let cells = (0..n * n).map(|at| self.get(at / n, at % n)).collect();
        let triangle = Cholesky::of(Symmetric::from_rows(n, cells), context)?;
        triangle.ok_or_else(|| self.singular())?.inverse(context)
    }

    pub(super) fn singular(&self) -> AnalysisError {
        AnalysisError::Unsuitable {
            found: format!(
                "some of {} genes follow from others in {} samples, with a shrinkage of {}",
                self.len(),
                self.n_samples,
                self.shrinkage
            ),
            expected: "expected genes that each say something of their own".into(),
            hint: "Shrink more, take fewer genes, or leave out genes that stand twice".into(),
        }
    }
}

/// Chosen genes less their means.
struct Centered<'a> {
    rows: &'a Matrix,
    genes: &'a [usize],
    means: Vec<f64>,
    n_samples: usize,
}

impl<'a> Centered<'a> {
    fn new(rows: &'a Matrix, genes: &'a [usize]) -> Result<Self, AnalysisError> {
        let n_samples = rows.n_columns();
        for (what, need, got) in [("genes", 2, genes.len()), ("samples", 3, n_samples)] {
            if got < need {
                let what = what.into();
                return Err(AnalysisError::TooFew { what, need, got });
            }
        }
        for &gene in genes {
            let row = rows.row(gene);
            let trouble = match row.iter().position(|value| !value.is_finite()) {
                Some(sample) => format!("is {} in sample {}", row[sample], sample + 1),
                None if is_constant(row) => format!("is {} in every sample", row[0]),
                None => continue,
            };
            return Err(AnalysisError::Unsuitable {
                found: format!("the gene of row {} {trouble}", gene + 1),
                expected: "expected genes that vary and have a value in every sample".into(),
                hint: "Leave such genes out, or fill in what is missing with impute".into(),
            });
        }
        let mean = |&gene: &usize| sums::sum(rows.row(gene)) / n_samples as f64;
        Ok(Self {
            rows,
            genes,
            means: genes.iter().map(mean).collect(),
            n_samples,
        })
    }

    /// The centered values of neighboring genes in neighboring samples, gene after gene.
    fn piece(&self, genes: std::ops::Range<usize>, samples: std::ops::Range<usize>) -> Vec<f64> {
        let mut piece = Vec::with_capacity(genes.len() * samples.len());
        for gene in genes {
            let values = &self.rows.row(self.genes[gene])[samples.clone()];
            let mean = self.means[gene];
            piece.extend(values.iter().map(|&value| f64::from(value) - mean));
        }
        piece
    }

    /// The sum over samples of the products of every two genes, row after row.
    fn products(&self, context: &Context) -> Result<Vec<f64>, AnalysisError> {
        let n = self.genes.len();
        let mut cells = vec![0.0; n * n];
        parallel::try_map_chunks(&mut cells, BLOCK * n, &|block, cells| {
            let left = block * BLOCK..n.min((block + 1) * BLOCK);
            for column in (left.start..n).step_by(BLOCK) {
                let right = column..n.min(column + BLOCK);
                let mut tile = vec![0.0; left.len() * right.len()];
                for from in (0..self.n_samples).step_by(PIECE) {
                    context.check_cancelled()?;
                    let samples = from..self.n_samples.min(from + PIECE);
                    let x = self.piece(left.clone(), samples.clone());
                    let y = self.piece(right.clone(), samples.clone());
                    let [x, y] = [&x, &y].map(|cells| View::new(cells, samples.len()));
                    f64::add_product(x, y.transposed(), &mut tile);
                }
                for (row, tile) in cells
                    .chunks_exact_mut(n)
                    .zip(tile.chunks_exact(right.len()))
                {
                    row[right.clone()].copy_from_slice(tile);
                }
            }
            Ok::<(), AnalysisError>(())
        })?;
        for row in 1..n {
            for column in 0..row {
                cells[row * n + column] = cells[column * n + row];
            }
        }
        Ok(cells)
    }

    /// For each sample the sum over genes of the squares, each gene divided by its `scale`, and the
    /// sum of the fourth powers of all values: what sums over all pairs of genes come down to.
    fn powers(&self, scale: impl Fn(usize) -> f64) -> (Vec<f64>, f64) {
        let mut squares = vec![0.0; self.n_samples];
        let mut fourths = 0.0;
        for (at, (&gene, mean)) in self.genes.iter().zip(&self.means).enumerate() {
            let scale = scale(at);
            for (sum, &value) in squares.iter_mut().zip(self.rows.row(gene)) {
                let square = ((f64::from(value) - mean) / scale).powi(2);
                *sum += square;
                fourths += square * square;
            }
        }
        (squares, fourths)
    }

    fn schaefer_strimmer(&self, plain: &Symmetric) -> f64 {
        let n = self.n_samples as f64;
        let (squares, fourths) = self.powers(|gene| plain.row(gene)[gene].sqrt());
        // Of w = x y over samples, for all i ≠ j: Σ w², and the squares of its means.
        let products: f64 = squares.iter().map(|square| square * square).sum::<f64>() - fourths;
        let correlations = sum_of_squares_beside(plain, |a, b| {
            plain.row(a)[b] / (plain.row(a)[a] * plain.row(b)[b]).sqrt()
        });
        let mean_squares = correlations * ((n - 1.0) / n).powi(2);
        let variance = (products - n * mean_squares) * n / (n - 1.0).powi(3);
        share(variance, correlations)
    }

    fn ledoit_wolf(&self, plain: &Symmetric) -> f64 {
        let (n, n_genes) = (self.n_samples as f64, self.genes.len() as f64);
        let (squares, _) = self.powers(|_| 1.0);
        let products: f64 = squares.iter().map(|square| square * square).sum();
        let beside = sum_of_squares_beside(plain, |a, b| plain.row(a)[b]);
        let variances = || (0..plain.len()).map(|at| plain.row(at)[at]);
        let norm = beside + variances().map(|v| v * v).sum::<f64>();
        let mean = plain.trace() / n_genes;
        let beta = (products / n - norm) / n;
        let delta = norm - 2.0 * mean * plain.trace() + n_genes * mean * mean;
        share(beta, delta)
    }
}

/// `part / whole` within 0 and 1; nothing of nothing is all, since nothing is known.
fn share(part: f64, whole: f64) -> f64 {
    if part <= 0.0 {
        0.0
    } else {
        (part / whole).min(1.0)
    }
}

/// The sum of the squares of a value per two different genes, row by row.
fn sum_of_squares_beside(plain: &Symmetric, value: impl Fn(usize, usize) -> f64 + Sync) -> f64 {
    let n = plain.len();
    let rows = parallel::map(n, &|a| {
        let others = (0..n).filter(|&b| b != a);
        others.map(|b| value(a, b).powi(2)).sum::<f64>()
    });
    rows.iter().sum()
}
