//! Compiles wasm3, with the project's own three C files around it, and some repairs.
//!
//! | variable | meaning | default |
//! |---|---|---|
//! | `WASM3_DIR` | wasm3's sources: the folder of `wasm3.h`, or a checkout with that folder as `source/` | what `cargo xtask setup` has fetched |
//! | `WASM3_ASAN` | `1`: AddressSanitizer in the C code and in this package's tests; on Linux with gcc | off |
//!
//! The C compiler is found, and overridden, as the `cc` crate does it (`CC_<target>`); for chips, clang is tried first.

#![allow(clippy::print_stdout, reason = "cargo reads what a build script prints")]

mod repairs;

use std::env;
use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// What is fetched by `cargo xtask setup`, seen from the root of the checkout.
const FETCHED: &str = "target/wasm3-0.5.0/wasm3";

/// Compiled by way of the files in `c/`.
const WRAPPED: [&str; 2] = ["m3_compile.c", "m3_parse.c"];

/// The project's own files.
const OWN: [&str; 3] = ["c/compile.c", "c/parse.c", "c/face.c"];

/// wasm3's constants. All lie above the profile `esp32c3`; `tests/accepted.rs` shows that they lie high enough.
const CONSTANTS: [(&str, &str); 7] = [
    // Locals and operands of a function. A profile's slots, and room for what wasm3 puts beside them: results of
    // enclosing blocks, copies of locals.
    ("d_m3MaxFunctionStackHeight", "256"),
    // Of 32 bits, twice the height, and in front of them 16 parameters, 16 results, 64 constants.
    ("d_m3MaxFunctionSlots", "640"),
    // Constants of a function that are kept in its frame, 32-bit words; further ones are written into the code.
    ("d_m3MaxConstantTableSize", "64"),
    // Compiled code is allocated in pieces of at least this many bytes.
    ("d_m3CodePageAlignSize", "1024"),
    // Depth of blocks that the validator of later versions takes; by default an eighth of the stack's height.
    ("d_m3ValCtrlDepth", "64"),
    // Later versions have a bound of their own for the native stack; the engine has its own.
    ("d_m3MaxNativeStack", "0"),
    // Messages are never shown; the words for traps remain.
    ("d_m3VerboseErrorMessages", "0"),
];

/// C library functions that are implemented in src/heap.rs, on every target.
const RENAMED: [&str; 5] = ["malloc", "calloc", "realloc", "free", "abort"];

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo:rerun-if-changed=c");
    println!("cargo:rerun-if-changed=build");
    println!("cargo:rustc-check-cfg=cfg(wasm3_asan)");
    let sources = sources()?;
    println!("cargo:rerun-if-changed={}", sources.display());
    let repaired = repaired(&sources)?;
    let mut build = cc::Build::new();
    for file in files(&sources)? {
        let copy = repaired.join(&file);
        build.file(if copy.is_file() { copy } else { sources.join(file) });
    }
    build.files(OWN).include(repaired).include(&sources).include("c");
    for (name, value) in CONSTANTS {
        build.define(name, value);
    }
    for name in RENAMED {
        build.define(name, format!("wasm3_engine_{name}").as_str());
    }
    build.define("NDEBUG", None);
    // Unoptimised, wasm3's operations call each other instead of jumping, and overrun the stack within a few thousand.
    build.opt_level(2);
    build.flag("-fomit-frame-pointer").flag("-std=gnu11").warnings(false);
    // wasm3 reads one slot as integer and float.
    build.flag("-fno-strict-aliasing");
    build.flag("-ffunction-sections").flag("-fdata-sections");
    if env::var("CARGO_CFG_TARGET_OS")? == "none" {
        for_a_chip(&mut build)?;
    }
    if wanted("WASM3_ASAN") {
        sanitize(&mut build)?;
    }
    build.try_compile("wasm3")?;
    Ok(())
}

/// The folder of `wasm3.h`.
fn sources() -> Result<PathBuf, Box<dyn Error>> {
    println!("cargo:rerun-if-env-changed=WASM3_DIR");
    let manifest = PathBuf::from(env::var("CARGO_MANIFEST_DIR")?);
    let root = manifest.ancestors().nth(2).ok_or("the crate lies two folders below the root")?;
    let chosen = env::var_os("WASM3_DIR").filter(|folder| !folder.is_empty());
    let folder = chosen.as_ref().map_or_else(|| root.join(FETCHED), |folder| root.join(folder));
    let found = [folder.clone(), folder.join("source")].into_iter().find(|it| it.join("wasm3.h").is_file());
    found.ok_or_else(|| match chosen {
        Some(_) => format!("WASM3_DIR: no wasm3.h in {0} or {0}/source", folder.display()).into(),
        None => {
            format!("no wasm3.h in {}: run `cargo xtask setup`, or set WASM3_DIR", folder.display()).into()
        }
    })
}

/// The names of wasm3's own files, without its libraries for guests and without what is compiled by way of `c/`.
fn files(sources: &Path) -> Result<Vec<String>, Box<dyn Error>> {
    let mut files = Vec::new();
    for entry in sources.read_dir()? {
        let name = entry?.file_name().to_string_lossy().into_owned();
        let is_library = name.starts_with("m3_api_");
        if name.starts_with("m3_") && name.ends_with(".c") && !is_library && !WRAPPED.contains(&name.as_str())
        {
            files.push(name);
        }
    }
    files.sort();
    Ok(files)
}

/// The folder of the repaired copies of wasm3's files; they are found before the originals.
fn repaired(sources: &Path) -> Result<PathBuf, Box<dyn Error>> {
    let folder = PathBuf::from(env::var("OUT_DIR")?).join("repaired");
    if folder.exists() {
        // Left from a build of another version.
        fs::remove_dir_all(&folder)?;
    }
    fs::create_dir_all(&folder)?;
    let version = version(&fs::read_to_string(sources.join("wasm3.h"))?);
    if version == repairs::VERSION {
        for (name, repairs) in repairs::FILES {
            let path = sources.join(name);
            let text = repairs::apply(&fs::read_to_string(&path)?, repairs);
            fs::write(folder.join(name), text.map_err(|problem| format!("{}: {problem}", path.display()))?)?;
        }
    } else {
        println!(
            "cargo:warning=wasm3 {version} is built without repairs and was not tested; {} is. What it does otherwise than \
             the simulator, `twinboard conform --target host` shows, with and without `--generate`",
            repairs::VERSION
        );
    }
    Ok(folder)
}

/// The version that `header`, wasm3.h, is of.
fn version(header: &str) -> String {
    let line = header.lines().find_map(|line| line.strip_prefix("#define M3_VERSION "));
    line.unwrap_or("of no version").trim().trim_matches('"').to_owned()
}

/// Targets without an operating system have no C library; `c/include` has the headers that wasm3 asks for.
fn for_a_chip(build: &mut cc::Build) -> Result<(), Box<dyn Error>> {
    build.include("c/include").flag("-ffreestanding").pic(false);
    let target = env::var("TARGET")?;
    let chosen = [format!("CC_{target}"), format!("CC_{}", target.replace('-', "_"))];
    let clang = ["clang-19", "clang"].into_iter().find(|clang| runs(clang));
    if chosen.iter().all(|variable| env::var_os(variable).is_none())
        && let Some(clang) = clang
    {
        // clang is as good when it optimises for size, and takes less of the stack; gcc is not.
        build.compiler(clang).opt_level_str("s").flag("-nostdlibinc");
        // The host's archiver will do: rustc makes its own index.
        build.archiver("ar");
    }
    Ok(())
}

fn runs(program: &str) -> bool {
    Command::new(program).arg("--version").output().is_ok_and(|output| output.status.success())
}

fn wanted(variable: &str) -> bool {
    println!("cargo:rerun-if-env-changed={variable}");
    env::var(variable).is_ok_and(|value| value == "1")
}

/// Links gcc's sanitizer into the tests themselves, in front of the C library, so that every allocation goes through it.
fn sanitize(build: &mut cc::Build) -> Result<(), Box<dyn Error>> {
    build.flag("-fsanitize=address").flag("-g1");
    let compiler = build.get_compiler();
    let output = compiler.to_command().arg("-print-file-name=libasan.a").output()?;
    let library = String::from_utf8(output.stdout)?;
    let library = library.trim();
    if !Path::new(library).is_file() {
        return Err("WASM3_ASAN: the C compiler has no libasan.a; gcc has one".into());
    }
    for argument in ["-Wl,--whole-archive", library, "-Wl,--no-whole-archive", "-lstdc++", "-lm"] {
        println!("cargo:rustc-link-arg={argument}");
    }
    println!("cargo:rustc-cfg=wasm3_asan");
    Ok(())
}
