#ifndef WATCHPOST_CASSETS_H
#define WATCHPOST_CASSETS_H

#include <stddef.h>

/// A file that is part of the binary.
typedef struct {
    /// The file's name as the pages ask for it.
    const char *name;
    const unsigned char *bytes;
    /// 0 where the file was not there when the binary was built.
    size_t length;
} wp_asset;

/// The asset at `index`, or NULL past the last one.
const wp_asset *wp_asset_at(size_t index);

#endif
