//! `twinboard abi`

use std::process::Stdio;

use crate::{program, twinboard};

#[test]
fn every_function_is_listed_with_signature_and_errors() {
    let ran = twinboard(&["abi"]);
    assert_eq!((ran.code, ran.stderr.as_str()), (Some(0), ""), "{ran:?}");
    let pin = "device:abi/gpio@1\n  \
               open(number: u32, mode: enum { input, input-pull-up, input-pull-down, output, output-open-drain }, initial: enum { low, high }) -> result<handle, error-code>\n      \
               wasm: (i32, i32, i32) -> i32\n      \
               errors: not-found, not-permitted, not-supported, busy, limit-reached, disconnected\n";
    assert!(ran.stdout.contains(pin), "{}", ran.stdout);
    assert!(ran.stdout.contains("  sleep(duration-us: u64)\n      wasm: (i64) -> ()\n"), "{}", ran.stdout);
    assert!(ran.stdout.contains("  exit(code: s32) -> never\n"), "{}", ran.stdout);
}

#[test]
fn json_has_the_same_functions() {
    let text = twinboard(&["abi"]).stdout;
    let ran = twinboard(&["abi", "--json"]);
    let functions: Vec<serde_json::Value> =
        ran.stdout.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(functions.len(), text.lines().filter(|line| line.starts_with("      wasm: ")).count());
    let write = functions.iter().find(|f| f["module"] == "device:abi/log@1" && f["name"] == "write").unwrap();
    assert_eq!(write["wasm-params"], serde_json::json!(["i32", "i32", "i32"]));
    assert_eq!(write["wasm-result"], serde_json::Value::Null);
    assert_eq!(write["params"][1], serde_json::json!({ "name": "message", "type": "string" }));
}

#[test]
fn a_reader_that_has_read_enough_is_no_failure() {
    let mut child = program(&["abi"]).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(0));
    assert_eq!(output.stderr, b"");
}
