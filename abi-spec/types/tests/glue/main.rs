//! The generated glue and the trace of the real ABI, against a host that only remembers.
//!
//! Every kind of type is tested on the tiny ABI of abi-codegen; here is what guests of the real one depend on.

mod i2c_host;
mod log_text;
mod long_data;
mod random;
mod remembering;
mod transaction;
mod transfer;
