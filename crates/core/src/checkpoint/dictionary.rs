//! Tokens and medians by gene.

use std::{collections::BTreeMap, sync::Arc};

/// Tokens that stand for no gene, as far as the dictionary has them.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct SpecialTokens {
    /// `<pad>`: fills up shorter sequences.
    pub pad: Option<u32>,
    /// `<mask>`: stands for a gene to be guessed.
    pub mask: Option<u32>,
    /// `<cls>`: stands before the genes of a cell.
    pub cls: Option<u32>,
    /// `<eos>`: stands behind them.
    pub eos: Option<u32>,
}

/// Which token stands for which gene.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct TokenDictionary {
    /// Token by gene id.
    pub genes: BTreeMap<String, u32>,
    /// Tokens that stand for no gene.
    pub special: SpecialTokens,
    /// Special tokens of other names, which nothing here uses.
    pub other_special: BTreeMap<String, u32>,
    /// Medians that the same table gives.
    pub medians: Option<Arc<MedianDictionary>>,
}

/// Median of a gene's counts, per 10,000 of a cell, over the cells that a model has learned from
/// and that have any.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct MedianDictionary {
    /// Median by gene id; all are above zero.
    pub medians: BTreeMap<String, f64>,
}

impl TokenDictionary {
    /// The dictionary of these names and tokens; names in `<>` are special.
    ///
    /// # Errors
    ///
    /// In words: a token that is negative or stands twice, a name that stands twice, or no gene.
    pub fn from_entries(entries: impl IntoIterator<Item = (String, i64)>) -> Result<Self, String> {
        let mut dictionary = Self::default();
        let mut names: BTreeMap<u32, String> = BTreeMap::new();
        for (name, token) in entries {
            let token = u32::try_from(token)
                .ok()
                .filter(|&token| token < MAX_TOKENS)
                .ok_or_else(|| {
                    format!("the token of {name:?} is {token}, expected 0 to {MAX_TOKENS}")
                })?;
            if let Some(other) = names.insert(token, name.clone()) {
                return Err(format!(
                    "{other:?} and {name:?} have the same token {token}"
                ));
            }
            let is_repeated = match name.as_str() {
                "<pad>" => dictionary.special.pad.replace(token).is_some(),
                "<mask>" => dictionary.special.mask.replace(token).is_some(),
                "<cls>" => dictionary.special.cls.replace(token).is_some(),
                "<eos>" => dictionary.special.eos.replace(token).is_some(),
                other if other.starts_with('<') && other.ends_with('>') => {
                    let others = &mut dictionary.other_special;
                    others.insert(name.clone(), token).is_some()
                }
                _ => dictionary.genes.insert(name.clone(), token).is_some(),
            };
            if is_repeated {
                return Err(format!("{name:?} stands twice"));
            }
        }
        if dictionary.genes.is_empty() {
            return Err("it has no gene".into());
        }
        Ok(dictionary)
    }

    /// All names with their tokens, the special ones first.
    pub fn entries(&self) -> Vec<(&str, u32)> {
        let SpecialTokens {
            pad,
            mask,
            cls,
            eos,
        } = self.special;
        let special = [
            ("<pad>", pad),
            ("<mask>", mask),
            ("<cls>", cls),
            ("<eos>", eos),
        ];
        let special = special
            .into_iter()
            .filter_map(|(name, token)| token.map(|token| (name, token)));
        let others = self.other_special.iter().chain(&self.genes);
        special
            .chain(others.map(|(name, &token)| (name.as_str(), token)))
            .collect()
    }

    /// How many tokens there are, special ones among them.
    pub fn len(&self) -> usize {
        self.entries().len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.genes.is_empty() && self.len() == 0
    }

    /// The largest token.
    pub fn max_token(&self) -> u32 {
        let tokens = self.entries().into_iter().map(|(_, token)| token);
        tokens.max().unwrap_or(0)
    }
}

/// Far above any vocabulary; so that tables by token stay small.
const MAX_TOKENS: u32 = 1 << 24;

impl MedianDictionary {
    /// The dictionary of these gene ids and medians.
    ///
    /// # Errors
    ///
    /// In words: a median that is not above zero, a name that stands twice, or no gene.
    pub fn from_entries(entries: impl IntoIterator<Item = (String, f64)>) -> Result<Self, String> {
        let mut medians = BTreeMap::new();
        for (gene, median) in entries {
            if !(median.is_finite() && median > 0.0) {
                return Err(format!(
                    "the median of {gene:?} is {median}, expected a number above 0"
                ));
            }
            if medians.contains_key(&gene) {
                return Err(format!("{gene:?} stands twice"));
            }
            medians.insert(gene, median);
        }
        if medians.is_empty() {
            return Err("it has no gene".into());
        }
        Ok(Self { medians })
    }
}

#[cfg(test)]
mod tests {
    use super::{MedianDictionary, SpecialTokens, TokenDictionary};

    fn tokens(entries: &[(&str, i64)]) -> Result<TokenDictionary, String> {
        TokenDictionary::from_entries(entries.iter().map(|&(name, token)| (name.into(), token)))
    }

    #[test]
    fn special_tokens_stand_apart() {
        let found = tokens(&[("<pad>", 0), ("<mask>", 1), ("<bos>", 2), ("ENSG1", 3)]).unwrap();
        let expected = SpecialTokens {
            pad: Some(0),
            mask: Some(1),
            ..SpecialTokens::default()
        };
        assert_eq!(found.special, expected);
        assert_eq!(found.genes.len(), 1);
        assert_eq!((found.len(), found.max_token()), (4, 3));
    }

    #[test]
    fn tokens_that_cannot_be_are_refused() {
        let check = |entries: &[(&str, i64)], expected: &str| {
            let problem = tokens(entries).unwrap_err();
            assert!(problem.contains(expected), "{problem}");
        };
        check(&[("ENSG1", -1)], "is -1");
        check(&[("ENSG1", 1 << 40)], "is 1099511627776");
        check(&[("ENSG1", 2), ("ENSG2", 2)], "same token 2");
        check(&[("ENSG1", 2), ("ENSG1", 3)], "stands twice");
        check(&[("<pad>", 0)], "no gene");
    }

    #[test]
    fn medians_are_above_zero() {
        let check = |median: f64| {
            MedianDictionary::from_entries([("ENSG1".to_owned(), median)]).unwrap_err()
        };
        for median in [0.0, -1.0, f64::NAN, f64::INFINITY] {
            assert!(check(median).contains("above 0"));
        }
    }
}
