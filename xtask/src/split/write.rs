//! The two halves as bytes.

use std::collections::BTreeMap;
use std::convert::Infallible;

use anyhow::{Result, anyhow};
use wasm_encoder::reencode::{Error, Reencode, RoundtripReencoder, utils};
use wasm_encoder::{
    BlockType, CodeSection, ConstExpr, CustomSection, ElementSection, Elements, EntityType,
    ExportKind, ExportSection, Function, FunctionSection, GlobalSection, GlobalType, ImportSection,
    Module, StartSection, TypeSection, ValType,
};
use wasmparser::{FunctionBody, Parser, Payload};

use super::IMPORTED_FROM;
use super::calls::Division;
use super::layout::Layout;

/// Short names of what one half takes from the other: they are downloaded too.
fn name_of(kind: ExportKind, index: u32) -> String {
    let letter = match kind {
        ExportKind::Func => 'f',
        ExportKind::Table => 't',
        ExportKind::Memory => 'm',
        ExportKind::Global => 'g',
        ExportKind::Tag => 'e',
    };
    format!("{letter}{index}")
}

/// Everything the second half imports, in the order that keeps the numbers of tables, memories and
/// globals as they are.
fn shared(layout: &Layout<'_>, division: &Division) -> Vec<(ExportKind, u32)> {
    let count = |kind: ExportKind, n: usize| (0..n as u32).map(move |index| (kind, index));
    let functions = division
        .called_back
        .iter()
        .map(|&index| (ExportKind::Func, index));
    functions
        .chain(count(ExportKind::Table, layout.tables.len()))
        .chain(count(ExportKind::Memory, layout.memories.len()))
        // One more than there were: whether the second half is there.
        .chain(count(ExportKind::Global, layout.globals.len() + 1))
        .collect()
}

/// The first slot of the function table that no function had.
fn first_slot(layout: &Layout<'_>) -> u32 {
    layout.tables[layout.function_table as usize].initial as u32
}

/// Number of the global that is 1 once the second half is there.
fn loaded_global(layout: &Layout<'_>) -> u32 {
    layout.globals.len() as u32
}

const LOADED: GlobalType = GlobalType {
    val_type: ValType::I32,
    mutable: true,
    shared: false,
};

/// Rewrites a module as its first half.
struct First<'a> {
    layout: &'a Layout<'a>,
    division: &'a Division,
    /// Slot of each function that has a stub.
    slots: BTreeMap<u32, u32>,
    loader: u32,
    next_table: u32,
    next_body: u32,
}

pub fn first(
    module: &[u8],
    layout: &Layout<'_>,
    division: &Division,
    loader: u32,
) -> Result<Vec<u8>> {
    let mut first = First {
        layout,
        division,
        slots: division
            .stubs
            .iter()
            .copied()
            .zip(first_slot(layout)..)
            .collect(),
        loader,
        next_table: 0,
        next_body: layout.n_imported_functions,
    };
    let mut written = Module::new();
    let parser = Parser::new(0);
    first
        .parse_core_module(&mut written, parser, module)
        .map_err(|error| anyhow!("{error}"))?;
    Ok(written.finish())
}

impl First<'_> {
    /// A body that goes where the function now is.
    fn stub(&self, function: u32, slot: u32) -> Function {
        let n_parameters = self.layout.function_type(function).params().len() as u32;
        let mut body = Function::new([]);
        let mut code = body.instructions();
        code.global_get(loaded_global(self.layout)).i32_eqz();
        code.if_(BlockType::Empty).call(self.loader).end();
        for parameter in 0..n_parameters {
            code.local_get(parameter);
        }
        code.i32_const(slot as i32);
        let of = self.layout.type_of[function as usize];
        code.call_indirect(self.layout.function_table, of).end();
        body
    }
}

impl Reencode for First<'_> {
    type Error = Infallible;

    fn parse_table(
        &mut self,
        tables: &mut wasm_encoder::TableSection,
        table: wasmparser::Table<'_>,
    ) -> Result<(), Error> {
        let mut of = self.table_type(table.ty)?;
        if self.next_table == self.layout.function_table {
            let more = self.slots.len() as u64;
            of.minimum += more;
            of.maximum = of.maximum.map(|maximum| maximum + more);
        }
        self.next_table += 1;
        tables.table(of);
        Ok(())
    }

    fn parse_global_section(
        &mut self,
        globals: &mut GlobalSection,
        section: wasmparser::GlobalSectionReader<'_>,
    ) -> Result<(), Error> {
        utils::parse_global_section(self, globals, section)?;
        globals.global(LOADED, &ConstExpr::i32_const(0));
        Ok(())
    }

    fn parse_export_section(
        &mut self,
        exports: &mut ExportSection,
        section: wasmparser::ExportSectionReader<'_>,
    ) -> Result<(), Error> {
        utils::parse_export_section(self, exports, section)?;
        for (kind, index) in shared(self.layout, self.division) {
            exports.export(&name_of(kind, index), kind, index);
        }
        Ok(())
    }

    fn parse_function_body(
        &mut self,
        code: &mut CodeSection,
        body: FunctionBody<'_>,
    ) -> Result<(), Error> {
        let function = self.next_body;
        self.next_body += 1;
        if let Some(&slot) = self.slots.get(&function) {
            code.function(&self.stub(function, slot));
        } else if self.division.moved.contains(&function) {
            let mut nothing = Function::new([]);
            nothing.instructions().unreachable().end();
            code.function(&nothing);
        } else {
            code.raw(body.as_bytes());
        }
        Ok(())
    }

    fn parse_custom_section(
        &mut self,
        written: &mut Module,
        section: wasmparser::CustomSectionReader<'_>,
    ) -> Result<(), Error> {
        // The numbers stay, but nobody reads the names from here on.
        if section.name() != "name" {
            written.section(&CustomSection::from(section));
        }
        Ok(())
    }
}

/// Numbers functions as the second half does.
struct Second(BTreeMap<u32, u32>);

impl Reencode for Second {
    type Error = Infallible;

    fn function_index(&mut self, function: u32) -> Result<u32, Error> {
        Ok(self.0[&function])
    }
}

pub fn second(module: &[u8], layout: &Layout<'_>, division: &Division) -> Result<Vec<u8>> {
    encode_second(module, layout, division).map_err(|error| anyhow!("{error}"))
}

fn encode_second(
    module: &[u8],
    layout: &Layout<'_>,
    division: &Division,
) -> Result<Vec<u8>, Error> {
    let numbers = division
        .called_back
        .iter()
        .chain(&division.moved)
        .copied()
        .zip(0..)
        .collect();
    let mut second = Second(numbers);

    let mut types = TypeSection::new();
    let mut features = None;
    for payload in Parser::new(0).parse_all(module) {
        match payload? {
            Payload::TypeSection(section) => {
                RoundtripReencoder.parse_type_section(&mut types, section)?;
            }
            // What tools may use in the module.
            Payload::CustomSection(section) if section.name() == "target_features" => {
                features = Some(CustomSection::from(section));
            }
            _ => {}
        }
    }
    // What tells that this half is there.
    let start_type = types.len();
    types.ty().function([], []);

    let mut imports = ImportSection::new();
    for (kind, index) in shared(layout, division) {
        imports.import(
            IMPORTED_FROM,
            &name_of(kind, index),
            entity(layout, division, kind, index)?,
        );
    }

    let mut functions = FunctionSection::new();
    let mut code = CodeSection::new();
    for &function in &division.moved {
        functions.function(layout.type_of[function as usize]);
        if let Some(body) = layout.body(function) {
            second.parse_function_body(&mut code, body.clone())?;
        }
    }
    functions.function(start_type);
    let mut start = Function::new([]);
    start
        .instructions()
        .i32_const(1)
        .global_set(loaded_global(layout))
        .end();
    code.function(&start);

    let in_slots: Vec<u32> = division
        .stubs
        .iter()
        .map(|function| second.0[function])
        .collect();
    let mut elements = ElementSection::new();
    let table = (layout.function_table != 0).then_some(layout.function_table);
    elements.active(
        table,
        &ConstExpr::i32_const(first_slot(layout) as i32),
        Elements::Functions(in_slots.into()),
    );

    let mut written = Module::new();
    written
        .section(&types)
        .section(&imports)
        .section(&functions);
    written.section(&StartSection {
        function_index: second.0.len() as u32,
    });
    written.section(&elements).section(&code);
    if let Some(features) = features {
        written.section(&features);
    }
    Ok(written.finish())
}

/// Type of something that both halves have.
fn entity(
    layout: &Layout<'_>,
    division: &Division,
    kind: ExportKind,
    index: u32,
) -> Result<EntityType, Error> {
    let mut same = RoundtripReencoder;
    let place = index as usize;
    Ok(match kind {
        ExportKind::Func => EntityType::Function(layout.type_of[place]),
        ExportKind::Memory => EntityType::Memory(same.memory_type(layout.memories[place])?),
        ExportKind::Global if index == loaded_global(layout) => EntityType::Global(LOADED),
        ExportKind::Global => EntityType::Global(same.global_type(layout.globals[place])?),
        ExportKind::Table | ExportKind::Tag => {
            let mut table = same.table_type(layout.tables[place])?;
            if index == layout.function_table {
                let more = division.stubs.len() as u64;
                table.minimum += more;
                table.maximum = table.maximum.map(|maximum| maximum + more);
            }
            EntityType::Table(table)
        }
    })
}
