internal import Base
package import Model

/// Writes spans as a request of OTLP in protobuf. The numbers of fields are those of `trace.proto`, `resource.proto` and
/// `common.proto`: https://github.com/open-telemetry/opentelemetry-proto
package enum OTLPTraceProtobuf {
    /// An `ExportTraceServiceRequest`. A value that is a list or map is sent as the text of its JSON.
    package static func request(of spans: [Span]) -> [UInt8] {
        var request: [UInt8] = []
        for group in SpanGroups(spans).resources {
            var resourceSpans: [UInt8] = []
            add(1, &resourceSpans) { attributes(1, group.resource.attributes, to: &$0) }
            for scope in group.scopes {
                add(2, &resourceSpans) { scopeSpans in
                    add(1, &scopeSpans) {
                        text(1, scope.scope.name, to: &$0)
                        text(2, scope.scope.version, to: &$0)
                        attributes(3, scope.scope.attributes, to: &$0)
                    }
                    for span in scope.spans { add(2, &scopeSpans) { write(span, to: &$0) } }
                }
            }
            add(1, &request) { $0 = resourceSpans }
        }
        return request
    }

    private static func write(_ span: Span, to bytes: inout [UInt8]) {
        id(1, span.traceID, to: &bytes)
        id(2, span.spanID, to: &bytes)
        text(3, span.traceState, to: &bytes)
        if !span.parentID.isZero { id(4, span.parentID, to: &bytes) }
        text(5, span.name, to: &bytes)
        number(6, UInt64(span.kind.rawValue), to: &bytes)
        fixed64(7, UInt64(bitPattern: span.start), to: &bytes)
        fixed64(8, UInt64(bitPattern: span.end), to: &bytes)
        attributes(9, span.attributes, to: &bytes)
        number(10, UInt64(span.droppedAttributes), to: &bytes)
        for event in span.events {
            add(11, &bytes) {
                fixed64(1, UInt64(bitPattern: event.time), to: &$0)
                text(2, event.name, to: &$0)
                attributes(3, event.attributes, to: &$0)
            }
        }
        number(12, UInt64(span.droppedEvents), to: &bytes)
        for link in span.links {
            add(13, &bytes) {
                id(1, link.traceID, to: &$0)
                id(2, link.spanID, to: &$0)
                text(3, link.traceState, to: &$0)
                attributes(4, link.attributes, to: &$0)
            }
        }
        number(14, UInt64(span.droppedLinks), to: &bytes)
        if span.status != .unset || !span.statusMessage.isEmpty {
            add(15, &bytes) {
                text(2, span.statusMessage, to: &$0)
                number(3, UInt64(span.status.rawValue), to: &$0)
            }
        }
        if span.flags != 0 {
            bytes.appendVarint(WireCursor.tag(16, .fixed32))
            withUnsafeBytes(of: span.flags.littleEndian) { bytes += $0 }
        }
    }

    // MARK: Fields

    /// A message that `write` writes, with its length before it.
    private static func add(_ field: UInt64, _ bytes: inout [UInt8], _ write: (inout [UInt8]) -> Void) {
        var message: [UInt8] = []
        write(&message)
        bytes.appendVarint(WireCursor.tag(field, .counted))
        bytes.appendCounted(message)
    }

    /// Nothing where the text is empty, as protobuf has it.
    private static func text(_ field: UInt64, _ text: String, to bytes: inout [UInt8]) {
        guard !text.isEmpty else { return }
        bytes.appendVarint(WireCursor.tag(field, .counted))
        bytes.appendVarint(text.utf8.count)
        bytes += text.utf8
    }

    private static func number(_ field: UInt64, _ number: UInt64, to bytes: inout [UInt8]) {
        guard number != 0 else { return }
        bytes.appendVarint(WireCursor.tag(field, .varint))
        bytes.appendVarint(number)
    }

    private static func fixed64(_ field: UInt64, _ number: UInt64, to bytes: inout [UInt8]) {
        bytes.appendVarint(WireCursor.tag(field, .fixed64))
        bytes.appendFixed64(number)
    }

    private static func id(_ field: UInt64, _ id: TraceID, to bytes: inout [UInt8]) {
        bytes.appendVarint(WireCursor.tag(field, .counted))
        bytes.appendVarint(16)
        withUnsafeBytes(of: id.high.bigEndian) { bytes += $0 }
        withUnsafeBytes(of: id.low.bigEndian) { bytes += $0 }
    }

    private static func id(_ field: UInt64, _ id: SpanID, to bytes: inout [UInt8]) {
        bytes.appendVarint(WireCursor.tag(field, .counted))
        bytes.appendVarint(8)
        withUnsafeBytes(of: id.number.bigEndian) { bytes += $0 }
    }

    private static func attributes(_ field: UInt64, _ attributes: [SpanAttribute], to bytes: inout [UInt8]) {
        for attribute in attributes {
            add(field, &bytes) { pair in
                text(1, attribute.key, to: &pair)
                add(2, &pair) { write(attribute.value, to: &$0) }
            }
        }
    }

    private static func write(_ value: SpanValue, to bytes: inout [UInt8]) {
        switch value {
        case .string(let text), .json(let text):
            bytes.appendVarint(WireCursor.tag(1, .counted))
            bytes.appendCounted(Array(text.utf8))
        case .boolean(let flag):
            bytes.appendVarint(WireCursor.tag(2, .varint))
            bytes.append(flag ? 1 : 0)
        case .integer(let number):
            bytes.appendVarint(WireCursor.tag(3, .varint))
            bytes.appendVarint(UInt64(bitPattern: number))
        case .number(let number): fixed64(4, number.bitPattern, to: &bytes)
        case .bytes(let content):
            bytes.appendVarint(WireCursor.tag(7, .counted))
            bytes.appendCounted(content)
        }
    }
}
