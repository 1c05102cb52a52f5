//! What holds for every analysis, whatever it computes.

#![expect(clippy::unwrap_used, reason = "a test stops at the first trouble")]

use std::{
    collections::BTreeMap,
    sync::{Arc, atomic::AtomicBool},
};

use cuvette_core::{
    AnalysisError, Context, Dataset, Matrix, Table,
    analyses::{AnalysisId, Data, Inputs, NamedDataset, Output, Request, SYNTHETIC, Summary},
    context::quietly,
    dataset::{Column, ColumnValues, ValueKind},
    figure::{ColorBy, Figure, FigureInfo, FigureRequest},
    table::TableValues,
};
use serde_json::{Map, Value};

const NAN: f32 = f32::NAN;

fn named(prefix: &str, n: usize) -> Vec<String> {
    (0..n).map(|i| format!("{prefix}{i}")).collect()
}

fn dataset(n_genes: usize, n_samples: usize, value: impl Fn(usize, usize) -> f32) -> Dataset {
    let cells = (0..n_genes).flat_map(|gene| (0..n_samples).map(move |sample| (gene, sample)));
    let values = cells.map(|(gene, sample)| value(gene, sample)).collect();
    let matrix = Matrix::from_rows(n_genes, n_samples, values);
    let mut data = Dataset::new(matrix, named("g", n_genes), named("s", n_samples));
    data.sample_annotations.set(Column {
        name: "group".into(),
        values: ColumnValues::Text((0..n_samples).map(|i| format!("group{}", i % 3)).collect()),
    });
    let labels = ["ctrl", "g0", "g1", "g2", "g3", "g1+g0"];
    data.sample_annotations.set(Column {
        name: "perturbation".into(),
        values: ColumnValues::Text((0..n_samples).map(|i| labels[i % 6].into()).collect()),
    });
    data.gene_annotations.set(Column {
        name: "length".into(),
        values: ColumnValues::Number((0..n_genes).map(|i| 300.0 + i as f64).collect()),
    });
    data
}

/// Positive numbers without pattern, with ties and some gaps.
fn ordinary(n_genes: usize, n_samples: usize) -> Dataset {
    dataset(n_genes, n_samples, |gene, sample| {
        let mixed = (gene * 7919 + sample * 104_729 + gene * sample * 31) % 1013;
        if mixed % 97 == 0 {
            NAN
        } else {
            (mixed / 3) as f32 / 8.0
        }
    })
}

/// Data that the analysis takes: counts where it takes nothing else.
fn suitable(id: AnalysisId, n_genes: usize, n_samples: usize) -> Dataset {
    match id {
        AnalysisId::LibraryNormalize
        | AnalysisId::LengthNormalize
        | AnalysisId::FilterByExpression => {
            let mut data = dataset(n_genes, n_samples, |gene, sample| {
                ((gene * 7919 + sample * 104_729 + gene * sample * 31) % 1013) as f32
            });
            data.kind = ValueKind::Counts;
            data
        }
        _ => ordinary(n_genes, n_samples),
    }
}

fn inputs(id: AnalysisId, data: &Dataset) -> Inputs {
    let mut inputs = Inputs::default();
    let reference = Data::Dataset(Arc::new(data.clone()));
    inputs.references.insert("set0".into(), reference);
    for (at, _) in id.meta().reads.iter().enumerate() {
        inputs.datasets.push(NamedDataset {
            name: format!("set{at}"),
            data: Arc::new(data.clone()),
        });
    }
    inputs
}

/// The defaults, with what a person must choose filled in.
fn request(id: AnalysisId) -> Request {
    let mut with = Map::new();
    match id {
        AnalysisId::AverageReplicates => {
            with.insert("by".into(), "group".into());
        }
        AnalysisId::PerturbationBaselines => {
            with.insert("column".into(), "perturbation".into());
        }
        AnalysisId::MapToReference => {
            with.insert("reference".into(), "set0".into());
        }
        AnalysisId::LogRatio => {
            with.insert("sample".into(), vec!["s1", "s2"].into());
            with.insert("reference".into(), vec!["s0"].into());
            with.insert("not_positive".into(), "missing".into());
        }
        AnalysisId::Augment => {
            for (name, value) in [("label", "group"), ("rare", "group1"), ("how", "gan")] {
                with.insert(name.into(), value.into());
            }
            for (name, value) in [
                ("repeats", 2),
                ("trees", 10),
                ("synthetic", 3),
                ("gan_steps", 5),
            ] {
                with.insert(name.into(), value.into());
            }
        }
        _ => {}
    }
    if matches!(id, AnalysisId::Perturb | AnalysisId::CompareModes) {
        with.insert("genes".into(), vec!["g1", "g4"].into());
        with.insert("dimensions".into(), 4.into());
    }
    if id == AnalysisId::Forest {
        with.insert("label".into(), "group".into());
        // Conformance asks whether it holds, not how well: few trees are as good.
        with.insert("trees".into(), 30.into());
        with.insert("null_runs".into(), 2.into());
    }
    if id == AnalysisId::Differential {
        for (name, value) in [("group", "group"), ("a", "group0"), ("b", "group1")] {
            with.insert(name.into(), value.into());
        }
    }
    id.request(&with).unwrap()
}

fn run(id: AnalysisId, data: &Dataset) -> Result<Output, AnalysisError> {
    quietly(|context| request(id).run(&inputs(id, data), context))
}

/// All pictures of an output, once per statistic.
fn draw_all(output: &Output) -> Vec<Result<Figure, AnalysisError>> {
    let infos = output.figures();
    let requests = infos.iter().flat_map(|info| {
        let statistics: Vec<Option<String>> = match info.statistics.as_slice() {
            [] => vec![None],
            names => names.iter().cloned().map(Some).collect(),
        };
        statistics.into_iter().map(|statistic| FigureRequest {
            name: info.name.clone(),
            statistic,
            ..FigureRequest::default()
        })
    });
    requests.map(|request| output.figure(&request)).collect()
}

/// The picture in every color it offers.
fn colored(info: &FigureInfo) -> Vec<FigureRequest> {
    let columns = info.colors.columns.iter().cloned().map(ColorBy::Column);
    columns
        .map(|by| FigureRequest {
            name: info.name.clone(),
            color: Some(by),
            ..FigureRequest::default()
        })
        .collect()
}

/// A table whose numbers compare by their bits, so that NaN equals NaN.
fn bits(table: &Table) -> Vec<(String, Vec<String>)> {
    let cells = |values: &TableValues| match values {
        TableValues::Text(texts) => texts.clone(),
        TableValues::Number(numbers) => numbers.iter().map(|x| x.to_bits().to_string()).collect(),
        TableValues::Integer(counts) => counts.iter().map(|n| format!("{n:?}")).collect(),
    };
    let columns = table.columns.iter();
    columns
        .map(|column| (column.name.clone(), cells(&column.values)))
        .collect()
}

#[test]
fn ids_are_unique_and_found_by_name() {
    let mut seen = BTreeMap::new();
    for &id in AnalysisId::ALL {
        let meta = id.meta();
        assert_eq!(AnalysisId::from_name(meta.id), Some(id));
        assert_eq!(serde_json::to_value(id).unwrap(), meta.id);
        assert!(
            seen.insert(meta.id, id).is_none(),
            "{} stands twice",
            meta.id
        );
        assert!(
            !meta.title.is_empty() && !meta.help.ends_with('.'),
            "{}",
            meta.id
        );
        assert!(!meta.reads.is_empty(), "{}", meta.id);
    }
}

#[test]
fn defaults_pass_the_check_and_survive_a_round_trip() {
    for &id in AnalysisId::ALL {
        let defaults = id.request(&Map::new()).unwrap();
        let shapes = inputs(id, &ordinary(20, 12)).shapes();
        assert_eq!(defaults.check(&shapes), Ok(()), "{id:?}");
        let Value::Object(written) = defaults.parameters() else {
            panic!("{id:?}: parameters are an object")
        };
        assert_eq!(id.request(&written).unwrap(), defaults, "{id:?}");
    }
}

#[test]
fn an_unknown_field_is_an_error_that_names_it() {
    for &id in AnalysisId::ALL {
        let with = Map::from_iter([("no_such_field".to_owned(), Value::from(1))]);
        let error = id.request(&with).unwrap_err().to_string();
        assert!(error.contains("no_such_field"), "{id:?}: {error}");
    }
}

#[test]
fn every_field_has_a_help_and_a_default_in_the_schema() {
    for &id in AnalysisId::ALL {
        let schema = id.schema().to_value();
        assert_eq!(schema["additionalProperties"], false, "{id:?}");
        let defaults = id.request(&Map::new()).unwrap().parameters();
        for (name, field) in schema["properties"].as_object().into_iter().flatten() {
            let help = field["description"].as_str().unwrap_or_default();
            let first = help.lines().next().unwrap_or_default();
            assert!(!first.is_empty(), "{id:?}.{name} has no help");
            assert!(
                !first.ends_with('.'),
                "{id:?}.{name}: a phrase ends without a period"
            );
            let default = field.get("default").unwrap_or(&Value::Null);
            assert_eq!(default, &defaults[name], "{id:?}.{name}: default");
        }
    }
}

#[test]
fn fields_that_name_data_are_those_of_the_schema() {
    for &id in AnalysisId::ALL {
        let schema = id.schema().to_value();
        let is_reference = |field: &Value| field.to_string().contains("data-reference");
        let fields = schema["properties"].as_object().into_iter().flatten();
        let named: Vec<&str> = fields
            .filter(|(_, field)| is_reference(field))
            .map(|(name, _)| name.as_str())
            .collect();
        assert_eq!(id.data_fields(), named, "{id:?}");
        assert!(
            !is_reference(&schema["$defs"]),
            "{id:?}: a field that names data stands at the top"
        );
    }
}

#[test]
fn odd_data_give_a_result_or_a_typed_error() {
    let odd: [(&str, Dataset); 10] = [
        ("nothing", dataset(0, 0, |_, _| 0.0)),
        ("no genes", dataset(0, 5, |_, _| 0.0)),
        ("no samples", dataset(5, 0, |_, _| 0.0)),
        ("one cell", dataset(1, 1, |_, _| 1.0)),
        ("one sample", ordinary(30, 1)),
        ("one gene", ordinary(1, 30)),
        ("all missing", dataset(12, 6, |_, _| NAN)),
        ("constant", dataset(12, 6, |_, _| 0.1)),
        ("constant rows", dataset(12, 6, |gene, _| gene as f32)),
        (
            "infinities",
            dataset(12, 6, |gene, sample| {
                if (gene + sample) % 5 == 0 {
                    f32::INFINITY
                } else {
                    sample as f32
                }
            }),
        ),
    ];
    for &id in AnalysisId::ALL {
        for (name, data) in &odd {
            let Ok(output) = run(id, data) else {
                continue;
            };
            assert!(!output.note().is_empty(), "{id:?} on {name}");
            output.scalars();
            for table in output.tables() {
                let n_rows = table.n_rows();
                assert!(
                    table
                        .columns
                        .iter()
                        .all(|column| column.values.len() == n_rows),
                    "{id:?} on {name}: columns of {} differ in length",
                    table.name
                );
            }
            for figure in draw_all(&output).into_iter().flatten() {
                let text = serde_json::to_string(&figure).unwrap();
                serde_json::from_str::<Figure>(&text).unwrap_or_else(|error| {
                    panic!("{id:?} on {name}, {}: {error} in {text}", figure.name)
                });
            }
            let summary = serde_json::to_string(&output.summary()).unwrap();
            serde_json::from_str::<Summary>(&summary)
                .unwrap_or_else(|error| panic!("{id:?} on {name}: {error} in {summary}"));
        }
    }
}

#[test]
fn one_thread_and_seven_give_equal_output() {
    for &id in AnalysisId::ALL {
        let data = suitable(id, 700, 60);
        let with_threads = |n: usize| {
            let pool = rayon::ThreadPoolBuilder::new()
                .num_threads(n)
                .build()
                .unwrap();
            pool.install(|| run(id, &data)).unwrap()
        };
        let (one, seven) = (with_threads(1), with_threads(7));
        let tables = |output: &Output| output.tables().iter().map(bits).collect::<Vec<_>>();
        assert_eq!(tables(&one), tables(&seven), "{id:?}");
        assert_eq!(one.scalars(), seven.scalars(), "{id:?}");
        assert_eq!(one.note(), seven.note(), "{id:?}");
        let cells = |output: &Output| {
            let values = output.dataset().map(|data| data.matrix.values().to_vec());
            values.map(|values| {
                values
                    .iter()
                    .map(|value| value.to_bits())
                    .collect::<Vec<_>>()
            })
        };
        assert_eq!(cells(&one), cells(&seven), "{id:?}");
    }
}

#[test]
fn a_cancelled_step_says_so() {
    let cancelled = AtomicBool::new(true);
    for &id in AnalysisId::ALL {
        let context = Context::new(&cancelled, &|_| {});
        let found = request(id).run(&inputs(id, &ordinary(40, 12)), &context);
        assert_eq!(found.unwrap_err(), AnalysisError::Cancelled, "{id:?}");
    }
}

#[test]
fn every_picture_that_is_listed_can_be_drawn() {
    for &id in AnalysisId::ALL {
        let output = run(id, &suitable(id, 40, 12)).unwrap();
        let figures = draw_all(&output);
        assert!(!figures.is_empty(), "{id:?} has no picture");
        for figure in figures {
            let figure = figure.unwrap();
            assert!(
                !figure.title.is_empty() && !figure.alternative.is_empty(),
                "{id:?}"
            );
        }
        for info in output.figures() {
            for request in colored(&info) {
                let figure = output.figure(&request);
                assert!(figure.is_ok(), "{id:?}, {request:?}: {figure:?}");
            }
        }
        let unknown = FigureRequest {
            name: "no_such_picture".into(),
            ..FigureRequest::default()
        };
        assert!(output.figure(&unknown).is_err(), "{id:?}");
    }
}

#[test]
fn too_few_data_sets_are_an_error() {
    for &id in AnalysisId::ALL {
        let found = quietly(|context| {
            id.request(&Map::new())
                .unwrap()
                .run(&Inputs::default(), context)
        });
        assert!(matches!(found, Err(AnalysisError::Input { .. })), "{id:?}");
    }
}

#[test]
fn transforms_keep_names_and_numbers_together() {
    for &id in AnalysisId::ALL {
        let output = run(id, &suitable(id, 40, 12)).unwrap();
        let Some(found) = output.dataset() else {
            continue;
        };
        assert_eq!(found.genes.len(), found.matrix.n_rows(), "{id:?}");
        assert_eq!(found.samples.len(), found.matrix.n_columns(), "{id:?}");
        for column in &found.gene_annotations.columns {
            assert_eq!(column.values.len(), found.n_genes(), "{id:?}");
        }
        for column in &found.sample_annotations.columns {
            assert_eq!(column.values.len(), found.n_samples(), "{id:?}");
        }
        let tables = output.tables();
        let names: Vec<&str> = tables.iter().map(|table| table.name.as_str()).collect();
        let mut unique = names.clone();
        unique.dedup();
        assert_eq!(names, unique, "{id:?}");
    }
}

#[test]
fn synthetic_samples_enter_no_step_unnoticed() {
    for &id in AnalysisId::ALL {
        let mut data = suitable(id, 40, 12);
        let mut flags = vec![String::new(); 12];
        flags[11] = "yes".into();
        data.sample_annotations.set(Column {
            name: SYNTHETIC.into(),
            values: ColumnValues::Text(flags),
        });
        let codes = |data: &Dataset| {
            quietly(|context| {
                let result = request(id).run(&inputs(id, data), context);
                assert!(result.is_ok(), "{id:?}");
                let warnings = context.take_warnings().into_iter();
                warnings.map(|warning| warning.code).collect::<Vec<_>>()
            })
        };
        let is_told = |data: &Dataset| codes(data).iter().any(|code| code == "synthetic_samples");
        // One chooses samples, the other leaves them out by itself.
        let is_quiet = matches!(id, AnalysisId::SelectSamples | AnalysisId::Augment);
        assert_eq!(is_told(&data), !is_quiet, "{id:?}");
        assert!(!is_told(&suitable(id, 40, 12)), "{id:?}");
    }
}
