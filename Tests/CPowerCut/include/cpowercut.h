#ifndef WATCHPOST_CPOWERCUT_H
#define WATCHPOST_CPOWERCUT_H

#include <stdint.h>

/// Makes all files under `prefix` that SQLite opens from now on remember what was not synchronised yet.
/// Returns 0, or an error of SQLite.
int wp_power_cut_watch(const char *prefix);

/// Copies the file at `path` to `copy` as a power cut could leave it: what was synchronised is whole, and of what was
/// written since any part may be there, by sectors, in an order that depends on `seed`; with 0 none of it is.
/// Returns 0, or 1 where a file cannot be read or written.
int wp_power_cut_copy(const char *path, const char *copy, uint64_t seed);

#endif
