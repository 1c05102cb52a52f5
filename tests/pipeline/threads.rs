//! One thread and seven give the same replies, to the last digit.

use cuvette_engine::protocol::{RequestBody, TableView};
use serde_json::{Value, json};

use crate::client::{Client, recipe, table};

/// Everything that is said about two studies, as JSON.
fn replies() -> Vec<Value> {
    let mut client = Client::new();
    for (name, factor) in [("one", 7), ("two", 11)] {
        let samples: Vec<String> = (0..12).map(|sample| format!("m{sample}")).collect();
        let mut lines = vec![format!("gene\t{}", samples.join("\t"))];
        for gene in 0..500 {
            let cells: Vec<String> = (0..12)
                .map(|sample| f64::from((gene * 37 + sample * factor) * 7_919 % 4_093))
                .map(|value| (value / 512.0 - 4.0).to_string())
                .collect();
            lines.push(format!("YAL{gene:03}W\t{}", cells.join("\t")));
        }
        let text = lines.join("\n");
        client.open(name, &format!("{name}.tsv"), &text);
    }
    let recipe = recipe(json!({"cuvette": 1,
        "inputs": [{"name": "one"}, {"name": "two"}],
        "steps": [
            {"id": "flipped", "run": "flip_sign", "of": ["two"]},
            {"id": "agreement", "run": "cross_study", "of": ["one", "flipped"]}]}));
    let told = client.ask(RequestBody::Evaluate { recipe }, None);
    let steps = told.steps();
    let mut replies = vec![serde_json::to_value(&steps).unwrap()];
    for step in &steps {
        let cuvette_engine::protocol::StepStatus::Ready(result) = &step.status else {
            panic!("{step:?}")
        };
        for info in &result.tables {
            let asked = RequestBody::Window {
                table: table(&step.id, &info.name),
                view: TableView {
                    n_rows: usize::MAX,
                    n_columns: usize::MAX,
                    ..TableView::default()
                },
            };
            replies.push(serde_json::to_value(client.ask(asked, None).answer()).unwrap());
        }
    }
    replies
}

#[test]
fn one_thread_and_seven_say_the_same() {
    let on = |n_threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(n_threads);
        pool.build().unwrap().install(replies)
    };
    let (one, seven) = (on(1), on(7));
    assert!(one.len() > 4);
    assert_eq!(one, seven);
}
