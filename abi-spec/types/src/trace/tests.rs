//! Records come back as they were written. (Text and JSON forms are pinned by the generated glue's tests.)

use super::*;

#[test]
fn text_is_cut_at_a_character_boundary() {
    let text = "a".repeat(255) + "é";
    assert_eq!(cut(&text).len(), 255);
    assert_eq!(cut("short"), "short");
}
