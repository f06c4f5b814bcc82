//! The rules that cases cite: sentences of the WIT with an anchor, errors that functions list, and the rules of
//! `lowering.md`.

use std::collections::BTreeMap;

use abi_model::{Abi, Docs};

/// The files that this program was built with, so that it needs no checkout.
const WIT: &[(&str, &str)] = &[
    ("clock.wit", include_str!("../../../abi-spec/wit/clock.wit")),
    ("gpio.wit", include_str!("../../../abi-spec/wit/gpio.wit")),
    ("i2c.wit", include_str!("../../../abi-spec/wit/i2c.wit")),
    ("log.wit", include_str!("../../../abi-spec/wit/log.wit")),
    ("system.wit", include_str!("../../../abi-spec/wit/system.wit")),
    ("timer.wit", include_str!("../../../abi-spec/wit/timer.wit")),
    ("types.wit", include_str!("../../../abi-spec/wit/types.wit")),
    ("world.wit", include_str!("../../../abi-spec/wit/world.wit")),
];

const LOWERING: &str = include_str!("../../../abi-spec/wit/lowering.md");

/// Everything that can be cited, with the sentence that it stands for.
#[derive(Debug, Clone)]
pub struct Spec {
    rules: BTreeMap<String, String>,
}

impl Spec {
    /// The spec that this program was built with.
    ///
    /// What can be cited:
    ///
    /// | citation | what it is |
    /// |---|---|
    /// | `i2c.write-read` | what a function's documentation says as a whole |
    /// | `i2c.write-read#repeated-start` | a sentence with an anchor in a function's documentation |
    /// | `i2c.write-read#no-acknowledge-data` | an error that a function lists |
    /// | `i2c#never-interleaved` | a sentence with an anchor in an interface's documentation, or its types' |
    /// | `lowering#call-cost` | a rule of `lowering.md` |
    ///
    /// # Panics
    /// If the WIT breaks its own rules; a test reads it.
    #[must_use]
    pub fn new() -> Self {
        let abi = Abi::from_files(WIT).unwrap_or_else(|problems| panic!("{problems}"));
        let mut spec = Self { rules: BTreeMap::new() };
        for interface in &abi.interfaces {
            spec.add_docs(&interface.name, &interface.docs);
            for ty in &interface.types {
                spec.add_docs(&interface.name, &ty.docs);
            }
            for function in &interface.functions {
                let place = format!("{}.{}", interface.name, function.name);
                spec.rules.insert(place.clone(), function.docs.text.clone());
                spec.add_docs(&place, &function.docs);
                for error in &function.errors {
                    spec.rules.insert(format!("{place}#{}", error.code), error.when.clone());
                }
            }
        }
        for (rule, sentence) in lowering(LOWERING) {
            spec.rules.insert(format!("lowering#{rule}"), sentence);
        }
        spec
    }

    fn add_docs(&mut self, place: &str, docs: &Docs) {
        for rule in &docs.rules {
            self.rules.insert(format!("{place}#{}", rule.anchor), rule.sentence.clone());
        }
    }

    /// What a citation stands for, if it stands for anything.
    #[must_use]
    pub fn sentence(&self, citation: &str) -> Option<&str> {
        self.rules.get(citation).map(String::as_str)
    }

    /// Every citation there is, sorted.
    pub fn citations(&self) -> impl Iterator<Item = &str> {
        self.rules.keys().map(String::as_str)
    }
}

impl Default for Spec {
    fn default() -> Self {
        Self::new()
    }
}

/// The rules of `lowering.md`: `<a id="name"></a>**name**: sentence`.
fn lowering(text: &str) -> Vec<(String, String)> {
    let rule = |line: &str| {
        let (_, rest) = line.split_once("<a id=\"")?;
        let (name, rest) = rest.split_once("\"></a>")?;
        let (_, sentence) = rest.split_once("**: ")?;
        Some((name.to_owned(), sentence.to_owned()))
    };
    text.lines().filter_map(rule).collect()
}

#[cfg(test)]
mod tests {
    use std::{collections::BTreeSet, fs, path::Path};

    use super::*;

    #[test]
    fn sentences_errors_and_rules_can_be_cited() {
        let spec = Spec::new();
        for citation in [
            "i2c.write-read",
            "i2c.write-read#repeated-start",
            "i2c.write-read#no-acknowledge-data",
            "i2c#never-interleaved",
            "types#unknown-is-other",
            "lowering#call-cost",
            "lowering#utf8",
        ] {
            assert!(spec.sentence(citation).is_some_and(|text| text.len() > 10), "{citation}");
        }
        for citation in ["", "i2c", "i2c.write-reed", "i2c.write#not-found", "lowering#cost", "#utf8"] {
            assert_eq!(spec.sentence(citation), None, "{citation}");
        }
    }

    #[test]
    fn no_rule_of_lowering_is_overlooked() {
        assert_eq!(lowering(LOWERING).len(), LOWERING.matches("<a id=").count());
    }

    #[test]
    fn every_wit_file_is_there() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../abi-spec/wit");
        let files = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name());
        let wit: BTreeSet<_> = files
            .map(|name| name.to_string_lossy().into_owned())
            .filter(|name| name.ends_with(".wit"))
            .collect();
        assert_eq!(wit, WIT.iter().map(|(name, _)| (*name).to_owned()).collect());
    }
}
