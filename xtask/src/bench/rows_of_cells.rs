//! What is measured of cells as ranked genes.

use super::rows::{Goal, Row, Who, entry, ours, row};

/// Both multiply in `f32`, in another order.
pub fn encoder(browsers: &[String]) -> Row {
    let mut row = row(
        "encoder",
        "Encoder of the shape of Geneformer V1 to the layer before the last, 2,048 tokens (goal: 1.6 s on one thread)",
        ours(browsers, "encoder"),
        vec![(
            entry("the same in NumPy, 2 threads", Who::Python, "encoder_numpy"),
            Some(0.4),
            None,
        )],
        1e-4,
    );
    let label = "the same in NumPy, 1 thread";
    row.entries
        .push(entry(label, Who::Python, "encoder_numpy_one"));
    if !browsers.is_empty() {
        // Ours without threads is the second entry.
        row.goals.push(Goal {
            ours: 1,
            peer: row.entries.len() - 1,
            at_least: 0.4,
        });
    }
    row
}

/// What is left of a difference of states in `f32` has fewer digits than the states.
pub fn knock_out(browsers: &[String]) -> Row {
    row(
        "knock_out",
        "One knock-out in 100 cells of 1,000 genes by that encoder (goal: 60 s on two threads)",
        ours(browsers, "knock_out"),
        vec![(
            entry(
                "the same in NumPy (10 cells, times 10)",
                Who::Python,
                "knock_out_numpy",
            ),
            None,
            None,
        )],
        0.02,
    )
}

/// Vectors of genes come from products in `f32` in ours.
pub fn rank_context(browsers: &[String]) -> Row {
    row(
        "rank_context",
        "All knock-outs of 100 cells of 1,500 genes without a model, with z scores (goal: 20 s on two threads)",
        ours(browsers, "rank_context"),
        vec![(
            entry(
                "the closed form in NumPy",
                Who::Python,
                "rank_context_numpy",
            ),
            None,
            None,
        )],
        1e-4,
    )
}
