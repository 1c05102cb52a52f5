//! The first screen: a drop zone that covers the page, examples, and one sentence.

use leptos::prelude::*;

use super::{
    frame::choose_files,
    icon::{Glyph, Icon},
    import::Legend,
};
use crate::state::{app, link::Example};
use crate::ui::erased::view;

/// The first screen.
#[component]
pub fn Start() -> impl IntoView {
    view! {
        <main class="start" id="result" tabindex="-1">
            <div class="zone">
                <div class="zone-in">
                    <section>
                        <h1>"Drop expression tables anywhere on this page"</h1>
                        <p class="lede">
                            "Cuvette reads, normalizes, compares and draws gene expression inside this page. Nothing leaves your computer."
                        </p>
                        <div class="actions">
                            <button class="btn btn-primary" on:click=move |_| choose_files()>
                                "Choose files…"
                            </button>
                        </div>
                        <p class="small">
                            "Reads CSV, TSV, semicolon and space tables, Excel workbooks, GCT, sample tables, gene lists, GMT and GTF, also gzipped, and folders of counts in cells (10x matrix.mtx). A link to an analysis opens in the address bar and then asks for its files."
                        </p>
                    </section>
                    <Examples />
                    <HowATableIsRead />
                </div>
            </div>
        </main>
    }
}

#[component]
fn Examples() -> impl IntoView {
    view! {
        <section class="examples">
            <h2>"Or start from an example, simulated with a known truth"</h2>
            <ExampleButton
                example=Example::Studies
                title="Two studies of the same deletions"
                files="2 files"
                what="Do two laboratories agree? Correlation profile by profile, with two sign-flipped"
            />
            <ExampleButton
                example=Example::Tissues
                title="Counts of four tissues"
                files="2 files"
                what="Counts with a sample table: filter, logarithm, correlation of samples"
            />
            <ExampleButton
                example=Example::Cells
                title="Counts in cells"
                files="2 files"
                what="Knock a gene out: which genes depend on it, and what does the shift of ranks do?"
            />
            <ExampleButton
                example=Example::Damaged
                title="A damaged file"
                files="1 file"
                what="Decimal commas, genes turned into dates, a column pasted twice: see what the import report says"
            />
        </section>
    }
}

#[component]
fn ExampleButton(
    example: Example,
    title: &'static str,
    files: &'static str,
    what: &'static str,
) -> impl IntoView {
    let app = app();
    let is_damaged = example == Example::Damaged;
    let icon = if is_damaged {
        Icon::Damaged
    } else {
        Icon::Table
    };
    view! {
        <button
            class="example"
            class:example-damaged=is_damaged
            data-example=format!("{example:?}").to_ascii_lowercase()
            on:click=move |_| app.open_example(example)
        >
            <Glyph icon />
            <strong>{title}</strong>
            <span class="num">{files}</span>
            <span class="what">{what}</span>
        </button>
    }
}

#[component]
fn HowATableIsRead() -> impl IntoView {
    view! {
        <section class="reads" aria-labelledby="reads-title">
            <h2 id="reads-title">"How a table is read"</h2>
            <div class="grid-wrap" tabindex="0" role="region" aria-label="Example of a table">
                <table class="grid">
                    <caption class="vh">"A small table with the part each cell plays"</caption>
                    <tbody>
                        <tr>
                            <td class="c-ign">"Run 14 Mar"</td>
                            <td class="c-ign"></td>
                            <th scope="col" class="c-sid">"ctrl_1"</th>
                            <th scope="col" class="c-sid">"ctrl_2"</th>
                            <th scope="col" class="c-sid">"TGFb_1"</th>
                        </tr>
                        <tr>
                            <td class="c-ign"></td>
                            <td class="c-ign"></td>
                            <td class="c-snote">"control"</td>
                            <td class="c-snote">"control"</td>
                            <td class="c-snote">"treated"</td>
                        </tr>
                        <tr>
                            <th scope="row" class="c-gid">"ENSG00000106366"</th>
                            <td class="c-gnote">"SERPINE1"</td>
                            <td class="c-val r">"412"</td>
                            <td class="c-val r">"388"</td>
                            <td class="c-val r">"3,940"</td>
                        </tr>
                    </tbody>
                </table>
            </div>
            <Legend />
        </section>
    }
}
