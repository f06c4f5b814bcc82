//! The README against the readers: its examples are good files, and no kind of step or fault and no key is missing.

use std::{collections::BTreeSet, path::Path};

use hw_board::{Board, FileError, Scenario, expectations, schema};
use serde_json::Value;

const README: &str = include_str!("../README.md");

/// The examples with the schemas that their first lines name.
fn examples() -> Vec<(&'static str, &'static str)> {
    let blocks = README.split("```toml\n").skip(1).map(|rest| rest.split("```").next().unwrap());
    let named = |block: &'static str| {
        let schema = block.lines().next().and_then(|line| line.strip_prefix("#:schema "));
        (schema.unwrap_or_else(|| panic!("no #:schema above\n{block}")), block)
    };
    blocks.map(named).collect()
}

/// The example of a kind of file.
fn example(kind: &str) -> &'static str {
    let named = format!("schema/{kind}.schema.json");
    examples().into_iter().find(|(schema, _)| *schema == named).unwrap_or_else(|| panic!("no {kind}")).1
}

fn board() -> Board {
    Board::parse(example("board"), "board.toml").unwrap_or_else(|error| panic!("{error}"))
}

#[test]
fn every_example_is_a_good_file() {
    let board = board();
    let scenario = |text| Scenario::parse(text, "scenario.toml", &board);
    let list = |text| expectations::parse(text, "expectations.toml", &board);
    let mut kinds = BTreeSet::new();
    for (named, text) in examples() {
        let file = Path::new(env!("CARGO_MANIFEST_DIR")).join(named);
        assert!(file.exists(), "{named}");
        let read: Result<(), FileError> = match named {
            "schema/board.schema.json" => Board::parse(text, "board.toml").map(drop),
            "schema/scenario.schema.json" => scenario(text).map(drop),
            "schema/expectations.schema.json" => list(text).map(drop),
            other => panic!("{other}"),
        };
        read.unwrap_or_else(|error| panic!("{error}\n{text}"));
        kinds.insert(named);
    }
    assert_eq!(kinds.len(), schema::all().len(), "{kinds:?}");
}

/// Every key that a schema has, and every kind that a key `kind` or `model` tells apart. Keys of single chips are left
/// out: another README has them.
fn words(schema: &Value, found: &mut BTreeSet<String>) {
    for (key, below) in schema["properties"].as_object().into_iter().flatten() {
        found.insert(key.clone());
        if key == "kind" {
            found.extend(below["const"].as_str().map(str::to_owned));
        }
        if key == "chips" {
            found.extend(["model", "address", "label"].map(str::to_owned));
        } else {
            words(below, found);
        }
    }
    let of_elements = schema.get("items").into_iter();
    let of_numbers = schema["patternProperties"].as_object().into_iter().flat_map(|tables| tables.values());
    let of_kinds = ["oneOf", "anyOf"].into_iter().filter_map(|key| schema[key].as_array()).flatten();
    of_elements.chain(of_numbers).chain(of_kinds).for_each(|below| words(below, found));
}

/// Whether `text` says `word` as a word of its own, which may have hyphens.
fn says(text: &str, word: &str) -> bool {
    let inside = |c: char| c.is_ascii_alphanumeric() || c == '-';
    text.split(|c: char| !inside(c)).any(|other| other == word)
}

/// The example without its comments, which say more than what the reader reads.
fn without_comments(text: &str) -> String {
    text.lines().map(|line| line.split('#').next().unwrap_or_default()).collect::<Vec<_>>().join("\n")
}

#[test]
fn the_examples_have_every_key_and_every_kind() {
    let mut seen = 0;
    for (file, schema) in schema::all() {
        let kind = file.strip_suffix(".schema.json").unwrap();
        let mut found = BTreeSet::new();
        words(&schema, &mut found);
        seen += found.len();
        let text = without_comments(example(kind));
        let missing: Vec<_> = found.iter().filter(|word| !says(&text, word)).collect();
        assert!(missing.is_empty(), "{file}: its example does not have {missing:?}");
    }
    assert!(seen >= 50, "only {seen} keys and kinds found");
}

#[test]
fn the_call_that_it_shows_fits_the_step() {
    // As a report shows it, which the reader of a step compares with.
    let shown = "i2c.write i2c=1 address=0x50 data=[0010]";
    assert!(README.contains(shown));
    let (_, contains) = example("scenario").split_once("\"i2c.write\", contains = \"").unwrap();
    assert!(shown.contains(contains.split('"').next().unwrap()), "{contains}");
}
