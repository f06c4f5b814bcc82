//! Compiled code is kept for later runs, unless somebody does not want it.

use std::{env, fs, path::Path, process::Command};

use sim_host::{Guest, Sim};

/// Tells this test, started again as a process of its own, whether to keep compiled code.
const KEEP: &str = "SIM_HOST_TEST_KEEP";

fn has_files(folder: &Path) -> bool {
    fs::read_dir(folder).unwrap().any(|entry| {
        let path = entry.unwrap().path();
        path.is_file() || has_files(&path)
    })
}

fn run(keep: bool) {
    let guest = Guest::from_bytes(
        r#"(module (memory (export "memory") 1) (func (export "run") (result i32) i32.const 7))"#,
    );
    let run = Sim::builder().guest(guest.unwrap()).keep_compiled(keep).run().unwrap();
    assert_eq!(run.outcome.to_string(), "exit 7");
}

#[test]
fn compiled_code_is_kept_where_that_is_wanted() {
    if let Ok(keep) = env::var(KEEP) {
        return run(keep == "true");
    }
    for keep in [true, false] {
        let folder = tempfile::tempdir().unwrap();
        let mut again = Command::new(env::current_exe().unwrap());
        again.args(["--exact", "compiled_code_is_kept_where_that_is_wanted"]).env(KEEP, keep.to_string());
        // Where the user's cache folder is: the one on Linux, the other on macOS.
        again.env("XDG_CACHE_HOME", folder.path()).env("HOME", folder.path());
        let output = again.output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
        assert_eq!(has_files(folder.path()), keep, "keep_compiled({keep})");
    }
}
