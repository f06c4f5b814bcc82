//! The guests of a case: one file for each language, all with the same trace.

use std::{fs, io, path::Path};

use device_abi::Profile;

/// The files that a guest may be in, in the order in which they are run.
pub(super) const FILES: &[&str] = &["guest.wat", "guest.hex", "guest.rs"];

/// A guest of a case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Guest {
    /// The file that it comes from: `guest.wat`.
    pub file: &'static str,
    /// The module's bytes, or why there are none: it has not been built.
    pub module: Result<Vec<u8>, String>,
}

/// Reads all guests in `folder`. Those that need a compiler are in `built`, as `<id>.wasm`.
pub(super) fn load(id: &str, folder: &Path, built: &Path) -> Result<Vec<Guest>, Vec<String>> {
    let (mut guests, mut problems) = (Vec::new(), Vec::new());
    for file in FILES {
        let path = folder.join(file);
        let text = match fs::read_to_string(&path) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
            Err(error) => {
                problems.push(format!("{}: cannot be read: {error}", path.display()));
                continue;
            }
        };
        match module(file, &path, &text, &built.join(id).with_extension("wasm")) {
            Ok(module) => guests.push(Guest { file, module }),
            Err(problem) => problems.push(problem),
        }
    }
    if guests.is_empty() && problems.is_empty() {
        problems.push(format!("{}: no guest; make one of {}", folder.display(), FILES.join(", ")));
    }
    if problems.is_empty() { Ok(guests) } else { Err(problems) }
}

fn module(file: &str, path: &Path, text: &str, built: &Path) -> Result<Result<Vec<u8>, String>, String> {
    match file {
        "guest.wat" => wat::parse_str(text).map(Ok).map_err(|mut error| {
            error.set_path(path);
            error.to_string()
        }),
        "guest.hex" => {
            bytes(text).map(Ok).ok_or_else(|| format!("{}: not pairs of hexadecimal digits", path.display()))
        }
        _ => Ok(fs::read(built).map_err(|error| match error.kind() {
            io::ErrorKind::NotFound => "is not built; run `cargo xtask guests`".to_owned(),
            _ => format!("{}: cannot be read: {error}", built.display()),
        })),
    }
}

/// The most bytes that a hexadecimal file may stand for: twice the largest module of any profile.
const MOST_BYTES: usize = 2 * Profile::DESKTOP.module_bytes as usize;

/// The bytes that hexadecimal digits stand for; `#` begins a comment, `00*64` stands for 64 bytes.
fn bytes(hex: &str) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    let lines = hex.lines().map(|line| line.split('#').next().unwrap_or_default());
    for word in lines.flat_map(str::split_whitespace) {
        let (digits, times) = word.split_once('*').unwrap_or((word, "1"));
        let digits: Vec<u8> =
            digits.chars().map(|c| c.to_digit(16).map(|digit| digit as u8)).collect::<Option<_>>()?;
        let word: Vec<u8> =
            digits.chunks(2).map(|pair| Some(pair[0] * 16 + pair.get(1)?)).collect::<Option<_>>()?;
        let times: usize = times.parse().ok()?;
        if word.len().checked_mul(times)?.checked_add(bytes.len())? > MOST_BYTES {
            return None;
        }
        bytes.extend(word.repeat(times));
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hexadecimal_digits_are_bytes() {
        assert_eq!(bytes("00 61 # magic\n73 6D\n").as_deref(), Some(b"\0asm".as_slice()));
        assert_eq!(bytes(" # nothing"), Some(Vec::new()));
        assert_eq!(bytes("0"), None);
        assert_eq!(bytes("0g"), None);
        assert_eq!(bytes("é0"), None);
        assert_eq!(bytes("00*3 ff01*2").as_deref(), Some([0, 0, 0, 255, 1, 255, 1].as_slice()));
        for hex in ["00*", "*3", "00*-1", "00*99999999999", "0000*18446744073709551615"] {
            assert!(bytes(hex).is_none_or(|bytes| bytes.is_empty()), "{hex}");
        }
    }
}
