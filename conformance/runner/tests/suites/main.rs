//! Small suites, made by the tests: bad ones, and what becomes of good ones.

mod bad;
mod small;
mod verdicts;
