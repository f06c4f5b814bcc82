//! Rule for Markdown: every relative link leads to a file of this checkout.

use std::path::Path;

use super::{Problem, name};
use crate::workspace;

/// Checks the links of one file; `exists` looks at absolute paths.
pub(super) fn check(file: &Path, text: &str, exists: &dyn Fn(&Path) -> bool) -> Vec<Problem> {
    if file.extension().is_none_or(|extension| extension != "md") {
        return Vec::new();
    }
    let folder = workspace::root().join(file.parent().unwrap_or(Path::new("")));
    let mut problems = Vec::new();
    for (line, target) in links(text) {
        let (path, _) = target.split_once('#').unwrap_or((target, ""));
        let elsewhere = target.contains("://") || target.starts_with("mailto:") || path.is_empty();
        if !elsewhere && !exists(&folder.join(path)) {
            let text = format!("the link \"{target}\" leads nowhere: correct it or add the file");
            problems.push(Problem::new(&name(file), line, text));
        }
    }
    problems
}

/// The line and target of each `[…](target)` outside code.
fn links(text: &str) -> Vec<(usize, &str)> {
    let mut found = Vec::new();
    let mut in_code = false;
    for (number, line) in text.lines().enumerate() {
        if line.trim_start().starts_with("```") {
            in_code = !in_code;
        }
        if in_code {
            continue;
        }
        let mut rest = line;
        while let Some((before, after)) = rest.split_once("](") {
            let quoted = before.matches('`').count() % 2 == 1;
            if let Some((target, _)) = after.split_once(')')
                && !quoted
            {
                found.push((number + 1, target.split_whitespace().next().unwrap_or("")));
            }
            rest = after;
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_dead_link_is_named_with_its_line() {
        let text = "[a](there.md) [b](gone.md#x)\n[c](https://example.org) [d](#here)\n";
        let problems = check(Path::new("docs/a.md"), text, &|path| path.ends_with("docs/there.md"));
        assert_eq!(problems.len(), 1);
        assert_eq!(
            problems[0].to_string(),
            "docs/a.md:1: the link \"gone.md#x\" leads nowhere: correct it or add the file"
        );
    }

    #[test]
    fn links_in_code_are_text() {
        assert!(links("```text\n[a](b)\n```\n`[a](b)`\n").is_empty());
        assert_eq!(links("x\n[a](b \"title\")"), [(2, "b")]);
    }
}
