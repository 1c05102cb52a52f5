//! What surrounds the application: the worker that runs the engine, and the offline state.

pub mod engine_worker;
pub mod offline;
