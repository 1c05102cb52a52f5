//! Which genes of the data a model knows, and what to do where it knows too few.

use super::TokenDictionary;
use crate::{analyses::without_version, error::AnalysisError};

/// Below this share of genes with a token nothing is computed.
const LEAST_SHARE: f64 = 0.1;

/// The token of each gene of the data.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct GeneMatch {
    /// In the order of the genes; `None` where the model does not know the gene.
    pub tokens: Vec<Option<u32>>,
    /// Genes with a token.
    pub n_matched: usize,
    /// Of these, the ones found only without their version (`.12`).
    pub n_without_version: usize,
}

/// Looks up genes by their Ensembl ids: in capital letters, and where that is not found, without
/// the version behind it.
pub fn match_genes(genes: &[String], dictionary: &TokenDictionary) -> GeneMatch {
    let mut found = GeneMatch::default();
    for gene in genes {
        let id = gene.trim().to_ascii_uppercase();
        let mut token = dictionary.genes.get(&id);
        if token.is_none() {
            token = dictionary.genes.get(without_version(&id));
            found.n_without_version += usize::from(token.is_some());
        }
        found.n_matched += usize::from(token.is_some());
        found.tokens.push(token.copied());
    }
    found
}

impl GeneMatch {
    /// How many genes and counts were matched, in a sentence.
    pub fn words(&self, totals: &[f64]) -> String {
        let sum = |is_counted: &dyn Fn(Option<u32>) -> bool| -> f64 {
            let pairs = totals.iter().zip(&self.tokens);
            pairs
                .filter(|(_, token)| is_counted(**token))
                .map(|(total, _)| total)
                .sum()
        };
        let all = sum(&|_| true);
        let share = if all > 0.0 {
            100.0 * sum(&|token| token.is_some()) / all
        } else {
            0.0
        };
        let versions = match self.n_without_version {
            0 => String::new(),
            n => format!(", {n} of them without the version behind their id"),
        };
        format!(
            "{} of {} genes have a token{versions}; they hold {share:.1} % of the counts",
            self.n_matched,
            self.tokens.len()
        )
    }
}

/// The error where too few genes are known, by what their names look like.
pub(super) fn refuse_unmatched(genes: &[String], found: &GeneMatch) -> Option<AnalysisError> {
    let n = genes.len();
    if n > 0 && found.n_matched as f64 >= LEAST_SHARE * n as f64 {
        return None;
    }
    let is_mostly = |start: &str| {
        let begins = |gene: &&String| {
            let gene = gene.trim().as_bytes();
            gene.get(..start.len())
                .is_some_and(|head| head.eq_ignore_ascii_case(start.as_bytes()))
        };
        2 * genes.iter().filter(begins).count() > n
    };
    let (looks, hint) = if is_mostly("ENSMUSG") {
        (
            "they look like ids of mouse genes",
            "The model knows human genes. Rename them by a table of human orthologs first (rename_genes)",
        )
    } else if is_mostly("ENS") {
        (
            "they look like Ensembl ids of another species or release",
            "The model knows human genes (ENSG…)",
        )
    } else {
        (
            "they look like symbols",
            "Rename them to Ensembl ids first: rename_genes with gene_name_id_dict.pkl, or another table of symbols and ids, as its map",
        )
    };
    let first: Vec<&str> = genes.iter().take(3).map(String::as_str).collect();
    Some(AnalysisError::NoMatch {
        message: format!(
            "{} of {n} genes have a token of the model, at least {:.0} % needed; {looks}: {}",
            found.n_matched,
            100.0 * LEAST_SHARE,
            first.join(", ")
        ),
        hint: hint.into(),
    })
}

#[cfg(test)]
mod tests {
    use super::match_genes;
    use crate::checkpoint::TokenDictionary;

    #[test]
    fn versions_and_small_letters_do_not_matter_and_are_counted() {
        let entries = [
            ("ENSG00000136574".to_owned(), 2),
            ("ENSG00000075624".to_owned(), 3),
        ];
        let dictionary = TokenDictionary::from_entries(entries).unwrap();
        let genes = ["ENSG00000136574.12", "ensg00000075624", "GATA4", ""];
        let genes: Vec<String> = genes.map(Into::into).to_vec();
        let found = match_genes(&genes, &dictionary);
        assert_eq!(found.tokens, [Some(2), Some(3), None, None]);
        assert_eq!((found.n_matched, found.n_without_version), (2, 1));
        let words = found.words(&[6.0, 3.0, 1.0, 0.0]);
        assert!(
            words.contains("2 of 4 genes") && words.contains("90.0 %"),
            "{words}"
        );
    }
}
