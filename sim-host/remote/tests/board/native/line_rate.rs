//! Lines without a bit rate.

use device_link::{LinkError, Request};

use crate::{raw::Raw, support::line};

#[test]
fn a_line_without_a_rate_has_none_to_change() {
    let mut raw = Raw::greeted(line());
    assert_eq!(raw.info().line_rate, None);
    for baud in [0, 115_200, 921_600, u32::MAX] {
        assert_eq!(raw.ask(Request::LineRate { baud }), Err(LinkError::NotSupported), "{baud}");
    }
}
