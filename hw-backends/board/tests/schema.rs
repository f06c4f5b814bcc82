//! The schemas against the files of the readers' own tests: what a reader accepts a schema accepts, and what a schema
//! can see is wrong it refuses.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
};

use hw_board::schema;
use jsonschema::Validator;
use serde_json::Value;

/// Files that only the reader refuses: a schema knows no profile, no board, and nothing of one key because of another.
const BEYOND_BOARD: &[&str] = &[
    "address-taken-twice",
    "bus-out-of-range",
    "button-on-driven-pin",
    // 400000.0 is an integer to JSON.
    "frequency-not-an-integer",
    "label-taken-twice",
    "part-label-not-the-pins",
    "part-on-bus-pin",
    "part-on-missing-pin",
    "part-on-reserved-pin",
    "parts-on-one-pin",
    "pin-of-gpio-and-bus",
    "pin-of-two-buses",
    "pin-out-of-range",
    "pin-reserved",
    "register-out-of-reach",
    "register-twice",
    "sda-is-scl",
    "sda-without-scl",
];

const BEYOND_SCENARIO: &[&str] = &[
    "after-the-end",
    "before-an-expectation",
    "before-the-end-of-silence",
    "before-the-step-before",
    "end-false",
    "impossible-message",
    "led-pressed",
    "no-button",
    "rate-below-a-millionth",
    "setting-with-a-fraction",
    "two-times",
    "unknown-setting",
];

const BEYOND_EXPECTATIONS: &[&str] = &[
    "acknowledged-all-of-it",
    "acknowledged-at-the-address",
    "acknowledged-more-than-there-is",
    "acknowledged-of-a-read-at-the-address",
    "acknowledged-of-an-address-in-data",
    "acknowledged-of-data-among-reads",
    "acknowledged-of-writes-in-a-row",
    "bus-not-on-the-board",
    "data-refused-in-a-probe",
    "empty",
    "empty-list",
    "messages-beside-a-write",
    "messages-empty",
    "neither-write-nor-read",
    "only-an-order",
    "pin-above-the-profile",
    "pin-initial-of-an-input",
    "pin-not-on-the-board",
    "pin-of-a-bus",
    "pin-reserved",
    "pin-unknown-label",
    "read-longer-than-the-profile",
    "silent-without-anything",
    "too-many-messages",
    "write-longer-than-the-profile",
];

fn files(folder: &str) -> Vec<PathBuf> {
    toml_files(&Path::new(env!("CARGO_MANIFEST_DIR")).join(folder))
}

fn toml_files(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let entries = entries.map(|entry| entry.unwrap().path());
    let mut files: Vec<_> = entries.filter(|path| path.extension().is_some_and(|e| e == "toml")).collect();
    files.sort();
    files
}

/// The file as a schema sees it, unless it is not even TOML.
fn instance(path: &Path) -> Option<Value> {
    let text = String::from_utf8(fs::read(path).unwrap()).ok()?;
    let table: toml::Table = text.parse().ok()?;
    Some(as_json(toml::Value::Table(table)))
}

/// JSON has no infinite numbers and no dates; as strings they are of the wrong type, as they are for the readers.
fn as_json(value: toml::Value) -> Value {
    match value {
        toml::Value::Table(table) => table
            .into_iter()
            .map(|(key, value)| (key, as_json(value)))
            .collect::<serde_json::Map<_, _>>()
            .into(),
        toml::Value::Array(array) => array.into_iter().map(as_json).collect::<Vec<_>>().into(),
        toml::Value::String(text) => text.into(),
        toml::Value::Integer(integer) => integer.into(),
        toml::Value::Float(float) if float.is_finite() => float.into(),
        toml::Value::Float(float) => float.to_string().into(),
        toml::Value::Boolean(truth) => truth.into(),
        toml::Value::Datetime(date) => date.to_string().into(),
    }
}

fn complaints(validator: &Validator, instance: &Value) -> Vec<String> {
    validator.iter_errors(instance).map(|error| format!("{}: {error}", error.instance_path())).collect()
}

/// Compares a schema with the files below `folder`; `beyond` names the refused ones that it cannot know of.
fn compare(schema: &Value, folder: &str, beyond: &[&str]) {
    assert!(jsonschema::meta::is_valid(schema));
    let validator = jsonschema::draft202012::new(schema).unwrap();
    for path in files(&format!("tests/{folder}/accepted")) {
        let complaints = complaints(&validator, &instance(&path).unwrap());
        assert!(complaints.is_empty(), "{}: {complaints:#?}", path.display());
    }
    let mut accepted = BTreeSet::new();
    for path in files(&format!("tests/{folder}/refused")) {
        let name = path.file_stem().unwrap().to_str().unwrap().to_owned();
        if instance(&path).is_some_and(|instance| validator.is_valid(&instance)) {
            accepted.insert(name);
        }
    }
    let beyond: BTreeSet<String> = beyond.iter().map(|name| (*name).to_owned()).collect();
    assert_eq!(accepted, beyond, "refused files that the schema accepts, and those that are said to be");
}

#[test]
fn board_files() {
    compare(&schema::board(), "boards", BEYOND_BOARD);
}

#[test]
fn scenario_files() {
    compare(&schema::scenario(), "scenarios", BEYOND_SCENARIO);
}

#[test]
fn files_of_expectations() {
    compare(&schema::expectations(), "expectations", BEYOND_EXPECTATIONS);
}

/// The files of an example, each with the schema that its first line names.
fn example_schema(name: &str) -> Option<Value> {
    match name {
        "board.toml" => Some(schema::board()),
        "scenario.toml" => Some(schema::scenario()),
        "expect.toml" => Some(schema::expectations()),
        "Cargo.toml" => None,
        other => panic!("{other}: a file of an example, for which no schema is known"),
    }
}

#[test]
fn the_files_of_examples_name_their_schema() {
    let mut seen = BTreeMap::new();
    let examples = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../guest-sdk/examples");
    let folders = fs::read_dir(examples).unwrap().map(|folder| folder.unwrap().path());
    for path in folders.filter(|path| path.is_dir()).flat_map(|folder| toml_files(&folder)) {
        let name = path.file_name().unwrap().to_str().unwrap().to_owned();
        let Some(schema) = example_schema(&name) else { continue };
        let complaints =
            complaints(&jsonschema::draft202012::new(&schema).unwrap(), &instance(&path).unwrap());
        assert!(complaints.is_empty(), "{}: {complaints:#?}", path.display());
        let text = fs::read_to_string(&path).unwrap();
        let hint = text.lines().next().and_then(|line| line.strip_prefix("#:schema "));
        let hint = hint.unwrap_or_else(|| panic!("{}: no #:schema on line 1", path.display()));
        let named = path.with_file_name(hint);
        let text = fs::read_to_string(&named).unwrap_or_else(|error| panic!("{}: {error}", named.display()));
        let named_schema: Value = serde_json::from_str(&text).unwrap();
        assert!(named_schema == schema, "{}: {} is another schema", path.display(), named.display());
        *seen.entry(name).or_insert(0) += 1;
    }
    assert!(seen["board.toml"] >= 3 && seen["scenario.toml"] >= 1, "only {seen:?} found");
}

/// What a description says of a key is all that an editor can show.
#[test]
fn every_key_is_described() {
    for (name, schema) in schema::all() {
        let (mut seen, mut bare) = (0, Vec::new());
        for_each_key(&schema, &mut |key, schema| {
            seen += 1;
            if schema["description"].as_str().is_none_or(str::is_empty) {
                bare.push(key.to_owned());
            }
        });
        assert!(seen >= 10, "{name}: only {seen} keys found");
        assert!(bare.is_empty(), "{name}: {bare:?}");
    }
}

fn for_each_key(schema: &Value, visit: &mut dyn FnMut(&str, &Value)) {
    for (key, schema) in schema["properties"].as_object().into_iter().flatten() {
        visit(key, schema);
    }
    let members = schema.as_object().into_iter().flat_map(|members| members.values());
    let elements = schema.as_array().into_iter().flatten();
    members.chain(elements).for_each(|part| for_each_key(part, visit));
}

mod each_value_replaced {
    //! No schema refuses what its reader accepts, whatever stands under a key.

    use super::*;
    use hw_board::{Board, Scenario, expectations};

    const VALUES: &[&str] = &[
        "0",
        "1",
        "-1",
        "0x76",
        "127",
        "128",
        "1.5",
        "400_000",
        "1e3",
        "+7",
        "0b1",
        "0o17",
        "true",
        "false",
        "[]",
        "{}",
        "\"\"",
        "\" \"",
        "\"d0\"",
        "\"D0 0a\"",
        "\"low\"",
        "\"high\"",
        "\"released\"",
        "\"up\"",
        "\"LED\"",
        "\"BOOT\"",
        "\"other\"",
        "\"bus\"",
        "\"info\"",
        "\"per-bus\"",
        "\"esp32c3\"",
        "\"i2c.write\"",
        "\"input\"",
        "\"0x00\"",
        "\"0x0\"",
        "\"0y\"",
        "\"é\"",
        "\"0123456789abcdef\"",
        "\"a-B_9\"",
        "\"d0\\n\"",
    ];

    /// Every file that is `seed` with one value replaced by another one.
    fn variants(seed: &str) -> impl Iterator<Item = String> {
        let places: Vec<usize> = seed.match_indices("= ").map(|(at, equals)| at + equals.len()).collect();
        places.into_iter().flat_map(move |start| {
            let end = start + seed[start..].find([',', '\n', '}']).unwrap_or(seed.len() - start);
            VALUES.iter().map(move |value| format!("{}{value}{}", &seed[..start], &seed[end..]))
        })
    }

    fn check(schema: &Value, seed: &str, accepts: impl Fn(&str) -> bool) {
        let validator = jsonschema::draft202012::new(schema).unwrap();
        let mut accepted = 0;
        for text in variants(seed).filter(|text| accepts(text)) {
            let Ok(table) = text.parse::<toml::Table>() else { continue };
            let complaints = complaints(&validator, &as_json(toml::Value::Table(table)));
            assert!(complaints.is_empty(), "{complaints:#?}\n{text}");
            accepted += 1;
        }
        assert!(accepted >= 50, "only {accepted} variants are accepted by the reader");
    }

    fn board(folder: &str) -> Board {
        Board::load(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests").join(folder).join("board.toml"))
            .unwrap()
    }

    #[test]
    fn boards() {
        let seed = include_str!("boards/accepted/weather-station.toml");
        check(&schema::board(), seed, |text| Board::parse(text, "").is_ok());
        let seed = include_str!("boards/accepted/parts-and-registers.toml");
        check(&schema::board(), seed, |text| Board::parse(text, "").is_ok());
    }

    #[test]
    fn scenarios() {
        let (seed, board) = (include_str!("scenarios/accepted/everything.toml"), board("scenarios"));
        check(&schema::scenario(), seed, |text| Scenario::parse(text, "", &board).is_ok());
    }

    #[test]
    fn lists() {
        for seed in [
            include_str!("expectations/accepted/strict.toml"),
            include_str!("expectations/accepted/per-bus.toml"),
        ] {
            let board = board("expectations");
            check(&schema::expectations(), seed, |text| expectations::parse(text, "", &board).is_ok());
        }
    }
}
