//! Running `differential`.

use std::sync::atomic::{AtomicUsize, Ordering};

use cuvette_kernels::sums::gather_finite;

use super::{DifferentialOutput, DifferentialParameters, GeneTest, TestMethod};
use crate::{
    analyses::{
        NamedDataset,
        grouping::{NamedGroup, groups_by_name},
        names_of::annotation_texts,
    },
    context::Context,
    dataset::{Dataset, ValueKind},
    error::{AnalysisError, ParamError, Warning},
    parallel,
    stats::{
        mann_whitney::{MannWhitneyScratch, mann_whitney},
        moderated_t::{VariancePrior, fit_variance_prior, moderated_t_test, residual_variance},
        multiple_testing::benjamini_hochberg,
        overview::overview,
        welch::{GroupMoments, TTest, welch_t_test},
    },
};

/// Genes between two looks at the cancel flag.
const GENES_PER_LOOK: usize = 256;

/// Whole numbers beyond this are counts, not logarithms.
const LARGEST_LOGGED: f64 = 64.0;

pub fn run(
    input: &NamedDataset,
    parameters: &DifferentialParameters,
    context: &Context,
) -> Result<DifferentialOutput, AnalysisError> {
    let data = &input.data;
    context.check_cancelled()?;
    let labels: Vec<String> =
        annotation_texts(&data.sample_annotations, "group", &parameters.group)?
            .into_iter()
            .map(|label| label.trim().to_owned())
            .collect();
    let groups = chosen_groups(&groups_by_name(&labels), parameters)?;
    warn_of_values(input, context);
    let samples = [&groups[0].positions, &groups[1].positions].map(Vec::as_slice);
    let mut prior = None;
    let mut genes = match parameters.method {
        TestMethod::Wilcoxon => rank_tests(input, samples, context)?,
        TestMethod::Welch => welch_tests(input, samples, context)?,
        TestMethod::Moderated => {
            let moments = moments(input, samples, context)?;
            let (fitted, df_of_all) = fit_prior(&moments, &groups)?;
            prior = Some(fitted);
            t_tests(&moments, |a, b| moderated_t_test(a, b, fitted, df_of_all))
        }
    };
    let p_values: Vec<f64> = genes.iter().map(|gene| gene.p_value).collect();
    for (gene, q_value) in genes.iter_mut().zip(benjamini_hochberg(&p_values)) {
        gene.q_value = q_value;
    }
    let is_told = parameters.method == TestMethod::Welch && warn_of_lone_samples(&groups, context);
    warn_of_tests(&genes, is_told, context);
    Ok(DifferentialOutput {
        genes,
        prior,
        names: data.genes.clone(),
        n_samples: samples.map(<[usize]>::len),
        groups: groups.map(|group| group.name),
        group_column: parameters.group.clone(),
        method: parameters.method,
        value_label: data.value_label.clone(),
        input_name: input.name.clone(),
    })
}

/// The two groups by their names, or the only two there are.
fn chosen_groups(
    groups: &[NamedGroup],
    parameters: &DifferentialParameters,
) -> Result<[NamedGroup; 2], ParamError> {
    let mut names: Vec<String> = groups.iter().map(|group| group.name.clone()).collect();
    names.sort();
    let allowed = match names.as_slice() {
        [] => format!(
            "a value of {}, which is empty in every sample",
            parameters.group
        ),
        names => format!("one of {}", names.join(", ")),
    };
    let wanted = [parameters.a.trim(), parameters.b.trim()];
    let other_than = |taken: &str| match names.as_slice() {
        [first, second] if taken == second => Some(first.clone()),
        [_, second] => Some(second.clone()),
        _ => None,
    };
    let a = match wanted {
        ["", b] => other_than(if b.is_empty() {
            names.get(1).map_or("", String::as_str)
        } else {
            b
        }),
        [a, _] => Some(a.to_owned()),
    };
    let a = a.ok_or_else(|| ParamError::new("a", "empty", &allowed))?;
    let b = match wanted[1] {
        "" => other_than(&a),
        b => Some(b.to_owned()),
    };
    let b = b.ok_or_else(|| ParamError::new("b", "empty", &allowed))?;
    let group = |field: &str, name: &str| {
        let found = groups.iter().find(|group| group.name == name).cloned();
        found.ok_or_else(|| ParamError::new(field, name, &allowed))
    };
    Ok([group("a", &a)?, group("b", &b)?])
}

/// Calls `test` with the values that each gene has in both groups, and the block's scratch.
fn for_each_gene<T: Send, S: Default>(
    input: &NamedDataset,
    [a, b]: [&[usize]; 2],
    context: &Context,
    test: impl Fn(&[f32], &[f32], &mut S) -> T + Sync,
) -> Result<Vec<T>, AnalysisError> {
    let matrix = &input.data.matrix;
    let n_genes = matrix.n_rows();
    let (n_done, n_infinite) = (AtomicUsize::new(0), AtomicUsize::new(0));
    let found = parallel::try_map_ranges(n_genes, &|genes| {
        let (mut scratch, mut values_a, mut values_b) = (S::default(), Vec::new(), Vec::new());
        let mut found = Vec::with_capacity(genes.len());
        let n_here = genes.len();
        for gene in genes {
            if found.len() % GENES_PER_LOOK == 0 {
                context.check_cancelled()?;
            }
            let row = matrix.row(gene);
            gather_finite(row, a, &mut values_a);
            gather_finite(row, b, &mut values_b);
            if values_a.len() + values_b.len() < a.len() + b.len() {
                let all = a.iter().chain(b);
                let infinite = all.filter(|&&sample| row[sample].is_infinite());
                n_infinite.fetch_add(infinite.count(), Ordering::Relaxed);
            }
            found.push(test(&values_a, &values_b, &mut scratch));
        }
        let n_before = n_done.fetch_add(n_here, Ordering::Relaxed);
        context.progress(n_before + n_here, n_genes, "genes");
        Ok::<Vec<T>, AnalysisError>(found)
    })?;
    let n_infinite = n_infinite.into_inner();
    if n_infinite > 0 {
        context.warn(Warning::new(
            "infinite",
            format!(
                "{n_infinite} values of {} are infinite and taken as missing",
                input.name
            ),
        ));
    }
    Ok(found)
}

fn moments(
    input: &NamedDataset,
    samples: [&[usize]; 2],
    context: &Context,
) -> Result<Vec<[GroupMoments; 2]>, AnalysisError> {
    for_each_gene(input, samples, context, |a, b, (): &mut ()| {
        [GroupMoments::of(a), GroupMoments::of(b)]
    })
}

fn welch_tests(
    input: &NamedDataset,
    samples: [&[usize]; 2],
    context: &Context,
) -> Result<Vec<GeneTest>, AnalysisError> {
    for_each_gene(input, samples, context, |a, b, (): &mut ()| {
        let [a, b] = [GroupMoments::of(a), GroupMoments::of(b)];
        GeneTest::new(a, b, welch_t_test(a, b))
    })
}

fn rank_tests(
    input: &NamedDataset,
    samples: [&[usize]; 2],
    context: &Context,
) -> Result<Vec<GeneTest>, AnalysisError> {
    for_each_gene(
        input,
        samples,
        context,
        |a, b, scratch: &mut MannWhitneyScratch| {
            let found = mann_whitney(a, b, scratch);
            let test = TTest {
                t: found.u,
                df: f64::NAN,
                p_value: found.p_value,
            };
            GeneTest::new(GroupMoments::of(a), GroupMoments::of(b), test)
        },
    )
}

fn t_tests(
    moments: &[[GroupMoments; 2]],
    test: impl Fn(GroupMoments, GroupMoments) -> TTest + Sync,
) -> Vec<GeneTest> {
    parallel::map_by(GENES_PER_LOOK, moments.len(), &|gene| {
        let [a, b] = moments[gene];
        GeneTest::new(a, b, test(a, b))
    })
}

/// The prior of the variances, and the residual degrees of freedom of all genes.
fn fit_prior(
    moments: &[[GroupMoments; 2]],
    groups: &[NamedGroup; 2],
) -> Result<(VariancePrior, usize), AnalysisError> {
    let variances: Vec<_> = moments
        .iter()
        .map(|&[a, b]| residual_variance(a, b))
        .collect();
    let df_of_all = variances.iter().map(|variance| variance.df).sum();
    let prior = fit_variance_prior(&variances).ok_or_else(|| AnalysisError::TooFew {
        what: "samples with values in the larger group".into(),
        need: 2,
        got: groups
            .iter()
            .map(|group| group.positions.len())
            .max()
            .unwrap_or(0)
            .min(1),
    })?;
    Ok((prior, df_of_all))
}

fn warn_of_values(input: &NamedDataset, context: &Context) {
    let data = &input.data;
    let what = match data.kind {
        ValueKind::Counts | ValueKind::Linear | ValueKind::Tpm => {
            format!("holds {}", data.kind.label())
        }
        ValueKind::Unknown if looks_counted(data) => "looks like counts".into(),
        _ => return,
    };
    context.warn(Warning::new(
        "unlogged",
        format!(
            "{} {what}: log2_fc is a difference of means and is a fold change only of logarithms; take the logarithm first",
            input.name
        ),
    ));
}

/// Whole numbers from zero up, too large for logarithms.
fn looks_counted(data: &Dataset) -> bool {
    let values = data.matrix.values();
    // The first value that is not whole ends it: logarithms are not looked through.
    values
        .iter()
        .all(|value| value.is_nan() || *value >= 0.0 && value.fract() == 0.0)
        && overview(&data.matrix)
            .range
            .is_some_and(|[_, high]| high > LARGEST_LOGGED)
}

/// Says which group has a single sample; true where one has.
fn warn_of_lone_samples(groups: &[NamedGroup; 2], context: &Context) -> bool {
    let lone = groups.iter().find(|group| group.positions.len() == 1);
    if let Some(group) = lone {
        let way_on = if groups.iter().all(|group| group.positions.len() == 1) {
            "without a replicate in either group, chance cannot be told from change"
        } else {
            "the moderated t test (method moderated) takes the spread from the other group"
        };
        context.warn(Warning::new(
            "one_sample",
            format!(
                "{} has one sample, and Welch's t test wants two in each group: no gene can be tested; {way_on}",
                group.name
            ),
        ));
    }
    lone.is_some()
}

/// Tells of odd results; of genes that cannot be tested only where that `is_told` not yet.
fn warn_of_tests(genes: &[GeneTest], is_told: bool, context: &Context) {
    let n_infinite = genes.iter().filter(|gene| gene.t.is_infinite()).count();
    if n_infinite > 0 {
        context.warn(Warning::new(
            "no_variance",
            format!("{n_infinite} genes vary in neither group but differ between them: t is infinite and p is 0"),
        ));
    }
    let n_untested = genes.iter().filter(|gene| gene.p_value.is_nan()).count();
    if n_untested > 0 && !is_told {
        context.warn(Warning::new(
            "not_tested",
            format!("{n_untested} genes cannot be tested: too few values, or none that vary"),
        ));
    }
}
