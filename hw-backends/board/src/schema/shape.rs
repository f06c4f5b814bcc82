//! From a declared shape to the schema of what may stand there.
//!
//! Kinds of tables are told apart by `oneOf`, although `if` and `then` would give better messages: TOML editors complete
//! from the one and do not look into the others.

use serde_json::{Map, Value, json};

use crate::file::{Key, Kind, MAX_UNSIGNED, Shape};

/// The schema of a table with the keys `keys` and no others.
pub(super) fn table(keys: &[Key]) -> Map<String, Value> {
    let properties: Map<String, Value> =
        keys.iter().map(|key| (key.name.to_owned(), Value::Object(of_key(key)))).collect();
    let required: Vec<&str> = keys.iter().filter(|key| key.required).map(|key| key.name).collect();
    let mut schema = object(json!({ "type": "object", "additionalProperties": false }));
    schema.insert("properties".to_owned(), Value::Object(properties));
    if !required.is_empty() {
        schema.insert("required".to_owned(), json!(required));
    }
    schema
}

fn of_key(key: &Key) -> Map<String, Value> {
    let mut schema = of_shape(&key.shape);
    let mut about = key.about.to_owned();
    // Addresses are written and read in hexadecimal.
    if let Shape::IntegerAmong(integers) = key.shape {
        let integers: Vec<String> = integers.iter().map(|integer| format!("{integer:#04x}")).collect();
        about = format!("{about}: {}", integers.join(", "));
    }
    schema.insert("description".to_owned(), json!(about));
    schema
}

fn of_shape(shape: &Shape) -> Map<String, Value> {
    object(match *shape {
        Shape::Text => json!({ "type": "string" }),
        Shape::Form(pattern) => json!({ "type": "string", "pattern": pattern }),
        Shape::Bytes { min } => {
            json!({ "type": "string", "pattern": format!(r"^\s*([0-9a-fA-F]{{2}}\s*){{{min},}}$") })
        }
        Shape::Boolean => json!({ "type": "boolean" }),
        Shape::Integer { min, max, .. } => json!({ "type": "integer", "minimum": min, "maximum": max }),
        Shape::Unsigned => json!({ "type": "integer", "minimum": 0, "maximum": MAX_UNSIGNED }),
        Shape::IntegerAmong(integers) => json!({ "type": "integer", "enum": integers }),
        Shape::Number { min, max } => json!({ "type": "number", "minimum": min, "maximum": max }),
        Shape::OneOf(names) => json!({ "type": "string", "enum": names() }),
        Shape::Either(one, other) => json!({ "anyOf": [of_shape(one), of_shape(other)] }),
        Shape::Array(element) => json!({ "type": "array", "items": of_shape(element) }),
        Shape::Table(keys) => return table(keys),
        Shape::Open { known, others } => {
            let mut schema = table(known);
            schema.insert("additionalProperties".to_owned(), Value::Object(of_shape(others)));
            return schema;
        }
        Shape::Numbered(value) => json!({
            "type": "object",
            "patternProperties": { "^(0|[1-9][0-9]*)$": of_shape(value) },
            "additionalProperties": false,
        }),
        Shape::Tagged { tag, kinds } => tagged(tag, &kinds()),
        Shape::Marked { kinds } => json!({
            "type": "object",
            "oneOf": kinds().iter().map(titled).collect::<Vec<_>>(),
        }),
    })
}

/// The tag is checked for itself, so that an editor says which ones there are, and then each kind's own keys.
fn tagged(tag: &str, kinds: &[Kind]) -> Value {
    let names: Vec<&str> = kinds.iter().map(|kind| kind.name).collect();
    let kinds = kinds.iter().map(|kind| {
        let mut schema = of_kind(kind);
        if let Some(Value::Object(properties)) = schema.get_mut("properties") {
            properties.insert(tag.to_owned(), json!({ "const": kind.name, "description": kind.about }));
        }
        schema
    });
    json!({
        "type": "object",
        "properties": { tag: { "enum": names, "description": "which one it is" } },
        "required": [tag],
        "oneOf": kinds.collect::<Vec<_>>(),
    })
}

fn of_kind(kind: &Kind) -> Map<String, Value> {
    let mut schema = table(&kind.keys);
    schema.insert("description".to_owned(), json!(kind.about));
    schema
}

/// Nothing in a table of this kind says its name.
fn titled(kind: &Kind) -> Map<String, Value> {
    let mut schema = of_kind(kind);
    schema.insert("title".to_owned(), json!(kind.name));
    schema
}

/// The members of what `json!` made of braces.
fn object(value: Value) -> Map<String, Value> {
    match value {
        Value::Object(members) => members,
        _ => Map::new(),
    }
}
