//! Effects on each gene, added up over cells.

use cuvette_kernels::turns::{EffectSums, add_effects};

/// An affected gene.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Affected {
    /// Place in the vocabulary.
    pub gene: u32,
    /// Mean of 1 − cosine over cells.
    pub mean: f64,
    /// Its standard deviation over cells, with n as Geneformer prints it.
    pub sd: f64,
    /// Cells that have both genes.
    pub n_cells: usize,
    /// Mean rank before and after, from 0.
    pub ranks: [f64; 2],
    /// Mean z score beside genes of nearly the same rank; NaN where there is none.
    pub z: f64,
}

/// Sums over cells for each gene of the vocabulary.
#[derive(Debug, Clone)]
pub struct Sums {
    of_effects: Vec<EffectSums>,
    of_z: Vec<SumOfZ>,
}

#[derive(Debug, Clone, Copy, Default)]
struct SumOfZ {
    sum: f64,
    n: u32,
}

impl Sums {
    /// Bytes for so many genes.
    pub fn bytes(n_genes: usize) -> u64 {
        (n_genes * (size_of::<EffectSums>() + size_of::<SumOfZ>())) as u64
    }

    /// Nothing yet, of so many genes.
    pub fn new(n_genes: usize) -> Self {
        Self {
            of_effects: vec![EffectSums::default(); n_genes],
            of_z: vec![SumOfZ::default(); n_genes],
        }
    }

    /// Adds an effect in one cell, with the ranks before and after.
    pub fn add(&mut self, gene: u32, effect: f64, ranks: [u32; 2]) {
        let [before, after] = ranks.map(f64::from);
        let values = [effect, effect * effect, before, after, 1.0];
        for (sum, value) in self.of_effects[gene as usize].iter_mut().zip(values) {
            *sum += value;
        }
    }

    /// Adds the effects of one gene that is hidden in a cell; see [`add_effects`].
    pub fn add_hidden(
        &mut self,
        genes: &[u32],
        effects: &[f64],
        last_in_place: usize,
    ) -> (f64, usize) {
        add_effects(&mut self.of_effects, genes, effects, last_in_place)
    }

    /// Adds a z score in one cell; NaN is none.
    pub fn add_z(&mut self, gene: u32, z: f64) {
        if !z.is_nan() {
            let sum = &mut self.of_z[gene as usize];
            sum.sum += z;
            sum.n += 1;
        }
    }

    /// The affected genes, largest mean effect first, ties by their place; at most `most`.
    pub fn largest(&self, most: usize) -> Vec<Affected> {
        let mut affected: Vec<Affected> = (0..self.of_effects.len() as u32)
            .filter_map(|gene| self.affected(gene))
            .collect();
        affected.sort_by(|a, b| b.mean.total_cmp(&a.mean).then(a.gene.cmp(&b.gene)));
        affected.truncate(most);
        affected
    }

    /// The same genes with what was added since.
    pub fn again(&self, genes: &[Affected]) -> Vec<Affected> {
        let again = genes.iter().filter_map(|known| self.affected(known.gene));
        again.collect()
    }

    /// None where no cell has it.
    fn affected(&self, gene: u32) -> Option<Affected> {
        let [effect, square, before, after, n] = self.of_effects[gene as usize];
        let of_z = self.of_z[gene as usize];
        let mean = effect / n;
        (n > 0.0).then(|| Affected {
            gene,
            mean,
            sd: (square / n - mean * mean).max(0.0).sqrt(),
            n_cells: n as usize,
            ranks: [before / n, after / n],
            z: of_z.sum / f64::from(of_z.n),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::Sums;

    #[test]
    fn genes_behind_one_that_is_taken_out_move_up() {
        let mut sums = Sums::new(4);
        let effects = [0.5, f64::NAN, 0.25];
        assert_eq!(sums.add_hidden(&[3, 0, 2], &effects, 1), (0.75, 2));
        assert_eq!(sums.add_hidden(&[2, 3], &[1.0, 2.0], usize::MAX), (3.0, 2));
        let found = sums.largest(4);
        let gene = |at: usize| (found[at].gene, found[at].mean, found[at].ranks);
        assert_eq!(found.len(), 2);
        assert_eq!(gene(0), (3, 1.25, [0.5, 0.5]));
        assert_eq!(gene(1), (2, 0.625, [1.0, 0.5]));
    }

    #[test]
    fn genes_come_out_by_their_mean_with_its_spread() {
        let mut sums = Sums::new(4);
        sums.add(2, 1.0, [5, 4]);
        sums.add(2, 3.0, [7, 6]);
        sums.add(1, 2.0, [0, 0]);
        sums.add(3, 9.0, [1, 1]);
        sums.add_z(2, 4.0);
        sums.add_z(2, f64::NAN);
        let found = sums.largest(3);
        let genes: Vec<u32> = found.iter().map(|affected| affected.gene).collect();
        assert_eq!(genes, [3, 1, 2]);
        let gene = found[2];
        assert_eq!((gene.mean, gene.sd, gene.n_cells), (2.0, 1.0, 2));
        assert_eq!((gene.ranks, gene.z), ([6.0, 5.0], 4.0));
        assert!(found[0].z.is_nan());
        assert_eq!(sums.largest(1).len(), 1);
    }
}
