import Base
internal import Codecs
public import Model
import Partitions

extension LogStore {
    /// Counts the events that `filter` wants, whatever its limit, from columns where they tell.
    /// - Throws: ``StoreError``, with the code `cancelled` if the task is cancelled.
    public func counts(_ filter: LogFilter, _ request: LogCountRequest) throws -> LogCounts {
        var counts = LogCounts()
        if filter.range.end < filter.range.start { return counts }
        do {
            let zstd = Zstd()
            let units = try units(in: filter.range, filter.needs.values)
            try filter.takingPart {
                for unit in units {
                    if Work.isOver { throw StoreError.cancelled }
                    try withUnit(unit, zstd) { bytes in
                        if ColumnBlock.isOne(bytes) {
                            try BlockCounter(try ColumnBlock(bytes, zstd), filter, request).count(into: &counts)
                        } else if bytes.first == EventCodec.version {
                            var block = try EventBlock(bytes)
                            block.forEach(in: filter.range, needing: filter.needs) { _, event in
                                if filter.matches(event) { counts.add(event, request) }
                                return true
                            }
                        } else {
                            var reader = try EventRowsReader(bytes)
                            let matcher = RowMatcher(filter.effectiveCondition)
                            while try reader.next() {
                                guard filter.range.contains(reader.time), matcher.mayMatch(reader) else { continue }
                                let event = reader.event
                                if filter.matches(event) { counts.add(event, request) }
                            }
                        }
                    }
                }
            }
            return counts
        } catch {
            throw StoreError.from(error)
        }
    }
}

/// Counts the events of one block.
private struct BlockCounter {
    private let block: ColumnBlock
    private let filter: LogFilter
    private let request: LogCountRequest

    /// Events that are made at a time, where columns alone do not tell.
    private static let together = 1_024

    init(_ block: ColumnBlock, _ filter: LogFilter, _ request: LogCountRequest) {
        self.block = block
        self.filter = filter
        self.request = request
    }

    func count(into counts: inout LogCounts) throws {
        let matcher = BlockMatcher(block, filter.effectiveCondition)
        var answers = try block.groups.map { try matcher.answer($0) }
        if answers.allSatisfy(\.candidates.isNone) { return }
        let times = try block.times()
        let groupOfEvent = try block.groupOfEvent()
        // Which events of each group count.
        var wanted = block.groups.map { [UInt8](repeating: 0, count: $0.count) }
        var doubtful: [(event: Int, group: Int, row: Int)] = []
        var parts = try block.groups.indices.map { number -> RowParts? in
            guard let field = request.split, !answers[number].candidates.isNone else { return nil }
            return try RowParts(of: field, block.groups[number], in: block)
        }
        var seen = [Int](repeating: 0, count: block.groups.count)
        for event in 0..<block.count {
            let group = Int(groupOfEvent[event])
            let row = seen[group]
            seen[group] += 1
            guard answers[group].candidates.contains(row), filter.range.contains(times[event]) else { continue }
            if answers[group].isExact, filter.condition != nil {
                wanted[group][row] = 1
                counts.add(time: times[event], request, part: parts[group]?.part(of: row, in: &counts))
            } else {
                doubtful.append((event, group, row))
            }
        }
        answers = []
        for start in stride(from: 0, to: doubtful.count, by: Self.together) {
            if Work.isOver { throw StoreError.cancelled }
            let part = doubtful[start..<min(doubtful.count, start + Self.together)]
            let events = try block.events(at: part.map(\.event), times: times, groupOfEvent: groupOfEvent)
            for (event, place) in zip(events, part) where filter.matches(event) {
                wanted[place.group][place.row] = 1
                let part = parts[place.group]?.part(of: place.row, in: &counts)
                counts.add(time: event.timestamp, request, part: part)
            }
        }
        for field in request.terms {
            for (number, group) in block.groups.enumerated() where wanted[number].contains(1) {
                try count(field, group, wanted[number], into: &counts)
            }
        }
    }

    /// Counts the values of a field; where an event has none of its name, of that behind `fields.`.
    private func count(
        _ field: String, _ group: ColumnBlock.Group, _ wanted: [UInt8], into counts: inout LogCounts
    ) throws {
        var wanted = wanted
        for name in [field, "fields." + field] {
            guard let column = group.columns.first(where: { block.names[$0.name] == name }) else { continue }
            let presence = try block.presence(column, group)
            var places: [Int] = []
            var place = 0
            for row in 0..<group.count {
                guard presence.map({ $0[row] != 0 }) ?? true else { continue }
                if wanted[row] != 0 {
                    places.append(place)
                    wanted[row] = 0
                }
                place += 1
            }
            try count(field, column, places, into: &counts)
        }
    }

    private func count(
        _ field: String, _ column: ColumnBlock.Column, _ places: [Int], into counts: inout LogCounts
    ) throws {
        if places.isEmpty { return }
        switch column.kind {
        case .constant(let value): counts.add(block.headerValue(value), of: field, count: places.count)
        case .dictionary(let values):
            let codes = try block.codes(column, of: values.count)
            var sums = [Int](repeating: 0, count: values.count)
            for place in places { sums[Int(codes[place])] += 1 }
            for (code, sum) in sums.enumerated() where sum > 0 {
                counts.add(block.headerValue(values[code]), of: field, count: sum)
            }
        case .numbers(let description):
            let numbers = try block.numbers(column, description)
            for place in places {
                let stored = numbers[place]
                counts.add(description.isDouble ? .double(description.double(stored)) : .integer(stored), of: field)
            }
        case .text:
            var flags = [UInt8](repeating: 0, count: column.count)
            for place in places { flags[place] = 1 }
            try block.text(column).forEach(where: flags) { _, bytes in
                counts.add(.string(String(decoding: bytes, as: UTF8.self)), of: field)
            }
        case .values:
            var next = 0
            try block.forEachValue(column) { place, value in
                guard next < places.count, places[next] == place else { return }
                counts.add(value, of: field)
                next += 1
            }
        }
    }
}

/// The part of the histogram to which each row of a group belongs, by its value of the field that divides it.
private struct RowParts {
    /// Of each row the place of its value in ``values``; -1 for none.
    private var rows: [Int32]
    private var values: [LogValue] = []
    /// Of each value its part, once it was asked for: values of events that do not count have none.
    private var known: [Int: Int?] = [:]

    /// - Parameter field: its name, or that behind `fields.`.
    init(of field: String, _ group: ColumnBlock.Group, in block: ColumnBlock) throws {
        rows = [Int32](repeating: -1, count: group.count)
        for name in ["fields." + field, field] {
            guard let column = group.columns.first(where: { block.names[$0.name] == name }) else { continue }
            let found = try codes(column, in: block)
            let presence = try block.presence(column, group)
            var place = 0
            for row in 0..<group.count where presence.map({ $0[row] != 0 }) ?? true {
                rows[row] = found[place]
                place += 1
            }
        }
    }

    mutating func part(of row: Int, in counts: inout LogCounts) -> Int? {
        let code = Int(rows[row])
        if code < 0 { return nil }
        if let part = known[code] { return part }
        let part = counts.part(of: values[code])
        known[code] = .some(part)
        return part
    }

    /// Of each value of a column its place in ``values``.
    private mutating func codes(_ column: ColumnBlock.Column, in block: ColumnBlock) throws -> [Int32] {
        let first = Int32(values.count)
        switch column.kind {
        case .constant(let value):
            values.append(block.headerValue(value))
            return [Int32](repeating: first, count: column.count)
        case .dictionary(let distinct):
            values += distinct.map { block.headerValue($0) }
            return try block.codes(column, of: distinct.count).map { first + Int32($0) }
        case .numbers(let description):
            values += try block.numbers(column, description).map {
                description.isDouble ? .double(description.double($0)) : .integer($0)
            }
        case .text:
            try block.text(column).forEach { _, bytes in
                values.append(.string(String(decoding: bytes, as: UTF8.self)))
            }
        case .values: try block.forEachValue(column) { _, value in values.append(value) }
        }
        return (0..<column.count).map { first + Int32($0) }
    }
}
