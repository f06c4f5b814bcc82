//! The remembering host's buses: reads give 0x60, 0x61, …

use device_abi::{
    i2c::{I2c, I2cHandle, Operation, OperationList},
    types::ErrorCode,
};

use crate::remembering::Remembering;

fn fill(into: &mut [u8]) {
    for (byte, value) in into.iter_mut().zip(0x60..) {
        *byte = value;
    }
}

impl I2c for Remembering {
    fn open(&mut self, bus: u32, frequency_hz: u32) -> Result<I2cHandle, ErrorCode> {
        self.calls.push(format!("open {bus} {frequency_hz}"));
        self.answer(I2cHandle(1))
    }

    fn write(&mut self, i2c: I2cHandle, address: u16, data: &[u8]) -> Result<(), ErrorCode> {
        self.calls.push(format!("write {} {address:#x} {data:?}", i2c.0));
        self.answer(())
    }

    fn read(&mut self, i2c: I2cHandle, address: u16, into: &mut [u8]) -> Result<(), ErrorCode> {
        self.calls.push(format!("read {} {address:#x} {}", i2c.0, into.len()));
        fill(into);
        self.answer(())
    }

    fn write_read(
        &mut self,
        i2c: I2cHandle,
        address: u16,
        data: &[u8],
        into: &mut [u8],
    ) -> Result<(), ErrorCode> {
        self.calls.push(format!("write-read {} {address:#x} {data:?} {}", i2c.0, into.len()));
        fill(into);
        self.answer(())
    }

    fn transaction(
        &mut self,
        i2c: I2cHandle,
        address: u16,
        mut operations: OperationList<'_>,
    ) -> Result<(), ErrorCode> {
        let seen: Vec<Operation<'_>> = operations.iter().collect();
        self.calls.push(format!("transaction {} {address:#x} {} {seen:?}", i2c.0, operations.len()));
        if operations.len() > 64 {
            return Err(ErrorCode::TooLarge);
        }
        for at in 0..operations.len() {
            if let Some(buffer) = operations.buffer_mut(at) {
                fill(buffer);
            }
        }
        self.answer(())
    }

    fn close(&mut self, i2c: I2cHandle) -> Result<(), ErrorCode> {
        self.calls.push(format!("close {}", i2c.0));
        self.answer(())
    }
}
