//! How the ABI's own enums travel: by their number.

use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error};

/// A module for `#[serde(with = …)]` that writes an enum as its number, in one byte.
macro_rules! by_number {
    ($($(#[$doc:meta])* $module:ident: $ty:ty = |$number:ident| $find:expr;)*) => { $(
        $(#[$doc])*
        pub(crate) mod $module {
            use super::*;

            pub(crate) fn serialize<S: Serializer>(value: &$ty, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_u8(*value as u8)
            }

            pub(crate) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<$ty, D::Error> {
                let $number = u8::deserialize(deserializer)?;
                $find.ok_or_else(|| D::Error::custom("no such number"))
            }
        }
    )* };
}

by_number! {
    level: device_abi::gpio::Level = |n| device_abi::gpio::Level::from_index(n.into());
    mode: device_abi::gpio::Mode = |n| device_abi::gpio::Mode::from_index(n.into());
    log_level: device_abi::log::Level = |n| device_abi::log::Level::from_index(n.into());
    reset_reason: device_abi::system::ResetReason = |n| device_abi::system::ResetReason::from_index(n.into());
    limit: device_abi::Limit = |n| device_abi::Limit::ALL.get(usize::from(n)).copied();
    refusal_word: device_abi::RefusalWord = |n| device_abi::RefusalWord::ALL.get(usize::from(n)).copied();
    /// Codes are appended within a version of the ABI; one that is not known is `other`.
    error_code: device_abi::types::ErrorCode = |n| {
        use device_abi::types::ErrorCode;
        Some(ErrorCode::from_index(n.into()).unwrap_or(ErrorCode::Other))
    };
}

/// Functions have more numbers than a byte may one day hold.
pub(crate) mod function {
    use super::*;
    use device_abi::{FUNCTIONS, Function};

    pub(crate) fn serialize<S: Serializer>(value: &Function, serializer: S) -> Result<S::Ok, S::Error> {
        (*value as u16).serialize(serializer)
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Function, D::Error> {
        let number = u16::deserialize(deserializer)?;
        let info = FUNCTIONS.get(usize::from(number));
        info.map(|info| info.function).ok_or_else(|| D::Error::custom("no such function"))
    }
}

/// Bytes as a whole, not one by one as serde takes a slice.
pub(crate) mod bytes {
    use super::*;

    pub(crate) fn serialize<S: Serializer>(bytes: &[u8], serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_bytes(bytes)
    }

    pub(crate) fn deserialize<'de: 'a, 'a, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<&'a [u8], D::Error> {
        <&'de [u8]>::deserialize(deserializer)
    }
}
