//! A host of the tiny ABI: says what it was asked, and answers what it was told to.

use crate::{
    Function, Halt, Host, List,
    kinds::{Choice, ChoiceList, Colour, Everything, Kinds, Marks, Step, StepList, ThingHandle},
    trace::{Recorder, Records, TraceBuffer},
    types::ErrorCode,
};

/// What a test tells and asks.
#[derive(Debug)]
pub(crate) struct TestHost {
    /// What every call that can fail fails with.
    pub(crate) fail: Option<ErrorCode>,
    /// The calls that reached the host.
    pub(crate) calls: Vec<String>,
    /// How many calls ended.
    pub(crate) left: usize,
    trace: TraceBuffer,
}

impl TestHost {
    pub(crate) fn new() -> Self {
        Self { fail: None, calls: Vec::new(), left: 0, trace: TraceBuffer::new(usize::MAX, usize::MAX) }
    }

    pub(crate) fn failing(code: ErrorCode) -> Self {
        Self { fail: Some(code), ..Self::new() }
    }

    /// The trace as text, without times.
    pub(crate) fn traced(&self) -> Vec<String> {
        Records::new(self.trace.bytes()).map(|record| record.untimed()).collect()
    }

    pub(crate) fn json(&self) -> String {
        Records::new(self.trace.bytes()).map(|record| record.json()).collect()
    }

    fn answer<T>(&self, value: T) -> Result<T, ErrorCode> {
        self.fail.map_or(Ok(value), Err)
    }
}

impl Host for TestHost {
    fn enter(&mut self, _function: Function) -> Result<u64, Halt> {
        Ok(5_500)
    }

    fn recorder(&mut self) -> Option<Recorder<'_>> {
        Some(Recorder::new(&mut self.trace, 0))
    }

    fn leave(&mut self) -> Result<(), Halt> {
        self.left += 1;
        Ok(())
    }
}

impl Kinds for TestHost {
    #[allow(clippy::too_many_arguments, reason = "the tiny ABI has a function with every scalar")]
    fn scalars(
        &mut self,
        host: bool,
        memory: u8,
        r#type: u16,
        call: u32,
        start_ns: u64,
        value: i32,
        result: i64,
    ) {
        self.calls.push(format!("{host} {memory} {type} {call} {start_ns} {value} {result}"));
    }

    fn named(&mut self, thing: ThingHandle, colour: Colour, marks: Marks) -> Colour {
        self.calls.push(format!("{thing:?} {colour} {marks:?}"));
        Colour::UltraViolet
    }

    fn whole(&mut self, everything: Everything) -> Result<Everything, ErrorCode> {
        self.calls.push(format!("{everything:?}"));
        self.answer(everything)
    }

    fn lists(
        &mut self,
        wholes: List<'_, Everything>,
        marks: List<'_, Marks>,
        colours: List<'_, Colour>,
        things: List<'_, ThingHandle>,
        bools: List<'_, bool>,
        smalls: List<'_, u16>,
        wides: List<'_, i64>,
    ) -> u32 {
        let smalls: Vec<_> = smalls.iter().collect();
        let wides: Vec<_> = wides.iter().collect();
        self.calls.push(format!("{smalls:?} {wides:?}"));
        (wholes.len() + marks.len() + colours.len() + things.len() + bools.len() + smalls.len() + wides.len())
            as u32
    }

    fn mix(
        &mut self,
        text: &str,
        bytes: &[u8],
        numbers: List<'_, u32>,
        into: &mut [u8],
    ) -> Result<u32, ErrorCode> {
        let sum: u32 = numbers.iter().sum();
        self.calls.push(format!("{text} {bytes:?} {sum}"));
        if self.fail.is_none() {
            into[..2].copy_from_slice(b"ok");
        }
        self.answer(2)
    }

    fn steps(&mut self, mut steps: StepList<'_>) -> Result<(), ErrorCode> {
        if steps.len() > 64 {
            self.calls.push(format!("{} steps, {} seen", steps.len(), steps.iter().count()));
            return Err(ErrorCode::TooLarge);
        }
        let seen: Vec<Step<'_>> = steps.iter().collect();
        self.calls.push(format!("{seen:?}"));
        for at in 0..steps.len() {
            if let Some(buffer) = steps.buffer_mut(at).filter(|_| self.fail.is_none()) {
                buffer.fill(at as u8);
            }
        }
        self.answer(())
    }

    fn choices(&mut self, choices: ChoiceList<'_>) -> u64 {
        let seen: Vec<Choice> = choices.iter().collect();
        self.calls.push(format!("{seen:?}"));
        u64::MAX
    }

    fn both(&mut self, into: &mut [u8]) -> Result<Everything, ErrorCode> {
        if self.fail.is_none() {
            into.fill(7);
        }
        self.answer(EVERYTHING)
    }

    fn give_bool(&mut self) -> bool {
        true
    }

    fn give_u8(&mut self) -> u8 {
        200
    }

    fn give_s32(&mut self) -> i32 {
        -3
    }

    fn give_s64(&mut self) -> i64 {
        -4
    }

    fn give_marks(&mut self) -> Marks {
        Marks::A | Marks::LAST_ONE
    }

    fn try_bool(&mut self, fail: bool) -> Result<bool, ErrorCode> {
        if fail { Err(ErrorCode::Other) } else { Ok(true) }
    }

    fn try_u64(&mut self, fail: bool) -> Result<u64, ErrorCode> {
        if fail { Err(ErrorCode::Other) } else { Ok(1 << 40) }
    }

    fn try_thing(&mut self, fail: bool) -> Result<ThingHandle, ErrorCode> {
        if fail { Err(ErrorCode::TooLarge) } else { Ok(ThingHandle(0x7fff_ffff)) }
    }

    fn try_colour(&mut self, fail: bool) -> Result<Colour, ErrorCode> {
        if fail { Err(ErrorCode::TooLarge) } else { Ok(Colour::Green) }
    }

    fn leave(&mut self, code: i32) -> Halt {
        Halt::Exit(code)
    }
}

/// A record with something in every byte that is not padding.
pub(crate) const EVERYTHING: Everything = Everything {
    yes: true,
    tiny: 2,
    small: 0x0403,
    signed: -1,
    wide: 0x0807_0605_0403_0201,
    r#type: Colour::Green,
    marks: Marks::LAST_ONE,
    owner: ThingHandle(9),
    offset: -2,
};

/// The same in guest memory, as the Canonical ABI lays it out; padding is zero.
#[rustfmt::skip]
pub(crate) const EVERYTHING_BYTES: [u8; 32] = [
    1, 2, 3, 4, 0xff, 0xff, 0xff, 0xff,
    1, 2, 3, 4, 5, 6, 7, 8,
    1, 0, 0, 1, 9, 0, 0, 0,
    0xfe, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
];

/// One element of `list<step>` with an address and a length, or two halves of a number, as payload.
pub(crate) fn step(case: u8, first: u32, second: u32) -> [u8; 16] {
    let mut bytes = [0; 16];
    bytes[0] = case;
    bytes[8..12].copy_from_slice(&first.to_le_bytes());
    bytes[12..].copy_from_slice(&second.to_le_bytes());
    bytes
}

/// Guest memory of 1024 bytes with `pieces` at their addresses.
pub(crate) fn memory(pieces: &[(usize, &[u8])]) -> Vec<u8> {
    let mut memory = vec![0; 1024];
    for (at, piece) in pieces {
        memory[*at..at + piece.len()].copy_from_slice(piece);
    }
    memory
}
