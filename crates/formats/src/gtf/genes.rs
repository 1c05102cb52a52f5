//! What is kept of every gene, and its lengths.

use std::collections::BTreeMap;

use super::line::{Feature, FeatureKind};
use crate::{options::Encoding, text::cell::RawCell};

/// The genes of an annotation, in the order in which they come first.
#[derive(Debug, Default)]
pub(super) struct Genes {
    pub list: Vec<Gene>,
    /// Exons that name no transcript.
    pub n_unnamed: u64,
    by_id: BTreeMap<Vec<u8>, usize>,
    /// Number of each chromosome with its strand.
    places: BTreeMap<Vec<u8>, u32>,
}

/// One gene.
#[derive(Debug, Default)]
pub(super) struct Gene {
    id: Vec<u8>,
    name: Vec<u8>,
    exons: Vec<Piece>,
    /// Coding sequence, in whose place exons stand where there are any.
    coding: Vec<Piece>,
    /// From first to last base, by place.
    spans: BTreeMap<u32, [u32; 2]>,
    /// By place and name, for a name may stand on two chromosomes.
    transcripts: BTreeMap<(u32, Vec<u8>), Transcript>,
}

/// A piece of a chromosome, both ends included.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Piece {
    place: u32,
    start: u32,
    end: u32,
}

#[derive(Debug)]
struct Transcript {
    span: [u32; 2],
    /// Bases of its exons.
    spliced: u64,
    /// Bases of its coding sequence.
    coding: u64,
}

impl Genes {
    pub(super) fn add(&mut self, feature: &Feature) {
        let place = self.place(feature);
        if feature.kind == FeatureKind::Exon && feature.transcript_id.is_empty() {
            self.n_unnamed += 1;
        }
        let gene = self.gene(feature.gene_id);
        if gene.name.is_empty() {
            gene.name = feature.gene_name.to_vec();
        }
        gene.add(feature, place);
    }

    fn place(&mut self, feature: &Feature) -> u32 {
        let name = [feature.chromosome, b"\t", feature.strand].concat();
        let next = self.places.len() as u32;
        *self.places.entry(name).or_insert(next)
    }

    fn gene(&mut self, id: &[u8]) -> &mut Gene {
        let next = self.list.len();
        // Lines of a gene mostly stand together.
        let known = match self.list.last() {
            Some(last) if last.id == id => Some(next - 1),
            _ => self.by_id.get(id).copied(),
        };
        let at = known.unwrap_or_else(|| {
            self.by_id.insert(id.to_vec(), next);
            self.list.push(Gene {
                id: id.to_vec(),
                ..Gene::default()
            });
            next
        });
        // INVARIANT: an index of `by_id`, or of the gene just pushed.
        &mut self.list[at]
    }

    /// Names of more than one gene, sorted.
    pub(super) fn repeated_names(&self, encoding: Encoding) -> Vec<String> {
        let names = self.list.iter().map(|gene| gene.name.as_slice());
        let mut names: Vec<&[u8]> = names.filter(|name| !name.is_empty()).collect();
        names.sort();
        let runs = names.chunk_by(|a, b| a == b);
        runs.filter(|run| run.len() > 1)
            .map(|run| text(run[0], encoding))
            .collect()
    }
}

impl Gene {
    fn add(&mut self, feature: &Feature, place: u32) {
        let span = [feature.start, feature.end];
        widen(self.spans.entry(place).or_insert(span), span);
        if feature.kind == FeatureKind::Gene {
            return;
        }
        let transcript = self
            .transcripts
            .entry((place, feature.transcript_id.to_vec()))
            .or_insert(Transcript {
                span,
                spliced: 0,
                coding: 0,
            });
        widen(&mut transcript.span, span);
        let piece = Piece {
            place,
            start: feature.start,
            end: feature.end,
        };
        match feature.kind {
            FeatureKind::Exon => {
                transcript.spliced += piece.n_bases();
                self.exons.push(piece);
            }
            FeatureKind::Coding => {
                transcript.coding += piece.n_bases();
                self.coding.push(piece);
            }
            FeatureKind::Gene | FeatureKind::Transcript => {}
        }
    }

    /// True where coding sequence stands in the place of exons.
    pub(super) fn is_coding_alone(&self) -> bool {
        self.exons.is_empty() && !self.coding.is_empty()
    }

    pub(super) fn id(&self, encoding: Encoding) -> String {
        text(&self.id, encoding)
    }

    pub(super) fn name(&self, encoding: Encoding) -> String {
        text(&self.name, encoding)
    }

    pub(super) fn n_transcripts(&self) -> u64 {
        self.transcripts.len() as u64
    }

    /// Bases in any of its exons; none without exons.
    pub(super) fn union_exon_length(&self) -> Option<u64> {
        let mut exons = if self.is_coding_alone() {
            self.coding.clone()
        } else {
            self.exons.clone()
        };
        exons.sort_unstable();
        let mut total = 0;
        // The last piece that is not yet counted; pieces that overlap it make it longer.
        let mut open: Option<Piece> = None;
        for exon in exons {
            match &mut open {
                Some(piece) if piece.place == exon.place && exon.start <= piece.end => {
                    piece.end = piece.end.max(exon.end);
                }
                _ => total += open.replace(exon).map_or(0, Piece::n_bases),
            }
        }
        open.map(|piece| total + piece.n_bases())
    }

    /// Bases of the exons of its longest transcript; none without exons.
    pub(super) fn longest_transcript_length(&self) -> Option<u64> {
        let is_coding_alone = self.is_coding_alone();
        let lengths = self.transcripts.values().map(|transcript| {
            if is_coding_alone {
                transcript.coding
            } else {
                transcript.spliced
            }
        });
        lengths.filter(|&length| length > 0).max()
    }

    /// Bases from its first to its last.
    pub(super) fn genomic_span(&self) -> Option<u64> {
        let spans = self.spans.values();
        spans.map(|[start, end]| u64::from(end - start) + 1).max()
    }

    /// The largest end − start of its transcripts; none without transcripts.
    pub(super) fn reference_length(&self) -> Option<u64> {
        let spans = self.transcripts.values().map(|transcript| transcript.span);
        spans.map(|[start, end]| u64::from(end - start)).max()
    }
}

impl Piece {
    fn n_bases(self) -> u64 {
        u64::from(self.end - self.start) + 1
    }
}

fn widen(span: &mut [u32; 2], by: [u32; 2]) {
    span[0] = span[0].min(by[0]);
    span[1] = span[1].max(by[1]);
}

fn text(bytes: &[u8], encoding: Encoding) -> String {
    let cell = RawCell {
        bytes,
        quoted: false,
    };
    cell.text(encoding).0
}
