/* For targets without a C library: wasm3's own assertions are off. */
#define assert(condition) ((void) 0)
#define static_assert _Static_assert
