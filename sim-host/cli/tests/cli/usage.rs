//! The command line itself.

use crate::{guest, twinboard};

#[test]
fn a_wrong_command_line_is_204() {
    let hello = guest("hello.wat");
    for (arguments, said) in [
        (vec![], "Usage: twinboard"),
        (vec!["rnu"], "unrecognized subcommand 'rnu'"),
        (vec!["run"], "<APP.WASM|APP.WAT>"),
        (vec!["run", &hello, "--sede", "1"], "a similar argument exists: '--seed'"),
        (vec!["run", &hello, "--seed", "-1"], "invalid value '-1' for '--seed <N>'"),
        (vec!["run", &hello, "--profile", "esp32"], "[possible values: desktop, esp32c3]"),
        (vec!["run", &hello, "--time", "imaginary"], "[possible values: real, virtual]"),
        (
            vec!["run", &hello, "--target", "smi"],
            "there is no target \"smi\" (did you mean \"sim\"?); can be sim, host",
        ),
        (vec!["run", &hello, "--target", "quemu"], "(did you mean \"qemu\"?)"),
        (vec!["run", &hello, "--target", "tcp:127.0.0.1:"], "\"\" is no TCP port, which are 1 to 65535"),
        (vec!["run", &hello, "--for", "10"], "time unit needed, for example 10sec or 10ms"),
        (vec!["run", &hello, "--for", "600y"], "above 18446744073 s, the end of device time"),
        (vec!["run", &hello, "--limit", "0s"], "must be above 0"),
        (vec!["run", &hello, "--trace-format", "json"], "--trace <FILE|->"),
        (vec!["run", &hello, "--trace", "-", "--trace-format", "xml"], "[possible values: text, json]"),
        (vec!["run", &hello, "argument"], "unexpected argument 'argument'"),
        (vec!["board", "check"], "<FILE>"),
        (vec!["completions", "cmd"], "[possible values: bash"),
    ] {
        let ran = twinboard(&arguments);
        assert_eq!(ran.code, Some(204), "{arguments:?}: {ran:?}");
        assert!(ran.stderr.contains(said), "{arguments:?}: {ran:?}");
        assert_eq!(ran.stdout, "", "{arguments:?}");
    }
}

#[test]
fn help_has_the_exit_codes() {
    for arguments in [&["--help"][..], &["run", "--help"], &["run", "-h"]] {
        let ran = twinboard(arguments);
        assert_eq!((ran.code, ran.stderr.as_str()), (Some(0), ""), "{ran:?}");
        for line in ["  0-127  the guest's own", "  201    the guest trapped", "  207    the board file"] {
            assert!(ran.stdout.contains(line), "{arguments:?} lacks {line:?}: {}", ran.stdout);
        }
    }
}

#[test]
fn the_version_is_the_packages() {
    let ran = twinboard(&["--version"]);
    assert_eq!((ran.code, ran.stdout), (Some(0), format!("twinboard {}\n", env!("CARGO_PKG_VERSION"))));
}

#[test]
fn completions_name_the_subcommands() {
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let ran = twinboard(&["completions", shell]);
        assert_eq!((ran.code, ran.stderr.as_str()), (Some(0), ""), "{shell}");
        for word in ["run", "abi", "board", "completions", "trace-format"] {
            assert!(ran.stdout.contains(word), "{shell}: {word}");
        }
    }
}
