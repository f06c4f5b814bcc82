//! One ABI call against a bare host function.

use embedded_hal::i2c::Operation;
use hw_core::backend::{Hardware, I2cBus, I2cWires, Reply};
use sim_host::{Board, Guest, Sim};
use wasmtime::Result;
use wasmtime::{Caller, Config, Engine, Extern, Linker, Memory, Module, Store};

use crate::measure::{Row, cost, in_turns};

/// Calls per turn.
const CALLS: u32 = 2_000_000;

/// A guest that opens something and then makes `call` in a loop. `$handle` holds what was opened.
fn guest(imports: &str, open: &str, call: &str) -> String {
    format!(
        r#"(module
            {imports}
            (memory (export "memory") 1)
            (func (export "run") (result i32) (local $handle i32) (local $left i32)
                (local.set $handle {open})
                (local.set $left (i32.const {CALLS}))
                (loop $again
                    (drop {call})
                    (br_if $again (local.tee $left (i32.sub (local.get $left) (i32.const 1)))))
                (i32.const 0)))"#
    )
}

/// Plain wasmtime with the stop mechanism that the simulator has.
pub(crate) fn plain_engine() -> Result<Engine> {
    let mut config = Config::new();
    config.epoch_interruption(true);
    Engine::new(&config)
}

/// `gpio.write`, without and with trace.
pub(crate) fn gpio_write() -> Result<Vec<Row>> {
    let write = r#"(import "device:abi/gpio@1" "write" (func $write (param i32 i32) (result i32)))"#;
    let open = r#"(import "device:abi/gpio@1" "open" (func $open (param i32 i32 i32) (result i32)))"#;
    let call = "(call $write (local.get $handle) (i32.const 1))";
    let opened = "(call $open (i32.const 2) (i32.const 3) (i32.const 0))";
    let ours = Guest::from_bytes(guest(&format!("{write} {open}"), opened, call))?;
    let theirs = wat::parse_str(guest(write, "(i32.const 1)", call))?;

    let engine = plain_engine()?;
    let mut linker: Linker<u64> = Linker::new(&engine);
    linker.func_wrap(
        "device:abi/gpio@1",
        "write",
        |mut caller: Caller<'_, u64>, handle: u32, level: u32| -> i32 {
            *caller.data_mut() += u64::from(handle + level);
            0
        },
    )?;
    let module = Module::new(&engine, theirs)?;
    let bare = || {
        let mut store = Store::new(&engine, 0);
        store.set_epoch_deadline(u64::MAX / 2);
        let instance = linker.instantiate(&mut store, &module)?;
        instance.get_typed_func::<(), i32>(&mut store, "run")?.call(&mut store, ())?;
        Ok(())
    };
    let sim = |traced| {
        let ours = ours.clone();
        move || {
            let sim = Sim::builder().guest(ours.clone()).record_trace(traced).limit_trace(1 << 40);
            wasmtime::ensure!(sim.run()?.outcome == sim_host::Outcome::Exit(0));
            Ok(())
        }
    };
    let host_function = "bare host function of this signature";
    Ok(vec![
        cost("gpio.write", host_function, in_turns(sim(false), bare)?, CALLS, 1.5),
        cost("gpio.write, traced", host_function, in_turns(sim(true), bare)?, CALLS, 2.2),
    ])
}

/// A chip that always has the same answer.
#[derive(Debug)]
struct Scripted;

impl I2cBus for Scripted {
    fn transaction(
        &mut self,
        _at_ns: u64,
        _address: u8,
        _hz: u32,
        operations: &mut [Operation<'_>],
    ) -> Reply {
        for operation in operations {
            if let Operation::Read(buffer) = operation {
                buffer.fill(0x60);
            }
        }
        Reply::ok(())
    }
}

/// `i2c.write-read` of 1 and 8 bytes.
pub(crate) fn i2c_write_read() -> Result<Row> {
    let call6 = "(param i32 i32 i32 i32 i32 i32) (result i32)";
    let write_read = format!(r#"(import "device:abi/i2c@1" "write-read" (func $write_read {call6}))"#);
    let open = r#"(import "device:abi/i2c@1" "open" (func $open (param i32 i32) (result i32)))"#;
    let call = "(call $write_read (local.get $handle) (i32.const 0x76) (i32.const 16) (i32.const 1) \
                (i32.const 32) (i32.const 8))";
    let opened = "(call $open (i32.const 0) (i32.const 0))";
    let ours = Guest::from_bytes(guest(&format!("{write_read} {open}"), opened, call))?;
    let theirs = wat::parse_str(guest(&write_read, "(i32.const 1)", call))?;

    let engine = plain_engine()?;
    let mut linker: Linker<Option<Memory>> = Linker::new(&engine);
    linker.func_wrap(
        "device:abi/i2c@1",
        "write-read",
        |mut caller: Caller<'_, Option<Memory>>,
         _: u32,
         _: u32,
         data: u32,
         data_len: u32,
         into: u32,
         into_len: u32| {
            let memory = match *caller.data() {
                Some(memory) => memory,
                None => {
                    let Some(Extern::Memory(memory)) = caller.get_export("memory") else { return -1 };
                    *caller.data_mut() = Some(memory);
                    memory
                }
            };
            let bytes = memory.data_mut(&mut caller);
            let data = data as usize..data as usize + data_len as usize;
            let into = into as usize..into as usize + into_len as usize;
            match bytes.get_disjoint_mut([data, into]) {
                Ok([data, into]) => {
                    into.fill(data[0]);
                    0
                }
                Err(_) => -1,
            }
        },
    )?;
    let module = Module::new(&engine, theirs)?;
    let bare = || {
        let mut store = Store::new(&engine, None);
        store.set_epoch_deadline(u64::MAX / 2);
        let instance = linker.instantiate(&mut store, &module)?;
        instance.get_typed_func::<(), i32>(&mut store, "run")?.call(&mut store, ())?;
        Ok(())
    };
    let sim = || {
        let mut hardware: Hardware = Board::default().hardware();
        hardware.i2c = vec![I2cWires { number: 0, frequency_hz: 400_000, bus: Box::new(Scripted) }];
        let sim = Sim::builder().hardware(hardware).guest(ours.clone()).record_trace(false);
        wasmtime::ensure!(sim.run()?.outcome == sim_host::Outcome::Exit(0));
        Ok(())
    };
    let compared_to = "bare call of 6 arguments, 2 checked buffers";
    Ok(cost("i2c.write-read 1+8 bytes, scripted chip", compared_to, in_turns(sim, bare)?, CALLS, 2.5))
}
