//! How results are shown: what a person chose of the pictures of a step, such as colors.
//!
//! It changes no result, so it is no part of the recipe, and no edit and no undo of an edit touches it
//! (of whole recipes, see [`crate::recipe::RecipeHistory`]). It is kept beside the recipe, and a link
//! carries it behind the recipe, as JSON text: what a version does not know, or what does not fit,
//! counts for nothing and spoils nothing else.
//!
//! ```json
//! {"pca": {"color": {"column": "tissue"}, "statistic": "PC2 PC3", "subject": "TP53"},
//!  "cluster": {"bars": {"samples": ["batch"], "genes": []}, "color": null}}
//! ```

use cuvette_core::figure::{AnnotationBars, BarChoices, ColorBy, ColorChoices};
use serde_json::{Map, Value};

/// What was chosen for the pictures of one step or input; nothing: as the engine proposes.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Shown {
    /// What points and lines are colored by; `Some(None)`: all alike.
    pub color: Option<Option<ColorBy>>,
    /// Which annotations stand beside a heat map.
    pub bars: Option<AnnotationBars>,
    /// Which of several pictures or statistics: `spearman`, `PC2 PC3`.
    pub statistic: Option<String>,
    /// The one gene, sample or profile that was marked.
    pub subject: Option<String>,
}

impl Shown {
    /// What points are colored by: what was chosen, else what is proposed.
    pub fn color_of(&self, choices: &ColorChoices) -> Option<ColorBy> {
        let proposed = || choices.proposed.clone().map(ColorBy::Column);
        self.color.clone().unwrap_or_else(proposed)
    }

    /// Which annotations stand beside a heat map: those chosen that are there, else those proposed.
    pub fn bars_of(&self, choices: &BarChoices) -> AnnotationBars {
        let chosen = self.bars.as_ref();
        let chosen = chosen.map(|bars| bars.among(&choices.all));
        chosen.unwrap_or_else(|| choices.proposed.clone())
    }

    /// Names of annotations, genes and samples in it, in no special order.
    fn names(&self) -> impl Iterator<Item = &String> {
        let color = self.color.iter().flatten();
        let color = color.map(|(ColorBy::Column(name) | ColorBy::Gene(name))| name);
        let bars = self.bars.iter();
        let bars = bars.flat_map(|bars| bars.samples.iter().chain(&bars.genes));
        color.chain(bars).chain(&self.subject)
    }

    fn to_value(&self) -> Value {
        let mut fields = Map::new();
        if let Some(color) = &self.color {
            let color = match color {
                None => Value::Null,
                Some(ColorBy::Column(name)) => field("column", Value::from(name.as_str())),
                Some(ColorBy::Gene(name)) => field("gene", Value::from(name.as_str())),
            };
            fields.insert("color".into(), color);
        }
        if let Some(bars) = &self.bars {
            let sides = [("samples", &bars.samples), ("genes", &bars.genes)];
            let sides = sides.map(|(side, names)| (side.to_owned(), Value::from(names.clone())));
            fields.insert("bars".into(), sides.into_iter().collect());
        }
        for (field, text) in [("statistic", &self.statistic), ("subject", &self.subject)] {
            if let Some(text) = text {
                fields.insert(field.into(), Value::from(text.as_str()));
            }
        }
        Value::Object(fields)
    }

    fn from_value(value: &Value) -> Self {
        let text = |value: &Value| value.as_str().map(str::to_owned);
        let color = value.get("color").and_then(|color| {
            let column = || text(&color["column"]).map(ColorBy::Column);
            let gene = || text(&color["gene"]).map(ColorBy::Gene);
            match column().or_else(gene) {
                None if color.is_null() => Some(None),
                None => None,
                found => Some(found),
            }
        });
        let bars = value["bars"].as_object().map(|sides| {
            let side = |name: &str| {
                let names = sides.get(name).and_then(Value::as_array);
                names.into_iter().flatten().filter_map(text).collect()
            };
            AnnotationBars {
                samples: side("samples"),
                genes: side("genes"),
            }
        });
        Self {
            color,
            bars,
            statistic: text(&value["statistic"]),
            subject: text(&value["subject"]),
        }
    }
}

/// An object of one field.
fn field(name: &str, value: Value) -> Value {
    std::iter::once((name.to_owned(), value)).collect()
}

/// What was chosen by step or input, as text; empty where nothing was.
pub fn shown_text<'a>(chosen: impl Iterator<Item = (&'a String, Shown)>) -> String {
    let chosen = chosen.filter(|(_, shown)| *shown != Shown::default());
    let nodes = chosen.map(|(node, shown)| (node.clone(), shown.to_value()));
    let nodes: Map<String, Value> = nodes.collect();
    if nodes.is_empty() {
        String::new()
    } else {
        Value::Object(nodes).to_string()
    }
}

/// What a text says was chosen, by step or input; of what is no such text, nothing.
pub fn shown_from_text(text: &str) -> Vec<(String, Shown)> {
    let Ok(Value::Object(nodes)) = serde_json::from_str(text) else {
        return Vec::new();
    };
    let nodes = nodes.into_iter();
    nodes
        .map(|(node, value)| (node, Shown::from_value(&value)))
        .collect()
}

/// Every name of an annotation, a gene or a sample in such a text.
pub(crate) fn shown_names(text: &str) -> Vec<String> {
    let chosen = shown_from_text(text);
    let names = chosen.iter().flat_map(|(_, shown)| shown.names());
    names.cloned().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chosen() -> [(String, Shown); 3] {
        let names = |names: &[&str]| names.iter().map(ToString::to_string).collect();
        let pca = Shown {
            color: Some(Some(ColorBy::Gene("TP53".into()))),
            statistic: Some("PC2 PC3".into()),
            subject: Some("sample \"7\"".into()),
            ..Shown::default()
        };
        let cluster = Shown {
            color: Some(None),
            bars: Some(AnnotationBars {
                samples: names(&["batch", "tissue"]),
                genes: names(&["pathway"]),
            }),
            ..Shown::default()
        };
        let mds = Shown {
            color: Some(Some(ColorBy::Column("tissue".into()))),
            ..Shown::default()
        };
        [("cluster", cluster), ("mds", mds), ("pca", pca)]
            .map(|(node, shown)| (node.to_owned(), shown))
    }

    fn text_of(chosen: &[(String, Shown)]) -> String {
        shown_text(chosen.iter().map(|(node, shown)| (node, shown.clone())))
    }

    #[test]
    fn what_was_chosen_comes_back_from_its_text() {
        assert_eq!(shown_from_text(&text_of(&chosen())), chosen());
    }

    #[test]
    fn where_nothing_was_chosen_there_is_no_text() {
        assert_eq!(text_of(&[("log".into(), Shown::default())]), "");
        assert!(shown_from_text("").is_empty());
    }

    #[test]
    fn what_is_unknown_or_does_not_fit_spoils_nothing_else() {
        let found = shown_from_text(
            r#"{"a": {"color": {"sound": "x"}, "bars": [], "subject": 7, "statistic": "f1", "later": 1},
                "b": 5, "c": {"bars": {"samples": ["x", 1]}, "color": null}}"#,
        );
        let a = Shown {
            statistic: Some("f1".into()),
            ..Shown::default()
        };
        let c = Shown {
            color: Some(None),
            bars: Some(AnnotationBars {
                samples: vec!["x".into()],
                genes: Vec::new(),
            }),
            ..Shown::default()
        };
        let expected = [("a", a), ("b", Shown::default()), ("c", c)];
        assert_eq!(
            found,
            expected.map(|(node, shown)| (node.to_owned(), shown))
        );
        assert!(shown_from_text("[1]").is_empty() && shown_from_text("{").is_empty());
    }

    #[test]
    fn every_name_is_told() {
        let mut names = shown_names(&text_of(&chosen()));
        names.sort();
        assert_eq!(
            names,
            [
                "TP53",
                "batch",
                "pathway",
                "sample \"7\"",
                "tissue",
                "tissue"
            ]
        );
    }
}
