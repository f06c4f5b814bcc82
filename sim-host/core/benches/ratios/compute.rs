//! A guest that only computes.

use sim_host::{Guest, Sim};
use wasmtime::Result;
use wasmtime::{Linker, Module, Store};

use crate::{
    calls::plain_engine,
    measure::{Row, in_turns, show},
};

/// A sieve of Eratosthenes over one page, forty times: loads, stores, branches.
const SIEVE: &str = r#"(module
    (memory (export "memory") 1)
    (func (export "run") (result i32) (local $round i32) (local $i i32) (local $j i32)
        (loop $rounds
            (memory.fill (i32.const 0) (i32.const 0) (i32.const 65536))
            (local.set $i (i32.const 2))
            (loop $candidates
                (if (i32.eqz (i32.load8_u (local.get $i)))
                    (then
                        (local.set $j (i32.add (local.get $i) (local.get $i)))
                        (block $done
                            (loop $multiples
                                (br_if $done (i32.ge_u (local.get $j) (i32.const 65536)))
                                (i32.store8 (local.get $j) (i32.const 1))
                                (local.set $j (i32.add (local.get $j) (local.get $i)))
                                (br $multiples)))))
                (br_if $candidates
                    (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 1))) (i32.const 65536))))
            (br_if $rounds
                (i32.lt_u (local.tee $round (i32.add (local.get $round) (i32.const 1))) (i32.const 200))))
        (i32.const 0)))"#;

/// The speed of a computing guest, as a part of what plain wasmtime reaches.
pub(crate) fn kernel() -> Result<Row> {
    let guest = Guest::from_bytes(SIEVE)?;
    let engine = plain_engine()?;
    let module = Module::new(&engine, wat::parse_str(SIEVE)?)?;
    let times = in_turns(
        || {
            wasmtime::ensure!(
                Sim::builder().guest(guest.clone()).run()?.outcome == sim_host::Outcome::Exit(0)
            );
            Ok(())
        },
        || {
            let mut store = Store::new(&engine, ());
            store.set_epoch_deadline(u64::MAX / 2);
            let instance = Linker::new(&engine).instantiate(&mut store, &module)?;
            instance.get_typed_func::<(), i32>(&mut store, "run")?.call(&mut store, ())?;
            Ok(())
        },
    )?;
    let speed = times.1.as_secs_f64() / times.0.as_secs_f64();
    Ok(Row {
        what: "compute kernel (sieve), speed".into(),
        ours: show(times.0, times.0.as_secs_f64()),
        compared_to: "plain wasmtime with epoch interruption".into(),
        theirs: show(times.1, times.1.as_secs_f64()),
        figure: format!("{speed:.2}"),
        aim: "0.95".into(),
        reached: speed >= 0.95,
    })
}
