/* Keeps track of the code pages that wasm3's compiler has taken and not given back: when it fails half way, it loses
 * those of the branches that it was in. A page in use is on no list of wasm3's, so its link is free. */

#ifndef WASM3_ENGINE_PAGES_H
#define WASM3_ENGINE_PAGES_H

#include "control.h"

static inline void  wasm3_engine_take_page  (IM3Runtime i_runtime, IM3CodePage i_page)
{
    /* The runtime in which wasm3 evaluates constants is another, without user data. */
    Wasm3EngineControl * control = (Wasm3EngineControl *) i_runtime->userdata;
    if (control)
    {
        i_page->info.next = control->pages;
        control->pages = i_page;
    }
}

static inline void  wasm3_engine_give_page  (IM3Runtime i_runtime, IM3CodePage i_page)
{
    Wasm3EngineControl * control = (Wasm3EngineControl *) i_runtime->userdata;
    IM3CodePage * link = control ? & control->pages : NULL;

    while (link && * link)
    {
        if (* link == i_page)
        {
            * link = i_page->info.next;
            break;
        }
        link = & (* link)->info.next;
    }
}

#endif
