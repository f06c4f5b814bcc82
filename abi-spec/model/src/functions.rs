//! Functions: what a signature and its documentation must say together.

use std::collections::HashSet;

use wit_parser::{FunctionKind, InterfaceId, Type as Wit, TypeDefKind};

use crate::{
    Abi, Function, ListedError, Param, Returns, Type, TypeKind, TypeName,
    build::since,
    docs::{Comment, comment},
    layout,
    source::{Place, Source},
    types::{self, Position},
};

/// The most flat parameters (the Canonical ABI's own limit).
const MAX_FLAT_PARAMS: usize = 16;

/// The functions of an interface. `comments` collects their anchors.
pub(crate) fn functions(
    source: &Source,
    abi: &Abi,
    interface: InterfaceId,
    comments: &mut Comment,
) -> Vec<Function> {
    let wit = &source.resolve.interfaces[interface];
    let since = since(&wit.stability).unwrap_or(abi.version);
    wit.functions.values().filter_map(|wit| function(source, abi, wit, since, comments)).collect()
}

fn function(
    source: &Source,
    abi: &Abi,
    wit: &wit_parser::Function,
    interface_since: crate::Version,
    comments: &mut Comment,
) -> Option<Function> {
    let place = source.place(wit.span);
    let name = &wit.name;
    match wit.kind {
        FunctionKind::Freestanding => {}
        FunctionKind::AsyncFreestanding => {
            source.problem(&place, format!("function `{name}` is async, which the ABI does not have"));
            return None;
        }
        // Its resource is refused where it is defined.
        _ => return None,
    }
    let mut found = comment(source, &wit.docs, &place, &format!("function `{name}`"));
    comments.anchors.append(&mut found.anchors);
    let since = since(&wit.stability).unwrap_or(interface_since);
    if since > abi.version {
        source.problem(
            &place,
            format!("function `{name}` is since {since}, above the package's {}", abi.version),
        );
    }
    let params = types::params(source, wit, Position::Param);
    let returns = returns(source, wit, &place, found.never_returns.as_ref())?;
    check_errors(source, abi, name, &place, &found.errors, &returns);
    // Only whole signatures are worth more checks.
    if params.len() == wit.params.len() {
        check_memory(source, abi, name, &place, &params, &found.errors);
    }
    let flat_params = abi.flat_params(&params, &returns);
    if flat_params.len() > MAX_FLAT_PARAMS {
        let count = flat_params.len();
        source.problem(
            &place,
            format!("function `{name}` has {count} flat parameters; the ABI allows {MAX_FLAT_PARAMS}"),
        );
    }
    let mut seen = HashSet::new();
    for param in &flat_params {
        if !seen.insert(&param.name) {
            source.problem(&place, format!("function `{name}` has two flat parameters `{}`", param.name));
        }
    }
    Some(Function {
        name: name.clone(),
        docs: found.docs,
        errors: found.errors.into_iter().map(|(error, _)| error).collect(),
        since,
        params,
        flat_result: layout::flat_result(&returns),
        flat_params,
        returns,
    })
}

fn returns(
    source: &Source,
    wit: &wit_parser::Function,
    place: &Place,
    never_returns: Option<&Place>,
) -> Option<Returns> {
    let Some(result) = &wit.result else {
        return Some(if never_returns.is_some() { Returns::Never } else { Returns::Nothing });
    };
    if let Some(marker) = never_returns {
        source.problem(marker, format!("function `{}` never returns, but has a result", wit.name));
    }
    let Some((ok, err)) = as_result(source, result) else {
        return types::convert(source, result, place, Position::Value, "the result").map(Returns::Value);
    };
    if !err.as_ref().is_some_and(|err| is_error_code(source, err)) {
        source.problem(
            place,
            format!("function `{}` has another error type than `types.error-code`", wit.name),
        );
        return None;
    }
    match ok {
        None => Some(Returns::Unit),
        Some(ok) => types::convert(source, &ok, place, Position::Success, "the result").map(Returns::Result),
    }
}

fn as_result(source: &Source, ty: &Wit) -> Option<(Option<Wit>, Option<Wit>)> {
    let Wit::Id(id) = ty else { return None };
    match &source.resolve.types[*id].kind {
        TypeDefKind::Result(result) => Some((result.ok, result.err)),
        _ => None,
    }
}

fn is_error_code(source: &Source, ty: &Wit) -> bool {
    let Wit::Id(id) = ty else { return false };
    let definition = &source.resolve.types[*id];
    match &definition.kind {
        TypeDefKind::Type(used) => is_error_code(source, used),
        TypeDefKind::Enum(_) => {
            let wit_parser::TypeOwner::Interface(interface) = definition.owner else { return false };
            definition.name.as_deref() == Some("error-code")
                && source.resolve.interfaces[interface].name.as_deref() == Some("types")
        }
        _ => false,
    }
}

fn check_errors(
    source: &Source,
    abi: &Abi,
    name: &str,
    place: &Place,
    errors: &[(ListedError, Place)],
    returns: &Returns,
) {
    let known = error_codes(abi);
    let mut seen = HashSet::new();
    for (error, place) in errors {
        if !known.contains(&error.code.as_str()) {
            let nearest = known.iter().max_by(|a, b| {
                strsim::jaro_winkler(a, &error.code).total_cmp(&strsim::jaro_winkler(b, &error.code))
            });
            let hint = nearest.map_or_else(String::new, |code| format!(" (did you mean `{code}`?)"));
            source.problem(place, format!("`{}` is not a case of `types.error-code`{hint}", error.code));
        }
        if !seen.insert(&error.code) {
            source.problem(place, format!("function `{name}` lists `{}` twice", error.code));
        }
    }
    let fallible = matches!(returns, Returns::Unit | Returns::Result(_));
    if fallible && errors.is_empty() {
        source.problem(place, format!("function `{name}` returns an error-code, but lists no errors"));
    }
    if !fallible && let Some((error, place)) = errors.first() {
        source.problem(place, format!("function `{name}` lists `{}`, but returns no error-code", error.code));
    }
}

fn error_codes(abi: &Abi) -> Vec<&str> {
    let definition = abi.interface("types").and_then(|types| types.type_def("error-code"));
    match definition.map(|definition| &definition.kind) {
        Some(TypeKind::Enum(cases)) => cases.iter().map(|case| case.name.as_str()).collect(),
        _ => Vec::new(),
    }
}

/// The glue hands out one mutable piece of guest memory, and it bounds the lists whose elements it follows.
fn check_memory(
    source: &Source,
    abi: &Abi,
    name: &str,
    place: &Place,
    params: &[Param],
    errors: &[(ListedError, Place)],
) {
    let buffers = params.iter().filter(|param| param.ty == Type::Buffer).count();
    if buffers > 1 {
        source.problem(place, format!("function `{name}` has {buffers} buffers; the ABI allows 1"));
    }
    let Some(list) = params.iter().find(|param| is_list_with_pointers(abi, &param.ty)) else { return };
    if !errors.iter().any(|(error, _)| error.code == "too-large") {
        let list = &list.name;
        source.problem(
            place,
            format!("function `{name}` must list `too-large`: elements of `{list}` hold pointers"),
        );
    }
    if params.iter().filter(|param| abi.holds_pointers(&param.ty)).count() > 1 {
        let list = &list.name;
        source.problem(
            place,
            format!("function `{name}` must have no other list, string or buffer beside `{list}`: its elements hold pointers"),
        );
    }
}

fn is_list_with_pointers(abi: &Abi, ty: &Type) -> bool {
    let Type::List(element) = ty else { return false };
    let known = |name: &TypeName| {
        abi.interface(&name.interface).is_some_and(|interface| interface.type_def(&name.name).is_some())
    };
    match element.as_ref() {
        Type::Named(name) => known(name) && abi.holds_pointers(element),
        _ => false,
    }
}
