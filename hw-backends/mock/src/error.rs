//! What a call on expectations fails with.

use core::fmt;

use device_abi::types::ErrorCode;
use hw_core::backend::DeviceError;

use crate::{Call, Deviation};

/// Why an expected or unexpected call failed, for whoever operates the device.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MockError {
    /// The list says so.
    Scripted {
        /// Which expectation, from 1.
        position: usize,
        /// The call.
        call: Call,
        /// What the guest sees.
        code: ErrorCode,
    },
    /// The call does not fit the list; the guest sees `other`.
    Deviation(Box<Deviation>),
}

impl DeviceError for MockError {
    fn code(&self) -> ErrorCode {
        match self {
            Self::Scripted { code, .. } => *code,
            Self::Deviation(_) => ErrorCode::Other,
        }
    }
}

impl fmt::Display for MockError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Scripted { position, call, code } => {
                write!(f, "{call}: {code}, as expectation {position} says")
            }
            Self::Deviation(deviation) => deviation.headline(f),
        }
    }
}

impl core::error::Error for MockError {}
