import Base
import Model

/// Rows of one day on the way from the tail into blocks: their bytes, and where each field lies in them.
struct RowGathering {
    struct Row {
        let time: Int64
        /// The place among all rows, in the order in which they came.
        let order: Int32
        /// The number of the fields that it shares; -1 for none.
        let shared: Int32
        let firstField: Int32
        let fieldCount: Int32
    }

    /// A value: the number of its name, and where its bytes lie, the tag first.
    struct Field {
        let name: Int32
        let length: Int32
        let start: Int
    }

    private(set) var bytes: [UInt8] = []
    private(set) var rows: [Row] = []
    private(set) var fields: [Field] = []
    private(set) var names: [String] = []
    /// The fields of each set that rows share.
    private(set) var shared: [[Field]] = []

    private var numbers: [String: Int32] = [:]
    private var sharedNumbers: [[UInt8]: Int32] = [:]

    mutating func reserve(rows count: Int, bytes size: Int) {
        rows.reserveCapacity(count)
        bytes.reserveCapacity(size)
        fields.reserveCapacity(count * 8)
    }

    private mutating func number(_ name: String) -> Int32 {
        if let known = numbers[name] { return known }
        let number = Int32(names.count)
        numbers[name] = number
        names.append(name)
        return number
    }

    /// Adds the events of a batch, of whichever version.
    mutating func add(_ batch: UnsafeRawBufferPointer) throws {
        if batch.first == EventCodec.version {
            var events: [LogEvent] = []
            var block = try EventBlock(batch)
            block.forEach(in: .all) { _, event in
                events.append(event)
                return true
            }
            return try EventRowsEncoder.encode(events).withUnsafeBytes { try add($0) }
        }
        let base = bytes.count
        bytes.append(contentsOf: batch)
        var reader = try EventRowsReader(batch)
        var own: [Int32] = []
        var ownShared: [Int32] = []
        while try reader.next() {
            while own.count < reader.names.count { own.append(number(reader.names[own.count])) }
            while ownShared.count < reader.sharedBytes.count {
                ownShared.append(sharedNumber(reader.sharedBytes[ownShared.count], batch, base))
            }
            let first = fields.count
            for field in reader.fields {
                fields.append(
                    Field(
                        name: own[field.name], length: Int32(clamping: field.end - field.start),
                        start: base + field.start))
            }
            rows.append(
                Row(
                    time: reader.time, order: Int32(clamping: rows.count),
                    shared: reader.sharedNumber.map { ownShared[$0] } ?? -1, firstField: Int32(clamping: first),
                    fieldCount: Int32(fields.count - first)))
        }
    }

    private mutating func sharedNumber(_ range: Range<Int>, _ batch: UnsafeRawBufferPointer, _ base: Int) -> Int32 {
        let definition = UnsafeRawBufferPointer(rebasing: batch[range])
        let key = [UInt8](definition)
        if let known = sharedNumbers[key] { return known }
        var reader = ByteReader(definition)
        var found: [Field] = []
        for _ in 0..<reader.count() {
            let name = number(String(decoding: reader.counted(), as: UTF8.self))
            let start = reader.offset
            EventRows.skip(&reader)
            found.append(
                Field(
                    name: name, length: Int32(clamping: reader.offset - start), start: base + range.lowerBound + start))
        }
        let number = Int32(shared.count)
        sharedNumbers[key] = number
        shared.append(found)
        return number
    }

    /// Puts the rows in the order of time, those of one time in the order in which they came.
    mutating func sort() { rows.sort { ($0.time, $0.order) < ($1.time, $1.order) } }

    /// Makes the events of rows.
    func events(_ range: Range<Int>) throws -> [LogEvent] {
        bytes.withUnsafeBytes { bytes in
            func value(_ field: Field) -> LogValue {
                EventRows.value(
                    UnsafeRawBufferPointer(rebasing: bytes[field.start..<(field.start + Int(field.length))]))
            }
            return rows[range].map { row in
                var all: [String: LogValue] = [:]
                let common = row.shared < 0 ? [] : shared[Int(row.shared)][...]
                for field in common + fields[Int(row.firstField)..<Int(row.firstField + row.fieldCount)] {
                    all[names[Int(field.name)]] = value(field)
                }
                return LogEvent(timestamp: row.time, fields: LogFields(all))
            }
        }
    }

    /// Where blocks of `most` rows begin and end; those of large rows have fewer.
    func blocks(of most: Int, bytes limit: Int) -> [Range<Int>] {
        var found: [Range<Int>] = []
        var start = 0
        var size = 0
        for (index, row) in rows.enumerated() {
            let own = fields[Int(row.firstField)..<Int(row.firstField + row.fieldCount)]
            let length = own.reduce(0) { $0 + Int($1.length) }
            if index - start == most || (size + length > limit && index > start) {
                found.append(start..<index)
                (start, size) = (index, 0)
            }
            size += length
        }
        if start < rows.count { found.append(start..<rows.count) }
        return found
    }
}
