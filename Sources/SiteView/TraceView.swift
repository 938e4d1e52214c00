package import Model
package import TraceSearch

/// Why traces cannot be shown as asked.
package struct TracesRefused: Error, Sendable, CustomStringConvertible {
    package let description: String
    /// Whether asking again later helps.
    package let isBusy: Bool

    package init(_ description: String, isBusy: Bool = false) {
        self.description = description
        self.isBusy = isBusy
    }
}

/// What there is to search traces by.
package struct TraceWords: Sendable {
    /// Names of services, of attributes, and of cameras, sorted.
    package var services: [String] = []
    package var attributes: [String] = []
    package var cameras: [String] = []
    /// Whether there is any span, of whatever time.
    package var hasTraces = false

    package init() {}
}

/// Traces that were found, as the API has them.
package struct TracePageView: Codable, Sendable {
    package struct Summary: Codable, Sendable {
        package struct Service: Codable, Sendable {
            package var name: String
            package var spans: Int
            package var errors: Int
            /// Nanoseconds.
            package var selfTime: Int64
        }

        package var traceID: String
        package var service: String
        package var name: String
        package var hasRoot: Bool
        /// Nanoseconds since the Unix epoch, as text: JSON's numbers do not hold them.
        package var startTimeUnixNano: String
        /// Nanoseconds.
        package var duration: Int64
        package var spans: Int
        /// Whether there are more spans than these.
        package var isCut: Bool
        package var errors: Int
        package var error: String?
        package var services: [Service]
        package var cameras: [String]
        /// How many of its spans were found; `nil` where none was searched.
        package var matches: Int?

        package init(_ summary: TraceSummary, matches: Int? = nil) {
            traceID = summary.id.description
            service = summary.service
            name = summary.name
            hasRoot = summary.hasRoot
            startTimeUnixNano = String(summary.start)
            duration = summary.duration
            spans = summary.spans
            isCut = summary.isCut
            errors = summary.errors
            error = summary.error
            services = summary.services.map {
                Service(name: $0.name, spans: $0.spans, errors: $0.errors, selfTime: $0.selfTime)
            }
            cameras = summary.cameras
            self.matches = matches
        }
    }

    package var traces: [Summary]
    /// The cursor of the next page.
    package var next: String?

    /// One trace, which was asked for by its number.
    package init(_ summary: TraceSummary) { traces = [Summary(summary)] }

    package init(_ findings: TraceFindings) {
        traces = findings.traces.map { Summary($0.summary, matches: $0.matches) }
        next = findings.next?.description
    }
}

/// A trace as the API has it: its summary, and its spans in the order of the waterfall.
package struct TraceView: Codable, Sendable {
    package struct Row: Codable, Sendable {
        package var spanID: String
        package var parentID: String?
        package var depth: Int
        /// `orphan`: its parent is not there. `circle`: it is its own ancestor.
        package var oddity: String?
        package var service: String
        package var name: String
        package var kind: String
        package var status: String
        package var statusMessage: String?
        /// Nanoseconds since the trace's start.
        package var offset: Int64
        /// Nanoseconds, as the next two.
        package var duration: Int64
        /// Without the time of the spans directly below it.
        package var selfTime: Int64
        /// What of it the trace's end waited for.
        package var criticalTime: Int64
        package var attributes: [String: Value]
        package var events: [Event]
        package var links: [Link]
        /// What was put right of it, or could not be.
        package var warnings: [String]?
    }

    package struct Event: Codable, Sendable {
        /// Nanoseconds since the trace's start.
        package var offset: Int64
        package var name: String
        package var attributes: [String: Value]
    }

    package struct Link: Codable, Sendable {
        package var traceID: String
        package var spanID: String
        package var attributes: [String: Value]
    }

    /// A time in which no work is told of.
    package struct Gap: Codable, Sendable {
        /// Nanoseconds since the trace's start.
        package var offset: Int64
        package var duration: Int64
        package var words: String
    }

    package var summary: TracePageView.Summary
    package var resources: [String: [String: Value]]
    package var gaps: [Gap]
    package var spans: [Row]

    package init(_ id: TraceID, _ trace: Trace) {
        let tree = TraceTree(adjusting: trace.spans)
        summary = TracePageView.Summary(TraceSummary(id, tree, isCut: trace.isCut))
        let start = tree.start
        gaps = tree.gaps().map { Gap(offset: $0.start - start, duration: $0.duration, words: tree.words($0)) }
        var critical = [Int64](repeating: 0, count: tree.rows.count)
        for section in tree.criticalPath { critical[section.row] += section.duration }
        let selfTimes = tree.selfTimes
        var resources: [String: [String: Value]] = [:]
        spans = tree.rows.indices.map { place in
            let row = tree.rows[place]
            let span = tree.span(row)
            if resources[span.service] == nil { resources[span.service] = Value.all(span.resource.attributes) }
            return Row(
                spanID: span.spanID.description, parentID: span.isRoot ? nil : span.parentID.description,
                depth: row.depth, oddity: row.oddity.map { "\($0)" }, service: span.service, name: span.name,
                kind: span.kind.name, status: "\(span.status)",
                statusMessage: span.statusMessage.isEmpty ? nil : Redaction.urls(in: span.statusMessage),
                offset: span.start - start,
                duration: span.duration, selfTime: selfTimes[place], criticalTime: critical[place],
                attributes: Value.all(span.attributes),
                events: span.events.map {
                    Event(offset: $0.time &- start, name: $0.name, attributes: Value.all($0.attributes))
                },
                links: span.links.map {
                    Link(
                        traceID: $0.traceID.description, spanID: $0.spanID.description,
                        attributes: Value.all($0.attributes))
                }, warnings: tree.warnings[row.span])
        }
        self.resources = resources
    }

    /// What an attribute holds.
    package enum Value: Codable, Sendable, Hashable {
        case boolean(Bool)
        case integer(Int64)
        case number(Double)
        case text(String)

        static func all(_ attributes: [SpanAttribute]) -> [String: Value] {
            Dictionary(attributes.map { ($0.key, Value($0.value)) }) { first, _ in first }
        }

        init(_ value: SpanValue) {
            switch value {
            case .boolean(let flag): self = .boolean(flag)
            case .integer(let number): self = .integer(number)
            // JSON has no others.
            case .number(let number) where number.isFinite: self = .number(number)
            default: self = .text(Redaction.urls(in: value.text))
            }
        }

        package init(from decoder: any Decoder) throws {
            let container = try decoder.singleValueContainer()
            if let flag = try? container.decode(Bool.self) {
                self = .boolean(flag)
            } else if let number = try? container.decode(Int64.self) {
                self = .integer(number)
            } else if let number = try? container.decode(Double.self) {
                self = .number(number)
            } else {
                self = .text(try container.decode(String.self))
            }
        }

        package func encode(to encoder: any Encoder) throws {
            var container = encoder.singleValueContainer()
            switch self {
            case .boolean(let flag): try container.encode(flag)
            case .integer(let number): try container.encode(number)
            case .number(let number): try container.encode(number)
            case .text(let text): try container.encode(text)
            }
        }
    }
}

extension TraceTree {
    /// A gap in words: `nobody worked here for 1.4 s: after "segment write" of recorder, before "index" of indexer`.
    package func words(_ gap: TraceGap) -> String {
        func name(_ row: Int) -> String {
            let span = span(rows[row])
            return "\"\(span.name.prefix(80))\" of \(span.service.prefix(80))"
        }
        let length = SpanDuration.text(gap.duration)
        let place = "after \(name(gap.before)), before \(name(gap.after))"
        guard let open = gap.open else { return "nobody worked here for \(length): \(place)" }
        return "nobody below \(name(open)) worked here for \(length): \(place)"
    }
}
