//! The members of a ZIP archive, which is held until it has wholly come: its directory stands at
//! the end.

use std::io::Read;

use rawzip::{CompressionMethod, ZipArchive};

use crate::error::FormatError;

use super::{
    damaged,
    members::{Members, Part, role_of},
    refused,
};

/// Whether the beginning of a ZIP archive names files of 10x.
pub(super) fn is_zip_of_cells(head: &[u8]) -> bool {
    const NAMES: [&[u8]; 4] = [b".mtx", b"barcodes.tsv", b"features.tsv", b"genes.tsv"];
    let mut names = NAMES.iter();
    head.starts_with(b"PK\x03\x04") && names.any(|name| memchr::memmem::find(head, name).is_some())
}

/// Hands on the members that have a role.
pub(super) fn read_zip(file: &str, bytes: &[u8], members: &mut Members) -> Result<(), FormatError> {
    let broken = |error: rawzip::Error| damaged(file, format!("the archive is damaged: {error}"));
    let archive = ZipArchive::from_slice(bytes).map_err(broken)?;
    let mut entries = archive.entries();
    while let Some(entry) = entries.next_entry().map_err(broken)? {
        let path = String::from_utf8_lossy(entry.file_path().as_ref()).into_owned();
        if entry.is_dir() || role_of(&path).is_none() {
            continue;
        }
        let found = archive.get_entry(entry.wayfinder()).map_err(broken)?;
        members.take(Part::Begin(&path))?;
        let method = entry.compression_method();
        let mut reader: Box<dyn Read> = match method {
            CompressionMethod::STORE => Box::new(found.verifying_reader(found.data())),
            CompressionMethod::DEFLATE => {
                let inflated = flate2::bufread::DeflateDecoder::new(found.data());
                Box::new(found.verifying_reader(inflated))
            }
            _ => {
                let problem = format!("{path} is packed by a method that is not read ({method:?})");
                let advice = "Pack it again with the usual method (deflate)";
                return Err(refused(file, problem, advice.into()));
            }
        };
        let mut block = vec![0; 256 << 10];
        loop {
            let n = reader
                .read(&mut block)
                .map_err(|error| damaged(file, format!("{path} is damaged: {error}")))?;
            if n == 0 {
                break;
            }
            members.take(Part::Bytes(&block[..n]))?;
        }
        members.take(Part::End)?;
    }
    Ok(())
}
