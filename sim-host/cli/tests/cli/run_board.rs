//! `twinboard run --target` on a board that listens.

use std::os::unix::fs::PermissionsExt;

use crate::{guest, guest_returning, listening::Listening, twinboard};

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

#[test]
fn a_board_that_nobody_gives_a_profile_has_its_own() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("board.toml").display().to_string();
    std::fs::write(&file, "[gpio.pins]\n4 = {}\n").unwrap();
    let board = Listening::on("tcp:127.0.0.1:0");
    for more in [&[][..], &["--board", &file], &["--native"]] {
        let ran =
            twinboard(&[&["run", &guest_returning(&folder, 9), "--target", &board.place], more].concat());
        assert_eq!((ran.code, ran.stdout.as_str()), (Some(9), ""), "{ran:?}");
    }
    assert!(twinboard(&["device", "--port", &board.place, "info"]).stdout.contains(", profile esp32c3\n"));
    // What that profile does not have is told as if the file had named it.
    std::fs::write(&file, "[gpio.pins]\n40 = {}\n").unwrap();
    let ran = twinboard(&["run", &guest("tick.wat"), "--target", &board.place, "--board", &file]);
    assert_eq!(ran.code, Some(207), "{ran:?}");
    assert!(ran.stderr.contains("is not on profile \"esp32c3\""), "{ran:?}");
}

#[test]
fn a_profile_that_is_more_than_the_board_holds_is_named_before_anything_is_stopped() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("board.toml").display().to_string();
    std::fs::write(&file, "[board]\nprofile = \"desktop\"\n").unwrap();
    let board = Listening::on("tcp:127.0.0.1:0");
    let device = |verb: &[&str]| twinboard(&[&["device", "--port", &board.place], verb].concat());
    assert_eq!(device(&["install", &guest("tick.wat")]).code, Some(0));
    assert_eq!(device(&["start"]).code, Some(0));
    let said = format!(
        "error: {}: profile \"desktop\" is more than the device holds (\"esp32c3\")\n\
         help: `twinboard device info` names the profile that it holds; --profile chooses it\n",
        board.place
    );
    for more in [&["--profile", "desktop"][..], &["--board", &file], &["--profile", "desktop", "--native"]] {
        let ran = twinboard(&[&["run", &guest("hello.wat"), "--target", &board.place], more].concat());
        assert_eq!((ran.code, ran.stdout.as_str()), (Some(205), ""), "{ran:?}");
        assert!(ran.stderr.ends_with(&said), "{ran:?}");
        assert_eq!(ran.stderr.lines().count(), 3, "{ran:?}");
    }
    assert!(device(&["status"]).stdout.starts_with("app       running"), "it was stopped");
    assert_eq!(device(&["stop"]).code, Some(0));
    let ran = device(&["install", &guest("hello.wat"), "--profile", "desktop"]);
    assert_eq!((ran.code, ran.stderr.as_str()), (Some(205), said.as_str()), "{ran:?}");
}

#[test]
fn a_file_that_is_no_firmware_is_named_with_how_to_build_it() {
    let folder = tempfile::tempdir().unwrap();
    let (image, path) = (folder.path().join("host"), folder.path().display().to_string());
    std::fs::write(&image, "no program").unwrap();
    std::fs::set_permissions(&image, std::fs::Permissions::from_mode(0o755)).unwrap();
    let ran = twinboard(&["run", &guest("tick.wat"), "--target", "host", "--firmware", &path]);
    let said = format!(
        "error: host ({}): cannot be opened\ncaused by: Exec format error (os error 8)\n\
         help: `cargo xtask firmware --board host` builds it\n",
        image.display()
    );
    assert_eq!((ran.code, ran.stderr), (Some(205), said));
    // A file that a machine can be started with, but that says nothing there.
    std::fs::write(folder.path().join("qemu-virt.elf"), "no program").unwrap();
    let ran = twinboard(&["run", &guest("tick.wat"), "--target", "qemu", "--firmware", &path]);
    let said = format!(
        "error: qemu: {path}/qemu-virt.elf does not reply to a hello within 5 s: rebuild it with `cargo xtask firmware`\n"
    );
    assert_eq!((ran.code, ran.stderr), (Some(205), said));
}
