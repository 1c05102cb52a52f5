//! Which results are out of date: a step's signature is everything its result depends on.

use cuvette_engine::recipe::Recipe;

use super::named::Named;

/// The signature of every input and step of a recipe; equal signature, equal result.
///
/// A step is signed by its analysis, its parameters and the signatures of what it reads. Parameters
/// that name data are covered as names; steps they name are covered because every earlier step's
/// signature that is named anywhere in the parameters is added.
pub fn signatures(recipe: &Recipe) -> Named<String> {
    let mut known = Named::new();
    for input in &recipe.inputs {
        let import = serde_json::to_string(&input.import).unwrap_or_default();
        // The fingerprint becomes known after the numbers; it changes no result.
        known.insert(input.name.clone(), format!("{}{import}", input.file));
    }
    for step in &recipe.steps {
        let with = serde_json::to_string(&step.with).unwrap_or_default();
        let mut signature = format!("{}{}{with}", step.run, step.off);
        let named = known
            .keys()
            .filter(|name| with.contains(&format!("\"{name}")));
        let read = step.of.iter().map(|read| node(read));
        for name in read.chain(named.map(String::as_str)) {
            let source = known.get(name).map_or("", String::as_str);
            signature.extend(["[", name, ":", &short(source), "]"]);
        }
        known.insert(step.id.clone(), signature);
    }
    known
}

/// The input or step of a name as it stands in `of`: `qn` of `qn.dropped`.
pub fn node(read: &str) -> &str {
    read.split_once('.').map_or(read, |(node, _)| node)
}

/// Signatures of long chains stay short.
fn short(signature: &str) -> String {
    use std::hash::{DefaultHasher, Hash, Hasher};
    let mut hasher = DefaultHasher::new();
    signature.hash(&mut hasher);
    format!("{:016x}", hasher.finish())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn recipe(base: u64) -> Recipe {
        serde_json::from_value(serde_json::json!({
            "cuvette": 1,
            "inputs": [{"name": "a", "file": "a.tsv"}, {"name": "b", "file": "b.tsv"}],
            "steps": [
                {"id": "logged", "run": "log", "of": ["a"], "with": {"base": base}},
                {"id": "qn", "run": "quantile_normalize", "of": ["logged"]},
                {"id": "other", "run": "log", "of": ["b"]},
            ],
        }))
        .expect("a recipe")
    }

    #[test]
    fn what_depends_on_a_change_and_nothing_else_is_stale() {
        let (before, after) = (signatures(&recipe(2)), signatures(&recipe(10)));
        let changed = |name: &str| before.get(name) != after.get(name);
        assert!(changed("logged") && changed("qn"));
        assert!(!changed("other") && !changed("a"));
    }
}
