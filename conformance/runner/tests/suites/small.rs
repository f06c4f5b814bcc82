//! A suite of one good case, for tests to spoil.

use std::{
    fs,
    path::{Path, PathBuf},
};

const CASE: &str = "about = \"each call costs the same\"\nspec = [\"clock.now#monotonic\"]\n";
const GUEST: &str = r#"(module
    (import "device:abi/clock@1" "now" (func $now (result i64)))
    (memory (export "memory") 1)
    (func (export "run") (result i32) (drop (call $now)) (i32.const 0)))
"#;
const TRACE: &str = "         0.000 us  clock.now       -> 0\n         1.000 us  end\n";

/// A suite in a folder that goes away with it: `cases/clock/now`.
pub(crate) struct SmallSuite(tempfile::TempDir);

impl SmallSuite {
    pub(crate) fn new() -> Self {
        let suite = Self(tempfile::tempdir().unwrap());
        suite.write("cases/clock/now/case.toml", CASE);
        suite.write("cases/clock/now/guest.wat", GUEST);
        suite.write("cases/clock/now/expect.trace", TRACE);
        suite
    }

    pub(crate) fn cases(&self) -> PathBuf {
        self.0.path().join("cases")
    }

    pub(crate) fn root(&self) -> &Path {
        self.0.path()
    }

    pub(crate) fn write(&self, file: &str, text: &str) {
        let path = self.root().join(file);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    pub(crate) fn append(&self, file: &str, text: &str) {
        let old = fs::read_to_string(self.root().join(file)).unwrap();
        self.write(file, &(old + text));
    }

    pub(crate) fn remove(&self, file: &str) {
        fs::remove_file(self.root().join(file)).unwrap();
    }

    pub(crate) fn copy_case(&self, from: &str, to: &str) {
        for file in ["case.toml", "guest.wat", "expect.trace"] {
            let text = fs::read_to_string(self.cases().join(from).join(file)).unwrap();
            self.write(&format!("cases/{to}/{file}"), &text);
        }
    }
}
