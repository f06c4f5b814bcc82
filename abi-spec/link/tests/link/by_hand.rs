//! Golden frames taken apart by hand, with nothing but what `LINK.md` says: another language could do the same.

use crate::samples;

/// Reads a payload from its front.
struct Reader(Vec<u8>);

impl Reader {
    /// The payload of a golden frame: COBS undone, the checksum taken off.
    fn of(name: &str) -> Self {
        let (_, frame) =
            samples::frames().iter().find(|(found, _)| *found == name).expect("there is such a frame");
        let Some(([0, inside @ ..], 0)) = frame.split_last().map(|(last, rest)| (rest, *last)) else {
            panic!("{name}: no borders");
        };
        let mut content = Vec::new();
        let mut rest = inside;
        while let Some((code, after)) = rest.split_first() {
            let (block, after) = after.split_at(usize::from(*code) - 1);
            content.extend_from_slice(block);
            if *code != 0xff && !after.is_empty() {
                content.push(0);
            }
            rest = after;
        }
        content.truncate(content.len() - 4);
        Self(content)
    }

    fn byte(&mut self) -> u8 {
        self.0.remove(0)
    }

    fn bytes(&mut self, length: u64) -> Vec<u8> {
        self.0.drain(..length as usize).collect()
    }

    fn varint(&mut self) -> u64 {
        let mut value = 0;
        for shift in (0..).step_by(7) {
            let byte = self.byte();
            value |= u64::from(byte & 0x7f) << shift;
            if byte & 0x80 == 0 {
                break;
            }
        }
        value
    }

    fn text(&mut self) -> String {
        let length = self.varint();
        String::from_utf8(self.bytes(length)).expect("UTF-8")
    }

    fn optional(&mut self) -> Option<u64> {
        (self.byte() == 1).then(|| self.varint())
    }

    /// The bytes of a list, to be read until they are used up.
    fn list(&mut self) -> Self {
        let length = self.varint();
        Self(self.bytes(length))
    }

    fn done(self) {
        assert_eq!(self.0, [0u8; 0], "nothing follows the last field");
    }
}

#[test]
fn hello_of_a_device() {
    let mut body = Reader::of("hello of a device");
    assert_eq!(body.bytes(4), [0x81, 0, 1, 0]);
    assert_eq!(body.bytes(6), [0x54, 0x77, 0x4c, 0x6b, 2, 0]);
    assert_eq!((body.varint(), body.varint()), (0x1_0000, 2048));
    assert_eq!(body.list().0, [0xde, 0xad, 0xbe, 0xef]);
    let words = [(); 4].map(|()| body.text());
    assert_eq!(words, ["qemu-virt", "0.1.0", "wasm3", "0.5.0"]);
    assert_eq!((body.byte(), body.byte(), body.byte()), (1, 0, 1), "bench, not native, persistent");
    assert_eq!([(); 3].map(|()| body.varint()), [320_000, 250_000, 120_000]);
    assert_eq!(body.text(), "esp32c3");
    assert_eq!([(); 3].map(|()| body.varint()), [65_536, 2, 256]);
    assert_eq!([(); 6].map(|()| body.varint()), [128, 128, 1024, 128, 128, 256]);
    let numbers = [(); 11].map(|()| body.varint());
    assert_eq!(numbers, [128, 48, 256, 16, 64, 32, 32, 32, 1024, 64, 22]);
    let mut reserved = body.list();
    for pins in [
        (2, 2, "strapping"),
        (8, 9, "strapping"),
        (11, 17, "flash"),
        (18, 19, "USB"),
        (20, 21, "device link"),
    ] {
        assert_eq!((reserved.varint(), reserved.varint(), &*reserved.text()), pins);
    }
    reserved.done();
    assert_eq!(body.varint(), 1);
    body.done();
}

#[test]
fn start() {
    let mut body = Reader::of("start");
    assert_eq!(body.bytes(4), [2, 0, 6, 0]);
    assert_eq!((body.varint(), body.varint(), body.varint()), (4, 0, 7));
    let mut arguments = body.list();
    assert_eq!((&*arguments.text(), &*arguments.text()), ("--slow", "3"));
    arguments.done();
    let limits = [(); 4].map(|()| body.optional());
    assert_eq!(limits, [None, Some(60_000_000_000), Some(10_000), Some(1 << 20)]);
    assert_eq!(body.list().0, [0xde, 0xad, 0xbe, 0xef]);
    assert_eq!(body.byte(), 0, "power-on");
    assert_eq!(body.list().0, [0, 0, 1, 0, 0, 2, 2, 0, 0, 1, 0, 3]);
    let mut buses = body.list();
    assert_eq!((buses.varint(), buses.varint()), (0, 400_000));
    assert_eq!((buses.optional(), buses.optional()), (Some(5), Some(6)));
    buses.done();
    assert_eq!((body.optional(), body.byte(), body.byte()), (Some(2_000_000_000), 1, 0));
    body.done();
}

#[test]
fn info() {
    let mut body = Reader::of("reply: info");
    assert_eq!(body.bytes(4), [0x82, 0, 2, 0]);
    assert_eq!([(); 4].map(|()| body.varint()), [2, 320_000, 250_000, 120_000]);
    assert_eq!((body.byte(), body.byte(), body.varint(), body.varint()), (1, 0, 15_360, 0x89ab_cdef));
    assert_eq!((&*body.text(), body.varint(), body.byte(), body.byte()), ("esp32c3", 1, 1, 1));
    assert_eq!([(); 4].map(|()| body.varint()), [1000, 2, 0, 90_000]);
    assert_eq!((body.byte(), body.byte(), body.varint(), body.varint()), (0, 1, 115_200, 921_600));
    assert_eq!((body.byte(), body.varint(), body.varint()), (1, 1, 12_000_000));
    assert_eq!([(); 3].map(|()| body.varint()), [1, 300, 0]);
    assert_eq!(
        (body.byte(), body.varint(), body.varint(), body.varint()),
        (1, 1, 0, 1_500_000),
        "unreachable"
    );
    body.done();
}

#[test]
fn autostart() {
    let (mut start, mut autostart) = (Reader::of("start"), Reader::of("autostart"));
    assert_eq!((start.bytes(4), autostart.bytes(4)), (vec![2, 0, 6, 0], vec![2, 0, 12, 0]));
    assert_eq!((start.varint(), start.varint()), (4, 0), "start, bench");
    assert_eq!(
        (autostart.varint(), autostart.byte(), autostart.varint()),
        (10, 1, 1),
        "there is one, native"
    );
    assert_eq!(autostart.0, start.0);
}

#[test]
fn answer_that_failed() {
    let mut body = Reader::of("answer: failed");
    assert_eq!(body.bytes(4), [4, 0, 4, 0]);
    assert_eq!((body.varint(), body.byte(), body.varint()), (3, 10, 0), "no-acknowledge-address");
    assert_eq!((body.varint(), body.optional(), body.byte(), body.byte()), (0, None, 0, 0));
    body.done();
}

#[test]
fn end_of_a_run() {
    let mut body = Reader::of("event: ended, trap");
    assert_eq!(body.bytes(4), [0x85, 0, 4, 0]);
    assert_eq!((body.varint(), body.varint(), body.varint()), (3, 1, 7), "ended, trap, abi-violation");
    assert_eq!((body.varint(), body.byte(), body.varint()), (22, 2, 0), "i2c.read, argument, out-of-memory");
    assert_eq!((body.varint(), body.varint(), body.varint()), (0x1fff8, 16, 131_072));
    assert_eq!(body.varint(), 1_500_000);
    assert_eq!([(); 4].map(|()| body.varint()), [42, 12, 0, 96_000]);
    assert_eq!([(); 3].map(|()| body.varint()), [1, 300, 0]);
    assert_eq!([(); 3].map(|()| body.varint()), [320_000, 250_000, 120_000]);
    body.done();
    let mut body = Reader::of("event: ended, exit 3");
    assert_eq!(
        (body.bytes(4).len(), body.varint(), body.varint(), body.varint()),
        (4, 3, 0, 6),
        "zigzag of 3"
    );
}

#[test]
fn ends_with_negative_numbers_and_faults() {
    let begin = |name: &str| {
        let mut body = Reader::of(name);
        assert_eq!((body.byte(), body.bytes(3).len(), body.varint()), (0x85, 3, 3), "ended");
        body
    };
    let mut body = begin("event: ended, exit -3");
    assert_eq!((body.varint(), body.varint()), (0, 5), "zigzag of -3");
    let mut body = begin("event: ended, stack-exhausted");
    assert_eq!((body.varint(), body.varint(), body.varint()), (1, 6, 1_500_000));
    for (name, function, argument, fault, fields) in [
        ("misaligned", 24, 2, 1, &[0x1fff7, 4][..]),
        ("no-such-case", 15, 1, 2, &[9, 5]),
        ("no-such-flag", 12, 1, 3, &[12, 3]),
        ("out-of-range", 22, 1, 4, &[300, 255]),
        ("not-utf8", 0, 1, 5, &[7]),
    ] {
        let mut body = begin(&format!("event: ended, {name}"));
        assert_eq!((body.varint(), body.varint(), body.varint()), (1, 7, function), "{name}");
        assert_eq!((body.byte(), body.varint()), (argument, fault), "{name}");
        let found: Vec<_> = fields.iter().map(|_| body.varint()).collect();
        assert_eq!((&found[..], body.varint()), (fields, 1_500_000), "{name}");
    }
    let mut body = begin("event: ended, overlap");
    assert_eq!((body.varint(), body.varint(), body.varint()), (1, 7, 23));
    assert_eq!((body.byte(), body.varint(), body.byte(), body.varint()), (3, 6, 2, 1_500_000));
}

/// `TRACE.md` shows the record as it is here.
#[test]
fn record_of_the_trace() {
    let mut body = Reader::of("event: trace");
    assert_eq!((body.bytes(4), body.varint()), (vec![0x85, 0, 1, 0], 1));
    let record = body.list();
    body.done();
    assert_eq!(record.0[..4], [record.0.len() as u8, 0, 0, 0], "its own length");
    assert_eq!(record.0[4..8], [1, 0, 0, 1], "clock.now, app 0, a value");
    let number = |from: usize| u64::from_le_bytes(record.0[from..from + 8].try_into().expect("8 bytes"));
    assert_eq!((number(8), number(16)), (95_000, 95), "start, value");
    let words: Vec<_> = record.0.iter().map(|byte| format!("{byte:02x}")).collect();
    assert!(include_str!("../../TRACE.md").contains(&words.join(" ")), "TRACE.md");
}

#[test]
fn full_blocks() {
    let frame = |name| &samples::frames().iter().find(|(found, _)| *found == name).expect("it is there").1;
    for (name, bytes) in [("data: the last block is full", 244), ("data: a full block, and another", 300)] {
        assert_eq!(frame(name)[..4], [0, 2, 3, 0xff], "{name}");
        let mut body = Reader::of(name);
        assert_eq!((body.bytes(4), body.varint()), (vec![3, 0, 1, 1], 1024));
        let data = body.list();
        assert!(
            data.0.len() == bytes
                && data.0.iter().enumerate().all(|(at, byte)| at % 255 + 1 == *byte as usize)
        );
        body.done();
    }
    assert_eq!(frame("data: the last block is full")[4 + 254..], [0], "no empty block behind it");
}

#[test]
fn call_of_an_i2c_transaction() {
    let mut body = Reader::of("call: i2c-transaction");
    assert_eq!(body.bytes(4), [0x84, 0, 5, 0]);
    assert_eq!((body.varint(), body.varint()), (95_000, 4));
    assert_eq!((body.varint(), body.byte(), body.varint()), (0, 0x76, 400_000));
    let mut operations = body.list();
    assert_eq!((operations.varint(), operations.varint(), operations.byte()), (1, 1, 0xd0));
    assert_eq!((operations.varint(), operations.varint()), (0, 1));
    operations.done();
    body.done();
}
