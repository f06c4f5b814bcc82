//! Waiting for a device that is gone.

use std::time::Duration;

/// How long is waited until a device that is gone is looked for again.
const AGAIN: Duration = Duration::from_millis(300);

/// Waits until a device that is gone is worth another look.
#[expect(clippy::disallowed_methods, reason = "nothing tells when a port is there again")]
pub(super) fn pause() {
    std::thread::sleep(AGAIN);
}
