import Base
import Foundation
import Model
import Synchronization
import TestSupport
import TraceStore

/// A clock that stands until it is told to go on.
final class ManualTime: TimeSource {
    private let times: Mutex<(wall: Int64, steady: Int64)>

    init(_ time: Int64) { times = Mutex((time, 0)) }

    func now() -> Int64 { times.withLock { $0.wall } }
    func steady() -> Int64 { times.withLock { $0.steady } }
    func advance(_ milliseconds: Int64) {
        times.withLock { $0 = ($0.wall + milliseconds, $0.steady + milliseconds) }
    }
}

/// 23 November 2026, 12:00 UTC, in milliseconds.
let noon: Int64 = 1_795_435_200_000
let hour: Int64 = 3_600_000
let day: Int64 = 86_400_000
let million: Int64 = 1_000_000

func openStore(
    _ directory: String, _ time: ManualTime, _ change: (inout TraceStoreOptions) -> Void = { _ in }
) throws -> TraceStore {
    var options = TraceStoreOptions(directory: directory)
    change(&options)
    return try TraceStore(options, timeSource: time)
}

/// A span without much; its times in milliseconds.
func span(_ number: UInt64, of trace: UInt64 = 1, at start: Int64 = noon, lasting milliseconds: Int64 = 5) -> Span {
    var span = Span(
        traceID: TraceID(high: 7, low: trace), spanID: SpanID(number), start: start * million,
        end: (start + milliseconds) * million)
    span.name = "work"
    span.resource = SpanResource(attributes: [SpanAttribute("service.name", .string("recorder"))])
    return span
}

/// Makes spans with everything that spans can have, and with much that repeats.
struct SpanMaker {
    var random: SeededGenerator
    /// The first start, in nanoseconds.
    var begin = noon * million
    var spread: Int64 = 60_000 * million
    var traces = 12

    init(_ random: SeededGenerator) { self.random = random }

    private mutating func pick<Value>(_ values: [Value]) -> Value {
        values[Int.random(in: values.indices, using: &random)]
    }

    private mutating func happens(_ percent: Int) -> Bool { Int.random(in: 0..<100, using: &random) < percent }

    mutating func value() -> SpanValue {
        switch Int.random(in: 0..<12, using: &random) {
        case 0: .boolean(happens(50))
        case 1, 2: .integer(pick([0, 1, -1, 200, 503, .max, .min, 9_007_199_254_740_993]))
        case 3: .integer(Int64.random(in: -50...50, using: &random))
        case 4: .number(pick([0.5, -0.0, 0, 200, 1.25, .infinity, .nan, 1e300, 0.1, 3.333]))
        case 5: .bytes(pick([[], [0xff, 0], [1, 2, 3]]))
        case 6: .json(pick([#"["a",1]"#, "{}"]))
        case 7: .string(pick(["é", "e\u{301}", "K", "\u{212a}", "a\r\nb", "\n", "Tür 7", ""]))
        default:
            .string(
                pick(["cam-1", "cam-2", "CAM-1", "200", "200.0", "true", "nan", "1.25"]) + (happens(20) ? "x" : ""))
        }
    }

    mutating func attributes(_ most: Int) -> [SpanAttribute] {
        (0..<Int.random(in: 0...most, using: &random)).map { _ in
            SpanAttribute(
                pick([
                    "camera", "vms.camera.id", "http.method", "http.request.method", "size", "é", "e\u{301}", "", "k",
                ]),
                value())
        }
    }

    mutating func spans(_ count: Int) -> [Span] {
        var spans: [Span] = []
        let resources = (0..<4).map { number in
            var attributes = attributes(3)
            if number > 0 { attributes.append(SpanAttribute("service.name", .string(pick(["api", "recorder", ""])))) }
            return SpanResource(attributes: attributes)
        }
        let scopes = (0..<3).map {
            SpanScope(name: "scope \($0)", version: pick(["", "1"]), attributes: attributes(2))
        }
        for number in 0..<count {
            // A number that is none is equal to nothing, and a span with one has no twin.
            if happens(5), let twin = spans.randomElement(using: &random), !"\(twin)".contains("nan") {
                spans.append(twin)
                continue
            }
            let trace = TraceID(high: happens(50) ? 0 : 9, low: UInt64.random(in: 1...UInt64(traces), using: &random))
            let start = begin + Int64.random(in: 0...spread, using: &random)
            let length = pick([
                0, 1, 999, million, 7 * million, Int64.random(in: 0...(90_000 * million), using: &random),
            ])
            var span = Span(traceID: trace, spanID: SpanID(UInt64(number + 1)), start: start, end: start + length)
            if happens(10) { span.spanID = SpanID(UInt64.random(in: 1...UInt64(count), using: &random)) }
            if happens(70) { span.parentID = SpanID(UInt64.random(in: 0...UInt64(count), using: &random)) }
            if happens(40), let parent = spans.last(where: { $0.traceID == trace }) { span.parentID = parent.spanID }
            span.name = pick(["GET /api", "segment write", "send", "Grüße", ""])
            span.kind = pick(Span.Kind.allCases)
            span.status = pick(Span.Status.allCases)
            if happens(20) { span.statusMessage = pick(["no space", "timed out é"]) }
            span.attributes = attributes(5)
            if happens(20) {
                span.events = (0..<Int.random(in: 1...3, using: &random)).map { _ in
                    Span.Event(
                        time: start + Int64.random(in: -5...5_000, using: &random),
                        name: pick(["exception", "retry", "é"]), attributes: attributes(3))
                }
            }
            if happens(10) {
                span.links = [
                    Span.Link(
                        traceID: TraceID(high: random.next(), low: 3), spanID: SpanID(random.next()),
                        traceState: pick(["", "a=1"]), attributes: attributes(2))
                ]
            }
            if happens(10) { span.traceState = "congo=t61rcWkgMzE" }
            span.flags = pick([0, 1, 0x101, 0x301, .max])
            if happens(5) {
                (span.droppedAttributes, span.droppedEvents, span.droppedLinks) = (3, .max, 1)
            }
            span.resource = pick(resources)
            span.scope = pick(scopes)
            spans.append(span)
        }
        return spans
    }

    mutating func condition() -> SpanQuery.Condition {
        let subject: SpanQuery.Subject =
            switch Int.random(in: 0..<12, using: &random) {
            case 0: .service
            case 1: .name
            case 2: .kind
            case 3: .status
            case 4: .duration
            case 5: .event
            case 6: .root
            default:
                .attribute(
                    pick(["camera", "vms.camera.id", "http.method", "size", "é", "", "k", "service.name", "nowhere"]))
            }
        let comparison: SpanQuery.Comparison =
            switch Int.random(in: 0..<8, using: &random) {
            case 0: .exists
            case 1, 2: .contains(pick(["CAM", "a", "0", "\n", "é", "", "err", "x"]))
            case 3: .number(pick([0...0.5, 100...1_000, -1...1e12, 200...200, 1e6...1e9]))
            default:
                .equals(
                    pick([
                        value().text, value().text, "error", "server", "api", "recorder", "segment write", "true",
                        "retry", "GET /api", "exception",
                    ]))
            }
        return SpanQuery.Condition(subject, comparison, isNegated: happens(20))
    }

    mutating func query() -> SpanQuery {
        var query = SpanQuery()
        if happens(40) {
            query.start = begin + Int64.random(in: 0...spread, using: &random)
            query.end = query.start + Int64.random(in: 0...spread, using: &random)
        }
        query.conditions = (0..<Int.random(in: 0...3, using: &random)).map { _ in condition() }
        return query
    }

    mutating func limit() -> SpanLimit {
        SpanLimit(spans: pick([.max, 0, 1, 3, 20]), traces: pick([.max, .max, 0, 1, 3, 5]))
    }
}
