/* The functions of wasm3 that src/ffi.rs declares, once more: Rust would call a version whose functions are others without
 * noticing, and here it does not compile.
 */

#ifndef WASM3_ENGINE_INTERFACE_H
#define WASM3_ENGINE_INTERFACE_H

#include "wasm3.h"

IM3Environment  m3_NewEnvironment     (void);
void            m3_FreeEnvironment    (IM3Environment);
IM3Runtime      m3_NewRuntime         (IM3Environment, uint32_t, void *);
void *          m3_GetUserData        (IM3Runtime);
uint8_t *       m3_GetMemory          (IM3Runtime, uint32_t *, uint32_t);
uint32_t        m3_GetMemorySize      (IM3Runtime);
M3Result        m3_ParseModule        (IM3Environment, IM3Module *, const uint8_t *, uint32_t);
void            m3_FreeModule         (IM3Module);
M3Result        m3_LinkRawFunctionEx  (IM3Module, const char *, const char *, const char *, M3RawCall, const void *);
M3Result        m3_CompileModule      (IM3Module);
M3Result        m3_GetResults         (IM3Function, uint32_t, const void * []);

_Static_assert (sizeof (M3ImportContext) == 2 * sizeof (void *), "another import context");

#endif
