//! Rules for one source file: where `unsafe` may stand, and of what is written by hand, its length, its
//! documentation and reasons for `allow`.

use super::config::{Config, FILE};
use super::{Problem, code};

pub(super) fn check(config: &Config, name: &str, text: &str) -> Vec<Problem> {
    let extension = name.rsplit_once('.').map_or("", |(_, extension)| extension);
    if !config.source_extensions.iter().any(|known| known == extension) {
        return Vec::new();
    }
    let is_rust = extension == "rs";
    let code = if is_rust { code::only(text) } else { String::new() };
    let mut problems = unsafe_code(config, name, &code);
    if config.is_generated(name) {
        return problems;
    }
    let lines = text.lines().count();
    if lines > config.source_lines {
        let limit = config.source_lines;
        let text = format!("{lines} lines, at most {limit}: give a second concept its own file");
        problems.push(Problem::new(name, limit + 1, text));
    }
    if is_rust && !has_module_documentation(text) {
        problems.push(Problem::new(name, 1, "no module documentation: begin with a line `//! …`"));
    }
    problems.extend(allows(name, &code));
    problems
}

/// Whether `//!` comes before any code.
fn has_module_documentation(text: &str) -> bool {
    let mut lines = text.lines().map(str::trim);
    let first = lines.find(|line| {
        let comment = line.starts_with("//") && !line.starts_with("//!");
        !(line.is_empty() || comment || line.starts_with("#!"))
    });
    first.is_some_and(|line| line.starts_with("//!") && line.len() > "//! ".len())
}

fn unsafe_code(config: &Config, name: &str, code: &str) -> Vec<Problem> {
    if config.may_be_unsafe(name) {
        return Vec::new();
    }
    let rule = format!("`unsafe` outside the files that {FILE} allows it in: find a safe way");
    words(code, "unsafe").map(|at| Problem::new(name, line(code, at), rule.clone())).collect()
}

/// `allow(…)` and `expect(…)` attributes must say why.
fn allows(name: &str, code: &str) -> Vec<Problem> {
    let mut problems = Vec::new();
    for word in ["allow", "expect"] {
        for at in words(code, word) {
            let after = &code[at + word.len()..];
            let attribute = in_attribute(&code[..at]) && after.starts_with('(');
            let inside = after.split_once(')').map_or(after, |(inside, _)| inside);
            if attribute && words(inside, "reason").next().is_none() {
                let text = format!("`{word}` without a reason: add `reason = \"…\"`");
                problems.push(Problem::new(name, line(code, at), text));
            }
        }
    }
    problems.sort_by_key(|problem| problem.line);
    problems
}

/// Whether the code before a word opened an attribute that is still open.
fn in_attribute(before: &str) -> bool {
    before.rfind('#').is_some_and(|at| {
        let opened = before[at + 1..].trim_start_matches('!');
        opened.starts_with('[') && opened.matches('[').count() > opened.matches(']').count()
    })
}

/// Where `word` stands as a whole word.
fn words<'a>(code: &'a str, word: &'a str) -> impl Iterator<Item = usize> + 'a {
    let part = |character: char| character.is_alphanumeric() || character == '_';
    code.match_indices(word).map(|(at, _)| at).filter(move |at| {
        let before = code[..*at].chars().next_back();
        let after = code[at + word.len()..].chars().next();
        !before.is_some_and(part) && !after.is_some_and(part)
    })
}

fn line(code: &str, at: usize) -> usize {
    code[..at].matches('\n').count() + 1
}

#[cfg(test)]
mod tests {
    use super::*;

    fn problems(name: &str, text: &str) -> Vec<String> {
        let config = Config {
            source_lines: 4,
            source_extensions: vec!["rs".into(), "c".into()],
            unsafe_code: vec!["raw/".into()],
            generated: vec!["made/".into(), "raw/made/".into()],
            ..Config::default()
        };
        check(&config, name, text).iter().map(ToString::to_string).collect()
    }

    #[test]
    fn a_long_file_is_named_with_the_limit() {
        assert_eq!(
            problems("a.c", "1\n2\n3\n4\n5\n"),
            ["a.c:5: 5 lines, at most 4: give a second concept its own file"]
        );
        assert!(problems("a.md", "1\n2\n3\n4\n5\n").is_empty());
    }

    #[test]
    fn module_documentation_comes_first() {
        assert!(problems("a.rs", "// Generated.\n\n#![no_std]\n//! Text.\n").is_empty());
        assert_eq!(problems("a.rs", "use x;\n//! Text.\n").len(), 1);
        assert_eq!(problems("a.rs", "//!\n").len(), 1);
        assert_eq!(problems("a.rs", "").len(), 1);
    }

    #[test]
    fn unsafe_is_found_in_code_alone() {
        assert!(problems("a.rs", "//! unsafe\nlet unsafe_code = \"unsafe\";\n").is_empty());
        assert!(problems("raw/a.rs", "//! Text.\nunsafe {}\n").is_empty());
        assert!(problems("a.rs", "//! Text.\nunsafe {}\n")[0].starts_with("a.rs:2: `unsafe` outside"));
    }

    #[test]
    fn generated_files_may_be_long_but_not_unsafe() {
        assert!(problems("raw/made/a.rs", "1\n2\n3\n4\nunsafe {}\n").is_empty());
        assert_eq!(problems("made/a.rs", "1\n2\n3\n4\nunsafe {}\n").len(), 1);
    }

    #[test]
    fn an_allow_needs_a_reason() {
        let with = "//! Text.\n#![allow(\n  dead_code, reason = \"later\")]\n";
        assert!(problems("a.rs", with).is_empty());
        assert!(problems("a.rs", "//! Text.\nfn f() { x.expect(\"y\"); allow(z) }\n").is_empty());
        assert_eq!(
            problems("a.rs", "//! Text.\n#[cfg_attr(test, allow(dead_code))]\n"),
            ["a.rs:2: `allow` without a reason: add `reason = \"…\"`"]
        );
    }
}
