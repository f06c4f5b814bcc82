//! Random call sequences against a plain model of handles, ownership and time.

mod support;

use device_abi::{
    Profile,
    clock::Clock,
    gpio::{Gpio, Level, Mode, PinHandle},
    i2c::{I2c, I2cHandle},
    timer::{Timer, TimerHandle},
    types::ErrorCode,
};
use hw_core::CALL_COST_NS;
use proptest::prelude::*;
use support::{BUS_HZ, Bench, Tick};

#[derive(Debug, Clone)]
enum Call {
    OpenPin(u32, u8),
    ReadPin(usize),
    WritePin(usize, bool),
    TogglePin(usize),
    ClosePin(usize),
    OpenTimer,
    StartTimer(usize, u64, u64),
    StopTimer(usize),
    CloseTimer(usize),
    OpenBus(u32, u32),
    WriteBus(usize, u16, usize),
    CloseBus(usize),
    Sleep(u64),
    Delay(u32),
}

fn call() -> impl Strategy<Value = Call> {
    let handle = 0..12_usize;
    prop_oneof![
        (0..12_u32, 0..5_u8).prop_map(|(pin, mode)| Call::OpenPin(pin, mode)),
        handle.clone().prop_map(Call::ReadPin),
        (handle.clone(), any::<bool>()).prop_map(|(pin, high)| Call::WritePin(pin, high)),
        handle.clone().prop_map(Call::TogglePin),
        handle.clone().prop_map(Call::ClosePin),
        Just(Call::OpenTimer),
        (handle.clone(), 0..3000_u64, 0..3000_u64).prop_map(|(timer, delay, period)| {
            // Whole milliseconds, so that timers often expire together.
            Call::StartTimer(timer, delay / 1000 * 1000, period / 1000 * 1000)
        }),
        (handle.clone(), Just(1 << 53), 0..3_u64).prop_map(|(timer, d, p)| Call::StartTimer(timer, d, p)),
        handle.clone().prop_map(Call::StopTimer),
        handle.clone().prop_map(Call::CloseTimer),
        (0..2_u32, prop_oneof![Just(0), Just(100_000), Just(BUS_HZ), Just(BUS_HZ + 1)])
            .prop_map(|(bus, hz)| Call::OpenBus(bus, hz)),
        (handle.clone(), 0..0x90_u16, 0..1100_usize).prop_map(|(bus, at, len)| Call::WriteBus(bus, at, len)),
        handle.prop_map(Call::CloseBus),
        (0..20_000_u64).prop_map(Call::Sleep),
        any::<u32>().prop_map(|ns| Call::Delay(ns % 2_000_000)),
    ]
}

#[derive(Debug, Clone, PartialEq)]
enum Thing {
    Pin { number: u32, output: bool },
    Timer { next_ns: Option<u64>, period_ns: u64, registration: u64, count: u64 },
    Bus { hz: u32 },
}

/// What the core should do, said as plainly as possible.
struct Model {
    profile: Profile,
    /// Per slot: the generation, and what is open.
    slots: Vec<(u32, Option<Thing>)>,
    now_ns: u64,
    registrations: u64,
    /// Time, source and value of queued events; lost ones as source 0.
    queue: Vec<(u64, u32, u64)>,
}

impl Model {
    fn new(profile: Profile) -> Self {
        let slots = vec![(0, None); profile.handles as usize];
        Self { profile, slots, now_ns: 0, registrations: 0, queue: Vec::new() }
    }

    fn insert(&mut self, thing: Thing) -> Result<u32, ErrorCode> {
        let at = self.slots.iter().position(|slot| slot.1.is_none()).ok_or(ErrorCode::LimitReached)?;
        self.slots[at].1 = Some(thing);
        Ok(self.slots[at].0 << 8 | (at as u32 + 1))
    }

    fn find(&mut self, handle: u32) -> Option<&mut Thing> {
        let slot = self.slots.get_mut(((handle & 0xff) as usize).checked_sub(1)?)?;
        if slot.0 == handle >> 8 { slot.1.as_mut() } else { None }
    }

    fn remove(&mut self, handle: u32) {
        let slot = &mut self.slots[(handle & 0xff) as usize - 1];
        *slot = (slot.0 + 1, None);
        self.drop_events(handle);
    }

    /// Drops the queued events of `handle`; losses that are neighbours then are one.
    fn drop_events(&mut self, handle: u32) {
        self.queue.retain(|event| event.1 != handle);
        self.queue.dedup_by(|event, before| {
            let both = event.1 == 0 && before.1 == 0;
            before.2 += if both { event.2 } else { 0 };
            both
        });
    }

    fn things(&self) -> impl Iterator<Item = &Thing> {
        self.slots.iter().filter_map(|slot| slot.1.as_ref())
    }

    /// Queues every expiration up to now, one by one.
    fn expire(&mut self) {
        loop {
            let now_ns = self.now_ns;
            let due = self.slots.iter_mut().enumerate().filter_map(|(at, (generation, thing))| match thing {
                Some(Thing::Timer { next_ns, period_ns, registration, count })
                    if next_ns.is_some_and(|n| n <= now_ns) =>
                {
                    Some((
                        next_ns.unwrap(),
                        *registration,
                        *generation << 8 | (at as u32 + 1),
                        next_ns,
                        *period_ns,
                        count,
                    ))
                }
                _ => None,
            });
            let Some((at_ns, _, handle, next_ns, period_ns, count)) = due.min_by_key(|due| (due.0, due.1))
            else {
                return;
            };
            *count += 1;
            *next_ns = (period_ns > 0).then_some(at_ns + period_ns);
            let event = (at_ns, handle, *count);
            let kept = self.queue.iter().filter(|event| event.1 != 0).count();
            if kept < self.profile.events as usize {
                self.queue.push(event);
            } else if self.queue.last().is_some_and(|last| last.1 == 0) {
                self.queue.last_mut().unwrap().2 += 1;
            } else {
                self.queue.push((at_ns, 0, 1));
            }
        }
    }

    fn open_pin(&mut self, number: u32, output: bool) -> Result<u32, ErrorCode> {
        match number {
            2 | 7..10 => return Err(ErrorCode::NotPermitted),
            0..7 => {}
            _ => return Err(ErrorCode::NotFound),
        }
        if self.slots.iter().all(|slot| slot.1.is_some()) {
            return Err(ErrorCode::LimitReached);
        }
        let taken = self.things().any(|thing| matches!(thing, Thing::Pin { number: n, .. } if *n == number));
        if taken || number == 5 || number == 6 {
            return Err(ErrorCode::Busy);
        }
        self.insert(Thing::Pin { number, output })
    }

    fn start(&mut self, handle: u32, delay_us: u64, period_us: u64) -> Result<(), ErrorCode> {
        let (now_ns, next_registration) = (self.now_ns, self.registrations + 1);
        let Some(Thing::Timer { next_ns, period_ns, registration, count }) = self.find(handle) else {
            return Err(ErrorCode::InvalidHandle);
        };
        if delay_us >= 1 << 53 || period_us >= 1 << 53 {
            return Err(ErrorCode::InvalidArgument);
        }
        (*next_ns, *period_ns) = (Some(now_ns + delay_us * 1000), period_us * 1000);
        (*registration, *count) = (next_registration, 0);
        self.registrations = next_registration;
        self.drop_events(handle);
        Ok(())
    }
}

/// Does `call` on both and compares what comes back.
fn step(bench: &mut Bench, model: &mut Model, handles: &[u32], call: &Call) -> Option<u32> {
    let handle = |index: &usize| handles.get(*index).copied().unwrap_or(*index as u32 * 0x101);
    let (mut opened, mut bus_ns) = (None, 0);
    model.expire();
    match call {
        Call::OpenPin(number, mode) => {
            let mode = Mode::ALL[usize::from(*mode)];
            let output = matches!(mode, Mode::Output | Mode::OutputOpenDrain);
            let expected = model.open_pin(*number, output);
            let got = bench.call(|view| Gpio::open(view, *number, mode, Level::Low)).unwrap();
            assert_eq!(got.map(|pin| pin.0), expected);
            opened = expected.ok();
        }
        Call::ReadPin(index) => {
            let expected = match model.find(handle(index)) {
                Some(Thing::Pin { number, .. }) => {
                    Ok(if *number % 2 == 1 { Level::High } else { Level::Low })
                }
                _ => Err(ErrorCode::InvalidHandle),
            };
            assert_eq!(bench.call(|view| Gpio::read(view, PinHandle(handle(index)))).unwrap(), expected);
        }
        Call::WritePin(index, _) | Call::TogglePin(index) => {
            let expected = match model.find(handle(index)) {
                Some(Thing::Pin { output: true, .. }) => Ok(()),
                Some(Thing::Pin { .. }) => Err(ErrorCode::NotPermitted),
                _ => Err(ErrorCode::InvalidHandle),
            };
            let pin = PinHandle(handle(index));
            let got = bench.call(|view| match call {
                Call::WritePin(_, true) => Gpio::write(view, pin, Level::High),
                Call::WritePin(_, false) => Gpio::write(view, pin, Level::Low),
                _ => view.toggle(pin),
            });
            assert_eq!(got.unwrap(), expected);
        }
        Call::ClosePin(index) | Call::CloseTimer(index) | Call::CloseBus(index) => {
            let at = handle(index);
            let right = matches!(
                (call, model.find(at)),
                (Call::ClosePin(_), Some(Thing::Pin { .. }))
                    | (Call::CloseTimer(_), Some(Thing::Timer { .. }))
                    | (Call::CloseBus(_), Some(Thing::Bus { .. }))
            );
            let got = bench.call(|view| match call {
                Call::ClosePin(_) => Gpio::close(view, PinHandle(at)),
                Call::CloseTimer(_) => Timer::close(view, TimerHandle(at)),
                _ => I2c::close(view, I2cHandle(at)),
            });
            assert_eq!(got.unwrap(), if right { Ok(()) } else { Err(ErrorCode::InvalidHandle) });
            if right {
                model.remove(at);
            }
        }
        Call::OpenTimer => {
            let open = model.things().filter(|thing| matches!(thing, Thing::Timer { .. })).count();
            let timer = Thing::Timer { next_ns: None, period_ns: 0, registration: 0, count: 0 };
            let full = open >= model.profile.timers as usize;
            let expected = if full { Err(ErrorCode::LimitReached) } else { model.insert(timer) };
            assert_eq!(bench.call(|view| Timer::open(view)).unwrap().map(|timer| timer.0), expected);
            opened = expected.ok();
        }
        Call::StartTimer(index, delay, period) => {
            let expected = model.start(handle(index), *delay, *period);
            let timer = TimerHandle(handle(index));
            assert_eq!(bench.call(|view| view.start(timer, *delay, *period)).unwrap(), expected);
        }
        Call::StopTimer(index) => {
            let at = handle(index);
            let expected = match model.find(at) {
                Some(Thing::Timer { next_ns, .. }) => {
                    *next_ns = None;
                    model.drop_events(at);
                    Ok(())
                }
                _ => Err(ErrorCode::InvalidHandle),
            };
            assert_eq!(bench.call(|view| view.stop(TimerHandle(at))).unwrap(), expected);
        }
        Call::OpenBus(number, hz) => {
            let expected = match (number, hz) {
                (1.., _) => Err(ErrorCode::NotFound),
                (0, hz) if *hz > BUS_HZ => Err(ErrorCode::NotSupported),
                (0, 0) => model.insert(Thing::Bus { hz: BUS_HZ }),
                (0, hz) => model.insert(Thing::Bus { hz: *hz }),
            };
            let got = bench.call(|view| I2c::open(view, *number, *hz)).unwrap();
            assert_eq!(got.map(|bus| bus.0), expected);
            opened = expected.ok();
        }
        Call::WriteBus(index, address, len) => {
            let most = model.profile.max_transfer_bytes as usize;
            let expected = match model.find(handle(index)) {
                Some(Thing::Bus { .. }) if *address > 0x7f => Err(ErrorCode::InvalidArgument),
                Some(Thing::Bus { .. }) if *len > most => Err(ErrorCode::TooLarge),
                Some(Thing::Bus { hz }) => {
                    // Start, address, data, stop.
                    bus_ns = ((11 + 9 * *len as u64) * 1_000_000_000).div_ceil(u64::from(*hz));
                    Ok(())
                }
                _ => Err(ErrorCode::InvalidHandle),
            };
            let bus = I2cHandle(handle(index));
            assert_eq!(bench.call(|view| I2c::write(view, bus, *address, &vec![7; *len])).unwrap(), expected);
        }
        Call::Sleep(us) => {
            bench.call(|view| view.sleep(*us)).unwrap();
            bus_ns = us * 1000;
        }
        Call::Delay(ns) => {
            bench.call(|view| view.delay_ns(*ns)).unwrap();
            bus_ns = u64::from(*ns);
        }
    }
    model.now_ns += bus_ns;
    if matches!(call, Call::Sleep(_) | Call::Delay(_)) {
        model.expire();
    }
    model.now_ns += CALL_COST_NS;
    assert_eq!(bench.device.now_ns(), model.now_ns);
    opened
}

fn profile() -> Profile {
    Profile { handles: 6, timers: 3, events: 8, ..Profile::ESP32C3 }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, ..ProptestConfig::default() })]

    #[test]
    fn the_core_does_what_the_model_does(
        calls in prop::collection::vec(call(), 1..80),
        tick_ns in 100_000..5_000_000_u64,
        calls_to_hear in 0..3_u32,
    ) {
        // What happens outside, and whether it listens, is nothing to the guest.
        let outside = Box::new(Tick::every(tick_ns, calls_to_hear));
        let mut bench = Bench::with(profile(), Default::default(), outside, None);
        let mut model = Model::new(profile());
        let mut handles = Vec::new();
        for call in &calls {
            handles.extend(step(&mut bench, &mut model, &handles, call));
            // The latest handles are the ones that are mostly open.
            if handles.len() > 8 {
                handles.remove(0);
            }
        }
        // What is queued at the end comes out as the model has it, each at its time.
        model.expire();
        for (time_ns, source, value) in model.queue {
            let event = bench.view().next_event().unwrap().expect("the model has one more event");
            prop_assert_eq!((event.time_ns, event.source, event.value), (time_ns, source, value));
        }
    }
}
