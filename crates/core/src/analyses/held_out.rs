//! Finds samples that an annotation holds back for testing.

use super::NamedDataset;
use crate::{context::Context, dataset::Dataset, error::Warning};

/// Words for samples that are learned from, without case, spaces and hyphens.
const TRAINING: [&str; 5] = ["train", "training", "trainingset", "trainset", "discovery"];

/// Words for samples that are kept for an honest look at the end.
const TEST: [&str; 10] = [
    "test",
    "testing",
    "testset",
    "holdout",
    "heldout",
    "heldoutset",
    "independent",
    "valid",
    "validation",
    "validationset",
];

/// Samples held back, and the annotation that says so.
#[derive(Debug, Clone, PartialEq, Eq)]
struct HeldOut {
    /// Name of the annotation.
    column: String,
    /// The word of the first of them, as it is written there.
    word: String,
    /// Positions of the samples, ascending.
    samples: Vec<usize>,
}

/// The samples that the first annotation with a word for training and a word for testing holds
/// back. A `test` beside a `control` is no such annotation.
fn held_out(data: &Dataset) -> Option<HeldOut> {
    data.sample_annotations.columns.iter().find_map(|column| {
        let texts = (0..column.values.len()).map(|sample| column.values.text(sample));
        let texts: Vec<String> = texts.collect();
        let words: Vec<String> = texts.iter().map(|text| word(text)).collect();
        let is_one_of = |words: &[&str], word: &String| words.contains(&word.as_str());
        let has_training = words.iter().any(|word| is_one_of(&TRAINING, word));
        let samples = (0..words.len()).filter(|&sample| is_one_of(&TEST, &words[sample]));
        let samples: Vec<usize> = samples.collect();
        let first = *samples.first()?;
        has_training.then(|| HeldOut {
            column: column.name.clone(),
            word: texts[first].trim().to_owned(),
            samples,
        })
    })
}

/// Warns where an annotation holds back samples that a step learns from: those at `fitted`, or all.
pub fn warn_of_test_samples(
    field: &str,
    fitted: Option<&[usize]>,
    input: &NamedDataset,
    context: &Context,
) {
    let Some(held) = held_out(&input.data) else {
        return;
    };
    let is_fitted = |sample: &usize| fitted.is_none_or(|all| all.binary_search(sample).is_ok());
    let used: Vec<usize> = held.samples.iter().copied().filter(is_fitted).collect();
    let Some(&first) = used.first() else { return };
    context.warn(Warning::new(
        "fitted_on_test",
        format!(
            "{} of the {} samples of {} that {} calls {} took part in the fit, the first is {}: what is tested on them later looks better than it is; list the other {} samples in {field}",
            used.len(),
            held.samples.len(),
            input.name,
            held.column,
            held.word,
            input.data.samples[first],
            input.data.n_samples() - held.samples.len(),
        ),
    ));
}

/// Letters alone, in lower case: `Held-out set` is `heldoutset`.
fn word(text: &str) -> String {
    let letters = text.chars().filter(|letter| letter.is_alphabetic());
    letters.flat_map(char::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::{HeldOut, held_out};
    use crate::{
        analyses::testing::{dataset, names},
        dataset::{Column, ColumnValues},
    };

    fn check(texts: [&str; 4], expected: Option<(&str, &[usize])>) {
        let mut data = dataset(&[&[1.0, 2.0, 3.0, 4.0]]);
        data.sample_annotations.columns.push(Arc::new(Column {
            name: "part".into(),
            values: ColumnValues::Text(names(&texts)),
        }));
        let expected = expected.map(|(word, samples)| HeldOut {
            column: "part".into(),
            word: word.into(),
            samples: samples.to_vec(),
        });
        assert_eq!(held_out(&data), expected, "{texts:?}");
    }

    #[test]
    fn a_word_for_training_and_one_for_testing_are_both_needed() {
        check(["train", "train", "test", "test"], Some(("test", &[2, 3])));
        check(
            ["Held-out set", "training", "", "training"],
            Some(("Held-out set", &[0])),
        );
        check(
            ["discovery", "Validation", "discovery", "Validation"],
            Some(("Validation", &[1, 3])),
        );
        check(["test", "control", "test", "control"], None);
        check(["train", "train", "train", "train"], None);
        check(["", "", "", ""], None);
    }
}
