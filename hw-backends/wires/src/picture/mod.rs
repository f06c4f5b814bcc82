//! What went over the wires as a picture for people: a timeline that is read like a page of notes.
//!
//! Each line of the picture has a lane for every bus, for every pin that was used, and for the log. Bytes are all
//! equally wide, and times in which nothing happens are shortened, so the picture is not to scale; its axis says where.

mod axis;
mod bus_lane;
mod excerpt;
mod head;
mod lanes;
mod legend;
mod log_lane;
mod pieces;
mod pin_lane;
mod scale;
mod svg;
mod text;
mod time_text;

use device_abi::log::Level;

use crate::{
    Wires,
    picture::{excerpt::Excerpt, lanes::Lanes, svg::Svg},
};

/// A message in the log lane of a picture.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogMark {
    /// Device time, nanoseconds.
    pub at_ns: u64,
    /// How much it matters.
    pub level: Level,
    /// The text. What does not fit is cut off.
    pub text: String,
}

/// What a picture says besides what happened. By default nothing.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct PictureOptions {
    /// What stands above it: the guest, the board.
    pub title: String,
    /// How many messages came after the last one that is given.
    pub log_left_out: u64,
}

impl Wires {
    /// The most bytes that [`picture`](Self::picture) can show something of: who only wants a picture needs to keep no
    /// more.
    pub const PICTURE_BYTES: usize = 1024 * 1024;

    /// What was kept, with the messages of `log`, as a picture (SVG 1.1): self-contained, without scripts, light or
    /// dark as the viewer likes it, and the same bytes each time.
    ///
    /// A long run is shown from its beginning as far as there is room, up to 32 lines and less than 1 MB, and the picture
    /// says how much that is.
    #[must_use]
    pub fn picture(&self, log: &[LogMark], options: &PictureOptions) -> String {
        let excerpt = Excerpt::of(self, log);
        let lanes = Lanes::of(self, &excerpt);
        let head = head::Head::of(self, log, options, &excerpt, &lanes);
        let mut svg = Svg::new(lanes.width(), head.height() + lanes.height());
        head.draw(&mut svg);
        lanes.draw(&mut svg, head.height());
        svg.finish()
    }
}
