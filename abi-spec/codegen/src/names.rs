//! Every change of case, and every name that is made from others.

use abi_model::{Abi, Type, TypeDef, TypeKind, TypeName};

/// `frequency-hz` → `frequency_hz`.
pub(crate) fn snake(name: &str) -> String {
    name.replace(['-', '.'], "_").to_lowercase()
}

/// `write-read` → `WriteRead`.
pub(crate) fn camel(name: &str) -> String {
    name.split('-').map(capitalised).collect()
}

/// `read-only` → `READ_ONLY`.
pub(crate) fn shouting(name: &str) -> String {
    name.replace('-', "_").to_uppercase()
}

fn capitalised(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map_or_else(String::new, |first| {
        first.to_uppercase().collect::<String>() + &letters.as_str().to_lowercase()
    })
}

/// A name for a Rust function, parameter or field.
pub(crate) fn rust(name: &str) -> String {
    let snake = snake(name);
    match snake.as_str() {
        "self" | "super" | "crate" => snake + "_",
        word if RUST_KEYWORDS.contains(&word) => format!("r#{word}"),
        _ => snake,
    }
}

/// Keywords of Rust 2024, reserved ones included (The Rust Reference, "Keywords").
const RUST_KEYWORDS: &[&str] = &[
    "abstract", "as", "async", "await", "become", "box", "break", "const", "continue", "do", "dyn", "else",
    "enum", "extern", "false", "final", "fn", "for", "gen", "if", "impl", "in", "let", "loop", "macro",
    "match", "mod", "move", "mut", "override", "priv", "pub", "ref", "return", "static", "struct", "trait",
    "true", "try", "type", "typeof", "unsafe", "unsized", "use", "virtual", "where", "while", "yield",
];

/// A name for an argument of generated glue, beside the glue's own.
pub(crate) fn argument(name: &str) -> String {
    match rust(name) {
        word if GLUE_NAMES.contains(&word.as_str()) => word + "_",
        word => word,
    }
}

const GLUE_NAMES: &[&str] = &[
    "host", "memory", "start_ns", "recorder", "call", "result", "value", "filled", "around", "fault", "code",
    "function",
];

/// `i2c.write-read`.
pub(crate) fn full(interface: &str, function: &str) -> String {
    format!("{interface}.{function}")
}

/// `i2c_write_read`.
pub(crate) fn glue(interface: &str, function: &str) -> String {
    snake(&full(interface, function))
}

/// `I2cWriteRead`.
pub(crate) fn function_case(interface: &str, function: &str) -> String {
    camel(interface) + &camel(function)
}

/// The Rust name of a defined type: handles end in `Handle`, so that `i2c::I2c` can be the trait.
pub(crate) fn rust_type(definition: &TypeDef) -> String {
    match definition.kind {
        TypeKind::Handle => camel(&definition.name) + "Handle",
        _ => camel(&definition.name),
    }
}

/// The Rust name of a defined type as interface `from` sees it, where the interfaces' modules are in `root`.
pub(crate) fn rust_path(abi: &Abi, name: &TypeName, root: &str, from: &str) -> String {
    let word = rust_type(abi.definition(name));
    if name.interface == from { word } else { format!("{root}::{}::{word}", rust(&name.interface)) }
}

/// The Rust name of a scalar, or `None` if the type is not one of Rust's own.
pub(crate) fn rust_scalar(ty: &Type) -> Option<&'static str> {
    Some(match ty {
        Type::Bool => "bool",
        Type::U8 => "u8",
        Type::U16 => "u16",
        Type::U32 => "u32",
        Type::U64 => "u64",
        Type::S32 => "i32",
        Type::S64 => "i64",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_word_from_spec_to_wire() {
        assert_eq!(glue("i2c", "write-read"), "i2c_write_read");
        assert_eq!(full("i2c", "write-read"), "i2c.write-read");
        assert_eq!(function_case("i2c", "write-read"), "I2cWriteRead");
        assert_eq!(camel("open-DRAIN"), "OpenDrain");
        assert_eq!(shouting("read-only"), "READ_ONLY");
    }

    #[test]
    fn words_that_mean_something_elsewhere_are_changed() {
        assert_eq!(rust("type"), "r#type");
        assert_eq!(rust("self"), "self_");
        assert_eq!(argument("memory"), "memory_");
        assert_eq!(argument("memory-len"), "memory_len");
    }
}
