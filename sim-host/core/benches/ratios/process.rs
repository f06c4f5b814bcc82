//! A whole `twinboard run`, process and all.

use std::{
    path::Path,
    process::{Command, Stdio},
};

use wasmtime::{Result, error::Context};

use crate::measure::{Row, cost, in_turns};

/// Makes the benchmark program do nothing: the process to compare with.
pub(crate) const EMPTY: &str = "--empty-process";

/// A guest as small as they get.
const SMALL: &str = r#"(module
    (import "device:abi/log@1" "write" (func $write (param i32 i32 i32)))
    (memory (export "memory") 1)
    (data (i32.const 16) "hello")
    (func (export "run") (result i32)
        (call $write (i32.const 2) (i32.const 16) (i32.const 5))
        (i32.const 0)))"#;

/// `twinboard run` of a small guest: the first time, and again with the compiled module cached.
pub(crate) fn whole_runs() -> Result<Vec<Row>> {
    let program = std::env::var_os("TWINBOARD").context("TWINBOARD is not set; use `cargo xtask bench`")?;
    let itself = std::env::current_exe()?;
    let folder = tempfile::tempdir()?;
    let guest = folder.path().join("small.wasm");
    std::fs::write(&guest, wat::parse_str(SMALL)?)?;

    let twinboard = |cache: &Path| {
        let mut command = Command::new(&program);
        command.arg("run").arg(&guest).args(["--time", "virtual"]).env("XDG_CACHE_HOME", cache);
        succeed(&mut command)
    };
    let empty = || succeed(Command::new(&itself).arg(EMPTY));
    let warm = folder.path().join("warm");
    twinboard(&warm)?;
    let mut number = 0;
    let first = in_turns(
        || {
            number += 1;
            twinboard(&folder.path().join(format!("cold-{number}")))
        },
        empty,
    )?;
    let again = in_turns(|| twinboard(&warm), empty)?;
    let compared_to = "empty process with the same libraries";
    Ok(vec![
        cost("twinboard run, small guest, first time", compared_to, first, 1, 1.8),
        cost("twinboard run, small guest, second time", compared_to, again, 1, 1.8),
    ])
}

fn succeed(command: &mut Command) -> Result<()> {
    let status = command.stdout(Stdio::null()).stderr(Stdio::null()).status()?;
    wasmtime::ensure!(status.success(), "{command:?}: {status}");
    Ok(())
}
