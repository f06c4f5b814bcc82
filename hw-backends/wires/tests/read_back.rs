//! Files are written, read back, and decoded from the waveform.

mod support;

use device_abi::gpio::{Level, Mode};
use embedded_hal::i2c::{ErrorKind, NoAcknowledgeSource, Operation};
use hw_core::backend::{BreakOff, BusError, Gpio, I2cBus, PinUse, Reply};
use hw_wires::{Layout, PictureOptions, Recorder, TracedBus, TracedPins};
use proptest::prelude::*;
use support::{Decoded, decode, line, wire};
use vcd::Value::{V0, V1, X, Z};

/// Answers each read with the numbers from 1, and ends after `acknowledged` bytes if there is such.
#[derive(Debug, Default)]
struct Scripted {
    acknowledged: Option<u32>,
    extra_ns: u64,
}

impl I2cBus for Scripted {
    fn transaction(&mut self, _: u64, _: u8, _: u32, operations: &mut [Operation<'_>]) -> Reply {
        let mut next = 1_u8;
        for operation in operations {
            if let Operation::Read(into) = operation {
                for byte in into.iter_mut() {
                    *byte = next;
                    next = next.wrapping_add(1);
                }
            }
        }
        let refused = BusError(ErrorKind::NoAcknowledge(NoAcknowledgeSource::Unknown));
        let reply = self.acknowledged.map_or_else(|| Reply::ok(()), |bytes| Reply::failed(refused, bytes));
        Reply { extra_ns: self.extra_ns, ..reply }
    }
}

/// Fails with this before the first byte is acknowledged.
#[derive(Debug)]
struct Failing(ErrorKind);

impl I2cBus for Failing {
    fn transaction(&mut self, _: u64, _: u8, _: u32, _: &mut [Operation<'_>]) -> Reply {
        Reply::failed(BusError(self.0), 0)
    }
}

fn buses(numbers: &[u32]) -> Recorder {
    Recorder::keeping(Layout { buses: numbers.to_vec(), ..Layout::default() })
}

#[test]
fn a_register_read_decodes_with_its_times() {
    let recorder = buses(&[0]);
    let mut bus = TracedBus::new(0, Scripted::default(), recorder.clone());
    let mut into = [0; 2];
    let reply =
        bus.transaction(1_000, 0x76, 400_000, &mut [Operation::Write(&[0xf7]), Operation::Read(&mut into)]);
    assert!(reply.result.is_ok());
    assert_eq!(into, [1, 2]);
    let wires = recorder.finish(200_000).unwrap();
    let decoded = decode(&wires.vcd(), "i2c0");
    assert_eq!(line(&decoded), "S ec+ f7+ Sr ed+ 01+ 02- P");
    // 48 cycles of 2.5 us: the start at 0.55 of the first, the stop at 0.95 of the last.
    assert_eq!(decoded.first(), Some(&(1_000 + 1_375, Decoded::Start)));
    assert_eq!(decoded.last(), Some(&(1_000 + 47 * 2_500 + 2_375, Decoded::Stop)));
    assert!(wires.vcd().ends_with("\n#200000\n"));
}

#[test]
fn the_part_of_a_transaction_that_a_bus_hears_is_recorded() {
    let recorder = buses(&[0]);
    let mut bus = TracedBus::new(0, Scripted::default(), recorder.clone());
    let heard = &mut [Operation::Write(&[0xf7])];
    let reply = bus.broken_off(1_000, 0x76, 400_000, heard, BreakOff::AtRepeatedStart);
    assert!(reply.result.is_ok());
    let decoded = decode(&recorder.finish(200_000).unwrap().vcd(), "i2c0");
    assert_eq!(line(&decoded), "S ec+ f7+ P");
}

#[test]
fn file_and_picture_end_with_the_transaction_that_is_under_way() {
    // 20 cycles of 10 us.
    for (end_ns, expected, label) in [(150_000, 201_000, ">201 us<"), (300_000, 300_000, ">300 us<")] {
        let recorder = buses(&[0]);
        let mut bus = TracedBus::new(0, Scripted::default(), recorder.clone());
        bus.transaction(1_000, 0x20, 100_000, &mut [Operation::Write(&[1])]);
        let wires = recorder.finish(end_ns).unwrap();
        assert_eq!(line(&decode(&wires.vcd(), "i2c0")), "S 40+ 01+ P");
        assert!(wires.vcd().ends_with(&format!("\n#{expected}\n")), "{}", wires.vcd());
        let picture = wires.picture(&[], &PictureOptions::default());
        assert!(picture.contains(label), "{label} in\n{picture}");
    }
}

#[test]
fn a_refused_byte_is_the_last_and_the_next_transaction_is_whole() {
    let recorder = buses(&[3]);
    let mut bus = TracedBus::new(3, Scripted { acknowledged: Some(2), extra_ns: 0 }, recorder.clone());
    bus.transaction(0, 0x50, 100_000, &mut [Operation::Write(&[1, 2, 3])]);
    // Right behind the first: 1 + 3 * 9 + 1 cycles of 10 us.
    let mut bus = TracedBus::new(3, Scripted { acknowledged: Some(0), extra_ns: 0 }, recorder.clone());
    bus.transaction(290_000, 0x51, 100_000, &mut [Operation::Read(&mut [0])]);
    let decoded = decode(&recorder.finish(0).unwrap().vcd(), "i2c3");
    assert_eq!(line(&decoded), "S a0+ 01+ 02- P S a3- P");
}

#[test]
fn an_error_that_is_no_missing_acknowledge_is_told_apart() {
    let lost = "?? P";
    for (kind, expected, decoded) in [
        (ErrorKind::ArbitrationLoss, "0 ns  i2c.0  S ?? P (arbitration-lost)\n", lost),
        (ErrorKind::Overrun, "0 ns  i2c.0  S ?? P (overrun)\n", lost),
        // What a decoder makes of data that is held low; there is no byte.
        (ErrorKind::Bus, "0 ns  i2c.0  data held low (bus)\n", "S P"),
        (ErrorKind::NoAcknowledge(NoAcknowledgeSource::Address), "0 ns  i2c.0  S a0- P\n", "S a0- P"),
        (ErrorKind::NoAcknowledge(NoAcknowledgeSource::Unknown), "0 ns  i2c.0  S a0- P\n", "S a0- P"),
    ] {
        let recorder = buses(&[0]);
        let mut bus = TracedBus::new(0, Failing(kind), recorder.clone());
        bus.transaction(0, 0x50, 100_000, &mut [Operation::Write(&[1])]);
        let wires = recorder.finish(0).unwrap();
        assert_eq!(wires.to_string(), expected);
        let is_error = expected.contains('(');
        let drawn = wires.picture(&[], &PictureOptions::default());
        assert_eq!(drawn.contains(">!<"), is_error, "{kind:?}");
        assert_eq!(drawn.contains(">data low<"), kind == ErrorKind::Bus, "{kind:?}");
        let file = wires.vcd();
        assert_eq!(line(&decode(&file, "i2c0")), decoded, "{kind:?}");
        // As long as the core takes it to last: 11 cycles of 10 us.
        let told: &[_] = if is_error { &[(0, V0), (0, V1), (110_000, V0)] } else { &[(0, V0)] };
        assert_eq!(wire(&file, &["i2c0", "i2c0_error"]), told, "{kind:?}");
    }
}

#[test]
fn data_that_is_held_is_low_for_the_time_of_the_transaction() {
    let recorder = buses(&[0]);
    let mut bus = TracedBus::new(0, Failing(ErrorKind::Bus), recorder.clone());
    bus.transaction(5_000, 0x50, 100_000, &mut [Operation::Write(&[1])]);
    let file = recorder.finish(1_000_000).unwrap().vcd();
    assert_eq!(wire(&file, &["i2c0", "i2c0_scl"]), [(0, V1)]);
    assert_eq!(wire(&file, &["i2c0", "i2c0_sda"]), [(0, V1), (5_000, V0), (115_000, V1)]);
}

#[test]
fn extra_time_holds_the_clock_low_before_the_stop() {
    let recorder = buses(&[0]);
    let mut bus = TracedBus::new(0, Scripted { acknowledged: None, extra_ns: 70_000 }, recorder.clone());
    bus.transaction(0, 0x10, 100_000, &mut [Operation::Write(&[])]);
    let wires = recorder.finish(0).unwrap();
    assert_eq!(wires.to_string(), "0 ns  i2c.0  S 20+ P (70000 ns more)\n");
    let scl = wire(&wires.vcd(), &["i2c0", "i2c0_scl"]);
    assert_eq!(scl[scl.len() - 2..], [(100_000, V0), (175_500, V1)]);
}

#[test]
fn transactions_that_overlap_on_two_buses_are_both_whole() {
    let recorder = buses(&[0, 1]);
    for (number, at_ns) in [(0, 0), (1, 15_000)] {
        let mut bus = TracedBus::new(number, Scripted::default(), recorder.clone());
        bus.transaction(at_ns, 0x20, 100_000, &mut [Operation::Write(&[0xa5])]);
    }
    let file = recorder.finish(0).unwrap().vcd();
    for (bus, at_ns) in [("i2c0", 0), ("i2c1", 15_000)] {
        let decoded = decode(&file, bus);
        assert_eq!(line(&decoded), "S 40+ a5+ P");
        // 20 cycles of 10 us.
        let ends = [decoded[0].0, decoded[3].0];
        assert_eq!(ends, [at_ns + 5_500, at_ns + 199_500]);
    }
}

/// Pin 9 is an input that follows the clock: high in odd milliseconds. Pin 3 refuses everything.
#[derive(Debug)]
struct Blinking;

impl Gpio for Blinking {
    fn pin_use(&self, pin: u32) -> Option<PinUse> {
        (pin < 10).then_some(PinUse::Free)
    }

    fn open(&mut self, _: u64, pin: u32, _: Mode, _: Level) -> Reply {
        if pin == 3 { Reply::failed(BusError(ErrorKind::Other), 0) } else { Reply::ok(()) }
    }

    fn read(&mut self, at_ns: u64, _: u32) -> Reply<Level> {
        Reply::ok(if at_ns / 1_000_000 % 2 == 1 { Level::High } else { Level::Low })
    }

    fn write(&mut self, _: u64, _: u32, _: Level) -> Reply {
        Reply::ok(())
    }

    fn close(&mut self, _: u64, _: u32) -> Reply {
        Reply::ok(())
    }
}

#[test]
fn pins_have_direction_and_edges() {
    let pins = vec![(2, "LED".to_owned()), (3, String::new()), (9, "BOOT button".to_owned())];
    let recorder = Recorder::keeping(Layout { pins, ..Layout::default() });
    let mut gpio = TracedPins::new(Box::new(Blinking) as Box<dyn Gpio>, recorder.clone());
    assert_eq!((gpio.pin_use(9), gpio.pin_use(10)), (Some(PinUse::Free), None));
    gpio.open(10, 2, Mode::Output, Level::Low).result.unwrap();
    gpio.open(20, 9, Mode::InputPullUp, Level::High).result.unwrap();
    assert!(gpio.open(30, 3, Mode::Output, Level::High).result.is_err());
    for at_ns in (0..4_000_000).step_by(500_000).skip(1) {
        gpio.read(at_ns, 9).result.unwrap();
    }
    for (at_ns, level) in [(5_000_000, Level::High), (5_000_001, Level::High), (6_000_000, Level::Low)] {
        gpio.write(at_ns, 2, level).result.unwrap();
    }
    gpio.close(7_000_000, 2).result.unwrap();
    let wires = recorder.finish(8_000_000).unwrap();
    let file = wires.vcd();
    assert_eq!(
        wire(&file, &["gpio", "LED"]),
        [(0, Z), (10, V0), (5_000_000, V1), (6_000_000, V0), (7_000_000, Z)]
    );
    assert_eq!(wire(&file, &["gpio_output", "LED_output"]), [(0, V0), (10, V1), (7_000_000, V0)]);
    assert_eq!(
        wire(&file, &["gpio", "BOOT_button"]),
        [(0, Z), (20, X), (500_000, V0), (1_000_000, V1), (2_000_000, V0), (3_000_000, V1)]
    );
    assert_eq!(wire(&file, &["gpio_output", "BOOT_button_output"]), [(0, V0)]);
    assert_eq!(wire(&file, &["gpio", "pin3"]), [(0, Z)]);
    assert!(
        wires.to_string().starts_with("10 ns  gpio.2  output low\n20 ns  gpio.9  input-pull-up\n"),
        "{wires}"
    );
}

/// An output that fails once, after `left` writes.
#[derive(Debug)]
struct Full {
    left: isize,
}

impl std::io::Write for Full {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.left -= 1;
        if self.left == -1 { Err(std::io::ErrorKind::StorageFull.into()) } else { Ok(bytes.len()) }
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[test]
fn an_output_that_fails_is_told_at_the_end_and_does_not_touch_the_traffic() {
    for left in [0, 100] {
        let layout = Layout { buses: vec![0], ..Layout::default() };
        let recorder = Recorder::new(layout, 0, Some(Box::new(Full { left })));
        let mut bus = TracedBus::new(0, Scripted::default(), recorder.clone());
        for at_ns in (0..10_000_000).step_by(1_000_000) {
            assert!(bus.transaction(at_ns, 0x20, 100_000, &mut [Operation::Write(&[1])]).result.is_ok());
        }
        let error = recorder.finish(10_000_000).unwrap_err();
        assert_eq!(error.kind(), std::io::ErrorKind::StorageFull);
    }
}

/// What a transaction shall look like, worked out from its bytes as a list rather than from its operations.
fn expected(address: u8, operations: &[(bool, Vec<u8>)], acknowledged: Option<u32>) -> String {
    // Each byte with whether a start stands before it, and whether the chip sent it.
    let (mut bytes, mut answer, mut before) = (Vec::new(), 1_u8, None);
    for (reads, data) in operations {
        if before != Some(*reads) {
            bytes.push((true, false, address * 2 + u8::from(*reads)));
            before = Some(*reads);
        }
        for &byte in data {
            bytes.push((false, *reads, if *reads { answer } else { byte }));
            answer = if *reads { answer.wrapping_add(1) } else { answer };
        }
    }
    bytes.truncate(acknowledged.map_or(usize::MAX, |bytes| bytes as usize + 1));
    let mut text = String::new();
    for (index, &(start, from_chip, value)) in bytes.iter().enumerate() {
        if start {
            text += if index == 0 { "S " } else { "Sr " };
        }
        let refused = acknowledged == Some(index as u32);
        let ends_read = from_chip && bytes.get(index + 1).is_none_or(|&(start, ..)| start);
        let value = if refused && from_chip { 0xff } else { value };
        text += &format!("{value:02x}{} ", if refused || ends_read { '-' } else { '+' });
    }
    text + "P"
}

/// Operations as the core passes them on: at least one, and no empty read.
fn operations() -> impl Strategy<Value = Vec<(bool, Vec<u8>)>> {
    let operation = (any::<bool>(), proptest::collection::vec(any::<u8>(), 0..6));
    let operation = operation.prop_filter("no empty read", |(reads, data)| !(*reads && data.is_empty()));
    proptest::collection::vec(operation, 1..5)
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_was_sent_is_what_decodes(
        transactions in proptest::collection::vec(
            (0_u8..0x80, operations(), proptest::option::of(0_u32..30), 0_u64..5_000), 1..6),
        frequency_hz in 1_000_u32..1_000_001,
    ) {
        let recorder = buses(&[0]);
        let (mut at_ns, mut sent) = (0, String::new());
        for (address, list, acknowledged, extra_ns) in transactions {
            let scripted = Scripted { acknowledged, extra_ns };
            let mut bus = TracedBus::new(0, scripted, recorder.clone());
            let mut buffers: Vec<_> = list.clone();
            let mut operations: Vec<_> = buffers
                .iter_mut()
                .map(|(reads, data)| if *reads { Operation::Read(data) } else { Operation::Write(data) })
                .collect();
            bus.transaction(at_ns, address, frequency_hz, &mut operations);
            let text = expected(address, &list, acknowledged);
            // As the core counts: one cycle for each start and the stop, nine for each byte, rounded up.
            let cycles: u64 = text.split(' ').map(|word| if word.len() == 3 { 9 } else { 1 }).sum();
            at_ns += (cycles * 1_000_000_000).div_ceil(u64::from(frequency_hz)) + extra_ns;
            sent = if sent.is_empty() { text } else { sent + " " + &text };
        }
        let decoded = decode(&recorder.finish(at_ns).unwrap().vcd(), "i2c0");
        prop_assert_eq!(line(&decoded), sent);
        prop_assert!(decoded.last().unwrap().0 < at_ns);
    }
}
