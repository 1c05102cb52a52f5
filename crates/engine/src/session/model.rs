//! The files of a model among what a step reads: told apart by what they are, in any order.

use std::sync::Arc;

use cuvette_core::{
    AnalysisError,
    analyses::{AnalysisId, Data},
    checkpoint::ModelParts,
};

use super::sources::Read;

/// Takes the files of a model out of what stands behind the data sets.
///
/// # Errors
///
/// Two files of one sort, or any where the analysis reads none.
pub(super) fn take_model(
    tables: &mut Vec<Read>,
    analysis: AnalysisId,
) -> Result<ModelParts, AnalysisError> {
    if analysis.reads_model() {
        return gather(tables);
    }
    match tables.iter().find(|read| is_of_model(&read.data)) {
        None => Ok(ModelParts::default()),
        Some(read) => Err(AnalysisError::Input {
            message: format!(
                "{} reads no files of a model: take {} out of what it reads",
                analysis.name(),
                read.name
            ),
        }),
    }
}

fn is_of_model(data: &Data) -> bool {
    matches!(
        data,
        Data::Checkpoint(_)
            | Data::CheckpointConfig(_)
            | Data::TokenDictionary(_)
            | Data::MedianDictionary(_)
    )
}

/// A table of tokens that has medians stands for both, unless a dictionary of medians is there.
fn gather(tables: &mut Vec<Read>) -> Result<ModelParts, AnalysisError> {
    let mut model = ModelParts::default();
    for read in tables.extract_if(.., |read| is_of_model(&read.data)) {
        let is_second = match read.data {
            Data::Checkpoint(it) => model.weights.replace(it).is_some(),
            Data::CheckpointConfig(it) => model.config.replace(it).is_some(),
            Data::TokenDictionary(it) => model.tokens.replace(it).is_some(),
            Data::MedianDictionary(it) => model.medians.replace(it).is_some(),
            _ => false,
        };
        if is_second {
            let message = format!(
                "{} is the second file of its sort; a model has one each of weights, configuration, token dictionary and median dictionary",
                read.name
            );
            return Err(AnalysisError::Input { message });
        }
    }
    if let (None, Some(tokens)) = (&model.medians, &model.tokens) {
        model.medians = tokens.medians.as_ref().map(Arc::clone);
    }
    Ok(model)
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use cuvette_core::{
        analyses::{AnalysisId, Data},
        checkpoint::{Checkpoint, MedianDictionary, TokenDictionary},
    };

    use super::{gather, take_model};
    use crate::{hash::HashBuilder, session::sources::Read};

    fn medians(value: f64) -> Arc<MedianDictionary> {
        let entries = [("ENSG1".to_owned(), value)];
        Arc::new(MedianDictionary::from_entries(entries).unwrap())
    }

    fn reads() -> Vec<Read> {
        let tokens = TokenDictionary {
            medians: Some(medians(1.0)),
            ..TokenDictionary::default()
        };
        [
            ("tokens", Data::TokenDictionary(Arc::new(tokens))),
            ("samples", Data::SampleTable(Arc::default())),
            ("weights", Data::Checkpoint(Arc::new(Checkpoint::default()))),
        ]
        .map(|(name, data)| Read {
            name: name.into(),
            hash: HashBuilder::default().text(name).finish(),
            data,
        })
        .into()
    }

    #[test]
    fn files_are_told_apart_and_tables_stay() {
        let mut tables = reads();
        let model = gather(&mut tables).unwrap();
        assert!(model.weights.is_some() && model.tokens.is_some() && model.config.is_none());
        assert_eq!(model.medians, Some(medians(1.0)), "those of the table");
        let names: Vec<&str> = tables.iter().map(|read| read.name.as_str()).collect();
        assert_eq!(names, ["samples"]);

        let mut tables = reads();
        tables[1].data = Data::MedianDictionary(medians(2.0));
        let model = gather(&mut tables).unwrap();
        assert_eq!(model.medians, Some(medians(2.0)), "those of their own file");
    }

    #[test]
    fn two_of_a_sort_and_steps_without_use_for_them_are_errors() {
        let mut tables = reads();
        tables.extend(reads());
        let message = gather(&mut tables).unwrap_err().to_string();
        assert!(message.contains("tokens is the second file"), "{message}");
        let message = take_model(&mut reads(), AnalysisId::Pca).unwrap_err();
        assert_eq!(
            message.to_string(),
            "pca reads no files of a model: take tokens out of what it reads"
        );
        let mut others = vec![reads().swap_remove(1)];
        assert!(take_model(&mut others, AnalysisId::Pca).unwrap().is_empty());
        assert_eq!(others.len(), 1);
    }
}
