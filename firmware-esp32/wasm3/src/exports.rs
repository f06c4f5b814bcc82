//! Which functions a guest exports, by index.
//!
//! wasm3 finds functions by name, but mixes exports with names from the debugging section, and keeps three per function.

use wasmparser::{ExternalKind, Parser, Payload};

/// The functions that the run loop calls, by index; imported ones count first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Exports {
    pub(crate) run: Option<u32>,
    pub(crate) on_event: Option<u32>,
}

impl Exports {
    /// Finds them in a module that was checked; what cannot be read is not there.
    pub(crate) fn find(wasm: &[u8]) -> Self {
        let mut found = Self::default();
        for payload in Parser::new(0).parse_all(wasm).map_while(Result::ok) {
            let Payload::ExportSection(exports) = payload else { continue };
            for export in exports.into_iter().map_while(Result::ok) {
                match (export.kind, export.name) {
                    (ExternalKind::Func, "run") => found.run = Some(export.index),
                    (ExternalKind::Func, "on-event") => found.on_event = Some(export.index),
                    _ => {}
                }
            }
            break;
        }
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn imports_count_first_and_debugging_names_do_not_count() {
        let wasm = wat::parse_str(
            r#"(module
                (import "a" "b" (func))
                (func $run)
                (func $other (export "a") (export "b") (export "c") (export "run") (result i32) i32.const 0)
                (global (export "on-event") i32 (i32.const 0)))"#,
        )
        .unwrap();
        assert_eq!(Exports::find(&wasm), Exports { run: Some(2), on_event: None });
    }

    #[test]
    fn what_is_no_module_exports_nothing() {
        assert_eq!(Exports::find(b"\0asm\x01\0\0\0\x07\xff"), Exports::default());
    }
}
