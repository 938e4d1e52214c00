#ifndef WATCHPOST_CRE2_H
#define WATCHPOST_CRE2_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/// A compiled RE2 pattern. Matching is safe from any thread.
typedef struct wp_re2 wp_re2;

/// Compiles `pattern`; never NULL. Ask `wp_re2_error` whether it is usable.
wp_re2 *wp_re2_compile(const char *pattern, size_t length, bool case_sensitive, bool dot_matches_newline);
void wp_re2_free(wp_re2 *re);

/// The reason why the pattern did not compile, or NULL when it did.
const char *wp_re2_error(const wp_re2 *re);

int32_t wp_re2_group_count(const wp_re2 *re);

/// The name of group `index` (from 1), or NULL.
const char *wp_re2_group_name(const wp_re2 *re, int32_t index);

/// Matches `text` from byte `start` on. `full`: the whole rest must match.
/// Writes begin and end offsets of the first `group_count` groups (0 is the whole match), -1 where a group took no part.
bool wp_re2_match(const wp_re2 *re, const char *text, size_t length, size_t start, bool full, int64_t *offsets,
                  int32_t group_count);

#ifdef __cplusplus
}
#endif

#endif
