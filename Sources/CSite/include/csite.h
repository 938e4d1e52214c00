#ifndef WATCHPOST_CSITE_H
#define WATCHPOST_CSITE_H

#include <stddef.h>

/// A configuration file that is part of the binary.
typedef struct {
    /// Its path within its set, as in `rules/vms.yml`.
    const char *name;
    const unsigned char *bytes;
    size_t length;
} wp_site_file;

/// The built-in site's file at `index`, or NULL past the last one.
const wp_site_file *wp_built_in_site_file_at(size_t index);

/// The file at `index` of the seed's corrected set, or NULL past the last one.
const wp_site_file *wp_seed_site_file_at(size_t index);

#endif
