//! The power goes at every operation, of every kind of sequence.

use app_storage::{Mark, Store};
use proptest::prelude::*;

use crate::{
    chip::Chip,
    model::{Action, Installed, SECTORS, look, open},
};

/// In how many ways each operation is cut.
const WAYS: u64 = 6;

/// Does the actions one after the other, and each with the power going at every operation of it.
fn sweep(actions: &[Action]) {
    let chip = Chip::new(SECTORS);
    let mut before = None;
    for (step, action) in actions.iter().enumerate() {
        let cells = chip.cells();
        let mut store = open(&chip);
        let opened = chip.done();
        let after = action.expect(&before);
        let _ = action.run(&mut store);
        let operations = chip.done() - opened;
        assert_eq!(look(&mut store), after, "{step}: {action:?}");
        drop(store);
        assert_eq!(look(&mut open(&chip)), after, "{step}: {action:?}, after a restart");
        for cut in 0..operations {
            for way in 0..WAYS {
                let seed = (step as u64 * 1000 + u64::from(cut)) * WAYS + way;
                let chip = Chip::with_bytes(cells.clone());
                let mut store = open(&chip);
                chip.cut_after(cut, seed);
                let _ = action.run(&mut store);
                assert!(!chip.has_power(), "{step}: {action:?} cut at {cut}");
                drop(store);
                let seen = comes_up(&chip, seed);
                assert!(
                    seen == before || seen == after,
                    "{step}: {action:?} cut at {cut}, seed {seed}: {seen:?}"
                );
            }
        }
        before = after;
    }
}

/// Switches on, with the power going at every operation of that too, and then installs something. Returns what was
/// installed.
fn comes_up(chip: &Chip, seed: u64) -> Option<Installed> {
    let cells = chip.cells();
    let mut store = open(chip);
    let repairs = chip.done();
    let seen = look(&mut store);
    // No mark stays half written: it could read otherwise another day.
    let now = chip.cells();
    for header in [2, 5].map(|sector| &now[sector * 4096..][..68]) {
        assert!(header[..4] != *b"TWBA" || [[0; 4], [0xff; 4]].contains(header.last_chunk().unwrap()));
    }
    for cut in 0..repairs {
        let chip = Chip::with_bytes(cells.clone());
        chip.cut_after(cut, seed);
        let _ = Store::open(chip.clone()).unwrap();
        assert!(!chip.has_power());
        assert_eq!(look(&mut open(&chip)), seen, "repair cut at {cut}, seed {seed}");
    }
    let next = Action::Install { length: 700, seed: 99 };
    assert_eq!(next.run(&mut store), Ok(()));
    assert_eq!(look(&mut store), next.expect(&None));
    assert_eq!(look(&mut open(chip)), next.expect(&None));
    assert_eq!(Action::Uninstall.run(&mut open(chip)), Ok(()));
    assert_eq!(look(&mut open(chip)), None);
    seen
}

const ATTEMPT: Action = Action::Mark(Mark::Attempt);
const FAILED: Action = Action::Mark(Mark::Failed);
const PROVED: Action = Action::Mark(Mark::Proved);
const LEFT: Action = Action::Mark(Mark::Left);

fn install(length: usize) -> Action {
    Action::Install { length, seed: length as u64 }
}

fn autostart(length: usize) -> Action {
    Action::Autostart { length, seed: length as u64 }
}

#[test]
fn installs_and_uninstalls() {
    sweep(&[install(5000), install(4096), install(1), Action::Uninstall, install(256), Action::Uninstall]);
    sweep(&[install(8192), Action::Uninstall, install(3), install(0), install(511), install(512)]);
}

#[test]
fn the_same_app_again() {
    sweep(&[install(300), autostart(4), install(300), Action::Uninstall, install(300), install(300)]);
}

#[test]
fn autostart_and_marks() {
    let actions = [
        install(600),
        autostart(200),
        ATTEMPT,
        FAILED,
        ATTEMPT,
        LEFT,
        ATTEMPT,
        PROVED,
        ATTEMPT,
        FAILED,
        ATTEMPT,
    ];
    sweep(&actions);
    sweep(&[
        install(40),
        ATTEMPT,
        FAILED,
        autostart(0),
        install(50),
        autostart(1),
        autostart(0),
        Action::Uninstall,
    ]);
}

#[test]
fn the_journal_is_renewed() {
    // Each autostart takes a quarter of a sector.
    let once = [autostart(1024), ATTEMPT, FAILED, autostart(1023), ATTEMPT];
    let actions = [install(40)].into_iter().chain(once.into_iter().cycle().take(15));
    sweep(&actions.chain([Action::Uninstall, install(41)]).collect::<Vec<_>>());
}

#[test]
fn the_journal_is_renewed_by_an_install_and_by_an_uninstall() {
    // Four bytes short of full, and then one owner record or one removal too many.
    for last in [install(41), Action::Uninstall] {
        let marks = core::iter::repeat_n(ATTEMPT, (4096 - 16 - 60) / 8);
        let chip = Chip::new(SECTORS);
        let mut store = open(&chip);
        for action in [install(40)].into_iter().chain(marks) {
            action.run(&mut store).unwrap();
        }
        let before = look(&mut store);
        let cells = chip.cells();
        chip.power_on();
        last.run(&mut store).unwrap();
        let operations = chip.done();
        assert_eq!(look(&mut open(&chip)), last.expect(&before));
        for cut in 0..operations {
            for way in 0..WAYS {
                let chip = Chip::with_bytes(cells.clone());
                let mut store = open(&chip);
                chip.cut_after(cut, way);
                let _ = last.run(&mut store);
                let seen = comes_up(&chip, way);
                assert!(seen == before || seen == last.expect(&before), "{last:?} cut at {cut}");
            }
        }
    }
}

fn any_action() -> impl Strategy<Value = Action> {
    let length = prop_oneof![0..20usize, 200..300usize, 0..8192usize];
    prop_oneof![
        3 => (length, 0..1000u64).prop_map(|(length, seed)| Action::Install { length, seed }),
        1 => Just(Action::Uninstall),
        2 => (0..=1024usize, 0..1000u64).prop_map(|(length, seed)| Action::Autostart { length, seed }),
        4 => prop_oneof![Just(ATTEMPT), Just(FAILED), Just(PROVED), Just(LEFT)],
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    /// Some actions are cut, and the next ones go on with what that left; the flash held anything at first.
    #[test]
    fn any_sequence_with_any_cuts(
        steps in prop::collection::vec((any_action(), prop::option::of((0..40u32, any::<u64>()))), 1..12),
        garbage in prop::option::of(any::<u64>()),
    ) {
        let chip = match garbage {
            Some(seed) => Chip::with_bytes(crate::model::some_bytes(SECTORS as usize * 4096, seed)),
            None => Chip::new(SECTORS),
        };
        let mut state = look(&mut open(&chip));
        prop_assert_eq!(&state, &None);
        for (action, cut) in steps {
            let mut store = open(&chip);
            prop_assert_eq!(look(&mut store), state.clone());
            let after = action.expect(&state);
            if let Some((operations, seed)) = cut {
                chip.cut_after(operations, seed);
            }
            let done = action.run(&mut store);
            if chip.has_power() && state.is_some() {
                prop_assert_eq!(done, Ok(()));
            }
            let whole = chip.has_power();
            drop(store);
            let seen = look(&mut open(&chip));
            prop_assert!(seen == after || (!whole && seen == state), "{:?}", seen);
            state = seen;
        }
    }
}
