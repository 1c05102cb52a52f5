//! Icons: line drawings on a 16 px grid, always beside a word or with a label.

use leptos::prelude::*;

use crate::ui::erased::view;

/// The icons.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Icon {
    /// The sign of the program.
    Cuvette,
    /// Ready, passed.
    Check,
    /// Look at this.
    Warn,
    /// Failed.
    Fail,
    /// Out of date, off, or waiting.
    Stale,
    /// Runs.
    Run,
    /// In doubt.
    Ask,
    /// Changed on the way in.
    Edit,
    /// Worth knowing.
    Note,
    /// Back in the history.
    Undo,
    /// Forth in the history.
    Redo,
    /// Search.
    Search,
    /// Link.
    Link,
    /// Opens below.
    Down,
    /// Upward, ascending.
    Up,
    /// Save a file.
    Export,
    /// To the clipboard.
    Copy,
    /// Add.
    Plus,
    /// Close.
    Close,
    /// More.
    More,
    /// Light or dark.
    Theme,
    /// The recipe.
    List,
    /// Parameters.
    Sliders,
    /// Nothing left this computer.
    Shield,
    /// A table.
    Table,
    /// A damaged file.
    Damaged,
}

impl Icon {
    /// The drawing.
    fn paths(self) -> &'static str {
        match self {
            Self::Cuvette => {
                r#"<path d="M4 1.5h8M5 1.5v10.2A2.8 2.8 0 0 0 7.8 14.5h.4A2.8 2.8 0 0 0 11 11.7V1.5"/><path d="M5 7h6M6.5 9.2v2.3"/>"#
            }
            Self::Check => r#"<circle cx="8" cy="8" r="6.25"/><path d="m5.4 8.2 1.9 1.9 3.4-4"/>"#,
            Self::Warn => r#"<path d="M8 2 14.3 13.2H1.7z"/><path d="M8 6.4v3.1M8 11.3v.1"/>"#,
            Self::Fail => {
                r#"<circle cx="8" cy="8" r="6.25"/><path d="m5.8 5.8 4.4 4.4M10.2 5.8l-4.4 4.4"/>"#
            }
            Self::Stale => r#"<circle cx="8" cy="8" r="6.25" stroke-dasharray="2.4 2.5"/>"#,
            Self::Run => {
                r#"<circle cx="8" cy="8" r="6.25" opacity=".35"/><path d="M8 1.75A6.25 6.25 0 0 1 14.25 8"/>"#
            }
            Self::Ask => {
                r#"<circle cx="8" cy="8" r="6.25"/><path d="M6.2 6.3a1.9 1.9 0 1 1 2.6 1.8c-.5.2-.8.5-.8 1M8 11.2v.1"/>"#
            }
            Self::Edit => {
                r#"<path d="m3 13 .6-2.9L10.8 3a1.4 1.4 0 0 1 2.1 2.1L5.8 12.4z"/><path d="m9.6 4.2 2.2 2.2"/>"#
            }
            Self::Note => r#"<circle cx="8" cy="8" r="6.25"/><path d="M8 7.2v3.6M8 5v.1"/>"#,
            Self::Undo => {
                r#"<path d="M5.5 3 2.5 6l3 3"/><path d="M2.8 6h6.4a3.8 3.8 0 0 1 0 7.5H6"/>"#
            }
            Self::Redo => {
                r#"<path d="m10.5 3 3 3-3 3"/><path d="M13.2 6H6.8a3.8 3.8 0 0 0 0 7.5H10"/>"#
            }
            Self::Search => r#"<circle cx="7" cy="7" r="4.5"/><path d="m10.4 10.4 3.2 3.2"/>"#,
            Self::Link => {
                r#"<path d="M6.7 9.3a2.7 2.7 0 0 0 3.9 0l2-2a2.7 2.7 0 0 0-3.9-3.9l-.8.8"/><path d="M9.3 6.7a2.7 2.7 0 0 0-3.9 0l-2 2a2.7 2.7 0 0 0 3.9 3.9l.8-.8"/>"#
            }
            Self::Down => r#"<path d="m4 6 4 4 4-4"/>"#,
            Self::Up => r#"<path d="m4 10 4-4 4 4"/>"#,
            Self::Export => r#"<path d="M8 2v7.5M5 6.8l3 3 3-3"/><path d="M2.5 11.5v2h11v-2"/>"#,
            Self::Copy => {
                r#"<rect x="5.5" y="5.5" width="8" height="8" rx="1.5"/><path d="M10.5 3.5v-1h-8v8h1"/>"#
            }
            Self::Plus => r#"<path d="M8 3v10M3 8h10"/>"#,
            Self::Close => r#"<path d="m4 4 8 8M12 4l-8 8"/>"#,
            Self::More => r#"<path d="M3.5 8h.1M8 8h.1M12.5 8h.1" stroke-width="2"/>"#,
            Self::Theme => {
                r#"<circle cx="8" cy="8" r="5.75"/><path d="M8 2.25a5.75 5.75 0 0 1 0 11.5z" fill="currentColor"/>"#
            }
            Self::List => r#"<path d="M2.5 4h.1M2.5 8h.1M2.5 12h.1M5.5 4h8M5.5 8h8M5.5 12h8"/>"#,
            Self::Sliders => {
                r#"<path d="M2 4.5h7M13 4.5h1M2 11.5h1M7 11.5h7"/><circle cx="11" cy="4.5" r="1.75"/><circle cx="5" cy="11.5" r="1.75"/>"#
            }
            Self::Shield => {
                r#"<path d="M8 1.8 13 3.6v4c0 3.2-2.1 5.5-5 6.6-2.9-1.1-5-3.4-5-6.6v-4z"/><path d="m5.8 7.9 1.6 1.6 2.9-3.2"/>"#
            }
            Self::Table => {
                r#"<rect x="2" y="2.5" width="12" height="11" rx="1.5"/><path d="M2 6h12M2 9.75h12M6.5 6v7.5"/>"#
            }
            Self::Damaged => {
                r#"<path d="M9 1.75H4.5a1 1 0 0 0-1 1v10.5a1 1 0 0 0 1 1h7a1 1 0 0 0 1-1V5.25z"/><path d="M9 1.75v3.5h3.5M6.2 8.2l3.6 3.6M9.8 8.2l-3.6 3.6"/>"#
            }
        }
    }
}

/// An icon. It says nothing to a screen reader: the word beside it does.
#[component]
pub fn Glyph(
    /// Which.
    #[prop(into)]
    icon: Signal<Icon>,
) -> impl IntoView {
    view! {
        <svg
            class="icon"
            viewBox="0 0 16 16"
            aria-hidden="true"
            inner_html=move || icon.get().paths()
        ></svg>
    }
}
