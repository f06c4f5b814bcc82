//! The lines of a picture and the lanes in them, from top to bottom: axis, buses, pins, log.

use std::collections::BTreeMap;

use hw_core::backend::Line;

use crate::{
    Wires,
    picture::{
        axis, bus_lane,
        excerpt::Excerpt,
        log_lane::LogLane,
        pin_lane,
        scale::{ROW_PX, Step},
        svg::Svg,
        text,
    },
};

/// Where the lanes begin: left of that are their names.
pub(super) const LEFT_PX: f64 = 112.0;

/// Room at the edges, and below a line.
pub(super) const EDGE_PX: f64 = 16.0;

const BUS_PX: f64 = 26.0;
const PIN_PX: f64 = 22.0;
const LANE_GAP_PX: f64 = 6.0;

/// Characters of a lane's name, with the number beside it.
const NAME_CHARS: usize = 13;

/// Everything below the head.
#[derive(Debug)]
pub(super) struct Lanes<'e> {
    excerpt: &'e Excerpt<'e>,
    /// The buses that have traffic.
    pub(super) buses: Vec<u32>,
    /// The pins that were used, and their names.
    pub(super) pins: Vec<(u32, String)>,
    at_rest: &'e BTreeMap<u32, Line>,
    pub(super) log: LogLane<'e>,
}

/// Where a lane is in each line.
#[derive(Debug, Clone, Copy)]
pub(super) struct Lane<'t> {
    /// The top of each line.
    pub(super) tops: &'t [f64],
    /// From there to the lane.
    pub(super) down_px: f64,
    pub(super) height_px: f64,
}

impl Lane<'_> {
    /// The top of the lane in the line `row`.
    pub(super) fn top(&self, row: usize) -> f64 {
        self.tops[row] + self.down_px
    }
}

impl<'e> Lanes<'e> {
    pub(super) fn of(wires: &'e Wires, excerpt: &'e Excerpt<'e>) -> Self {
        let layout = &wires.layout;
        let has_traffic = |bus: &u32| excerpt.transactions.iter().any(|(other, _)| other == bus);
        let is_used = |pin: u32| excerpt.pins.iter().any(|event| event.pin == pin);
        let name = |(pin, label): &(u32, String)| match label.trim() {
            "" => (*pin, unnamed(*pin)),
            label => (*pin, text::line(label, NAME_CHARS - 1 - pin.to_string().len())),
        };
        Self {
            excerpt,
            buses: layout.buses.iter().copied().filter(has_traffic).collect(),
            pins: layout.pins.iter().filter(|(pin, _)| is_used(*pin)).map(name).collect(),
            at_rest: &layout.at_rest,
            log: LogLane::of(excerpt),
        }
    }

    pub(super) fn width(&self) -> f64 {
        LEFT_PX + ROW_PX + EDGE_PX
    }

    pub(super) fn height(&self) -> f64 {
        let rows = 0..self.excerpt.scale.rows();
        rows.map(|row| self.row_height(row)).sum::<f64>() + EDGE_PX / 2.0
    }

    /// A line's height, with the room below it.
    fn row_height(&self, row: usize) -> f64 {
        self.log_down() + self.log.height(row) + EDGE_PX
    }

    /// How far below the top of a line the log is.
    fn log_down(&self) -> f64 {
        axis::HEIGHT_PX
            + (BUS_PX + LANE_GAP_PX) * self.buses.len() as f64
            + (PIN_PX + LANE_GAP_PX) * self.pins.len() as f64
    }

    pub(super) fn draw(&self, svg: &mut Svg, top: f64) {
        let scale = &self.excerpt.scale;
        let mut tops = Vec::new();
        let mut bottom = top;
        for row in 0..scale.rows() {
            tops.push(bottom);
            self.draw_ground(svg, scale.row(row), bottom);
            let below = bottom + self.log_down() + self.log.height(row);
            axis::draw(svg, scale.row(row), row + 1 == scale.rows(), bottom, below);
            bottom += self.row_height(row);
        }
        let mut down_px = axis::HEIGHT_PX;
        let mut lane = |height_px| {
            let lane = Lane { tops: &tops, down_px, height_px };
            down_px += height_px + LANE_GAP_PX;
            lane
        };
        for &bus in &self.buses {
            let lane = lane(BUS_PX);
            name(svg, lane, &format!("i2c {bus}"), "");
            bus_lane::draw(svg, self.excerpt, bus, lane);
        }
        for (pin, label) in &self.pins {
            let lane = lane(PIN_PX);
            let number = if *label == unnamed(*pin) { String::new() } else { pin.to_string() };
            name(svg, lane, label, &number);
            pin_lane::draw(svg, self.excerpt, *pin, self.at_rest.get(pin).copied(), lane);
        }
        self.log.draw(svg, lane(0.0));
    }

    /// Draws what is behind the pins of a line, so that high and low are seen where nothing changes.
    fn draw_ground(&self, svg: &mut Svg, steps: &[Step], top: f64) {
        let end_px = steps.last().map_or(0.0, |step| step.to_px);
        let first = top + axis::HEIGHT_PX + (BUS_PX + LANE_GAP_PX) * self.buses.len() as f64;
        for index in 0..self.pins.len() {
            let y = first + (PIN_PX + LANE_GAP_PX) * index as f64;
            svg.rect("lane", LEFT_PX, y, end_px, PIN_PX);
        }
    }
}

/// The name of a pin without a label.
fn unnamed(pin: u32) -> String {
    format!("pin {pin}")
}

/// Writes a lane's name beside it, and at the left edge of the lane what is small beside the name.
fn name(svg: &mut Svg, lane: Lane<'_>, name: &str, small: &str) {
    for row in 0..lane.tops.len() {
        let y = lane.top(row) + lane.height_px / 2.0 + 4.0;
        svg.text("", EDGE_PX, y, name);
        if !small.is_empty() {
            let x = EDGE_PX + text::width_px(name) + 6.0;
            svg.text("muted small", x, y, small);
        }
    }
}
