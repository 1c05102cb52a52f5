//! Genes and samples of a matrix that are looked at.

use std::borrow::Cow;

use crate::matrix::Matrix;

/// Some genes and samples of a matrix, where they stand: a copy of them could be as large as the
/// data.
#[derive(Debug, Clone, Copy)]
pub struct Part<'a> {
    matrix: &'a Matrix,
    rows: Option<&'a [usize]>,
    columns: Option<&'a [usize]>,
}

/// The values of one gene in the samples of a part.
#[derive(Debug, Clone, Copy)]
pub struct PartRow<'a> {
    row: &'a [f32],
    columns: Option<&'a [usize]>,
}

impl<'a> Part<'a> {
    /// All of a matrix.
    pub fn whole(matrix: &'a Matrix) -> Self {
        Self {
            matrix,
            rows: None,
            columns: None,
        }
    }

    /// The genes in the chosen rows and the samples in the chosen columns, each once and ascending.
    pub fn of(matrix: &'a Matrix, rows: &'a [usize], columns: &'a [usize]) -> Self {
        Self {
            matrix,
            rows: (rows.len() < matrix.n_rows()).then_some(rows),
            columns: (columns.len() < matrix.n_columns()).then_some(columns),
        }
    }

    /// Number of genes.
    pub fn n_genes(&self) -> usize {
        self.rows.map_or(self.matrix.n_rows(), <[usize]>::len)
    }

    /// Number of samples.
    pub fn n_samples(&self) -> usize {
        self.columns.map_or(self.matrix.n_columns(), <[usize]>::len)
    }

    /// The values of a gene, by its place in the part.
    pub fn gene(&self, gene: usize) -> PartRow<'a> {
        PartRow {
            row: self.matrix.row(self.rows.map_or(gene, |rows| rows[gene])),
            columns: self.columns,
        }
    }

    /// The value of a gene in a sample, by their places in the part.
    #[inline]
    pub fn get(&self, gene: usize, sample: usize) -> f32 {
        self.gene(gene).get(sample)
    }

    /// The chosen genes, by their places in the part, as a matrix: genes × samples.
    pub fn select_genes(&self, genes: &[usize]) -> Matrix {
        let mut values = Vec::with_capacity(genes.len() * self.n_samples());
        for &gene in genes {
            values.extend_from_slice(&self.gene(gene).values());
        }
        Matrix::from_rows(genes.len(), self.n_samples(), values)
    }
}

impl<'a> PartRow<'a> {
    /// The value in a sample, by its place in the part.
    #[inline]
    pub fn get(&self, sample: usize) -> f32 {
        self.row[self.columns.map_or(sample, |columns| columns[sample])]
    }

    /// The values in all samples.
    pub fn values(&self) -> Cow<'a, [f32]> {
        match self.columns {
            None => Cow::Borrowed(self.row),
            Some(columns) => columns.iter().map(|&column| self.row[column]).collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Part;
    use crate::matrix::Matrix;

    #[test]
    fn a_part_holds_what_a_copy_of_it_would() {
        let matrix = Matrix::from_rows(3, 4, (0..12_u8).map(f32::from).collect());
        let all = [0, 1, 2, 3];
        for (rows, columns) in [
            (&all[..3], &all[..]),
            (&all[1..3], &all[..]),
            (&all[..3], &[0, 3][..]),
            (&[0, 2][..], &[1][..]),
        ] {
            let part = Part::of(&matrix, rows, columns);
            let copy = matrix.select_rows(rows).select_columns(columns);
            let genes: Vec<usize> = (0..part.n_genes()).collect();
            assert_eq!(part.select_genes(&genes), copy);
            assert_eq!(part.n_samples(), columns.len());
            let value = |gene, sample| part.get(gene, sample) == copy.get(gene, sample);
            assert!((0..columns.len()).all(|sample| genes.iter().all(|&gene| value(gene, sample))));
        }
        assert_eq!(Part::whole(&matrix).select_genes(&all[..3]), matrix);
    }
}
