//! Keeps the results up to date: every change of the recipe is evaluated, one evaluation at a time.

use cuvette_engine::{
    protocol::{RequestBody, StepStatus},
    recipe::Recipe,
};
use leptos::{prelude::*, task::spawn_local};

use super::{App, Opened, named::Named, signature};
use crate::bridge::Failure;

/// The evaluation that runs.
#[derive(Debug, Default)]
pub struct Evaluation {
    /// Number of its question.
    request: Option<u64>,
    /// True where the recipe changed since.
    is_outdated: bool,
    /// Signatures of the steps as they were sent.
    pub signatures: Named<String>,
}

/// How a step stands, for the recipe's list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// Up to date.
    Ready,
    /// Up to date, with warnings.
    Warning,
    /// Runs now.
    Running,
    /// Out of date or not yet evaluated.
    Stale,
    /// Gave no result.
    Failed,
    /// Waits for inputs or for a failed step.
    Blocked,
    /// Switched off.
    Off,
}

impl Standing {
    /// The word of the state, as in `data-state`.
    pub fn word(self) -> &'static str {
        match self {
            Self::Ready => "ready",
            Self::Warning => "warning",
            Self::Running => "running",
            Self::Stale => "stale",
            Self::Failed => "failed",
            Self::Blocked => "blocked",
            Self::Off => "off",
        }
    }
}

fn without_fingerprints(mut recipe: Recipe) -> Recipe {
    for input in &mut recipe.inputs {
        input.fingerprint = None;
    }
    recipe
}

impl App {
    /// Evaluates whenever the recipe or the open inputs change. What a file is becomes known later
    /// than its numbers: a run that goes on is not begun again for that.
    pub fn keep_evaluated(self) {
        let recipe = Memo::new(move |_| without_fingerprints(self.recipe()));
        let readings = Memo::new(move |_| {
            self.inputs.with(|inputs| {
                let reading = |(name, opened): (&String, &Opened)| (name.clone(), opened.reading);
                inputs.iter().map(reading).collect::<Named<_>>()
            })
        });
        Effect::new(move |before: Option<Recipe>| {
            let recipe = recipe.get();
            // `track` alone would not make the memo look at the inputs.
            readings.with(|_| ());
            // Cancel holds until the recipe changes: files that are read again do not undo it.
            if before.as_ref() != Some(&recipe) {
                self.is_stopped.set(false);
                self.forget_steps_beside(&recipe);
            }
            // Without steps there is nothing to do but to end what still runs.
            let runs = self.evaluation.with_value(|now| now.request.is_some());
            if !recipe.steps.is_empty() || runs {
                self.evaluate();
            }
            recipe
        });
    }

    /// Forgets what is known of steps that have left the recipe. Their inputs may be closed by now:
    /// were they to come back as up to date, their pictures would be asked for before they are read.
    fn forget_steps_beside(self, recipe: &Recipe) {
        let is_there = |id: &str| recipe.steps.iter().any(|step| step.id == id);
        let has_left = |steps: &Named<_>| steps.keys().any(|id| !is_there(id));
        if self.steps.with_untracked(has_left) {
            self.steps.update(|steps| steps.retain(is_there));
        }
    }

    /// Evaluates after Cancel.
    pub fn run_again(self) {
        self.is_stopped.set(false);
        self.reopen_missing();
        self.evaluate();
    }

    /// Brings every step up to date.
    pub fn evaluate(self) {
        let running = self.evaluation.with_value(|evaluation| evaluation.request);
        if let Some(request) = running {
            self.evaluation
                .update_value(|evaluation| evaluation.is_outdated = true);
            if self.threads() > 1 {
                self.engine.with_value(|engine| {
                    if let Some(engine) = engine {
                        engine.cancel(request);
                    }
                });
            }
            return;
        }
        let recipe = self.recipe_now();
        if !self.is_stopped.get_untracked() {
            self.is_forgotten.set_value(false);
            self.send(recipe);
        } else if self.is_forgotten.get_value() {
            self.send(self.up_to_date(recipe));
        }
    }

    /// The recipe with the steps that had a result before the engine was started again: after Cancel
    /// these alone are replayed, so that their tables can be shown.
    fn up_to_date(self, mut recipe: Recipe) -> Recipe {
        let signatures = signature::signatures(&recipe);
        self.steps.with_untracked(|steps| {
            recipe.steps.retain(|step| {
                let known = steps.get(&step.id);
                known.is_some_and(|known| {
                    known.last_good.is_some() && signatures.get(&step.id) == Some(&known.signature)
                })
            });
        });
        recipe
    }

    fn send(self, recipe: Recipe) {
        let signatures = signature::signatures(&recipe);
        let first = self.first_stale(&recipe, &signatures);
        let Some(asked) = self.ask(RequestBody::Evaluate { recipe }, None) else {
            return;
        };
        let request = asked.id;
        self.evaluation.set_value(Evaluation {
            request: Some(request),
            is_outdated: false,
            signatures,
        });
        if let Some(first) = first {
            self.begin_work(&first, request);
        }
        spawn_local(async move {
            let outcome = asked.answer().await;
            self.end_work(request);
            self.evaluated(outcome.err());
        });
    }

    fn evaluated(self, failure: Option<Failure>) {
        let is_outdated = self
            .evaluation
            .with_value(|evaluation| evaluation.is_outdated);
        self.evaluation
            .update_value(|evaluation| evaluation.request = None);
        match failure {
            // After Cancel too: `evaluate` knows what then remains to be done.
            _ if is_outdated => self.evaluate(),
            None if self.is_stopped.get_untracked() => {}
            None => self.say("Results are up to date"),
            Some(Failure::Report(report)) => self.complain(report.message),
            Some(Failure::Cancelled) => self.is_stopped.set(true),
            // The restart opens the files again, which evaluates.
            Some(Failure::Lost) => {}
        }
    }

    fn first_stale(self, recipe: &Recipe, signatures: &Named<String>) -> Option<String> {
        self.steps.with_untracked(|steps| {
            let is_fresh = |id: &String| {
                let known = steps.get(id);
                known.is_some_and(|known| signatures.get(id) == Some(&known.signature))
            };
            let stale = recipe.steps.iter().find(|step| !is_fresh(&step.id));
            stale.map(|step| step.id.clone())
        })
    }

    /// Whether the step runs for so long already that this is shown: what it came to before, an
    /// error above all, was of other parameters. Tracked.
    pub fn is_seen_running(self, id: &str) -> bool {
        self.work.with(|work| {
            let work = work.as_ref();
            work.is_some_and(|work| work.is_shown() && work.of == id)
        })
    }

    /// How a step stands, tracked.
    pub fn standing(self, id: &str) -> Standing {
        let recipe = self.recipe();
        let is_off = recipe.steps.iter().any(|step| step.id == id && step.off);
        if is_off {
            return Standing::Off;
        }
        let runs = self
            .work
            .with(|work| work.as_ref().is_some_and(|work| work.of == id));
        if runs {
            return Standing::Running;
        }
        let signature = signature::signatures(&recipe).remove(id);
        self.steps.with(|steps| {
            let Some(known) = steps.get(id) else {
                return Standing::Stale;
            };
            match &known.state.status {
                StepStatus::Blocked { .. } => Standing::Blocked,
                StepStatus::Failed(_) => Standing::Failed,
                _ if Some(&known.signature) != signature.as_ref() => Standing::Stale,
                StepStatus::Off => Standing::Off,
                StepStatus::Ready(_) if known.state.warnings.is_empty() => Standing::Ready,
                StepStatus::Ready(_) => Standing::Warning,
            }
        })
    }
}
