//! From parsed WIT to the model: package, world, interfaces.

use std::{collections::HashSet, fs, io, path::Path};

use wit_parser::{InterfaceId, Stability, WorldItem, WorldKey};

use crate::{
    Abi, Export, Flat, Interface, Problems, Returns, TypeKind, Version,
    docs::{Comment, comment},
    functions, layout,
    source::{Place, Source},
    types::{self, Position},
};

/// The world that says what a guest imports and exports.
const WORLD: &str = "guest";

impl Abi {
    /// Reads and checks the WIT files of a package, given by name and text.
    ///
    /// # Errors
    /// Everything in which they break the rules of the ABI, or of WIT.
    pub fn from_files(files: &[(&str, &str)]) -> Result<Self, Problems> {
        let source = Source::parse(files)?;
        let abi = build(&source);
        source.finish(abi)
    }

    /// Reads and checks the WIT files (`*.wit`) in a folder.
    ///
    /// # Errors
    /// As [`from_files`](Self::from_files), or when the files cannot be read.
    pub fn from_dir(dir: &Path) -> io::Result<Result<Self, Problems>> {
        let mut files = Vec::new();
        for entry in fs::read_dir(dir)? {
            let path = entry?.path();
            if path.extension().is_some_and(|extension| extension == "wit") {
                files.push((path.display().to_string(), fs::read_to_string(&path)?));
            }
        }
        files.sort();
        let files: Vec<_> = files.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
        Ok(Self::from_files(&files))
    }
}

fn build(source: &Source) -> Abi {
    let package = &source.resolve.packages[source.package];
    let version = package.name.version.as_ref();
    let version = version.map(|v| Version { major: v.major, minor: v.minor, patch: v.patch });
    if version.is_none() {
        source.problem(&source.whole(), format!("package `{}` has no version", package.name));
    }
    let mut abi = Abi {
        package: format!("{}:{}", package.name.namespace, package.name.name),
        version: version.unwrap_or(Version { major: 0, minor: 0, patch: 0 }),
        interfaces: Vec::new(),
        exports: Vec::new(),
    };

    let imports = imports(source);
    let mut comments = Vec::new();
    for (id, _) in &imports {
        let (interface, comment) = interface(source, &abi, *id);
        abi.interfaces.push(interface);
        comments.push(comment);
    }
    if let Some((_, place)) = imports.first()
        && !abi.interface("types").is_some_and(|types| {
            types.type_def("error-code").is_some_and(|ty| matches!(ty.kind, TypeKind::Enum(_)))
        })
    {
        source.problem(place, "interface `types` with `enum error-code` is missing");
    }
    for (at, (id, _)) in imports.iter().enumerate() {
        let found = functions::functions(source, &abi, *id, &mut comments[at]);
        abi.interfaces[at].functions = found;
        unique_anchors(source, &abi.interfaces[at].name, &comments[at]);
    }
    abi.exports = exports(source, &abi);
    abi
}

/// The interfaces that the world imports, in order. Every interface of the package must be among them.
fn imports(source: &Source) -> Vec<(InterfaceId, Place)> {
    let package = &source.resolve.packages[source.package];
    let mut imports = Vec::new();
    if let Some(&world) = package.worlds.get(WORLD) {
        for (key, item) in &source.resolve.worlds[world].imports {
            match (key, item) {
                // The parser keeps no span for an import of an interface of the same package.
                (WorldKey::Interface(_), WorldItem::Interface { id, .. }) => {
                    imports.push((*id, source.place(source.resolve.worlds[world].span)));
                }
                (_, item) => {
                    source.problem(&source.place(item.span()), "only interfaces of the package are imported");
                }
            }
        }
    } else if package.interfaces.is_empty() {
        source.problem(&source.whole(), "there is no interface");
    }
    for (name, id) in &package.interfaces {
        if !imports.iter().any(|(imported, _)| imported == id) {
            let place = source.place(source.resolve.interfaces[*id].span);
            // Without a world, the interfaces are checked all the same, but they are no ABI.
            let complaint = if package.worlds.contains_key(WORLD) {
                format!("interface `{name}` is not imported by world `{WORLD}`")
            } else {
                format!("interface `{name}` needs a world `{WORLD}` that imports it")
            };
            source.problem(&place, complaint);
            imports.push((*id, place));
        }
    }
    imports
}

fn interface(source: &Source, abi: &Abi, id: InterfaceId) -> (Interface, Comment) {
    let wit = &source.resolve.interfaces[id];
    let place = source.place(wit.span);
    let name = wit.name.clone().unwrap_or_default();
    let mut found = comment(source, &wit.docs, &place, &format!("interface `{name}`"));
    no_markers(source, &found);
    let since = since(&wit.stability);
    if since.is_none() {
        source.problem(&place, format!("interface `{name}` has no @since"));
    }
    let types = types::type_defs(source, id, &mut found);
    let interface = Interface {
        module: format!("{}/{name}@{}", abi.package, abi.version.major),
        name,
        docs: std::mem::take(&mut found.docs),
        since: since.unwrap_or(abi.version),
        types,
        functions: Vec::new(),
    };
    (interface, found)
}

/// Listed errors and the marker of functions that never return belong to functions.
pub(crate) fn no_markers(source: &Source, comment: &Comment) {
    for (error, place) in &comment.errors {
        source.problem(place, format!("`{}` is listed, but this is not a function", error.code));
    }
    if let Some(place) = &comment.never_returns {
        source.problem(place, "only functions are marked `never returns`");
    }
}

fn unique_anchors(source: &Source, interface: &str, comment: &Comment) {
    let mut seen = HashSet::new();
    for (anchor, place) in &comment.anchors {
        if !seen.insert(anchor) {
            source.problem(place, format!("anchor `{anchor}` is already in interface `{interface}`"));
        }
    }
}

fn exports(source: &Source, abi: &Abi) -> Vec<Export> {
    let Some(id) = source.resolve.packages[source.package].worlds.get(WORLD) else { return Vec::new() };
    let world = &source.resolve.worlds[*id];
    let world_place = source.place(world.span);
    no_markers(source, &comment(source, &world.docs, &world_place, &format!("world `{WORLD}`")));
    let mut exports = Vec::new();
    for item in world.exports.values() {
        let WorldItem::Function(function) = item else {
            source.problem(&source.place(item.span()), "only functions are exported");
            continue;
        };
        let place = source.place(function.span);
        let found = comment(source, &function.docs, &place, &format!("export `{}`", function.name));
        no_markers(source, &found);
        let params = types::params(source, function, Position::Export);
        let result = function
            .result
            .as_ref()
            .and_then(|ty| types::convert(source, ty, &place, Position::Export, "the result"));
        let returns = result.clone().map_or(Returns::Nothing, Returns::Value);
        exports.push(Export {
            name: function.name.clone(),
            required: !found.docs.text.split(". ").any(|sentence| sentence.starts_with("Optional")),
            docs: found.docs,
            flat_params: flat_types(abi, &params, &returns),
            flat_result: layout::flat_result(&returns),
            params,
            result,
        });
    }
    exports
}

fn flat_types(abi: &Abi, params: &[crate::Param], returns: &Returns) -> Vec<Flat> {
    abi.flat_params(params, returns).into_iter().map(|param| param.flat).collect()
}

/// The version in `@since`.
pub(crate) fn since(stability: &Stability) -> Option<Version> {
    match stability {
        Stability::Stable { since, .. } => {
            Some(Version { major: since.major, minor: since.minor, patch: since.patch })
        }
        _ => None,
    }
}
