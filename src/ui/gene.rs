//! A gene's own page: its value in every sample, and what each result says of it.

use cuvette_core::figure::{ColorChoices, FigureInfo, FigureRequest};
use cuvette_engine::protocol::{Answer, RequestBody, TableName, TableView};
use leptos::{prelude::*, task::spawn_local};
use wasm_bindgen::JsCast;
use web_sys::HtmlElement;

use super::{
    erased::{Show, effect, view},
    figure::{FigureView, color::ColorChoice},
    params::columns_of,
    share::Dialog,
    table::cell,
};
use crate::state::{App, app, result_of, schema::Columns};

/// Id of the button.
const BUTTON: &str = "open-gene";
/// Name of the picture, as the engine has it.
const FIGURE: &str = "gene";
/// Wider tables are pictures in numbers, and say little in one row.
const MOST_COLUMNS: usize = 20;

/// What a result says of the gene: its title, then each column's name and the cell.
type Row = (String, Vec<(String, String)>);

/// A button that opens the page of the gene that is marked in a step or input; none, no button.
#[component]
pub fn GeneButton(of: String, version: Signal<String>) -> impl IntoView {
    let app = app();
    let of = StoredValue::new(of);
    let gene = RwSignal::new(None::<String>);
    let is_open = RwSignal::new(false);
    effect(move || {
        let subject = app.marked_of(&of.get_value()).subject;
        spawn_local(async move {
            let known = match subject {
                Some(name) if is_gene(app, of.get_value(), &name).await => Some(name),
                _ => None,
            };
            let _ = gene.try_set(known);
        });
    });
    let title = Signal::derive(move || gene.get().unwrap_or_default());
    view! {
        <Show when=move || gene.with(Option::is_some)>
            <button class="btn btn-quiet" id=BUTTON title="Enter" on:click=move |_| is_open.set(true)>
                {title}
                "…"
            </button>
        </Show>
        <Dialog id="gene" title is_open>
            <Page of=of.get_value() name=title.get_untracked() version />
        </Dialog>
    }
}

/// Opens the page of the gene that is marked, where there is one.
pub fn open_marked() {
    let button = document().get_element_by_id(BUTTON);
    if let Some(button) = button.and_then(|found| found.dyn_into::<HtmlElement>().ok()) {
        button.click();
    }
}

async fn is_gene(app: App, of: String, name: &str) -> bool {
    let figure = FigureRequest {
        name: FIGURE.into(),
        subject: Some(name.into()),
        ..FigureRequest::default()
    };
    app.answer(RequestBody::Draw { of, figure }).await.is_ok()
}

#[component]
fn Page(of: String, name: String, version: Signal<String>) -> impl IntoView {
    let app = app();
    let choices = ColorChoices {
        columns: sample_columns(app, &of),
        genes: false,
        proposed: None,
    };
    let info = FigureInfo {
        name: FIGURE.into(),
        title: name.clone(),
        takes_subject: true,
        colors: choices.clone(),
        ..FigureInfo::default()
    };
    let rows = RwSignal::new(Vec::new());
    let about = name.clone();
    spawn_local(async move {
        for (table, title) in tables(app) {
            if let Some(row) = row(app, table, &name).await {
                let _ = rows.try_update(|rows| rows.push((title, row)));
            }
        }
    });
    let entry = |(label, value): (String, String)| view! { <dt>{label}</dt><dd>{value}</dd> };
    let found = move |(title, cells): Row| {
        view! {
            <h3>{title}</h3>
            <dl class="facts num">{cells.into_iter().map(entry).collect_view()}</dl>
        }
    };
    view! {
        <ColorChoice of=of.clone() choices id="gene-color-by" />
        <FigureView of info version statistic=Signal::stored(None::<String>) about />
        {move || rows.get().into_iter().map(found).collect_view()}
    }
}

/// The annotations of the samples that a node holds or reads.
fn sample_columns(app: App, of: &str) -> Vec<String> {
    let steps = app.recipe_now().steps;
    let reads = steps.into_iter().find(|step| step.id == of);
    let sources = std::iter::once(of.to_owned()).chain(reads.into_iter().flat_map(|step| step.of));
    let mut columns = Vec::new();
    for source in sources {
        for name in untrack(|| columns_of(app, &source, &Columns::Samples)) {
            if !columns.contains(&name) {
                columns.push(name);
            }
        }
    }
    columns
}

/// The tables of all results, with a title for each.
fn tables(app: App) -> Vec<(TableName, String)> {
    app.steps.with_untracked(|steps| {
        let of = |id: &String| id.clone();
        let results = steps.iter();
        let results = results.filter_map(|(id, known)| Some((of(id), result_of(known)?)));
        let all = results.flat_map(|(of, result)| {
            let tables = result.tables.iter();
            let tables = tables.filter(|table| table.n_columns <= MOST_COLUMNS);
            tables.map(move |table| {
                let name = TableName {
                    of: of.clone(),
                    table: table.name.clone(),
                };
                (name, format!("{of}: {}", table.title))
            })
        });
        all.collect()
    })
}

/// The row of a gene in a table of genes, cell by cell.
async fn row(app: App, table: TableName, gene: &str) -> Option<Vec<(String, String)>> {
    let view = TableView {
        n_rows: 1,
        n_columns: MOST_COLUMNS,
        names: vec![gene.into()],
        ..TableView::default()
    };
    let answer = app.answer(RequestBody::Window { table, view }).await.ok()?;
    let Answer::Window(window) = answer.answer else {
        return None;
    };
    let (lead, others) = window.columns.split_first()?;
    let cells = others.iter().map(|it| (it.label.clone(), cell(it, 0)));
    let cells: Vec<_> = cells.filter(|(_, value)| !value.is_empty()).collect();
    (cell(lead, 0) == gene && !cells.is_empty()).then_some(cells)
}
