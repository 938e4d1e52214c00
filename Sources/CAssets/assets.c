// The pages' files, put into the binary by the compiler, so that it needs nothing beside it.
#include "cassets.h"

// #embed is C23, which clang offers in older C too.
#pragma clang diagnostic ignored "-Wc23-extensions"

static const unsigned char live_js[] = {
#embed "../WebUI/Assets/live.js"
};
static const unsigned char faults_js[] = {
#embed "../WebUI/Assets/faults.js"
};
static const unsigned char clock_js[] = {
#embed "../WebUI/Assets/clock.js"
};
static const unsigned char layout_js[] = {
#embed "../WebUI/Assets/layout.js"
};
static const unsigned char series_js[] = {
#embed "../WebUI/Assets/series.js"
};
static const unsigned char chart_js[] = {
#embed "../WebUI/Assets/chart.js"
};
static const unsigned char colors_js[] = {
#embed "../WebUI/Assets/colors.js"
};
static const unsigned char units_js[] = {
#embed "../WebUI/Assets/units.js"
};
static const unsigned char field_js[] = {
#embed "../WebUI/Assets/field.js"
};
static const unsigned char frames_js[] = {
#embed "../WebUI/Assets/frames.js"
};
static const unsigned char transform_js[] = {
#embed "../WebUI/Assets/transform.js"
};
static const unsigned char panel_data_js[] = {
#embed "../WebUI/Assets/panel-data.js"
};
static const unsigned char panel_stat_js[] = {
#embed "../WebUI/Assets/panel-stat.js"
};
static const unsigned char panel_gauge_js[] = {
#embed "../WebUI/Assets/panel-gauge.js"
};
static const unsigned char panel_bargauge_js[] = {
#embed "../WebUI/Assets/panel-bargauge.js"
};
static const unsigned char panel_table_js[] = {
#embed "../WebUI/Assets/panel-table.js"
};
static const unsigned char panel_pie_js[] = {
#embed "../WebUI/Assets/panel-pie.js"
};
static const unsigned char panel_state_timeline_js[] = {
#embed "../WebUI/Assets/panel-state-timeline.js"
};
static const unsigned char panel_logs_js[] = {
#embed "../WebUI/Assets/panel-logs.js"
};
static const unsigned char panel_text_js[] = {
#embed "../WebUI/Assets/panel-text.js"
};
static const unsigned char interpolate_js[] = {
#embed "../WebUI/Assets/interpolate.js"
};
static const unsigned char variables_js[] = {
#embed "../WebUI/Assets/variables.js"
};
static const unsigned char variable_form_js[] = {
#embed "../WebUI/Assets/variable-form.js"
};
static const unsigned char grid_js[] = {
#embed "../WebUI/Assets/grid.js"
};
static const unsigned char marks_js[] = {
#embed "../WebUI/Assets/marks.js"
};
static const unsigned char links_js[] = {
#embed "../WebUI/Assets/links.js"
};
static const unsigned char empty_js[] = {
#embed "../WebUI/Assets/empty.js"
};
static const unsigned char panel_values_js[] = {
#embed "../WebUI/Assets/panel-values.js"
};
static const unsigned char chart_kept_js[] = {
#embed "../WebUI/Assets/chart-kept.js"
};
static const unsigned char chart_data_js[] = {
#embed "../WebUI/Assets/chart-data.js"
};
static const unsigned char chart_draw_js[] = {
#embed "../WebUI/Assets/chart-draw.js"
};
static const unsigned char chart_legend_js[] = {
#embed "../WebUI/Assets/chart-legend.js"
};
static const unsigned char chart_cursor_js[] = {
#embed "../WebUI/Assets/chart-cursor.js"
};
static const unsigned char board_js[] = {
#embed "../WebUI/Assets/board.js"
};
static const unsigned char exemplars_js[] = {
#embed "../WebUI/Assets/exemplars.js"
};
static const unsigned char explore_js[] = {
#embed "../WebUI/Assets/explore.js"
};
static const unsigned char promql_words_js[] = {
#embed "../WebUI/Assets/promql-words.js"
};
static const unsigned char dashboard_js[] = {
#embed "../WebUI/Assets/dashboard.js"
};
static const unsigned char camera_js[] = {
#embed "../WebUI/Assets/camera.js"
};
static const unsigned char logs_js[] = {
#embed "../WebUI/Assets/logs.js"
};
static const unsigned char times_js[] = {
#embed "../WebUI/Assets/times.js"
};
static const unsigned char logs_rows_js[] = {
#embed "../WebUI/Assets/logs-rows.js"
};
static const unsigned char logs_zoom_js[] = {
#embed "../WebUI/Assets/logs-zoom.js"
};
static const unsigned char logs_tail_js[] = {
#embed "../WebUI/Assets/logs-tail.js"
};
static const unsigned char logs_searches_js[] = {
#embed "../WebUI/Assets/logs-searches.js"
};
static const unsigned char traces_js[] = {
#embed "../WebUI/Assets/traces.js"
};
static const unsigned char trace_js[] = {
#embed "../WebUI/Assets/trace.js"
};
static const unsigned char waterfall_js[] = {
#embed "../WebUI/Assets/waterfall.js"
};
static const unsigned char icon_svg[] = {
#embed "../WebUI/Assets/icon.svg"
};
static const unsigned char templates_page_mustache[] = {
#embed "../WebUI/Assets/templates/page.mustache"
};
static const unsigned char templates_overview_mustache[] = {
#embed "../WebUI/Assets/templates/overview.mustache"
};
static const unsigned char templates_camera_mustache[] = {
#embed "../WebUI/Assets/templates/camera.mustache"
};
static const unsigned char templates_range_mustache[] = {
#embed "../WebUI/Assets/templates/range.mustache"
};
static const unsigned char templates_panel_mustache[] = {
#embed "../WebUI/Assets/templates/panel.mustache"
};
static const unsigned char templates_dashboard_mustache[] = {
#embed "../WebUI/Assets/templates/dashboard.mustache"
};
static const unsigned char templates_dashboards_mustache[] = {
#embed "../WebUI/Assets/templates/dashboards.mustache"
};
static const unsigned char templates_alerts_mustache[] = {
#embed "../WebUI/Assets/templates/alerts.mustache"
};
static const unsigned char templates_logs_mustache[] = {
#embed "../WebUI/Assets/templates/logs.mustache"
};
static const unsigned char templates_log_rows_mustache[] = {
#embed "../WebUI/Assets/templates/log-rows.mustache"
};
static const unsigned char templates_log_arrivals_mustache[] = {
#embed "../WebUI/Assets/templates/log-arrivals.mustache"
};
static const unsigned char templates_log_event_mustache[] = {
#embed "../WebUI/Assets/templates/log-event.mustache"
};
static const unsigned char templates_log_context_mustache[] = {
#embed "../WebUI/Assets/templates/log-context.mustache"
};
static const unsigned char templates_log_searches_mustache[] = {
#embed "../WebUI/Assets/templates/log-searches.mustache"
};
static const unsigned char templates_pipeline_trial_mustache[] = {
#embed "../WebUI/Assets/templates/pipeline-trial.mustache"
};
static const unsigned char templates_traces_mustache[] = {
#embed "../WebUI/Assets/templates/traces.mustache"
};
static const unsigned char templates_trace_mustache[] = {
#embed "../WebUI/Assets/templates/trace.mustache"
};
static const unsigned char templates_trace_span_mustache[] = {
#embed "../WebUI/Assets/templates/trace-span.mustache"
};
static const unsigned char templates_trace_logs_mustache[] = {
#embed "../WebUI/Assets/templates/trace-logs.mustache"
};
static const unsigned char templates_messages_mustache[] = {
#embed "../WebUI/Assets/templates/messages.mustache"
};
static const unsigned char templates_alert_mustache[] = {
#embed "../WebUI/Assets/templates/alert.mustache"
};
static const unsigned char templates_silence_mustache[] = {
#embed "../WebUI/Assets/templates/silence.mustache"
};
static const unsigned char templates_silenced_mustache[] = {
#embed "../WebUI/Assets/templates/silenced.mustache"
};
static const unsigned char templates_record_mustache[] = {
#embed "../WebUI/Assets/templates/record.mustache"
};
static const unsigned char templates_report_mustache[] = {
#embed "../WebUI/Assets/templates/report.mustache"
};
static const unsigned char templates_report_document_mustache[] = {
#embed "../WebUI/Assets/templates/report-document.mustache"
};
static const unsigned char templates_camera_band_mustache[] = {
#embed "../WebUI/Assets/templates/camera-band.mustache"
};
static const unsigned char templates_camera_compare_mustache[] = {
#embed "../WebUI/Assets/templates/camera-compare.mustache"
};
static const unsigned char templates_camera_choice_mustache[] = {
#embed "../WebUI/Assets/templates/camera-choice.mustache"
};
static const unsigned char templates_refusal_mustache[] = {
#embed "../WebUI/Assets/templates/refusal.mustache"
};
static const unsigned char templates_maintenance_mustache[] = {
#embed "../WebUI/Assets/templates/maintenance.mustache"
};
static const unsigned char templates_silences_mustache[] = {
#embed "../WebUI/Assets/templates/silences.mustache"
};
static const unsigned char templates_explore_mustache[] = {
#embed "../WebUI/Assets/templates/explore.mustache"
};
static const unsigned char templates_service_map_mustache[] = {
#embed "../WebUI/Assets/templates/service-map.mustache"
};
static const unsigned char templates_status_mustache[] = {
#embed "../WebUI/Assets/templates/status.mustache"
};
static const unsigned char zone_js[] = {
#embed "../WebUI/Assets/zone.js"
};
static const unsigned char styles_base_css[] = {
#embed "../WebUI/Assets/styles/base.css"
};
static const unsigned char styles_explore_css[] = {
#embed "../WebUI/Assets/styles/explore.css"
};
static const unsigned char styles_faults_css[] = {
#embed "../WebUI/Assets/styles/faults.css"
};
static const unsigned char styles_cameras_css[] = {
#embed "../WebUI/Assets/styles/cameras.css"
};
static const unsigned char styles_camera_css[] = {
#embed "../WebUI/Assets/styles/camera.css"
};
static const unsigned char styles_alerts_css[] = {
#embed "../WebUI/Assets/styles/alerts.css"
};
static const unsigned char styles_panels_css[] = {
#embed "../WebUI/Assets/styles/panels.css"
};
static const unsigned char styles_print_css[] = {
#embed "../WebUI/Assets/styles/print.css"
};
static const unsigned char words_en_txt[] = {
#embed "../WebUI/Assets/words/en.txt"
};
static const unsigned char templates_faults_mustache[] = {
#embed "../WebUI/Assets/templates/faults.mustache"
};
static const unsigned char templates_camera_list_mustache[] = {
#embed "../WebUI/Assets/templates/camera-list.mustache"
};
static const unsigned char templates_storage_mustache[] = {
#embed "../WebUI/Assets/templates/storage.mustache"
};
static const unsigned char say_js[] = {
#embed "../WebUI/Assets/say.js"
};
static const unsigned char overview_js[] = {
#embed "../WebUI/Assets/overview.js"
};

// The chart library is fetched by scripts/setup; a build without it says so on its pages.
#if __has_embed("../WebUI/Assets/vendor/uplot.iife.min.js")
static const unsigned char uplot_js[] = {
#embed "../WebUI/Assets/vendor/uplot.iife.min.js"
};
#define UPLOT_JS_LENGTH sizeof uplot_js
#else
static const unsigned char uplot_js[] = {0};
#define UPLOT_JS_LENGTH 0
#endif
#if __has_embed("../WebUI/Assets/vendor/uplot.min.css")
static const unsigned char uplot_css[] = {
#embed "../WebUI/Assets/vendor/uplot.min.css"
};
#define UPLOT_CSS_LENGTH sizeof uplot_css
#else
static const unsigned char uplot_css[] = {0};
#define UPLOT_CSS_LENGTH 0
#endif

static const unsigned char speak_js[] = {
#embed "../WebUI/Assets/speak.js"
};
static const unsigned char stream_js[] = {
#embed "../WebUI/Assets/stream.js"
};
static const unsigned char live_worker_js[] = {
#embed "../WebUI/Assets/live-worker.js"
};
static const unsigned char cameras_js[] = {
#embed "../WebUI/Assets/cameras.js"
};
static const unsigned char camera_rows_js[] = {
#embed "../WebUI/Assets/camera-rows.js"
};
static const unsigned char wall_js[] = {
#embed "../WebUI/Assets/wall.js"
};
static const unsigned char wall_return_js[] = {
#embed "../WebUI/Assets/wall-return.js"
};
static const unsigned char templates_cameras_mustache[] = {
#embed "../WebUI/Assets/templates/cameras.mustache"
};
static const unsigned char templates_camera_views_mustache[] = {
#embed "../WebUI/Assets/templates/camera-views.mustache"
};

static const wp_asset assets[] = {
    {"live.js", live_js, sizeof live_js},
    {"clock.js", clock_js, sizeof clock_js},
    {"layout.js", layout_js, sizeof layout_js},
    {"series.js", series_js, sizeof series_js},
    {"colors.js", colors_js, sizeof colors_js},
    {"units.js", units_js, sizeof units_js},
    {"field.js", field_js, sizeof field_js},
    {"frames.js", frames_js, sizeof frames_js},
    {"transform.js", transform_js, sizeof transform_js},
    {"panel-data.js", panel_data_js, sizeof panel_data_js},
    {"panel-stat.js", panel_stat_js, sizeof panel_stat_js},
    {"panel-gauge.js", panel_gauge_js, sizeof panel_gauge_js},
    {"panel-bargauge.js", panel_bargauge_js, sizeof panel_bargauge_js},
    {"panel-table.js", panel_table_js, sizeof panel_table_js},
    {"panel-pie.js", panel_pie_js, sizeof panel_pie_js},
    {"panel-state-timeline.js", panel_state_timeline_js, sizeof panel_state_timeline_js},
    {"panel-logs.js", panel_logs_js, sizeof panel_logs_js},
    {"panel-text.js", panel_text_js, sizeof panel_text_js},
    {"chart.js", chart_js, sizeof chart_js},
    {"interpolate.js", interpolate_js, sizeof interpolate_js},
    {"variables.js", variables_js, sizeof variables_js},
    {"variable-form.js", variable_form_js, sizeof variable_form_js},
    {"board.js", board_js, sizeof board_js},
    {"grid.js", grid_js, sizeof grid_js},
    {"marks.js", marks_js, sizeof marks_js},
    {"links.js", links_js, sizeof links_js},
    {"empty.js", empty_js, sizeof empty_js},
    {"panel-values.js", panel_values_js, sizeof panel_values_js},
    {"chart-kept.js", chart_kept_js, sizeof chart_kept_js},
    {"chart-data.js", chart_data_js, sizeof chart_data_js},
    {"chart-draw.js", chart_draw_js, sizeof chart_draw_js},
    {"chart-legend.js", chart_legend_js, sizeof chart_legend_js},
    {"chart-cursor.js", chart_cursor_js, sizeof chart_cursor_js},
    {"exemplars.js", exemplars_js, sizeof exemplars_js},
    {"explore.js", explore_js, sizeof explore_js},
    {"promql-words.js", promql_words_js, sizeof promql_words_js},
    {"dashboard.js", dashboard_js, sizeof dashboard_js},
    {"camera.js", camera_js, sizeof camera_js},
    {"logs.js", logs_js, sizeof logs_js},
    {"times.js", times_js, sizeof times_js},
    {"logs-rows.js", logs_rows_js, sizeof logs_rows_js},
    {"logs-zoom.js", logs_zoom_js, sizeof logs_zoom_js},
    {"logs-tail.js", logs_tail_js, sizeof logs_tail_js},
    {"logs-searches.js", logs_searches_js, sizeof logs_searches_js},
    {"traces.js", traces_js, sizeof traces_js},
    {"trace.js", trace_js, sizeof trace_js},
    {"waterfall.js", waterfall_js, sizeof waterfall_js},
    {"icon.svg", icon_svg, sizeof icon_svg},
    {"templates/page.mustache", templates_page_mustache, sizeof templates_page_mustache},
    {"templates/overview.mustache", templates_overview_mustache, sizeof templates_overview_mustache},
    {"templates/camera.mustache", templates_camera_mustache, sizeof templates_camera_mustache},
    {"templates/range.mustache", templates_range_mustache, sizeof templates_range_mustache},
    {"templates/panel.mustache", templates_panel_mustache, sizeof templates_panel_mustache},
    {"templates/dashboard.mustache", templates_dashboard_mustache, sizeof templates_dashboard_mustache},
    {"templates/dashboards.mustache", templates_dashboards_mustache, sizeof templates_dashboards_mustache},
    {"templates/alerts.mustache", templates_alerts_mustache, sizeof templates_alerts_mustache},
    {"templates/logs.mustache", templates_logs_mustache, sizeof templates_logs_mustache},
    {"templates/log-rows.mustache", templates_log_rows_mustache, sizeof templates_log_rows_mustache},
    {"templates/log-arrivals.mustache", templates_log_arrivals_mustache, sizeof templates_log_arrivals_mustache},
    {"templates/log-event.mustache", templates_log_event_mustache, sizeof templates_log_event_mustache},
    {"templates/log-context.mustache", templates_log_context_mustache, sizeof templates_log_context_mustache},
    {"templates/log-searches.mustache", templates_log_searches_mustache, sizeof templates_log_searches_mustache},
    {"templates/pipeline-trial.mustache", templates_pipeline_trial_mustache, sizeof templates_pipeline_trial_mustache},
    {"templates/traces.mustache", templates_traces_mustache, sizeof templates_traces_mustache},
    {"templates/trace.mustache", templates_trace_mustache, sizeof templates_trace_mustache},
    {"templates/trace-span.mustache", templates_trace_span_mustache, sizeof templates_trace_span_mustache},
    {"templates/trace-logs.mustache", templates_trace_logs_mustache, sizeof templates_trace_logs_mustache},
    {"templates/messages.mustache", templates_messages_mustache, sizeof templates_messages_mustache},
    {"templates/alert.mustache", templates_alert_mustache, sizeof templates_alert_mustache},
    {"templates/silence.mustache", templates_silence_mustache, sizeof templates_silence_mustache},
    {"templates/silenced.mustache", templates_silenced_mustache, sizeof templates_silenced_mustache},
    {"templates/record.mustache", templates_record_mustache, sizeof templates_record_mustache},
    {"templates/report.mustache", templates_report_mustache, sizeof templates_report_mustache},
    {"templates/report-document.mustache", templates_report_document_mustache, sizeof templates_report_document_mustache},
    {"templates/camera-band.mustache", templates_camera_band_mustache, sizeof templates_camera_band_mustache},
    {"templates/camera-compare.mustache", templates_camera_compare_mustache, sizeof templates_camera_compare_mustache},
    {"templates/camera-choice.mustache", templates_camera_choice_mustache, sizeof templates_camera_choice_mustache},
    {"templates/refusal.mustache", templates_refusal_mustache, sizeof templates_refusal_mustache},
    {"templates/maintenance.mustache", templates_maintenance_mustache, sizeof templates_maintenance_mustache},
    {"templates/silences.mustache", templates_silences_mustache, sizeof templates_silences_mustache},
    {"templates/explore.mustache", templates_explore_mustache, sizeof templates_explore_mustache},
    {"templates/service-map.mustache", templates_service_map_mustache, sizeof templates_service_map_mustache},
    {"templates/status.mustache", templates_status_mustache, sizeof templates_status_mustache},
    {"zone.js", zone_js, sizeof zone_js},
    {"styles/base.css", styles_base_css, sizeof styles_base_css},
    {"styles/explore.css", styles_explore_css, sizeof styles_explore_css},
    {"styles/faults.css", styles_faults_css, sizeof styles_faults_css},
    {"styles/cameras.css", styles_cameras_css, sizeof styles_cameras_css},
    {"styles/camera.css", styles_camera_css, sizeof styles_camera_css},
    {"styles/alerts.css", styles_alerts_css, sizeof styles_alerts_css},
    {"styles/panels.css", styles_panels_css, sizeof styles_panels_css},
    {"styles/print.css", styles_print_css, sizeof styles_print_css},
    {"words/en.txt", words_en_txt, sizeof words_en_txt},
    {"templates/faults.mustache", templates_faults_mustache, sizeof templates_faults_mustache},
    {"templates/camera-list.mustache", templates_camera_list_mustache, sizeof templates_camera_list_mustache},
    {"templates/storage.mustache", templates_storage_mustache, sizeof templates_storage_mustache},
    {"faults.js", faults_js, sizeof faults_js},
    {"say.js", say_js, sizeof say_js},
    {"speak.js", speak_js, sizeof speak_js},
    {"stream.js", stream_js, sizeof stream_js},
    {"live-worker.js", live_worker_js, sizeof live_worker_js},
    {"cameras.js", cameras_js, sizeof cameras_js},
    {"camera-rows.js", camera_rows_js, sizeof camera_rows_js},
    {"wall.js", wall_js, sizeof wall_js},
    {"wall-return.js", wall_return_js, sizeof wall_return_js},
    {"templates/cameras.mustache", templates_cameras_mustache, sizeof templates_cameras_mustache},
    {"templates/camera-views.mustache", templates_camera_views_mustache, sizeof templates_camera_views_mustache},
    {"overview.js", overview_js, sizeof overview_js},
    {"uplot.js", uplot_js, UPLOT_JS_LENGTH},
    {"uplot.css", uplot_css, UPLOT_CSS_LENGTH},
};

const wp_asset *wp_asset_at(size_t index) {
    return index < sizeof assets / sizeof assets[0] ? &assets[index] : 0;
}
