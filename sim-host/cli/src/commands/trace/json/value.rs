//! A value of a call, from JSON to its bytes in a record.

use device_abi::{
    TypeInfo,
    trace::{LONG_DATA, LONG_DATA_FIRST},
};
use serde_json::Value;

use super::{
    Object,
    keys::{at, key, only, only_names, unknown},
};

/// Bytes that data may have: what fits beside the mark of data that was not kept whole.
const LONGEST_DATA: u64 = LONG_DATA as u64 - 1;

/// Appends `json`, which stands for a value of type `ty`.
pub(super) fn put(out: &mut Vec<u8>, ty: &TypeInfo, json: &Value) -> Result<(), String> {
    match ty {
        TypeInfo::Bytes => match json {
            Value::Object(long) => put_long_data(out, long)?,
            whole => put_block(out, &hex(whole)?),
        },
        TypeInfo::String => {
            let (text, cut) = match json {
                Value::Object(cut) => {
                    only(cut, &["text", "cut"])?;
                    (key(cut, "text")?, number(key(cut, "cut")?, u32::MAX.into())?)
                }
                whole => (whole, 0),
            };
            put_block(out, text.as_str().ok_or("expected a string")?.as_bytes());
            out.extend_from_slice(&(cut as u32).to_le_bytes());
        }
        TypeInfo::Record(fields) => {
            let values = json.as_object().ok_or("expected an object")?;
            only_names(values, fields.iter().map(|field| field.name))?;
            for field in *fields {
                put(out, &field.ty, key(values, field.name)?)?;
            }
        }
        TypeInfo::Variant(cases) => {
            let (name, payload) = match json {
                Value::Object(case) if case.len() == 1 => {
                    case.iter().next().map(|(name, payload)| (name.as_str(), Some(payload)))
                }
                name => name.as_str().map(|name| (name, None)),
            }
            .ok_or("expected a case")?;
            let index = cases.iter().position(|case| case.name == name);
            let index = index.ok_or_else(|| unknown("case", name, cases.iter().map(|case| case.name)))?;
            out.push(index as u8);
            match (&cases[index].payload, payload) {
                (Some(ty), Some(payload)) => put(out, ty, payload)?,
                (None, None) => {}
                _ => return Err(format!("case {name:?} with the wrong payload")),
            }
        }
        TypeInfo::List(element) => {
            if let Value::Object(long) = json {
                only(long, &["elements"])?;
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

/// Appends bytes with their length.
pub(super) fn put_block(out: &mut Vec<u8>, bytes: &[u8]) {
    out.extend_from_slice(&(bytes.len() as u32).to_le_bytes());
    out.extend_from_slice(bytes);
}

/// Data of which not all was kept.
fn put_long_data(out: &mut Vec<u8>, json: &Object) -> Result<(), String> {
    only(json, &["first", "bytes", "crc32"])?;
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
pub(super) fn scalar(ty: &TypeInfo, json: &Value) -> Result<u64, String> {
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

/// A whole number.
pub(super) fn number(json: &Value, highest: u64) -> Result<u64, String> {
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
