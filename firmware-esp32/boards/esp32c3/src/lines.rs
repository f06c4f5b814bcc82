//! The lines to hosts: at which of them the host is.
//!
//! Whoever says hello first is served. The other line is listened to meanwhile: a hello there is told that the board is
//! busy, or is served from now on if nothing has come from the first for some time.

use device_link::{
    FIRST_BAUD, LineRates, LinkError, Message, Reply, SMALLEST_LIMIT, ToHost, encode, frame_bytes,
};

use crate::ear::{Ear, Frame};

/// How long a host is silent before another line's takes its place, nanoseconds. One that waits for an answer repeats
/// itself ten times as often.
const SILENT_NS: u64 = 5_000_000_000;

/// Bytes that are taken at a time from a line that no host is known at.
const PIECE_BYTES: usize = 64;

/// A line to a host.
pub(crate) trait Line {
    /// Takes bytes that have arrived, as many as there are and fit; never waits.
    fn read(&mut self, bytes: &mut [u8]) -> usize;

    /// Whether there is something to read.
    fn has_input(&self) -> bool;

    /// Sends bytes; waits until the line has taken them, or until it is clear that nobody does.
    fn write(&mut self, bytes: &[u8]);

    /// Its bit rates, if it has such.
    fn rates(&self) -> Option<LineRates> {
        None
    }

    /// Whether it can go at this rate.
    fn has_rate(&self, baud: u32) -> bool {
        self.rates().is_some_and(|rates| (1..=rates.highest).contains(&baud))
    }

    /// Changes its bit rate, after everything written has left. A rate that it does not have changes nothing.
    fn set_rate(&mut self, baud: u32) {
        let _ = baud;
    }
}

/// Two lines, as one.
#[derive(Debug)]
pub(crate) struct Lines<A, B> {
    first: A,
    second: B,
    ears: [Ear; 2],
    host: Option<Place>,
    /// When something last came from the host.
    heard_ns: u64,
    /// The hello by which the host was found, and what came with it: to be read before anything else.
    ahead: heapless::Deque<u8, { PIECE_BYTES + 66 }>,
}

/// One of the two.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    First,
    Second,
}

impl<A: Line, B: Line> Lines<A, B> {
    pub(crate) const fn new(first: A, second: B) -> Self {
        let ears = [Ear::new(), Ear::new()];
        Self { first, second, ears, host: None, heard_ns: 0, ahead: heapless::Deque::new() }
    }

    /// Takes bytes of the host, as many as there are and fit; never waits.
    pub(crate) fn read(&mut self, bytes: &mut [u8], now_ns: u64) -> usize {
        for place in [Place::First, Place::Second] {
            if self.host != Some(place) && self.ahead.is_empty() {
                self.listen(place, now_ns);
            }
        }
        let ahead = bytes.len().min(self.ahead.len());
        for byte in &mut bytes[..ahead] {
            *byte = self.ahead.pop_front().unwrap_or_default();
        }
        let rest = &mut bytes[ahead..];
        let len = ahead + self.host.map_or(0, |host| self.line(host).read(rest));
        if len > 0 {
            self.heard_ns = now_ns;
        }
        len
    }

    /// Sends bytes to the host, if there is one.
    pub(crate) fn write(&mut self, bytes: &[u8]) {
        if let Some(host) = self.host {
            self.line(host).write(bytes);
        }
    }

    /// The bit rates of the host's line; `None` where there is no host, or no rate.
    pub(crate) fn rates(&self) -> Option<LineRates> {
        match self.host? {
            Place::First => self.first.rates(),
            Place::Second => self.second.rates(),
        }
    }

    /// Whether the host's line can go at this rate.
    pub(crate) fn has_rate(&self, baud: u32) -> bool {
        match self.host {
            None => false,
            Some(Place::First) => self.first.has_rate(baud),
            Some(Place::Second) => self.second.has_rate(baud),
        }
    }

    /// Changes the bit rate of the host's line, after everything written has left.
    pub(crate) fn set_rate(&mut self, baud: u32) {
        if let Some(host) = self.host {
            self.line(host).set_rate(baud);
        }
    }

    /// Whether something has arrived anywhere.
    pub(crate) fn has_input(&self) -> bool {
        !self.ahead.is_empty() || self.first.has_input() || self.second.has_input()
    }

    /// Whether a host is there and was heard of late.
    pub(crate) fn hears_host(&self, now_ns: u64) -> bool {
        self.host.is_some() && now_ns.saturating_sub(self.heard_ns) < SILENT_NS
    }

    /// Listens for a hello on a line where the host is not.
    fn listen(&mut self, place: Place, now_ns: u64) {
        let mut piece = [0; PIECE_BYTES];
        let len = self.line(place).read(&mut piece);
        let mut bytes = piece[..len].iter();
        while let Some(byte) = bytes.next() {
            let Some(hello) = self.ears[place as usize].take(*byte) else { continue };
            if self.hears_host(now_ns) {
                self.say_busy(place);
            } else {
                self.serve(place, &hello, bytes.as_slice());
                self.heard_ns = now_ns;
                return;
            }
        }
    }

    /// The host is at `place` from now on.
    fn serve(&mut self, place: Place, hello: &Frame, rest: &[u8]) {
        if let Some(former) = self.host
            && former != place
        {
            // The next host there knows nothing of what was agreed with this one.
            self.line(former).set_rate(FIRST_BAUD);
        }
        self.host = Some(place);
        self.ears = [Ear::new(), Ear::new()];
        for byte in hello.iter().chain(rest) {
            // There is room for the longest hello and the longest rest, and nothing else is there.
            let _ = self.ahead.push_back(*byte);
        }
    }

    fn say_busy(&mut self, place: Place) {
        let mut frame = [0; frame_bytes(64)];
        let busy = Message { app: 0, number: 0, body: ToHost::Reply(Reply::Failed(LinkError::HostBusy)) };
        if let Ok(len) = encode(&busy, SMALLEST_LIMIT, &mut frame) {
            self.line(place).write(&frame[..len]);
        }
    }

    fn line(&mut self, place: Place) -> &mut dyn Line {
        match place {
            Place::First => &mut self.first,
            Place::Second => &mut self.second,
        }
    }
}

#[cfg(test)]
mod tests {
    use device_link::{Receiver, Request, ToDevice, decode};

    use super::*;
    use crate::ear::tests::{frame, hello};

    /// A line in memory.
    #[derive(Debug, Default)]
    struct Wire {
        input: Vec<u8>,
        output: Vec<u8>,
        baud: u32,
    }

    impl Line for Wire {
        fn read(&mut self, bytes: &mut [u8]) -> usize {
            let len = bytes.len().min(self.input.len());
            bytes[..len].copy_from_slice(&self.input[..len]);
            self.input.drain(..len);
            len
        }

        fn has_input(&self) -> bool {
            !self.input.is_empty()
        }

        fn write(&mut self, bytes: &[u8]) {
            self.output.extend(bytes);
        }

        fn rates(&self) -> Option<LineRates> {
            (self.baud > 0).then_some(LineRates { now: self.baud, highest: 921_600 })
        }

        fn set_rate(&mut self, baud: u32) {
            self.baud = baud;
        }
    }

    fn lines() -> Lines<Wire, Wire> {
        Lines::new(Wire::default(), Wire::default())
    }

    /// Everything that can be read, by pieces of `size`.
    fn read(lines: &mut Lines<Wire, Wire>, size: usize, now_ns: u64) -> Vec<u8> {
        let mut all = Vec::new();
        while lines.has_input() {
            let mut piece = vec![0; size];
            let len = lines.read(&mut piece, now_ns);
            all.extend(&piece[..len]);
        }
        all
    }

    #[test]
    fn noise_finds_no_host_and_nothing_is_sent() {
        let mut lines = lines();
        lines.first.input = vec![0x55; 5000];
        lines.second.input = b"\0ESP-ROM\0\0".to_vec();
        assert_eq!(read(&mut lines, 100, 0), []);
        lines.write(b"nobody is there");
        assert!(lines.first.output.is_empty() && lines.second.output.is_empty() && !lines.hears_host(0));
    }

    #[test]
    fn the_line_with_the_first_hello_is_served() {
        for size in [1, 7, 300] {
            let mut lines = lines();
            lines.first.input = b"noise\0".to_vec();
            let sent = [hello(1), frame(2, ToDevice::Request(Request::Info)), vec![9; 500]].concat();
            lines.second.input = sent.clone();
            assert_eq!(read(&mut lines, size, 0), sent, "by {size}");
            lines.write(b"hello");
            assert_eq!(
                (lines.first.output.as_slice(), lines.second.output.as_slice()),
                (&[][..], &b"hello"[..])
            );
        }
    }

    #[test]
    fn another_host_is_told_that_the_board_is_busy() {
        let mut lines = lines();
        lines.first.input = hello(1);
        read(&mut lines, 100, 0);
        lines.second.input = hello(1);
        assert_eq!(read(&mut lines, 100, SILENT_NS - 1), []);
        let mut receiver = Receiver::new([0; 64]);
        let payload =
            lines.second.output.iter().find_map(|byte| receiver.push(*byte).map(<[u8]>::to_vec)).unwrap();
        let message = decode::<ToHost<'_>>(&payload).unwrap();
        assert!(matches!(message.body, ToHost::Reply(Reply::Failed(LinkError::HostBusy))), "{message:?}");
        lines.write(b"first");
        assert_eq!(lines.first.output, b"first");
    }

    #[test]
    fn a_host_that_has_gone_is_replaced() {
        let mut lines = lines();
        lines.first.input = hello(1);
        read(&mut lines, 100, 0);
        assert!(lines.hears_host(SILENT_NS - 1) && !lines.hears_host(SILENT_NS));
        lines.second.input = hello(2);
        assert_eq!(read(&mut lines, 100, SILENT_NS), hello(2));
        lines.write(b"second");
        assert_eq!((lines.first.output.len(), lines.second.output.as_slice()), (0, &b"second"[..]));
    }

    #[test]
    fn a_rate_is_the_hosts_and_ends_with_it() {
        let mut lines = lines();
        lines.first.baud = FIRST_BAUD;
        lines.set_rate(921_600);
        assert_eq!((lines.rates(), lines.first.baud), (None, FIRST_BAUD), "nobody is there");
        assert!(!lines.has_rate(FIRST_BAUD));
        lines.first.input = hello(1);
        read(&mut lines, 100, 0);
        lines.set_rate(921_600);
        assert_eq!(lines.rates().map(|rates| rates.now), Some(921_600));
        assert_eq!([0, 1, 921_600, 921_601].map(|baud| lines.has_rate(baud)), [false, true, true, false]);
        lines.second.input = hello(2);
        read(&mut lines, 100, SILENT_NS);
        assert_eq!((lines.rates(), lines.first.baud), (None, FIRST_BAUD));
    }

    #[test]
    fn a_host_that_speaks_is_not_replaced() {
        let mut lines = lines();
        lines.first.input = hello(1);
        read(&mut lines, 100, 0);
        lines.first.input = frame(2, ToDevice::Request(Request::Info));
        read(&mut lines, 100, SILENT_NS);
        lines.second.input = hello(2);
        assert_eq!(read(&mut lines, 100, SILENT_NS + 1), []);
    }
}
