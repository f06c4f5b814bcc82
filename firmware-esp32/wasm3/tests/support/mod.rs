//! Guests for these tests, and a host that counts.

#![allow(dead_code, reason = "not every test file needs everything")]

use std::sync::atomic::AtomicBool;

use device_abi::{Halt, Limit, Profile};
use wasm_smith::Config;
use wasm3_engine::{Ended, Host, HostFunction, Instance, Limits, Module, Value};

/// The profile that the engine is built for.
pub(crate) const PROFILE: &Profile = &Profile::ESP32C3;

/// An interrupt flag that nobody sets.
pub(crate) static QUIET: AtomicBool = AtomicBool::new(false);

/// A host that lets a guest compute for a number of looks.
#[derive(Debug)]
pub(crate) struct Budget {
    /// Looks until the guest is ended; `None`: never.
    pub(crate) looks: Option<u32>,
    /// How it is ended then.
    pub(crate) halt: Halt,
    /// Calls of host functions.
    pub(crate) calls: u32,
}

impl Budget {
    pub(crate) fn endless() -> Self {
        Self { looks: None, halt: Halt::Stopped, calls: 0 }
    }

    pub(crate) fn of(looks: u32) -> Self {
        Self { looks: Some(looks), halt: Halt::Limit(Limit::Compute), calls: 0 }
    }
}

impl Host for Budget {
    fn check(&mut self) -> Result<(), Halt> {
        match &mut self.looks {
            Some(0) => Err(self.halt),
            Some(looks) => {
                *looks -= 1;
                Ok(())
            }
            None => Ok(()),
        }
    }
}

/// Stand-ins for functions of the ABI: `gpio.toggle` traps by its argument, `system.exit` exits, `clock.now` counts.
pub(crate) static FUNCTIONS: [HostFunction<Budget>; 4] = [
    HostFunction::new(c"device:abi/system@1", c"exit", c"v(i)", false, |host: &mut Budget, _, cells| {
        host.calls += 1;
        Err(Halt::Exit(i32::get(cells[0])))
    }),
    HostFunction::new(c"device:abi/gpio@1", c"toggle", c"i(i)", false, |host: &mut Budget, _, cells| {
        host.calls += 1;
        match u32::get(cells[1]) {
            0 => Err(Halt::Stopped),
            1 => Err(Halt::Limit(Limit::Time)),
            other => {
                cells[0] = other.wrapping_mul(2).put();
                Ok(())
            }
        }
    }),
    HostFunction::new(c"device:abi/clock@1", c"now", c"I()", false, |host: &mut Budget, _, cells| {
        host.calls += 1;
        cells[0] = (u64::from(host.calls) << 40).put();
        Ok(())
    }),
    HostFunction::new(c"device:abi/system@1", c"random", c"i(ii)", true, |_: &mut Budget, memory, cells| {
        let (at, len) = (u32::get(cells[1]) as usize, u32::get(cells[2]) as usize);
        memory[at..at + len].fill(0xab);
        cells[0] = (memory.len() as u32).put();
        Ok(())
    }),
];

/// A guest with these functions beside its imports, in binary form. Its memory has one page and may grow to two.
pub(crate) fn guest(functions: &str) -> Vec<u8> {
    let text = format!(
        r#"(module
            (import "device:abi/system@1" "exit" (func $exit (param i32)))
            (import "device:abi/gpio@1" "toggle" (func $toggle (param i32) (result i32)))
            (import "device:abi/clock@1" "now" (func $now (result i64)))
            (import "device:abi/system@1" "random" (func $random (param i32 i32) (result i32)))
            (memory (export "memory") 1)
            {functions})"#
    );
    wat::parse_str(&text).unwrap_or_else(|error| panic!("{error}"))
}

/// The body of `run`, as a whole guest.
pub(crate) fn run_of(body: &str) -> Vec<u8> {
    guest(&format!(r#"(func (export "run") (result i32) {body})"#))
}

/// Loads a guest.
pub(crate) fn load<'m>(wasm: &'m [u8], host: Budget) -> Instance<'m, Budget> {
    load_with(wasm, host, Limits::for_profile(PROFILE), &QUIET)
}

/// Loads a guest with other limits, or a flag.
pub(crate) fn load_with<'m>(
    wasm: &'m [u8],
    host: Budget,
    limits: Limits,
    interrupt: &'m AtomicBool,
) -> Instance<'m, Budget> {
    let module =
        Module::check(wasm, PROFILE).unwrap_or_else(|refusal| panic!("{refusal}: {}", refusal.detail));
    Instance::new(&module, &FUNCTIONS, host, limits, interrupt).unwrap()
}

/// How `run` of a guest ends, in the words of an outcome: `exit 3`, `trap unreachable`.
pub(crate) fn outcome(wasm: &[u8], host: Budget) -> String {
    words(load(wasm, host).run())
}

/// An end in the words of an outcome.
pub(crate) fn words(result: Result<i32, Ended>) -> String {
    match result {
        Ok(code) => format!("exit {code}"),
        Err(ended) => ended.to_string(),
    }
}

/// What guests may use and must export, in wasm-smith's words. It knows bulk memory only as a whole, so that stays off.
pub(crate) fn generated() -> Config {
    let exports = r#"(module (memory (export "memory") 1) (func (export "run") (result i32) unreachable))"#;
    Config {
        exports: Some(wat::parse_str(exports).unwrap()),
        bulk_memory_enabled: false,
        exceptions_enabled: false,
        extended_const_enabled: false,
        gc_enabled: false,
        compact_imports_enabled: false,
        memory64_enabled: false,
        reference_types_enabled: false,
        relaxed_simd_enabled: false,
        simd_enabled: false,
        tail_call_enabled: false,
        threads_enabled: false,
        wide_arithmetic_enabled: false,
        // The exported memory comes on top.
        max_memories: 0,
        max_table_elements: 256,
        ..Config::default()
    }
}
