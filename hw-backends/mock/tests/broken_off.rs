//! Transactions that a fault breaks off, on buses that answer from a script: it is as if there had been none.

mod support;

use device_abi::types::ErrorCode;
use embedded_hal::i2c::{ErrorKind, Operation};
use embedded_hal_mock::eh1::i2c::{Mock, Transaction as MockTransaction};
use hw_core::backend::{BreakOff, BusError, I2cBus, Reply};
use hw_mock::{EmbeddedHalMock, Expectations, Fault, FaultPlan, Faulty, Transaction, When};
use support::{read, run, write};

/// A plan that breaks off the first transaction at `byte`.
fn first_at(byte: u32) -> FaultPlan {
    FaultPlan::new().rule(When::always().times(1), Fault::Nack { byte })
}

#[test]
fn a_list_hears_nothing_of_a_transaction_that_breaks_off() {
    for empty in [Expectations::strict, Expectations::per_bus] {
        for (byte, code) in [
            (0, ErrorCode::NoAcknowledgeAddress),
            (1, ErrorCode::NoAcknowledgeData),
            (2, ErrorCode::NoAcknowledgeData),
            (4, ErrorCode::NoAcknowledgeAddress),
        ] {
            let list = empty().then(Transaction::new(0, 0x50).write([0, 0x10, 0xaa]).read([7]));
            let mut bus = Faulty::new(0, list.bus(0), first_at(byte));
            let [broken, whole] =
                [(); 2].map(|()| run(&mut bus, 0, 0x50, &[write(&[0, 0x10, 0xaa]), read(1)]));
            assert_eq!((broken.result, broken.acknowledged), (Err(code), byte), "byte {byte}");
            assert!(broken.error.ends_with("injected by rule 1"), "{}", broken.error);
            assert_eq!(whole.result, Ok(vec![7]), "byte {byte}");
            assert_eq!(list.report(), Ok(()), "byte {byte}");
        }
    }
}

#[test]
fn a_mock_hears_nothing_of_a_transaction_that_breaks_off() {
    let mock = EmbeddedHalMock::new(0, Mock::new(&[MockTransaction::write(0x50, vec![0, 0x10, 0xaa])]));
    let mut bus = Faulty::new(0, mock.clone(), first_at(2));
    let [broken, whole] = [(); 2].map(|()| run(&mut bus, 0, 0x50, &[write(&[0, 0x10, 0xaa])]).result);
    assert_eq!([broken, whole], [Err(ErrorCode::NoAcknowledgeData), Ok(vec![])]);
    mock.finish(|mock| mock.done()).unwrap();
}

/// A bus that remembers how transactions break off.
#[derive(Debug, Default)]
struct Ends(Vec<(usize, BreakOff)>);

impl I2cBus for Ends {
    fn transaction(&mut self, _: u64, _: u8, _: u32, _: &mut [Operation<'_>]) -> Reply {
        panic!("nothing comes through whole")
    }

    fn broken_off(&mut self, _: u64, _: u8, _: u32, heard: &mut [Operation<'_>], end: BreakOff) -> Reply {
        self.0.push((heard.len(), end));
        assert!(self.0.len() < 2, "{:?}", self.0);
        Reply::failed(BusError(ErrorKind::Bus), heard.len() as u32 + 40)
    }
}

#[test]
fn how_it_ends_passes_through_wrappers() {
    for (byte, heard, end) in [(2, 1, BreakOff::AtData), (3, 1, BreakOff::AtRepeatedStart)] {
        let boxed: Box<dyn I2cBus> = Box::new(Ends::default());
        let mut bus = Faulty::new(0, Faulty::new(0, boxed, FaultPlan::new()), first_at(byte));
        let outcome = run(&mut bus, 0, 0x50, &[write(&[1, 2]), read(1)]);
        assert_eq!((outcome.result, outcome.acknowledged), (Err(ErrorCode::Bus), heard + 40), "{end:?}");
        assert!(format!("{bus:?}").contains(&format!("Ends([({heard}, {end:?})])")), "{bus:?}");
    }
}

#[test]
fn of_two_faults_the_earlier_byte_counts_whichever_wraps_the_other() {
    for (inner, outer, heard) in [(1, 3, 1), (3, 1, 1), (2, 2, 2)] {
        let list = Expectations::strict();
        let mut bus = Faulty::new(0, Faulty::new(0, list.bus(0), first_at(inner)), first_at(outer));
        let outcome = run(&mut bus, 0, 0x50, &[write(&[1, 2, 3])]);
        let expected = (Err(ErrorCode::NoAcknowledgeData), heard);
        assert_eq!((outcome.result, outcome.acknowledged), expected, "{inner} in {outer}");
        assert_eq!(list.report(), Ok(()));
    }
}
