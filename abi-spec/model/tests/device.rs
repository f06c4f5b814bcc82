//! The real ABI, read and lowered.

use std::path::Path;

use abi_model::{Abi, Function, Layout, Returns, Type, TypeName};

fn device() -> Abi {
    let wit = Path::new(env!("CARGO_MANIFEST_DIR")).join("../wit");
    Abi::from_dir(&wit).unwrap().unwrap_or_else(|problems| panic!("{problems}"))
}

fn function<'a>(abi: &'a Abi, interface: &str, name: &str) -> &'a Function {
    let interface = abi.interface(interface).unwrap();
    interface.functions.iter().find(|function| function.name == name).unwrap()
}

#[test]
fn interfaces_are_in_the_order_of_the_world() {
    let abi = device();
    let names: Vec<_> = abi.interfaces.iter().map(|interface| interface.name.as_str()).collect();
    assert_eq!(names, ["types", "log", "clock", "system", "timer", "gpio", "i2c"]);
    assert_eq!(abi.interface("i2c").unwrap().module, "device:abi/i2c@1");
}

#[test]
fn signatures_are_lowered_as_the_canonical_abi_does() {
    let abi = device();
    let table = [
        ("i2c", "write-read", "(i32, i32, i32, i32, i32, i32) -> i32"),
        ("i2c", "transaction", "(i32, i32, i32, i32) -> i32"),
        ("timer", "start", "(i32, i64, i64) -> i32"),
        ("clock", "now", "() -> i64"),
        ("log", "write", "(i32, i32, i32)"),
        ("system", "exit", "(i32)"),
    ];
    for (interface, name, wasm_type) in table {
        assert_eq!(function(&abi, interface, name).wasm_type(), wasm_type, "{interface}.{name}");
    }
    let names: Vec<_> =
        function(&abi, "i2c", "write-read").flat_params.iter().map(|param| &param.name).collect();
    assert_eq!(names, ["i2c", "address", "data", "data-len", "into", "into-len"]);
}

#[test]
fn elements_are_laid_out_as_the_canonical_abi_does() {
    let abi = device();
    let operation = TypeName { interface: "i2c".to_owned(), name: "operation".to_owned() };
    assert_eq!(abi.layout(&Type::Named(operation)), Layout { size: 12, align: 4 });
}

#[test]
fn documentation_is_taken_apart() {
    let abi = device();
    assert_eq!(function(&abi, "system", "exit").returns, Returns::Never);
    let argument = function(&abi, "system", "argument");
    let errors: Vec<_> =
        argument.errors.iter().map(|error| (error.code.as_str(), error.when.as_str())).collect();
    assert_eq!(
        errors,
        [
            ("not-found", "there are fewer arguments"),
            ("too-large", "the argument does not fit into the buffer")
        ]
    );
    assert!(!argument.docs.text.contains("too-large"), "{}", argument.docs.text);
    let rules = &function(&abi, "i2c", "write-read").docs.rules;
    assert_eq!(rules[0].anchor, "repeated-start");
    assert!(rules[0].sentence.ends_with("as one transaction with a repeated start between them."));
    // An anchor inside of a listed error.
    assert_eq!(function(&abi, "i2c", "read").docs.rules[0].anchor, "empty-read-is-invalid");
}

#[test]
fn exports_are_required_unless_they_say_so() {
    let exports: Vec<_> =
        device().exports.iter().map(|export| (export.name.clone(), export.required)).collect();
    assert_eq!(exports, [("run".to_owned(), true), ("on-event".to_owned(), false)]);
}
