//! Panic hooks, which belong to the process: alone in this file, as tests of one file share them.

mod support;

use std::{
    panic,
    sync::atomic::{AtomicU32, Ordering},
};

use embedded_hal_mock::eh1::i2c::{Mock, Transaction};
use hw_mock::EmbeddedHalMock;
use support::{read, run};

static HEARD: AtomicU32 = AtomicU32::new(0);

#[test]
fn a_mocks_panics_are_quiet_and_others_reach_the_hook_that_was_there() {
    panic::set_hook(Box::new(|_| _ = HEARD.fetch_add(1, Ordering::Relaxed)));
    let bus = EmbeddedHalMock::new(0, Mock::new::<[&Transaction; 0]>([]));
    let others = || assert!(panic::catch_unwind(|| panic!("someone else's")).is_err());
    for heard in [1, 2] {
        run(&mut bus.clone(), 0, 0x50, &[read(1)]).result.unwrap_err();
        others();
        assert_eq!(HEARD.load(Ordering::Relaxed), heard);
    }
    assert!(bus.report().unwrap_err().place.is_some());

    // Whoever sets a hook later, without asking for the one before, hears everything; all is caught still.
    panic::set_hook(Box::new(|_| _ = HEARD.fetch_add(10, Ordering::Relaxed)));
    run(&mut bus.clone(), 0, 0x50, &[read(1)]).result.unwrap_err();
    assert_eq!(HEARD.load(Ordering::Relaxed), 12);
    let panics = bus.panics();
    assert_eq!((panics.len(), &panics[2].place), (3, &None));
    assert!(panics[2].message.contains("no pending expectation"), "{}", panics[2]);
    bus.finish(|mock| mock.done()).unwrap_err();
}
