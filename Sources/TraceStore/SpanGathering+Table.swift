import Model

extension SpanGathering {
    /// Adds all spans of a batch or block, column by column.
    mutating func add(_ table: SpanTable) throws {
        var texts = Flat<UInt32>(capacity: table.texts.count)
        for text in table.texts {
            var text = text
            texts.append(text.withUTF8 { strings.number(of: UnsafeRawBufferPointer($0)) })
        }
        var scopes: [UInt32] = []
        for scope in table.scopes {
            var packed = Flat<UInt8>()
            pack(table.resources[scope.resource].attributes, &packed)
            let resource = resources.number(of: packed.bytes)
            packed.removeAll()
            packed.append(number: resource)
            packed.append(number: number(of: scope.name))
            packed.append(number: number(of: scope.version))
            pack(scope.attributes, &packed)
            scopes.append(self.scopes.number(of: packed.bytes))
        }
        let firstEvent = UInt32(events.count)
        let firstLink = UInt32(links.count)
        try Self.add(table.spans, &spans, &strings, texts, &scratch) { found, packed in
            packed.append(number: scopes[found.scope])
            packed.append(number: texts[found.name])
            packed.append(number: found.flags)
            packed.append(found.kind)
            packed.append(found.status)
        }
        try Self.add(table.events, &events, &strings, texts, &scratch) { found, packed in
            packed.append(number: texts[found.name])
        }
        try Self.add(table.links, &links, &strings, texts, &scratch) { found, packed in
            packed.append(number: texts[found.name])
        }
        try addCores(table, firstEvent: firstEvent, firstLink: firstLink)
    }

    private mutating func addCores(_ table: SpanTable, firstEvent: UInt32, firstLink: UInt32) throws {
        let identities = try table.identities()
        let numbers = try table.numbers()
        let parents = try table.parents().numbers
        let (starts, durations) = try table.times()
        let events = try table.firstParts(.eventCount, table.events)
        let links = try table.firstParts(.linkCount, table.links)
        var row = 0
        for (trace, count) in zip(identities, table.traces) {
            for place in row..<row + count {
                cores.append(
                    Core(
                        traceHigh: trace.high, traceLow: trace.low, span: numbers[place], parent: parents[place],
                        start: starts[place], end: starts[place] &+ durations[place],
                        firstEvent: firstEvent + UInt32(events[place]),
                        events: UInt32(events[place + 1] - events[place]),
                        firstLink: firstLink + UInt32(links[place]), links: UInt32(links[place + 1] - links[place])))
            }
            row += count
        }
    }

    private mutating func number(of text: String) -> UInt32 {
        var text = text
        return text.withUTF8 { strings.number(of: UnsafeRawBufferPointer($0)) }
    }

    private mutating func pack(_ attributes: [SpanAttribute], _ packed: inout Flat<UInt8>) {
        for attribute in attributes {
            packed.append(number: number(of: attribute.key))
            let (kind, value): (ColumnKind, UInt64) =
                switch attribute.value {
                case .string(let text): (.string, UInt64(number(of: text)))
                case .json(let text): (.json, UInt64(number(of: text)))
                case .bytes(let bytes): (.bytes, UInt64(bytes.withUnsafeBytes { strings.number(of: $0) }))
                case .boolean(let flag): (.boolean, flag ? 1 : 0)
                case .integer(let number): (.integer, UInt64(bitPattern: number))
                case .number(let number): (.number, number.bitPattern)
                }
            packed.append(kind.rawValue)
            packed.append(number: value)
        }
    }

    /// Adds the rows of a table to others of their kind.
    /// - Parameter pack: adds what a class has beside its shape.
    private static func add(
        _ table: RowTable, _ rows: inout ClassedRows, _ strings: inout Interner, _ texts: borrowing Flat<UInt32>,
        _ scratch: inout Flat<UInt8>, _ pack: (RowTable.RowClass, inout Flat<UInt8>) -> Void
    ) throws {
        var columns: [UInt32] = []
        for column in table.columns { columns.append(rows.column(texts[column.key], column.kind)) }
        var classes: [UInt32] = []
        for found in table.classes {
            scratch.removeAll()
            for column in table.shapes[found.shape] { scratch.append(number: columns[column]) }
            let shape = rows.shapes.number(of: scratch.bytes)
            scratch.removeAll()
            scratch.append(number: shape)
            pack(found, &scratch)
            classes.append(rows.classes.number(of: scratch.bytes))
        }
        let classOfRow = try table.classOfRow()
        let firstRow = rows.count
        var next = rows.values.count
        for number in classOfRow {
            rows.classOfRow.append(classes[Int(number)])
            rows.firstValue.append(UInt32(truncatingIfNeeded: next))
            next += table.shapes[table.classes[Int(number)].shape].count
        }
        rows.values.append(repeating: 0, count: next - rows.values.count)
        let byClass = try table.rowsByClass()
        var values: [[UInt64]] = []
        for column in table.columns { values.append(try Self.values(column, &strings)) }
        var first = 0
        for (number, found) in table.classes.enumerated() {
            for (position, place) in table.shapes[found.shape].enumerated() {
                let begin = table.firstValues[number][position]
                values[place].withUnsafeBufferPointer { values in
                    for rank in 0..<found.rows {
                        let row = firstRow + Int(byClass[first + rank])
                        rows.values[Int(rows.firstValue[row]) + position] = values[begin + rank]
                    }
                }
            }
            first += found.rows
        }
    }

    /// The values of a column, strings by their numbers here.
    private static func values(_ column: BlockColumn, _ strings: inout Interner) throws -> [UInt64] {
        guard column.kind.isText else { return try column.numbers() }
        let texts = try column.texts()
        var numbers: [UInt64] = []
        numbers.reserveCapacity(texts.count)
        for place in 0..<texts.count {
            numbers.append(UInt64(texts.withString(place) { strings.number(of: $0) }))
        }
        guard let rows = texts.rows else {
            return [UInt64](repeating: numbers.first ?? 0, count: column.count)
        }
        return rows.map { numbers[Int($0)] }
    }
}
