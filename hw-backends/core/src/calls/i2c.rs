//! `i2c`: two-wire buses.

use core::mem;

use device_abi::{
    Function,
    i2c::{I2c, I2cHandle, Operation as GuestOperation, OperationList},
    types::ErrorCode,
};
use embedded_hal::i2c::Operation;

use super::{
    i2c_timing::{BitRate, bus_ns},
    missing::Missing,
};
use crate::{
    View,
    app::{I2c as OpenBus, Resource},
    backend::HIGHEST_ADDRESS,
};

/// The most operations that any profile grants.
const MAX_OPERATIONS: usize = device_abi::Profile::MAX_OPERATIONS as usize;

impl I2c for View<'_> {
    fn open(&mut self, bus: u32, frequency_hz: u32) -> Result<I2cHandle, ErrorCode> {
        let index = self.device.hardware.i2c.iter().position(|wires| wires.number == bus);
        let Some(index) = index else {
            return Err(self.device.report(Function::I2cOpen, &Missing::I2cBus(bus)));
        };
        let highest_hz = self.device.hardware.i2c[index].frequency_hz;
        if frequency_hz > highest_hz {
            return Err(ErrorCode::NotSupported);
        }
        let rate = BitRate::new(if frequency_hz == 0 { highest_hz } else { frequency_hz });
        let handle = self.app.handles.insert(Resource::I2c(OpenBus { bus: index, rate }));
        handle.map(I2cHandle).ok_or(ErrorCode::LimitReached)
    }

    fn write(&mut self, i2c: I2cHandle, address: u16, data: &[u8]) -> Result<(), ErrorCode> {
        let target = self.target(i2c, address)?;
        self.check_size(data.len())?;
        self.transfer(Function::I2cWrite, target, &mut [Operation::Write(data)])
    }

    fn read(&mut self, i2c: I2cHandle, address: u16, into: &mut [u8]) -> Result<(), ErrorCode> {
        let target = self.target(i2c, address)?;
        if into.is_empty() {
            return Err(ErrorCode::InvalidArgument);
        }
        self.check_size(into.len())?;
        self.staged(into.len(), |view, staging| {
            view.transfer(Function::I2cRead, target, &mut [Operation::Read(staging)])?;
            into.copy_from_slice(staging);
            Ok(())
        })
    }

    #[inline]
    fn write_read(
        &mut self,
        i2c: I2cHandle,
        address: u16,
        data: &[u8],
        into: &mut [u8],
    ) -> Result<(), ErrorCode> {
        let target = self.target(i2c, address)?;
        if into.is_empty() {
            return Err(ErrorCode::InvalidArgument);
        }
        self.check_size(data.len() + into.len())?;
        self.staged(into.len(), |view, staging| {
            let mut operations = [Operation::Write(data), Operation::Read(staging)];
            view.transfer(Function::I2cWriteRead, target, &mut operations)?;
            into.copy_from_slice(staging);
            Ok(())
        })
    }

    fn transaction(
        &mut self,
        i2c: I2cHandle,
        address: u16,
        mut operations: OperationList<'_>,
    ) -> Result<(), ErrorCode> {
        let target = self.target(i2c, address)?;
        let most = MAX_OPERATIONS.min(self.device.profile.max_operations as usize);
        if operations.len() > most {
            return Err(ErrorCode::TooLarge);
        }
        let (mut bytes, mut bytes_read) = (0, 0);
        for operation in operations.iter() {
            match operation {
                GuestOperation::Read(0) => return Err(ErrorCode::InvalidArgument),
                GuestOperation::Read(len) => {
                    bytes += len;
                    bytes_read += len;
                }
                GuestOperation::Write(data) => bytes += data.len(),
            }
        }
        self.check_size(bytes)?;
        if operations.is_empty() {
            return Ok(());
        }
        self.staged(bytes_read, |view, staging| {
            view.transfer_list(target, &operations, staging)?;
            let mut rest = &*staging;
            for index in 0..operations.len() {
                if let Some(buffer) = operations.buffer_mut(index) {
                    let (part, after) = rest.split_at(buffer.len());
                    buffer.copy_from_slice(part);
                    rest = after;
                }
            }
            Ok(())
        })
    }

    fn close(&mut self, i2c: I2cHandle) -> Result<(), ErrorCode> {
        self.bus(i2c)?;
        self.close_resource(i2c.0);
        Ok(())
    }
}

/// Where a transaction goes.
#[derive(Clone, Copy)]
struct Target {
    bus: usize,
    rate: BitRate,
    address: u8,
}

impl View<'_> {
    #[inline]
    fn bus(&mut self, handle: I2cHandle) -> Result<&OpenBus, ErrorCode> {
        match self.app.handles.get_mut(handle.0) {
            Some(Resource::I2c(bus)) => Ok(bus),
            _ => Err(ErrorCode::InvalidHandle),
        }
    }

    #[inline]
    fn target(&mut self, handle: I2cHandle, address: u16) -> Result<Target, ErrorCode> {
        let &OpenBus { bus, rate } = self.bus(handle)?;
        if address > u16::from(HIGHEST_ADDRESS) {
            return Err(ErrorCode::InvalidArgument);
        }
        Ok(Target { bus, rate, address: address as u8 })
    }

    fn check_size(&self, bytes: usize) -> Result<(), ErrorCode> {
        if bytes > self.device.profile.max_transfer_bytes as usize {
            Err(ErrorCode::TooLarge)
        } else {
            Ok(())
        }
    }

    /// Runs the guest's operations, with `staging` as the buffers of its reads, one behind the other.
    fn transfer_list(
        &mut self,
        target: Target,
        operations: &OperationList<'_>,
        mut staging: &mut [u8],
    ) -> Result<(), ErrorCode> {
        let mut steps = heapless::Vec::<Operation<'_>, MAX_OPERATIONS>::new();
        for operation in operations.iter() {
            let step = match operation {
                GuestOperation::Read(len) => {
                    let (part, rest) = staging.split_at_mut(len);
                    staging = rest;
                    Operation::Read(part)
                }
                GuestOperation::Write(data) => Operation::Write(data),
            };
            steps.push(step).map_err(|_| ErrorCode::TooLarge)?;
        }
        self.transfer(Function::I2cTransaction, target, &mut steps)
    }

    /// Lends the first `len` bytes of the staging area to `transfer`.
    #[inline]
    fn staged(
        &mut self,
        len: usize,
        transfer: impl FnOnce(&mut Self, &mut [u8]) -> Result<(), ErrorCode>,
    ) -> Result<(), ErrorCode> {
        let mut staging = mem::take(&mut self.device.staging);
        if staging.len() < len {
            // Within the capacity that the device was made with.
            staging.resize(len, 0);
        }
        let result = transfer(self, &mut staging[..len]);
        self.device.staging = staging;
        result
    }

    #[inline]
    fn transfer(
        &mut self,
        function: Function,
        target: Target,
        operations: &mut [Operation<'_>],
    ) -> Result<(), ErrorCode> {
        let Target { bus, rate, address } = target;
        let at_ns = self.device.clock.now_ns();
        let wires = &mut self.device.hardware.i2c[bus];
        let reply = wires.bus.transaction(at_ns, address, rate.hz(), operations);
        let acknowledged = reply.result.is_err().then_some(reply.acknowledged);
        let bus_ns = bus_ns(operations, acknowledged, rate);
        self.device.settle(function, bus_ns, reply)
    }
}
