internal import Foundation
internal import Model
internal import TraceSearch

/// A trace as the script of its page reads it: a list a column, so that 10,000 spans are some hundred kilobytes.
///
/// Rows are those of the waterfall. `ids` has 16 digits a span; `parent` the parent's row or -1; `service` and `name` are
/// places in `services` (which have `colours`) and `names`; `offset` and `durations` nanoseconds; `critical` threes: row,
/// offset and duration. `error`, `orphan`, `circle` and `warned` list rows.
struct TraceTable {
    private let id: TraceID
    private let tree: TraceTree
    private let isCut: Bool

    init(_ id: TraceID, _ trace: Trace) {
        self.id = id
        tree = TraceTree(adjusting: trace.spans)
        isCut = trace.isCut
    }

    func json() throws -> String {
        let start = tree.start
        var services = NumberedTexts()
        var names = NumberedTexts()
        var ids = ""
        var (parent, service, name, kind) = ([Int](), [Int](), [Int](), [Int]())
        var (offset, duration) = ([Int64](), [Int64]())
        var (error, orphan, circle, warned) = ([Int](), [Int](), [Int](), [Int]())
        for (place, row) in tree.rows.enumerated() {
            let span = tree.span(row)
            ids += span.spanID.description
            parent.append(row.parent ?? -1)
            service.append(services.number(of: span.service))
            name.append(names.number(of: span.name))
            kind.append(Int(span.kind.rawValue))
            offset.append(span.start - start)
            duration.append(span.duration)
            if span.status == .error { error.append(place) }
            if row.oddity == .orphan { orphan.append(place) }
            if row.oddity == .circle { circle.append(place) }
            if tree.warnings[row.span] != nil { warned.append(place) }
        }
        let critical = tree.criticalPath.flatMap { [Int64($0.row), $0.start - start, $0.duration] }
        func list(_ numbers: [some BinaryInteger]) -> String {
            "[" + numbers.map { "\($0)" }.joined(separator: ",") + "]"
        }
        let colours = ServiceColour.numbers(of: services.texts)
        let kinds = Span.Kind.allCases.map(\.name)
        let fields = [
            ("traceID", "\"\(id)\""), ("isCut", "\(isCut)"), ("duration", "\(tree.end - start)"),
            ("services", try Self.texts(services.texts)), ("colours", list(services.texts.map { colours[$0] ?? 1 })),
            ("names", try Self.texts(names.texts)),
            ("kinds", try Self.texts(kinds)), ("ids", "\"\(ids)\""), ("parent", list(parent)),
            ("service", list(service)), ("name", list(name)), ("kind", list(kind)), ("offset", list(offset)),
            ("durations", list(duration)), ("error", list(error)), ("orphan", list(orphan)),
            ("circle", list(circle)), ("warned", list(warned)), ("critical", list(critical)),
        ]
        return "{" + fields.map { "\"\($0.0)\":\($0.1)" }.joined(separator: ",") + "}"
    }

    private static func texts(_ texts: [String]) throws -> String {
        String(decoding: try JSONEncoder().encode(texts), as: UTF8.self)
    }

    /// Texts, each once, in the order in which they come.
    private struct NumberedTexts {
        private(set) var texts: [String] = []
        private var numbers: [String: Int] = [:]

        mutating func number(of text: String) -> Int {
            if let number = numbers[text] { return number }
            numbers[text] = texts.count
            texts.append(text)
            return texts.count - 1
        }
    }
}
