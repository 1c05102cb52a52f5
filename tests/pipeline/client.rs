//! A page without a browser: asks, and keeps what it is told.

use std::sync::Mutex;

use cuvette_engine::{
    Engine, Message, native,
    protocol::{
        Answer, ErrorReport, FileName, InputState, Reply, ReplyBody, Request, RequestBody,
        StepState, StepStatus, TableName, decode,
    },
    recipe::Recipe,
};
use cuvette_formats::ImportOptions;

/// Counts of four genes in four samples.
pub const COUNTS: &str = "gene\twt_1\twt_2\tko_1\tko_2\n\
    YAL001C\t3\t7\t15\t31\n\
    YAL002W\t0\t1\t0\t3\n\
    YAL003W\t127\t255\t63\t31\n\
    YAL005C\t1\t1\t1\t1\n";

/// What the samples are, in another order.
pub const LABELS: &str = "sample\tgroup\tyear\n\
    ko_1\tdeletion\t2001\n\
    ko_2\tdeletion\t2002\n\
    wt_1\twild type\t2001\n\
    wt_2\twild type\t2003\n";

/// An engine, and a number for the next question.
pub struct Client {
    pub engine: Engine,
    next_id: u64,
}

/// All that was said about one question.
#[derive(Debug)]
pub struct Told {
    /// All but the last.
    pub meanwhile: Vec<ReplyBody>,
    /// The last.
    pub last: ReplyBody,
    /// The bytes beside the last.
    pub bytes: Option<Vec<u8>>,
}

impl Client {
    pub fn new() -> Self {
        Self {
            engine: Engine::new("test", 1),
            next_id: 1,
        }
    }

    /// A client that has opened counts and labels.
    pub fn with_counts() -> Self {
        let mut client = Self::new();
        client.open("counts", "counts.tsv", COUNTS);
        client.open("labels", "labels.tsv", LABELS);
        client
    }

    /// Asks, over JSON as in a browser, and checks that the question is answered once.
    pub fn ask(&mut self, body: RequestBody, file: Option<&str>) -> Told {
        let request = Request {
            id: self.next_id,
            body,
        };
        self.next_id += 1;
        let text = serde_json::to_string(&request).unwrap();
        let request: Request = decode(&text).unwrap();
        let messages = Mutex::new(Vec::new());
        let send = |message: Message| messages.lock().unwrap().push(message);
        native::drive(&self.engine, &request, file.map(str::as_bytes), &send);
        let mut messages = messages.into_inner().unwrap();
        assert!(
            messages
                .iter()
                .all(|message| message.reply.id == request.id)
        );
        let last = messages.pop().unwrap();
        let is_last = |body: &ReplyBody| {
            matches!(
                body,
                ReplyBody::Done(_) | ReplyBody::Failed(_) | ReplyBody::Cancelled
            )
        };
        assert!(is_last(&last.reply.body));
        assert!(!messages.iter().any(|message| is_last(&message.reply.body)));
        for message in messages.iter().chain([&last]) {
            let text = serde_json::to_string(&message.reply).unwrap();
            let expected: Reply = serde_json::from_str(&text).unwrap();
            assert_eq!(decode(&text), Ok(expected), "{text}");
        }
        Told {
            meanwhile: messages
                .into_iter()
                .map(|message| message.reply.body)
                .collect(),
            last: last.reply.body,
            bytes: last.bytes,
        }
    }

    pub fn open(&mut self, name: &str, file: &str, content: &str) -> InputState {
        match self.ask(open(name, file, content), Some(content)).answer() {
            Answer::Opened(state) => state,
            other => panic!("expected an input, found {other:?}"),
        }
    }

    /// Evaluates, and gives the states of all steps and how many were computed.
    pub fn evaluate(&mut self, recipe: &Recipe) -> (Vec<StepState>, usize) {
        let recipe = recipe.clone();
        let told = self.ask(RequestBody::Evaluate { recipe }, None);
        let steps = told.steps();
        match told.answer() {
            Answer::Evaluated { n_computed } => (steps, n_computed),
            other => panic!("expected an evaluation, found {other:?}"),
        }
    }
}

impl Told {
    pub fn answer(self) -> Answer {
        match self.last {
            ReplyBody::Done(answer) => *answer,
            other => panic!("expected an answer, found {other:?}"),
        }
    }

    pub fn error(self) -> ErrorReport {
        match self.last {
            ReplyBody::Failed(error) => error,
            other => panic!("expected an error, found {other:?}"),
        }
    }

    pub fn steps(&self) -> Vec<StepState> {
        let step = |body: &ReplyBody| match body {
            ReplyBody::Step(state) => Some(state.as_ref().clone()),
            _ => None,
        };
        self.meanwhile.iter().filter_map(step).collect()
    }
}

pub fn open(name: &str, file: &str, content: &str) -> RequestBody {
    RequestBody::Open {
        name: name.into(),
        file: file_name(file, content),
        kind: None,
        options: ImportOptions::default(),
    }
}

pub fn file_name(file: &str, content: &str) -> FileName {
    FileName {
        name: file.into(),
        size_bytes: content.len() as u64,
    }
}

pub fn recipe(value: serde_json::Value) -> Recipe {
    serde_json::from_value(value).unwrap()
}

pub fn table(of: &str, table: &str) -> TableName {
    TableName {
        of: of.into(),
        table: table.into(),
    }
}

/// How each step stands, in a word; errors by their code, blocked ones with the names.
pub fn stands(steps: &[StepState]) -> Vec<String> {
    let word = |step: &StepState| match &step.status {
        StepStatus::Ready(_) if step.cached => "known".into(),
        StepStatus::Ready(_) => "computed".into(),
        StepStatus::Failed(error) => error.code.clone(),
        StepStatus::Blocked { by } => format!("blocked by {}", by.join(", ")),
        StepStatus::Off => "off".into(),
    };
    steps
        .iter()
        .map(|step| format!("{}: {}", step.id, word(step)))
        .collect()
}
