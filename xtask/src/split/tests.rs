use wasm_encoder::{
    CodeSection, ConstExpr, ElementSection, Elements, EntityType, ExportKind, ExportSection,
    Function, FunctionSection, GlobalSection, GlobalType, ImportSection, Module, NameMap,
    NameSection, RefType, TableSection, TableType, TypeSection, ValType,
};

use super::*;
use crate::process::output;
use crate::workspace::command;

const LOAD: u32 = 0;
const MAIN: u32 = 1;
const BY_TABLE: u32 = 2;
const LATER_ADD: u32 = 3;
const ONLY_OF_LATER: u32 = 4;
const COUNT: u32 = 5;
const LATER_IN_TABLE: u32 = 6;
const LOADER: u32 = 7;

const NAMES: [&str; 8] = [
    "env_load",
    "main",
    "by_table",
    "later::add",
    "square",
    "count",
    "later::in_table",
    "loader",
];

/// `main(x, y)` is x² + y, and `by_table(x)` is 2x; both by way of functions that can wait, `main` and each
/// of those call `count`.
fn module() -> Vec<u8> {
    let mut types = TypeSection::new();
    types.ty().function([], []);
    types.ty().function([ValType::I32], [ValType::I32]);
    types
        .ty()
        .function([ValType::I32, ValType::I32], [ValType::I32]);
    let mut imports = ImportSection::new();
    imports.import("env", "load", EntityType::Function(0));
    let mut functions = FunctionSection::new();
    for of in [2, 1, 2, 1, 0, 1, 0] {
        functions.function(of);
    }
    let mut tables = TableSection::new();
    tables.table(TableType {
        element_type: RefType::FUNCREF,
        minimum: 2,
        maximum: Some(2),
        table64: false,
        shared: false,
    });
    let mut globals = GlobalSection::new();
    let counter = GlobalType {
        val_type: ValType::I32,
        mutable: true,
        shared: false,
    };
    globals.global(counter, &ConstExpr::i32_const(0));
    let mut exports = ExportSection::new();
    exports.export("main", ExportKind::Func, MAIN);
    exports.export("by_table", ExportKind::Func, BY_TABLE);
    exports.export("loader", ExportKind::Func, LOADER);
    exports.export("counter", ExportKind::Global, 0);
    let mut elements = ElementSection::new();
    let in_table = Elements::Functions([LATER_IN_TABLE].as_slice().into());
    elements.active(None, &ConstExpr::i32_const(1), in_table);

    let mut code = CodeSection::new();
    let mut add = |write: &dyn Fn(&mut wasm_encoder::InstructionSink<'_>)| {
        let mut body = Function::new([]);
        write(&mut body.instructions());
        body.instructions().end();
        code.function(&body);
    };
    add(&|code| {
        code.call(COUNT).local_get(0).local_get(1).call(LATER_ADD);
    });
    add(&|code| {
        code.local_get(0).i32_const(1).call_indirect(0, 1);
    });
    add(&|code| {
        code.call(COUNT).local_get(0).call(ONLY_OF_LATER);
        code.local_get(1).i32_add();
    });
    add(&|code| {
        code.local_get(0).local_get(0).i32_mul();
    });
    add(&|code| {
        code.global_get(0).i32_const(1).i32_add().global_set(0);
    });
    add(&|code| {
        code.call(COUNT).local_get(0).i32_const(2).i32_mul();
    });
    add(&|code| {
        code.call(LOAD);
    });

    let mut named = NameMap::new();
    for (index, name) in (0..).zip(NAMES) {
        named.append(index, name);
    }
    let mut names = NameSection::new();
    names.functions(&named);
    let mut module = Module::new();
    module.section(&types).section(&imports).section(&functions);
    module.section(&tables).section(&globals).section(&exports);
    module.section(&elements).section(&code).section(&names);
    module.finish()
}

fn halves() -> Halves {
    split(&module(), |name| name.starts_with("later::"), "loader").unwrap()
}

/// Runs both halves in node, the second loaded by the first call that wants it.
const RUN: &str = "
const [first, second] = process.argv.slice(1).map((list) => new WebAssembly.Module(new Uint8Array(JSON.parse(list))));
let loaded = 0;
const load = () => { loaded += 1; new WebAssembly.Instance(second, { first: exports }); };
const { exports } = new WebAssembly.Instance(first, { env: { load } });
const before = loaded;
console.log(JSON.stringify([before, exports.main(5, 3), exports.by_table(21), exports.main(1, 1), exports.counter.value, loaded]));";

#[test]
fn both_halves_together_do_what_the_module_did() {
    let halves = halves();
    let mut node = command("node");
    let list = |bytes: &[u8]| format!("{bytes:?}");
    node.args(["-e", RUN, &list(&halves.first), &list(&halves.second)]);
    // Not loaded before, the results, five counts by the counter of the first half, loaded once.
    assert_eq!(output(&mut node).unwrap().trim(), "[0,28,42,2,5,1]");
}

#[test]
fn what_only_the_moved_call_moves_too_and_needs_no_stub() {
    let halves = halves();
    assert_eq!((halves.n_moved, halves.n_stubs), (3, 2));
    let module = module();
    let layout = Layout::read(&module).unwrap();
    let division = Division::new(&layout, |name| name.starts_with("later::")).unwrap();
    let numbers = |functions: &[u32]| functions.iter().copied().collect();
    assert_eq!(
        division.moved,
        numbers(&[LATER_ADD, ONLY_OF_LATER, LATER_IN_TABLE])
    );
    assert_eq!(division.stubs, numbers(&[LATER_ADD, LATER_IN_TABLE]));
    assert_eq!(division.called_back, numbers(&[COUNT]));
}

#[test]
fn where_nothing_can_wait_all_stays() {
    let halves = split(&module(), |_| false, "loader").unwrap();
    assert_eq!((halves.n_moved, halves.n_stubs), (0, 0));
}

#[test]
fn a_module_without_names_or_loader_is_refused() {
    let problem = |result: Result<Halves>| result.err().map(|error| error.to_string());
    let nameless = problem(split(b"\0asm\x01\0\0\0", |_| true, "loader"));
    assert_eq!(nameless.as_deref(), Some("the module has no names"));
    let loaderless = problem(split(&module(), |_| true, "absent"));
    assert_eq!(
        loaderless.as_deref(),
        Some("the module exports no function `absent`")
    );
}
