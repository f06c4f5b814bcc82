/* For targets without a C library: wasm3 prints only for its own debugging. */
#ifndef WASM3_ENGINE_STDIO_H
#define WASM3_ENGINE_STDIO_H

#include <stddef.h>

typedef struct FILE FILE;

#define stderr ((FILE *) 0)
#define printf(...) 0
#define fprintf(...) 0
#define snprintf(...) 0
#define vsnprintf(...) 0

#endif
