internal import Base
package import Model

/// Writes spans as OTLP has them in JSON: ids in hexadecimal digits, numbers of 64 bits as text, kinds and states as numbers,
/// bytes in base64; what is empty or zero is left out. https://opentelemetry.io/docs/specs/otlp/#json-protobuf-encoding
package enum OTLPTraceJSON {
    /// The list `[{"resource":…,"scopeSpans":[…]}]`, as it stands behind `"resourceSpans":`. A value of JSON is
    /// given as the list or map that it is, and as a text where it is none.
    package static func resourceSpans(of spans: [Span]) -> [UInt8] {
        var bytes: [UInt8] = []
        list(SpanGroups(spans).resources, &bytes) { group, bytes in
            var object = JSONObject(&bytes)
            object.member("resource", &bytes) { bytes in
                var object = JSONObject(&bytes)
                attributes(group.resource.attributes, &object, &bytes)
                object.end(&bytes)
            }
            object.member("scopeSpans", &bytes) { bytes in
                list(group.scopes, &bytes) { write($0, to: &$1) }
            }
            object.end(&bytes)
        }
        return bytes
    }

    private static func write(_ group: SpanGroups.Scope, to bytes: inout [UInt8]) {
        var object = JSONObject(&bytes)
        if group.scope != SpanScope() {
            object.member("scope", &bytes) { bytes in
                var object = JSONObject(&bytes)
                object.text("name", group.scope.name, &bytes)
                object.text("version", group.scope.version, &bytes)
                attributes(group.scope.attributes, &object, &bytes)
                object.end(&bytes)
            }
        }
        object.member("spans", &bytes) { bytes in list(group.spans, &bytes) { write($0, to: &$1) } }
        object.end(&bytes)
    }

    private static func write(_ span: Span, to bytes: inout [UInt8]) {
        var object = JSONObject(&bytes)
        object.text("traceId", span.traceID.description, &bytes)
        object.text("spanId", span.spanID.description, &bytes)
        object.text("traceState", span.traceState, &bytes)
        if !span.parentID.isZero { object.text("parentSpanId", span.parentID.description, &bytes) }
        object.number("flags", span.flags, &bytes)
        object.text("name", span.name, &bytes)
        object.number("kind", UInt32(span.kind.rawValue), &bytes)
        object.text("startTimeUnixNano", String(span.start), &bytes)
        object.text("endTimeUnixNano", String(span.end), &bytes)
        attributes(span.attributes, &object, &bytes)
        object.number("droppedAttributesCount", span.droppedAttributes, &bytes)
        if !span.events.isEmpty {
            object.member("events", &bytes) { list(span.events, &$0) { write($0, to: &$1) } }
        }
        object.number("droppedEventsCount", span.droppedEvents, &bytes)
        if !span.links.isEmpty {
            object.member("links", &bytes) { list(span.links, &$0) { write($0, to: &$1) } }
        }
        object.number("droppedLinksCount", span.droppedLinks, &bytes)
        object.member("status", &bytes) { bytes in
            var object = JSONObject(&bytes)
            object.text("message", span.statusMessage, &bytes)
            object.number("code", UInt32(span.status.rawValue), &bytes)
            object.end(&bytes)
        }
        object.end(&bytes)
    }

    private static func write(_ event: Span.Event, to bytes: inout [UInt8]) {
        var object = JSONObject(&bytes)
        object.text("timeUnixNano", String(event.time), &bytes)
        object.text("name", event.name, &bytes)
        attributes(event.attributes, &object, &bytes)
        object.end(&bytes)
    }

    private static func write(_ link: Span.Link, to bytes: inout [UInt8]) {
        var object = JSONObject(&bytes)
        object.text("traceId", link.traceID.description, &bytes)
        object.text("spanId", link.spanID.description, &bytes)
        object.text("traceState", link.traceState, &bytes)
        attributes(link.attributes, &object, &bytes)
        object.end(&bytes)
    }

    // MARK: Attributes

    private static func attributes(
        _ attributes: [SpanAttribute], _ object: inout JSONObject, _ bytes: inout [UInt8]
    ) {
        guard !attributes.isEmpty else { return }
        object.member("attributes", &bytes) { bytes in
            list(attributes, &bytes) { attribute, bytes in
                var object = JSONObject(&bytes)
                object.member("key", &bytes) { JSONText.write(attribute.key.utf8, to: &$0) }
                object.member("value", &bytes) { write(attribute.value, to: &$0) }
                object.end(&bytes)
            }
        }
    }

    private static func write(_ value: SpanValue, to bytes: inout [UInt8]) {
        if case .json(let text) = value, AnyValueJSON.write(text, to: &bytes) { return }
        var object = JSONObject(&bytes)
        switch value {
        case .string(let text), .json(let text):
            object.member("stringValue", &bytes) { JSONText.write(text.utf8, to: &$0) }
        case .boolean(let flag): object.member("boolValue", &bytes) { $0 += (flag ? "true" : "false").utf8 }
        case .integer(let number): object.member("intValue", &bytes) { $0 += "\"\(number)\"".utf8 }
        case .number(let number): object.member("doubleValue", &bytes) { JSONText.write(number, to: &$0) }
        case .bytes(let content):
            object.member("bytesValue", &bytes) { bytes in
                content.withUnsafeBytes { JSONText.writeBase64($0, to: &bytes) }
            }
        }
        object.end(&bytes)
    }

    private static func list<Element>(
        _ elements: [Element], _ bytes: inout [UInt8], _ write: (Element, inout [UInt8]) -> Void
    ) {
        bytes.append(UInt8(ascii: "["))
        for (index, element) in elements.enumerated() {
            if index > 0 { bytes.append(UInt8(ascii: ",")) }
            write(element, &bytes)
        }
        bytes.append(UInt8(ascii: "]"))
    }
}

/// An object of JSON that is being written.
private struct JSONObject {
    private var isEmpty = true

    /// Begins an object.
    init(_ bytes: inout [UInt8]) { bytes.append(UInt8(ascii: "{")) }

    func end(_ bytes: inout [UInt8]) { bytes.append(UInt8(ascii: "}")) }

    mutating func member(_ name: StaticString, _ bytes: inout [UInt8], _ write: (inout [UInt8]) -> Void) {
        if !isEmpty { bytes.append(UInt8(ascii: ",")) }
        isEmpty = false
        bytes.append(UInt8(ascii: "\""))
        name.withUTF8Buffer { bytes += $0 }
        bytes += "\":".utf8
        write(&bytes)
    }

    /// A text; nothing for an empty one.
    mutating func text(_ name: StaticString, _ text: String, _ bytes: inout [UInt8]) {
        if !text.isEmpty { member(name, &bytes) { JSONText.write(text.utf8, to: &$0) } }
    }

    /// A number of 32 bits; nothing for zero.
    mutating func number(_ name: StaticString, _ number: UInt32, _ bytes: inout [UInt8]) {
        if number != 0 { member(name, &bytes) { $0 += String(number).utf8 } }
    }
}
