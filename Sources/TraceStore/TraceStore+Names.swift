import Base
internal import Codecs
public import Model
import Partitions

extension TraceStore {
    public func trace(_ id: TraceID, spansMax: Int) throws -> Trace? {
        do {
            let zstd = Zstd()
            let hash = HashFilter.hash(id)
            var seen: Set<Span> = []
            // The oldest first: a trace that is too large is shown from its beginning.
            for unit in try units(in: .min ... .max).reversed() where unit.mayHold(hash) {
                if Work.isOver { throw StoreError.cancelled }
                try withTable(unit, zstd) { table in
                    guard let rows = try table.rows(of: id) else { return }
                    // Duplicates count once, so that more rows than spans may be needed.
                    var first = rows.lowerBound
                    while first < rows.upperBound, seen.count <= spansMax {
                        let more = min(rows.upperBound - first, max(0, spansMax - seen.count))
                        let end = min(rows.upperBound, first + more + 1)
                        seen.formUnion(try table.spans(first..<end, of: id))
                        first = end
                    }
                }
                if seen.count > spansMax { break }
            }
            if seen.isEmpty { return nil }
            let sorted = seen.sorted { ($0.start, $0.spanID) < ($1.start, $1.spanID) }
            return Trace(spans: Array(sorted.prefix(max(0, spansMax))), isCut: sorted.count > spansMax)
        } catch {
            throw StoreError.from(error)
        }
    }

    public func services(start: Int64, end: Int64) throws -> [String] {
        var services: Set<String> = []
        try visit(start, end) { unit, zstd in
            if let names = unit.summary?.names { return services.formUnion(names.services) }
            try withTable(unit, zstd) { table in
                services.formUnion(table.scopes.indices.map { table.service(ofScope: $0) })
            }
        }
        return services.sorted()
    }

    public func operations(of service: String?, start: Int64, end: Int64) throws -> [SpanOperation] {
        var operations: Set<SpanOperation> = []
        try visit(start, end) { unit, zstd in
            if let names = unit.summary?.names, let listed = names.operations {
                for (place, operation) in listed where service == nil || names.services[place] == service {
                    operations.insert(operation)
                }
                return
            }
            try withTable(unit, zstd) { table in
                for found in table.spans.classes {
                    guard service == nil || table.service(ofScope: found.scope) == service else { continue }
                    let kind = Span.Kind(rawValue: found.kind) ?? .unspecified
                    operations.insert(SpanOperation(name: table.texts[found.name], kind: kind))
                }
            }
        }
        return operations.sorted { ($0.name, $0.kind.rawValue) < ($1.name, $1.kind.rawValue) }
    }

    public func attributeNames(start: Int64, end: Int64) throws -> [String] {
        var names: Set<String> = []
        try visit(start, end) { unit, zstd in
            if let keys = unit.summary?.names.keys {
                for (name, key) in keys where key.isListed { names.insert(name) }
                return
            }
            try withTable(unit, zstd) { table in
                for column in table.spans.columns where column.kind.isAttribute {
                    names.insert(table.texts[column.key])
                }
                for resource in table.resources { names.formUnion(resource.attributes.map(\.key)) }
            }
        }
        return names.sorted()
    }

    /// Blocks that are opened for the values of an attribute, at most.
    private static let mostOpened = 128

    /// The texts are those of the newest spans: so many blocks are looked at.
    public func attributeValues(_ name: String, start: Int64, end: Int64, limit: Int) throws -> [String] {
        var values: Set<String> = []
        var opened = 0
        try visit(start, end, skips: false) { unit, zstd in
            guard values.count < limit, opened < Self.mostOpened else { return }
            if let keys = unit.summary?.names.keys, keys[name]?.isListed != true { return }
            if case .block = unit.source { opened += 1 }
            try withTable(unit, zstd) { table in
                let starts = try table.times().starts
                let rows = (0..<table.count).filter { starts[$0] >= start && starts[$0] <= end }
                for row in rows.sorted(by: { starts[$0] > starts[$1] }) where values.count < limit {
                    if let value = try table.attribute(name, of: row) { values.insert(value.text) }
                }
            }
        }
        return values.sorted()
    }

    /// - Parameter skips: whether blocks with the very same names as one before are left out.
    private func visit(
        _ start: Int64, _ end: Int64, skips: Bool = true, _ body: (Unit, Zstd) throws -> Void
    ) throws {
        if end < start { return }
        do {
            let zstd = Zstd()
            var seen: Set<ObjectIdentifier> = []
            for unit in try units(in: start...end) {
                if Work.isOver { throw StoreError.cancelled }
                if skips, let names = unit.summary?.names, names.operations != nil,
                    !seen.insert(ObjectIdentifier(names)).inserted
                {
                    continue
                }
                try body(unit, zstd)
            }
        } catch {
            throw StoreError.from(error)
        }
    }
}
