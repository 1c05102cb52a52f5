//! Data sets and tables as CSV or TSV.
//!
//! Numbers are written as short as they can be read back to the same float, missing ones as empty
//! cells; cells that hold the delimiter, a quotation mark or a line break stand in quotation
//! marks. UTF-8, one header line, line feeds.

use std::io::{self, Write};

use cuvette_core::{Dataset, Table, dataset::Annotations, table::TableValues};

use crate::options::Delimiter;

/// Writes genes × samples: the first header cell is `gene`, annotations are left out.
pub fn write_dataset(
    dataset: &Dataset,
    delimiter: Delimiter,
    out: &mut dyn Write,
) -> io::Result<()> {
    let mut line = Line::new(delimiter);
    line.text("gene");
    for sample in dataset.samples.iter() {
        line.text(sample);
    }
    line.end(out)?;
    let rows = dataset.matrix.rows();
    for (row, gene) in dataset.genes.iter().enumerate() {
        line.text(gene);
        for &value in rows.row(row).iter() {
            line.number(f64::from(value), Precision::Single(value));
        }
        line.end(out)?;
    }
    Ok(())
}

/// Writes a table with its column names as header.
pub fn write_table(table: &Table, delimiter: Delimiter, out: &mut dyn Write) -> io::Result<()> {
    let mut line = Line::new(delimiter);
    for column in &table.columns {
        line.text(&column.name);
    }
    line.end(out)?;
    for row in 0..table.n_rows() {
        for column in &table.columns {
            match &column.values {
                TableValues::Text(values) => line.text(&values[row]),
                TableValues::Number(values) => line.number(values[row], Precision::Double),
                TableValues::Integer(values) => match values[row] {
                    Some(value) => line.text(&value.to_string()),
                    None => line.text(""),
                },
            }
        }
        line.end(out)?;
    }
    Ok(())
}

/// Writes annotations with the names they belong to in a first column called `id_header`.
pub fn write_annotations(
    id_header: &str,
    ids: &[String],
    annotations: &Annotations,
    delimiter: Delimiter,
    out: &mut dyn Write,
) -> io::Result<()> {
    let mut line = Line::new(delimiter);
    line.text(id_header);
    for name in annotations.names() {
        line.text(name);
    }
    line.end(out)?;
    for (row, id) in ids.iter().enumerate() {
        line.text(id);
        for column in &annotations.columns {
            line.text(&column.values.text(row));
        }
        line.end(out)?;
    }
    Ok(())
}

enum Precision {
    Single(f32),
    Double,
}

/// One line in the making.
struct Line {
    delimiter: u8,
    bytes: Vec<u8>,
    is_empty: bool,
}

impl Line {
    fn new(delimiter: Delimiter) -> Self {
        Self {
            delimiter: delimiter.byte(),
            bytes: Vec::new(),
            is_empty: true,
        }
    }

    fn begin_cell(&mut self) {
        if !std::mem::take(&mut self.is_empty) {
            self.bytes.push(self.delimiter);
        }
    }

    fn text(&mut self, text: &str) {
        self.begin_cell();
        let is_special = |byte: u8| byte == self.delimiter || matches!(byte, b'"' | b'\n' | b'\r');
        let has_edges = text.trim() != text;
        if has_edges || text.bytes().any(is_special) {
            self.bytes.push(b'"');
            self.bytes.extend(text.replace('"', "\"\"").bytes());
            self.bytes.push(b'"');
        } else {
            self.bytes.extend_from_slice(text.as_bytes());
        }
    }

    fn number(&mut self, value: f64, precision: Precision) {
        self.begin_cell();
        if value.is_nan() {
            return;
        }
        // Formatting the type itself gives the shortest text that reads back to it; very large
        // and very small numbers are written with an exponent.
        let size = value.abs();
        let is_plain = size == 0.0 || (1e-5..1e16).contains(&size) || value.is_infinite();
        let text = match (precision, is_plain) {
            (Precision::Single(value), true) => value.to_string(),
            (Precision::Single(value), false) => format!("{value:e}"),
            (Precision::Double, true) => value.to_string(),
            (Precision::Double, false) => format!("{value:e}"),
        };
        self.bytes.extend_from_slice(text.as_bytes());
    }

    fn end(&mut self, out: &mut dyn Write) -> io::Result<()> {
        self.bytes.push(b'\n');
        out.write_all(&self.bytes)?;
        self.bytes.clear();
        self.is_empty = true;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use cuvette_core::{Matrix, table::NumberFormat};

    use super::*;

    #[test]
    fn cells_are_quoted_only_where_they_must_be() {
        let table = Table::new("t", "T")
            .text(
                "name",
                "Name",
                vec!["a,b".into(), "say \"hi\"".into(), "plain".into()],
            )
            .number("x", "x", NumberFormat::General, vec![0.1, f64::NAN, 1e300])
            .integer("n", "n", vec![Some(3), None, Some(-1)]);
        let mut bytes = Vec::new();
        write_table(&table, Delimiter::Comma, &mut bytes).unwrap();
        let text = String::from_utf8(bytes).unwrap();
        assert_eq!(
            text,
            "name,x,n\n\"a,b\",0.1,3\n\"say \"\"hi\"\"\",,\nplain,1e300,-1\n"
        );
    }

    #[test]
    fn single_precision_is_written_shortly() {
        let matrix = Matrix::from_rows(1, 3, vec![0.1, 1e-9, f32::NAN]);
        let samples = ["a", "b", "c"].map(String::from).to_vec();
        let dataset = Dataset::new(matrix, vec!["g".into()], samples);
        let mut bytes = Vec::new();
        write_dataset(&dataset, Delimiter::Tab, &mut bytes).unwrap();
        assert_eq!(bytes, b"gene\ta\tb\tc\ng\t0.1\t1e-9\t\n");
    }
}
