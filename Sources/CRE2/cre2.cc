#include "cre2.h"

#include <re2/re2.h>

#include <map>
#include <string>
#include <vector>

struct wp_re2 {
    re2::RE2 re;
    wp_re2(const re2::StringPiece &pattern, const re2::RE2::Options &options) : re(pattern, options) {}
};

namespace {
re2::RE2::Options options(bool case_sensitive, bool dot_matches_newline) {
    re2::RE2::Options result;
    result.set_log_errors(false);
    result.set_case_sensitive(case_sensitive);
    result.set_dot_nl(dot_matches_newline);
    return result;
}
}  // namespace

extern "C" {

wp_re2 *wp_re2_compile(const char *pattern, size_t length, bool case_sensitive, bool dot_matches_newline) {
    return new wp_re2(re2::StringPiece(pattern, length), options(case_sensitive, dot_matches_newline));
}

void wp_re2_free(wp_re2 *re) { delete re; }

const char *wp_re2_error(const wp_re2 *re) { return re->re.ok() ? nullptr : re->re.error().c_str(); }

int32_t wp_re2_group_count(const wp_re2 *re) { return re->re.NumberOfCapturingGroups(); }

const char *wp_re2_group_name(const wp_re2 *re, int32_t index) {
    const auto &names = re->re.CapturingGroupNames();
    auto found = names.find(index);
    return found == names.end() ? nullptr : found->second.c_str();
}

bool wp_re2_match(const wp_re2 *re, const char *text, size_t length, size_t start, bool full, int64_t *offsets,
                  int32_t group_count) {
    std::vector<re2::StringPiece> groups(static_cast<size_t>(group_count));
    auto anchor = full ? re2::RE2::ANCHOR_BOTH : re2::RE2::UNANCHORED;
    if (!re->re.Match(re2::StringPiece(text, length), start, length, anchor, groups.data(), group_count)) return false;
    for (int32_t i = 0; i < group_count; i++) {
        bool took_part = groups[i].data() != nullptr;
        offsets[2 * i] = took_part ? groups[i].data() - text : -1;
        offsets[2 * i + 1] = took_part ? groups[i].data() - text + static_cast<int64_t>(groups[i].size()) : -1;
    }
    return true;
}
}
