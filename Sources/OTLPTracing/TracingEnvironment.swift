internal import Base
internal import Foundation
internal import Model

/// What the environment says of tracing: https://opentelemetry.io/docs/specs/otel/configuration/sdk-environment-variables/
struct TracingEnvironment {
    var isDisabled = false
    var serviceName: String?
    var resource: [Model.SpanAttribute] = []
    /// With its path.
    var url = "http://localhost:4318/v1/traces"
    var headers: [(String, String)] = []
    var isCompressed = true
    var timeout = Duration.seconds(10)
    var sampler = TraceSampler.parentBased(.always)
    var propagators: [TracePropagator] = [.w3c]
    /// What could not be read, for people.
    var problems: [String] = []

    init(_ environment: [String: String]) {
        func value(_ name: String) -> String? {
            // A variable that is empty counts as one that is not there.
            environment[name].map(Self.trimmed).flatMap { $0.isEmpty ? nil : $0 }
        }
        func ofTraces(_ name: String) -> String? {
            value("OTEL_EXPORTER_OTLP_TRACES_\(name)") ?? value("OTEL_EXPORTER_OTLP_\(name)")
        }
        isDisabled = value("OTEL_SDK_DISABLED")?.lowercased() == "true" || value("OTEL_TRACES_EXPORTER") == "none"
        serviceName = value("OTEL_SERVICE_NAME")
        if let text = value("OTEL_RESOURCE_ATTRIBUTES") {
            resource = pairs(text, of: "OTEL_RESOURCE_ATTRIBUTES").map { .init($0.0, .string($0.1)) }
        }
        if let endpoint = value("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT") {
            url = endpoint
        } else if let endpoint = value("OTEL_EXPORTER_OTLP_ENDPOINT") {
            url = endpoint + (endpoint.hasSuffix("/") ? "" : "/") + "v1/traces"
        }
        if let text = ofTraces("HEADERS") { headers = pairs(text, of: "OTEL_EXPORTER_OTLP_HEADERS") }
        isCompressed = ofTraces("COMPRESSION")?.lowercased() != "none"
        if let text = ofTraces("TIMEOUT") {
            if let milliseconds = Int(text), (1...3_600_000).contains(milliseconds) {
                timeout = .milliseconds(milliseconds)
            } else {
                problems.append("OTEL_EXPORTER_OTLP_TIMEOUT is \"\(text)\"; write milliseconds, as 10000")
            }
        }
        if let transport = ofTraces("PROTOCOL"), transport != "http/protobuf" {
            problems.append("OTEL_EXPORTER_OTLP_PROTOCOL is \"\(transport)\"; spans are sent as http/protobuf")
        }
        readSampler(value("OTEL_TRACES_SAMPLER"), value("OTEL_TRACES_SAMPLER_ARG"))
        if let text = value("OTEL_PROPAGATORS") { readPropagators(text) }
    }

    private mutating func readSampler(_ name: String?, _ argument: String?) {
        guard let name else { return }
        var root = TraceSampler.always
        switch name.lowercased().replacing("parentbased_", with: "") {
        case "always_on": root = .always
        case "always_off": root = .never
        case "traceidratio":
            if let argument {
                if let ratio = Double(argument), (0...1).contains(ratio) {
                    root = .ratio(ratio)
                } else {
                    problems.append("OTEL_TRACES_SAMPLER_ARG is \"\(argument)\"; write a number from 0 to 1")
                }
            }
        default:
            problems.append("OTEL_TRACES_SAMPLER is \"\(name)\", which is not known; parentbased_always_on is used")
            return
        }
        sampler = name.lowercased().hasPrefix("parentbased_") ? .parentBased(root) : root
    }

    private mutating func readPropagators(_ text: String) {
        propagators = []
        for name in text.split(separator: ",").map({ Self.trimmed(String($0)) }) {
            switch name {
            case "tracecontext": propagators.append(.w3c)
            case "b3": propagators.append(.b3)
            case "b3multi": propagators.append(.b3Multiple)
            case "baggage", "none", "": break
            default: problems.append("OTEL_PROPAGATORS has \"\(name)\"; known are tracecontext, b3 and b3multi")
            }
        }
    }

    /// `key=value,key2=value2`, values percent-encoded.
    private mutating func pairs(_ text: String, of name: String) -> [(String, String)] {
        var pairs: [(String, String)] = []
        for part in text.split(separator: ",") {
            guard let equals = part.firstIndex(of: "=") else {
                // The part may be a credential.
                problems.append("\(name) has a part without an equals sign; write name=value, with commas between")
                continue
            }
            let key = Self.trimmed(String(part[..<equals]))
            let value = Self.trimmed(String(part[part.index(after: equals)...]))
            let decoded = value.removingPercentEncoding ?? value
            // A line end would begin another header.
            if !key.isEmpty, !(key + decoded).utf8.contains(where: { $0 < 32 }) { pairs.append((key, decoded)) }
        }
        return pairs
    }

    private static func trimmed(_ text: String) -> String { text.trimmingCharacters(in: .whitespacesAndNewlines) }
}
