//! Tables, pictures and files out.

use std::sync::Mutex;

use cuvette_core::figure::{ColorBy, FigureKind, FigureRequest};
use cuvette_engine::{
    Engine, Message, native,
    protocol::{
        Answer, ExportWhat, ReplyBody, Request, RequestBody, Sort, TableFormat, TableView,
        TableWindow, WindowValues,
    },
};
use serde_json::json;

use crate::client::{COUNTS, Client, recipe, table};

fn client() -> Client {
    let mut client = Client::with_counts();
    client.evaluate(&recipe(json!({"cuvette": 1,
        "inputs": [{"name": "counts"}, {"name": "labels"}],
        "steps": [{"id": "logged", "run": "log", "of": ["counts", "labels"]}]})));
    client
}

fn window(client: &mut Client, of: &str, name: &str, view: TableView) -> TableWindow {
    let asked = RequestBody::Window {
        table: table(of, name),
        view,
    };
    match client.ask(asked, None).answer() {
        Answer::Window(window) => window,
        other => panic!("expected a window, found {other:?}"),
    }
}

fn all() -> TableView {
    TableView {
        n_rows: 100,
        n_columns: 100,
        ..TableView::default()
    }
}

fn sorted(column: &str, descending: bool) -> TableView {
    TableView {
        sort: Some(Sort {
            column: column.into(),
            descending,
        }),
        ..all()
    }
}

fn names(window: &TableWindow) -> Vec<&str> {
    match &window.columns[0].values {
        WindowValues::Text(cells) => cells.iter().map(String::as_str).collect(),
        other => panic!("expected names, found {other:?}"),
    }
}

/// The first value of a step, asked of the engine whatever else it is at.
fn first_value(engine: &Engine, of: &str) -> f64 {
    let asked = Request {
        id: 1_000,
        body: RequestBody::Window {
            table: table(of, "values"),
            view: all(),
        },
    };
    let found = Mutex::new(None);
    native::drive(engine, &asked, None, &|message: Message| {
        if let ReplyBody::Done(answer) = message.reply.body
            && let Answer::Window(window) = *answer
            && let WindowValues::Number(values) = &window.columns[1].values
        {
            *found.lock().unwrap() = values[0];
        }
    });
    found.into_inner().unwrap().unwrap()
}

#[test]
fn who_asks_for_a_result_when_told_of_it_gets_that_result() {
    let client = client();
    let recipe = recipe(json!({"cuvette": 1,
        "inputs": [{"name": "counts"}, {"name": "labels"}],
        "steps": [
            {"id": "logged", "run": "log", "of": ["counts", "labels"], "with": {"base": 10}},
            {"id": "flipped", "run": "flip_sign", "of": ["logged"]}]}));
    let changed = Request {
        id: 999,
        body: RequestBody::Evaluate { recipe },
    };
    let found = Mutex::new(Vec::new());
    native::drive(&client.engine, &changed, None, &|message: Message| {
        if let ReplyBody::Step(step) = &message.reply.body {
            let value = first_value(&client.engine, &step.id);
            found.lock().unwrap().push((step.id.clone(), value));
        }
    });
    // The count is 3. It was shown as log2(4) = 2 before.
    let logarithm = f64::from(4.0_f64.log10() as f32);
    let expected = [("logged", logarithm), ("flipped", -logarithm)];
    let expected = expected.map(|(step, value)| (step.to_owned(), value));
    assert_eq!(found.into_inner().unwrap(), expected);
}

#[test]
fn a_window_holds_the_part_asked_for() {
    let view = TableView {
        row: 2,
        n_rows: 10,
        column: 1,
        n_columns: 2,
        ..TableView::default()
    };
    let window = window(&mut client(), "logged", "values", view);
    assert_eq!(
        (window.n_rows, window.n_columns, window.row, window.column),
        (4, 4, 2, 1)
    );
    assert_eq!(names(&window), ["YAL003W", "YAL005C"]);
    let headers: Vec<&str> = window
        .columns
        .iter()
        .map(|column| column.name.as_str())
        .collect();
    assert_eq!(headers, ["gene", "wt_2", "ko_1"]);
    assert_eq!(
        window.columns[1].values,
        WindowValues::Number(vec![Some(8.0), Some(1.0)])
    );
}

#[test]
fn rows_are_sorted_filtered_and_chosen_in_the_engine() {
    let mut client = client();
    let by_value = window(&mut client, "logged", "values", sorted("ko_2", true));
    assert_eq!(
        names(&by_value),
        ["YAL001C", "YAL003W", "YAL002W", "YAL005C"]
    );
    let filtered = TableView {
        filter: "2001 DELETION".into(),
        ..all()
    };
    let samples = window(&mut client, "labels", "samples", filtered);
    assert_eq!(names(&samples).len(), 0, "numbers are no words");
    let filtered = TableView {
        filter: "DELE ko_2".into(),
        ..all()
    };
    let samples = window(&mut client, "logged", "samples", filtered);
    assert_eq!((names(&samples), samples.n_rows_all), (vec!["ko_2"], 4));
    let chosen = TableView {
        names: vec!["YAL005C".into(), "YAL001C".into(), "lost".into()],
        ..sorted("gene", true)
    };
    let genes = window(&mut client, "counts", "values", chosen);
    assert_eq!(names(&genes), ["YAL005C", "YAL001C"]);
}

#[test]
fn annotations_are_tables() {
    let samples = window(&mut client(), "logged", "samples", sorted("year", false));
    assert_eq!(names(&samples), ["wt_1", "ko_1", "ko_2", "wt_2"]);
    assert_eq!(
        samples.columns[1].values,
        WindowValues::Text(
            ["wild type", "deletion", "deletion", "wild type"]
                .map(String::from)
                .into()
        )
    );
}

#[test]
fn names_are_found_where_they_stand_in_the_view() {
    let mut client = client();
    let asked = RequestBody::Find {
        table: table("logged", "values"),
        view: sorted("ko_2", true),
        names: vec![" YAL005C ".into(), "YAL001C".into(), "yal002w".into()],
    };
    let Answer::Found { rows, unknown } = client.ask(asked, None).answer() else {
        panic!("expected places")
    };
    assert_eq!(rows, [Some(3), Some(0), None]);
    assert_eq!(unknown[0].0, "yal002w");
    assert_eq!(unknown[0].1[0], "YAL002W");
}

#[test]
fn what_is_not_there_is_answered_with_what_is() {
    let mut client = client();
    let mut check = |body: RequestBody, code: &str, words: &str| {
        let error = client.ask(body, None).error();
        assert_eq!(error.code, code);
        assert!(error.message.contains(words), "{}", error.message);
    };
    let ask = |of: &str, name: &str, view: TableView| RequestBody::Window {
        table: table(of, name),
        view,
    };
    check(ask("lost", "values", all()), "nothing_of", "lost");
    check(
        ask("logged", "lost", all()),
        "not_there",
        "values, samples, genes",
    );
    check(
        ask("logged", "values", sorted("lost", false)),
        "not_there",
        "wt_1",
    );
    let figure = FigureRequest {
        name: "lost".into(),
        ..FigureRequest::default()
    };
    let of = "logged".into();
    check(RequestBody::Draw { of, figure }, "input", "lost");
}

#[test]
fn inputs_and_steps_are_drawn() {
    let mut client = client();
    for of in ["counts", "logged"] {
        let asked = RequestBody::Draw {
            of: of.into(),
            figure: FigureRequest {
                name: "values".into(),
                ..FigureRequest::default()
            },
        };
        let Answer::Figure(figure) = client.ask(asked, None).answer() else {
            panic!("expected a picture")
        };
        let FigureKind::Histogram(histogram) = &figure.kind else {
            panic!("expected a histogram")
        };
        assert_eq!(histogram.counts.iter().sum::<u64>(), 16);
    }
}

#[test]
fn a_gene_is_drawn_of_what_a_step_reads_with_the_tables_it_attaches() {
    let mut client = Client::with_counts();
    client.evaluate(&recipe(json!({"cuvette": 1,
        "inputs": [{"name": "counts"}, {"name": "labels"}],
        "steps": [{"id": "qc", "run": "qc", "of": ["counts", "labels"]}]})));
    let mut draw = |of: &str, gene: &str, color: Option<&str>| {
        let asked = RequestBody::Draw {
            of: of.into(),
            figure: FigureRequest {
                name: "gene".into(),
                subject: Some(gene.into()),
                color: color.map(|name| ColorBy::Column(name.into())),
                ..FigureRequest::default()
            },
        };
        client.ask(asked, None)
    };
    let gene = COUNTS
        .lines()
        .nth(1)
        .and_then(|line| line.split('\t').next());
    let gene = gene.expect("a gene");
    for (of, color) in [("counts", None), ("qc", Some("group"))] {
        let Answer::Figure(figure) = draw(of, gene, color).answer() else {
            panic!("expected a picture")
        };
        assert_eq!(figure.title, gene);
        assert!(
            figure.subtitle.starts_with("n = 4, "),
            "{}",
            figure.subtitle
        );
    }
    let error = draw("qc", "lost", None).error();
    assert_eq!(error.message, "there is no gene \"lost\" in counts");
}

fn export(client: &mut Client, what: ExportWhat) -> (String, String) {
    let told = client.ask(RequestBody::Export { what }, None);
    let text = String::from_utf8(told.bytes.clone().unwrap()).unwrap();
    match told.answer() {
        Answer::File { name, .. } => (name, text),
        other => panic!("expected a file, found {other:?}"),
    }
}

#[test]
fn exported_values_are_the_file_that_was_read() {
    let what = ExportWhat::Table {
        table: table("counts", "values"),
        format: TableFormat::Tsv,
        view: TableView::default(),
    };
    let (name, text) = export(&mut client(), what);
    assert_eq!((name.as_str(), text.as_str()), ("counts.tsv", COUNTS));
}

#[test]
fn exported_tables_keep_order_and_filter() {
    let what = ExportWhat::Table {
        table: table("logged", "samples"),
        format: TableFormat::Csv,
        view: TableView {
            filter: "wild".into(),
            ..sorted("year", true)
        },
    };
    let (name, text) = export(&mut client(), what);
    assert_eq!(name, "logged.samples.csv");
    assert_eq!(
        text,
        "sample,group,year\nwt_2,wild type,2003\nwt_1,wild type,2001\n"
    );
}

#[test]
fn the_data_of_a_picture_and_the_report_of_an_import_are_files() {
    let mut client = client();
    let what = ExportWhat::FigureData {
        of: "logged".into(),
        figure: FigureRequest {
            name: "values".into(),
            ..FigureRequest::default()
        },
        format: TableFormat::Tsv,
    };
    let (name, text) = export(&mut client, what);
    assert_eq!(name, "logged.values.tsv");
    assert!(text.starts_with("bin\tfrom\tto\tcount\n1\t0\t"), "{text}");
    let what = ExportWhat::Report {
        of: "counts".into(),
    };
    let (name, text) = export(&mut client, what);
    assert_eq!(name, "counts.report.txt");
    assert!(text.starts_with("Import report of counts.tsv"), "{text}");
}
