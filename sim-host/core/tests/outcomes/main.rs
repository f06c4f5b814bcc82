//! What becomes of guests where the host decides: random guests, guests that are stopped from outside, that compute or
//! recurse for too long. What the ABI says of guests is in the conformance suite, `conformance/cases`.

mod computing;
mod random_guests;
mod recursion;
mod stopping;
