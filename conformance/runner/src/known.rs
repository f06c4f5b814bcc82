//! Known failures: `known/<target>.toml`, cases that a target fails, each with its reason.

use std::{collections::BTreeMap, path::Path};

use hw_board::file::{self, FileError, Key, Problems, Section, Shape, hint, quote};

const WHY: Key = Key::required("why", "the reason, for people", Shape::Text);

/// The cases that a target is known to fail.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Known {
    whys: BTreeMap<String, String>,
}

impl Known {
    /// Reads a file of known failures; without a file, there are none. `ids` are those of the suite's cases.
    ///
    /// # Errors
    /// A file that cannot be read, cases that the suite does not have, entries without a reason.
    pub fn load(path: &Path, ids: &[&str]) -> Result<Self, FileError> {
        if !path.exists() {
            return Ok(Self::default());
        }
        let whys = file::load(path, |root, problems| read(root, ids, problems))?;
        Ok(Self { whys })
    }

    /// Why a case is known to fail, if it is.
    #[must_use]
    pub fn why(&self, id: &str) -> Option<&str> {
        self.whys.get(id).map(String::as_str)
    }
}

fn read(
    root: &toml::Spanned<toml::de::DeTable<'_>>,
    ids: &[&str],
    problems: &mut Problems,
) -> BTreeMap<String, String> {
    let mut whys = BTreeMap::new();
    for (key, value) in root.get_ref() {
        let (id, line) = (key.get_ref().as_ref(), problems.line(key.span()));
        if !ids.contains(&id) {
            let near = Some(hint(id, ids.iter().copied())).filter(|hint| hint.starts_with(" (did"));
            problems.add(line, format!("the suite has no case {}{}", quote(id), near.unwrap_or_default()));
        }
        let place = format!("{id:?}");
        let Some(section) = Section::open(&place, value, &[WHY], problems) else { continue };
        match section.required_text(&WHY, problems) {
            Some(why) if why.value.trim().is_empty() => {
                problems.add(why.line, format!("{place} has an empty \"why\""));
            }
            Some(why) => _ = whys.insert(id.to_owned(), why.value.to_owned()),
            None => {}
        }
    }
    whys
}

#[cfg(test)]
mod tests {
    use super::*;

    fn load(text: &str) -> Result<Known, String> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("host.toml");
        std::fs::write(&path, text).unwrap();
        let said = |error: FileError| error.to_string().replace(&path.display().to_string(), "host.toml");
        Known::load(&path, &["i2c/probe", "log/empty"]).map_err(said)
    }

    #[test]
    fn entries_need_a_case_and_a_reason() {
        for (text, wanted) in [
            (
                "\"i2c/prob\" = { why = \"x\" }",
                "host.toml:1: the suite has no case \"i2c/prob\" (did you mean \"i2c/probe\"?)",
            ),
            ("\"i2c/probe\" = {}", "host.toml:1: \"i2c/probe\" needs a \"why\""),
            ("\"i2c/probe\" = { why = \" \" }", "host.toml:1: \"i2c/probe\" has an empty \"why\""),
            (
                "\"i2c/probe\" = { wy = \"x\", why = \"y\" }",
                "host.toml:1: unknown key \"wy\" in \"i2c/probe\" (did you mean \"why\"?)",
            ),
            ("\"i2c/probe\" = true", "host.toml:1: \"i2c/probe\" must be a table, not true"),
        ] {
            assert_eq!(load(text).unwrap_err(), wanted);
        }
    }

    #[test]
    fn reasons_are_found_by_case() {
        let known = load("\"i2c/probe\" = { why = \"no bus yet\" }").unwrap();
        assert_eq!(known.why("i2c/probe"), Some("no bus yet"));
        assert_eq!(known.why("log/empty"), None);
        assert_eq!(Known::load(Path::new("no/such.toml"), &[]).unwrap(), Known::default());
    }
}
