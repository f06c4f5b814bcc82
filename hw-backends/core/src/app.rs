//! One guest's state on a device.

use alloc::{string::String, vec::Vec};

use crate::{
    calls::i2c_timing::BitRate, events::EventQueue, handles::Handles, random::Random, timers::Timer,
};
use device_abi::Profile;

/// One guest's state on a device: what it has opened, what waits for it, what it was started with.
#[derive(Debug)]
pub struct App {
    pub(crate) id: u8,
    pub(crate) handles: Handles<Resource>,
    pub(crate) events: EventQueue,
    pub(crate) random: Random,
    pub(crate) arguments: Vec<String>,
    /// Counts `timer.start`s.
    pub(crate) registrations: u64,
}

/// How an app is started.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct AppConfig {
    /// Tells apps of one device apart in trace and log; 0 while there is one.
    pub id: u8,
    /// Seed of `system.random`.
    pub seed: u64,
    /// What `system.argument` gives.
    pub arguments: Vec<String>,
}

impl App {
    /// An app that has not started yet, within `profile`.
    #[must_use]
    pub fn new(config: AppConfig, profile: &Profile) -> Self {
        Self {
            id: config.id,
            handles: Handles::new(profile.handles),
            events: EventQueue::new(profile.events),
            random: Random::new(config.seed),
            arguments: config.arguments,
            registrations: 0,
        }
    }
}

/// Something that a handle stands for.
#[derive(Debug)]
pub(crate) enum Resource {
    Timer(Timer),
    Pin(Pin),
    I2c(I2c),
}

/// An open pin.
#[derive(Debug)]
pub(crate) struct Pin {
    pub(crate) number: u32,
    /// What was last driven; `None` for an input.
    pub(crate) driven: Option<device_abi::gpio::Level>,
}

/// An open bus.
#[derive(Debug)]
pub(crate) struct I2c {
    /// Index into the hardware's buses.
    pub(crate) bus: usize,
    pub(crate) rate: BitRate,
}
