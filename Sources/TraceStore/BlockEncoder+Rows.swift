import Base
import Model

extension BlockEncoder {
    /// Writes the numbers of traces and spans.
    mutating func writeIdentities(
        _ rows: UnsafeBufferPointer<UInt32>, _ cores: UnsafeBufferPointer<SpanGathering.Core>, _ traces: [Int]
    ) {
        var identities = Flat<UInt8>(capacity: traces.count * 16)
        var counts = Flat<UInt8>(capacity: traces.count * 2)
        var spans = Flat<UInt8>(capacity: rows.count * 8)
        var place = 0
        for count in traces {
            let core = cores[Int(rows[place])]
            identities.append(number: core.traceHigh)
            identities.append(number: core.traceLow)
            counts.append(varint: UInt64(count))
            place += count
        }
        for row in rows { spans.append(number: cores[Int(row)].span) }
        streams.add(identities.bytes, to: &body)
        streams.add(counts.bytes, to: &body)
        streams.add(spans.bytes, to: &body)
    }

    /// Writes parents, classes, attributes and times.
    mutating func writeSpans(
        _ gathering: borrowing SpanGathering, _ rows: UnsafeBufferPointer<UInt32>, _ traces: [Int]
    ) {
        let cores = gathering.cores.elements
        var spans = Flat<UInt64>(capacity: rows.count)
        var parents = Flat<UInt64>(capacity: rows.count)
        var starts = Flat<UInt64>(capacity: rows.count)
        var durations = Flat<UInt64>(capacity: rows.count)
        for row in rows {
            let core = cores[Int(row)]
            spans.append(core.span)
            parents.append(core.parent)
            starts.append(UInt64(bitPattern: core.start))
            durations.append(UInt64(bitPattern: core.end &- core.start))
        }
        let found = SpanParents(spans: spans, parents: parents, traces: traces)
        streams.add(found.codes.bytes, to: &body)
        streams.add(found.elsewhere.bytes, to: &body)
        let order = writeRows(gathering.spans, gathering, rows) { encoder, packed in
            encoder.body.append(varint: encoder.text(packed.loadNumber(8)))
            encoder.body.append(varint: encoder.scope(packed.loadNumber(4)))
            encoder.body.append(varint: UInt64(packed.loadNumber(12)))
            encoder.body.append(packed[16] | packed[17] << 3)
        }
        summary?.add(gathering, rows, order, durations)
        let times = SpanTimes.Rows(parents: found.before, traces: traces)
        SpanTimes.encode(
            times, starts: &starts, durations: &durations, first: Int64(bitPattern: starts[0]))
        // Like lies beside like in the order of classes.
        for place in 0..<order.places.count { spans[place] = starts[Int(order.places[place])] }
        numberWriter.write(UnsafeBufferPointer(spans.elements), &streams, &body)
        for place in 0..<order.places.count { spans[place] = durations[Int(order.places[place])] }
        numberWriter.write(UnsafeBufferPointer(spans.elements), &streams, &body)
    }

    /// Writes the events and links of spans.
    mutating func writeEventsAndLinks(_ gathering: borrowing SpanGathering, _ rows: UnsafeBufferPointer<UInt32>) {
        let cores = gathering.cores.elements
        var parts = Flat<UInt32>()
        for row in rows {
            let core = cores[Int(row)]
            for event in 0..<core.events { parts.append(core.firstEvent + event) }
        }
        summary?.isOfEvents = true
        _ = writeRows(gathering.events, gathering, UnsafeBufferPointer(parts.elements)) { encoder, packed in
            let name = packed.loadNumber(4)
            encoder.body.append(varint: encoder.text(name))
            encoder.summary?.addEventName(name)
        }
        parts.removeAll()
        for row in rows {
            let core = cores[Int(row)]
            for link in 0..<core.links { parts.append(core.firstLink + link) }
        }
        summary?.isOfLinks = true
        _ = writeRows(gathering.links, gathering, UnsafeBufferPointer(parts.elements)) { encoder, packed in
            encoder.body.append(varint: encoder.text(packed.loadNumber(4)))
        }
    }

    /// The order of values in columns.
    struct ClassOrder: ~Copyable {
        /// Classes that rows have, by their numbers in the gathering.
        let classes: Flat<UInt32>
        /// How many rows each of them has.
        let counts: Flat<UInt32>
        /// Places of rows, by class.
        let places: Flat<UInt32>
    }

    /// Writes rows with their classes and columns.
    /// - Parameter describe: writes what a class has beside its shape and number of rows.
    private mutating func writeRows(
        _ rows: borrowing ClassedRows, _ gathering: borrowing SpanGathering, _ order: UnsafeBufferPointer<UInt32>,
        _ describe: (inout BlockEncoder, UnsafeRawBufferPointer) -> Void
    ) -> ClassOrder {
        var classes = Flat<UInt32>()
        var counts = Flat<UInt32>()
        var classOfRow = Flat<UInt32>(capacity: order.count)
        var known = Flat<UInt32>(repeating: 0, count: rows.classes.count)
        for row in order {
            let number = Int(rows.classOfRow[Int(row)])
            if known[number] == 0 {
                classes.append(UInt32(number))
                counts.append(0)
                known[number] = UInt32(classes.count)
            }
            let place = known[number] - 1
            classOfRow.append(place)
            counts[Int(place)] += 1
        }
        var next = Flat<UInt32>(capacity: classes.count)
        var total: UInt32 = 0
        for place in 0..<classes.count {
            next.append(total)
            total += counts[place]
        }
        var places = Flat<UInt32>(repeating: 0, count: order.count)
        for place in order.indices {
            let group = Int(classOfRow[place])
            places[Int(next[group])] = UInt32(place)
            next[group] += 1
        }
        let found = ClassOrder(classes: classes, counts: counts, places: places)
        writeColumns(rows, gathering, order, found, describe) { $0.writeClassStream(classOfRow, found.classes.count) }
        return found
    }

    private mutating func writeClassStream(_ classOfRow: borrowing Flat<UInt32>, _ classes: Int) {
        var stream = Flat<UInt8>(capacity: classOfRow.count)
        for place in 0..<classOfRow.count {
            let number = classOfRow[place]
            stream.append(UInt8(truncatingIfNeeded: number))
            if classes > 256 { stream.append(UInt8(truncatingIfNeeded: number >> 8)) }
            if classes > 65_536 {
                stream.append(UInt8(truncatingIfNeeded: number >> 16))
                stream.append(UInt8(truncatingIfNeeded: number >> 24))
            }
        }
        streams.add(stream.bytes, to: &body)
    }

    private mutating func writeColumns(
        _ rows: borrowing ClassedRows, _ gathering: borrowing SpanGathering, _ order: UnsafeBufferPointer<UInt32>,
        _ found: borrowing ClassOrder, _ describe: (inout BlockEncoder, UnsafeRawBufferPointer) -> Void,
        _ writeStream: (inout BlockEncoder) -> Void
    ) {
        // Columns and shapes that rows have, and how many values each column gets.
        var columns: [UInt32] = []
        var columnPlaces = Flat<UInt32>(repeating: 0, count: rows.columns.count)
        var sizes: [Int] = []
        var shapes: [UInt32: (place: Int, columns: [Int])] = [:]
        var shapeOrder: [[Int]] = []
        for place in 0..<found.classes.count {
            let number = rows.shape(ofClass: found.classes[place])
            if shapes[number] == nil {
                let list = rows.columns(ofShape: number).map { column in
                    if columnPlaces[Int(column)] == 0 {
                        columns.append(column)
                        sizes.append(0)
                        columnPlaces[Int(column)] = UInt32(columns.count)
                    }
                    return Int(columnPlaces[Int(column)]) - 1
                }
                shapes[number] = (shapeOrder.count, list)
                shapeOrder.append(list)
            }
            for column in shapes[number]?.columns ?? [] { sizes[column] += Int(found.counts[place]) }
        }
        body.append(varint: UInt64(columns.count))
        for column in columns {
            let (key, kind) = rows.column(column)
            body.append(varint: text(key))
            body.append(kind.rawValue)
        }
        body.append(varint: UInt64(shapeOrder.count))
        for shape in shapeOrder {
            body.append(varint: UInt64(shape.count))
            for column in shape { body.append(varint: UInt64(column)) }
        }
        body.append(varint: UInt64(found.classes.count))
        for place in 0..<found.classes.count {
            let number = found.classes[place]
            body.append(varint: UInt64(shapes[rows.shape(ofClass: number)]?.place ?? 0))
            body.append(varint: UInt64(found.counts[place]))
            describe(&self, rows.classes[number])
        }
        writeStream(&self)
        var ends: [Int] = []
        var total = 0
        for size in sizes {
            ends.append(total)
            total += size
        }
        var values = Flat<UInt64>(repeating: 0, count: total)
        var first = 0
        for place in 0..<found.classes.count {
            let count = Int(found.counts[place])
            let list = shapes[rows.shape(ofClass: found.classes[place])]?.columns ?? []
            for (position, column) in list.enumerated() {
                let end = ends[column]
                for row in 0..<count {
                    let number = Int(order[Int(found.places[first + row])])
                    values[end + row] = rows.values[Int(rows.firstValue[number]) + position]
                }
                ends[column] = end + count
            }
            first += count
        }
        for (place, column) in columns.enumerated() {
            let part = UnsafeBufferPointer(
                rebasing: UnsafeBufferPointer(values.elements)[ends[place] - sizes[place]..<ends[place]])
            let (key, kind) = rows.column(column)
            if kind.isText {
                textWriter.write(part, gathering.strings, &streams, &body)
                summary?.add(texts: textWriter.distinct, of: kind, key: key, gathering.strings)
            } else {
                numberWriter.write(part, areDoubles: kind == .number, &streams, &body)
                summary?.add(numbers: part, of: kind, key: key, gathering.strings)
            }
        }
    }
}

extension UnsafeRawBufferPointer {
    /// Four bytes as a number.
    func loadNumber(_ offset: Int) -> UInt32 {
        UInt32(littleEndian: loadUnaligned(fromByteOffset: offset, as: UInt32.self))
    }
}
