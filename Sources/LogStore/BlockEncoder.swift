import Base
internal import Codecs
import Model
import Partitions

/// Writes rows as a block of columns, and what is known of it without opening it.
///
/// Rows that share their constant fields (those of one input) make a group with columns of its own: what is constant
/// costs nothing a row, and a search opens the columns of a group only if its constants allow.
struct BlockEncoder {
    private typealias Slot = ColumnEncoder.Slot

    private struct Group {
        var shared: Int32
        var count = 0
        /// By the number of the name among all; -1 for none.
        var columnOfName: [Int32] = []
        var columns: [ColumnEncoder] = []

        mutating func add(_ field: RowGathering.Field) {
            let name = Int(field.name)
            while columnOfName.count <= name { columnOfName.append(-1) }
            if columnOfName[name] < 0 {
                columnOfName[name] = Int32(columns.count)
                columns.append(ColumnEncoder(name: name))
            }
            columns[Int(columnOfName[name])].add(row: count, field)
        }
    }

    private var groups: [Group] = []
    private var groupOfRow: [UInt8] = []
    private var times: [Int64] = []
    private let gathering: RowGathering

    init(_ gathering: RowGathering, _ range: Range<Int>) {
        self.gathering = gathering
        var groupOfShared: [Int32: Int] = [:]
        for row in gathering.rows[range] {
            var number = groupOfShared[row.shared] ?? groups.count
            var isMixed = false
            if number == groups.count {
                // The last group takes all that have none of their own.
                if groups.count >= BlockFormat.mostGroups {
                    number = groups.count - 1
                    isMixed = true
                } else {
                    let isLast = groups.count == BlockFormat.mostGroups - 1
                    isMixed = isLast
                    if !isLast { groupOfShared[row.shared] = number }
                    groups.append(Group(shared: isLast ? -1 : row.shared))
                }
            }
            times.append(row.time)
            groupOfRow.append(UInt8(number))
            for place in Int(row.firstField)..<Int(row.firstField + row.fieldCount) {
                groups[number].add(gathering.fields[place])
            }
            if isMixed, row.shared >= 0 {
                for field in gathering.shared[Int(row.shared)] { groups[number].add(field) }
            }
            groups[number].count += 1
        }
    }

    /// How many names the block has.
    var nameCount: Int {
        var names: Set<Int32> = []
        for group in groups {
            for column in group.columns { names.insert(Int32(column.name)) }
            if group.shared >= 0 { for field in gathering.shared[Int(group.shared)] { names.insert(field.name) } }
        }
        return names.count
    }

    /// The block's bytes, and its summary's.
    func encode(_ zstd: Zstd) -> (data: [UInt8], summary: [UInt8]) {
        gathering.bytes.withUnsafeBytes { bytes in
            var summary = SummaryEncoder()
            var streams = StreamWriter(zstd)
            var numbers: [Int: Int] = [:]
            var nameBytes: [UInt8] = []
            func number(_ name: Int) -> Int {
                if let known = numbers[name] { return known }
                let number = numbers.count
                numbers[name] = number
                nameBytes.appendCounted(text: gathering.names[name])
                return number
            }
            var rest: [UInt8] = []
            NumberColumn.write(times, to: &streams, &rest)
            streams.add(groups.count > 1 ? groupOfRow : [], to: &rest)
            rest.appendVarint(groups.count)
            for group in groups {
                rest.appendVarint(group.count)
                let shared = group.shared < 0 ? [] : gathering.shared[Int(group.shared)]
                rest.appendVarint(shared.count + group.columns.count)
                for field in shared {
                    rest.appendVarint(number(Int(field.name)))
                    rest.append(BlockFormat.Kind.constant)
                    let value = bytes[field.start..<(field.start + Int(field.length))]
                    rest.append(contentsOf: value)
                    summary.add(gathering.names[Int(field.name)], [UnsafeRawBufferPointer(rebasing: value)])
                }
                for column in group.columns {
                    rest.appendVarint(number(column.name))
                    let values = column.encode(bytes, rows: group.count, to: &streams, &rest)
                    summary.add(gathering.names[column.name], values)
                }
            }
            var header: [UInt8] = []
            header.appendVarint(times.count)
            header.appendVarint(numbers.count)
            header += nameBytes
            header += rest
            var data: [UInt8] = [BlockFormat.magic, BlockFormat.version]
            data.appendCounted(zstd.compress(header, level: 3))
            data.append(contentsOf: streams.body)
            return (data, summary.bytes)
        }
    }
}

/// One column of a group while its block is written.
struct ColumnEncoder {
    struct Slot {
        let row: Int32
        let length: Int32
        let start: Int
    }

    let name: Int
    private var slots: [Slot] = []

    init(name: Int) { self.name = name }

    mutating func add(row: Int, _ field: RowGathering.Field) {
        // An event has a name once; of damaged rows the first counts.
        if slots.last?.row == Int32(row) { return }
        slots.append(Slot(row: Int32(row), length: field.length, start: field.start))
    }

    /// - Returns: the distinct values, if they are few.
    func encode(
        _ bytes: UnsafeRawBufferPointer, rows: Int, to streams: inout StreamWriter, _ header: inout [UInt8]
    ) -> [UnsafeRawBufferPointer]? {
        func value(_ slot: Slot) -> UnsafeRawBufferPointer {
            UnsafeRawBufferPointer(rebasing: bytes[slot.start..<(slot.start + Int(slot.length))])
        }
        let isSparse = slots.count < rows
        let distinct = distinct(bytes)
        let tag = slots.first.map { bytes[$0.start] } ?? 0
        let isUniform = slots.allSatisfy { bytes[$0.start] == tag }
        let kind =
            switch distinct {
            case let found? where found.values.count == 1: BlockFormat.Kind.constant
            case .some: BlockFormat.Kind.dictionary
            case nil where isUniform && tag == EventRows.Tag.string: BlockFormat.Kind.text
            case nil where isUniform && (tag == EventRows.Tag.integer || tag == EventRows.Tag.double):
                BlockFormat.Kind.numbers
            case nil: BlockFormat.Kind.values
            }
        header.append(kind | (isSparse ? BlockFormat.Kind.sparse : 0))
        if isSparse {
            header.appendVarint(slots.count)
            var bits = [UInt8](repeating: 0, count: (rows + 7) / 8)
            for slot in slots { bits[Int(slot.row) >> 3] |= 1 << UInt8(slot.row & 7) }
            streams.add(bits, to: &header)
        }
        switch kind {
        case BlockFormat.Kind.constant: header.append(contentsOf: distinct?.values[0] ?? value(slots[0]))
        case BlockFormat.Kind.dictionary:
            header.appendVarint(distinct?.values.count ?? 0)
            for value in distinct?.values ?? [] { header.append(contentsOf: value) }
            streams.add(distinct?.codes ?? [], to: &header)
        case BlockFormat.Kind.text:
            let texts = slots.compactMap { slot -> TextColumnEncoder.Text? in
                var reader = ByteReader(value(slot))
                _ = reader.byte()
                let text = reader.counted()
                guard let start = text.baseAddress ?? bytes.baseAddress else { return nil }
                return TextColumnEncoder.Text(
                    start: start.assumingMemoryBound(to: UInt8.self), count: text.count)
            }
            TextColumnEncoder(texts).write(to: &streams, &header)
        case BlockFormat.Kind.numbers where tag == EventRows.Tag.integer:
            NumberColumn.write(
                slots.map { slot in
                    var reader = ByteReader(value(slot))
                    _ = reader.byte()
                    return reader.zigzag()
                }, to: &streams, &header)
        case BlockFormat.Kind.numbers:
            NumberColumn.write(
                slots.map { slot in
                    var reader = ByteReader(value(slot))
                    _ = reader.byte()
                    return Double(bitPattern: reader.fixed64())
                }, to: &streams, &header)
        default:
            var all: [UInt8] = []
            for slot in slots { all.append(contentsOf: value(slot)) }
            streams.add(all, to: &header)
        }
        return distinct?.values
    }

    /// The distinct values in the order in which they come, and the number of each row's; `nil` where they are many.
    private func distinct(
        _ bytes: UnsafeRawBufferPointer
    ) -> (values: [UnsafeRawBufferPointer], codes: [UInt8])? {
        let most = min(BlockFormat.mostDistinct, max(1, slots.count / 4))
        var values: [UnsafeRawBufferPointer] = []
        var codes = [UInt8](repeating: 0, count: slots.count)
        var table = [Int16](repeating: -1, count: 1_024)
        var last = -1
        for (place, slot) in slots.enumerated() {
            let length = Int(slot.length)
            let value = UnsafeRawBufferPointer(rebasing: bytes[slot.start..<(slot.start + length)])
            if last >= 0, values[last].isEqual(to: value) {
                codes[place] = UInt8(last)
                continue
            }
            var index = Int(truncatingIfNeeded: ByteHash.hash(value)) & 1_023
            while table[index] >= 0, !values[Int(table[index])].isEqual(to: value) {
                index = (index + 1) & 1_023
            }
            if table[index] < 0 {
                if values.count == most { return nil }
                table[index] = Int16(values.count)
                values.append(value)
            }
            last = Int(table[index])
            codes[place] = UInt8(last)
        }
        return values.isEmpty ? nil : (values, codes)
    }
}
