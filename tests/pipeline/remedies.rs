//! One click beside an error reads the file another way, and gives the data that stand there.

use cuvette_engine::{
    Engine,
    protocol::{Answer, RequestBody},
};
use cuvette_formats::{ImportOptions, Preview};

use crate::client::{Client, file_name};

/// A file that is looked at and opened over and over, with ever more options set.
struct Clicked<'a> {
    client: Client,
    text: &'a str,
    options: serde_json::Value,
}

impl<'a> Clicked<'a> {
    fn new(engine: Engine, text: &'a str) -> Self {
        let mut client = Client::new();
        client.engine = engine;
        Self {
            client,
            text,
            options: serde_json::json!({}),
        }
    }

    fn import_options(&self) -> ImportOptions {
        serde_json::from_value(self.options.clone()).expect("remedies are import options")
    }

    fn look(&mut self) -> Preview {
        let body = RequestBody::Preview {
            file: file_name("table.txt", self.text),
            kind: None,
            options: self.import_options(),
        };
        match self.client.ask(body, Some(self.text)).answer() {
            Answer::Preview(preview) => preview,
            other => panic!("expected a preview, found {other:?}"),
        }
    }

    /// Opens the file, and clicks on the remedy of that option where it is refused.
    fn open_and_click(&mut self, option: &str) {
        let error = self.client.ask(self.open(), Some(self.text)).error();
        let remedy = error.remedies.iter().find(|it| it.option == option);
        let remedy = remedy.unwrap_or_else(|| panic!("no remedy {option} beside {error:?}"));
        // The preview offers the same beside the same finding.
        let preview = self.look();
        let shown = preview.report.findings.iter();
        let shown: Vec<_> = shown.flat_map(|finding| &finding.remedies).collect();
        assert!(shown.contains(&remedy), "{shown:?}");
        self.options[option] = remedy.value.clone();
    }

    fn open(&self) -> RequestBody {
        RequestBody::Open {
            name: "table".into(),
            file: file_name("table.txt", self.text),
            kind: None,
            options: self.import_options(),
        }
    }

    /// Opens the file, and gives its shape and the codes of what was found.
    fn read(&mut self) -> ([usize; 2], Vec<String>) {
        match self.client.ask(self.open(), Some(self.text)).answer() {
            Answer::Opened(state) => {
                let codes = state.report.findings.into_iter().map(|it| it.code);
                (state.shape, codes.collect())
            }
            other => panic!("expected an open file, found {other:?}"),
        }
    }

    fn value(&self, row: usize, column: usize) -> f32 {
        let input = self.client.engine.session().input("table").expect("open");
        input.dataset().expect("a matrix").matrix.get(row, column)
    }
}

fn engine() -> Engine {
    Engine::new("test", 1)
}

fn table(n_rows: usize, row: impl Fn(usize) -> String) -> String {
    let mut text = String::from("gene\ta\tb\tc\td\n");
    for at in 0..n_rows {
        text.push_str(&row(at));
        text.push('\n');
    }
    text
}

#[test]
fn a_table_larger_than_the_memory_is_read_in_part() {
    let text = table(40, |at| {
        format!("YAL0{at:02}C\t{at}.5\t{at}.125\t{at}.75\t{at}.25")
    });
    let needed = Clicked::new(engine(), &text).look().estimate.memory_bytes;
    let mut file = Clicked::new(engine().with_memory_limit(needed - 1), &text);
    file.open_and_click("samples");
    assert!(file.look().estimate.memory_bytes < needed);
    let (shape, codes) = file.read();
    assert_eq!(shape, [40, 2]);
    assert_eq!(codes, ["samples_left_out"]);
    assert_eq!(file.value(7, 1), 7.75);
}

#[test]
fn what_is_open_takes_from_the_memory_there_is() {
    let text = table(40, |at| {
        format!("YAL0{at:02}C\t{at}.5\t{at}.125\t{at}.75\t{at}.25")
    });
    let needed = Clicked::new(engine(), &text).look().estimate.memory_bytes;
    let mut file = Clicked::new(engine().with_memory_limit(needed), &text);
    assert_eq!(file.read().0, [40, 4]);
    let error = file.client.ask(file.open(), Some(&text)).error();
    assert_eq!(error.code, "too_large");
}

#[test]
fn short_rows_are_filled_up() {
    let text = table(30, |at| match at {
        9 => "YAL009C\t1.5\t2.5".into(),
        _ => format!("YAL0{at:02}C\t{at}.5\t{at}.125\t{at}.75\t{at}.25"),
    });
    let mut file = Clicked::new(engine(), &text);
    file.open_and_click("short_rows");
    let (shape, codes) = file.read();
    assert_eq!(shape, [30, 4]);
    assert_eq!(codes, ["short_rows", "missing_cells"]);
    assert_eq!(file.value(9, 0), 1.5);
    assert!(file.value(9, 2).is_nan());
}

#[test]
fn a_decimal_comma_that_comes_after_the_head_is_read_after_one_click() {
    // More whole numbers than the head that is judged holds; the commas follow.
    let text = table(80_000, |at| {
        if at < 70_000 {
            format!("G{at:06}\t{at}\t1\t2\t3")
        } else {
            format!("G{at:06}\t1,25\t2,5\t3,75\t0,5")
        }
    });
    let mut file = Clicked::new(engine(), &text);
    let error = file.client.ask(file.open(), Some(&text)).error();
    assert_eq!(error.code, "unreadable_number");
    assert_eq!(error.remedies[0].option, "decimal");
    file.options["decimal"] = error.remedies[0].value.clone();
    assert_eq!(file.read().0, [80_000, 4]);
    assert_eq!(file.value(70_000, 0), 1.25);
    assert_eq!(file.value(69_999, 0), 69_999.0);
}
