//! What a knock-out does to a sequence of genes: which tokens stand where, and who is seen.
//!
//! Geneformer deletes the token, and every gene behind it moves up one position. The other modes
//! change the cell in the same place without that, or do that alone, so that one can tell what
//! comes from the gene and what from the shift.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// How a gene is perturbed in a sequence.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum SequenceMode {
    /// Nobody looks at the gene; everything stays where it is.
    #[default]
    #[schemars(title = "Attention mask")]
    AttentionMask,
    /// The mask token stands in its place.
    #[schemars(title = "Mask token")]
    Mask,
    /// The gene is taken out and all later genes move up one position, as in Geneformer.
    #[schemars(title = "Delete (as Geneformer)")]
    Delete,
    /// The gene is taken out and all others keep their positions.
    #[schemars(title = "Delete, keep positions")]
    DeleteKeepPositions,
    /// Nothing is taken out; all later genes move up one position.
    #[schemars(title = "Shift only")]
    ShiftOnly,
    /// Another gene of nearly the same rank is deleted instead.
    #[schemars(title = "Random deletion")]
    RandomDelete,
    /// The gene moves to the front.
    #[schemars(title = "Overexpress")]
    Overexpress,
}

impl SequenceMode {
    /// As written in tables.
    pub fn name(self) -> &'static str {
        match self {
            Self::AttentionMask => "attention_mask",
            Self::Mask => "mask",
            Self::Delete => "delete",
            Self::DeleteKeepPositions => "delete_keep_positions",
            Self::ShiftOnly => "shift_only",
            Self::RandomDelete => "random_delete",
            Self::Overexpress => "overexpress",
        }
    }

    /// Whether genes change their positions.
    pub fn moves_genes(self) -> bool {
        matches!(
            self,
            Self::Delete | Self::ShiftOnly | Self::RandomDelete | Self::Overexpress
        )
    }
}

/// A sequence that an edit was made to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct EditedSequence {
    /// The tokens.
    pub tokens: Vec<u32>,
    /// The position of each.
    pub positions: Vec<u32>,
    /// Whether others look at it.
    pub is_seen: Vec<bool>,
    /// The genes that are compared: place in the sequence before, place here.
    pub compared: Vec<[u32; 2]>,
    /// Genes at the end that no longer fit: the sequence before is compared without as many of its last.
    pub n_cut: usize,
}

/// What is done to a sequence.
#[derive(Debug, Clone, Copy)]
pub struct Edit<'a> {
    /// How.
    pub mode: SequenceMode,
    /// Tokens of the genes that are perturbed, as one set.
    pub perturbed: &'a [u32],
    /// The token that stands for a gene that is hidden.
    pub mask: u32,
    /// Special tokens at the front and at the end, which stay there.
    pub n_special: [usize; 2],
    /// Tokens that a sequence may hold, special ones included.
    pub max_length: usize,
}

impl Edit<'_> {
    /// The sequence with the edit made. Genes that are not in it change nothing, but for
    /// [`SequenceMode::Overexpress`], which puts them in.
    ///
    /// [`SequenceMode::RandomDelete`] deletes whom it is given.
    pub fn apply(&self, tokens: &[u32]) -> EditedSequence {
        let is_perturbed =
            |at: usize| self.is_gene(tokens, at) && self.perturbed.contains(&tokens[at]);
        if self.mode == SequenceMode::Overexpress {
            return self.overexpress(tokens, &is_perturbed);
        }
        let mut edited = EditedSequence::default();
        let mut n_before = 0;
        for (at, &token) in tokens.iter().enumerate() {
            let is_hit = is_perturbed(at);
            let position = match self.mode {
                SequenceMode::Delete | SequenceMode::RandomDelete | SequenceMode::ShiftOnly => {
                    at - n_before
                }
                _ => at,
            };
            n_before += usize::from(is_hit);
            let is_taken_out = matches!(
                self.mode,
                SequenceMode::Delete
                    | SequenceMode::RandomDelete
                    | SequenceMode::DeleteKeepPositions
            );
            if is_hit && is_taken_out {
                continue;
            }
            if !is_hit && self.is_gene(tokens, at) {
                edited
                    .compared
                    .push([at as u32, edited.tokens.len() as u32]);
            }
            let is_masked = is_hit && self.mode == SequenceMode::Mask;
            edited
                .tokens
                .push(if is_masked { self.mask } else { token });
            edited.positions.push(position as u32);
            edited
                .is_seen
                .push(!(is_hit && self.mode == SequenceMode::AttentionMask));
        }
        edited
    }

    fn is_gene(&self, tokens: &[u32], at: usize) -> bool {
        at >= self.n_special[0] && at + self.n_special[1] < tokens.len()
    }

    /// The perturbed genes in front, in the order given; what no longer fits falls out at the end.
    fn overexpress(&self, tokens: &[u32], is_perturbed: &dyn Fn(usize) -> bool) -> EditedSequence {
        let [n_front, n_back] = self.n_special;
        let genes = n_front..tokens.len() - n_back;
        let room = self
            .max_length
            .saturating_sub(n_front + n_back + self.perturbed.len());
        let mut kept: Vec<usize> = genes.filter(|&at| !is_perturbed(at)).collect();
        let n_cut = kept.len().saturating_sub(room);
        kept.truncate(room);
        let mut all = tokens[..n_front].to_vec();
        all.extend_from_slice(self.perturbed);
        let first = all.len() as u32;
        let compared = (first..)
            .zip(&kept)
            .map(|(here, &before)| [before as u32, here]);
        let compared = compared.collect();
        all.extend(kept.iter().map(|&at| tokens[at]));
        all.extend_from_slice(&tokens[tokens.len() - n_back..]);
        EditedSequence {
            positions: (0..all.len() as u32).collect(),
            is_seen: vec![true; all.len()],
            tokens: all,
            compared,
            n_cut,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Edit, EditedSequence, SequenceMode};

    const MASK: u32 = 1;

    fn edited(mode: SequenceMode, perturbed: &[u32], n_special: [usize; 2]) -> EditedSequence {
        let edit = Edit {
            mode,
            perturbed,
            mask: MASK,
            n_special,
            max_length: 6,
        };
        edit.apply(&[10, 11, 12, 13, 14])
    }

    #[test]
    fn each_mode_does_what_its_name_says() {
        use SequenceMode as Mode;
        let check =
            |mode, tokens: &[u32], positions: &[u32], seen: &[u8], compared: &[[u32; 2]]| {
                let found = edited(mode, &[12], [0, 0]);
                let is_seen: Vec<bool> = seen.iter().map(|&seen| seen == 1).collect();
                assert_eq!(found.tokens, tokens, "{mode:?}");
                assert_eq!(found.positions, positions, "{mode:?}");
                assert_eq!(found.is_seen, is_seen, "{mode:?}");
                assert_eq!(found.compared, compared, "{mode:?}");
            };
        let same = [[0, 0], [1, 1], [3, 3], [4, 4]];
        let closed = [[0, 0], [1, 1], [3, 2], [4, 3]];
        let all = [10, 11, 12, 13, 14];
        check(
            Mode::AttentionMask,
            &all,
            &[0, 1, 2, 3, 4],
            &[1, 1, 0, 1, 1],
            &same,
        );
        check(
            Mode::Mask,
            &[10, 11, 1, 13, 14],
            &[0, 1, 2, 3, 4],
            &[1; 5],
            &same,
        );
        check(
            Mode::Delete,
            &[10, 11, 13, 14],
            &[0, 1, 2, 3],
            &[1; 4],
            &closed,
        );
        check(
            Mode::RandomDelete,
            &[10, 11, 13, 14],
            &[0, 1, 2, 3],
            &[1; 4],
            &closed,
        );
        check(
            Mode::DeleteKeepPositions,
            &[10, 11, 13, 14],
            &[0, 1, 3, 4],
            &[1; 4],
            &closed,
        );
        check(Mode::ShiftOnly, &all, &[0, 1, 2, 2, 3], &[1; 5], &same);
        let moved = [[0, 1], [1, 2], [3, 3], [4, 4]];
        check(
            Mode::Overexpress,
            &[12, 10, 11, 13, 14],
            &[0, 1, 2, 3, 4],
            &[1; 5],
            &moved,
        );
    }

    #[test]
    fn a_set_moves_later_genes_by_as_many() {
        let found = edited(SequenceMode::Delete, &[10, 12], [0, 0]);
        assert_eq!(found.compared, [[1, 0], [3, 1], [4, 2]]);
        assert_eq!(found.positions, [0, 1, 2]);
        let found = edited(SequenceMode::ShiftOnly, &[10, 12], [0, 0]);
        assert_eq!(found.positions, [0, 0, 1, 1, 2]);
    }

    #[test]
    fn special_tokens_stay_and_are_not_compared() {
        let found = edited(SequenceMode::Delete, &[12], [1, 1]);
        assert_eq!(found.tokens, [10, 11, 13, 14]);
        assert_eq!(found.compared, [[1, 1], [3, 2]]);
        let found = edited(SequenceMode::Overexpress, &[13], [1, 1]);
        assert_eq!(found.tokens, [10, 13, 11, 12, 14]);
        assert_eq!(found.compared, [[1, 2], [2, 3]]);
        // Special tokens are no genes, whatever is asked for.
        assert_eq!(
            edited(SequenceMode::Mask, &[10, 14], [1, 1]).tokens,
            [10, 11, 12, 13, 14]
        );
    }

    #[test]
    fn a_gene_that_is_not_there_changes_nothing_unless_it_is_put_in() {
        for mode in [
            SequenceMode::AttentionMask,
            SequenceMode::Mask,
            SequenceMode::Delete,
        ] {
            let found = edited(mode, &[99], [0, 0]);
            assert_eq!(found.tokens, [10, 11, 12, 13, 14]);
            assert_eq!(found.compared.len(), 5);
        }
        let found = edited(SequenceMode::Overexpress, &[99, 98], [0, 0]);
        assert_eq!(found.tokens, [99, 98, 10, 11, 12, 13]);
        assert_eq!(found.compared, [[0, 2], [1, 3], [2, 4], [3, 5]]);
        assert_eq!(found.n_cut, 1);
    }
}
