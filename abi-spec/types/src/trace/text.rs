//! Records as text for people and as JSON lines for programs.

use alloc::string::String;
use core::fmt::{self, Write};

use super::{CRC32, LONG_DATA_FIRST, Record, SHORT_DATA_BYTES, Status, Value};

impl Record<'_> {
    /// The start time in microseconds, rounded down: the first column of the text.
    #[must_use]
    pub fn start_us(&self) -> u64 {
        self.start_ns / 1000
    }

    /// Everything in the record as one JSON object, without a line break.
    #[must_use]
    pub fn json(&self) -> String {
        let mut out = String::new();
        let _ = self.write_json(&mut out);
        out
    }

    /// The line of text without its time column.
    #[must_use]
    pub fn untimed(&self) -> String {
        let mut out = String::new();
        let _ = self.write_untimed(&mut out);
        out
    }

    fn write_untimed(&self, f: &mut dyn Write) -> fmt::Result {
        write!(f, "{:<16}", self.function.full_name)?;
        let mut line = String::new();
        for (param, value) in self.function.params.iter().zip(&self.args) {
            match value {
                Value::Text(..) => write!(line, " {value}")?,
                _ => write!(line, " {}={value}", param.name)?,
            }
        }
        match &self.status {
            Status::Returned if self.outputs.is_empty() => {}
            Status::Returned => line.push_str(" ->"),
            Status::Value(value) => write!(line, " -> {value}")?,
            Status::Failed(code) => write!(line, " -> error {}", code.name())?,
            Status::Trapped(argument) => write!(line, " -> trap abi-violation {argument}")?,
        }
        for output in &self.outputs {
            write!(line, " {}", Data(output))?;
        }
        // A short name is padded and needs no further space; a call without arguments ends at its name.
        f.write_str(if self.function.full_name.len() < 16 { line.trim_start() } else { &line })
    }

    fn write_json(&self, out: &mut String) -> fmt::Result {
        write!(out, "{{\"time-ns\":{},\"app\":{},", self.start_ns, self.app)?;
        write!(out, "\"call\":\"{}\",\"args\":{{", self.function.full_name)?;
        for (at, (param, value)) in self.function.params.iter().zip(&self.args).enumerate() {
            write!(out, "{}\"{}\":{}", if at > 0 { "," } else { "" }, param.name, Json(value))?;
        }
        out.push('}');
        match &self.status {
            Status::Returned => {}
            Status::Value(value) => write!(out, ",\"value\":{}", Json(value))?,
            Status::Failed(code) => write!(out, ",\"error\":\"{}\"", code.name())?,
            Status::Trapped(argument) => {
                write!(out, ",\"trap\":\"abi-violation\",\"argument\":\"{argument}\"")?
            }
        }
        if !self.outputs.is_empty() {
            out.push_str(",\"outputs\":[");
            for (at, output) in self.outputs.iter().enumerate() {
                write!(out, "{}\"{}\"", if at > 0 { "," } else { "" }, Hex(output))?;
            }
            out.push(']');
        }
        out.push('}');
        Ok(())
    }
}

impl fmt::Display for Record<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut line = String::new();
        write!(line, "{:>10} us  ", self.start_us())?;
        self.write_untimed(&mut line)?;
        f.write_str(line.trim_end())
    }
}

impl fmt::Display for Value<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Bool(value) => write!(f, "{value}"),
            Self::Small(value) => write!(f, "{value:#04x}"),
            Self::Unsigned(value) => write!(f, "{value}"),
            Self::Signed(value) => write!(f, "{value}"),
            Self::Case(name) => f.write_str(name),
            Self::Flags(names) if names.is_empty() => f.write_str("none"),
            Self::Flags(names) => separated(f, "|", names.iter()),
            Self::Bytes(bytes) => Data(bytes).fmt(f),
            Self::LongBytes { len, first, crc32 } => long_data(f, *first, *len as usize, *crc32),
            Self::Text(text, 0) => quoted(f, text),
            Self::Text(text, cut) => {
                quoted(f, text)?;
                write!(f, " cut={cut}")
            }
            Self::Buffer(len) => write!(f, "{len}"),
            Self::Record(fields) => {
                f.write_char('{')?;
                for (at, (name, value)) in fields.iter().enumerate() {
                    write!(f, "{}{name}={value}", if at > 0 { " " } else { "" })?;
                }
                f.write_char('}')
            }
            Self::Variant(case, None) => f.write_str(case),
            Self::Variant(case, Some(payload)) => write!(f, "{case} {payload}"),
            Self::List(values) => {
                f.write_char('[')?;
                separated(f, ", ", values.iter())?;
                f.write_char(']')
            }
            Self::LongList(count) => write!(f, "[{count} elements]"),
        }
    }
}

fn separated<T: fmt::Display>(
    f: &mut fmt::Formatter<'_>,
    separator: &str,
    items: impl Iterator<Item = T>,
) -> fmt::Result {
    for (at, item) in items.enumerate() {
        write!(f, "{}{item}", if at > 0 { separator } else { "" })?;
    }
    Ok(())
}

/// Escapes only quotes, backslashes and control characters, so that text in any language stays readable.
fn quoted(f: &mut impl Write, text: &str) -> fmt::Result {
    f.write_char('"')?;
    for character in text.chars() {
        match character {
            '"' => f.write_str("\\\"")?,
            '\\' => f.write_str("\\\\")?,
            '\n' => f.write_str("\\n")?,
            '\r' => f.write_str("\\r")?,
            '\t' => f.write_str("\\t")?,
            control if control.is_control() => write!(f, "\\u{:04x}", control as u32)?,
            other => f.write_char(other)?,
        }
    }
    f.write_char('"')
}

/// Bytes in brackets; long ones by their beginning, length and checksum.
struct Data<'t>(&'t [u8]);

impl fmt::Display for Data<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0.len() <= SHORT_DATA_BYTES {
            return write!(f, "[{}]", Hex(self.0));
        }
        long_data(f, &self.0[..LONG_DATA_FIRST], self.0.len(), CRC32.checksum(self.0))
    }
}

/// The same text whether a record has the data whole or not.
fn long_data(f: &mut fmt::Formatter<'_>, first: &[u8], len: usize, crc32: u32) -> fmt::Result {
    write!(f, "[{}.. {len} bytes crc32={crc32:08x}]", Hex(first))
}

struct Hex<'t>(&'t [u8]);

impl fmt::Display for Hex<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

struct Json<'v, 't>(&'v Value<'t>);

impl fmt::Display for Json<'_, '_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Value::Bool(value) => write!(f, "{value}"),
            Value::Small(value) => write!(f, "{value}"),
            Value::Unsigned(value) => write!(f, "{value}"),
            Value::Signed(value) => write!(f, "{value}"),
            Value::Case(name) => write!(f, "\"{name}\""),
            Value::Flags(names) => {
                f.write_char('[')?;
                for (at, name) in names.iter().enumerate() {
                    write!(f, "{}\"{name}\"", if at > 0 { "," } else { "" })?;
                }
                f.write_char(']')
            }
            Value::Bytes(bytes) => write!(f, "\"{}\"", Hex(bytes)),
            Value::LongBytes { len, first, crc32 } => {
                write!(f, "{{\"first\":\"{}\",\"bytes\":{len},\"crc32\":\"{crc32:08x}\"}}", Hex(*first))
            }
            Value::Text(text, 0) => quoted(f, text),
            Value::Text(text, cut) => {
                f.write_str("{\"text\":")?;
                quoted(f, text)?;
                write!(f, ",\"cut\":{cut}}}")
            }
            Value::Buffer(len) => write!(f, "{len}"),
            Value::LongList(count) => write!(f, "{{\"elements\":{count}}}"),
            Value::Record(fields) => {
                f.write_char('{')?;
                for (at, (name, value)) in fields.iter().enumerate() {
                    write!(f, "{}\"{name}\":{}", if at > 0 { "," } else { "" }, Json(value))?;
                }
                f.write_char('}')
            }
            Value::Variant(case, None) => write!(f, "\"{case}\""),
            Value::Variant(case, Some(payload)) => write!(f, "{{\"{case}\":{}}}", Json(payload)),
            Value::List(values) => {
                f.write_char('[')?;
                separated(f, ",", values.iter().map(Json))?;
                f.write_char(']')
            }
        }
    }
}
