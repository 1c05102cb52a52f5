//! What the engine holds between requests: open inputs, and results by the hash of what made them.

mod attach;
mod cache;
pub(crate) mod dense;
mod evaluate;
mod gene;
mod input;
pub(crate) mod memory;
mod model;
mod outcome;
mod sources;

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

pub use attach::attach;
pub use evaluate::Evaluation;
pub use input::OpenInput;
pub use outcome::{StepOutcome, StepValue};

use crate::{
    EngineError,
    hash::Hash,
    recipe::{Recipe, Step},
    window::Windows,
};
use cache::Cache;

/// What is open and what is known.
///
/// The lock is held for look-ups alone, never while something is computed: a table can be shown
/// while a step runs.
#[derive(Debug, Default)]
pub struct Session {
    state: Mutex<State>,
    /// Tables made for showing, and the orders they were shown in.
    pub windows: Windows,
}

#[derive(Debug, Default)]
struct State {
    inputs: BTreeMap<String, Arc<OpenInput>>,
    steps: BTreeMap<String, Arc<StepOutcome>>,
    /// What each of them reads.
    reads: BTreeMap<String, Vec<String>>,
    cache: Cache,
}

/// An input or a step of the last recipe, by its name.
#[derive(Debug, Clone)]
pub enum Node {
    /// An open file.
    Input(Arc<OpenInput>),
    /// A step that gave a result.
    Step(Arc<StepOutcome>),
}

impl Session {
    /// Keeps an input under its name, in the place of what had the name before.
    pub fn insert(&self, input: OpenInput) -> Arc<OpenInput> {
        let input = Arc::new(input);
        let mut state = self.lock();
        state.inputs.insert(input.name.clone(), Arc::clone(&input));
        input
    }

    /// Forgets an input, and all results that are not part of the last recipe.
    pub fn close(&self, name: &str) {
        let mut state = self.lock();
        state.inputs.remove(name);
        let used = state.steps.values().map(|outcome| outcome.hash).collect();
        state.cache.keep_only(&used);
        drop(state);
        self.windows.clear();
    }

    /// The input of that name.
    pub fn input(&self, name: &str) -> Result<Arc<OpenInput>, EngineError> {
        let state = self.lock();
        let input = state.inputs.get(name).cloned();
        input.ok_or_else(|| EngineError::NothingOf { name: name.into() })
    }

    /// The input or step of that name.
    pub fn node(&self, name: &str) -> Result<Node, EngineError> {
        let state = self.lock();
        let step = state.steps.get(name).cloned().map(Node::Step);
        let node = step.or_else(|| state.inputs.get(name).cloned().map(Node::Input));
        node.ok_or_else(|| EngineError::NothingOf { name: name.into() })
    }

    /// Bytes of all values held.
    pub fn memory_bytes(&self) -> u64 {
        let state = self.lock();
        let held = |input: &Arc<OpenInput>| {
            let dataset = input.dataset();
            input.memory_bytes + dataset.map_or(0, |data| data.matrix.dense_form_bytes())
        };
        let inputs: u64 = state.inputs.values().map(held).sum();
        inputs + state.cache.memory_bytes()
    }

    /// Keeps the result of a step under its name, and what it reads.
    fn hold(&self, step: &Step, outcome: &Arc<StepOutcome>) {
        let mut state = self.lock();
        state.steps.insert(step.id.clone(), Arc::clone(outcome));
        state.reads.insert(step.id.clone(), step.of.clone());
    }

    /// Forgets a step that has no result.
    fn let_go(&self, step: &Step) {
        let mut state = self.lock();
        state.steps.remove(&step.id);
        state.reads.remove(&step.id);
    }

    /// Forgets steps that the recipe does not have, and results that were not used for long.
    fn retain(&self, recipe: &Recipe, used: &BTreeSet<Hash>) {
        let mut state = self.lock();
        let is_step = |name: &String| recipe.steps.iter().any(|step| step.id == *name);
        state.steps.retain(|name, _| is_step(name));
        state.reads.retain(|name, _| is_step(name));
        state.cache.trim(used);
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        // A panic ends the engine; what it held is read-only and whole at every moment.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
