//! One layer: attention over all rows that are seen, then two products, each added and normalized.

use cuvette_kernels::{
    attention,
    dense::{Packed, Real, View},
};

use super::weights::LayerWeights;
use crate::{
    checkpoint::{Activation, CheckpointConfig},
    context::Context,
    error::AnalysisError,
    parallel,
};

/// Rows that are computed together: attention of a head holds so many times the sequence.
const TILE: usize = 64;

/// Keys and values of one head, for the rows that are seen.
struct Head {
    keys: Packed,
    values: Packed,
}

/// The rows behind a layer.
pub(super) fn forward(
    layer: &LayerWeights,
    config: &CheckpointConfig,
    x: &[f32],
    seen: &[usize],
    context: &Context,
) -> Result<Vec<f32>, AnalysisError> {
    let d = config.hidden_size;
    let heads = heads(layer, config, x, seen, context)?;
    let mut out = vec![0.0; x.len()];
    parallel::try_map_chunks(&mut out, TILE * d, &|tile, out| {
        let start = tile * TILE * d;
        let x = &x[start..start + out.len()];
        let mixed = attend(layer, config, x, &heads, context)?;
        let mut attended = layer.attended.of(&mixed, d);
        attention::add(&mut attended, x);
        layer.attended_norm.normalize(&mut attended);
        context.check_cancelled()?;
        let mut inner = layer.inner.of(&attended, d);
        match config.activation {
            Activation::Relu => f32::bend(&mut inner, 0.0),
            Activation::Gelu => attention::bend_by_error_function(&mut inner),
        }
        context.check_cancelled()?;
        out.copy_from_slice(&layer.outer.of(&inner, config.intermediate_size));
        attention::add(out, &attended);
        layer.outer_norm.normalize(out);
        context.check_cancelled()
    })?;
    Ok(out)
}

/// Keys and values of all heads. Rows that are not seen are left out, and not masked: a sequence
/// without them has the same bits.
fn heads(
    layer: &LayerWeights,
    config: &CheckpointConfig,
    x: &[f32],
    seen: &[usize],
    context: &Context,
) -> Result<Vec<Head>, AnalysisError> {
    let (d, size) = (config.hidden_size, config.head_size());
    let n_tiles = seen.len().div_ceil(TILE);
    let tiles = parallel::try_map(n_tiles, &|tile| {
        context.check_cancelled()?;
        let rows = &seen[tile * TILE..seen.len().min((tile + 1) * TILE)];
        let mut own = Vec::with_capacity(rows.len() * d);
        for &row in rows {
            own.extend_from_slice(&x[row * d..(row + 1) * d]);
        }
        Ok::<_, AnalysisError>([layer.key.of(&own, d), layer.value.of(&own, d)])
    })?;
    parallel::try_map(config.n_heads, &|head| {
        context.check_cancelled()?;
        let columns = head * size..(head + 1) * size;
        let of_head = |which: usize| -> Vec<f32> {
            let mut cells = Vec::with_capacity(seen.len() * size);
            for row in tiles.iter().flat_map(|tile| tile[which].chunks_exact(d)) {
                cells.extend_from_slice(&row[columns.clone()]);
            }
            cells
        };
        let [keys, values] = [of_head(0), of_head(1)];
        Ok(Head {
            keys: Packed::new(View::new(&keys, size).transposed()),
            values: Packed::new(View::new(&values, size)),
        })
    })
}

/// What a tile of rows takes from the rows that are seen, the heads side by side.
fn attend(
    layer: &LayerWeights,
    config: &CheckpointConfig,
    x: &[f32],
    heads: &[Head],
    context: &Context,
) -> Result<Vec<f32>, AnalysisError> {
    let (d, size) = (config.hidden_size, config.head_size());
    let n_rows = x.len() / d;
    let mut queries = layer.query.of(x, d);
    attention::scale(&mut queries, 1.0 / (size as f32).sqrt());
    let mut mixed = vec![0.0; x.len()];
    let n_seen = heads.first().map_or(0, |head| head.keys.n_columns());
    let mut scores = vec![0.0; n_rows * n_seen];
    let mut own = vec![0.0; n_rows * size];
    let mut taken = vec![0.0; n_rows * size];
    for (at, head) in heads.iter().enumerate() {
        context.check_cancelled()?;
        let columns = at * size..(at + 1) * size;
        let rows = own.chunks_exact_mut(size).zip(queries.chunks_exact(d));
        for (own, query) in rows {
            own.copy_from_slice(&query[columns.clone()]);
        }
        scores.fill(0.0);
        head.keys.add_product(View::new(&own, size), &mut scores);
        let sums: Vec<f32> = scores
            .chunks_exact_mut(n_seen)
            .map(attention::exponentials)
            .collect();
        taken.fill(0.0);
        head.values
            .add_product(View::new(&scores, n_seen), &mut taken);
        let rows = mixed.chunks_exact_mut(d).zip(taken.chunks_exact_mut(size));
        for ((mixed, taken), sum) in rows.zip(sums) {
            attention::scale(taken, 1.0 / sum);
            mixed[columns.clone()].copy_from_slice(taken);
        }
    }
    Ok(mixed)
}
