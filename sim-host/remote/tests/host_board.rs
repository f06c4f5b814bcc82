//! The firmware as a Linux process, run like the simulator: outcome, log and trace are the same, times included.

use std::path::{Path, PathBuf};

use remote_board::{Firmware, Place, RemoteBoard};
use sim_host::{Board, Guest, Profile, Sim};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2).unwrap().to_owned()
}

fn firmware() -> Firmware {
    let folder = root().join("target/firmware");
    Firmware { host: folder.join("host"), qemu: folder.join("qemu-virt.elf") }
}

#[test]
fn the_weather_guest_does_the_same() {
    let board = || Board::load(root().join("guest-sdk/examples/weather/board.toml")).unwrap();
    let guest = || Guest::load(root().join("target/guests/weather.wasm")).unwrap();
    let sim = || {
        Sim::builder()
            .board(board())
            .profile(&Profile::ESP32C3)
            .guest(guest())
            .stop_after(std::time::Duration::from_secs(10))
    };
    let here = sim().run().unwrap();
    let mut board = RemoteBoard::open(&Place::Host, &firmware()).unwrap();
    let there = sim().run_on(&mut board).unwrap();
    assert_eq!(here.outcome, there.outcome);
    assert_eq!(here.log, there.log);
    assert_eq!(here.trace.to_string(), there.trace.to_string());
    assert_eq!(here.device_time_ns, there.device_time_ns);
}
