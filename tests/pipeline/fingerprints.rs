//! What a file is: known later than its numbers, by whoever asks.

use std::{
    fmt::Write as _,
    sync::{Mutex, atomic::Ordering},
};

use cuvette_engine::{
    Message, native,
    protocol::{Answer, ReplyBody, Request, RequestBody, TableView},
    recipe::Fingerprint,
};
use serde_json::{Value, json};

use crate::client::{COUNTS, Client, LABELS, recipe, stands, table};

fn asked(name: &str) -> RequestBody {
    RequestBody::Fingerprint { name: name.into() }
}

fn fingerprint(client: &mut Client, name: &str, content: &str) -> Fingerprint {
    match client.ask(asked(name), Some(content)).answer() {
        Answer::Fingerprint(fingerprint) => fingerprint,
        other => panic!("expected a fingerprint, found {other:?}"),
    }
}

/// A table of the golden file's rule, written with CRLF line ends where asked.
fn golden_table(case: &Value) -> String {
    let value = |at: usize| match at {
        _ if at % 97 == 5 => "NA".into(),
        _ if at % 101 == 7 => "-0".into(),
        _ => ((at * 7919 % 100_003) as f64 / 64.0 - 500.0).to_string(),
    };
    let (gene, sample) = (
        case["gene"].as_str().unwrap(),
        case["sample"].as_str().unwrap(),
    );
    let n = |key: &str| case[key].as_u64().unwrap() as usize;
    let mut text = String::from("gene");
    for column in 0..n("n_samples") {
        let _ = write!(text, "\t{sample}_{column}");
    }
    for row in 0..n("n_genes") {
        let _ = write!(text, "\n{gene}_{row}");
        for column in 0..n("n_samples") {
            text += "\t";
            text += &value(row * n("n_samples") + column);
        }
    }
    text + "\n"
}

#[test]
fn prints_are_the_sums_that_python_gives() {
    let path = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../tests/golden/fingerprint.json"
    );
    let golden: Value = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
    // The case with more numbers than are hashed at once, and many slices of text.
    let case = &golden["cases"][2];
    let text = golden_table(case);
    let mut client = Client::new();
    client.open("golden", "golden.tsv", &text);
    let print = fingerprint(&mut client, "golden", &text);
    assert_eq!(print.matrix, case["sha256"].as_str().unwrap());
    assert_eq!(print.shape, Some([700, 801]));
    // `sha256sum` of the labels.
    client.open("labels", "labels.tsv", LABELS);
    let print = fingerprint(&mut client, "labels", LABELS);
    assert_eq!(
        (print.bytes.as_str(), print.matrix.as_str()),
        (
            "0ad95dce9c84c9a4f65603a4f42237400017f534394a5f412c0b81be40d5c334",
            ""
        )
    );
}

#[test]
fn equal_numbers_are_told_from_equal_bytes() {
    let crlf = COUNTS.replace('\n', "\r\n");
    let mut client = Client::new();
    client.open("lf", "counts.tsv", COUNTS);
    client.open("crlf", "counts.tsv", &crlf);
    let lf = fingerprint(&mut client, "lf", COUNTS);
    let crlf = fingerprint(&mut client, "crlf", &crlf);
    assert_eq!(lf.matrix, crlf.matrix);
    assert_ne!(lf.bytes, crlf.bytes);
}

#[test]
fn a_file_that_changed_since_it_was_read_has_no_print() {
    let mut client = Client::with_counts();
    let changed = COUNTS.replace("127", "128");
    let error = client.ask(asked("counts"), Some(&changed)).error();
    assert_eq!(error.code, "file_changed");
    assert!(error.message.contains("counts.tsv"), "{}", error.message);
}

#[test]
fn steps_run_and_tables_are_shown_before_the_print_is_there() {
    let mut client = Client::with_counts();
    let mut print = client.engine.fingerprinting("counts").unwrap();
    let (head, rest) = COUNTS.as_bytes().split_at(20);
    print.push(head);
    let logged = recipe(json!({"cuvette": 1, "inputs": [{"name": "counts"}],
        "steps": [{"id": "logged", "run": "log", "of": ["counts"]}]}));
    assert_eq!(stands(&client.evaluate(&logged).0), ["logged: computed"]);
    let window = RequestBody::Window {
        table: table("logged", "values"),
        view: TableView::default(),
    };
    assert!(matches!(
        client.ask(window, None).answer(),
        Answer::Window(_)
    ));
    print.push(rest);
    while print.advance() {}
    let expected = fingerprint(&mut client, "counts", COUNTS);
    assert_eq!(print.finish().unwrap(), expected);
}

#[test]
fn the_same_content_gives_the_results_that_are_known_and_another_does_not() {
    let mut client = Client::with_counts();
    let logged = recipe(json!({"cuvette": 1, "inputs": [{"name": "counts"}],
        "steps": [{"id": "logged", "run": "log", "of": ["counts"]}]}));
    let mut check = |content: &str, expected: &str| {
        client.open("counts", "counts.tsv", content);
        assert_eq!(stands(&client.evaluate(&logged).0), [expected]);
    };
    check(COUNTS, "logged: computed");
    check(COUNTS, "logged: known");
    check(&COUNTS.replace("127", "128"), "logged: computed");
    check(COUNTS, "logged: known");
}

#[test]
fn a_print_that_is_cancelled_is_none() {
    let client = Client::with_counts();
    let request = Request {
        id: 1_000,
        body: asked("counts"),
    };
    // The flag of a request that was begun before stays the request's.
    let cancelled = client.engine.begin(request.id);
    client.engine.cancel(request.id);
    assert!(cancelled.load(Ordering::Relaxed));
    let last: Mutex<Option<Message>> = Mutex::default();
    let send = |message| *last.lock().unwrap() = Some(message);
    native::go_on(
        &client.engine,
        &request,
        Some(COUNTS.as_bytes()),
        &cancelled,
        &send,
    );
    let last = last.into_inner().unwrap().unwrap();
    assert_eq!(last.reply.body, ReplyBody::Cancelled);
}
