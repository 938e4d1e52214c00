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
static const unsigned char legacy_bacula[] = {
#embed "../Grok/PatternSets/legacy/bacula"
};
static const unsigned char legacy_databases[] = {
#embed "../Grok/PatternSets/legacy/databases"
};
static const unsigned char legacy_firewalls[] = {
#embed "../Grok/PatternSets/legacy/firewalls"
};
static const unsigned char legacy_haproxy[] = {
#embed "../Grok/PatternSets/legacy/haproxy"
};
static const unsigned char legacy_httpd[] = {
#embed "../Grok/PatternSets/legacy/httpd"
};
static const unsigned char legacy_java[] = {
#embed "../Grok/PatternSets/legacy/java"
};
static const unsigned char legacy_nagios[] = {
#embed "../Grok/PatternSets/legacy/nagios"
};
static const unsigned char legacy_networks[] = {
#embed "../Grok/PatternSets/legacy/networks"
};
static const unsigned char legacy_others[] = {
#embed "../Grok/PatternSets/legacy/others"
};
static const unsigned char legacy_ruby[] = {
#embed "../Grok/PatternSets/legacy/ruby"
};
static const unsigned char legacy_syslog[] = {
#embed "../Grok/PatternSets/legacy/syslog"
};
static const unsigned char legacy_web[] = {
#embed "../Grok/PatternSets/legacy/web"
};
static const unsigned char ecs_v1_bacula[] = {
#embed "../Grok/PatternSets/ecs-v1/bacula"
};
static const unsigned char ecs_v1_databases[] = {
#embed "../Grok/PatternSets/ecs-v1/databases"
};
static const unsigned char ecs_v1_firewalls[] = {
#embed "../Grok/PatternSets/ecs-v1/firewalls"
};
static const unsigned char ecs_v1_haproxy[] = {
#embed "../Grok/PatternSets/ecs-v1/haproxy"
};
static const unsigned char ecs_v1_httpd[] = {
#embed "../Grok/PatternSets/ecs-v1/httpd"
};
static const unsigned char ecs_v1_java[] = {
#embed "../Grok/PatternSets/ecs-v1/java"
};
static const unsigned char ecs_v1_nagios[] = {
#embed "../Grok/PatternSets/ecs-v1/nagios"
};
static const unsigned char ecs_v1_networks[] = {
#embed "../Grok/PatternSets/ecs-v1/networks"
};
static const unsigned char ecs_v1_others[] = {
#embed "../Grok/PatternSets/ecs-v1/others"
};
static const unsigned char ecs_v1_ruby[] = {
#embed "../Grok/PatternSets/ecs-v1/ruby"
};
static const unsigned char ecs_v1_syslog[] = {
#embed "../Grok/PatternSets/ecs-v1/syslog"
};
static const unsigned char ecs_v1_web[] = {
#embed "../Grok/PatternSets/ecs-v1/web"
};

#define FILE_OF(set, bytes) {set, bytes, sizeof bytes}

static const wp_grok_file files[] = {
    FILE_OF("common", common_basics),
    FILE_OF("common", common_logs),
    FILE_OF("common", common_times),
    FILE_OF("legacy", legacy_bacula),
    FILE_OF("legacy", legacy_databases),
    FILE_OF("legacy", legacy_firewalls),
    FILE_OF("legacy", legacy_haproxy),
    FILE_OF("legacy", legacy_httpd),
    FILE_OF("legacy", legacy_java),
    FILE_OF("legacy", legacy_nagios),
    FILE_OF("legacy", legacy_networks),
    FILE_OF("legacy", legacy_others),
    FILE_OF("legacy", legacy_ruby),
    FILE_OF("legacy", legacy_syslog),
    FILE_OF("legacy", legacy_web),
    FILE_OF("ecs-v1", ecs_v1_bacula),
    FILE_OF("ecs-v1", ecs_v1_databases),
    FILE_OF("ecs-v1", ecs_v1_firewalls),
    FILE_OF("ecs-v1", ecs_v1_haproxy),
    FILE_OF("ecs-v1", ecs_v1_httpd),
    FILE_OF("ecs-v1", ecs_v1_java),
    FILE_OF("ecs-v1", ecs_v1_nagios),
    FILE_OF("ecs-v1", ecs_v1_networks),
    FILE_OF("ecs-v1", ecs_v1_others),
    FILE_OF("ecs-v1", ecs_v1_ruby),
    FILE_OF("ecs-v1", ecs_v1_syslog),
    FILE_OF("ecs-v1", ecs_v1_web),
};

const wp_grok_file *wp_grok_file_at(size_t index) {
    return index < sizeof files / sizeof files[0] ? &files[index] : 0;
}
