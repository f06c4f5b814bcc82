/* wasm3's parser, with two changes:
 *
 * - the custom section "name" is skipped like all others. Nobody has checked it, wasm3 would refuse a module for
 *   it, keep all its names in the heap, and find exports by them;
 * - names may be as long as the module, whose size has been checked.
 */

#include "m3_core.h"
#include "m3_env.h"
#include "m3_exception.h"
#include "m3_info.h"

#undef d_m3MaxSaneUtf8Length
#define d_m3MaxSaneUtf8Length   0x7fffffff

/* The parser compares one text only: the name of a custom section. */
#undef strcmp
#define strcmp(a, b)            ((void) (a), (void) (b), 1)

#include "m3_parse.c"
