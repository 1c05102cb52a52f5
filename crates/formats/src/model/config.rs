//! `config.json`: the sizes of a model, as `transformers` writes them
//! (<https://huggingface.co/docs/transformers/v4.57.0/en/model_doc/bert#transformers.BertConfig>).

use cuvette_core::checkpoint::{Activation, CheckpointConfig};
use serde_json::Value;

use super::json::{Fields, read_fields};

/// Sizes above this are no model that a page could hold, and might overflow products of them.
const MAX_SIZE: u64 = 1 << 24;

/// The sizes that a configuration gives.
///
/// Fields that change what an encoder computes are read or, where they ask for what is not
/// computed, refused; all others are passed over.
///
/// # Errors
///
/// In words: a field that is missing, or holds what was not expected.
pub(crate) fn read_config(text: &[u8]) -> Result<CheckpointConfig, String> {
    let fields = read_fields(text)?;
    expect_text(&fields, "model_type", "bert")?;
    expect_text(&fields, "position_embedding_type", "absolute")?;
    let config = CheckpointConfig {
        hidden_size: size(&fields, "hidden_size", None)?,
        n_layers: size(&fields, "num_hidden_layers", None)?,
        n_heads: size(&fields, "num_attention_heads", None)?,
        intermediate_size: size(&fields, "intermediate_size", None)?,
        n_positions: size(&fields, "max_position_embeddings", None)?,
        vocab_size: size(&fields, "vocab_size", None)?,
        layer_norm_eps: epsilon(&fields)?,
        activation: activation(&fields)?,
        type_vocab_size: size(&fields, "type_vocab_size", Some(2))?,
    };
    if config.hidden_size.is_multiple_of(config.n_heads) {
        Ok(config)
    } else {
        Err(format!(
            "hidden_size is {}, expected a multiple of num_attention_heads, which is {}",
            config.hidden_size, config.n_heads
        ))
    }
}

fn field<'a>(fields: &'a Fields, name: &str) -> Option<&'a Value> {
    let found = fields.iter().find(|(field, _)| field == name);
    found
        .map(|(_, value)| value)
        .filter(|value| !value.is_null())
}

fn size(fields: &Fields, name: &str, default: Option<usize>) -> Result<usize, String> {
    match (field(fields, name), default) {
        (None, Some(default)) => Ok(default),
        (None, None) => Err(format!("the field {name} is missing")),
        (Some(value), _) => value
            .as_u64()
            .filter(|size| (1..=MAX_SIZE).contains(size))
            .and_then(|size| usize::try_from(size).ok())
            .ok_or_else(|| format!("{name} is {value}, expected a whole number from 1 on")),
    }
}

fn epsilon(fields: &Fields) -> Result<f64, String> {
    let Some(value) = field(fields, "layer_norm_eps") else {
        return Ok(1e-12);
    };
    value
        .as_f64()
        .filter(|epsilon| (0.0..1.0).contains(epsilon))
        .ok_or_else(|| format!("layer_norm_eps is {value}, expected a small number from 0 on"))
}

fn activation(fields: &Fields) -> Result<Activation, String> {
    match field(fields, "hidden_act").map(Value::as_str) {
        Some(Some("relu")) => Ok(Activation::Relu),
        None | Some(Some("gelu")) => Ok(Activation::Gelu),
        _ => Err(format!(
            "hidden_act is {}, expected \"relu\" or \"gelu\"",
            field(fields, "hidden_act").unwrap_or(&Value::Null)
        )),
    }
}

fn expect_text(fields: &Fields, name: &str, expected: &str) -> Result<(), String> {
    match field(fields, name) {
        Some(found) if found != expected => {
            Err(format!("{name} is {found}, expected {expected:?}"))
        }
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::read_config;

    const SIZES: &str = r#""hidden_size": 32, "num_hidden_layers": 3, "num_attention_heads": 4,
        "intermediate_size": 64, "max_position_embeddings": 64, "vocab_size": 60"#;

    fn read(further: &str) -> Result<String, String> {
        let text = format!("{{{SIZES}{further}}}");
        read_config(text.as_bytes()).map(|config| format!("{:?}", config.fields()))
    }

    #[test]
    fn fields_left_out_are_those_of_bert() {
        let fields = read("").unwrap();
        assert!(
            fields.contains(r#"("hidden_act", "gelu"), ("type_vocab_size", "2")"#),
            "{fields}"
        );
        assert!(
            fields.contains(r#"("layer_norm_eps", "1e-12")"#),
            "{fields}"
        );
    }

    #[test]
    fn what_is_not_computed_is_refused() {
        let check = |further: &str, expected: &str| {
            let problem = read(further).unwrap_err();
            assert!(problem.contains(expected), "{problem}");
        };
        check(r#", "model_type": "gpt2""#, "model_type is \"gpt2\"");
        check(
            r#", "position_embedding_type": "relative_key""#,
            "relative_key",
        );
        check(r#", "hidden_act": "swish""#, "swish");
        check(r#", "hidden_act": 3"#, "hidden_act is 3");
        check(r#", "type_vocab_size": 0"#, "type_vocab_size is 0");
        check(r#", "layer_norm_eps": -1"#, "layer_norm_eps is -1");
        check(r#", "vocab_size": 61"#, "\"vocab_size\" stands twice");
        let problem = read_config(br#"{"hidden_size": 32}"#).unwrap_err();
        assert_eq!(problem, "the field num_hidden_layers is missing");
    }
}
