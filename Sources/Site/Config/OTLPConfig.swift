internal import ConfigText

/// Ports of their own for programs that send by OTLP. What they send is taken at the pages' port too, over HTTP.
package struct OTLPConfig: Sendable, Hashable {
    /// `HOST:PORT`, by convention port 4318; `nil` is none.
    package var http: String?
    /// The same for gRPC, by convention 4317.
    package var grpc: String?

    package init(http: String? = nil, grpc: String? = nil) {
        self.http = http
        self.grpc = grpc
    }
}

/// Reads `otlp` of `watchpost.yml`.
enum OTLPReader {
    static func read(_ reader: MappingReader) -> OTLPConfig {
        guard let value = reader.value("otlp") else { return OTLPConfig() }
        if value.isScalar {
            if !isOff(value) {
                value.error(
                    "otlp is \"\(value.text() ?? "")\"",
                    mend: "write off, or { http: 127.0.0.1:4318, grpc: 127.0.0.1:4317 }")
            }
            return OTLPConfig()
        }
        return value.mapping(ports) ?? OTLPConfig()
    }

    private static func ports(_ reader: MappingReader) -> OTLPConfig {
        let config = OTLPConfig(http: address("http", reader), grpc: address("grpc", reader))
        if let http = config.http, http == config.grpc {
            reader.error("otlp.http and otlp.grpc are both \(http)", mend: "give each a port of its own")
        }
        return config
    }

    private static func address(_ key: String, _ reader: MappingReader) -> String? {
        if let value = reader.value(key), value.isScalar, isOff(value) { return nil }
        return reader.listenAddress(key)
    }

    private static func isOff(_ value: YAMLValue) -> Bool {
        ["off", "false", "no"].contains(value.text()?.lowercased() ?? "")
    }
}
