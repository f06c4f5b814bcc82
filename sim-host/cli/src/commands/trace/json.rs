//! A call in JSON, back in the binary form that it was made from.

use device_abi::{
    FUNCTIONS, ResultInfo, TypeInfo,
    trace::{LONG_DATA, LONG_DATA_FIRST},
    types::ErrorCode,
};
use serde_json::{Map, Value};

use super::lines::unknown_function;

type Object = Map<String, Value>;

/// Bytes that data may have: what fits beside the mark of data that was not kept whole.
const LONGEST_DATA: u64 = LONG_DATA as u64 - 1;

/// The record, laid out as [`device_abi::trace`] says, that the line `text` was made from.
pub(super) fn record(text: &str) -> Result<Vec<u8>, String> {
    let json: Value = serde_json::from_str(text).map_err(|error| {
        format!(
            "not JSON from column {} on; expected a call as `run --trace-format json` writes it",
            error.column()
        )
    })?;
    let line = json.as_object().ok_or("expected a JSON object")?;
    let name = key(line, "call")?.as_str().ok_or("\"call\": expected a string")?;
    let function = FUNCTIONS.iter().find(|function| function.full_name == name);
    let function = function.ok_or_else(|| unknown_function(name))?;
    let start_ns = number(key(line, "time-ns")?, u64::MAX).map_err(at("time-ns"))?;
    let app = number(key(line, "app")?, u8::MAX.into()).map_err(at("app"))?;

    let mut body = Vec::new();
    let trapped = line.get("trap").is_some();
    if !trapped {
        let args = key(line, "args")?.as_object().ok_or("\"args\": expected an object")?;
        if let Some(other) = args.keys().find(|name| function.params.iter().all(|param| param.name != **name))
        {
            return Err(format!("{name} has no argument {other:?} (a trace of another version?)"));
        }
        for param in function.params {
            put(&mut body, &param.ty, key(args, param.name)?).map_err(at(param.name))?;
        }
    }
    for output in line.get("outputs").and_then(Value::as_array).into_iter().flatten() {
        put(&mut body, &TypeInfo::Bytes, output).map_err(at("outputs"))?;
    }
    let (status, value) = if trapped {
        let argument = key(line, "argument")?.as_str().unwrap_or_default();
        let at = function.params.iter().position(|param| param.name == argument);
        (3, at.unwrap_or(function.params.len()) as u64)
    } else if let Some(error) = line.get("error") {
        let code = ErrorCode::ALL.iter().find(|code| error == code.name());
        (2, *code.ok_or_else(|| format!("unknown error code {error} (a trace of another version?)"))? as u64)
    } else if let ResultInfo::Value(ty) | ResultInfo::Result(ty) = &function.result {
        let value = key(line, "value")?;
        match ty {
            TypeInfo::Record(_) => {
                let mut block = Vec::new();
                put(&mut block, ty, value).map_err(at("value"))?;
                put_block(&mut body, &block);
                (1, 0)
            }
            _ => (1, scalar(ty, value).map_err(at("value"))?),
        }
    } else {
        (0, 0)
    };
    if status != 0 {
        body.extend_from_slice(&value.to_le_bytes());
    }

    let mut record = Vec::with_capacity(16 + body.len());
    record.extend_from_slice(&(16 + body.len() as u32).to_le_bytes());
    record.extend_from_slice(&(function.function as u16).to_le_bytes());
    record.extend_from_slice(&[app as u8, status]);
    record.extend_from_slice(&start_ns.to_le_bytes());
    record.append(&mut body);
    Ok(record)
}

fn put(out: &mut Vec<u8>, ty: &TypeInfo, json: &Value) -> Result<(), String> {
    match ty {
        TypeInfo::Bytes => match json {
            Value::Object(long) => put_long_data(out, long)?,
            whole => put_block(out, &hex(whole)?),
        },
        TypeInfo::String => {
            let (text, cut) = match json {
                Value::Object(cut) => (key(cut, "text")?, number(key(cut, "cut")?, u32::MAX.into())?),
                whole => (whole, 0),
            };
            put_block(out, text.as_str().ok_or("expected a string")?.as_bytes());
            out.extend_from_slice(&(cut as u32).to_le_bytes());
        }
        TypeInfo::Record(fields) => {
            let values = json.as_object().ok_or("expected an object")?;
            for field in *fields {
                put(out, &field.ty, key(values, field.name)?)?;
            }
        }
        TypeInfo::Variant(cases) => {
            let (name, payload) = match json {
                Value::Object(case) => {
                    case.iter().next().map(|(name, payload)| (name.as_str(), Some(payload)))
                }
                name => name.as_str().map(|name| (name, None)),
            }
            .ok_or("expected a case")?;
            let index = cases.iter().position(|case| case.name == name);
            let index = index.ok_or_else(|| format!("unknown case {name:?}"))?;
            out.push(index as u8);
            match (&cases[index].payload, payload) {
                (Some(ty), Some(payload)) => put(out, ty, payload)?,
                (None, None) => {}
                _ => return Err(format!("case {name:?} with the wrong payload")),
            }
        }
        TypeInfo::List(element) => {
            if let Value::Object(long) = json {
                let count = number(key(long, "elements")?, u32::MAX.into())?;
                out.extend_from_slice(&(count as u32).to_le_bytes());
                return Ok(());
            }
            let elements = json.as_array().ok_or("expected a list")?;
            out.extend_from_slice(&(elements.len() as u32).to_le_bytes());
            for json in elements {
                put(out, element, json)?;
            }
        }
        scalar_type => {
            let len = match scalar_type {
                TypeInfo::Bool | TypeInfo::U8 | TypeInfo::Enum(_) => 1,
                TypeInfo::U16 => 2,
                TypeInfo::U64 | TypeInfo::S64 => 8,
                _ => 4,
            };
            out.extend_from_slice(&scalar(scalar_type, json)?.to_le_bytes()[..len]);
        }
    }
    Ok(())
}

fn put_block(out: &mut Vec<u8>, bytes: &[u8]) {
    out.extend_from_slice(&(bytes.len() as u32).to_le_bytes());
    out.extend_from_slice(bytes);
}

/// Data of which not all was kept.
fn put_long_data(out: &mut Vec<u8>, json: &Object) -> Result<(), String> {
    let first: [u8; LONG_DATA_FIRST] = (hex(key(json, "first")?)?.try_into())
        .map_err(|_| format!("\"first\": expected {LONG_DATA_FIRST} bytes in hexadecimal"))?;
    let len = number(key(json, "bytes")?, LONGEST_DATA).map_err(at("bytes"))?;
    let crc32 = key(json, "crc32")?.as_str().filter(|digits| digits.len() == 8);
    let crc32 = crc32.and_then(|digits| u32::from_str_radix(digits, 16).ok());
    let crc32 = crc32.ok_or("\"crc32\": expected 8 hexadecimal digits")?;
    out.extend_from_slice(&(len as u32 | LONG_DATA).to_le_bytes());
    out.extend_from_slice(&first);
    out.extend_from_slice(&crc32.to_le_bytes());
    Ok(())
}

/// A value that fits into 64 bits.
fn scalar(ty: &TypeInfo, json: &Value) -> Result<u64, String> {
    let signed = |lowest: i64, highest: i64| {
        let fits = json.as_i64().filter(|value| (lowest..=highest).contains(value));
        fits.ok_or_else(|| format!("expected a number from {lowest} to {highest}, found {json}"))
    };
    match ty {
        TypeInfo::Bool => {
            json.as_bool().map(u64::from).ok_or_else(|| format!("expected a bool, found {json}"))
        }
        TypeInfo::U8 => number(json, u8::MAX.into()),
        TypeInfo::U16 => number(json, u16::MAX.into()),
        TypeInfo::U32 | TypeInfo::Handle | TypeInfo::Buffer => number(json, u32::MAX.into()),
        TypeInfo::U64 => number(json, u64::MAX),
        TypeInfo::S32 => Ok((signed(i32::MIN.into(), i32::MAX.into())? as u32).into()),
        TypeInfo::S64 => Ok(signed(i64::MIN, i64::MAX)? as u64),
        TypeInfo::Enum(names) => index(names, json),
        TypeInfo::Flags(names) => {
            let set = json.as_array().ok_or("expected a list of names")?;
            set.iter().try_fold(0, |bits, name| Ok(bits | 1 << index(names, name)?))
        }
        _ => Err("expected a single value".to_owned()),
    }
}

fn index(names: &[&str], json: &Value) -> Result<u64, String> {
    let index = names.iter().position(|name| json == name);
    index
        .map(|index| index as u64)
        .ok_or_else(|| format!("expected one of {}, found {json}", names.join(", ")))
}

fn number(json: &Value, highest: u64) -> Result<u64, String> {
    let fits = json.as_u64().filter(|number| *number <= highest);
    fits.ok_or_else(|| format!("expected a number from 0 to {highest}, found {json}"))
}

fn hex(json: &Value) -> Result<Vec<u8>, String> {
    let digits = json.as_str().filter(|text| text.len() % 2 == 0).map(str::as_bytes);
    let digit = |byte: u8| (byte as char).to_digit(16).map(|digit| digit as u8);
    let bytes = digits.and_then(|digits| {
        digits.chunks(2).map(|pair| Some(digit(pair[0])? << 4 | digit(pair[1])?)).collect()
    });
    bytes.ok_or_else(|| "expected bytes in hexadecimal".to_owned())
}

fn key<'j>(object: &'j Object, name: &str) -> Result<&'j Value, String> {
    object.get(name).ok_or_else(|| format!("a call lacks {name:?}"))
}

/// Puts the name of a key before what is wrong with its value.
fn at(name: &str) -> impl Fn(String) -> String {
    move |what| format!("{name:?}: {what}")
}
