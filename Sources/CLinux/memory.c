#define _GNU_SOURCE
#include "clinux.h"

#include <malloc.h>
#include <string.h>

void wp_return_free_memory(void) { malloc_trim(0); }

const void *wp_find_bytes(const void *bytes, size_t count, const void *wanted, size_t length) {
    return memmem(bytes, count, wanted, length);
}
