internal import Base
internal import Exposition
internal import Foundation
internal import Instruments
package import Model
internal import Synchronization

/// Reads the `*.prom` files of a folder, as node_exporter's textfile collector does: what scripts and services write
/// there is shown beside our own metrics. A file that cannot be read is left out whole, and told; so is what is no
/// regular file: pipes, and symbolic links.
package final class TextfileCollector: Sendable {
    private struct State {
        var folder: String?
        var notes: [String] = []
    }

    private let state = Mutex(State())

    /// Bytes of one file that are read.
    private static let bytesMax = 16 << 20

    package init() {}

    /// - Parameter folder: `nil` reads nothing.
    package func update(folder: String?) {
        state.withLock { state in
            state.folder = folder
            state.notes = []
        }
    }

    /// Files that cannot be read, for people.
    package func notes() -> [String] { state.withLock { $0.notes } }

    /// What the files say now. Of a metric that several files have, the first one's help and type count.
    package func families() -> [MetricFamily] {
        guard let folder = state.withLock({ $0.folder }) else { return [] }
        var notes: [String] = []
        var families: [String: MetricFamily] = [:]
        var seen: Set<Labels> = []
        var times: [MetricPoint] = []
        var failures = 0.0
        do {
            let names = try FileManager.default.contentsOfDirectory(atPath: folder).filter { $0.hasSuffix(".prom") }
            for name in names.sorted() {
                let path = folder + "/" + name
                do {
                    let read = try Self.read(path)
                    for family in read {
                        let fresh = family.points.filter { seen.insert($0.labels).inserted }
                        if fresh.count < family.points.count {
                            notes.append("The textfile \(path) repeats series of \(family.name); the first one counts.")
                        }
                        if families[family.name] == nil {
                            families[family.name] = MetricFamily(
                                name: family.name, kind: family.kind, help: family.help, points: fresh)
                        } else {
                            families[family.name]?.points += fresh
                        }
                    }
                    if let time = try FileManager.default.attributesOfItem(atPath: path)[.modificationDate] as? Date {
                        times.append(
                            MetricPoint(
                                labels: [Labels.metricName: Self.time.name, "file": path],
                                value: time.timeIntervalSince1970))
                    }
                } catch {
                    failures = 1
                    notes.append("The textfile \(path) is left out: \(error)")
                }
            }
        } catch {
            failures = 1
            notes.append("The textfile folder \(folder) cannot be read: \(error.localizedDescription)")
        }
        state.withLock { $0.notes = notes }
        let error = MetricPoint(labels: [Labels.metricName: Self.error.name], value: failures)
        let own = [(Self.error, [error]), (Self.time, times)].filter { !$0.1.isEmpty && families[$0.0.name] == nil }
        return families.values.sorted { $0.name < $1.name }
            + own.map { MetricFamily(name: $0.name, kind: $0.kind, help: $0.help, points: $1) }
    }

    private static let error = NodeCatalogue.textfileScrapeError
    private static let time = NodeCatalogue.textfileMtimeSeconds

    private static func read(_ path: String) throws -> [MetricFamily] {
        // Whoever may write into the folder could make a link to a file that only we may read.
        let bytes: [UInt8]
        do throws(RegularFileError) {
            bytes = try RegularFile.contents(path, atMost: bytesMax, followsLinks: false)
        } catch {
            throw TextfileError(error.cause)
        }
        var sink = FamilySink()
        try ExpositionParser.parse(bytes, format: .text, into: &sink)
        return sink.families
    }

    private struct TextfileError: Error, CustomStringConvertible {
        let description: String

        init(_ description: String) { self.description = description }
    }

    /// Gathers a page into families.
    private struct FamilySink: ExpositionSink {
        private var kinds: [String: MetricKind] = [:]
        private var helps: [String: String] = [:]
        private var order: [String] = []
        private var points: [String: [MetricPoint]] = [:]

        var families: [MetricFamily] {
            order.map { name in
                MetricFamily(
                    name: name, kind: kinds[name] ?? .unknown, help: helps[name] ?? "Metric read from a textfile.",
                    points: points[name] ?? [])
            }
        }

        mutating func sample(series: UnsafeBufferPointer<UInt8>, value: Double, timestamp: Int64?) throws {
            guard timestamp == nil else { throw TextfileError("its samples have timestamps, which files cannot have") }
            guard series.count <= Labels.seriesBytesMax else {
                throw TextfileError("a series has more than \(Labels.seriesBytesMax) bytes of labels")
            }
            let labels = try ExpositionParser.labels(of: series)
            let name = family(of: labels.metricName)
            if points[name] == nil { order.append(name) }
            points[name, default: []].append(MetricPoint(labels: labels, value: value))
        }

        /// The samples of histograms and summaries have suffixes that their family has not.
        private func family(of name: String) -> String {
            for suffix in ["_bucket", "_sum", "_count"] where name.hasSuffix(suffix) {
                let base = String(name.dropLast(suffix.count))
                if kinds[base] == .histogram || kinds[base] == .summary { return base }
            }
            return name
        }

        mutating func exemplar(labels: Labels, value: Double, timestamp: Int64?) {}

        mutating func metadata(name: String, kind: MetricKind) { kinds[name] = kind }

        mutating func metadata(name: String, help: String) { helps[name] = help }
    }
}
