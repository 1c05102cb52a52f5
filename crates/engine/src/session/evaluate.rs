//! Bringing the steps of a recipe up to date: what has not changed is not computed again.

use std::{
    collections::BTreeSet,
    sync::{Arc, Mutex, PoisonError, atomic::AtomicBool},
};

use cuvette_core::{
    AnalysisError, Context, Dataset,
    analyses::{Data, Inputs, NamedDataset},
    context::Progress,
};

use super::{
    Session, StepOutcome, StepValue, attach, dense, model,
    sources::{Known, Names, Read, missing, read},
};
use crate::{
    EngineError,
    hash::{Hash, HashBuilder},
    protocol::{ReplyBody, StepState, StepStatus},
    recipe::{
        Recipe, RecipeError, Step,
        check::{self, CheckedStep},
        edit::is_transform,
        fitted,
    },
};

/// Where replies go while the work goes on; called from any thread.
pub type Emit<'a> = &'a (dyn Fn(ReplyBody) + Sync);

/// One run over a recipe.
pub struct Evaluation<'a> {
    session: &'a Session,
    recipe: &'a Recipe,
    cancelled: &'a AtomicBool,
    emit: Emit<'a>,
    memory_limit: Option<u64>,
    names: Names,
    used: BTreeSet<Hash>,
    n_computed: usize,
}

impl<'a> Evaluation<'a> {
    /// A run that tells of every step as soon as it stands.
    pub fn new(
        session: &'a Session,
        recipe: &'a Recipe,
        cancelled: &'a AtomicBool,
        emit: Emit<'a>,
    ) -> Self {
        Self {
            session,
            recipe,
            cancelled,
            emit,
            memory_limit: None,
            names: Names::new(),
            used: BTreeSet::new(),
            n_computed: 0,
        }
    }

    /// Holds no more than so many bytes: sparse data that a step would need as a full table beyond
    /// that are refused. Where nobody says, as many as a page has.
    pub fn within(mut self, memory_limit: Option<u64>) -> Self {
        self.memory_limit = memory_limit;
        self
    }

    fn free_memory(&self) -> u64 {
        let free = |limit: u64| limit.saturating_sub(self.session.memory_bytes());
        self.memory_limit.map_or(dense::UNKNOWN_MEMORY_BYTES, free)
    }

    /// Evaluates all steps in order, and gives the number of those that were computed.
    ///
    /// Steps that fail are told of, and what depends on them is blocked; the others go on.
    pub fn run(mut self) -> Result<usize, EngineError> {
        check::check_names(self.recipe)?;
        for input in &self.recipe.inputs {
            let known = self
                .session
                .input(&input.name)
                .map_or_else(|_| Known::Missing(input.name.clone()), Known::Input);
            self.names.insert(input.name.clone(), known);
        }
        let checked = check::check_steps(self.recipe);
        for (step, checked) in self.recipe.steps.iter().zip(checked) {
            let (known, told) = self.step(step, checked)?;
            // Before it is told: whoever hears of a result asks for it at once.
            match &known {
                Known::Step(outcome) => self.session.hold(step, outcome),
                _ => self.session.let_go(step),
            }
            (self.emit)(ReplyBody::Step(Box::new(told)));
            self.names.insert(step.id.clone(), known);
        }
        self.session.retain(self.recipe, &self.used);
        Ok(self.n_computed)
    }

    /// What a step comes to, and what is told of it.
    fn step(
        &mut self,
        step: &Step,
        checked: Result<CheckedStep, RecipeError>,
    ) -> Result<(Known, StepState), EngineError> {
        let unknown = Known::Missing(step.id.clone());
        if step.off {
            let passed = checked.map_or(unknown, |checked| self.passed(step, &checked));
            return Ok((passed, state(step, StepStatus::Off)));
        }
        let checked = match checked {
            Ok(checked) => checked,
            Err(error) => return Ok((unknown, state(step, StepStatus::Failed((&error).into())))),
        };
        let sources: Vec<_> = checked.reads.iter().chain(&checked.references).collect();
        let by = missing(&self.names, &sources);
        if !by.is_empty() {
            return Ok((unknown, state(step, StepStatus::Blocked { by })));
        }
        let (outcome, cached) = match self.outcome(step, &checked) {
            Ok(found) => found,
            Err(AnalysisError::Cancelled) => return Err(AnalysisError::Cancelled.into()),
            Err(error) => return Ok((unknown, state(step, StepStatus::Failed((&error).into())))),
        };
        let told = StepState {
            cached,
            warnings: outcome.warnings.clone(),
            ..state(step, outcome.status())
        };
        Ok(match outcome.result {
            Ok(_) => (Known::Step(outcome), told),
            Err(_) => (unknown, told),
        })
    }

    /// What later steps read where this one is off: its data set, with the tables it attaches.
    fn passed(&self, step: &Step, checked: &CheckedStep) -> Known {
        let unknown = || Known::Missing(step.id.clone());
        let Some(first) = checked.reads.first().filter(|_| is_transform(&step.run)) else {
            return unknown();
        };
        if let Some(Known::Missing(name)) = self.names.get(&first.node) {
            return Known::Missing(name.clone());
        }
        let reads: Result<Vec<Read>, _> = checked
            .reads
            .iter()
            .map(|source| read(&self.names, source))
            .collect();
        let passed = reads.and_then(|reads| self.attached_alone(reads));
        passed.map_or_else(
            |_| unknown(),
            |(dataset, hash)| Known::Passed(dataset, hash),
        )
    }

    /// The first data set with the tables behind it, and the hash of all of them.
    fn attached_alone(&self, reads: Vec<Read>) -> Result<(Arc<Dataset>, Hash), AnalysisError> {
        let mut hash = HashBuilder::default();
        let mut datasets = Vec::new();
        let mut tables = Vec::new();
        let is_alone = reads.len() == 1;
        let first = reads.first().map(|read| read.hash);
        for read in reads {
            hash = hash.hash(read.hash);
            match read.data {
                Data::Dataset(data) if datasets.is_empty() => datasets.push(NamedDataset {
                    name: read.name,
                    data,
                }),
                _ => tables.push(read),
            }
        }
        let context = Context::new(self.cancelled, &|_| {});
        attach_all(&mut datasets, &tables, &context)?;
        let hash = first.filter(|_| is_alone).unwrap_or_else(|| hash.finish());
        let dataset = datasets.pop().map(|named| named.data);
        dataset
            .map(|dataset| (dataset, hash))
            .ok_or_else(|| AnalysisError::Input {
                message: "a step that is off has no data set to pass on".into(),
            })
    }

    /// The outcome of a step, from the cache where it is there.
    fn outcome(
        &mut self,
        step: &Step,
        checked: &CheckedStep,
    ) -> Result<(Arc<StepOutcome>, bool), AnalysisError> {
        let read_all = |sources: &[_]| -> Result<Vec<Read>, AnalysisError> {
            sources
                .iter()
                .map(|source| read(&self.names, source))
                .collect()
        };
        let reads = read_all(&checked.reads)?;
        let references = read_all(&checked.references)?;
        let hash = step_hash(checked, &reads, &references);
        self.used.insert(hash);
        if let Some(outcome) = self.session.lock().cache.get(hash) {
            return Ok((outcome, true));
        }
        // Not kept as a result: another time, more may be free.
        let all_read = reads.iter().chain(&references);
        dense::refuse_too_large(checked.request.id(), all_read, self.free_memory())?;
        let throttle = Mutex::default();
        let on_progress = |progress: Progress| {
            if is_worth_telling(&throttle, &progress) {
                (self.emit)(ReplyBody::Progress {
                    of: step.id.clone(),
                    done: progress.done,
                    total: progress.total,
                    unit: progress.unit.into(),
                    loss: progress.loss,
                });
            }
        };
        let context = Context::new(self.cancelled, &on_progress);
        context.check_cancelled()?;
        for warning in fitted::warnings_of(self.recipe, step) {
            context.warn(warning);
        }
        let result = compute(checked, reads, references, &context);
        let outcome = match result {
            Err(AnalysisError::Cancelled) => return Err(AnalysisError::Cancelled),
            result => Arc::new(StepOutcome {
                hash,
                result,
                warnings: context.take_warnings(),
            }),
        };
        self.n_computed += 1;
        self.session.lock().cache.insert(Arc::clone(&outcome));
        Ok((outcome, false))
    }
}

/// How a step stands that was not taken from the cache and has no warning.
fn state(step: &Step, status: StepStatus) -> StepState {
    StepState {
        id: step.id.clone(),
        status,
        cached: false,
        warnings: Vec::new(),
    }
}

/// Hash of all that makes a step's result: the build's version, the analysis, all its parameters,
/// and what it reads under which names (names appear in notes and warnings).
fn step_hash(checked: &CheckedStep, reads: &[Read], references: &[Read]) -> Hash {
    let mut builder = HashBuilder::default()
        .text(env!("CARGO_PKG_VERSION"))
        .text(checked.request.id().meta().id)
        .text(&checked.request.parameters().to_string())
        .text(&reads.len().to_string());
    for read in reads.iter().chain(references) {
        builder = builder.hash(read.hash);
    }
    builder.finish()
}

fn compute(
    checked: &CheckedStep,
    reads: Vec<Read>,
    references: Vec<Read>,
    context: &Context,
) -> Result<StepValue, AnalysisError> {
    let mut datasets = Vec::new();
    let mut tables = Vec::new();
    for read in reads {
        match read.data {
            Data::Dataset(data) if tables.is_empty() => datasets.push(NamedDataset {
                name: read.name,
                data,
            }),
            Data::Dataset(_) => {
                return Err(AnalysisError::Input {
                    message: format!(
                        "{} is a data set that stands behind a table; data sets come first, then the tables to attach",
                        read.name
                    ),
                });
            }
            _ => tables.push(read),
        }
    }
    let model = model::take_model(&mut tables, checked.request.id())?;
    check_count(checked, &datasets)?;
    attach_all(&mut datasets, &tables, context)?;
    let references = references.into_iter().map(|read| (read.name, read.data));
    let inputs = Inputs {
        datasets,
        model,
        references: references.collect(),
    };
    let output = checked.request.run(&inputs, context)?;
    Ok(StepValue::new(output))
}

fn check_count(checked: &CheckedStep, datasets: &[NamedDataset]) -> Result<(), AnalysisError> {
    let meta = checked.request.id().meta();
    if datasets.len() == meta.reads.len() {
        return Ok(());
    }
    let names: Vec<&str> = datasets.iter().map(|named| named.name.as_str()).collect();
    let found = if names.is_empty() {
        "none".into()
    } else {
        names.join(", ")
    };
    Err(AnalysisError::Input {
        message: format!(
            "{} reads {} data sets ({}), found {found}",
            meta.id,
            meta.reads.len(),
            meta.reads.join(", ")
        ),
    })
}

fn attach_all(
    datasets: &mut [NamedDataset],
    tables: &[Read],
    context: &Context,
) -> Result<(), AnalysisError> {
    let (Some(first), false) = (datasets.first_mut(), tables.is_empty()) else {
        return Ok(());
    };
    let mut attached: Dataset = first.data.as_ref().clone();
    for table in tables {
        attach::attach(
            &mut attached,
            &first.name,
            &table.name,
            &table.data,
            context,
        )?;
    }
    first.data = Arc::new(attached);
    Ok(())
}

/// What was told last: the unit, how many there are, and how far the work was.
type Told = (&'static str, u64, u64);

/// True for some 150 reports of each piece of work, however often it reports: at each hundredth, and
/// where twice as much is done as before, so that the first of many come soon; and for every point of
/// a loss curve.
fn is_worth_telling(throttle: &Mutex<Told>, progress: &Progress) -> bool {
    let doubled = u64::from(progress.done.checked_ilog2().map_or(0, |times| times + 1));
    let share = (progress.done.min(progress.total) * 100).checked_div(progress.total);
    let far = doubled + share.unwrap_or(0);
    let mut last = throttle.lock().unwrap_or_else(PoisonError::into_inner);
    let is_new = (last.0, last.1) != (progress.unit, progress.total) || last.2 < far;
    if is_new {
        *last = (progress.unit, progress.total, far);
    }
    is_new || progress.loss.is_some()
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use cuvette_core::context::{Loss, Progress};

    use super::is_worth_telling;

    #[test]
    fn some_reports_are_told_and_every_point_of_a_loss_curve() {
        let n_told = |loss: Option<Loss>| {
            let throttle = Mutex::default();
            let progress = |done| Progress {
                done,
                total: 1_000,
                unit: "GAN steps",
                loss,
            };
            let told = (1..=1_000).filter(|&done| is_worth_telling(&throttle, &progress(done)));
            told.count()
        };
        let loss = Loss {
            network: 0,
            step: 5,
            n_steps: 20,
            critic: 1.0,
            generator: 2.0,
        };
        assert!((100..=150).contains(&n_told(None)));
        assert_eq!(n_told(Some(loss)), 1_000);
    }
}
