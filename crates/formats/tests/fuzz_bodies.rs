//! The fuzz targets, run over the corpus.

mod common;

#[path = "../../../fuzz/bodies.rs"]
mod bodies;

fn for_each_file(check: impl Fn(&[u8])) {
    let folder = common::root().join("tests/corpus");
    for entry in std::fs::read_dir(folder)
        .expect("the corpus is there")
        .flatten()
    {
        println!("{}", entry.path().display());
        check(&std::fs::read(entry.path()).expect("readable"));
    }
}

#[test]
fn importing_the_corpus_in_any_parts_agrees() {
    for_each_file(bodies::import_any);
}

#[test]
fn previews_of_the_corpus_find_the_shape_that_reading_finds() {
    for_each_file(bodies::preview_any);
}

#[test]
fn the_corpus_survives_writing_and_reading() {
    for_each_file(bodies::round_trip_any);
}
