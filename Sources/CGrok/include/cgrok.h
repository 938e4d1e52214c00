#ifndef WATCHPOST_CGROK_H
#define WATCHPOST_CGROK_H

#include <stddef.h>

/// A file of grok patterns that is part of the binary.
typedef struct {
    /// Its set: `legacy`, `ecs-v1`, or `common` to both.
    const char *set;
    const unsigned char *bytes;
    size_t length;
} wp_grok_file;

/// The file at `index`, or NULL past the last one. Those that are common come first.
const wp_grok_file *wp_grok_file_at(size_t index);

#endif
