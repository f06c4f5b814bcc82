//! Whatever the text: an answer, and no panic.

use std::fs;

use abi_model::Abi;
use proptest::prelude::*;

/// The real interfaces, by file name.
fn real() -> Vec<(String, String)> {
    let dir = concat!(env!("CARGO_MANIFEST_DIR"), "/../wit");
    let files = fs::read_dir(dir).unwrap().map(|entry| entry.unwrap().path());
    let mut files: Vec<_> = files
        .filter(|path| path.extension().is_some_and(|extension| extension == "wit"))
        .map(|path| {
            (path.file_name().unwrap().to_str().unwrap().to_owned(), fs::read_to_string(&path).unwrap())
        })
        .collect();
    files.sort();
    files
}

fn parse(files: &[(String, String)]) -> Result<Abi, abi_model::Problems> {
    let files: Vec<_> = files.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
    Abi::from_files(&files)
}

#[test]
fn no_files_and_empty_files_are_refused() {
    assert!(Abi::from_files(&[]).is_err());
    assert!(Abi::from_files(&[("empty.wit", "")]).is_err());
}

/// Words that turn good WIT into nearly good WIT.
const WORDS: &[&str] = &[
    "u32",
    "string",
    "list<u8>",
    "list<operation>",
    "buffer",
    "f32",
    "option<u8>",
    "error-code",
    "i2c",
    "mode",
    "{",
    "}",
    "(",
    ")",
    ";",
    ",",
    "///",
    "{#a}",
    "MUST",
    "type",
    "record",
    "variant",
    "use",
    "->",
    "result<_, error-code>",
];

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn random_text(text in ".{0,200}") {
        let _ = Abi::from_files(&[("random.wit", &text)]);
    }

    /// One word of the real interfaces is exchanged, one line left out.
    #[test]
    fn changed_interfaces(file in 0..8_usize, at in any::<prop::sample::Index>(), word in 0..WORDS.len(), lines in any::<bool>()) {
        let mut files = real();
        let text = &mut files[file].1;
        if lines {
            let gone = at.index(text.lines().count());
            *text = text.lines().enumerate().filter(|(line, _)| *line != gone).map(|(_, line)| format!("{line}\n")).collect();
        } else {
            let begins: Vec<_> = text.split_inclusive([' ', '\n', '<', '(', '>']).collect();
            let changed = at.index(begins.len());
            *text = begins.iter().enumerate().map(|(word_at, old)| if word_at == changed { format!("{} ", WORDS[word]) } else { (*old).to_owned() }).collect();
        }
        if let Err(problems) = parse(&files) {
            prop_assert!(!problems.list().is_empty());
            for problem in problems.list() {
                prop_assert!(files.iter().any(|(name, _)| *name == problem.file), "{}", problem);
                prop_assert!(!problem.message.is_empty() && !problem.message.contains('\n'), "{}", problem);
            }
        }
    }
}
