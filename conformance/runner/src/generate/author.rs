//! Writes random programs.

use std::collections::BTreeSet;

use device_abi::{FUNCTIONS, FunctionInfo, Profile, ResultInfo, TypeInfo};

use super::{
    draw::Draw,
    nasty::Nasty,
    program::{Calls, Guest, KEPT, Program, Step, Trap, Value},
    world::World,
};

/// How many of 1000 choices go wrong on purpose: most programs are to get far before they end.
const HOSTILE: &[u64] = &[0, 0, 0, 5, 5, 20, 60, 250];

/// How deep steps may be nested.
const DEPTH: u8 = 2;

/// How much wasm-smith gets to make a module of.
const SMITH_BYTES: (u64, u64) = (200, 6000);

/// Somebody who writes a program, choice by choice.
#[derive(Debug)]
pub(super) struct Author<'d> {
    pub(super) draw: &'d mut Draw,
    pub(super) profile: &'static Profile,
    pub(super) pages: u32,
    pub(super) nasty: BTreeSet<Nasty>,
    /// The interface whose handle each kept result probably is.
    pub(super) kept: [&'static str; KEPT as usize],
    pub(super) in_event: bool,
    hostile: u64,
}

impl Program {
    /// Program `number` of the run with `seed`, for a device of one of `profiles`. The same numbers give the same program.
    #[must_use]
    pub fn generate(seed: u64, number: u64, profiles: &[&'static Profile]) -> Self {
        let draw = &mut Draw::new(seed, number);
        let world = World::draw(draw, profiles);
        let kind = draw.below(100);
        if kind < 20 {
            let count = draw.between(SMITH_BYTES.0, SMITH_BYTES.1) as usize;
            let guest = Guest::Smith(draw.bytes(count));
            return Self { world, guest, nasty: BTreeSet::from([Nasty::Smith]) };
        }
        let profile = world.profile;
        let hostile = draw.pick(HOSTILE);
        let pages = draw.pick(&[1, 1, 1, 2]);
        let kept = [""; KEPT as usize];
        let mut author =
            Author { draw, profile, pages, nasty: BTreeSet::new(), kept, in_event: false, hostile };
        let calls = author.calls();
        let mut nasty = author.nasty;
        let guest = if kind < 25 {
            nasty.insert(Nasty::Damage);
            let changes = (0..draw.between(1, 3)).map(|_| (draw.any() as u32, draw.any() as u8));
            Guest::Damaged(calls, changes.collect())
        } else {
            Guest::Calls(calls)
        };
        Self { world, guest, nasty }
    }
}

impl Author<'_> {
    /// Whether the next choice is to be a wrong one.
    pub(super) fn hostile(&mut self) -> bool {
        self.draw.below(1000) < self.hostile
    }

    /// A place for a result.
    pub(super) fn slot(&mut self) -> u8 {
        self.draw.below(KEPT.into()) as u8
    }

    fn calls(&mut self) -> Calls {
        let maximum = self.draw.chance(30).then(|| self.pages + self.draw.below(3) as u32);
        let count = self.draw.pick(&[0, 64, 256, 1024]);
        let data = self.draw.bytes(count);
        let count = self.draw.between(1, 4);
        let start = if self.draw.chance(8) { self.steps(count, 0) } else { Vec::new() };
        let mut run = Vec::new();
        if self.draw.chance(70) {
            let opening =
                FUNCTIONS.iter().filter(|info| matches!(info.result, ResultInfo::Result(TypeInfo::Handle)));
            for info in opening.filter(|info| !matches!(info.name, "close")) {
                self.call(info, &mut run);
            }
        }
        let count = self.draw.between(1, 25);
        run.extend(self.steps(count, 0));
        let result = match self.draw.below(10) {
            0 => Value::Number(self.draw.pick(&[1, 0xffff_ffff, 0x8000_0000])),
            1 => Value::Kept(self.slot()),
            _ => Value::Number(0),
        };
        self.in_event = true;
        let count = self.draw.below(6);
        let on_event = self.draw.chance(60).then(|| self.steps(count, 0));
        Calls { pages: self.pages, maximum, data, start, run, result, on_event }
    }

    fn steps(&mut self, count: u64, depth: u8) -> Vec<Step> {
        let mut steps = Vec::new();
        for _ in 0..count {
            self.step(depth, &mut steps);
        }
        steps
    }

    fn step(&mut self, depth: u8, steps: &mut Vec<Step>) {
        let address = self.draw.below(3000) as u32;
        let len = self.draw.pick(&[1, 4, 16, 64, 700]);
        match self.draw.below(100) {
            0..4 => {
                let count = self.draw.between(1, 16) as usize;
                steps.push(Step::Store { address, bytes: self.draw.bytes(count) });
            }
            4..9 => steps.push(Step::Checksum { address, len }),
            9..11 => {
                let to = self.draw.below(3000) as u32;
                steps.push(Step::Copy { to, from: address, len });
            }
            11 => steps.push(Step::Fill { address, byte: self.draw.any() as u8, len }),
            12..15 => {
                let pages = self.draw.pick(&[0, 0, 1, 1, 2, -1, 1024, i32::MIN]);
                if !(0..2).contains(&pages) {
                    self.nasty.insert(Nasty::GrowBeyond);
                }
                steps.push(Step::Grow { pages, keep: self.slot() });
            }
            15..19 if depth < DEPTH => {
                let count = self.draw.between(1, 4);
                let (times, steps_) = (self.draw.between(0, 12) as u8, self.steps(count, depth + 1));
                steps.push(Step::Repeat { times, steps: steps_ });
            }
            19..22 if depth < DEPTH => {
                let count = self.draw.between(1, 4);
                steps.push(Step::IfFailed { kept: self.slot(), steps: self.steps(count, depth + 1) });
            }
            22 => steps.push(Step::Recurse { depth: self.draw.below(40) as u8 }),
            23 if self.hostile > 0 && self.draw.chance(15) => {
                self.nasty.insert(Nasty::MachineTrap);
                let trap = match self.draw.below(6) {
                    0 => Trap::Unreachable,
                    1 => Trap::DivideByZero,
                    2 => Trap::DivideOverflow,
                    3 => Trap::Conversion,
                    4 => Trap::Load(self.draw.pick(&[0, 0xfffd, 0x1_0000, 0x1_fffd, 0x2_0000, 0xffff_ffff])),
                    _ => Trap::Element(self.draw.below(FUNCTIONS.len() as u64 + 4) as u32),
                };
                steps.push(Step::Trap(trap));
            }
            _ => {
                let info = self.function();
                self.call(info, steps);
            }
        }
    }

    /// A function, those rarely that end the program.
    fn function(&mut self) -> &'static FunctionInfo {
        let one = &FUNCTIONS[self.draw.below(FUNCTIONS.len() as u64) as usize];
        if one.result == ResultInfo::Never && self.draw.chance(80) { self.function() } else { one }
    }

    fn call(&mut self, info: &'static FunctionInfo, steps: &mut Vec<Step>) {
        let arguments = self.arguments(info);
        steps.extend(arguments.before);
        let keep = match info.result {
            ResultInfo::Result(TypeInfo::Handle) => Some(self.slot()),
            _ if info.flat_result.is_some() && self.draw.chance(10) => Some(self.slot()),
            _ => None,
        };
        if let Some(keep) = keep {
            let is_handle = info.result == ResultInfo::Result(TypeInfo::Handle);
            self.kept[usize::from(keep)] = if is_handle { info.interface } else { "" };
        }
        if let (true, Some(Value::Kept(kept))) = (info.name == "close", arguments.values.first())
            && self.draw.chance(70)
        {
            self.kept[usize::from(*kept)] = "";
        }
        let indirect = self.draw.chance(8);
        steps.push(Step::Call { function: info.function, arguments: arguments.values, keep, indirect });
    }
}
