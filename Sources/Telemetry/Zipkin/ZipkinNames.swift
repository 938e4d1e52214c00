internal import Model

/// Names of attributes that spans of Zipkin get, and those of tags that mean something.
struct ZipkinNames {
    let service, localAddress, localPort, peerService, peerAddress, peerPort: ByteSlice

    /// Puts the names behind the message.
    init(_ rows: inout SpanRows) throws(OTLPError) {
        service = try rows.make { $0 += "service.name".utf8 }
        localAddress = try rows.make { $0 += "network.local.address".utf8 }
        localPort = try rows.make { $0 += "network.local.port".utf8 }
        peerService = try rows.make { $0 += "peer.service".utf8 }
        peerAddress = try rows.make { $0 += "network.peer.address".utf8 }
        peerPort = try rows.make { $0 += "network.peer.port".utf8 }
    }

    /// What a tag says of its span: https://opentelemetry.io/docs/specs/otel/trace/sdk_exporters/zipkin/
    enum Meaning: Hashable {
        case error, status, statusMessage, scopeName, scopeVersion, droppedAttributes, droppedEvents, droppedLinks

        private static let names: [(name: StaticString, meaning: Meaning)] = [
            ("otel.status_code", .status), ("otel.status_description", .statusMessage),
            ("otel.scope.name", .scopeName), ("otel.scope.version", .scopeVersion),
            ("otel.library.name", .scopeName), ("otel.library.version", .scopeVersion),
            ("otel.dropped_attributes_count", .droppedAttributes), ("otel.dropped_events_count", .droppedEvents),
            ("otel.dropped_links_count", .droppedLinks), ("error", .error),
        ]

        init?(_ key: UnsafeRawBufferPointer) {
            guard key.count >= 5, key[0] == UInt8(ascii: "o") || key[0] == UInt8(ascii: "e"),
                let found = Self.names.first(where: { $0.name.withUTF8Buffer { key.elementsEqual($0) } })
            else { return nil }
            self = found.meaning
        }
    }

    private static let resourcePrefixes = [
        "service.", "telemetry.", "host.", "process.", "os.", "container.", "k8s.", "deployment.", "cloud.",
    ].map { Array($0.utf8) }

    /// Whether attributes of that name are a resource's.
    static func isOfResource(_ key: UnsafeRawBufferPointer) -> Bool {
        resourcePrefixes.contains { key.starts(with: $0) }
    }
}
