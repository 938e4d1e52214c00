#include "clinux.h"

#include <malloc.h>

void wp_return_free_memory(void) { malloc_trim(0); }
