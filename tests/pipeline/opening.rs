//! Files in.

use cuvette_engine::protocol::{Answer, ReplyBody, RequestBody};
use cuvette_formats::{ImportOptions, InputKind};

use crate::client::{COUNTS, Client, LABELS, file_name, open};

#[test]
fn a_preview_says_what_the_file_is() {
    let told = Client::new().ask(
        RequestBody::Preview {
            file: file_name("counts.tsv", COUNTS),
            kind: None,
            options: ImportOptions::default(),
        },
        Some(COUNTS),
    );
    let Answer::Preview(preview) = told.answer() else {
        panic!("expected a preview")
    };
    assert_eq!(preview.kind, InputKind::Matrix);
}

#[test]
fn an_opened_file_tells_its_shape_and_tables() {
    let mut client = Client::new();
    let counts = client.open("counts", "counts.tsv", COUNTS);
    assert_eq!((counts.kind, counts.shape), (InputKind::Matrix, [4, 4]));
    let tables: Vec<&str> = counts
        .tables
        .iter()
        .map(|table| table.name.as_str())
        .collect();
    assert_eq!(tables, ["values", "samples", "genes"]);
    assert_eq!(counts.figures[0].name, "values");
    assert!(counts.memory_bytes >= 64);
    let labels = client.open("labels", "labels.tsv", LABELS);
    assert_eq!(
        (labels.kind, labels.shape),
        (InputKind::SampleTable, [4, 2])
    );
    assert_eq!(labels.sample_columns, ["group", "year"]);
}

#[test]
fn progress_ends_at_the_size_of_the_file() {
    let told = Client::new().ask(open("counts", "counts.tsv", COUNTS), Some(COUNTS));
    let size = COUNTS.len() as u64;
    assert!(
        matches!(told.meanwhile.last(), Some(ReplyBody::Progress { done, total, .. }) if (*done, *total) == (size, size))
    );
}

#[test]
fn a_file_that_cannot_be_read_says_where_and_what_to_do() {
    let ragged = format!("{COUNTS}YAL007C\t1\t2\n");
    let told = Client::new().ask(open("counts", "counts.tsv", &ragged), Some(&ragged));
    let error = told.error();
    assert_eq!(error.code, "ragged_row");
    assert!(error.location.unwrap().contains("line 6"));
    assert!(error.hint.is_some());
}

#[test]
fn a_request_without_its_file_and_a_name_that_is_not_open_are_errors() {
    let mut client = Client::new();
    assert_eq!(
        client.ask(open("a", "a.tsv", COUNTS), None).error().code,
        "no_file"
    );
    let fingerprint = RequestBody::Fingerprint { name: "a".into() };
    let asked = client.ask(fingerprint.clone(), Some(COUNTS));
    assert_eq!(asked.error().code, "nothing_of");
    assert_eq!(client.ask(fingerprint, None).error().code, "no_file");
}

#[test]
fn a_closed_input_is_forgotten() {
    let mut client = Client::with_counts();
    let before = client.engine.session().memory_bytes();
    let close = RequestBody::Close {
        name: "counts".into(),
    };
    assert_eq!(client.ask(close, None).answer(), Answer::Nothing);
    assert!(client.engine.session().memory_bytes() < before);
    assert!(client.engine.session().input("counts").is_err());
}
