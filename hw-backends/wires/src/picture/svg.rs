//! Writes SVG. The elements of a picture, and nothing of what they mean.

use std::io;

use quick_xml::{
    Writer,
    events::{BytesDecl, BytesText, Event},
};

use super::text;

/// The looks of all classes, light and dark.
const STYLE: &str = include_str!("style.css");

/// A picture being written.
pub(super) struct Svg {
    writer: Writer<Vec<u8>>,
}

impl Svg {
    /// A picture of this size, pixels, with nothing but its background.
    pub(super) fn new(width: f64, height: f64) -> Self {
        let mut svg = Self { writer: Writer::new_with_indent(Vec::new(), b' ', 0) };
        svg.event(Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None)));
        let (width, height) = (px(width), px(height));
        let view = format!("0 0 {width} {height}");
        let start = quick_xml::events::BytesStart::new("svg").with_attributes([
            ("xmlns", "http://www.w3.org/2000/svg"),
            ("width", width.as_str()),
            ("height", height.as_str()),
            ("viewBox", view.as_str()),
        ]);
        svg.event(Event::Start(start));
        done(svg.writer.create_element("style").write_text_content(BytesText::new(STYLE)));
        svg.empty("rect", &[("class", "paper"), ("width", &width), ("height", &height)]);
        svg
    }

    /// A box.
    pub(super) fn rect(&mut self, class: &str, x: f64, y: f64, width: f64, height: f64) {
        let [x, y, width, height] = [x, y, width, height].map(px);
        let attributes = [("class", class), ("x", &x), ("y", &y), ("width", &width), ("height", &height)];
        self.empty("rect", &attributes);
    }

    /// A line of text whose base line begins at `x`, `y`; where it is centred or ends there, the class says so.
    pub(super) fn text(&mut self, class: &str, x: f64, y: f64, line: &str) {
        let (x, y, line) = (px(x), px(y), text::line(line, usize::MAX));
        let element = self.writer.create_element("text");
        let element = element.with_attributes([("class", class), ("x", x.as_str()), ("y", y.as_str())]);
        done(element.write_text_content(BytesText::new(&line)));
    }

    /// A line along `d`, made with [`Path`].
    pub(super) fn path(&mut self, class: &str, path: Path) {
        if !path.d.is_empty() {
            self.empty("path", &[("class", class), ("d", &path.d)]);
        }
    }

    /// The whole file.
    pub(super) fn finish(mut self) -> String {
        self.event(Event::End(quick_xml::events::BytesEnd::new("svg")));
        let mut text = String::from_utf8(self.writer.into_inner()).expect("only strings were written");
        text.push('\n');
        text
    }

    fn empty(&mut self, name: &str, attributes: &[(&str, &str)]) {
        let element = self.writer.create_element(name).with_attributes(attributes.iter().copied());
        done(element.write_empty());
    }

    fn event(&mut self, event: Event<'_>) {
        done(self.writer.write_event(event));
    }
}

/// A line in the making.
#[derive(Debug, Default)]
pub(super) struct Path {
    d: String,
}

impl Path {
    /// Goes to a place without drawing.
    pub(super) fn start(&mut self, x: f64, y: f64) {
        self.d += &format!("M{} {}", px(x), px(y));
    }

    /// Draws to a place.
    pub(super) fn to(&mut self, x: f64, y: f64) {
        self.d += &format!("L{} {}", px(x), px(y));
    }

    /// Draws sideways.
    pub(super) fn across(&mut self, x: f64) {
        self.d += &format!("H{}", px(x));
    }

    /// Draws up or down.
    pub(super) fn up_or_down(&mut self, y: f64) {
        self.d += &format!("V{}", px(y));
    }
}

/// Pixels, to the tenth, as short as it goes.
fn px(value: f64) -> String {
    let text = format!("{value:.1}");
    text.strip_suffix(".0").map_or(text.clone(), str::to_owned)
}

fn done<T>(result: io::Result<T>) {
    result.expect("memory can be written");
}
