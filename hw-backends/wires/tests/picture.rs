//! Pictures of what went over the wires.

use device_abi::{
    gpio::{Level, Mode},
    log,
    types::ErrorCode,
};
use hw_core::backend::{HeldBy, Line};
use hw_wires::{
    Layout, LeftOut, LogMark, PictureOptions, PinChange, PinEvent, Symbol, Transaction, WireEvent, Wires,
};
use proptest::prelude::*;
use quick_xml::{Reader, events::Event};

const MS: u64 = 1_000_000;

const LOW: Line = Line { level: Level::Low, held_by: HeldBy::Pin };
const FLOATING: Line = Line { level: Level::Low, held_by: HeldBy::Nothing };

/// A transaction on bus 0 in the notation of [`WireEvent`].
fn transaction(at_ns: u64, frequency_hz: u32, symbols: &str) -> Transaction {
    let symbols = symbols.split_whitespace().map(|symbol| match symbol {
        "S" => Symbol::Start,
        "P" => Symbol::Stop,
        byte => Symbol::Byte {
            value: u8::from_str_radix(&byte[..2], 16).unwrap(),
            acknowledged: byte.ends_with('+'),
        },
    });
    let symbols = symbols.collect();
    Transaction { bus: 0, at_ns, frequency_hz, symbols, extra_ns: 0, failed: None }
}

fn i2c(at_ns: u64, symbols: &str) -> WireEvent {
    WireEvent::I2c(transaction(at_ns, 400_000, symbols))
}

fn pin(at_ns: u64, pin: u32, change: PinChange, line: Option<Line>) -> WireEvent {
    WireEvent::Pin(PinEvent { pin, at_ns, change, line })
}

fn drives(at_ns: u64, number: u32, level: Level) -> WireEvent {
    pin(at_ns, number, PinChange::Level, Some(Line { level, held_by: HeldBy::Pin }))
}

fn outside(at_ns: u64, number: u32, level: Level) -> WireEvent {
    pin(at_ns, number, PinChange::Outside, Some(Line { level, held_by: HeldBy::World }))
}

fn opens(at_ns: u64, number: u32, mode: Mode) -> WireEvent {
    pin(at_ns, number, PinChange::Opened(mode, None), None)
}

fn message(at_ns: u64, level: log::Level, text: &str) -> LogMark {
    LogMark { at_ns, level, text: text.to_owned() }
}

fn wires(events: Vec<WireEvent>, end_ns: u64) -> Wires {
    let pins = vec![(2, "LED".to_owned()), (9, "BOOT <&>".to_owned()), (4, String::new())];
    let chips =
        vec![(0, 0x76, "bme280".to_owned()), (0, 0x50, "<log>".to_owned()), (1, 9, "idle".to_owned())];
    let layout = Layout { buses: vec![0, 1], pins, chips, ..Layout::default() };
    Wires { layout, events, end_ns, left_out: LeftOut::default() }
}

fn titled(title: &str) -> PictureOptions {
    PictureOptions { title: title.to_owned(), log_left_out: 0 }
}

/// The text elements of a picture, after a look at whether it is whole and harmless.
fn texts(picture: &str) -> Vec<String> {
    assert!(picture.starts_with("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<svg xmlns="), "{picture}");
    assert!(picture.len() < 1_000_000, "{} bytes", picture.len());
    let is_xml = |character: char| matches!(character, '\n' | ' '..='\u{fffd}' | '\u{10000}'..);
    assert_eq!(picture.chars().find(|&character| !is_xml(character)), None);
    let mut reader = Reader::from_str(picture);
    let (mut texts, mut open, mut ended) = (Vec::new(), Vec::new(), false);
    loop {
        match reader.read_event().unwrap() {
            Event::Start(element) => {
                open.push(element.name().as_ref().to_owned());
                let name = open.last().unwrap().as_str();
                assert!(["svg", "style", "text"].contains(&name), "{name} in\n{picture}");
                if name == "text" {
                    texts.push(String::new());
                }
            }
            Event::End(_) => {
                open.pop();
                ended = open.is_empty();
            }
            Event::Text(text) if open.last().is_some_and(|name| name == "text") => {
                *texts.last_mut().unwrap() += &text.xml10_content();
            }
            Event::GeneralRef(entity) => {
                let character = match &*entity {
                    "lt" => '<',
                    "gt" => '>',
                    "amp" => '&',
                    "quot" => '"',
                    "apos" => '\'',
                    other => panic!("unknown entity {other:?}"),
                };
                texts.last_mut().unwrap().push(character);
            }
            Event::Eof => break,
            _ => {}
        }
    }
    assert!(ended && open.is_empty(), "{open:?} still open in\n{picture}");
    texts
}

#[test]
fn nothing_is_said_to_be_nothing() {
    let texts = texts(&wires(vec![], 5 * MS).picture(&[], &titled("idle.wasm")));
    let expected = [
        "idle.wasm",
        "0 transactions, 0 pin changes, 0 messages; 5 ms of device time",
        "nothing went over the wires",
        "5 ms",
    ];
    for line in expected {
        assert!(texts.iter().any(|text| text == line), "{line:?} in {texts:?}");
    }
    self::texts(&Wires::default().picture(&[], &PictureOptions::default()));
}

#[test]
fn what_others_wrote_stays_text() {
    let evil = "</text><script>alert(1)</script> & \"'\u{1b}[2J\u{0}\u{202e}\u{ffff}\n]]>";
    let events = vec![opens(0, 9, Mode::Input)];
    let picture = wires(events, MS).picture(&[message(5, log::Level::Error, evil)], &titled(evil));
    let texts = texts(&picture);
    let shown = "</text><script>alert(1)</script> & \"'\u{fffd}[2J\u{fffd}\u{fffd}\u{fffd} ]]>";
    assert!(texts.iter().any(|text| text == shown), "{texts:?}");
    assert!(texts.iter().any(|text| *text == format!("error: {shown}")), "{texts:?}");
    assert!(texts.iter().any(|text| text == "BOOT <&>"), "{texts:?}");
    assert!(!picture.contains("<script"), "{picture}");
}

#[test]
fn a_short_circuit_is_drawn_as_such() {
    let conflict = Some(Line { level: Level::High, held_by: HeldBy::Conflict });
    let output = PinChange::Opened(Mode::Output, Some(Level::Low));
    let is_drawn = |events| {
        let picture = wires(events, MS).picture(&[], &PictureOptions::default());
        let texts = texts(&picture);
        let legend = texts.iter().any(|text| text == "both drive, against each other");
        let lines = picture.matches("class=\"conflict\"").count();
        // One is in the legend.
        (legend, lines.saturating_sub(1))
    };
    assert_eq!(is_drawn(vec![pin(0, 2, output, Some(LOW))]), (false, 0));
    let events = vec![pin(0, 2, output, Some(LOW)), pin(500, 2, PinChange::Outside, conflict)];
    assert_eq!(is_drawn(events), (true, 1));
}

#[test]
fn a_pin_begins_as_it_rests() {
    let mut wires = wires(vec![outside(500_000, 2, Level::Low)], MS);
    let lines = |wires: &Wires| {
        let picture = wires.picture(&[], &PictureOptions::default());
        // One of each is in the legend.
        ["float", "outside"].map(|class| picture.matches(&format!("class=\"{class}\"")).count() - 1)
    };
    assert_eq!(lines(&wires), [1, 1]);
    wires.layout.at_rest.insert(2, Line { level: Level::High, held_by: HeldBy::Pull });
    assert_eq!(lines(&wires), [0, 1]);
}

/// A measurement, somebody who is not there, a refused byte, an LED, a button.
fn measurement() -> (Wires, Vec<LogMark>) {
    let stretched = Transaction { extra_ns: 3 * MS, ..transaction(900_000, 100_000, "S ec+ fe+ P") };
    let events = vec![
        pin(0, 2, PinChange::Opened(Mode::Output, Some(Level::Low)), Some(LOW)),
        opens(1_000, 9, Mode::InputPullUp),
        drives(2_000, 2, Level::High),
        i2c(3_000, "S ec+ d0+ S ed+ 60- P"),
        i2c(200_000, "S a0- P"),
        i2c(300_000, "S ec+ f2+ 01+ f4- P"),
        drives(600_000, 2, Level::Low),
        outside(650_000, 9, Level::Low),
        WireEvent::I2c(stretched),
        outside(50 * MS, 9, Level::High),
        pin(51 * MS, 9, PinChange::Closed, Some(FLOATING)),
    ];
    let log = vec![
        message(10_000, log::Level::Info, "found a bme280 <id 0x60> & \"friends\""),
        message(250_000, log::Level::Warn, "nobody at 0x50"),
        message(260_000, log::Level::Error, "write refused"),
        message(610_000, log::Level::Debug, "done"),
    ];
    (wires(events, 1_000 * MS), log)
}

#[test]
fn a_picture_is_the_same_each_time() {
    let (wires, log) = measurement();
    insta::assert_snapshot!(wires.picture(&log, &titled("weather.wasm on weather station")));
}

#[test]
fn bytes_stand_in_order_with_their_acknowledges() {
    let (wires, log) = measurement();
    let texts = texts(&wires.picture(&log, &PictureOptions::default()));
    let on_bus: Vec<&str> = texts
        .iter()
        .map(String::as_str)
        .skip_while(|text| *text != "i2c 0")
        .filter(|text| *text != "i2c 0")
        .take_while(|text| *text != "LED")
        .collect();
    let expected = "S|0x76 W|A|d0|A|Sr|0x76 R|A|60|N|P|S|0x50 W|N|P|S|0x76 W|A|f2|A|01|A|f4|N|P\
                    |S|0x76 W|A|fe|A|held 3 ms|P";
    assert_eq!(on_bus.join("|"), expected);
    let elsewhere = ["3 ms", "949 ms", "1 s", "i2c 0: 0x76 bme280, 0x50 <log>"];
    assert!(elsewhere.iter().all(|line| texts.iter().any(|text| text == line)), "{texts:?}");
    assert!(!texts.iter().any(|text| text.contains("i2c 1")), "no traffic, no lane: {texts:?}");
}

#[test]
fn a_refused_byte_is_told_from_the_end_of_a_read() {
    let picture = |symbols| wires(vec![i2c(0, symbols)], MS).picture(&[], &PictureOptions::default());
    let refused = |symbols| picture(symbols).matches("class=\"refused\"").count();
    // One is in the legend.
    assert_eq!(refused("S ec+ d0+ S ed+ 60- P"), 1);
    assert_eq!(refused("S ec+ d0- P"), 2);
    assert_eq!(refused("S ed- P"), 2);
}

#[test]
fn a_long_run_says_what_was_left_out() {
    let mut events = Vec::new();
    for n in 0..20_000 {
        events.push(i2c(n * MS, "S ec+ f7+ S ed+ 01+ 02+ 03- P"));
        let level = if n % 2 == 0 { Level::High } else { Level::Low };
        events.push(outside(n * MS + 200_000, 4, level));
    }
    let log: Vec<_> = (0..50).map(|n| message(n * 10 * MS, log::Level::Info, "tick")).collect();
    let mut wires = wires(events, 40_000 * MS);
    wires.left_out = LeftOut { transactions: 20_000, pin_changes: 20_000 };
    let options = PictureOptions { log_left_out: 50, ..PictureOptions::default() };
    let texts = texts(&wires.picture(&log, &options));
    assert_eq!(texts[0], "40000 transactions, 40000 pin changes, 100 messages; 40 s of device time");
    assert_eq!(
        texts[2],
        "only the first 64 ms: 64 of 40000 transactions, 64 of 40000 pin changes, 7 of 100 messages"
    );
    assert_eq!(texts.iter().filter(|text| *text == "f7").count(), 64);
    assert_eq!(texts.iter().filter(|text| *text == "tick").count(), 7);
}

#[test]
fn an_edge_at_the_beginning_of_a_line_is_drawn() {
    let bytes = format!("S a0+{} P", " 5a+".repeat(20));
    let events = vec![i2c(0, &bytes), drives(50 * MS, 2, Level::High), i2c(50 * MS + 1_000, &bytes)];
    let picture = wires(events, 51 * MS).picture(&[], &PictureOptions::default());
    let second =
        picture.lines().filter(|line| line.contains("class=\"guest\" d=\"M112 ")).collect::<Vec<_>>();
    let [second] = second[..] else { panic!("the guest drives in the second line: {second:?}") };
    let (from, to) = second.split_once("M112 ").unwrap().1.split_once('V').expect("up at once");
    let to = to.split('H').next().unwrap();
    assert!(to.parse::<f64>().unwrap() < from.parse::<f64>().unwrap(), "{second}");
}

#[test]
fn what_matters_most_has_its_text() {
    let levels =
        [log::Level::Trace, log::Level::Debug, log::Level::Info, log::Level::Warn, log::Level::Error];
    // Two of each at one place, which has room for four.
    let log: Vec<_> = (0..10).map(|n| message(500 + n, levels[n as usize / 2], &"here".repeat(20))).collect();
    let texts = texts(&wires(vec![drives(400, 2, Level::Low)], MS).picture(&log, &PictureOptions::default()));
    let shown: Vec<_> = texts.iter().filter(|text| text.ends_with("here")).collect();
    let shown: Vec<_> = shown.iter().map(|text| text.split(' ').next().unwrap()).collect();
    assert_eq!(shown, ["warn:", "warn:", "error:", "error:"]);
    for text in ["+6", "log +1: a message without room"] {
        assert!(texts.iter().any(|other| other == text), "{text} in {texts:?}");
    }
}

#[test]
fn a_tick_does_not_strike_through_a_text() {
    let log = [
        message(400, log::Level::Info, "long enough to be under the other"),
        message(900, log::Level::Info, "b"),
    ];
    let picture = wires(vec![drives(100, 2, Level::Low)], 1_000).picture(&log, &PictureOptions::default());
    let ticks = picture.lines().rfind(|line| line.contains("class=\"tick\"")).unwrap();
    let (_, second) = ticks.split_once("d=\"M").unwrap().1.split_once('M').expect("two ticks");
    // Down to the text of the first, and on below it.
    assert_eq!(second.matches('V').count(), 2, "{ticks}");
}

#[test]
fn a_label_leaves_room_for_the_number_beside_it() {
    let pins = vec![(2, "M".repeat(30)), (10, "W".repeat(30)), (123, "温".repeat(30))];
    let layout = Layout { pins, ..Layout::default() };
    let events = vec![drives(0, 2, Level::Low), drives(0, 10, Level::Low), drives(0, 123, Level::Low)];
    let wires = Wires { layout, events, end_ns: MS, left_out: LeftOut::default() };
    let texts = texts(&wires.picture(&[], &PictureOptions::default()));
    for name in ["MMMMMMMMMM…", "WWWWWWWWW…", "温温温温…"] {
        assert!(texts.iter().any(|text| text == name), "{name} in {texts:?}");
    }
}

#[test]
fn many_bytes_are_counted_instead() {
    let symbols = format!("S a0+{} P", " 5a+".repeat(4096));
    let texts = texts(&wires(vec![i2c(0, &symbols)], 200 * MS).picture(&[], &PictureOptions::default()));
    assert!(texts.iter().any(|text| text == "… 4082 more …"), "{texts:?}");
    assert_eq!(texts.iter().filter(|text| *text == "5a").count(), 14);
}

#[test]
fn the_busiest_board_fits() {
    let pins = (0..64).map(|pin| (pin, "&".repeat(50))).collect();
    let layout = Layout { buses: vec![0, 1], pins, ..Layout::default() };
    let mut events = Vec::new();
    for n in 0..40_000_u64 {
        let level = if n / 64 % 2 == 0 { Level::High } else { Level::Low };
        events.push(outside(n * 700, (n % 64) as u32, level));
        if n % 40 == 0 {
            events.push(i2c(n * 700, "S ec- P"));
        }
    }
    let log: Vec<_> = (0..40_000).map(|n| message(n * 50_000, log::Level::Warn, &"&".repeat(256))).collect();
    let wires = Wires { layout, events, end_ns: 100 * MS, left_out: LeftOut::default() };
    // `texts` looks at the size.
    assert!(texts(&wires.picture(&log, &titled(&"&".repeat(1000)))).len() > 100);
    let only_log = Wires { events: vec![], ..wires };
    assert!(texts(&only_log.picture(&log, &titled(""))).len() > 100);
}

fn any_time() -> impl Strategy<Value = u64> {
    prop_oneof![0..10_000_u64, 0..10_000 * MS, any::<u64>(), Just(u64::MAX)]
}

fn any_level() -> impl Strategy<Value = Level> {
    any::<bool>().prop_map(|high| if high { Level::High } else { Level::Low })
}

fn any_event() -> impl Strategy<Value = WireEvent> {
    let symbol = prop_oneof![
        Just(Symbol::Start),
        Just(Symbol::Stop),
        Just(Symbol::Unknown),
        Just(Symbol::Stuck),
        (any::<u8>(), any::<bool>()).prop_map(|(value, acknowledged)| Symbol::Byte { value, acknowledged }),
    ];
    let symbols = proptest::collection::vec(symbol, 0..30);
    let frequency_hz = prop_oneof![Just(0), Just(400_000), any::<u32>()];
    let i2c = (0..3_u32, any_time(), frequency_hz, symbols, prop_oneof![Just(0), any_time()]).prop_map(
        |(bus, at_ns, frequency_hz, symbols, extra_ns)| {
            let failed = (at_ns % 2 == 0).then_some(ErrorCode::Bus);
            WireEvent::I2c(Transaction { bus, at_ns, frequency_hz, symbols, extra_ns, failed })
        },
    );
    let change = prop_oneof![
        any_level().prop_map(|level| PinChange::Opened(Mode::OutputOpenDrain, Some(level))),
        Just(PinChange::Opened(Mode::Input, None)),
        Just(PinChange::Level),
        Just(PinChange::Outside),
        Just(PinChange::Closed),
    ];
    let held_by = prop_oneof![
        Just(HeldBy::World),
        Just(HeldBy::Pin),
        Just(HeldBy::Conflict),
        Just(HeldBy::Pull),
        Just(HeldBy::Nothing),
    ];
    let line = (any_level(), held_by).prop_map(|(level, held_by)| Line { level, held_by });
    let pin = (0..12_u32, any_time(), change, proptest::option::of(line))
        .prop_map(|(number, at_ns, change, line)| pin(at_ns, number, change, line));
    prop_oneof![i2c, pin]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn anything_can_be_drawn(
        mut events in proptest::collection::vec(any_event(), 0..60),
        log in proptest::collection::vec((any_time(), ".{0,300}"), 0..20),
        title in ".{0,200}",
        end_ns in any_time(),
    ) {
        events.sort_by_key(WireEvent::at_ns);
        let log: Vec<_> = log.iter().map(|(at_ns, text)| message(*at_ns, log::Level::Info, text)).collect();
        let texts = texts(&wires(events, end_ns).picture(&log, &titled(&title)));
        prop_assert!(texts.iter().any(|text| text.contains(" of device time")));
    }
}
