/* For targets without a C library: formats stand in messages that are never printed. */
#ifndef WASM3_ENGINE_INTTYPES_H
#define WASM3_ENGINE_INTTYPES_H

#include <stdint.h>

#define PRIi32 "i"
#define PRIu32 "u"
#define PRIi64 "lli"
#define PRIu64 "llu"
#define PRIx64 "llx"

#endif
