//! Single rules of the core that the random calls do not pin down.

mod support;

use device_abi::{
    Halt, Limit, Profile,
    clock::Clock,
    gpio::{Gpio, Level, Mode, PinHandle},
    i2c::I2c,
    log::{Level as LogLevel, Log},
    system::System,
    timer::Timer,
    types::{ErrorCode, EventKind},
};
use embedded_hal::i2c::{ErrorKind, NoAcknowledgeSource};
use hw_core::{Limits, backend::Quiet};
use support::{Answer, Bench};

#[test]
fn a_failed_read_leaves_the_buffer_alone() {
    let mut bench = Bench::new();
    let bus = bench.call(|view| I2c::open(view, 0, 0)).unwrap().unwrap();
    let nack = ErrorKind::NoAcknowledge(NoAcknowledgeSource::Address);
    bench.bus.0.lock().unwrap().answers.push_back(Answer { error: Some(nack), ..Answer::default() });
    let mut buffer = [0xaa; 4];
    let failed = bench.call(|view| I2c::read(view, bus, 0x76, &mut buffer)).unwrap();
    assert_eq!((failed, buffer), (Err(ErrorCode::NoAcknowledgeAddress), [0xaa; 4]));
    bench.call(|view| I2c::read(view, bus, 0x76, &mut buffer)).unwrap().unwrap();
    assert_eq!(buffer, [1, 2, 3, 4]);
}

#[test]
fn an_error_that_the_function_does_not_list_becomes_other_and_is_reported_whole() {
    let mut bench = Bench::new();
    let bus = bench.call(|view| I2c::open(view, 0, 0)).unwrap().unwrap();
    // `i2c.read` sends no data that could be refused.
    let nack = ErrorKind::NoAcknowledge(NoAcknowledgeSource::Data);
    bench.bus.0.lock().unwrap().answers.push_back(Answer { error: Some(nack), ..Answer::default() });
    let failed = bench.call(|view| I2c::read(view, bus, 0x76, &mut [0])).unwrap();
    assert_eq!(failed, Err(ErrorCode::Other));
    let errors = &bench.notes.0.lock().unwrap().errors;
    assert_eq!(errors.len(), 1);
    assert_eq!(errors[0].1, nack.to_string());
}

#[test]
fn what_the_board_does_not_have_is_reported() {
    let mut bench = Bench::new();
    assert_eq!(bench.call(|view| I2c::open(view, 3, 0)).unwrap(), Err(ErrorCode::NotFound));
    let missing = bench.call(|view| Gpio::open(view, 99, Mode::Input, Level::Low)).unwrap();
    assert_eq!(missing, Err(ErrorCode::NotFound));
    let errors = &bench.notes.0.lock().unwrap().errors;
    let texts: Vec<_> = errors.iter().map(|error| error.1.as_str()).collect();
    let expected = [
        "the board has no i2c bus 3 (board file: [i2c.3])",
        "the board has no pin 99 (board file: [gpio.pins])",
    ];
    assert_eq!(texts, expected);
}

#[test]
fn bus_time_counts_what_was_acknowledged_and_what_the_backend_adds() {
    let mut bench = Bench::new();
    let bus = bench.call(|view| I2c::open(view, 0, 100_000)).unwrap().unwrap();
    let nack = ErrorKind::NoAcknowledge(NoAcknowledgeSource::Data);
    let answer = Answer { error: Some(nack), acknowledged: 2, extra_ns: 77 };
    bench.bus.0.lock().unwrap().answers.push_back(answer);
    let before = bench.device.now_ns();
    let failed = bench.call(|view| I2c::write(view, bus, 0x50, &[1, 2, 3])).unwrap();
    assert_eq!(failed, Err(ErrorCode::NoAcknowledgeData));
    // Start, address, one byte, the refused byte, stop: 29 bits at 10 us.
    assert_eq!(bench.device.now_ns() - before, 290_000 + 77 + 1000);
    assert_eq!(bench.bus.0.lock().unwrap().seen, [(1000, 0x50, 100_000, vec![Ok(vec![1, 2, 3])])]);
}

#[test]
fn a_closed_pin_is_free_for_the_next_and_its_handle_is_dead() {
    let mut bench = Bench::new();
    let first = bench.call(|view| Gpio::open(view, 3, Mode::Output, Level::Low)).unwrap().unwrap();
    assert_eq!(
        bench.call(|view| Gpio::open(view, 3, Mode::Input, Level::Low)).unwrap(),
        Err(ErrorCode::Busy)
    );
    bench.call(|view| Gpio::close(view, first)).unwrap().unwrap();
    let second = bench.call(|view| Gpio::open(view, 3, Mode::Input, Level::Low)).unwrap();
    assert_eq!(second, Ok(PinHandle(1 << 8 | 1)));
    assert_eq!(bench.call(|view| Gpio::read(view, first)).unwrap(), Err(ErrorCode::InvalidHandle));
}

#[test]
fn a_sleep_ends_at_the_end_of_the_run() {
    let limits = Limits { stop_after_ns: Some(5_000_000), time_ns: None };
    let mut bench = Bench::with(Profile::ESP32C3, limits, Box::new(Quiet), None);
    assert_eq!(bench.call(|view| view.sleep(u64::MAX)), Err(Halt::Stopped));
    assert_eq!(bench.device.now_ns(), 5_000_000);
    let limits = Limits { stop_after_ns: None, time_ns: Some(5_000_000) };
    let mut bench = Bench::with(Profile::ESP32C3, limits, Box::new(Quiet), None);
    assert_eq!(bench.call(|view| view.sleep(4_998)), Ok(()));
    assert_eq!(bench.call(|view| view.now()), Err(Halt::Limit(Limit::Time)));
}

#[test]
fn many_lost_expirations_cost_one_event() {
    let profile = Profile { events: 2, ..Profile::ESP32C3 };
    let mut bench = Bench::with(profile, Limits::default(), Box::new(Quiet), None);
    let timer = bench.call(|view| Timer::open(view)).unwrap().unwrap();
    bench.call(|view| view.start(timer, 1, 1)).unwrap().unwrap();
    // A day in microseconds: counted one by one, this would take minutes.
    bench.call(|view| view.sleep(86_400_000_000)).unwrap();
    let kinds = [EventKind::Timer, EventKind::Timer, EventKind::Overflow];
    // It first expired 2 us after the start; the sleep began then, and its own cost lets one more expire.
    for (kind, value) in kinds.into_iter().zip([1, 2, 86_400_000_002 - 2]) {
        let event = bench.view().next_event().unwrap().unwrap();
        assert_eq!((event.kind, event.value), (kind, value));
    }
}

#[test]
fn nothing_to_wait_for_is_the_end() {
    let mut bench = Bench::new();
    assert_eq!(bench.view().next_event(), Ok(None));
    let timer = bench.call(|view| Timer::open(view)).unwrap().unwrap();
    assert_eq!(bench.view().next_event(), Ok(None), "a stopped timer never expires");
    bench.call(|view| view.start(timer, 7, 0)).unwrap().unwrap();
    assert_eq!(bench.view().next_event().unwrap().unwrap().time_us(), 8);
    assert_eq!(bench.view().next_event(), Ok(None), "a one-shot timer expires once");
}

#[test]
fn a_message_is_cut_for_the_log() {
    let mut bench = Bench::new();
    bench.call(|view| Log::write(view, LogLevel::Info, &("a".repeat(255) + "ä"))).unwrap();
    assert_eq!(bench.notes.0.lock().unwrap().log, [(0, "a".repeat(255), 2)]);
}

#[test]
fn what_does_not_fit_is_not_written_in_part() {
    let mut bench = Bench::new();
    let mut buffer = [0xaa; 4];
    let id = bench.call(|view| view.device_id(&mut buffer)).unwrap();
    assert_eq!((id, buffer), (Err(ErrorCode::TooLarge), [0xaa; 4]));
    let mut buffer = [0xaa; 12];
    assert_eq!(bench.call(|view| view.argument(1, &mut buffer)).unwrap(), Ok(10));
    assert_eq!((&buffer[..10], &buffer[10..]), ("zweites ä".as_bytes(), &[0xaa; 2][..]));
    assert_eq!(bench.call(|view| view.argument(2, &mut buffer)).unwrap(), Err(ErrorCode::NotFound));
}

/// Key stream of ChaCha8 with a key of zeros and a nonce of zeros, from the reference test vectors
/// (draft-strombergson-chacha-test-vectors-01, TC1, 8 rounds, 256-bit key).
const CHACHA8_ZERO_KEY: [u8; 16] =
    [0x3e, 0x00, 0xef, 0x2f, 0x89, 0x5f, 0x40, 0xd6, 0x7f, 0x5b, 0xb8, 0xe8, 0x1f, 0x09, 0xa5, 0xa1];

#[test]
fn random_is_chacha8_however_it_is_cut() {
    let mut bench = Bench::new();
    let mut bytes = [0; 16];
    for piece in [0..5, 5..6, 6..6, 6..16] {
        bench.call(|view| view.random(&mut bytes[piece])).unwrap().unwrap();
    }
    assert_eq!(bytes, CHACHA8_ZERO_KEY);
    let too_large = vec![0; Profile::ESP32C3.max_transfer_bytes as usize + 1];
    assert_eq!(bench.call(|view| view.random(&mut too_large.clone())).unwrap(), Err(ErrorCode::TooLarge));
}
