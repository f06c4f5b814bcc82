//! Programs, and the traces that they leave: in virtual time, and on a chip that takes its time.

use device_abi::{
    Function,
    trace::{CallRecord, Recorder, TraceBuffer},
    types::ErrorCode,
};
use proptest::prelude::*;

/// What a program does. Handle 1 is a bus at [`HZ`], handle 2 one at the board's own frequency, which is the same, handle 3
/// a timer.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Op {
    Now,
    Sleep {
        us: u64,
    },
    Delay {
        ns: u32,
    },
    Write {
        handle: u32,
        len: usize,
    },
    /// Nobody answers.
    Probe {
        handle: u32,
    },
    /// Starts the timer.
    Start {
        delay_us: u64,
        period_us: u64,
    },
    Stop,
    Log {
        text: u8,
    },
    /// The handler of the timer's next event: what comes behind it belongs to it.
    Event,
}

const HZ: u64 = 100_000;

pub(crate) fn op() -> impl Strategy<Value = Op> {
    prop_oneof![
        Just(Op::Now),
        (0_u64..20_000).prop_map(|us| Op::Sleep { us }),
        (0_u32..200_000).prop_map(|ns| Op::Delay { ns }),
        (1_u32..3, 0_usize..80).prop_map(|(handle, len)| Op::Write { handle, len }),
        (1_u32..3).prop_map(|handle| Op::Probe { handle }),
        (0_u64..5_000, prop_oneof![Just(0), 1_u64..3_000])
            .prop_map(|(delay_us, period_us)| Op::Start { delay_us, period_us }),
        Just(Op::Stop),
        (0_u8..3).prop_map(|text| Op::Log { text }),
        Just(Op::Event),
    ]
}

/// Operations, behind those that open the buses.
#[derive(Debug)]
pub(crate) struct Program {
    ops: Vec<Op>,
}

/// A chip: how long a call takes, how much later than it must each one starts (again from the beginning, when there are
/// more calls), and how much too early the one behind a wait does, if one does.
pub(crate) struct Chip<'l> {
    pub(crate) call_ns: u64,
    pub(crate) late: &'l [u64],
    /// The number of the call that waits, from 0, and by how much its wait is too short.
    pub(crate) hurry: Option<(usize, u64)>,
}

/// A call that takes time.
#[derive(Debug)]
pub(crate) struct Wait {
    /// Its number, from 0.
    pub(crate) call: usize,
    /// The least that it may take.
    pub(crate) ns: u64,
}

/// A trace.
#[derive(Debug)]
pub(crate) struct Traced {
    pub(crate) bytes: Vec<u8>,
    pub(crate) waits: Vec<Wait>,
    /// Where each record ends.
    ends: Vec<usize>,
}

impl Traced {
    pub(crate) fn calls(&self) -> usize {
        self.ends.len()
    }

    /// The trace with this call and the next the other way round, at the times that there were.
    pub(crate) fn with_swapped(&self, at: usize) -> Vec<u8> {
        let start = if at == 0 { 0 } else { self.ends[at - 1] };
        let (middle, end) = (self.ends[at], self.ends[at + 1]);
        let (mut one, mut other) = (self.bytes[start..middle].to_vec(), self.bytes[middle..end].to_vec());
        one[8..16].swap_with_slice(&mut other[8..16]);
        [&self.bytes[..start], &other, &one, &self.bytes[end..]].concat()
    }
}

impl Program {
    pub(crate) fn new(ops: Vec<Op>) -> Self {
        Self { ops }
    }

    /// The trace of the simulator: each call costs 1 us, nothing is late.
    pub(crate) fn simulated(&self) -> Traced {
        self.on(Chip { call_ns: 1_000, late: &[0], hurry: None })
    }

    pub(crate) fn on(&self, chip: Chip<'_>) -> Traced {
        let mut run = Run {
            chip,
            now_ns: 0,
            timer: None,
            traced: Traced::new(),
            buffer: TraceBuffer::new(usize::MAX, 32),
        };
        for (handle, hz) in [(1_u32, HZ as u32), (2, 0)] {
            run.call(Function::I2cOpen, 0, |mut call, _| {
                call.u32(0);
                call.u32(hz);
                call.returned_value(handle.into());
            });
        }
        // The board's own frequency is learned from a transaction that goes through.
        run.op(Op::Write { handle: 2, len: 1 });
        self.ops.iter().for_each(|op| run.op(*op));
        let Run { mut traced, buffer, .. } = run;
        traced.bytes = buffer.bytes().to_vec();
        traced
    }
}

impl Traced {
    fn new() -> Self {
        Self { bytes: Vec::new(), waits: Vec::new(), ends: Vec::new() }
    }
}

struct Run<'l> {
    chip: Chip<'l>,
    now_ns: u64,
    /// When the timer expires next, and its period.
    timer: Option<(u64, u64)>,
    traced: Traced,
    buffer: TraceBuffer,
}

impl Run<'_> {
    fn op(&mut self, op: Op) {
        match op {
            Op::Now => self.call(Function::ClockNow, 0, |call, now_ns| call.returned_value(now_ns / 1000)),
            Op::Sleep { us } => self.call(Function::ClockSleep, us * 1000, |mut call, _| {
                call.u64(us);
                call.returned();
            }),
            Op::Delay { ns } => self.call(Function::ClockDelayNs, ns.into(), |mut call, _| {
                call.u32(ns);
                call.returned();
            }),
            Op::Write { handle, len } => self.write(handle, &vec![7; len], None),
            Op::Probe { handle } => self.write(handle, &[1, 2, 3], Some(ErrorCode::NoAcknowledgeAddress)),
            Op::Start { delay_us, period_us } => {
                let start_ns = self.call(Function::TimerStart, 0, |mut call, now_ns| {
                    call.u32(3);
                    call.u64(delay_us);
                    call.u64(period_us);
                    call.returned();
                    now_ns
                });
                self.timer = Some((start_ns + delay_us * 1000, period_us * 1000));
            }
            Op::Stop => {
                self.call(Function::TimerStop, 0, |mut call, _| {
                    call.u32(3);
                    call.returned();
                });
                self.timer = None;
            }
            Op::Log { text } => self.call(Function::LogWrite, 0, |mut call, _| {
                call.u8(2);
                call.text(["", "one", "a -> error bus"][usize::from(text)]);
                call.returned();
            }),
            Op::Event => {
                if let Some((due_ns, period_ns)) = self.timer {
                    // A wait that is followed by another cannot be told to be too short.
                    let calls = self.traced.calls();
                    self.traced.waits.pop_if(|wait| wait.call + 1 == calls);
                    self.now_ns = self.now_ns.max(due_ns);
                    self.timer = (period_ns > 0).then_some((due_ns + period_ns, period_ns));
                }
            }
        }
    }

    fn write(&mut self, handle: u32, data: &[u8], error: Option<ErrorCode>) {
        // Start, address and data with their acknowledges, stop: of what nobody answers to, the address alone.
        let bytes = if error.is_some() { 1 } else { 1 + data.len() as u64 };
        let ns = (2 + 9 * bytes) * (1_000_000_000 / HZ);
        self.call(Function::I2cWrite, ns, |mut call, _| {
            call.u32(handle);
            call.u16(0x76);
            call.bytes(data);
            match error {
                Some(code) => call.failed(code),
                None => call.returned(),
            }
        });
    }

    /// Makes a call that takes `ns` at least.
    fn call<T>(&mut self, function: Function, ns: u64, record: impl FnOnce(CallRecord<'_>, u64) -> T) -> T {
        let number = self.traced.calls();
        self.now_ns += match self.chip.hurry {
            // What is to come too early is not late.
            Some((wait, _)) if wait + 1 == number => 0,
            _ => self.chip.late[number % self.chip.late.len()],
        };
        let result = record(Recorder::new(&mut self.buffer, 0).call(function, self.now_ns), self.now_ns);
        self.traced.ends.push(self.buffer.bytes().len());
        if ns > 0 {
            self.traced.waits.push(Wait { call: number, ns });
        }
        let took_ns = match self.chip.hurry {
            Some((wait, by_ns)) if wait == number => ns - by_ns,
            _ => ns,
        };
        self.now_ns += took_ns + self.chip.call_ns;
        result
    }
}
