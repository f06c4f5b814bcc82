//! The weather station of the examples: the very same file.

use std::time::Duration;

use remote_board::RemoteBoard;
use sim_host::{Board, Guest, Profile, Sim};

use crate::support::{assert_same, board, root};

#[test]
fn the_weather_guest_does_the_same() {
    let guest = root().join("target/guests/weather.wasm");
    assert!(guest.is_file(), "there is no guest {}: build it with `cargo xtask guests`", guest.display());
    let sim = || {
        Sim::builder()
            .board(Board::load(root().join("guest-sdk/examples/weather/board.toml")).unwrap())
            .profile(&Profile::ESP32C3)
            .guest(Guest::load(&guest).unwrap())
            .stop_after(Duration::from_secs(10))
    };
    let here = sim().run().unwrap();
    let mut board: RemoteBoard = board();
    for turn in 0..3 {
        assert_same(&sim().run_on(&mut board).unwrap(), &here, &format!("turn {turn}"));
    }
    assert!(here.trace.records().count() > 50, "{}", here.trace);
}
