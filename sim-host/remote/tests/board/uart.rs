//! A line with a bit rate, around one that has none: what the two ends send at different rates arrives as garbage.

use std::{
    sync::{Arc, Mutex},
    time::{Duration, Instant},
};

use device_link::{
    LineRates, LinkError, Message, Receiver, Reply, Request, ToDevice, ToHost, decode, encode, frame_bytes,
    receive_bytes,
};
use remote_board::{Line, LineError};

/// What everybody begins with, baud.
pub(crate) const FIRST: u32 = 115_200;

/// The longest payload that passes.
const LIMIT: usize = 8192;

/// What the two ends and the wire between them can do.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Plan {
    /// The highest rate that the device tells.
    pub(crate) device: u32,
    /// The highest that the host's port can go at.
    pub(crate) port: u32,
    /// The highest at which the wire carries anything.
    pub(crate) wire: u32,
    /// Frames to the device after which the wire carries nothing but the first rate any more.
    pub(crate) tires_after: usize,
}

impl Default for Plan {
    fn default() -> Self {
        Self { device: 921_600, port: u32::MAX, wire: u32::MAX, tires_after: usize::MAX }
    }
}

/// The rates of both ends, for the test to look at.
#[derive(Debug, Clone, Default)]
pub(crate) struct Ends(Arc<Mutex<(u32, u32, usize)>>);

impl Ends {
    /// The device's rate.
    pub(crate) fn device(&self) -> u32 {
        self.0.lock().unwrap().1
    }

    /// How often the device has changed its rate.
    pub(crate) fn changes(&self) -> usize {
        self.0.lock().unwrap().2
    }
}

/// A line with a bit rate. The device's part in it is played here.
#[derive(Debug)]
pub(crate) struct Uart {
    line: Box<dyn Line>,
    plan: Plan,
    ends: Ends,
    host: u32,
    device: u32,
    /// When the device goes back to the first rate.
    until: Option<Instant>,
    to_device: Receiver<Vec<u8>>,
    to_host: Receiver<Vec<u8>>,
    ahead: Vec<u8>,
    frames: usize,
    /// The last change of rate: its number, and its reply.
    last: Option<(u16, Vec<u8>)>,
}

#[expect(clippy::disallowed_methods, reason = "a device has a clock of its own")]
fn now() -> Instant {
    Instant::now()
}

fn frame<'a>(number: u16, body: ToHost<'a>) -> Vec<u8> {
    let mut frame = vec![0; frame_bytes(LIMIT)];
    let bytes = encode(&Message { app: 0, number, body }, LIMIT, &mut frame).unwrap();
    frame.truncate(bytes);
    frame
}

impl Uart {
    pub(crate) fn around(line: Box<dyn Line>, plan: Plan) -> (Box<dyn Line>, Ends) {
        let ends = Ends::default();
        let receiver = || Receiver::new(vec![0; receive_bytes(LIMIT)]);
        let mut uart = Self {
            line,
            plan,
            ends: ends.clone(),
            host: FIRST,
            device: FIRST,
            until: None,
            to_device: receiver(),
            to_host: receiver(),
            ahead: Vec::new(),
            frames: 0,
            last: None,
        };
        uart.tell();
        (Box::new(uart), ends)
    }

    fn tell(&mut self) {
        let ends = &mut *self.ends.0.lock().unwrap();
        ends.2 += usize::from(ends.1 != self.device && ends.1 != 0);
        (ends.0, ends.1) = (self.host, self.device);
    }

    /// The device goes back when it has heard nothing whole for long.
    fn look_at_clock(&mut self) {
        if self.until.take_if(|until| now() >= *until).is_some() {
            self.device = FIRST;
            self.tell();
        }
    }

    fn carries(&self) -> bool {
        let tired = self.frames > self.plan.tires_after && self.host != FIRST;
        self.host == self.device && self.host <= self.plan.wire && !tired
    }

    /// Takes a frame that the device has received whole; whether it is for the firmware.
    fn passes(&mut self, payload: &[u8]) -> bool {
        self.frames += 1;
        if let Some(until) = &mut self.until {
            *until = now() + Duration::from_secs(3);
        }
        let Ok(Message { number, body: ToDevice::Request(Request::LineRate { baud }), .. }) =
            decode::<ToDevice<'_>>(payload)
        else {
            return true;
        };
        if let Some((last, reply)) = &self.last
            && *last == number
        {
            self.ahead.extend(reply);
            return false;
        }
        let fits = baud <= self.plan.device;
        let refused = Reply::Failed(LinkError::LineRate { highest: self.plan.device });
        let reply = frame(number, ToHost::Reply(if fits { Reply::Done } else { refused }));
        self.ahead.extend(&reply);
        self.last = Some((number, reply));
        if fits {
            self.device = baud;
            self.until = (baud != FIRST).then(|| now() + Duration::from_secs(1));
            self.tell();
        }
        false
    }
}

impl Line for Uart {
    fn read(&mut self, bytes: &mut [u8], timeout: Duration) -> Result<usize, LineError> {
        self.look_at_clock();
        if self.ahead.is_empty() {
            let len = self.line.read(bytes, timeout)?;
            let mut input = &bytes[..len];
            while let Some(payload) = self.to_host.next_payload(&mut input) {
                match decode::<ToHost<'_>>(payload) {
                    Ok(Message { number, body: ToHost::Reply(Reply::Info(mut info)), .. }) => {
                        info.line_rate = Some(LineRates { now: self.device, highest: self.plan.device });
                        self.ahead.extend(frame(number, ToHost::Reply(Reply::Info(info))));
                    }
                    Ok(Message { number, body, .. }) => self.ahead.extend(frame(number, body)),
                    Err(error) => panic!("the firmware says {error}"),
                }
            }
            if !self.carries() {
                self.ahead.iter_mut().for_each(|byte| *byte ^= 0x5a);
            }
        }
        let len = self.ahead.len().min(bytes.len());
        bytes[..len].copy_from_slice(&self.ahead[..len]);
        self.ahead.drain(..len);
        Ok(len)
    }

    fn write(&mut self, bytes: &[u8]) -> Result<(), LineError> {
        self.look_at_clock();
        if !self.carries() {
            return Ok(());
        }
        let mut input = bytes;
        let mut payloads = Vec::new();
        while let Some(payload) = self.to_device.next_payload(&mut input) {
            payloads.push(payload.to_vec());
        }
        let mine = payloads.iter().map(|payload| self.passes(payload)).collect::<Vec<_>>();
        assert_eq!(payloads.len(), 1, "hosts write whole frames");
        if mine == [true] { self.line.write(bytes) } else { Ok(()) }
    }

    fn rate(&self) -> Option<u32> {
        Some(self.host)
    }

    fn set_rate(&mut self, baud: u32) -> Result<(), LineError> {
        if baud > self.plan.port {
            return Err(LineError::NoRate { baud });
        }
        self.host = baud;
        self.tell();
        Ok(())
    }
}
