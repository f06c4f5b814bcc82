//! Serving a device's calls with the host's hardware.

use std::collections::VecDeque;

use device_abi::types::ErrorCode;
use device_link::{
    Answer, Answered, Call, Message, Operation as LinkOperation, Outlook as LinkOutlook, ToDevice, What,
    encode, frame_bytes,
};
use embedded_hal::i2c::Operation;
use hw_core::{
    LogLine,
    backend::{DeviceError, Hardware, Reply},
};

use crate::progress::whole_records;

/// Serves a device's calls with the host's hardware.
#[derive(Debug)]
pub(crate) struct Server {
    hardware: Hardware,
    /// Errors whose codes the device has got, and that it will report with the function that met them.
    errors: VecDeque<Box<dyn DeviceError>>,
    /// Bytes of all reads of a transaction.
    data: Vec<u8>,
    /// The beginning of a call's record whose end has not come.
    record: Vec<u8>,
}

impl Server {
    pub(crate) fn new(hardware: Hardware) -> Self {
        Self { hardware, errors: VecDeque::new(), data: Vec::new(), record: Vec::new() }
    }

    /// What the outside wants next.
    pub(crate) fn outlook(&self) -> LinkOutlook {
        let hw_core::backend::Outlook { next_ns, listens, end } = self.hardware.outside.outlook();
        LinkOutlook { next_ns, listens, end }
    }

    /// The error behind the code that the device reports next. One that it had no reason to report is passed over:
    /// what fails when a run is cleaned up is nobody's call.
    pub(crate) fn next_error(&mut self, code: ErrorCode) -> Option<Box<dyn DeviceError>> {
        let at = self.errors.iter().position(|error| error.code() == code)?;
        self.errors.drain(..=at).next_back()
    }

    /// Answers a call that cannot be read.
    pub(crate) fn refuse(number: u16, limit: usize, frame: &mut Vec<u8>) {
        let result = Answered::Failed { code: ErrorCode::NotSupported, acknowledged: 0 };
        let body = ToDevice::Answer(Answer { result, extra_ns: 0, outlook: LinkOutlook::default() });
        frame.resize(frame_bytes(limit), 0);
        let bytes = encode(&Message { app: 0, number, body }, limit, frame);
        frame.truncate(bytes.unwrap_or(0));
    }

    /// Serves a call, and puts the frame of the answer into `frame`.
    pub(crate) fn serve(&mut self, number: u16, call: &Call<'_>, limit: usize, frame: &mut Vec<u8>) {
        let at_ns = call.at_ns;
        let gpio = &mut self.hardware.gpio;
        let (result, extra_ns) = match &call.what {
            What::GpioOpen { pin, mode, initial } => {
                done(gpio.open(at_ns, *pin, *mode, *initial), &mut self.errors)
            }
            What::GpioRead { pin } => answered(gpio.read(at_ns, *pin), &mut self.errors, Answered::Level),
            What::GpioWrite { pin, level } => done(gpio.write(at_ns, *pin, *level), &mut self.errors),
            What::GpioClose { pin } => done(gpio.close(at_ns, *pin), &mut self.errors),
            What::I2cTransaction { bus, address, frequency_hz, operations } => {
                let bus = self.hardware.i2c.iter_mut().find(|wires| wires.number == *bus);
                let reply = match bus {
                    None => Reply::failed(NoBus, 0),
                    Some(wires) => {
                        let length = operations.iter().map(|operation| match operation {
                            LinkOperation::Read(length) => length as usize,
                            LinkOperation::Write(_) => 0,
                        });
                        // The device's own limit has been looked at; a damaged claim is not believed.
                        let length = length.sum::<usize>().min(limit);
                        self.data.clear();
                        self.data.resize(length, 0);
                        let mut rest = self.data.as_mut_slice();
                        let mut wanted: Vec<Operation<'_>> = operations
                            .iter()
                            .map(|operation| match operation {
                                LinkOperation::Write(bytes) => Operation::Write(bytes),
                                LinkOperation::Read(length) => {
                                    let all = std::mem::take(&mut rest);
                                    let (own, after) = all.split_at_mut((length as usize).min(all.len()));
                                    rest = after;
                                    Operation::Read(own)
                                }
                            })
                            .collect();
                        wires.bus.transaction(at_ns, *address, *frequency_hz, &mut wanted)
                    }
                };
                let data = &self.data;
                answered(reply, &mut self.errors, |()| Answered::Data(data))
            }
            What::Advance => {
                self.hardware.outside.advance(at_ns);
                (Answered::Done, 0)
            }
            What::SeenLog(line) => {
                let device_link::LogLine { time_ns, app, level, text, cut } = *line;
                self.hardware.outside.saw_log(&LogLine { time_ns, app, level, text, cut });
                (Answered::Done, 0)
            }
            What::SeenCall { record } => {
                self.record.extend_from_slice(record);
                // What is no record never gets whole, and means nothing to anybody.
                if whole_records(&self.record).is_none_or(|whole| whole == self.record.len()) {
                    self.hardware.outside.saw_call(at_ns, &self.record);
                    self.record.clear();
                }
                (Answered::Done, 0)
            }
        };
        let hw_core::backend::Outlook { next_ns, listens, end } = self.hardware.outside.outlook();
        let outlook = LinkOutlook { next_ns, listens, end };
        frame.resize(frame_bytes(limit), 0);
        let answer = |result, extra_ns| Message {
            app: 0,
            number,
            body: ToDevice::Answer(Answer { result, extra_ns, outlook }),
        };
        let bytes = encode(&answer(result, extra_ns), limit, frame).or_else(|_| {
            // A device that asked for more than it takes.
            let refused = Answered::Failed { code: ErrorCode::TooLarge, acknowledged: 0 };
            encode(&answer(refused, 0), limit, frame)
        });
        frame.truncate(bytes.unwrap_or(0));
    }
}

fn done<'a>(reply: Reply, errors: &mut VecDeque<Box<dyn DeviceError>>) -> (Answered<'a>, u64) {
    answered(reply, errors, |()| Answered::Done)
}

/// Takes a backend's reply apart: the device gets the code of an error, the operator the error itself.
fn answered<'a, T>(
    reply: Reply<T>,
    errors: &mut VecDeque<Box<dyn DeviceError>>,
    value: impl FnOnce(T) -> Answered<'a>,
) -> (Answered<'a>, u64) {
    let Reply { result, acknowledged, extra_ns } = reply;
    let result = match result {
        Ok(result) => value(result),
        Err(error) => {
            let code = error.code();
            errors.push_back(error);
            Answered::Failed { code, acknowledged }
        }
    };
    (result, extra_ns)
}

/// The device has called a bus that the board does not have.
#[derive(Debug)]
struct NoBus;

impl DeviceError for NoBus {
    fn code(&self) -> ErrorCode {
        ErrorCode::NotFound
    }
}

impl std::fmt::Display for NoBus {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("the board has no such bus")
    }
}

impl std::error::Error for NoBus {}
