internal import Base
internal import Foundation
internal import HTTPKit
internal import Model
internal import TraceSearch

/// Traces in the JSON of Jaeger's `/api`. Once more than `bytesMax` bytes are written, spans but the first of a trace are left
/// out.
extension JSONBytes {
    mutating func trace(_ trace: GivenTrace, bytesMax: Int) {
        var processes = Processes()
        var traceID = JSONBytes()
        traceID.raw("\"")
        traceID.hexadecimal(trace.id.high)
        traceID.hexadecimal(trace.id.low)
        traceID.raw("\"")
        raw(#"{"traceID":"#)
        append(traceID)
        raw(#","spans":["#)
        var written = 0
        for adjusted in trace.spans {
            if written > 0 {
                if bytes.count > bytesMax { break }
                raw(",")
            }
            span(adjusted, traceID, process: processes.number(of: adjusted.span.resource))
            written += 1
        }
        raw(#"],"processes":{"#)
        for (place, resource) in processes.resources.enumerated() {
            if place > 0 { raw(",") }
            raw("\"p")
            number(place + 1)
            raw(#"":{"serviceName":"#)
            string(resource.serviceName)
            raw(#","tags":"#)
            list(resource.attributes.lazy.filter { $0.key != "service.name" }) { $0.tag($1.key, $1.value) }
            raw("}")
        }
        raw(#"},"warnings":"#)
        var warnings = trace.warnings
        if written < trace.spans.count {
            warnings.append("the answer would be too long: \(trace.spans.count - written) spans are left out")
        }
        self.warnings(warnings)
        raw("}")
    }

    private mutating func span(_ adjusted: AdjustedSpan, _ traceID: JSONBytes, process: Int) {
        let span = adjusted.span
        raw(#"{"traceID":"#)
        append(traceID)
        raw(#","spanID":""#)
        hexadecimal(span.spanID.number)
        raw(#"","operationName":"#)
        string(span.name)
        raw(#","references":["#)
        references(of: span, traceID)
        raw(#"],"startTime":"#)
        number(microseconds(span.start))
        raw(#","duration":"#)
        number(microseconds(span.duration))
        raw(#","tags":["#)
        tags(of: span)
        raw(#"],"logs":"#)
        list(span.events) { $0.log($1) }
        raw(#","processID":"p"#)
        number(process)
        raw(#"","warnings":"#)
        warnings(adjusted.warnings)
        raw("}")
    }

    private mutating func references(of span: Span, _ traceID: JSONBytes) {
        if !span.isRoot {
            raw(#"{"refType":"CHILD_OF","traceID":"#)
            append(traceID)
            raw(#","spanID":""#)
            hexadecimal(span.parentID.number)
            raw("\"}")
        }
        var isFirst = span.isRoot
        for link in span.links {
            comma(unlessFirst: &isFirst)
            raw(#"{"refType":"FOLLOWS_FROM","traceID":""#)
            hexadecimal(link.traceID.high)
            hexadecimal(link.traceID.low)
            raw(#"","spanID":""#)
            hexadecimal(link.spanID.number)
            raw("\"}")
        }
    }

    /// The attributes, then what Jaeger makes tags of.
    private mutating func tags(of span: Span) {
        var isFirst = true
        for attribute in span.attributes where !isAdded(attribute.key, to: span) {
            comma(unlessFirst: &isFirst)
            tag(attribute.key, attribute.value)
        }
        func add(_ json: inout JSONBytes, _ key: String, _ value: SpanValue) {
            json.comma(unlessFirst: &isFirst)
            json.tag(key, value)
        }
        if span.kind != .unspecified { add(&self, "span.kind", .string(span.kind.name)) }
        if span.status != .unset { add(&self, "otel.status_code", .string(span.status == .ok ? "OK" : "ERROR")) }
        if span.status == .error { add(&self, "error", .boolean(true)) }
        if !span.statusMessage.isEmpty { add(&self, "otel.status_description", .string(span.statusMessage)) }
        if !span.traceState.isEmpty { add(&self, "w3c.tracestate", .string(span.traceState)) }
        if !span.scope.name.isEmpty { add(&self, "otel.scope.name", .string(span.scope.name)) }
        if !span.scope.version.isEmpty { add(&self, "otel.scope.version", .string(span.scope.version)) }
    }

    /// Whether an attribute would stand there twice, as what Jaeger makes a tag of has its name.
    private func isAdded(_ key: String, to span: Span) -> Bool {
        switch key {
        case "error": span.status == .error
        case "span.kind": span.kind != .unspecified
        case "otel.status_code": span.status != .unset
        default: false
        }
    }

    private mutating func log(_ event: Span.Event) {
        raw(#"{"timestamp":"#)
        number(microseconds(event.time))
        raw(#","fields":["#)
        var isFirst = true
        if !event.name.isEmpty {
            comma(unlessFirst: &isFirst)
            tag("event", .string(event.name))
        }
        for attribute in event.attributes where event.name.isEmpty || attribute.key != "event" {
            comma(unlessFirst: &isFirst)
            tag(attribute.key, attribute.value)
        }
        raw("]}")
    }

    /// `{"key","type","value"}`.
    private mutating func tag(_ key: String, _ value: SpanValue) {
        raw(#"{"key":"#)
        string(key)
        switch value {
        case .string(let text), .json(let text):
            raw(#","type":"string","value":"#)
            string(text)
        case .boolean(let flag):
            raw(#","type":"bool","value":"#)
            boolean(flag)
        case .integer(let whole):
            raw(#","type":"int64","value":"#)
            // What a browser cannot hold exactly is a text.
            let isLarge = whole.magnitude > 1 << 53
            if isLarge { raw("\"") }
            number(whole)
            if isLarge { raw("\"") }
        case .number(let value):
            raw(#","type":"float64","value":"#)
            if value.isFinite { real(value) } else { string(FloatText.plain(value)) }
        case .bytes(let bytes):
            raw(#","type":"binary","value":"#)
            string(Data(bytes).base64EncodedString())
        }
        raw("}")
    }

    /// A list, or `null` where there are none.
    private mutating func warnings(_ warnings: [String]) {
        if warnings.isEmpty { raw("null") } else { list(warnings) { $0.string($1) } }
    }

    /// Rounded down, as Jaeger does.
    private func microseconds(_ nanoseconds: Int64) -> Int64 { nanoseconds / 1_000 }

    /// All 16 digits.
    mutating func hexadecimal(_ number: UInt64) {
        appendUnsafely(atMost: 16) { target in
            for place in 0..<16 {
                let digit = UInt8(truncatingIfNeeded: number >> UInt64(60 - 4 * place)) & 15
                target[place] = digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "a") + digit - 10
            }
            return 16
        }
    }
}

/// The processes of a trace: its resources, each once, in the order in which they come.
private struct Processes {
    private(set) var resources: [SpanResource] = []
    private var numbers: [SpanResource: Int] = [:]
    private var last = 0

    /// From 1.
    mutating func number(of resource: SpanResource) -> Int {
        if last > 0, resources[last - 1] == resource { return last }
        if let number = numbers[resource] {
            last = number
        } else {
            resources.append(resource)
            last = resources.count
            numbers[resource] = last
        }
        return last
    }
}
