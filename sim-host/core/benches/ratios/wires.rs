//! What it costs to record the wires, and to write them as VCD.

use std::{
    hint::black_box,
    io::{self, BufWriter, Write},
};

use embedded_hal::i2c::Operation;
use hw_core::backend::{I2cBus, Reply};
use sim_host::hw_wires::{Layout, Recorder, TracedBus};
use wasmtime::{Result, error::Context};

use crate::measure::{Row, cost, in_turns, in_turns_without, show};

/// Transactions per turn: a register is written, eight are read.
const TRANSACTIONS: u32 = 50_000;

/// Bytes of each on the wires: the address twice, one written, eight read.
const BYTES: u32 = 11;

const PERIOD_NS: u64 = 1_000_000;

const MEGABYTE: f64 = 1e6;

/// A chip that answers at once.
#[derive(Debug)]
struct Scripted;

impl I2cBus for Scripted {
    fn transaction(&mut self, _: u64, _: u8, _: u32, operations: &mut [Operation<'_>]) -> Reply {
        for operation in operations {
            if let Operation::Read(buffer) = operation {
                buffer.fill(0x60);
            }
        }
        Reply::ok(())
    }
}

fn layout() -> Layout {
    Layout { buses: vec![0], ..Layout::default() }
}

/// Makes all transactions on `bus`, and tells `after` of the bytes of each.
fn traffic(mut bus: impl I2cBus, mut after: impl FnMut(&[u8], &[u8])) -> Result<()> {
    for number in 0..u64::from(TRANSACTIONS) {
        let (data, mut into) = ([0xf7], [0; 8]);
        let operations = &mut [Operation::Write(&data), Operation::Read(&mut into)];
        let reply = bus.transaction(number * PERIOD_NS, 0x76, 400_000, operations);
        wasmtime::ensure!(reply.result.is_ok());
        after(&data, black_box(&into));
    }
    Ok(())
}

/// All transactions and nothing else: what is not counted as recording.
fn bare() -> Result<()> {
    traffic(Scripted, |_, _| {})
}

/// All transactions with a `recorder` on the bus.
fn record(recorder: &Recorder) -> Result<sim_host::Wires> {
    traffic(TracedBus::new(0, Scripted, recorder.clone()), |_, _| {})?;
    recorder.finish(u64::from(TRANSACTIONS) * PERIOD_NS).context("nothing is written to a disk")
}

/// A writer to nowhere, with the buffer that a file would have.
fn nowhere() -> BufWriter<io::Sink> {
    BufWriter::new(io::sink())
}

/// Recording per byte, kept in memory and as VCD, and writing VCD per megabyte.
pub(crate) fn recording() -> Result<Vec<Row>> {
    let kept = in_turns_without(
        bare,
        || {
            let wires = record(&Recorder::keeping(layout()))?;
            wasmtime::ensure!(wires.events.len() == TRANSACTIONS as usize);
            Ok(())
        },
        || {
            let mut bytes = Vec::new();
            traffic(Scripted, |data, into| {
                bytes.extend([0xec].iter().chain(data).map(|&byte| (byte, true)));
                bytes.extend([0xed].iter().chain(into).map(|&byte| (byte, true)));
            })?;
            wasmtime::ensure!(black_box(bytes).len() == (TRANSACTIONS * BYTES) as usize);
            Ok(())
        },
    )?;

    let wires = record(&Recorder::keeping(layout()))?;
    let text = wires.vcd();
    let write_text = || {
        let mut output = nowhere();
        text.split_inclusive('\n').try_for_each(|line| output.write_all(line.as_bytes()))?;
        Ok(output.flush()?)
    };
    // Writing the text needs no bus, so that it is measured with one that is taken off again.
    let streamed = in_turns_without(
        bare,
        || record(&Recorder::new(layout(), 0, Some(Box::new(nowhere())))).map(drop),
        || bare().and_then(|()| write_text()),
    )?;
    let written = in_turns(|| Ok(wires.write_vcd(nowhere())?), write_text)?;
    let megabytes = text.len() as f64 / MEGABYTE;
    let per_megabyte =
        |time: std::time::Duration| show(time.div_f64(megabytes), time.as_secs_f64() / megabytes);

    let same_text = "writing the same text line by line";
    let count = TRANSACTIONS * BYTES;
    Ok(vec![
        cost("wires kept, per I2C byte", "pushing each byte and its acknowledge", kept, count, 10.0),
        cost("wires as VCD, per I2C byte", same_text, streamed, count, 5.0),
        Row {
            ours: per_megabyte(written.0),
            theirs: per_megabyte(written.1),
            ..cost("writing a megabyte of VCD", same_text, written, count, 5.0)
        },
    ])
}
