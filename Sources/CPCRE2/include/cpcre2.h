#ifndef WATCHPOST_CPCRE2_H
#define WATCHPOST_CPCRE2_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/// A compiled pattern of PCRE2, with machine code where the system allows it. Matching is safe from any thread.
typedef struct wp_pcre2 wp_pcre2;

/// What one match after another needs: places of captures, stacks, limits. Used by one thread at a time.
typedef struct wp_pcre2_scratch wp_pcre2_scratch;

/// Why a pattern was refused: PCRE2's words, and the byte of the pattern.
typedef struct {
    char message[160];
    size_t offset;
} wp_pcre2_error;

/// Compiles `pattern`, whose `^` and `$` match at every line and whose lines end with a line feed; NULL with `error`.
/// - `utf`: texts are valid UTF-8, else bytes.
/// - `machine_code`: whether machine code is made too, which costs as much again.
wp_pcre2 *wp_pcre2_compile(const uint8_t *pattern, size_t length, bool utf, bool machine_code, wp_pcre2_error *error);
void wp_pcre2_free(wp_pcre2 *code);

/// Whether there is machine code.
bool wp_pcre2_has_machine_code(const wp_pcre2 *code);
/// The bytes that the pattern takes in memory.
size_t wp_pcre2_bytes(const wp_pcre2 *code);

/// NULL where there is no memory, with which every search reaches its limit.
wp_pcre2_scratch *wp_pcre2_scratch_make(void);
void wp_pcre2_scratch_free(wp_pcre2_scratch *scratch);

#define WP_PCRE2_NONE 0
#define WP_PCRE2_FOUND 1
/// More steps, time or memory would be needed than are allowed.
#define WP_PCRE2_LIMIT 2

/// Looks for `code` in `text` from byte `start` on, with at most `steps_max` steps of PCRE2's own count a place.
int32_t wp_pcre2_match(const wp_pcre2 *code, wp_pcre2_scratch *scratch, const uint8_t *text, size_t length,
                       size_t start, uint32_t steps_max);

/// As `wp_pcre2_match` for a pattern that has callouts: each counts one, and the way since the last one.
/// - `cost_max`: the count at which the search is given up.
/// - `timeout_ms`: the time after which it is given up; 0: none.
int32_t wp_pcre2_match_guarded(const wp_pcre2 *code, wp_pcre2_scratch *scratch, const uint8_t *text, size_t length,
                               size_t start, uint64_t cost_max, uint64_t timeout_ms);

/// Begin and end of the whole match and of every group of the last match, SIZE_MAX where a group took no part; NULL
/// without a scratch.
const size_t *wp_pcre2_ranges(const wp_pcre2_scratch *scratch);

#endif
