// The built-in sets of grok patterns, put into the binary by the compiler.
#include "cgrok.h"

// #embed is C23, which clang offers in older C too.
#pragma clang diagnostic ignored "-Wc23-extensions"

static const unsigned char common_basics[] = {
#embed "../Grok/PatternSets/common/basics"
};
static const unsigned char common_logs[] = {
#embed "../Grok/PatternSets/common/logs"
};
static const unsigned char common_times[] = {
#embed "../Grok/PatternSets/common/times"
};
static const unsigned char legacy_basics[] = {
#embed "../Grok/PatternSets/legacy/basics"
};
static const unsigned char ecs_v1_basics[] = {
#embed "../Grok/PatternSets/ecs-v1/basics"
};

#define FILE_OF(set, bytes) {set, bytes, sizeof bytes}

static const wp_grok_file files[] = {
    FILE_OF("common", common_basics),
    FILE_OF("common", common_logs),
    FILE_OF("common", common_times),
    FILE_OF("legacy", legacy_basics),
    FILE_OF("ecs-v1", ecs_v1_basics),
};

const wp_grok_file *wp_grok_file_at(size_t index) {
    return index < sizeof files / sizeof files[0] ? &files[index] : 0;
}
