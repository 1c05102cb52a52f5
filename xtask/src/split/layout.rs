//! What splitting must know of a module.

use std::collections::BTreeMap;

use anyhow::{Context, Result, bail, ensure};
use wasmparser::{
    ElementItems, ElementKind, ExternalKind, FuncType, FunctionBody, GlobalType, KnownCustom,
    MemoryType, Name, Operator, Parser, Payload, TableType, TypeRef,
};

/// A module, read once.
#[derive(Default)]
pub struct Layout<'a> {
    pub types: Vec<FuncType>,
    /// Type of every function, those imported first.
    pub type_of: Vec<u32>,
    pub n_imported_functions: u32,
    pub tables: Vec<TableType>,
    /// Those imported first.
    pub memories: Vec<MemoryType>,
    /// Those imported first.
    pub globals: Vec<GlobalType>,
    pub exports: Vec<(&'a str, ExternalKind, u32)>,
    pub start: Option<u32>,
    /// Functions in a table.
    pub in_tables: Vec<u32>,
    /// The table through which functions are called.
    pub function_table: u32,
    /// Bodies of the functions that are not imported.
    pub bodies: Vec<FunctionBody<'a>>,
    pub names: BTreeMap<u32, &'a str>,
}

/// What one function does that decides where it may stand.
#[derive(Default)]
pub struct Uses {
    pub calls: Vec<u32>,
    /// Names a data segment or a function as such, which only its own module has.
    pub is_bound: bool,
}

impl<'a> Layout<'a> {
    pub fn read(module: &'a [u8]) -> Result<Self> {
        let mut layout = Self::default();
        for payload in Parser::new(0).parse_all(module) {
            layout.take(payload?)?;
        }
        ensure!(!layout.names.is_empty(), "the module has no names");
        Ok(layout)
    }

    fn take(&mut self, payload: Payload<'a>) -> Result<()> {
        match payload {
            Payload::TypeSection(section) => {
                for function in section.into_iter_err_on_gc_types() {
                    self.types.push(function?);
                }
            }
            Payload::ImportSection(section) => {
                for import in section.into_imports() {
                    match import?.ty {
                        TypeRef::Func(of) => {
                            self.type_of.push(of);
                            self.n_imported_functions += 1;
                        }
                        TypeRef::Memory(memory) => self.memories.push(memory),
                        TypeRef::Global(global) => self.globals.push(global),
                        other => bail!("an import of a kind that is not expected: {other:?}"),
                    }
                }
            }
            Payload::FunctionSection(section) => {
                for of in section {
                    self.type_of.push(of?);
                }
            }
            Payload::TableSection(section) => {
                for table in section {
                    self.tables.push(table?.ty);
                }
            }
            Payload::MemorySection(section) => {
                for memory in section {
                    self.memories.push(memory?);
                }
            }
            Payload::GlobalSection(section) => {
                for global in section {
                    self.globals.push(global?.ty);
                }
            }
            Payload::ExportSection(section) => {
                for export in section {
                    let export = export?;
                    self.exports.push((export.name, export.kind, export.index));
                }
            }
            Payload::StartSection { func, .. } => self.start = Some(func),
            Payload::ElementSection(section) => self.take_elements(section)?,
            Payload::CodeSectionEntry(body) => self.bodies.push(body),
            Payload::CustomSection(section) => {
                if let KnownCustom::Name(names) = section.as_known() {
                    for name in names {
                        if let Name::Function(map) = name? {
                            for naming in map {
                                let naming = naming?;
                                self.names.insert(naming.index, naming.name);
                            }
                        }
                    }
                }
            }
            _ => {}
        }
        Ok(())
    }

    fn take_elements(&mut self, section: wasmparser::ElementSectionReader<'a>) -> Result<()> {
        for element in section {
            let element = element?;
            let ElementItems::Functions(functions) = element.items else {
                continue;
            };
            if let ElementKind::Active { table_index, .. } = element.kind {
                self.function_table = table_index.unwrap_or(0);
            }
            for function in functions {
                self.in_tables.push(function?);
            }
        }
        Ok(())
    }

    /// The function of an export.
    pub fn exported_function(&self, name: &str) -> Result<u32> {
        self.exports
            .iter()
            .find(|(found, kind, _)| *found == name && *kind == ExternalKind::Func)
            .map(|&(_, _, index)| index)
            .with_context(|| format!("the module exports no function `{name}`"))
    }

    /// Body of a function that is not imported.
    pub fn body(&self, function: u32) -> Option<&FunctionBody<'a>> {
        let place = function.checked_sub(self.n_imported_functions)?;
        self.bodies.get(place as usize)
    }

    /// Type of a function.
    pub fn function_type(&self, function: u32) -> &FuncType {
        &self.types[self.type_of[function as usize] as usize]
    }

    /// What the body of every function that is not imported does.
    pub fn uses(&self) -> Result<Vec<Uses>> {
        self.bodies.iter().map(uses_of).collect()
    }
}

fn uses_of(body: &FunctionBody<'_>) -> Result<Uses> {
    let mut uses = Uses::default();
    let mut operators = body.get_operators_reader()?;
    while !operators.eof() {
        match operators.read()? {
            Operator::Call { function_index } | Operator::ReturnCall { function_index } => {
                uses.calls.push(function_index);
            }
            Operator::RefFunc { .. }
            | Operator::MemoryInit { .. }
            | Operator::DataDrop { .. }
            | Operator::TableInit { .. }
            | Operator::ElemDrop { .. } => uses.is_bound = true,
            _ => {}
        }
    }
    Ok(uses)
}
