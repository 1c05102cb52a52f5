//! What can be typed after `cuvette`.

use std::path::PathBuf;

use clap::{Parser, Subcommand, ValueEnum};

/// A gene-expression workbench: runs recipes made in the page, or by hand, on this computer.
#[derive(Debug, Parser)]
#[command(name = "cuvette", version, arg_required_else_help = true)]
pub struct Arguments {
    /// What to do
    #[command(subcommand)]
    pub command: Command,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Print the import report of files: what each is, what was guessed and why, what is wrong
    Inspect(Inspect),
    /// Run a recipe or a link, and write tables, pictures and a report into a folder
    Run(Run),
    /// List the analyses, or describe one: its parameters, defaults, ranges and JSON schema
    Analyses {
        /// Name of one analysis
        id: Option<String>,
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
    /// Print the link that holds a recipe
    Link {
        /// File of the recipe
        recipe: PathBuf,
        /// Leave the names of the files out of the link
        #[arg(long)]
        without_file_names: bool,
        /// What to put before the link's fragment: the address of a page
        #[arg(long, default_value = "")]
        page: String,
    },
    /// Print the recipe that a link holds
    Unlink {
        /// The link, whole or from its `#` on
        link: String,
    },
    /// Print what a recipe does as a paragraph for a methods section
    Methods {
        /// File of the recipe
        recipe: PathBuf,
    },
}

/// Arguments of `cuvette inspect`.
#[derive(Debug, clap::Args)]
pub struct Inspect {
    /// Files to look at, or folders with counts in cells (matrix.mtx, features.tsv, barcodes.tsv)
    #[arg(required = true)]
    pub files: Vec<PathBuf>,
    /// Name of the sheet to read of a workbook; left out, the largest that is not hidden
    #[arg(long, value_name = "NAME")]
    pub sheet: Option<String>,
    /// Print JSON, one object per file
    #[arg(long)]
    pub json: bool,
}

/// Arguments of `cuvette run`.
#[derive(Debug, clap::Args)]
pub struct Run {
    /// File of the recipe, or a link
    #[arg(value_name = "RECIPE.json|LINK")]
    pub recipe: String,
    /// File of an input; left out, the file that the recipe names is looked for beside the recipe
    #[arg(long = "input", value_name = "NAME=FILE", value_parser = parse_input)]
    pub inputs: Vec<(String, PathBuf)>,
    /// Folder for the results; made where it is not there
    #[arg(long, value_name = "DIR")]
    pub out: PathBuf,
    /// Threads that work; left out, one per processor. The results are the same for any number
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..))]
    pub threads: Option<u16>,
    /// Draw the pictures in these formats
    #[arg(long, value_name = "FORMATS", value_delimiter = ',')]
    pub plots: Vec<PictureFormat>,
    /// Print nothing but errors
    #[arg(long)]
    pub quiet: bool,
}

/// Formats of pictures.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, ValueEnum)]
pub enum PictureFormat {
    /// Vectors
    Svg,
    /// Pixels, 300 per inch
    Png,
}

fn parse_input(text: &str) -> Result<(String, PathBuf), String> {
    match text.split_once('=') {
        Some((name, file)) if !name.is_empty() && !file.is_empty() => {
            Ok((name.into(), file.into()))
        }
        _ => Err("expected NAME=FILE, as in counts=counts.tsv".into()),
    }
}
