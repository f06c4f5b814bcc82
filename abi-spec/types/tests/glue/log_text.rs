//! Text: UTF-8, cuts, and how every other kind of value of the real ABI is shown.

use device_abi::{
    Fault, Halt, Trap,
    clock::Clock,
    glue,
    gpio::{Gpio, Level as Pin, Mode, PinHandle},
    log::{Level, Log},
    system::{ResetReason, System},
    types::ErrorCode,
};

use crate::remembering::Remembering;

impl Log for Remembering {
    fn write(&mut self, level: Level, message: &str) {
        self.calls.push(format!("{level} {}", message.len()));
    }
}

impl Clock for Remembering {
    fn now(&mut self) -> u64 {
        95
    }

    fn sleep(&mut self, duration_us: u64) {
        self.calls.push(format!("sleep {duration_us}"));
    }

    fn delay_ns(&mut self, duration_ns: u32) {
        self.calls.push(format!("delay {duration_ns}"));
    }
}

impl Gpio for Remembering {
    fn open(&mut self, number: u32, mode: Mode, initial: Pin) -> Result<PinHandle, ErrorCode> {
        self.calls.push(format!("{number} {mode} {initial}"));
        self.answer(PinHandle(2))
    }

    fn read(&mut self, _pin: PinHandle) -> Result<Pin, ErrorCode> {
        self.answer(Pin::High)
    }

    fn write(&mut self, _pin: PinHandle, level: Pin) -> Result<(), ErrorCode> {
        self.calls.push(level.to_string());
        self.answer(())
    }

    fn toggle(&mut self, _pin: PinHandle) -> Result<(), ErrorCode> {
        self.answer(())
    }

    fn close(&mut self, _pin: PinHandle) -> Result<(), ErrorCode> {
        self.answer(())
    }
}

impl System for Remembering {
    fn abi_version(&mut self) -> u32 {
        device_abi::ABI_VERSION
    }

    fn device_id(&mut self, into: &mut [u8]) -> Result<u32, ErrorCode> {
        into[..3].copy_from_slice(&[1, 2, 3]);
        self.answer(3)
    }

    fn argument_count(&mut self) -> u32 {
        1
    }

    fn argument(&mut self, _index: u32, _into: &mut [u8]) -> Result<u32, ErrorCode> {
        self.answer(0)
    }

    fn random(&mut self, into: &mut [u8]) -> Result<(), ErrorCode> {
        into.fill(4);
        self.answer(())
    }

    fn last_reset(&mut self) -> ResetReason {
        ResetReason::DeepSleep
    }

    fn exit(&mut self, code: i32) -> Halt {
        Halt::Exit(code)
    }
}

/// The part of a line after the time.
fn untimed(host: &Remembering) -> Vec<String> {
    host.traced().iter().map(|line| line["        95 us  ".len()..].to_owned()).collect()
}

fn log(text: &[u8]) -> (Remembering, Result<(), Halt>) {
    let mut host = Remembering::new();
    let result = glue::log_write(&mut host, &mut text.to_vec(), 2, 0, text.len() as u32);
    (host, result)
}

#[test]
fn only_quotes_backslashes_and_control_characters_are_escaped() {
    let (host, result) = log("a \"b\" \\ \t\n\r\u{1b} ü €".as_bytes());
    result.unwrap();
    assert_eq!(untimed(&host), [r#"log.write       level=info "a \"b\" \\ \t\n\r\u001b ü €""#]);
    assert!(host.json()[0].contains(r#""message":"a \"b\" \\ \t\n\r\u001b ü €""#), "{:?}", host.json());
}

#[test]
fn long_messages_are_cut_at_a_character_boundary_in_the_trace_only() {
    let text = "é".repeat(127) + "x€";
    let (host, result) = log(text.as_bytes());
    result.unwrap();
    // The host gets all of it and cuts for itself.
    assert_eq!(host.calls, ["info 258"]);
    let kept = "é".repeat(127) + "x";
    assert_eq!(untimed(&host), [format!("log.write       level=info \"{kept}\" cut=3")]);
    assert!(
        host.json()[0].contains(&format!(r#""message":{{"text":"{kept}","cut":3}}"#)),
        "{:?}",
        host.json()
    );
    let (host, _) = log(&[b'a'; 256]);
    assert!(host.traced()[0].ends_with("a\""), "nothing is cut off 256 bytes");
}

#[test]
fn bad_text_and_bad_levels_trap() {
    let (host, result) = log(b"ab\xc3");
    let Err(Halt::Trap(Trap::AbiViolation(violation))) = result else { panic!("{result:?}") };
    assert_eq!((violation.argument_name(), violation.fault), ("message", Fault::NotUtf8 { at: 2 }));
    assert_eq!(untimed(&host), ["log.write       -> trap abi-violation message"]);
    let result = glue::log_write(&mut Remembering::new(), &mut [], 5, u32::MAX, 1);
    let Err(Halt::Trap(Trap::AbiViolation(violation))) = result else { panic!("{result:?}") };
    // The first bad argument counts.
    assert_eq!(
        (violation.argument_name(), violation.fault),
        ("level", Fault::NoSuchCase { value: 5, cases: 5 })
    );
}

#[test]
fn every_kind_of_result_is_shown() {
    let mut host = Remembering::new();
    let memory = &mut [0; 16][..];
    assert_eq!(glue::clock_now(&mut host, memory), Ok(95));
    glue::clock_sleep(&mut host, memory, u64::MAX).unwrap();
    assert_eq!(glue::gpio_open(&mut host, memory, 2, 3, 1), Ok(2));
    assert_eq!(glue::gpio_read(&mut host, memory, 2), Ok(1));
    assert_eq!(glue::gpio_write(&mut host, memory, 2, 0), Ok(0));
    assert_eq!(glue::system_abi_version(&mut host, memory), Ok(0x1_0000));
    assert_eq!(glue::system_device_id(&mut host, memory, 0, 16), Ok(3));
    assert_eq!(glue::system_random(&mut host, memory, 0, 4), Ok(0));
    assert_eq!(glue::system_last_reset(&mut host, memory), Ok(5));
    assert_eq!(glue::system_exit(&mut host, memory, (-1_i32).cast_unsigned()), Err(Halt::Exit(-1)));
    assert_eq!(
        untimed(&host),
        [
            "clock.now       -> 95",
            "clock.sleep     duration-us=18446744073709551615",
            "gpio.open       number=2 mode=output initial=high -> 2",
            "gpio.read       pin=2 -> high",
            "gpio.write      pin=2 level=low",
            "system.abi-version -> 65536",
            "system.device-id into=16 -> 3 [010203]",
            "system.random   into=4 -> [04040404]",
            "system.last-reset -> deep-sleep",
            "system.exit     code=-1",
        ]
    );
    let values: Vec<_> = host.json().iter().map(|line| line.contains("\"value\":")).collect();
    assert_eq!(values, [true, false, true, true, false, true, true, false, true, false]);
}

#[test]
fn a_limit_does_not_hide_an_exit() {
    let mut host = Remembering::new();
    host.last = Some(Halt::Stopped);
    assert_eq!(glue::system_exit(&mut host, &mut [], 3), Err(Halt::Exit(3)));
}
