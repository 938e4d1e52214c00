// The built-in site and the seed's set, put into the binary by the compiler, so that it needs nothing beside it.
#include "csite.h"

// #embed is C23, which clang offers in older C too.
#pragma clang diagnostic ignored "-Wc23-extensions"

static const unsigned char watchpost_yml[] = {
#embed "../Site/BuiltInSite/watchpost.yml"
};
static const unsigned char prometheus_yml[] = {
#embed "../Site/BuiltInSite/prometheus.yml"
};
static const unsigned char rules_vms_yml[] = {
#embed "../Site/BuiltInSite/rules/vms.yml"
};
static const unsigned char rules_watchpost_yml[] = {
#embed "../Site/BuiltInSite/rules/watchpost.yml"
};
static const unsigned char alertmanager_yml[] = {
#embed "../Site/BuiltInSite/alertmanager.yml"
};
static const unsigned char filebeat_yml[] = {
#embed "../Site/BuiltInSite/filebeat.yml"
};
static const unsigned char system_overview_json[] = {
#embed "../Site/BuiltInSite/dashboards/system-overview.json"
};
static const unsigned char recording_performance_json[] = {
#embed "../Site/BuiltInSite/dashboards/recording-performance.json"
};
static const unsigned char live_streaming_json[] = {
#embed "../Site/BuiltInSite/dashboards/live-streaming.json"
};
static const unsigned char ai_processing_json[] = {
#embed "../Site/BuiltInSite/dashboards/ai-processing.json"
};
static const unsigned char seed_watchpost_yml[] = {
#embed "../Site/SeedSite/watchpost.yml"
};
static const unsigned char seed_prometheus_yml[] = {
#embed "../Site/SeedSite/prometheus.yml"
};
static const unsigned char seed_rules_alert_rules_yml[] = {
#embed "../Site/SeedSite/rules/alert_rules.yml"
};
static const unsigned char seed_alertmanager_yml[] = {
#embed "../Site/SeedSite/alertmanager.yml"
};
static const unsigned char seed_filebeat_yml[] = {
#embed "../Site/SeedSite/filebeat.yml"
};
static const unsigned char seed_logstash_vms_conf[] = {
#embed "../Site/SeedSite/logstash/vms.conf"
};

#define FILE_OF(name, bytes) {name, bytes, sizeof bytes}

static const wp_site_file built_in[] = {
    FILE_OF("watchpost.yml", watchpost_yml),
    FILE_OF("prometheus.yml", prometheus_yml),
    FILE_OF("rules/vms.yml", rules_vms_yml),
    FILE_OF("rules/watchpost.yml", rules_watchpost_yml),
    FILE_OF("alertmanager.yml", alertmanager_yml),
    FILE_OF("filebeat.yml", filebeat_yml),
    FILE_OF("dashboards/system-overview.json", system_overview_json),
    FILE_OF("dashboards/recording-performance.json", recording_performance_json),
    FILE_OF("dashboards/live-streaming.json", live_streaming_json),
    FILE_OF("dashboards/ai-processing.json", ai_processing_json),
};

static const wp_site_file seed[] = {
    FILE_OF("watchpost.yml", seed_watchpost_yml),
    FILE_OF("prometheus.yml", seed_prometheus_yml),
    FILE_OF("rules/alert_rules.yml", seed_rules_alert_rules_yml),
    FILE_OF("alertmanager.yml", seed_alertmanager_yml),
    FILE_OF("filebeat.yml", seed_filebeat_yml),
    FILE_OF("logstash/vms.conf", seed_logstash_vms_conf),
    FILE_OF("dashboards/system-overview.json", system_overview_json),
    FILE_OF("dashboards/recording-performance.json", recording_performance_json),
    FILE_OF("dashboards/live-streaming.json", live_streaming_json),
    FILE_OF("dashboards/ai-processing.json", ai_processing_json),
};

const wp_site_file *wp_built_in_site_file_at(size_t index) {
    return index < sizeof built_in / sizeof built_in[0] ? &built_in[index] : 0;
}

const wp_site_file *wp_seed_site_file_at(size_t index) {
    return index < sizeof seed / sizeof seed[0] ? &seed[index] : 0;
}
