//! What the check takes of the heap at worst: on a chip there is no more.
//!
//! Measured on the machine that runs the tests. Where pointers have 64 bits, everything takes at least as much as on a
//! chip with 32.

use std::{
    alloc::{GlobalAlloc, Layout, System},
    cell::Cell,
};

use arbitrary::Unstructured;
use device_abi::{Profile, RefusalWord};
use guest_check::check;
use proptest::prelude::*;
use wasm_smith::{Config, Module};

/// Bytes of heap that the check of any module may take.
const BOUND: usize = guest_check::ESP32C3_HEAP_BYTES;

const PROFILE: &Profile = &Profile::ESP32C3;

thread_local! {
    /// Bytes that this thread holds, and the most that it ever held.
    static HELD: Cell<(isize, isize)> = const { Cell::new((0, 0)) };
}

/// The system's allocator, counting. Its `realloc` is the default one: both blocks exist for a moment, as they do on a
/// chip's heap at worst.
struct Counting;

fn held(bytes: isize) {
    HELD.with(|held| {
        let (now, most) = held.get();
        held.set((now + bytes, most.max(now + bytes)));
    });
}

#[expect(unsafe_code, reason = "an allocator is unsafe by its nature")]
// SAFETY: all memory comes from the system's allocator.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        held(layout.size() as isize);
        // SAFETY: the caller's promise.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        held(-(layout.size() as isize));
        // SAFETY: the caller's promise.
        unsafe { System.dealloc(block, layout) }
    }
}

#[global_allocator]
static COUNTING: Counting = Counting;

/// Checks a module: the words it gets, and the most bytes of heap that this took.
fn cost(module: &[u8]) -> (String, usize) {
    let before = HELD.with(|held| {
        let (now, _) = held.get();
        held.set((now, now));
        now
    });
    let result = check(module, PROFILE);
    let most = HELD.with(Cell::get).1;
    let words = result.map_or_else(|refusal| refusal.to_string(), |_| "accepted".into());
    (words, (most - before) as usize)
}

/// A number in the binary format (LEB128).
fn number(mut value: usize) -> Vec<u8> {
    let mut bytes = Vec::new();
    while value > 0x7f {
        bytes.push(value as u8 | 0x80);
        value >>= 7;
    }
    bytes.push(value as u8);
    bytes
}

fn section(id: u8, content: &[u8]) -> Vec<u8> {
    [&[id], number(content.len()).as_slice(), content].concat()
}

/// `count` entries, each made from its number.
fn entries(count: usize, entry: impl Fn(usize) -> Vec<u8>) -> Vec<u8> {
    [number(count), (0..count).flat_map(entry).collect()].concat()
}

/// A module of much of everything.
struct Much {
    /// Further types, of so many parameters and results each.
    types: (usize, usize),
    functions: usize,
    /// Imports of `clock.now`.
    imports: usize,
    globals: usize,
    /// Further exports, with names of so many bytes.
    exports: (usize, usize),
    data: usize,
    elements: usize,
    /// The body of function 1.
    body: Vec<u8>,
    /// The body of all further functions.
    bodies: Vec<u8>,
}

impl Default for Much {
    fn default() -> Self {
        let nothing = vec![0, 0x0b];
        Self {
            types: (0, 0),
            functions: 3,
            imports: 0,
            globals: 0,
            exports: (0, 0),
            data: 0,
            elements: 0,
            body: nothing.clone(),
            bodies: nothing,
        }
    }
}

impl Much {
    fn module(&self) -> Vec<u8> {
        // Types 0 to 2 are those of `run`, of `() -> ()` and of `clock.now`. Further ones differ, as far as they can.
        let types = entries(self.types.0 + 3, |n| match n {
            0 => vec![0x60, 0, 1, 0x7f],
            1 => vec![0x60, 0, 0],
            2 => vec![0x60, 0, 1, 0x7e],
            _ => {
                let values: Vec<u8> =
                    (0..self.types.1).map(|digit| 0x7c + (n >> (2 * digit.min(15)) & 3) as u8).collect();
                [vec![0x60], number(values.len()), values.clone(), number(values.len()), values].concat()
            }
        });
        let body = |n| match n {
            0 => &[0, 0x41, 0, 0x0b],
            1 => self.body.as_slice(),
            _ => &self.bodies,
        };
        let exports = entries(self.exports.0 + 2, |n| match n {
            0 => [b"\x06memory".as_slice(), &[2, 0]].concat(),
            1 => [b"\x03run\0".as_slice(), &number(self.imports)].concat(),
            _ => {
                let name = format!("{n:x>0$}", self.exports.1);
                [number(name.len()), name.into_bytes(), vec![0, 0]].concat()
            }
        });
        [
            b"\0asm\x01\0\0\0".to_vec(),
            section(1, &types),
            section(2, &entries(self.imports, |_| b"\x12device:abi/clock@1\x03now\0\x02".to_vec())),
            section(3, &entries(self.functions, |n| vec![u8::from(n > 0)])),
            section(4, &[1, 0x70, 0, 1]),
            section(5, &[1, 0, 1]),
            section(6, &entries(self.globals, |_| vec![0x7f, 1, 0x41, 0, 0x0b])),
            section(7, &exports),
            section(9, &entries(self.elements, |_| vec![0, 0x41, 0, 0x0b, 1, 0])),
            section(10, &entries(self.functions, |n| [number(body(n).len()), body(n).to_vec()].concat())),
            section(11, &entries(self.data, |_| vec![0, 0x41, 0, 0x0b, 1, 0])),
        ]
        .concat()
    }
}

/// A body of many instructions, of which some are the same.
fn body(locals: &[u8], instructions: &[&[u8]]) -> Vec<u8> {
    [locals, &instructions.concat(), &[0x0b]].concat()
}

/// Modules that take much, with the words that they get.
fn modules() -> Vec<(&'static str, Much, &'static str)> {
    let types = PROFILE.types as usize - 3;
    let functions = PROFILE.functions as usize;
    let imports = PROFILE.imports as usize;
    let globals = PROFILE.globals as usize;
    let exports = PROFILE.exports as usize - 2;
    let segments = PROFILE.segments as usize;
    let params = PROFILE.function_params as usize;
    let nested = |depth: usize| body(&[0], &[&[0x02, 0x40].repeat(depth), &[0x0b].repeat(depth)]);
    let operands = |count: usize| body(&[0], &[&[0x41, 0].repeat(count), &[0x1a].repeat(count)]);
    let table = |targets: usize| body(&[0], &[&[0x41, 0, 0x0e], &number(targets - 1), &vec![0; targets]]);
    let locals = |count: usize| {
        let declarations: Vec<u8> = (0..count).flat_map(|n| [1, 0x7e + n as u8 % 2]).collect();
        body(&[number(count), declarations].concat(), &[])
    };
    let much = Much::default;
    vec![
        ("types", Much { types: (types, params), ..much() }, "accepted"),
        ("types without parameters", Much { types: (types, 0), ..much() }, "accepted"),
        ("functions", Much { functions, ..much() }, "accepted"),
        (
            "functions of some size",
            Much { functions, bodies: body(&[1, 20, 0x7f], &[&[1; 50]]), ..much() },
            "accepted",
        ),
        ("imports", Much { imports, ..much() }, "accepted"),
        ("globals", Much { globals, ..much() }, "accepted"),
        ("exports with short names", Much { exports: (exports, 3), ..much() }, "accepted"),
        ("exports with long names", Much { exports: (exports, 500), ..much() }, "accepted"),
        ("an export with a name as long as a module", Much { exports: (1, 65_000), ..much() }, "accepted"),
        ("segments", Much { data: segments, elements: segments, ..much() }, "accepted"),
        ("nesting", Much { body: nested(PROFILE.function_nesting as usize), ..much() }, "accepted"),
        ("operands", Much { body: operands(PROFILE.function_slots as usize), ..much() }, "accepted"),
        ("branches", Much { body: table(PROFILE.function_branches as usize), ..much() }, "accepted"),
        ("locals", Much { body: locals(PROFILE.function_slots as usize), ..much() }, "accepted"),
        ("a large body", Much { body: body(&[0], &[&[0x41, 0, 0x1a].repeat(20_000)]), ..much() }, "accepted"),
        (
            "everything at once",
            Much {
                types: (types, params),
                imports,
                functions: functions - imports,
                globals,
                exports: (exports, 200),
                data: segments,
                elements: segments,
                body: nested(PROFILE.function_nesting as usize),
                ..much()
            },
            "accepted",
        ),
        ("20,000 types", Much { types: (20_000, 0), ..much() }, "type-count"),
        ("types of a thousand parameters", Much { types: (30, 1000), ..much() }, "function-params type[3]"),
        ("15,000 functions", Much { functions: 15_000, ..much() }, "function-count"),
        ("1,500 imports", Much { imports: 1_500, ..much() }, "import-count"),
        ("10,000 globals", Much { globals: 10_000, ..much() }, "global-count"),
        ("6,000 exports", Much { exports: (6_000, 5), ..much() }, "export-count"),
        ("10,000 data segments", Much { data: 10_000, ..much() }, "segment-count"),
        ("10,000 element segments", Much { elements: 10_000, ..much() }, "segment-count"),
        ("20,000 nested blocks", Much { body: nested(20_000), ..much() }, "function-nesting function[1]"),
        ("20,000 operands", Much { body: operands(20_000), ..much() }, "function-slots function[1]"),
        ("20,000 locals, one by one", Much { body: locals(20_000), ..much() }, "function-slots function[1]"),
        ("60,000 branches", Much { body: table(60_000), ..much() }, "function-branches function[1]"),
    ]
}

#[test]
fn the_largest_modules_stay_within_the_bound() {
    let mut wrong = Vec::new();
    for (about, much, words) in modules() {
        let module = much.module();
        let (found, most) = cost(&module);
        // Operands are counted by their types.
        let uncounted = !cfg!(feature = "validate") && about.ends_with(" operands");
        if (found != words && !uncounted) || most > BOUND {
            wrong.push(format!("{about}: {found}, expected {words}; {most} bytes of {BOUND}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Names are as long as a module at most, and not copied for being looked at.
#[test]
fn imports_with_long_names_stay_within_the_bound() {
    for (count, len) in [(1, 60_000), (10, 6_000), (100, 600)] {
        let import = |n: usize| {
            let name = format!("{n:x>len$}");
            [b"\x12device:abi/clock@1".as_slice(), &number(len), name.as_bytes(), &[0, 0]].concat()
        };
        let types = section(1, &[1, 0x60, 0, 0]);
        let module = [b"\0asm\x01\0\0\0".as_slice(), &types, &section(2, &entries(count, import))].concat();
        let (words, most) = cost(&module);
        assert!(words.starts_with("unknown-import "), "{words}");
        assert!(most <= BOUND, "{count} of {len}: {most} bytes");
    }
}

/// The bound would say nothing if the counter counted nothing.
#[test]
fn the_counter_counts() {
    let (_, most) = cost(&Much::default().module());
    assert!((100..BOUND / 2).contains(&most), "{most}");
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn generated_modules_stay_within_the_bound(seed in prop::collection::vec(any::<u8>(), 8192)) {
        let config = Config {
            max_types: 400,
            max_funcs: 1500,
            max_globals: 200,
            max_exports: 200,
            max_data_segments: 400,
            max_element_segments: 400,
            ..Config::default()
        };
        let module = Module::new(config, &mut Unstructured::new(&seed));
        let module = module.map_err(|error| TestCaseError::reject(error.to_string()))?.to_bytes();
        prop_assume!(module.len() <= PROFILE.module_bytes as usize);
        let (words, most) = cost(&module);
        prop_assert!(most <= BOUND, "{words}: {most} bytes");
    }

    #[test]
    fn damaged_modules_stay_within_the_bound(
        which in any::<prop::sample::Index>(),
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..6),
    ) {
        let all = modules();
        let mut module = which.get(&all).1.module();
        for (at, value) in changes {
            *at.get_mut(&mut module) = value;
        }
        let (words, most) = cost(&module);
        prop_assert!(most <= BOUND, "{words}: {most} bytes");
    }
}

#[test]
fn every_count_is_refused_above() {
    let refused: Vec<String> = modules().iter().map(|(_, much, _)| cost(&much.module()).0).collect();
    for word in [
        RefusalWord::TypeCount,
        RefusalWord::ImportCount,
        RefusalWord::FunctionCount,
        RefusalWord::GlobalCount,
        RefusalWord::ExportCount,
        RefusalWord::SegmentCount,
    ] {
        assert!(refused.iter().any(|words| words.starts_with(word.word())), "{word}");
    }
}
