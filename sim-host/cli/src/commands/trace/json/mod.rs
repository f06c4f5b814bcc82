//! A line of JSON, back in the binary form that it was made from.

mod head;
mod keys;
mod value;

use device_abi::{FUNCTIONS, FunctionInfo, ResultInfo, TypeInfo, types::ErrorCode};
use serde_json::{Map, Value};

use super::line::unknown_function;
use keys::{at, key, meant, only, unknown};
use value::{number, put, put_block, scalar};

type Object = Map<String, Value>;

/// The only way in which a call traps.
const TRAP: &str = "abi-violation";

/// What a trap names that is at no argument.
const TRAP_AT_RESULT: &str = "result";

/// What a line of JSON stands for, other than a hole.
pub(super) enum Json {
    /// The head of a trace that this program reads.
    Head,
    /// The record of a call, laid out as [`device_abi::trace`] says.
    Record(Vec<u8>),
}

/// Reads a line of JSON. What would get lost on the way is refused: it may differ.
pub(super) fn read(text: &str) -> Result<Json, String> {
    let json: Value = serde_json::from_str(text).map_err(|error| {
        format!(
            "not JSON from column {} on; expected a call as `run --trace-format json` writes it",
            error.column()
        )
    })?;
    let line = json.as_object().ok_or("expected a JSON object")?;
    if head::is_head(line) {
        return head::check(line).map(|()| Json::Head);
    }
    record(line).map(Json::Record)
}

fn record(line: &Object) -> Result<Vec<u8>, String> {
    let name = key(line, "call")?.as_str().ok_or("\"call\": expected a string")?;
    let function = FUNCTIONS.iter().find(|function| function.full_name == name);
    let function = function.ok_or_else(|| unknown_function(name))?;
    only(line, &["time-ns", "app", "call", "args", "value", "error", "trap", "argument", "outputs"])?;
    let start_ns = number(key(line, "time-ns")?, u64::MAX).map_err(at("time-ns"))?;
    let app = number(key(line, "app")?, u8::MAX.into()).map_err(at("app"))?;

    let mut body = Vec::new();
    let end = End::of(function, line)?;
    let args = match line.get("args") {
        // A call that trapped has no arguments.
        None if matches!(end, End::Trapped(_)) => None,
        _ => Some(key(line, "args")?.as_object().ok_or("\"args\": expected an object")?),
    };
    let params = if matches!(end, End::Trapped(_)) { &[] } else { function.params };
    if let Some(args) = args {
        let names = || params.iter().map(|param| param.name);
        if let Some(other) = args.keys().find(|name| names().all(|known| known != **name)) {
            return Err(format!("{name} has no argument {other:?}{}", meant(other, names())));
        }
        for param in params {
            put(&mut body, &param.ty, key(args, param.name)?).map_err(at(param.name))?;
        }
    }
    if let Some(outputs) = line.get("outputs") {
        let outputs =
            outputs.as_array().ok_or_else(|| format!("\"outputs\": expected a list, found {outputs}"))?;
        for output in outputs {
            put(&mut body, &TypeInfo::Bytes, output).map_err(at("outputs"))?;
        }
    }
    let (status, value) = match end {
        End::Returned => (0, 0),
        End::Value(TypeInfo::Record(fields), value) => {
            let mut block = Vec::new();
            put(&mut block, &TypeInfo::Record(fields), value).map_err(at("value"))?;
            put_block(&mut body, &block);
            (1, 0)
        }
        End::Value(ty, value) => (1, scalar(&ty, value).map_err(at("value"))?),
        End::Failed(code) => (2, code as u64),
        End::Trapped(argument) => (3, argument as u64),
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

/// How a call ended.
enum End<'j> {
    Returned,
    Value(TypeInfo, &'j Value),
    Failed(ErrorCode),
    /// At the argument of this number.
    Trapped(usize),
}

impl<'j> End<'j> {
    /// Refuses an end that `function` does not have, and two at once.
    fn of(function: &FunctionInfo, line: &'j Object) -> Result<Self, String> {
        let name = function.full_name;
        let refuse = |keys: &[&str], why: &str| {
            let found = keys.iter().find(|key| line.contains_key(**key));
            found.map_or(Ok(()), |key| Err(format!("{key:?}: {why}")))
        };
        if let Some(trap) = line.get("trap") {
            refuse(&["value", "error", "outputs"], "a call that trapped has none")?;
            if trap != TRAP {
                return Err(format!("\"trap\": expected {TRAP:?}, found {trap}"));
            }
            return Self::trapped(function, key(line, "argument")?);
        }
        refuse(&["argument"], "only a call that trapped has one")?;
        if let Some(error) = line.get("error") {
            if !matches!(function.result, ResultInfo::Unit | ResultInfo::Result(_)) {
                return Err(format!("\"error\": {name} has none"));
            }
            refuse(&["value", "outputs"], "a call that failed has none")?;
            let code = ErrorCode::ALL.iter().find(|code| error == code.name());
            let codes = ErrorCode::ALL.iter().map(|code| code.name());
            return code.copied().map(Self::Failed).ok_or_else(|| match error.as_str() {
                Some(error) => unknown("error code", error, codes),
                None => format!("\"error\": expected a string, found {error}"),
            });
        }
        if !function.params.iter().any(|param| has_buffers(&param.ty)) {
            refuse(&["outputs"], &format!("{name} has none"))?;
        }
        match function.result {
            ResultInfo::Value(ty) | ResultInfo::Result(ty) => Ok(Self::Value(ty, key(line, "value")?)),
            _ => refuse(&["value"], &format!("{name} has none")).map(|()| Self::Returned),
        }
    }

    fn trapped(function: &FunctionInfo, argument: &Value) -> Result<Self, String> {
        let argument =
            argument.as_str().ok_or_else(|| format!("\"argument\": expected a string, found {argument}"))?;
        let names = || function.params.iter().map(|param| param.name).chain([TRAP_AT_RESULT]);
        let at = names().position(|name| name == argument);
        let no_such =
            || format!("{} has no argument {argument:?}{}", function.full_name, meant(argument, names()));
        at.map(Self::Trapped).ok_or_else(no_such)
    }
}

/// Whether the device writes guest memory through an argument of this type.
fn has_buffers(ty: &TypeInfo) -> bool {
    match ty {
        TypeInfo::Buffer => true,
        TypeInfo::List(element) => has_buffers(element),
        TypeInfo::Variant(cases) => cases.iter().any(|case| case.payload.as_ref().is_some_and(has_buffers)),
        _ => false,
    }
}
