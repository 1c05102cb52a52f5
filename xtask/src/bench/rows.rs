//! What is measured, by whom, and what it must show.

use super::{rows_of_cells, rows_of_forests};

/// One comparison: a task, ours and a peer's.
pub struct Row {
    /// Short name, for `--only`.
    pub name: String,
    /// What is done.
    pub title: String,
    /// Who does it; the answers of all must agree.
    pub entries: Vec<Entry>,
    /// What the ratios must reach.
    pub goals: Vec<Goal>,
    /// Largest relative difference between two numbers of two answers.
    pub tolerance: f64,
}

/// One contestant of a row.
pub struct Entry {
    /// Name in the table.
    pub label: String,
    /// Process or page.
    pub who: Who,
    /// Task as the contestant knows it.
    pub task: &'static str,
}

/// "Ours needs at most 1/`at_least` of the peer's time."
pub struct Goal {
    /// Position of ours among the entries.
    pub ours: usize,
    /// Position of the peer.
    pub peer: usize,
    /// Ratio to reach.
    pub at_least: f64,
}

/// A process or page that can be asked for tasks.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Who {
    /// Our native build.
    Native,
    /// The peers from `PyPI`.
    Python,
    /// preprocessCore and edgeR in R.
    R,
    /// Papa Parse in Node.
    Node,
    /// Our engine in a browser.
    Browser {
        /// `chromium`, `firefox` or `webkit`.
        browser: String,
        /// Size of the thread pool; 0 for the engine built without threads.
        n_threads: usize,
    },
    /// The page from `dist/`, its files in the browser's cache.
    Warm {
        /// `chromium`, `firefox` or `webkit`.
        browser: String,
    },
}

/// All rows, for the browsers that are asked for; the first of them is the one peers are measured
/// against.
pub fn all(browsers: &[String]) -> Vec<Row> {
    let mut rows = vec![
        parse_row(browsers, "parse", "bytes in memory"),
        parse_file_row(browsers),
        preview_row(browsers),
        quantile_row(browsers),
        quantile_wide_row(browsers),
        quantile_ranks_row(browsers),
        cross_study_row(browsers),
        linkage_row(browsers),
        pca_row(browsers),
        gene_metrics_row(browsers),
        welch_row(browsers),
        gan_row(browsers),
        rows_of_cells::encoder(browsers),
        rows_of_cells::knock_out(browsers),
        rows_of_cells::rank_context(browsers),
        forest_row(
            browsers,
            ["forest", "forest_sklearn"],
            "Forest of 500 trees on 500 samples × 20,000 genes, with votes out of the bag",
            3.0,
        ),
        forest_row(
            browsers,
            ["forest_many", "forest_many_sklearn"],
            "Forest of 500 trees on 5,000 samples × 2,000 genes, with votes out of the bag",
            5.0,
        ),
        forest_row(
            browsers,
            ["forest_predict", "forest_predict_sklearn"],
            "Prediction of 10,000 samples by that forest",
            3.0,
        ),
        rows_of_forests::largest(),
        tmm_row(browsers),
    ];
    rows.extend(thread_rows(browsers));
    rows.extend(browsers.first().map(|browser| warm_row(browser)));
    rows
}

pub(super) fn entry(label: &str, who: Who, task: &'static str) -> Entry {
    Entry {
        label: label.into(),
        who,
        task,
    }
}

/// Ours natively and, where there is a browser, in it: with two threads, with one, and built
/// without. Browser entries come first, then native.
pub(super) fn ours(browsers: &[String], task: &'static str) -> Vec<Entry> {
    let mut entries = Vec::new();
    if let Some(browser) = browsers.first() {
        for (n_threads, label) in [(2, "2 threads"), (0, "built without threads")] {
            let who = Who::Browser {
                browser: browser.clone(),
                n_threads,
            };
            entries.push(entry(&format!("Cuvette, {browser}, {label}"), who, task));
        }
    }
    entries.push(entry("Cuvette, native, 2 threads", Who::Native, task));
    entries
}

/// Adds peers after ours; each goal is (in the browser, ratio) or (native, ratio) for a peer.
pub(super) fn row(
    name: &str,
    title: &str,
    mut entries: Vec<Entry>,
    peers: Vec<(Entry, Option<f64>, Option<f64>)>,
    tolerance: f64,
) -> Row {
    let n_ours = entries.len();
    let mut goals = Vec::new();
    for (peer, in_browser, native) in peers {
        let position = entries.len();
        let browser_goal = in_browser.filter(|_| n_ours > 1).map(|ratio| (0, ratio));
        let native_goal = native.map(|ratio| (n_ours - 1, ratio));
        for (ours, at_least) in browser_goal.into_iter().chain(native_goal) {
            goals.push(Goal {
                ours,
                peer: position,
                at_least,
            });
        }
        entries.push(peer);
    }
    Row {
        name: name.into(),
        title: title.into(),
        entries,
        goals,
        tolerance,
    }
}

fn parse_row(browsers: &[String], name: &str, from: &str) -> Row {
    row(
        name,
        &format!("Reading 20,000 × 500 decimals (75 MB), {from}"),
        ours(browsers, "parse"),
        vec![
            (
                entry("pandas read_csv", Who::Python, "parse_pandas"),
                Some(2.0),
                None,
            ),
            (
                entry("polars read_csv", Who::Python, "parse_polars"),
                Some(1.0),
                Some(2.0),
            ),
            (
                entry("Papa Parse, node", Who::Node, "parse"),
                Some(15.0),
                None,
            ),
        ],
        1e-6,
    )
}

fn parse_file_row(browsers: &[String]) -> Row {
    row(
        "file",
        "The same with the reading of the file",
        ours(browsers, "parse_file"),
        vec![
            (
                entry("pandas read_csv", Who::Python, "parse_pandas_file"),
                Some(1.5),
                None,
            ),
            (
                entry("polars read_csv", Who::Python, "parse_polars_file"),
                None,
                None,
            ),
        ],
        1e-6,
    )
}

fn preview_row(browsers: &[String]) -> Row {
    row(
        "preview",
        "First preview of that table (goal: 200 ms)",
        ours(browsers, "preview"),
        Vec::new(),
        1e-6,
    )
}

fn quantile_row(browsers: &[String]) -> Row {
    row(
        "quantile",
        "Quantile normalization 20,000 × 500, ties as in qnorm",
        ours(browsers, "quantile"),
        vec![
            (
                entry("qnorm", Who::Python, "quantile_qnorm"),
                Some(2.0),
                None,
            ),
            (
                entry("qnorm, 2 processes", Who::Python, "quantile_qnorm_two"),
                None,
                None,
            ),
        ],
        1e-5,
    )
}

fn quantile_wide_row(browsers: &[String]) -> Row {
    row(
        "quantile_wide",
        "Quantile normalization 20,000 × 1,000, ties as in qnorm",
        ours(browsers, "quantile_wide"),
        vec![(
            entry("qnorm", Who::Python, "quantile_wide_qnorm"),
            Some(2.0),
            None,
        )],
        1e-5,
    )
}

fn quantile_ranks_row(browsers: &[String]) -> Row {
    row(
        "quantile_ranks",
        "Quantile normalization 20,000 × 500, ties as in preprocessCore",
        ours(browsers, "quantile_ranks"),
        vec![(
            entry("preprocessCore, R", Who::R, "quantile"),
            Some(2.0),
            None,
        )],
        1e-5,
    )
}

fn cross_study_row(browsers: &[String]) -> Row {
    row(
        "cross_study",
        "Pearson and Spearman of 1,000 pairs × 6,000 genes",
        ours(browsers, "cross_study"),
        vec![(
            entry("SciPy", Who::Python, "cross_study_scipy"),
            Some(5.0),
            None,
        )],
        1e-6,
    )
}

fn pca_row(browsers: &[String]) -> Row {
    row(
        "pca",
        "50 principal components of 20,000 genes × 1,000 samples; ours exact",
        ours(browsers, "pca"),
        vec![(
            entry("scikit-learn, randomized", Who::Python, "pca_sklearn"),
            Some(1.5),
            None,
        )],
        1e-3,
    )
}

fn gene_metrics_row(browsers: &[String]) -> Row {
    row(
        "gene_metrics",
        "Gene metrics of 20,000 × 2,000, windows of 100 samples",
        ours(browsers, "gene_metrics"),
        vec![
            (
                entry(
                    "NumPy, gene by gene (one in 50, times 50)",
                    Who::Python,
                    "gene_metrics_numpy",
                ),
                Some(10.0),
                None,
            ),
            (
                entry(
                    "NumPy, all pairs of samples first",
                    Who::Python,
                    "gene_metrics_numpy_pairs",
                ),
                None,
                None,
            ),
        ],
        1e-6,
    )
}

fn linkage_row(browsers: &[String]) -> Row {
    row(
        "linkage",
        "Average linkage of 4,000 genes, from their distances",
        ours(browsers, "linkage"),
        vec![(
            entry("SciPy", Who::Python, "linkage_scipy"),
            Some(1.5),
            None,
        )],
        1e-6,
    )
}

fn welch_row(browsers: &[String]) -> Row {
    row(
        "welch",
        "Welch's test and false discovery rates of 20,000 × 200",
        ours(browsers, "welch"),
        vec![(entry("SciPy", Who::Python, "welch_scipy"), Some(5.0), None)],
        1e-6,
    )
}

/// What is compared of the answers is that all steps were done: GANs are random.
fn gan_row(browsers: &[String]) -> Row {
    row(
        "gan",
        "GAN of 2,000 generator steps in 50 components, one thread (goal: 60 s)",
        ours(browsers, "gan"),
        vec![(
            entry("the same in NumPy", Who::Python, "gan_numpy"),
            Some(1.0),
            None,
        )],
        1e-9,
    )
}

/// Forests are random: answers agree to a few samples of 500.
fn forest_row(
    browsers: &[String],
    [ours_task, peers_task]: [&'static str; 2],
    title: &str,
    at_least: f64,
) -> Row {
    let peer = entry("scikit-learn, both cores", Who::Python, peers_task);
    row(
        ours_task,
        title,
        ours(browsers, ours_task),
        vec![(peer, Some(at_least), None)],
        0.02,
    )
}

fn tmm_row(browsers: &[String]) -> Row {
    row(
        "tmm",
        "TMM factors of 20,000 × 1,000",
        ours(browsers, "tmm"),
        vec![(entry("edgeR, R", Who::R, "tmm"), Some(5.0), None)],
        1e-9,
    )
}

/// The page on a warm cache.
fn warm_row(browser: &str) -> Row {
    let who = || Who::Warm {
        browser: browser.into(),
    };
    Row {
        name: "warm".into(),
        title: format!("Loading the page on a warm cache in {browser} (goal: interactive in 1 s)"),
        entries: vec![
            entry("until the first screen stands", who(), "interactive"),
            entry("until the engine is up", who(), "engine"),
        ],
        goals: Vec::new(),
        tolerance: 0.0,
    }
}

/// Two threads against one, in every browser. What reads copies on a thread of its own beside those
/// of the pool: with a pool of one, two threads are at work, so reading is held against the build
/// that has no threads.
fn thread_rows(browsers: &[String]) -> Vec<Row> {
    let tasks = [
        ("parse", "Reading"),
        ("quantile", "Quantile normalization"),
        ("cross_study", "Cross-study"),
        ("encoder", "Encoder"),
    ];
    let mut rows = Vec::new();
    for browser in browsers {
        for (task, title) in tasks {
            let entry = |n_threads, label: &str| {
                let who = Who::Browser {
                    browser: browser.clone(),
                    n_threads,
                };
                entry(label, who, task)
            };
            let mut entries = vec![entry(2, "2 threads")];
            if task == "parse" {
                entries.push(entry(0, "1 thread, built without"));
                entries.push(entry(1, "a pool of 1, and the thread that copies"));
            } else {
                entries.push(entry(1, "1 thread"));
            }
            rows.push(Row {
                name: format!("threads-{browser}-{task}"),
                title: format!("{title} in {browser}, two threads against one"),
                entries,
                goals: vec![Goal {
                    ours: 0,
                    peer: 1,
                    at_least: 1.6,
                }],
                tolerance: 0.0,
            });
        }
    }
    rows
}
