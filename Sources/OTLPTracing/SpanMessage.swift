internal import Base
internal import Model

/// Spans as OTLP's `ExportTraceServiceRequest`, written as
/// https://github.com/open-telemetry/opentelemetry-proto/blob/main/opentelemetry/proto/trace/v1/trace.proto says.
enum SpanMessage {
    /// The message's bytes; spans of one resource and scope that follow each other stand together.
    static func bytes(_ spans: some Collection<Model.Span>) -> [UInt8] {
        var message: [UInt8] = []
        var rest = spans[...]
        while let first = rest.first {
            let same = rest.prefix { $0.resource == first.resource && $0.scope == first.scope }
            rest = rest.dropFirst(same.count)
            message.append(1) { resourceSpans in
                resourceSpans.append(1) { $0.append(1, first.resource.attributes) }
                resourceSpans.append(2) { scopeSpans in
                    scopeSpans.append(1) { scope in
                        scope.append(1, first.scope.name)
                        scope.append(2, first.scope.version)
                        scope.append(3, first.scope.attributes)
                    }
                    for span in same { scopeSpans.append(2) { write(span, to: &$0) } }
                }
            }
        }
        return message
    }

    private static func write(_ span: Model.Span, to message: inout [UInt8]) {
        message.append(1, span.traceID)
        message.append(2, span.spanID)
        message.append(3, span.traceState)
        if !span.parentID.isZero { message.append(4, span.parentID) }
        message.append(5, span.name)
        message.append(6, varint: UInt64(span.kind.rawValue))
        message.append(7, fixed64: UInt64(clamping: span.start))
        message.append(8, fixed64: UInt64(clamping: span.end))
        message.append(9, span.attributes)
        message.append(10, varint: UInt64(span.droppedAttributes))
        for event in span.events {
            message.append(11) {
                $0.append(1, fixed64: UInt64(clamping: event.time))
                $0.append(2, event.name)
                $0.append(3, event.attributes)
            }
        }
        message.append(12, varint: UInt64(span.droppedEvents))
        for link in span.links {
            message.append(13) {
                $0.append(1, link.traceID)
                $0.append(2, link.spanID)
                $0.append(3, link.traceState)
                $0.append(4, link.attributes)
            }
        }
        message.append(14, varint: UInt64(span.droppedLinks))
        if span.status != .unset || !span.statusMessage.isEmpty {
            message.append(15) {
                $0.append(2, span.statusMessage)
                $0.append(3, varint: UInt64(span.status.rawValue))
            }
        }
        message.append(16, fixed32: span.flags)
    }
}

/// Fields of protobuf; a number that is zero and a text that is empty are left out.
extension [UInt8] {
    fileprivate mutating func append(_ field: UInt64, _ body: (inout [UInt8]) -> Void) {
        var inner: [UInt8] = []
        body(&inner)
        appendVarint(field << 3 | 2)
        appendCounted(inner)
    }

    fileprivate mutating func append(_ field: UInt64, _ text: String) {
        if text.isEmpty { return }
        appendVarint(field << 3 | 2)
        appendCounted([UInt8](text.utf8))
    }

    fileprivate mutating func append(_ field: UInt64, varint number: UInt64) {
        if number == 0 { return }
        appendVarint(field << 3)
        appendVarint(number)
    }

    fileprivate mutating func append(_ field: UInt64, fixed64 number: UInt64) {
        appendVarint(field << 3 | 1)
        appendFixed64(number)
    }

    fileprivate mutating func append(_ field: UInt64, fixed32 number: UInt32) {
        appendVarint(field << 3 | 5)
        Swift.withUnsafeBytes(of: number.littleEndian) { append(contentsOf: $0) }
    }

    fileprivate mutating func append(_ field: UInt64, _ id: TraceID) {
        appendVarint(field << 3 | 2)
        appendVarint(16)
        for half in [id.high, id.low] { Swift.withUnsafeBytes(of: half.bigEndian) { append(contentsOf: $0) } }
    }

    fileprivate mutating func append(_ field: UInt64, _ id: SpanID) {
        appendVarint(field << 3 | 2)
        appendVarint(8)
        Swift.withUnsafeBytes(of: id.number.bigEndian) { append(contentsOf: $0) }
    }

    fileprivate mutating func append(_ field: UInt64, _ attributes: [Model.SpanAttribute]) {
        for attribute in attributes {
            append(field) { pair in
                pair.append(1, attribute.key)
                pair.append(2) { $0.append(attribute.value) }
            }
        }
    }

    /// An `AnyValue`: what it holds is written even where it is empty or zero.
    private mutating func append(_ value: SpanValue) {
        switch value {
        case .string(let text): appendText(text)
        case .boolean(let flag): append(contentsOf: [2 << 3, flag ? 1 : 0])
        case .integer(let number):
            appendVarint(UInt64(3 << 3))
            appendVarint(UInt64(bitPattern: number))
        case .number(let number): append(4, fixed64: number.bitPattern)
        case .bytes(let bytes):
            appendVarint(UInt64(7 << 3 | 2))
            appendCounted(bytes)
        case .json(let text): if !appendList(text) { appendText(text) }
        }
    }

    private mutating func appendText(_ text: String) {
        appendVarint(UInt64(1 << 3 | 2))
        appendCounted([UInt8](text.utf8))
    }

    /// A list of JSON as an `ArrayValue`; whether it is one that can be written so.
    private mutating func appendList(_ text: String) -> Bool {
        guard let items = JSONList.items(text) else { return false }
        append(5) { list in
            for item in items { list.append(1) { $0.append(item) } }
        }
        return true
    }
}
