import Model
import Testing

@testable import OTLPTracing

@Suite("The environment of a tracer")
struct EnvironmentTests {
    @Test("says where spans go")
    func addresses() {
        let cases: [([String: String], String)] = [
            ([:], "http://localhost:4318/v1/traces"),
            (["OTEL_EXPORTER_OTLP_ENDPOINT": "http://a:1"], "http://a:1/v1/traces"),
            (["OTEL_EXPORTER_OTLP_ENDPOINT": "http://a:1/x/"], "http://a:1/x/v1/traces"),
            (["OTEL_EXPORTER_OTLP_ENDPOINT": " "], "http://localhost:4318/v1/traces"),
            (
                ["OTEL_EXPORTER_OTLP_ENDPOINT": "http://a", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT": "http://b/y"],
                "http://b/y"
            ),
        ]
        for (variables, url) in cases { #expect(TracingEnvironment(variables).url == url, "\(variables)") }
    }

    @Test("says which traces are kept, and what is wrong is told")
    func samplers() {
        let cases: [(String?, String?, TraceSampler, Int)] = [
            (nil, nil, .parentBased(.always), 0), ("always_on", nil, .always, 0), ("always_off", nil, .never, 0),
            ("traceidratio", "0.25", .ratio(0.25), 0), ("traceidratio", nil, .always, 0),
            ("parentbased_traceidratio", "0", .parentBased(.ratio(0)), 0),
            ("parentbased_always_off", nil, .parentBased(.never), 0), ("Always_On", nil, .always, 0),
            ("traceidratio", "2", .always, 1), ("traceidratio", "x", .always, 1), ("traceidratio", "nan", .always, 1),
            ("sometimes", nil, .parentBased(.always), 1), ("", "0.1", .parentBased(.always), 0),
        ]
        for (name, argument, sampler, problems) in cases {
            var variables: [String: String] = [:]
            variables["OTEL_TRACES_SAMPLER"] = name
            variables["OTEL_TRACES_SAMPLER_ARG"] = argument
            let read = TracingEnvironment(variables)
            #expect(read.sampler == sampler && read.problems.count == problems, "\(name ?? "") \(argument ?? "")")
        }
    }

    @Test("gives headers and attributes, percent-encoded; a line end begins no header")
    func pairs() {
        let read = TracingEnvironment([
            "OTEL_EXPORTER_OTLP_HEADERS": "Authorization=Bearer%20x, b = c=d ,e=%0d%0aX: y",
            "OTEL_RESOURCE_ATTRIBUTES": "service.name=api,deployment.environment.name=lab%2C1",
            "OTEL_SERVICE_NAME": "reader", "OTEL_PROPAGATORS": "b3multi, tracecontext,baggage",
            "OTEL_EXPORTER_OTLP_COMPRESSION": "none", "OTEL_EXPORTER_OTLP_TIMEOUT": "2500",
        ])
        #expect(read.headers.map { "\($0.0): \($0.1)" } == ["Authorization: Bearer x", "b: c=d"])
        #expect(read.resource.map(\.value.text) == ["api", "lab,1"] && read.serviceName == "reader")
        #expect(read.propagators == [.b3Multiple, .w3c] && !read.isCompressed && read.timeout == .milliseconds(2_500))
        #expect(read.problems.isEmpty)
        let wrong = TracingEnvironment([
            "OTEL_EXPORTER_OTLP_HEADERS": "secret", "OTEL_PROPAGATORS": "xray", "OTEL_EXPORTER_OTLP_TIMEOUT": "0",
            "OTEL_EXPORTER_OTLP_PROTOCOL": "grpc", "OTEL_SDK_DISABLED": "true",
        ])
        #expect(wrong.problems.count == 4 && wrong.isDisabled)
        #expect(!wrong.problems.contains { $0.contains("secret") })
    }
}
