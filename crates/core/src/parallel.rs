//! The parallel loop: what runs on several threads is a loop over positions or over chunks of a
//! slice, and goes through here.
//!
//! How this works: the loop is cut into parts (`PARTS_PER_THREAD`) of neighboring positions, and one
//! function, compiled once, hands the parts to rayon by halves. What a part gives waits in its own
//! place, and the places are put together in their order. So results do not depend on the number of
//! threads, and every further loop adds little more to the WebAssembly module than its own body:
//! rayon's iterators are compiled anew for every use.
//!
//! A loop that fails gives the error of its lowest position that fails, on any number of threads;
//! what comes after that position may be left out.

use std::{
    convert::Infallible,
    ops::Range,
    sync::{
        Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
};

/// So many, that threads end about together though parts differ; few enough for each to be worth
/// its turn.
const PARTS_PER_THREAD: usize = 16;

/// What is done with cells of a slice, of which the first has this number.
type ChunkTask<'a, T, R, E> = dyn Fn(usize, &mut [T]) -> Result<R, E> + Sync + 'a;

/// What `task` gives for each of `0..n`, in their order.
///
/// ```
/// use cuvette_core::parallel;
///
/// assert_eq!(parallel::map(4, &|at| at * at), [0, 1, 4, 9]);
/// ```
pub fn map<R: Send>(n: usize, task: &(dyn Fn(usize) -> R + Sync)) -> Vec<R> {
    map_by(1, n, task)
}

/// As [`map`], at least `min_length` positions at a time, but for the last: for a task with too
/// little to do for a turn of its own.
pub fn map_by<R: Send>(min_length: usize, n: usize, task: &(dyn Fn(usize) -> R + Sync)) -> Vec<R> {
    let length = part_length(n).max(min_length);
    let Ok(all) = join_parts(n.div_ceil(length), &|part| {
        let range = part * length..n.min((part + 1) * length);
        Ok::<Vec<R>, Infallible>(range.map(task).collect())
    });
    all
}

/// As [`map`], of a task that can fail.
///
/// # Errors
///
/// That of the lowest position that fails.
pub fn try_map<R: Send, E: Send>(
    n: usize,
    task: &(dyn Fn(usize) -> Result<R, E> + Sync),
) -> Result<Vec<R>, E> {
    try_map_ranges(n, &|range| {
        let mut made = Vec::with_capacity(range.len());
        for at in range {
            made.push(task(at)?);
        }
        Ok(made)
    })
}

/// What `task` gives for neighboring ranges that make up `0..n`, one after the other.
///
/// For a task with buffers, which serve a whole range. Where the ranges are cut depends on the
/// number of threads, so the result must not depend on that.
///
/// # Errors
///
/// That of the lowest range that fails.
pub fn try_map_ranges<R: Send, E: Send>(
    n: usize,
    task: &(dyn Fn(Range<usize>) -> Result<Vec<R>, E> + Sync),
) -> Result<Vec<R>, E> {
    let length = part_length(n);
    join_parts(n.div_ceil(length), &|part| {
        task(part * length..n.min((part + 1) * length))
    })
}

/// What `task` gives for each chunk of `length` cells, in their order; it gets the number of the
/// chunk and its cells. Only the last chunk may be shorter.
///
/// A length of 0, as that of the rows of a matrix without columns, is taken as 1.
///
/// # Errors
///
/// That of the lowest chunk that fails.
pub fn try_map_chunks<T: Send, R: Send, E: Send>(
    cells: &mut [T],
    length: usize,
    task: &ChunkTask<T, R, E>,
) -> Result<Vec<R>, E> {
    let length = length.max(1);
    try_map_runs(cells, length, &|first, cells| {
        let mut made = Vec::with_capacity(cells.len().div_ceil(length));
        for (at, chunk) in cells.chunks_mut(length).enumerate() {
            made.push(task(first + at, chunk)?);
        }
        Ok(made)
    })
}

/// As [`try_map_chunks`], of whole runs of neighboring chunks: `task` gets the number of the first
/// chunk and the cells of all of them, and cuts them itself.
///
/// For a task with buffers, which serve a whole run. As with [`try_map_ranges`], the result must
/// not depend on where runs begin.
///
/// # Errors
///
/// That of the lowest run that fails.
pub fn try_map_runs<T: Send, R: Send, E: Send>(
    cells: &mut [T],
    length: usize,
    task: &ChunkTask<T, Vec<R>, E>,
) -> Result<Vec<R>, E> {
    let length = length.max(1);
    let n_chunks = part_length(cells.len().div_ceil(length));
    let runs: Vec<_> = cells
        .chunks_mut(n_chunks * length)
        .map(Mutex::new)
        .collect();
    join_parts(runs.len(), &|part| {
        task(part * n_chunks, &mut locked(&runs[part]))
    })
}

/// Calls `task` with each chunk of `length` cells and its number, as [`try_map_chunks`] does.
pub fn for_each_chunk<T: Send>(
    cells: &mut [T],
    length: usize,
    task: &(dyn Fn(usize, &mut [T]) + Sync),
) {
    let Ok(_) = try_map_chunks(cells, length, &|at, chunk| {
        task(at, chunk);
        Ok::<(), Infallible>(())
    });
}

/// Whether `test` holds for any of `0..n`; looks no further than it must.
pub fn any(n: usize, test: &(dyn Fn(usize) -> bool + Sync)) -> bool {
    let is_found = AtomicBool::new(false);
    let length = part_length(n);
    for_each_part(0..n.div_ceil(length), &|part| {
        for at in part * length..n.min((part + 1) * length) {
            if is_found.load(Ordering::Relaxed) {
                return;
            }
            if test(at) {
                is_found.store(true, Ordering::Relaxed);
            }
        }
    });
    is_found.into_inner()
}

/// Positions in a part of a loop over `n`; at least 1.
fn part_length(n: usize) -> usize {
    let n_parts = PARTS_PER_THREAD * rayon::current_num_threads().max(1);
    n.div_ceil(n_parts).max(1)
}

/// What the parts give, one after the other; the error of the lowest part that fails.
fn join_parts<R: Send, E: Send>(
    n_parts: usize,
    make: &(dyn Fn(usize) -> Result<Vec<R>, E> + Sync),
) -> Result<Vec<R>, E> {
    let mut places = Vec::new();
    places.resize_with(n_parts, || Mutex::new(Ok(Vec::new())));
    let lowest_failed = AtomicUsize::new(usize::MAX);
    for_each_part(0..n_parts, &|part| {
        // Below a part that failed, another one may.
        if part > lowest_failed.load(Ordering::Relaxed) {
            return;
        }
        let made = make(part);
        if made.is_err() {
            lowest_failed.fetch_min(part, Ordering::Relaxed);
        }
        *locked(&places[part]) = made;
    });
    let mut made = Vec::with_capacity(n_parts);
    for place in places {
        // Parts left out come after one that failed.
        made.push(place.into_inner().unwrap_or_else(PoisonError::into_inner)?);
    }
    // Room for all at once: growing by and by copies what is there again and again.
    let mut all = Vec::with_capacity(made.iter().map(Vec::len).sum());
    for mut part in made {
        all.append(&mut part);
    }
    Ok(all)
}

/// Calls `task` with every part, on all threads.
fn for_each_part(parts: Range<usize>, task: &(dyn Fn(usize) + Sync)) {
    match parts.len() {
        0 => {}
        1 => task(parts.start),
        n => {
            let middle = parts.start + n / 2;
            rayon::join(
                || for_each_part(parts.start..middle, task),
                || for_each_part(middle..parts.end, task),
            );
        }
    }
}

/// Each lock has one owner at a time anyway; a task that panics ends the loop.
fn locked<T>(place: &Mutex<T>) -> MutexGuard<'_, T> {
    place.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use proptest::prelude::*;

    use super::{
        any, for_each_chunk, map, map_by, try_map, try_map_chunks, try_map_ranges, try_map_runs,
    };

    fn on_threads<R: Send>(n_threads: usize, work: impl FnOnce() -> R + Send) -> R {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(n_threads);
        pool.build().unwrap().install(work)
    }

    fn squares(n: usize) -> Vec<usize> {
        (0..n).map(|at| at * at).collect()
    }

    proptest! {
           #![proptest_config(ProptestConfig::with_cases(64))]

           #[test]
           fn every_position_is_met_once_and_in_its_place(n in 0_usize..2_000, n_threads in 1_usize..8) {
               let n_calls = AtomicUsize::new(0);
               let found = on_threads(n_threads, || map(n, &|at| {
                   n_calls.fetch_add(1, Ordering::Relaxed);
                   at * at
               }));
               prop_assert_eq!(found, squares(n));
               prop_assert_eq!(n_calls.into_inner(), n);
           }

           #[test]
           fn ranges_are_neighbors(n in 0_usize..2_000, n_threads in 1_usize..8) {
               let found = on_threads(n_threads, || try_map_ranges(n, &|range| {
                   assert!(!range.is_empty());
                   Ok::<_, ()>(range.map(|at| at * at).collect())
               }));
               prop_assert_eq!(found, Ok(squares(n)));
           }

           #[test]
           fn parts_of_any_least_length_give_the_same(
               n in 0_usize..2_000,
               min_length in 0_usize..300,
               n_threads in 1_usize..8,
           ) {
               let found = on_threads(n_threads, || map_by(min_length, n, &|at| at * at));
               prop_assert_eq!(found, squares(n));
           }

           #[test]
           fn every_cell_is_in_one_chunk_of_its_number(
               n in 0_usize..2_000,
               length in 0_usize..50,
               n_threads in 1_usize..8,
           ) {
               let number = |at: &mut usize, chunk| *at = 1 + 10_000 * *at + chunk;
               let mut expected = vec![0; n];
               for (chunk, cells) in expected.chunks_mut(length.max(1)).enumerate() {
                   for cell in cells {
    number(cell, chunk);
    }
               }
               let mut cells = vec![0; n];
               on_threads(n_threads, || for_each_chunk(&mut cells, length, &|chunk, cells| {
                   for cell in cells {
    number(cell, chunk);
    }
               }));
               prop_assert_eq!(&cells, &expected);
               let lengths = on_threads(n_threads, || {
                   try_map_chunks(&mut cells, length, &|chunk, cells| Ok::<_, ()>((chunk, cells.len())))
               });
               let chunks = expected.chunks(length.max(1)).map(<[usize]>::len);
               prop_assert_eq!(lengths, Ok(chunks.enumerate().collect()));
           }

           #[test]
           fn runs_begin_with_the_chunk_they_name(
               n in 0_usize..2_000,
               length in 1_usize..50,
               n_threads in 1_usize..8,
           ) {
               let mut cells: Vec<usize> = (0..n).collect();
               let found = on_threads(n_threads, || try_map_runs(&mut cells, length, &|first, cells| {
                   assert_eq!(cells.first(), Some(&(first * length)));
                   Ok::<_, ()>(cells.to_vec())
               }));
               prop_assert_eq!(found, Ok(cells));
           }

           #[test]
           fn the_error_is_that_of_the_lowest_position(
               failing in proptest::collection::btree_set(0_usize..500, 0..6),
               n_threads in 1_usize..8,
           ) {
               let task = |at: usize| if failing.contains(&at) { Err(at) } else { Ok(at) };
               let expected: Result<Vec<usize>, usize> = (0..500).map(task).collect();
               prop_assert_eq!(on_threads(n_threads, || try_map(500, &task)), expected);
           }

           #[test]
           fn any_finds_what_is_there(
               held in proptest::collection::btree_set(0_usize..500, 0..3),
               n in 0_usize..500,
               n_threads in 1_usize..8,
           ) {
               let found = on_threads(n_threads, || any(n, &|at| held.contains(&at)));
               prop_assert_eq!(found, held.iter().any(|&at| at < n));
           }
       }

    #[test]
    fn loops_in_loops_end() {
        let found = on_threads(2, || map(100, &|at| map(at, &|inner| inner).len()));
        assert_eq!(found, (0..100).collect::<Vec<_>>());
    }
}
