//! Sparse data on their way through the engine: looked at from all sides without becoming dense, and
//! refused where a full table would not fit.

use std::fmt::Write as _;

use cuvette_core::figure::{FigureInfo, FigureRequest};
use cuvette_engine::{
    Engine,
    protocol::{
        Answer, ExportWhat, RequestBody, Sort, StepStatus, TableFormat, TableView, WindowValues,
    },
    recipe::Recipe,
};
use cuvette_formats::{BUNDLE_END_BYTES, bundle_header, bundle_padding};
use serde_json::json;

use crate::client::{Client, recipe, stands, table};

/// The first gene is counted in every third cell, the second once, all others never.
fn archive(n_genes: usize, n_cells: usize) -> String {
    let mut mtx = String::new();
    let counted: Vec<usize> = (1..=n_cells).step_by(3).collect();
    for cell in &counted {
        writeln!(mtx, "1 {cell} {}", cell + 10).unwrap();
    }
    writeln!(mtx, "2 {n_cells} 300").unwrap();
    let sizes = format!("{n_genes} {n_cells} {}", counted.len() + 1);
    let mtx = format!("%%MatrixMarket matrix coordinate integer general\n{sizes}\n{mtx}");
    let lines = |stem: &str, n: usize| {
        let names: Vec<String> = (0..n).map(|at| format!("{stem}{at}\n")).collect();
        names.concat()
    };
    let members = [
        ("barcodes.tsv", lines("c", n_cells)),
        ("genes.tsv", lines("g", n_genes)),
        ("matrix.mtx", mtx),
    ];
    let mut tar = Vec::new();
    for (path, text) in members {
        let n_bytes = text.len() as u64;
        tar.extend(bundle_header(path, n_bytes).unwrap());
        tar.extend(text.into_bytes());
        tar.resize(tar.len() + bundle_padding(n_bytes), 0);
    }
    tar.resize(tar.len() + BUNDLE_END_BYTES, 0);
    String::from_utf8(tar).unwrap()
}

fn dense_form_bytes(client: &Client, of: &str) -> u64 {
    let node = client.engine.session().node(of).unwrap();
    let dataset = node.dataset().unwrap();
    assert!(dataset.matrix.sparse().is_some(), "{of}");
    dataset.matrix.dense_form_bytes()
}

/// Draws all pictures, sorts, searches and writes out the values.
fn look_from_all_sides(client: &mut Client, of: &str, figures: &[FigureInfo]) {
    assert!(!figures.is_empty());
    let gene = FigureRequest {
        name: "gene".into(),
        subject: Some("g0".into()),
        ..FigureRequest::default()
    };
    let named = figures.iter().map(|info| FigureRequest {
        name: info.name.clone(),
        ..FigureRequest::default()
    });
    for figure in named.chain([gene]) {
        let of = of.to_string();
        let told = client.ask(RequestBody::Draw { of, figure }, None);
        assert!(matches!(told.answer(), Answer::Figure(_)));
    }
    let view = TableView {
        n_rows: 2,
        n_columns: 1,
        sort: Some(Sort {
            column: "c0".into(),
            descending: true,
        }),
        ..TableView::default()
    };
    let asked = RequestBody::Window {
        table: table(of, "values"),
        view,
    };
    let Answer::Window(window) = client.ask(asked, None).answer() else {
        panic!("a window")
    };
    let first = WindowValues::Number(vec![Some(11.0), Some(0.0)]);
    assert_eq!(window.columns[1].values, first);
    let what = ExportWhat::Table {
        table: table(of, "values"),
        format: TableFormat::Tsv,
        view: TableView::default(),
    };
    let told = client.ask(RequestBody::Export { what }, None);
    let text = String::from_utf8(told.bytes.unwrap()).unwrap();
    assert!(text.lines().nth(1).unwrap().starts_with("g0\t11\t0\t0\t14"));
    assert_eq!(dense_form_bytes(client, of), 0, "{of}");
}

#[test]
fn no_look_at_sparse_data_makes_them_dense() {
    let mut client = Client::new();
    let state = client.open("cells", "cells.tar", &archive(20, 12));
    assert_eq!(state.shape, [20, 12]);
    look_from_all_sides(&mut client, "cells", &state.figures);
    let recipe = recipe(json!({"cuvette": 1,
        "inputs": [{"name": "cells"}],
        "steps": [
            {"id": "expressed", "run": "filter_genes", "of": ["cells"], "with": {"min_samples": 1}},
            {"id": "some", "run": "select_samples", "of": ["expressed"],
                "with": {"ids": ["c0", "c1", "c2", "c3", "c11"]}},
            {"id": "genes", "run": "select_genes", "of": ["some"], "with": {"ids": ["g0", "g1"]}}]}));
    let (steps, _) = client.evaluate(&recipe);
    for step in steps {
        let StepStatus::Ready(result) = step.status else {
            panic!("{step:?}")
        };
        look_from_all_sides(&mut client, &step.id, &result.figures);
    }
    assert_eq!(dense_form_bytes(&client, "cells"), 0);
}

fn logged(of: &str) -> Recipe {
    recipe(json!({"cuvette": 1,
        "inputs": [{"name": "cells"}],
        "steps": [
            {"id": "some", "run": "select_samples", "of": ["cells"], "with": {"ids": ["c0", "c3"]}},
            {"id": "logged", "run": "log", "of": [of]}]}))
}

#[test]
fn a_full_table_beyond_the_memory_is_refused_and_a_smaller_one_is_made() {
    let mut client = Client::new();
    // The full table takes 80 MB.
    client.engine = Engine::new("test", 1).with_memory_limit(60_000_000);
    client.open("cells", "cells.tar", &archive(20_000, 1_000));
    for _ in 0..2 {
        let (steps, _) = client.evaluate(&logged("cells"));
        assert_eq!(stands(&steps)[1], "logged: unsuitable");
        let StepStatus::Failed(error) = &steps[1].status else {
            panic!("{steps:?}")
        };
        assert!(error.message.contains("80.0 MB"), "{error:?}");
        assert!(error.hint.as_ref().unwrap().contains("select_samples"));
    }
    let (steps, _) = client.evaluate(&logged("some"));
    assert_eq!(stands(&steps), ["some: known", "logged: computed"]);
    assert_eq!(dense_form_bytes(&client, "cells"), 0);
}
