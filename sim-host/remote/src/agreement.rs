//! Whether firmware and program mean the same by what they say.

use device_abi::{ABI_VERSION, Profile};
use device_link::{DeviceHello, ProfileNumbers, ReservedPins};

/// Where an ABI version has its major number ([`DeviceHello::abi_version`]).
const MAJOR_SHIFT: u32 = 16;

/// What the two sides do not agree about, so that runs would differ for no visible reason.
pub(crate) fn disagreement(hello: &DeviceHello<'_>) -> Option<&'static str> {
    if hello.abi_version >> MAJOR_SHIFT != ABI_VERSION >> MAJOR_SHIFT {
        return Some("the firmware serves another version of the device ABI than this program");
    }
    // A profile that this program does not know is the device's own affair.
    let own = Profile::by_name(hello.profile.name)?;
    let mut reserved = vec![ReservedPins::default(); own.reserved_pins.len()];
    let same = ProfileNumbers::new(own, &mut reserved) == hello.profile;
    (!same).then_some(
        "the firmware's profile has other limits than this program's of that name: build both from the same checkout",
    )
}

#[cfg(test)]
mod tests {
    use device_link::{Heap, Modes};

    use super::*;

    fn said(abi_version: u32, change: impl FnOnce(&mut ProfileNumbers<'_>)) -> Option<&'static str> {
        let mut reserved = [ReservedPins::default(); 8];
        let mut profile = ProfileNumbers::new(&Profile::ESP32C3, &mut reserved);
        change(&mut profile);
        disagreement(&DeviceHello {
            abi_version,
            max_payload: 1024,
            device_id: b"1",
            board: "host",
            firmware: "0",
            engine: "wasm3",
            engine_version: "0",
            modes: Modes::default(),
            persistent: false,
            heap: Heap::default(),
            profile,
        })
    }

    #[test]
    fn firmware_of_the_same_making_agrees() {
        assert_eq!(said(ABI_VERSION, |_| ()), None);
        // Functions are only added within a major version.
        assert_eq!(said(ABI_VERSION + 0x100, |_| ()), None);
        assert_eq!(said(ABI_VERSION, |profile| (profile.name, profile.handles) = ("other", 1)), None);
    }

    #[test]
    fn another_abi_and_another_limit_are_told() {
        let abi = said(ABI_VERSION + (1 << MAJOR_SHIFT), |_| ()).unwrap();
        assert!(abi.contains("another version of the device ABI"), "{abi}");
        let limit = said(ABI_VERSION, |profile| profile.handles += 1).unwrap();
        assert!(limit.contains("other limits than this program's"), "{limit}");
    }
}
