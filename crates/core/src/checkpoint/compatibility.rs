//! Whether the files of a model belong together, and fit the data: asked before anything is run.

use super::{
    CheckpointConfig, ModelParts, TokenDictionary,
    genes::{GeneMatch, match_genes, refuse_unmatched},
};
use crate::{error::AnalysisError, table::Table};

/// Positions of Geneformer's first version, which has no tokens around a cell.
const V1_POSITIONS: usize = 2048;
/// Positions of its second version, which has `<cls>` and `<eos>`.
const V2_POSITIONS: usize = 4096;

/// Operations per second of one thread, as measured in a browser; what a processor of 2020 does.
const OPERATIONS_PER_SECOND: f64 = 25e9;

/// The files, and what they are to be used on.
#[derive(Debug, Clone, Copy)]
pub struct Question<'a> {
    /// The files of the model.
    pub parts: &'a ModelParts,
    /// Names of the genes of the data.
    pub genes: &'a [String],
    /// Sum of the counts of each gene.
    pub totals: &'a [f64],
    /// Tokens of the longest cell.
    pub n_tokens: usize,
    /// The layer asked for, from the end.
    pub layer: i32,
    /// Bytes of memory that there are, where that is known.
    pub memory_limit: Option<u64>,
}

/// What came of a check.
#[derive(Debug, Clone, PartialEq)]
pub enum Outcome {
    /// As it must be.
    Good,
    /// To be known, and no hindrance.
    Note,
    /// Nothing can be computed.
    Refused(AnalysisError),
}

/// One check.
#[derive(Debug, Clone, PartialEq)]
pub struct Check {
    /// What was looked at.
    pub name: &'static str,
    /// What came of it.
    pub outcome: Outcome,
    /// What was found, with numbers.
    pub detail: String,
}

/// All checks, in the order in which they make sense.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Compatibility {
    /// The checks that could be made.
    pub checks: Vec<Check>,
    /// Which genes have tokens, where there is a dictionary.
    pub genes: Option<GeneMatch>,
}

/// Checks the files against each other and against the data. Computes nothing with the weights.
pub fn check_compatibility(question: &Question) -> Compatibility {
    let mut all = Compatibility::default();
    let ModelParts {
        weights,
        config,
        tokens,
        medians,
    } = question.parts;
    all.check_files(question.parts);
    if let (Some(config), Some(tokens)) = (config, tokens) {
        all.check_vocabulary(question, config, tokens);
        all.check_special(config, tokens);
    }
    if let Some(config) = config {
        all.check_positions(question, config);
    }
    if let Some(tokens) = tokens {
        all.check_genes(question, tokens);
    }
    if let (Some(tokens), Some(medians)) = (tokens, medians) {
        let n = tokens.genes.len();
        let has_median = |gene: &&String| medians.medians.contains_key(*gene);
        let n_found = tokens.genes.keys().filter(has_median).count();
        let detail = format!("{n_found} of {n} genes of the dictionary have a median");
        if n_found * 2 < n {
            all.refuse(
                "medians",
                detail,
                "expected those of the same model",
                "Open the median dictionary that lies beside the token dictionary",
            );
        } else {
            all.add("medians", n_found == n, detail);
        }
    }
    if let (Some(weights), Some(config)) = (weights, config) {
        all.check_costs(question, config, weights.memory_bytes());
    }
    all
}

impl Compatibility {
    /// The error of the first check that refuses.
    ///
    /// # Errors
    ///
    /// That one.
    pub fn verdict(&self) -> Result<(), AnalysisError> {
        let mut outcomes = self.checks.iter().map(|check| &check.outcome);
        match outcomes.find_map(|outcome| match outcome {
            Outcome::Refused(error) => Some(error.clone()),
            _ => None,
        }) {
            Some(error) => Err(error),
            None => Ok(()),
        }
    }

    /// The checks as a table.
    pub fn table(&self) -> Table {
        let texts = |of: &dyn Fn(&Check) -> String| self.checks.iter().map(of).collect();
        let result = |check: &Check| match check.outcome {
            Outcome::Good => "good".to_owned(),
            Outcome::Note => "note".to_owned(),
            Outcome::Refused(_) => "refused".to_owned(),
        };
        Table::new("compatibility", "Model and data")
            .text("check", "Check", texts(&|check| check.name.to_owned()))
            .text("result", "Result", texts(&result))
            .text("detail", "Detail", texts(&|check| check.detail.clone()))
    }

    fn add(&mut self, name: &'static str, is_good: bool, detail: String) {
        let outcome = if is_good {
            Outcome::Good
        } else {
            Outcome::Note
        };
        self.checks.push(Check {
            name,
            outcome,
            detail,
        });
    }

    fn refuse(&mut self, name: &'static str, detail: String, expected: &str, hint: &str) {
        let error = AnalysisError::Unsuitable {
            found: detail.clone(),
            expected: expected.into(),
            hint: hint.into(),
        };
        self.checks.push(Check {
            name,
            outcome: Outcome::Refused(error),
            detail,
        });
    }

    fn check_files(&mut self, parts: &ModelParts) {
        let files = [
            (parts.weights.is_some(), "weights (model.safetensors)"),
            (parts.config.is_some(), "configuration (config.json)"),
            (parts.tokens.is_some(), "token dictionary"),
        ];
        let missing: Vec<&str> = files
            .iter()
            .filter(|(is_there, _)| !is_there)
            .map(|(_, what)| *what)
            .collect();
        if missing.is_empty() {
            let detail = if parts.medians.is_some() {
                "weights, configuration, tokens and medians are there"
            } else {
                "no medians: those of the data would be used, with others the model has learned"
            };
            self.add("files", parts.medians.is_some(), detail.into());
        } else {
            self.refuse(
                "files",
                format!("the model has no {}", missing.join(", no ")),
                "expected weights, configuration and token dictionary behind the data",
                "Open the files of the model, and name them in what the step reads, after the data",
            );
        }
    }

    fn check_vocabulary(
        &mut self,
        question: &Question,
        config: &CheckpointConfig,
        tokens: &TokenDictionary,
    ) {
        let n_tokens = tokens.max_token() as usize + 1;
        let weights = question.parts.weights.as_deref();
        let n_rows = weights.map_or(config.vocab_size, |weights| {
            let mut words = weights.tensors.iter();
            words
                .find(|(name, _)| name.ends_with("embeddings.word_embeddings.weight"))
                .and_then(|(_, tensor)| tensor.shape.first().copied())
                .unwrap_or(0)
        });
        let detail = format!(
            "{n_tokens} tokens in the dictionary, {} in the configuration, {n_rows} in the weights",
            config.vocab_size
        );
        if n_tokens == config.vocab_size && n_rows == config.vocab_size {
            self.add("vocabulary", true, detail);
        } else {
            self.refuse(
                "vocabulary",
                detail,
                "expected the same number: these files are not of one model",
                "Open the dictionary of this model: the first and the second version of Geneformer have different ones",
            );
        }
    }

    fn check_special(&mut self, config: &CheckpointConfig, tokens: &TokenDictionary) {
        let special = tokens.special;
        let is_around = special.cls.is_some() && special.eos.is_some();
        let is_half = special.cls.is_some() != special.eos.is_some();
        let detail = if is_around {
            "<cls> and <eos> stand around each cell (second version)"
        } else {
            "no tokens stand around a cell (first version)"
        };
        let is_refused = is_half
            || (config.n_positions == V1_POSITIONS && is_around)
            || (config.n_positions == V2_POSITIONS && !is_around);
        if is_refused {
            self.refuse(
                "special tokens",
                format!("{detail}, and the model has {} positions", config.n_positions),
                "expected <cls> and <eos> for 4,096 positions, neither for 2,048",
                "Open the dictionary of this model: the first and the second version of Geneformer have different ones",
            );
        } else {
            self.add("special tokens", true, detail.into());
        }
        if special.mask.is_none() {
            let detail = "no <mask>: the mode mask cannot be used";
            self.add("mask token", false, detail.into());
        }
    }

    fn check_positions(&mut self, question: &Question, config: &CheckpointConfig) {
        let (n, n_positions) = (question.n_tokens, config.n_positions);
        let detail = format!("the longest cell has {n} tokens, the model {n_positions} positions");
        if n > n_positions {
            self.refuse(
                "positions",
                detail,
                "expected no more tokens than positions",
                "Take fewer tokens per cell",
            );
        } else {
            self.add("positions", true, detail);
        }
        if config.layer_from_end(question.layer).is_none() {
            self.refuse(
                "layer",
                format!("the layer {} of {}", question.layer, config.n_layers),
                "expected one that the model has, counted from the end",
                "Take -1, the one before the last, or 0, the last",
            );
        }
    }

    fn check_genes(&mut self, question: &Question, tokens: &TokenDictionary) {
        let found = match_genes(question.genes, tokens);
        let detail = found.words(question.totals);
        match refuse_unmatched(question.genes, &found) {
            Some(error) => self.checks.push(Check {
                name: "genes",
                outcome: Outcome::Refused(error),
                detail,
            }),
            None => self.add("genes", found.n_without_version == 0, detail),
        }
        self.genes = Some(found);
    }

    fn check_costs(&mut self, question: &Question, config: &CheckpointConfig, stored: u64) {
        let needed = stored + memory_while_running(config, question.n_tokens);
        let detail = format!("{:.0} MB, weights included", needed as f64 / 1e6);
        match question.memory_limit {
            Some(limit) if needed > limit => self.refuse(
                "memory",
                detail,
                &format!("expected at most {:.0} MB", limit as f64 / 1e6),
                "Close other inputs, take fewer tokens per cell, or a smaller model",
            ),
            _ => self.add("memory", true, detail),
        }
        if let Some(layer) = config.layer_from_end(question.layer) {
            let operations = config.operations(question.n_tokens, layer);
            let detail = format!(
                "{:.1} GFLOP for the longest cell, about {:.2} s on one thread by that count; the time left is told once the first are done",
                operations / 1e9,
                operations / OPERATIONS_PER_SECOND
            );
            self.add("time", true, detail);
        }
    }
}

/// Bytes beside the weights as stored: the layers laid out for products, and what a sequence takes.
fn memory_while_running(config: &CheckpointConfig, n_tokens: usize) -> u64 {
    /// Rows of scores of one head, on so many threads.
    const SCORE_ROWS: u64 = 64 * 8;
    let [d, f, layers, n] = [
        config.hidden_size,
        config.intermediate_size,
        config.n_layers,
        n_tokens,
    ]
    .map(|size| size as u64);
    let laid_out = layers * (4 * d * d + 2 * d * f);
    let rows = n * (6 * d + SCORE_ROWS);
    4 * (laid_out + rows)
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::{Compatibility, Outcome, Question, check_compatibility};
    use crate::checkpoint::{
        Activation, Checkpoint, CheckpointConfig, MedianDictionary, ModelParts, Tensor,
        TensorValues, TokenDictionary,
    };

    const GENES: i64 = 20;

    fn names(prefix: &str) -> Vec<String> {
        (0..GENES)
            .map(|gene| format!("{prefix}{gene:011}"))
            .collect()
    }

    fn config(n_positions: usize, vocab_size: usize) -> CheckpointConfig {
        CheckpointConfig {
            hidden_size: 4,
            n_layers: 2,
            n_heads: 1,
            intermediate_size: 8,
            n_positions,
            vocab_size,
            layer_norm_eps: 1e-12,
            activation: Activation::Relu,
            type_vocab_size: 2,
        }
    }

    fn parts(special: &[&str], n_positions: usize, vocab_size: usize) -> ModelParts {
        let special = special.iter().map(|name| (*name).to_owned());
        let entries = special.chain(names("ENSG")).zip(0..);
        let words = Tensor {
            shape: vec![vocab_size, 4],
            values: TensorValues::F32(Arc::new(vec![0.0; 4 * vocab_size])),
        };
        let name = "bert.embeddings.word_embeddings.weight".to_owned();
        let weights = Checkpoint {
            tensors: [(name, words)].into(),
            left_out: Vec::new(),
        };
        let medians = names("ENSG").into_iter().map(|gene| (gene, 2.0));
        ModelParts {
            weights: Some(Arc::new(weights)),
            config: Some(Arc::new(config(n_positions, vocab_size))),
            tokens: Some(Arc::new(TokenDictionary::from_entries(entries).unwrap())),
            medians: Some(Arc::new(MedianDictionary::from_entries(medians).unwrap())),
        }
    }

    const V1: [&str; 2] = ["<pad>", "<mask>"];
    const V2: [&str; 4] = ["<pad>", "<mask>", "<cls>", "<eos>"];

    fn asked(parts: &ModelParts, genes: &[String]) -> Compatibility {
        check_compatibility(&Question {
            parts,
            genes,
            totals: &vec![1.0; genes.len()],
            n_tokens: 100,
            layer: -1,
            memory_limit: Some(1 << 30),
        })
    }

    fn check_refused(parts: &ModelParts, genes: &[String], name: &str, words: &str) {
        let found = asked(parts, genes);
        let refused: Vec<&str> = found
            .checks
            .iter()
            .filter(|check| matches!(check.outcome, Outcome::Refused(_)))
            .map(|check| check.name)
            .collect();
        assert_eq!(refused, [name], "{:?}", found.checks);
        let error = found.verdict().unwrap_err();
        let said = format!("{error}: {}", error.hint().unwrap_or_default());
        assert!(said.contains(words), "{said}");
    }

    #[test]
    fn files_of_one_model_pass() {
        for (special, n_positions) in [(&V1[..], 2048), (&V2[..], 4096), (&V1[..], 160)] {
            let parts = parts(special, n_positions, special.len() + GENES as usize);
            let found = asked(&parts, &names("ENSG"));
            assert_eq!(found.verdict(), Ok(()));
            assert!(
                found
                    .checks
                    .iter()
                    .all(|check| check.outcome == Outcome::Good),
                "{:?}",
                found.checks
            );
            assert_eq!(found.table().n_rows(), 8);
        }
    }

    #[test]
    fn a_dictionary_of_another_model_is_refused() {
        let genes = names("ENSG");
        check_refused(&parts(&V1, 2048, 30), &genes, "vocabulary", "22 tokens");
        check_refused(
            &parts(&V1, 4096, 22),
            &genes,
            "special tokens",
            "<cls> and <eos>",
        );
        check_refused(
            &parts(&V2, 2048, 24),
            &genes,
            "special tokens",
            "neither for 2,048",
        );
        let mut other = parts(&V1, 2048, 22);
        let medians = [("ENSG99999999999".to_owned(), 1.0)];
        other.medians = Some(Arc::new(MedianDictionary::from_entries(medians).unwrap()));
        check_refused(&other, &genes, "medians", "0 of 20 genes");
    }

    #[test]
    fn what_is_missing_is_named() {
        let mut some = parts(&V1, 2048, 22);
        some.weights = None;
        some.config = None;
        check_refused(
            &some,
            &names("ENSG"),
            "files",
            "no weights (model.safetensors), no configuration",
        );
    }

    #[test]
    fn genes_that_have_no_tokens_are_refused_with_the_way_on() {
        let parts = parts(&V1, 2048, 22);
        check_refused(&parts, &names("ENSMUSG"), "genes", "mouse");
        check_refused(&parts, &names("TP"), "genes", "gene_name_id_dict");
        check_refused(&parts, &names("ENSDARG"), "genes", "0 of 20 genes");
    }

    #[test]
    fn cells_and_models_that_are_too_large_are_refused() {
        let parts = parts(&V1, 160, 22);
        let genes = names("ENSG");
        let question = Question {
            parts: &parts,
            genes: &genes,
            totals: &[1.0; 20],
            n_tokens: 200,
            layer: -3,
            memory_limit: Some(1000),
        };
        let refused: Vec<&str> = check_compatibility(&question)
            .checks
            .iter()
            .filter(|check| matches!(check.outcome, Outcome::Refused(_)))
            .map(|check| check.name)
            .collect();
        assert_eq!(refused, ["positions", "layer", "memory"]);
    }
}
