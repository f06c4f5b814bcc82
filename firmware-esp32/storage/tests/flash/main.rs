//! Apps in a simulated flash: the power goes at any moment, sectors wear out, and anything is there at first.

mod chip;
mod cuts;
mod fickle;
mod limits;
mod model;
mod nor;
mod trash;
mod worn;
