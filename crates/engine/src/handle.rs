//! Answering requests: one function for everything, native and in the worker alike.

use std::{
    collections::BTreeMap,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
};

use cuvette_core::analyses::{SYNTHETIC_WARNING, n_synthetic, one_gene, opened};

use crate::{
    EngineError, Fingerprinting, Opening, catalogue, export, link, methods,
    opening::file_info,
    protocol::{self, Answer, ErrorReport, FileName, Reply, ReplyBody, Request, RequestBody},
    session::{Evaluation, Node, Session},
    window,
};
use cuvette_core::figure::{Figure, FigureRequest};
use cuvette_formats::{ImportOptions, InputKind, SheetNotes};

/// A reply with the long bytes that travel beside it.
#[derive(Debug, Clone, PartialEq)]
pub struct Message {
    /// The reply.
    pub reply: Reply,
    /// Pixels of a picture, or an exported file.
    pub bytes: Option<Vec<u8>>,
}

/// Where messages go; called from any thread.
pub type Send<'a> = &'a (dyn Fn(Message) + Sync);

/// The engine: a session, and the requests that are being answered.
#[derive(Debug)]
pub struct Engine {
    session: Session,
    running: Mutex<BTreeMap<u64, Arc<AtomicBool>>>,
    build: String,
    n_threads: usize,
    memory_limit: Option<u64>,
}

/// An answer with the long bytes that travel beside it.
type Answered = Result<(Answer, Option<Vec<u8>>), EngineError>;

impl Engine {
    /// An engine without inputs. `build` is the version and commit shown on the page.
    pub fn new(build: &str, n_threads: usize) -> Self {
        Self {
            session: Session::default(),
            running: Mutex::default(),
            build: build.into(),
            n_threads,
            memory_limit: None,
        }
    }

    /// Holds no more than so many bytes of data: a file beyond that is refused before it is parsed.
    pub fn with_memory_limit(mut self, bytes: u64) -> Self {
        self.memory_limit = Some(bytes);
        self
    }

    /// Bytes of the limit that are not taken.
    pub fn free_memory(&self) -> Option<u64> {
        let limit = self.memory_limit?;
        Some(limit.saturating_sub(self.session.memory_bytes()))
    }

    /// Begins to read a file that will be known as `name`, within the memory there is.
    pub fn opening(
        &self,
        name: &str,
        file: &FileName,
        kind: Option<InputKind>,
        options: ImportOptions,
    ) -> Opening {
        Opening::begin(name, file, kind, options).within(self.free_memory())
    }

    /// Begins to make the fingerprint of an input that is open.
    pub fn fingerprinting(&self, name: &str) -> Result<Fingerprinting, EngineError> {
        Ok(Fingerprinting::begin(self.session.input(name)?))
    }

    /// What is open and known.
    pub fn session(&self) -> &Session {
        &self.session
    }

    /// The first message of an engine.
    pub fn ready(&self) -> Message {
        message(
            0,
            ReplyBody::Ready {
                protocol: protocol::VERSION,
                build: self.build.clone(),
                threads: self.n_threads,
            },
        )
    }

    /// What steps there are: the message that follows the first, when their code is at hand.
    pub fn catalogue(&self) -> Message {
        message(0, ReplyBody::Catalogue(catalogue::catalogue()))
    }

    /// Notes that a request waits or is at work, so that it can be cancelled; the flag says so.
    pub fn begin(&self, id: u64) -> Arc<AtomicBool> {
        let flag = Arc::new(AtomicBool::new(false));
        self.lock_running().insert(id, Arc::clone(&flag));
        flag
    }

    /// Asks a request to stop; one that is done is left alone.
    pub fn cancel(&self, id: u64) {
        if let Some(flag) = self.lock_running().get(&id) {
            flag.store(true, Ordering::Relaxed);
        }
    }

    /// The last message of a request, which can no longer be cancelled.
    pub fn end(&self, id: u64, answered: Answered) -> Message {
        self.lock_running().remove(&id);
        match answered {
            Ok((answer, bytes)) => Message {
                reply: Reply {
                    id,
                    body: ReplyBody::Done(Box::new(answer)),
                },
                bytes,
            },
            Err(error) if error.is_cancelled() => message(id, ReplyBody::Cancelled),
            Err(error) => message(id, ReplyBody::Failed(ErrorReport::from(&error))),
        }
    }

    /// Answers a request that needs no file, and gives its last message; others go to `send`.
    ///
    /// `cancelled` is the flag of [`Self::begin`].
    pub fn answer(&self, request: &Request, cancelled: &AtomicBool, send: Send) -> Message {
        let emit = |body| send(message(request.id, body));
        self.end(request.id, self.answered(&request.body, cancelled, &emit))
    }

    /// The answer to a `Preview`, from the first and last bytes of the file, or of the text of a
    /// sheet with what is known of it.
    pub fn preview(
        &self,
        file: &FileName,
        head: &[u8],
        tail: Option<&[u8]>,
        kind: Option<InputKind>,
        options: &ImportOptions,
        sheet: Option<&SheetNotes>,
    ) -> Answered {
        let mut file = file_info(file);
        let mut settled = options.clone();
        if let Some(notes) = sheet {
            file.size_bytes = notes.n_text_bytes;
            notes.settle(&mut settled);
        }
        let preview = cuvette_formats::preview(&file, head, tail, kind, &settled);
        let mut preview = preview.map_err(|error| match sheet {
            Some(notes) => notes.blame(error),
            None => error,
        })?;
        if let Some(notes) = sheet {
            notes.annotate_preview(&mut preview);
        }
        if let Some(available) = self.free_memory() {
            preview.hold_within(&file, available, options);
        }
        Ok((Answer::Preview(preview), None))
    }

    /// The answer to an `Open`, when all blocks are in.
    pub fn opened(&self, opening: Opening) -> Answered {
        let input = self.session.insert(opening.finish()?);
        Ok((Answer::Opened(input.state()), None))
    }

    fn answered(
        &self,
        body: &RequestBody,
        cancelled: &AtomicBool,
        emit: &(dyn Fn(ReplyBody) + Sync),
    ) -> Answered {
        let session = &self.session;
        let answer = match body {
            RequestBody::Preview { .. }
            | RequestBody::Open { .. }
            | RequestBody::Fingerprint { .. } => return Err(EngineError::NoFile),
            RequestBody::Evaluate { recipe } => Answer::Evaluated {
                n_computed: Evaluation::new(session, recipe, cancelled, emit)
                    .within(self.memory_limit)
                    .run()?,
            },
            RequestBody::Window { table, view } => {
                Answer::Window(window::window(session, table, view)?)
            }
            RequestBody::Find { table, view, names } => {
                let found = window::find(&window::view(session, table, view)?, names);
                Answer::Found {
                    rows: found.rows,
                    unknown: found.unknown,
                }
            }
            RequestBody::Draw { of, figure } => {
                let mut figure = self.figure(of, figure)?;
                let pixels = figure
                    .raster_mut()
                    .map(|raster| std::mem::take(&mut raster.pixels));
                return Ok((Answer::Figure(Box::new(figure)), pixels));
            }
            RequestBody::Export { what } => {
                let file = export::export(self, what)?;
                let answer = Answer::File {
                    name: file.name,
                    media_type: file.media_type.into(),
                };
                return Ok((answer, Some(file.bytes)));
            }
            RequestBody::Link {
                recipe,
                selected,
                shown,
                without_file_names,
            } => {
                let linked = link::Linked {
                    recipe: recipe.clone(),
                    selected: selected.clone(),
                    shown: shown.clone(),
                };
                answer_link(linked, *without_file_names)
            }
            RequestBody::Unlink { link } => {
                let linked = link::decode(link)?;
                Answer::Recipe {
                    recipe: linked.recipe,
                    selected: linked.selected,
                    shown: linked.shown,
                }
            }
            RequestBody::Methods { recipe } => Answer::Text(methods::methods(session, recipe)),
            RequestBody::Cancel { request } => {
                self.cancel(*request);
                Answer::Nothing
            }
            RequestBody::Close { name } => {
                session.close(name);
                Answer::Nothing
            }
        };
        Ok((answer, None))
    }

    /// One picture of an input or a step, which says where it shows synthetic samples among real
    /// ones.
    pub fn figure(&self, of: &str, request: &FigureRequest) -> Result<Figure, EngineError> {
        let (mut figure, has_synthetic) = self.unflagged_figure(of, request)?;
        if has_synthetic {
            // First, since what is too long for a picture is cut at its end.
            figure.subtitle = format!("With synthetic samples; {}", figure.subtitle);
        }
        Ok(figure)
    }

    /// The picture, and whether synthetic samples took part in it.
    fn unflagged_figure(
        &self,
        of: &str,
        request: &FigureRequest,
    ) -> Result<(Figure, bool), EngineError> {
        if request.name == one_gene::NAME {
            let gene = request.subject.as_deref().unwrap_or_default();
            let data = self.session.gene(of, gene)?;
            return Ok((one_gene::figure(&data, request)?, n_synthetic(&data) > 0));
        }
        match self.session.node(of)? {
            Node::Input(input) => match input.dataset() {
                Some(dataset) => {
                    let figure = opened::figure(dataset, request)?;
                    Ok((figure, n_synthetic(dataset) > 0))
                }
                None => Err(EngineError::NotThere {
                    of: of.into(),
                    what: "picture",
                    name: request.name.clone(),
                    available: Vec::new(),
                }),
            },
            Node::Step(outcome) => {
                let value = outcome.result.as_ref().map_err(Clone::clone)?;
                let mut warnings = outcome.warnings.iter();
                let is_told = warnings.any(|warning| warning.code == SYNTHETIC_WARNING);
                Ok((value.output.figure(request)?, is_told))
            }
        }
    }

    /// The text of the model that a step learned.
    pub fn model(&self, of: &str) -> Result<String, EngineError> {
        let found = match self.session.node(of)? {
            Node::Input(_) => None,
            Node::Step(outcome) => {
                let value = outcome.result.as_ref().map_err(Clone::clone)?;
                value.output.model()
            }
        };
        found.ok_or_else(|| EngineError::NotThere {
            of: of.into(),
            what: "file",
            name: "model".into(),
            available: Vec::new(),
        })
    }

    fn lock_running(&self) -> std::sync::MutexGuard<'_, BTreeMap<u64, Arc<AtomicBool>>> {
        self.running.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A message without long bytes.
pub fn message(id: u64, body: ReplyBody) -> Message {
    Message {
        reply: Reply { id, body },
        bytes: None,
    }
}

fn answer_link(mut linked: link::Linked, without_file_names: bool) -> Answer {
    if without_file_names {
        for input in &mut linked.recipe.inputs {
            input.file.clear();
        }
    }
    Answer::Link {
        link: link::encode(&linked),
        reveals: link::reveals(&linked),
    }
}
