//! `timer`: timers that call `on-event`.

use device_abi::{
    timer::{Timer as TimerCalls, TimerHandle},
    types::ErrorCode,
};

use crate::{
    View,
    app::Resource,
    timers::{Timer, timers},
};

/// The longest delay and period, microseconds: 285 years.
const LONGEST_US: u64 = (1 << 53) - 1;

impl TimerCalls for View<'_> {
    fn open(&mut self) -> Result<TimerHandle, ErrorCode> {
        if timers(&mut self.app.handles).count() >= self.device.profile.timers as usize {
            return Err(ErrorCode::LimitReached);
        }
        let handle = self.app.handles.insert(Resource::Timer(Timer::default()));
        handle.map(TimerHandle).ok_or(ErrorCode::LimitReached)
    }

    fn start(&mut self, timer: TimerHandle, delay_us: u64, period_us: u64) -> Result<(), ErrorCode> {
        let started = self.timer(timer)?;
        if delay_us > LONGEST_US || period_us > LONGEST_US {
            return Err(ErrorCode::InvalidArgument);
        }
        *started = Timer::default();
        self.app.events.remove_from(timer.0);
        self.app.registrations += 1;
        let next_ns = self.device.clock.now_ns().checked_add(delay_us * 1000);
        let registration = self.app.registrations;
        *self.timer(timer)? = Timer { next_ns, period_ns: period_us * 1000, registration, expirations: 0 };
        self.schedule();
        Ok(())
    }

    fn stop(&mut self, timer: TimerHandle) -> Result<(), ErrorCode> {
        self.timer(timer)?.next_ns = None;
        self.app.events.remove_from(timer.0);
        self.schedule();
        Ok(())
    }

    fn close(&mut self, timer: TimerHandle) -> Result<(), ErrorCode> {
        self.timer(timer)?;
        self.close_resource(timer.0);
        Ok(())
    }
}

impl View<'_> {
    fn timer(&mut self, handle: TimerHandle) -> Result<&mut Timer, ErrorCode> {
        match self.app.handles.get_mut(handle.0) {
            Some(Resource::Timer(timer)) => Ok(timer),
            _ => Err(ErrorCode::InvalidHandle),
        }
    }
}
