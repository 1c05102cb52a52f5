//! What was read of a file, with everything said about it.

use std::sync::Arc;

use cuvette_core::{
    analyses::Data,
    report::{Finding, ImportReport, Severity},
};

use crate::{
    cells::FinishedCells,
    findings::{Build, counted, finding},
    importer::Imported,
    kind::InputKind,
    sheet::{SheetNotes, no_workbook},
    sniff::Sniffed,
    source::Decoder,
};

/// What was read of an archive.
pub(crate) fn of_cells(mut finished: FinishedCells, container: &Container) -> Imported {
    container.tell(&mut finished.format_label);
    finished.findings.sort_by_key(|finding| finding.severity);
    let report = Arc::new(ImportReport {
        guesses: finished.guesses,
        findings: finished.findings,
    });
    finished.dataset.report = Arc::clone(&report);
    Imported {
        data: Data::Dataset(Arc::new(finished.dataset)),
        kind: InputKind::Matrix,
        format_label: finished.format_label,
        report,
    }
}

/// What was read of a file that is no matrix.
pub(crate) fn imported(
    (data, mut findings): (Data, Vec<Finding>),
    mut sniffed: Sniffed,
    decoder: &Decoder,
    container: &Container,
) -> Imported {
    sniffed.findings.append(&mut findings);
    let report = Arc::new(report(&mut sniffed, decoder, container));
    Imported {
        data,
        kind: sniffed.kind,
        format_label: sniffed.format_label,
        report,
    }
}

/// What the text came in.
pub(crate) struct Container {
    pub is_gzip: bool,
    pub sheet: Option<Box<SheetNotes>>,
    pub asked_for_sheet: bool,
}

impl Container {
    /// Says behind the format that the file is packed.
    pub fn tell(&self, format_label: &mut String) {
        if self.is_gzip {
            format_label.push_str(", compressed (gzip)");
        }
    }
}

/// Everything said about the file, the most severe first.
pub(crate) fn report(
    sniffed: &mut Sniffed,
    decoder: &Decoder,
    container: &Container,
) -> ImportReport {
    let mut findings = std::mem::take(&mut sniffed.findings);
    findings.extend(decoder_findings(decoder));
    container.tell(&mut sniffed.format_label);
    findings.sort_by_key(|finding| finding.severity);
    let mut report = ImportReport {
        guesses: std::mem::take(&mut sniffed.guesses),
        findings,
    };
    match &container.sheet {
        Some(notes) => notes.annotate(&mut report, &mut sniffed.format_label),
        None if container.asked_for_sheet => report.findings.insert(0, no_workbook()),
        None => {}
    }
    report
}

fn decoder_findings(decoder: &Decoder) -> Vec<Finding> {
    let mut findings = Vec::new();
    let n = decoder.n_lone_returns();
    if n > 0 {
        let title = format!(
            "{} by a carriage return alone",
            counted(n, "line ends", "lines end")
        );
        findings.push(
            finding("lone_returns", Severity::Note, title)
                .detail("As old Macintosh programs write them. They are read as line ends.")
                .at(Vec::new(), n),
        );
    }
    if decoder.has_damaged_letters() {
        findings.push(
            finding(
                "damaged_letters",
                Severity::Check,
                "Some letters are no UTF-16",
            )
            .detail(
                "They are read as the replacement character \u{fffd}. The file may be damaged.",
            ),
        );
    }
    findings
}
