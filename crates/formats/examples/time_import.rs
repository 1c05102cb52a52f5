//! Times the reading of a table from memory: `time_import [FILE]`, else 20,000 × 500 decimals.

use std::time::Instant;

use cuvette_core::analyses::Data;
use cuvette_formats::{FileInfo, ImportOptions, Importer};

fn main() {
    let (name, bytes) = match std::env::args().nth(1) {
        Some(path) => (path.clone(), std::fs::read(path).expect("a readable file")),
        None => ("made.csv".to_string(), made_table(20_000, 500)),
    };
    println!("{} bytes", bytes.len());
    for _ in 0..7 {
        let file = FileInfo {
            name: name.clone(),
            size_bytes: bytes.len() as u64,
        };
        let start = Instant::now();
        let mut importer = Importer::new(file, None, ImportOptions::default());
        for block in bytes.chunks(16 << 20) {
            importer.push(block).expect("readable");
        }
        let imported = importer.finish().expect("readable");
        let seconds = start.elapsed().as_secs_f64();
        let Data::Dataset(dataset) = &imported.data else {
            panic!("no matrix");
        };
        let sum: f64 = dataset.matrix.values().iter().copied().map(f64::from).sum();
        println!(
            "{seconds:.3} s, {} × {}, sum {sum}",
            dataset.n_genes(),
            dataset.n_samples()
        );
    }
}

/// Decimals of up to six digits, from a fixed generator.
fn made_table(n_genes: usize, n_samples: usize) -> Vec<u8> {
    let mut text = String::from("gene");
    for sample in 0..n_samples {
        text.push_str(&format!(",s{sample}"));
    }
    text.push('\n');
    let mut state: u64 = 1;
    for gene in 0..n_genes {
        text.push_str(&format!("gene{gene}"));
        for _ in 0..n_samples {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1);
            let value = (state >> 40) as f64 / f64::from(1 << 24) * 16.0;
            text.push_str(&format!(",{value:.4}"));
        }
        text.push('\n');
    }
    text.into_bytes()
}
