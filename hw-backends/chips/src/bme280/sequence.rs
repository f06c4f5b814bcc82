//! What the chip does in time: sleep, one measurement, or measurements and standbys in turn (Bosch
//! BST-BME280-DS002, section 3.3).

use super::{
    Calibration, Environment,
    measurement::{Filters, Readout, convert},
    registers::{CONFIG_BITS, CTRL_HUM_BITS, MODE_BITS, STARTUP_NS, STATUS_IM_UPDATE, STATUS_MEASURING},
    settings::{Mode, Oversampling, filter_coefficient, standby_ns},
};

/// The control registers, what they make the chip do, and what came of it.
///
/// [`advance`](Self::advance) must have been called for the present before anything else is.
#[derive(Debug, Clone)]
pub(super) struct Sequence {
    calibration: Calibration,
    around: Environment,
    phase: Phase,
    /// `ctrl_meas` as it is in force, and as it reads.
    ctrl_meas: u8,
    /// `ctrl_hum` as it was written, and as it reads.
    ctrl_hum: u8,
    /// `ctrl_hum` as it is in force since the last write to `ctrl_meas`.
    ctrl_hum_in_force: u8,
    config: u8,
    /// A write to `ctrl_meas` that waits for the end of the running measurement.
    waiting: Option<u8>,
    /// When the copy of the calibration after a reset is done.
    started_ns: u64,
    filters: Filters,
    readout: Readout,
    /// The last conversion, and for which settings it holds, as long as nothing around the chip changes.
    converted: Option<(Oversampling, bool, Readout)>,
}

/// What the chip is doing, and until when.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Phase {
    Asleep,
    Measuring { oversampling: Oversampling, until_ns: u64 },
    Standby { until_ns: u64 },
}

impl Sequence {
    /// A chip that was switched on long enough ago to have started up.
    pub(super) fn new(calibration: Calibration, around: Environment) -> Self {
        Self {
            calibration,
            around,
            phase: Phase::Asleep,
            ctrl_meas: 0,
            ctrl_hum: 0,
            ctrl_hum_in_force: 0,
            config: 0,
            waiting: None,
            started_ns: 0,
            filters: Filters::default(),
            readout: Readout::RESET,
            converted: None,
        }
    }

    /// Does all that is due at or before `now_ns`.
    pub(super) fn advance(&mut self, now_ns: u64) {
        loop {
            match self.phase {
                Phase::Measuring { oversampling, until_ns } if is_due(until_ns, now_ns) => {
                    let settled = self.finish(oversampling);
                    self.phase = self.after_measurement(until_ns);
                    if settled {
                        self.skip_repetitions(now_ns, oversampling);
                    }
                }
                Phase::Standby { until_ns } if is_due(until_ns, now_ns) => {
                    self.phase = self.measure(until_ns)
                }
                _ => return,
            }
        }
    }

    /// What is around the chip.
    pub(super) fn environment(&self) -> Environment {
        self.around
    }

    /// Changes what is around the chip. A running measurement will show it.
    pub(super) fn set_environment(&mut self, around: Environment) {
        self.around = around;
        self.converted = None;
    }

    /// Soft reset: as after power-on, except that the chip needs its start-up time again.
    pub(super) fn reset(&mut self, at_ns: u64) {
        *self = Self::new(self.calibration, self.around);
        self.started_ns = at_ns.saturating_add(STARTUP_NS);
    }

    /// Writes `ctrl_hum`. It takes effect with the next write to `ctrl_meas` (section 5.4.3).
    pub(super) fn write_ctrl_hum(&mut self, value: u8) {
        self.ctrl_hum = value & CTRL_HUM_BITS;
    }

    /// Writes `ctrl_meas`. During a measurement the first write waits for its end, and further ones are ignored
    /// (section 3.3.1).
    pub(super) fn write_ctrl_meas(&mut self, at_ns: u64, value: u8) {
        match self.phase {
            Phase::Measuring { .. } => self.waiting = self.waiting.or(Some(value)),
            Phase::Asleep | Phase::Standby { .. } => self.phase = self.command(at_ns, value),
        }
    }

    /// Writes `config` and resets the filter (section 3.4.4). In normal mode the datasheet says that writes "may be
    /// ignored"; the model takes them, since driver crates that set the mode first rely on it.
    pub(super) fn write_config(&mut self, value: u8) {
        self.config = value & CONFIG_BITS;
        self.filters = Filters::default();
    }

    /// `ctrl_hum` as it reads.
    pub(super) fn ctrl_hum(&self) -> u8 {
        self.ctrl_hum
    }

    /// `ctrl_meas` as it reads.
    pub(super) fn ctrl_meas(&self) -> u8 {
        self.ctrl_meas
    }

    /// `config` as it reads.
    pub(super) fn config(&self) -> u8 {
        self.config
    }

    /// `status` as it reads at `at_ns`.
    pub(super) fn status(&self, at_ns: u64) -> u8 {
        let measuring = matches!(self.phase, Phase::Measuring { .. });
        let starting = at_ns < self.started_ns;
        (if measuring { STATUS_MEASURING } else { 0 }) | (if starting { STATUS_IM_UPDATE } else { 0 })
    }

    /// The last finished measurement.
    pub(super) fn readout(&self) -> Readout {
        self.readout
    }

    /// Obeys a write to `ctrl_meas` at `at_ns`.
    fn command(&mut self, at_ns: u64, value: u8) -> Phase {
        self.ctrl_meas = value;
        self.ctrl_hum_in_force = self.ctrl_hum;
        match (Mode::of(value), self.phase) {
            (Mode::Sleep, _) => Phase::Asleep,
            // Already in normal mode: the standby goes on.
            (Mode::Normal, Phase::Standby { until_ns }) => Phase::Standby { until_ns },
            (Mode::Forced | Mode::Normal, _) => self.measure(at_ns),
        }
    }

    /// Starts a measurement at `at_ns`.
    fn measure(&self, at_ns: u64) -> Phase {
        let oversampling = Oversampling::of(self.ctrl_meas, self.ctrl_hum_in_force);
        Phase::Measuring { oversampling, until_ns: at_ns.saturating_add(oversampling.duration_ns()) }
    }

    /// Ends a measurement, and tells whether the same once more would change nothing.
    fn finish(&mut self, oversampling: Oversampling) -> bool {
        let before = (self.readout, self.filters);
        let coefficient = filter_coefficient(self.config);
        let fresh = match self.converted {
            Some((with, filtered, readout)) if with == oversampling && filtered == coefficient.is_some() => {
                readout
            }
            _ => convert(&self.around, &self.calibration, oversampling, coefficient.is_some()),
        };
        self.converted = Some((oversampling, coefficient.is_some(), fresh));
        self.readout = match coefficient {
            Some(coefficient) => self.filters.pass(fresh, oversampling, coefficient),
            None => fresh,
        };
        before == (self.readout, self.filters)
    }

    /// What follows on a measurement that ended at `at_ns`.
    fn after_measurement(&mut self, at_ns: u64) -> Phase {
        // The measurement is over: a mode of forced falls back to sleep, also before the waiting write.
        self.phase = Phase::Asleep;
        let normal = Mode::of(self.ctrl_meas) == Mode::Normal;
        if !normal {
            self.ctrl_meas &= !MODE_BITS;
        }
        match self.waiting.take() {
            Some(value) => self.command(at_ns, value),
            None if normal => Phase::Standby { until_ns: at_ns.saturating_add(standby_ns(self.config)) },
            None => Phase::Asleep,
        }
    }

    /// Leaves out whole rounds of normal mode that would change nothing, so that a day costs no more than a second.
    /// `oversampling` is that of the measurement that just ended, and so of the rounds to come.
    fn skip_repetitions(&mut self, now_ns: u64, oversampling: Oversampling) {
        let Phase::Standby { until_ns } = &mut self.phase else { return };
        let round_ns = standby_ns(self.config) + oversampling.duration_ns();
        *until_ns += now_ns.saturating_sub(*until_ns) / round_ns * round_ns;
    }
}

/// Whether something planned for `until_ns` has happened at `now_ns`; the end of time itself is never reached.
fn is_due(until_ns: u64, now_ns: u64) -> bool {
    until_ns <= now_ns && until_ns < u64::MAX
}
