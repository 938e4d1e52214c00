import Foundation
import TestSupport
import Testing
import Transfers

@Suite("What goes wrong in the server, as metrics", .serialized)
struct EngineMetricsTests {
    @Test(
        "a failing rule, a refused reload and exceeded limits are counted under Prometheus' names",
        .timeLimit(.minutes(1)))
    func counted() async throws {
        let folder = try TemporaryDirectory()
        let exporter = try await Server.serve(configuration: nil, data: folder.path + "/exporter")
        let address = exporter.url.dropFirst("http://".count)
        let port = address.split(separator: ":").last ?? ""
        func job(_ name: String, _ rest: String) -> String {
            "  - { job_name: \(name), \(rest), static_configs: [{ targets: ['\(address)'] }] }\n"
        }
        let prometheus =
            """
            global: { scrape_interval: 1s, evaluation_interval: 1s }
            rule_files: [rules.yml]
            scrape_configs:
              - { job_name: targets, target_limit: 1, static_configs: [{ targets: ['\(address)', 'localhost:\(port)'] }] }

            """ + job("samples", "sample_limit: 3") + job("size", "body_size_limit: 200B")
            + job("labels", "label_limit: 1")
        try folder.write("config/prometheus.yml", prometheus)
        try folder.write(
            "config/rules.yml",
            """
            groups:
              - name: merging
                rules:
                  - { alert: Merged, expr: 'up', labels: { instance: one, job: one } }
              - name: sound
                rules:
                  - { record: sound, expr: vector(1) }

            """)
        let server = try await Server.serve(configuration: folder.path + "/config", data: folder.path + "/data")
        func value(_ name: String) async throws -> Double {
            try await server.query("sum(\(name))").first?.value ?? -1
        }
        let growing = [
            #"prometheus_rule_evaluation_failures_total{rule_group=~".*rules.yml;merging"}"#,
            "prometheus_target_scrape_pool_exceeded_target_limit_total",
            "prometheus_target_scrapes_exceeded_sample_limit_total",
            "prometheus_target_scrapes_exceeded_body_size_limit_total",
            "prometheus_target_scrape_pool_exceeded_label_limits_total",
        ]
        for name in growing {
            _ = try await eventually("\(name) to grow", within: .seconds(30)) {
                try await value(name) >= 2 ? true : nil
            }
        }
        #expect(try await value(#"prometheus_rule_evaluation_failures_total{rule_group=~".*;sound"}"#) == 0)
        #expect(try await value(#"prometheus_rule_evaluations_total{rule_group=~".*;sound"}"#) >= 1)
        #expect(try await value(#"up{job=~"targets|samples|size|labels"}"#) == 0)
        #expect(try await server.query(#"up{job="targets"}"#).count == 2)
        #expect(try await value(#"prometheus_target_scrape_pool_targets{scrape_job="targets"}"#) == 2)
        #expect(try await value(#"prometheus_target_scrape_pool_target_limit{scrape_job="targets"}"#) == 1)

        #expect(try await value("prometheus_config_last_reload_successful") == 1)
        try folder.write("config/prometheus.yml", prometheus + "no_such_key: 1\n")
        #expect(try await server.post("/-/reload").status != 200)
        _ = try await eventually("the refused reload to be told") {
            try await value("prometheus_config_last_reload_successful") == 0 ? true : nil
        }
        try folder.write("config/prometheus.yml", prometheus)
        #expect(try await server.post("/-/reload").status == 200)
        _ = try await eventually("the reload to be told") {
            try await value("prometheus_config_last_reload_successful") == 1 ? true : nil
        }
        // Counters go on over a reload.
        #expect(try await value(growing[0]) >= 2)
        for one in [server, exporter] {
            one.process.signal(SIGTERM)
            try await one.process.end()
        }
    }
}
