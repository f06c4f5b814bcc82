//! `system`: the device itself, and the app's place on it.

use device_abi::{
    ABI_VERSION, Halt,
    system::{ResetReason, System},
    types::ErrorCode,
};

use crate::View;

impl System for View<'_> {
    fn abi_version(&mut self) -> u32 {
        ABI_VERSION
    }

    fn device_id(&mut self, into: &mut [u8]) -> Result<u32, ErrorCode> {
        copy(&self.device.hardware.device_id, into)
    }

    fn argument_count(&mut self) -> u32 {
        self.app.arguments.len() as u32
    }

    fn argument(&mut self, index: u32, into: &mut [u8]) -> Result<u32, ErrorCode> {
        let argument = self.app.arguments.get(index as usize).ok_or(ErrorCode::NotFound)?;
        copy(argument.as_bytes(), into)
    }

    fn random(&mut self, into: &mut [u8]) -> Result<(), ErrorCode> {
        if into.len() > self.device.profile.max_transfer_bytes as usize {
            return Err(ErrorCode::TooLarge);
        }
        self.app.random.fill(into);
        Ok(())
    }

    fn last_reset(&mut self) -> ResetReason {
        self.device.hardware.reset_reason
    }

    fn exit(&mut self, code: i32) -> Halt {
        Halt::Exit(code)
    }
}

/// Copies all of `from` to the start of `into`, or nothing.
fn copy(from: &[u8], into: &mut [u8]) -> Result<u32, ErrorCode> {
    into.get_mut(..from.len()).ok_or(ErrorCode::TooLarge)?.copy_from_slice(from);
    Ok(from.len() as u32)
}
