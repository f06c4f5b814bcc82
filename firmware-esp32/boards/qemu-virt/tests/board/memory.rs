//! Memory that is nearly gone: a guest that leaves nothing is refused, and the machine goes on.

use device_abi::RefusalWord;
use device_link::{EndOfRun, Event, Request};

use crate::{
    apps::{done, install, native},
    greet,
    machine::Machine,
};

/// Bytes that each large function of the module takes, in the module and compiled.
const FUNCTION: u32 = 358;

/// A module with two pages of memory, `functions` that wasm3 compiles to some hundred bytes each, and `padding` bytes
/// (WebAssembly core specification 1.0, section 5).
fn module(functions: u32, padding: usize) -> Vec<u8> {
    let number = |mut value: u32| {
        let mut bytes = Vec::new();
        while value >= 0x80 {
            bytes.push(value as u8 | 0x80);
            value >>= 7;
        }
        bytes.push(value as u8);
        bytes
    };
    let section = |id: u8, content: Vec<u8>| [vec![id], number(content.len() as u32), content].concat();
    let body = |code: &[u8]| [number(code.len() as u32 + 2), vec![0], code.to_vec(), vec![0x0b]].concat();
    let constants = (0..40).flat_map(|constant| [0x41, constant, 0x1a]).chain([0x41, 0]);
    let large = body(&constants.collect::<Vec<u8>>());
    let count = number(functions + 1);
    [
        b"\0asm\x01\0\0\0".to_vec(),
        section(1, b"\x01\x60\0\x01\x7f".to_vec()),
        section(3, [&count[..], &vec![0; functions as usize + 1]].concat()),
        section(5, b"\x01\0\x02".to_vec()),
        section(7, b"\x02\x06memory\x02\0\x03run\0\0".to_vec()),
        section(10, [count.clone(), body(b"\x41\0"), large.repeat(functions as usize)].concat()),
        section(0, [b"\x01p".to_vec(), vec![0; padding]].concat()),
    ]
    .concat()
}

/// Runs a module, which must exit or be refused. Bytes that were free when it was loaded, or some more; `None` if it was not.
fn load(machine: &mut Machine, module: &[u8]) -> Option<u32> {
    greet(machine, 1);
    install(machine, module);
    done(machine, 5, Request::Start(native()));
    machine.wait_for(|event| match event {
        Event::Panic { text } => panic!("{text}"),
        Event::Ended(ended) => {
            match ended.outcome {
                EndOfRun::Exit(0) | EndOfRun::Refused { word: RefusalWord::OutOfMemory, .. } => {}
                other => panic!("{other:?}"),
            }
            // The module is in memory while it runs.
            let before = ended.heap.free - module.len() as u32;
            let needed = ended.counters.heap_bytes;
            Some((needed > 0).then(|| before - needed))
        }
        _ => None,
    })
}

#[test]
fn a_guest_that_leaves_nothing_is_refused() {
    let mut machine = Machine::start();
    // wasm3 takes memory by pages: the closer to the end, the better the guess.
    let mut functions = 30;
    for margin in [40, 10, 1] {
        let left = load(&mut machine, &module(functions, 0)).expect("there is room");
        functions += left / FUNCTION - margin;
    }
    // How near to the end a module still loads depends on where the holes are.
    for functions in [functions, functions - 1] {
        let mut paddings = (0..4 * FUNCTION as usize).step_by(12);
        let end = paddings.find(|padding| load(&mut machine, &module(functions, *padding)).is_none());
        assert!(end.is_some_and(|padding| padding > 0), "{functions}: {end:?}");
    }
}
