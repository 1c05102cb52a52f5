//! Cancel: heard within a tenth of a second, and everything stays as it was.

use std::{
    sync::{Arc, Mutex, atomic::Ordering},
    time::{Duration, Instant},
};

use cuvette_core::{Dataset, Matrix, analyses::Data};
use cuvette_engine::{
    Engine, Message, Opening,
    hash::HashBuilder,
    protocol::{FileName, ReplyBody, Request, RequestBody},
    session::OpenInput,
};
use cuvette_formats::{ImportOptions, InputKind};
use serde_json::json;

use crate::client::{Client, recipe, stands};

/// Limit for a Cancel.
const LIMIT: Duration = Duration::from_millis(100);

/// On a busy machine the thread that cancels may itself be late: one try in time proves the step.
const N_TRIES: usize = 5;

fn large(name: &str, seed: usize) -> OpenInput {
    let (n_genes, n_samples) = (6_000, 1_000);
    let values = (0..n_genes * n_samples)
        .map(|cell| ((cell + seed).wrapping_mul(2_654_435_761) % 10_007) as f32)
        .collect();
    let names = |prefix: &str, n: usize| (0..n).map(|i| format!("{prefix}{i}")).collect();
    let dataset = Dataset::new(
        Matrix::from_rows(n_genes, n_samples, values),
        names("g", n_genes),
        names("s", n_samples),
    );
    let hash = HashBuilder::default().text(name).finish();
    OpenInput {
        name: name.into(),
        file: format!("{name}.tsv"),
        kind: InputKind::Matrix,
        data: Data::Dataset(Arc::new(dataset)),
        report: Arc::default(),
        content: seed as u64,
        hash,
        memory_bytes: 0,
    }
}

#[expect(clippy::disallowed_methods, reason = "the time is what is tested")]
fn now() -> Instant {
    Instant::now()
}

/// Cancels an evaluation as soon as it reports progress, and gives the time it took to stop.
fn time_to_cancel(engine: &Engine, request: &Request) -> Duration {
    let cancelled = engine.begin(request.id);
    let asked_at: Mutex<Option<Instant>> = Mutex::default();
    let send = |message: Message| {
        if matches!(message.reply.body, ReplyBody::Progress { .. }) {
            asked_at.lock().unwrap().get_or_insert_with(|| {
                engine.cancel(request.id);
                now()
            });
        }
    };
    let last = engine.answer(request, &cancelled, &send);
    assert_eq!(last.reply.body, ReplyBody::Cancelled);
    assert!(cancelled.load(Ordering::Relaxed));
    asked_at.into_inner().unwrap().unwrap().elapsed()
}

#[test]
fn a_long_step_stops_within_a_tenth_of_a_second() {
    let mut client = Client::with_counts();
    client.engine.session().insert(large("a", 1));
    client.engine.session().insert(large("b", 2));
    let recipe = recipe(json!({"cuvette": 1,
        "inputs": [{"name": "counts"}, {"name": "a"}, {"name": "b"}],
        "steps": [
            {"id": "logged", "run": "log", "of": ["counts"]},
            {"id": "agreement", "run": "cross_study", "of": ["a", "b"]}]}));
    let request = Request {
        id: 1_000,
        body: RequestBody::Evaluate {
            recipe: recipe.clone(),
        },
    };
    let times: Vec<Duration> = (0..N_TRIES)
        .map(|_| time_to_cancel(&client.engine, &request))
        .collect();
    assert!(times.iter().min() < Some(&LIMIT), "{times:?}");
    let mut short = recipe;
    short.steps.truncate(1);
    assert_eq!(stands(&client.evaluate(&short).0), ["logged: known"]);
}

#[test]
fn a_cancel_of_what_is_done_changes_nothing() {
    let mut client = Client::with_counts();
    let cancel = RequestBody::Cancel { request: 1 };
    client.ask(cancel, None).answer();
    assert!(client.engine.session().input("counts").is_ok());
}

#[test]
fn an_opening_that_is_dropped_leaves_the_input_before_it() {
    let client = Client::with_counts();
    let file = FileName {
        name: "counts.tsv".into(),
        size_bytes: 1_000,
    };
    let mut opening = Opening::begin("counts", &file, None, ImportOptions::default());
    opening.push(b"gene\tother\n").unwrap();
    drop(opening);
    let open = client.engine.session().input("counts").unwrap();
    assert_eq!(open.state().shape, [4, 4]);
}
