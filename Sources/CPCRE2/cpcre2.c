#include "cpcre2.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

struct wp_pcre2 {
    pcre2_code *code;
    uint32_t pairs;
    bool has_machine_code;
};

struct wp_pcre2_scratch {
    pcre2_match_data *data;
    uint32_t pairs;
    pcre2_match_context *context;
    pcre2_jit_stack *stack;
    uint32_t steps_max;
};

// Stacks of machine code: what every scratch has, and what a text gets that needs more.
enum { STACK_START = 32 * 1024, STACK_MAX = 256 * 1024, LARGE_STACK_MAX = 64 * 1024 * 1024 };
// Memory in kibibytes, where there is no machine code.
enum { HEAP_MAX_KIB = 64 * 1024 };

wp_pcre2 *wp_pcre2_compile(const uint8_t *pattern, size_t length, bool utf, bool machine_code, wp_pcre2_error *error) {
    error->message[0] = 0;
    error->offset = 0;
    pcre2_compile_context *context = pcre2_compile_context_create(NULL);
    wp_pcre2 *result = calloc(1, sizeof *result);
    if (!context || !result) {
        strcpy(error->message, "out of memory");
        pcre2_compile_context_free(context);
        free(result);
        return NULL;
    }
    pcre2_set_newline(context, PCRE2_NEWLINE_LF);
    pcre2_set_bsr(context, PCRE2_BSR_UNICODE);
    pcre2_set_parens_nest_limit(context, 2000);
    uint32_t options = PCRE2_MULTILINE | (utf ? PCRE2_UTF : PCRE2_NEVER_UTF);
    int number = 0;
    PCRE2_SIZE offset = 0;
    result->code = pcre2_compile(pattern, length, options, &number, &offset, context);
    pcre2_compile_context_free(context);
    if (!result->code) {
        pcre2_get_error_message(number, (PCRE2_UCHAR *)error->message, sizeof error->message);
        error->offset = offset;
        free(result);
        return NULL;
    }
    uint32_t groups = 0;
    pcre2_pattern_info(result->code, PCRE2_INFO_CAPTURECOUNT, &groups);
    result->pairs = groups + 1;
    result->has_machine_code = machine_code && pcre2_jit_compile(result->code, PCRE2_JIT_COMPLETE) == 0;
    return result;
}

void wp_pcre2_free(wp_pcre2 *code) {
    if (!code) return;
    pcre2_code_free(code->code);
    free(code);
}

bool wp_pcre2_has_machine_code(const wp_pcre2 *code) { return code->has_machine_code; }

size_t wp_pcre2_bytes(const wp_pcre2 *code) {
    size_t plain = 0, machine = 0;
    pcre2_pattern_info(code->code, PCRE2_INFO_SIZE, &plain);
    pcre2_pattern_info(code->code, PCRE2_INFO_JITSIZE, &machine);
    return plain + machine;
}

wp_pcre2_scratch *wp_pcre2_scratch_make(void) {
    wp_pcre2_scratch *scratch = calloc(1, sizeof *scratch);
    if (!scratch) return NULL;
    scratch->pairs = 32;
    scratch->data = pcre2_match_data_create(scratch->pairs, NULL);
    scratch->context = pcre2_match_context_create(NULL);
    scratch->stack = pcre2_jit_stack_create(STACK_START, STACK_MAX, NULL);
    if (!scratch->data || !scratch->context) {
        wp_pcre2_scratch_free(scratch);
        return NULL;
    }
    pcre2_jit_stack_assign(scratch->context, NULL, scratch->stack);
    pcre2_set_heap_limit(scratch->context, HEAP_MAX_KIB);
    return scratch;
}

void wp_pcre2_scratch_free(wp_pcre2_scratch *scratch) {
    if (!scratch) return;
    pcre2_match_data_free(scratch->data);
    pcre2_match_context_free(scratch->context);
    if (scratch->stack) pcre2_jit_stack_free(scratch->stack);
    free(scratch);
}

static int run(const wp_pcre2 *code, wp_pcre2_scratch *scratch, const uint8_t *text, size_t length, size_t start) {
    if (code->has_machine_code)
        return pcre2_jit_match(code->code, text, length, start, 0, scratch->data, scratch->context);
    return pcre2_match(code->code, text, length, start, PCRE2_NO_UTF_CHECK, scratch->data, scratch->context);
}

static int32_t find(const wp_pcre2 *code, wp_pcre2_scratch *scratch, const uint8_t *text, size_t length, size_t start,
                    uint32_t steps_max) {
    if (code->pairs > scratch->pairs) {
        pcre2_match_data *data = pcre2_match_data_create(code->pairs, NULL);
        if (!data) return WP_PCRE2_LIMIT;
        pcre2_match_data_free(scratch->data);
        scratch->data = data;
        scratch->pairs = code->pairs;
    }
    if (scratch->steps_max != steps_max) {
        pcre2_set_match_limit(scratch->context, steps_max);
        scratch->steps_max = steps_max;
    }
    // No text may come without a pointer.
    if (!text) text = (const uint8_t *)"";
    int found = run(code, scratch, text, length, start);
    if (found == PCRE2_ERROR_JIT_STACKLIMIT) {
        // For this text alone, so that its memory is given back.
        pcre2_jit_stack *large = pcre2_jit_stack_create(STACK_MAX, LARGE_STACK_MAX, NULL);
        if (!large) return WP_PCRE2_LIMIT;
        pcre2_jit_stack_assign(scratch->context, NULL, large);
        found = run(code, scratch, text, length, start);
        pcre2_jit_stack_assign(scratch->context, NULL, scratch->stack);
        pcre2_jit_stack_free(large);
    }
    if (found >= 0) return WP_PCRE2_FOUND;
    return found == PCRE2_ERROR_NOMATCH ? WP_PCRE2_NONE : WP_PCRE2_LIMIT;
}

int32_t wp_pcre2_match(const wp_pcre2 *code, wp_pcre2_scratch *scratch, const uint8_t *text, size_t length,
                       size_t start, uint32_t steps_max) {
    if (!scratch) return WP_PCRE2_LIMIT;
    return find(code, scratch, text, length, start, steps_max);
}

typedef struct {
    uint64_t cost, cost_max, next_look, between_looks, end_ns;
    size_t position;
} guard;

static uint64_t now_ns(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000000000 + (uint64_t)now.tv_nsec;
}

// About what a callout and what is done until the next one takes.
enum { STEP_NS = 20 };

// A step of machine code over a byte costs about a sixteenth of a callout.
static int step(pcre2_callout_block *block, void *data) {
    guard *guard = data;
    size_t position = block->current_position;
    size_t way = position > guard->position ? position - guard->position : guard->position - position;
    guard->position = position;
    guard->cost += 1 + way / 16;
    if (guard->cost < guard->next_look) return 0;
    if (guard->cost >= guard->cost_max || now_ns() >= guard->end_ns) return PCRE2_ERROR_CALLOUT;
    guard->next_look = guard->cost + guard->between_looks;
    return 0;
}

int32_t wp_pcre2_match_guarded(const wp_pcre2 *code, wp_pcre2_scratch *scratch, const uint8_t *text, size_t length,
                               size_t start, uint64_t cost_max, uint64_t timeout_ms) {
    if (!scratch) return WP_PCRE2_LIMIT;
    uint64_t time_ns = timeout_ms == 0 || timeout_ms > 1000000000 ? UINT64_MAX / 4 : timeout_ms * 1000000;
    guard guard = {0, cost_max, 0, 65536, 0, start};
    uint32_t references = 0;
    pcre2_pattern_info(code->code, PCRE2_INFO_BACKREFMAX, &references);
    if (references > 0) {
        // Parts of the text are compared with each other between two callouts, which no callout sees: so the time
        // counts, as much as the steps would take elsewhere, and is looked at more often in long texts.
        guard.between_looks = 65536 / (1 + length / 4096);
        if (guard.between_looks < 64) guard.between_looks = 64;
        if (time_ns > cost_max * STEP_NS) time_ns = cost_max * STEP_NS;
    }
    guard.next_look = guard.between_looks < cost_max ? guard.between_looks : cost_max;
    guard.end_ns = now_ns() + time_ns;
    pcre2_set_callout(scratch->context, step, &guard);
    int32_t found = find(code, scratch, text, length, start, UINT32_MAX);
    pcre2_set_callout(scratch->context, NULL, NULL);
    return found;
}

const size_t *wp_pcre2_ranges(const wp_pcre2_scratch *scratch) {
    return scratch ? pcre2_get_ovector_pointer(scratch->data) : NULL;
}
