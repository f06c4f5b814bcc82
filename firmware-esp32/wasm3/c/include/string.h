/* For targets without a C library. Rust's compiler_builtins has the functions, but for strcmp. */
#ifndef WASM3_ENGINE_STRING_H
#define WASM3_ENGINE_STRING_H

#include <stddef.h>

void * memcpy (void * to, const void * from, size_t size);
void * memmove (void * to, const void * from, size_t size);
void * memset (void * to, int byte, size_t size);
int memcmp (const void * a, const void * b, size_t size);
size_t strlen (const char * text);

static inline int wasm3_engine_strcmp (const char * a, const char * b)
{
    while (* a && * a == * b) { a ++; b ++; }
    return (unsigned char) * a - (unsigned char) * b;
}

#define strcmp wasm3_engine_strcmp

#endif
