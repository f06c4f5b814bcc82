//! Rules for the text of every file: nothing of one machine in it, and a README that stays short.

use super::Problem;
use super::config::{Config, FILE};
use crate::workspace;

pub(super) fn check(config: &Config, name: &str, text: &str) -> Vec<Problem> {
    let mut problems = forbidden(&[config.forbidden.as_slice(), &here()].concat(), name, text);
    let lines = text.lines().count();
    if name == "README.md" && lines > config.readme_lines {
        let limit = config.readme_lines;
        problems.push(Problem::new(
            name,
            limit + 1,
            format!("{lines} lines, at most {limit}: move details out"),
        ));
    }
    problems
}

/// The path of this checkout: no file may depend on where it is.
fn here() -> [String; 1] {
    [format!("{}/", workspace::root().display())]
}

fn forbidden(words: &[String], name: &str, text: &str) -> Vec<Problem> {
    // The list itself has to name them.
    if name == FILE {
        return Vec::new();
    }
    let mut problems = Vec::new();
    for (number, line) in text.lines().enumerate() {
        if let Some(word) = words.iter().find(|word| line.contains(word.as_str())) {
            let text = format!("\"{word}\" belongs to one machine: write a path relative to the project");
            problems.push(Problem::new(name, number + 1, text));
        }
    }
    problems
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_machines_path_is_found_with_its_line() {
        let config = Config { forbidden: vec!["/somewhere/".into()], readme_lines: 2, ..Config::default() };
        let problems = check(&config, "a.md", "fine\nsee /somewhere/else\n");
        assert_eq!(problems.len(), 1);
        assert!(problems[0].to_string().starts_with("a.md:2: \"/somewhere/\" belongs to one machine"));
        assert!(check(&config, FILE, "/somewhere/").is_empty());
    }

    #[test]
    fn this_checkouts_path_is_found() {
        let text = format!("cd {}/ci", workspace::root().display());
        assert_eq!(check(&Config::default(), "a.md", &text).len(), 1);
    }

    #[test]
    fn a_long_readme_is_a_problem_and_another_long_file_is_none() {
        let config = Config { readme_lines: 2, ..Config::default() };
        assert_eq!(
            check(&config, "README.md", "1\n2\n3\n")[0].to_string(),
            "README.md:3: 3 lines, at most 2: move details out"
        );
        assert!(check(&config, "sub/README.md", "1\n2\n3\n").is_empty());
    }
}
