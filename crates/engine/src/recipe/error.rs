//! What can be wrong with a recipe, each with its place and the nearest valid word.

/// Why a recipe, or one step of it, cannot be evaluated.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum RecipeError {
    /// Written by a later version of Cuvette.
    #[error("the recipe has version {found}, versions up to {known} are known")]
    Version {
        /// Version of the recipe.
        found: u32,
        /// The latest known.
        known: u32,
    },
    /// A name that steps and files could not carry.
    #[error(
        "{name:?} is no name: a small letter is expected, then up to 39 small letters, digits, `_` or `-`"
    )]
    Name {
        /// The name.
        name: String,
    },
    /// Two things of the same name.
    #[error("the name {name} stands {count} times, expected once")]
    DuplicateName {
        /// The name.
        name: String,
        /// How often it stands.
        count: usize,
    },
    /// An analysis that is not there.
    #[error("step {step} runs {name:?}, which is no analysis{}", did_you_mean(.nearest.as_deref()))]
    UnknownAnalysis {
        /// The step.
        step: String,
        /// What it says under `run`.
        name: String,
        /// The nearest analysis.
        nearest: Option<String>,
    },
    /// A name that no input and no step has.
    #[error("step {step} reads {name:?}, which is no input and no step{}", did_you_mean(.nearest.as_deref()))]
    UnknownName {
        /// The step.
        step: String,
        /// `of`, or the parameter that holds the name.
        field: String,
        /// The name.
        name: String,
        /// The nearest name that could be read here.
        nearest: Option<String>,
    },
    /// A name of the step itself or of a later one.
    #[error("step {step} reads {name}, which {}", if .step == .name { "is the step itself" } else { "comes later" })]
    Later {
        /// The step.
        step: String,
        /// `of`, or the parameter that holds the name.
        field: String,
        /// The name.
        name: String,
    },
    /// A parameter that the analysis does not have.
    #[error("step {step} has a parameter {field:?}, which {analysis} does not know{}", did_you_mean(.nearest.as_deref()))]
    UnknownParameter {
        /// The step.
        step: String,
        /// Its analysis.
        analysis: String,
        /// The parameter.
        field: String,
        /// The nearest parameter.
        nearest: Option<String>,
    },
    /// A parameter of the wrong type or outside the allowed words.
    #[error("step {step}, parameter {field}: {message}")]
    Parameter {
        /// The step.
        step: String,
        /// The parameter.
        field: String,
        /// What was found and expected.
        message: String,
    },
    /// An edit that does not fit the recipe.
    #[error("{message}")]
    Edit {
        /// What was asked and why it cannot be.
        message: String,
    },
}

fn did_you_mean(nearest: Option<&str>) -> String {
    nearest.map_or_else(String::new, |word| format!("; did you mean {word}?"))
}

impl RecipeError {
    /// Stable word for the page and for tests.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Version { .. } => "recipe_version",
            Self::Name { .. } => "invalid_name",
            Self::DuplicateName { .. } => "duplicate_name",
            Self::UnknownAnalysis { .. } => "unknown_analysis",
            Self::UnknownName { .. } => "unknown_name",
            Self::Later { .. } => "reads_later_step",
            Self::UnknownParameter { .. } => "unknown_parameter",
            Self::Parameter { .. } => "param",
            Self::Edit { .. } => "edit",
        }
    }

    /// What to do about it.
    pub fn hint(&self) -> Option<&'static str> {
        match self {
            Self::Version { .. } => Some("Open the recipe with a newer version of Cuvette"),
            Self::DuplicateName { .. } => Some("Rename all but one"),
            Self::Later { .. } => Some("Move the step below the one it reads"),
            _ => None,
        }
    }

    /// The parameter it concerns, or `of`, or `run`.
    pub fn field(&self) -> Option<&str> {
        match self {
            Self::UnknownName { field, .. }
            | Self::Later { field, .. }
            | Self::UnknownParameter { field, .. }
            | Self::Parameter { field, .. } => Some(field),
            Self::UnknownAnalysis { .. } => Some("run"),
            _ => None,
        }
    }
}
