//! `twinboard run --target` on a board that listens.

use crate::{guest, listening::Listening, twinboard};

/// A guest of more bytes than a chip's profile takes, of which one memory page is enough.
fn large(folder: &tempfile::TempDir) -> String {
    let path = folder.path().join("large.wat");
    let data = format!("(data (i32.const 0) \"{}\")", "z".repeat(50_000)).repeat(6);
    let rest = "(func (export \"run\") (result i32) (i32.const 0))";
    std::fs::write(&path, format!("(module (memory (export \"memory\") 1) {data} {rest})")).unwrap();
    path.display().to_string()
}

#[test]
fn a_module_that_may_not_run_is_refused_and_the_installed_app_stays() {
    let folder = tempfile::tempdir().unwrap();
    let large = large(&folder);
    for board in [Listening::on("tcp:127.0.0.1:0"), Listening::with_storage(&folder.path().join("flash"))] {
        let device = |verb: &[&str]| twinboard(&[&["device", "--port", &board.place], verb].concat());
        assert_eq!(device(&["install", &guest("tick.wat")]).code, Some(0));
        let before = device(&["info"]).stdout;
        for (app, said) in [
            (&large, "outcome: refused module-size"),
            (&guest("three-pages.wat"), "outcome: refused memory-size"),
        ] {
            let there = ["--profile", "esp32c3", "--target", &board.place];
            let there = twinboard(&[&["run", app.as_str()], &there[..]].concat());
            assert_eq!((there.code, there.stdout.as_str()), (Some(202), ""), "{there:?}");
            let here = twinboard(&["run", app, "--profile", "esp32c3"]);
            assert!(
                there.stderr.contains(said) && there.stderr.ends_with(&here.stderr),
                "{there:?} {here:?}"
            );
            assert_eq!(device(&["info"]).stdout, before);
        }
        // An app that runs is not stopped for one that may not.
        assert_eq!(device(&["start"]).code, Some(0));
        let native = ["run", &large, "--profile", "esp32c3", "--target", &board.place, "--native"];
        assert_eq!(twinboard(&native).code, Some(202));
        assert!(device(&["status"]).stdout.starts_with("app       running"), "it was stopped");
    }
}
