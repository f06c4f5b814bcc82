/* For targets without a C library. The functions are in src/heap.rs. */
#ifndef WASM3_ENGINE_STDLIB_H
#define WASM3_ENGINE_STDLIB_H

#include <stddef.h>

void * calloc (size_t count, size_t size);
void * realloc (void * pointer, size_t size);
void free (void * pointer);
_Noreturn void abort (void);

/* For m3_CallArgv alone, which nobody calls. */
#define strtoul(text, end, base) 0ul
#define strtoull(text, end, base) 0ull
#define strtod(text, end) 0.0

#endif
