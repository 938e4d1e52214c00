/// Writes columns of strings: each different one, and which of them each row has.
struct TextColumnWriter: ~Copyable {
    /// Numbers in this column plus one, by the strings' own numbers.
    private var places = Flat<UInt32>()
    private(set) var distinct = Flat<UInt32>()
    private var rows = Flat<UInt32>()
    private var lengths = Flat<UInt8>()
    private var content = Flat<UInt8>()
    private var packed = Flat<UInt8>()

    /// - Parameter values: numbers of strings.
    mutating func write(
        _ values: UnsafeBufferPointer<UInt64>, _ strings: borrowing Interner, _ streams: inout StreamWriter,
        _ header: inout Flat<UInt8>
    ) {
        if places.count < strings.count { places.append(repeating: 0, count: strings.count - places.count) }
        distinct.removeAll()
        rows.removeAll()
        for value in values {
            var place = places[Int(value)]
            if place == 0 {
                distinct.append(UInt32(truncatingIfNeeded: value))
                place = UInt32(distinct.count)
                places[Int(value)] = place
            }
            rows.append(place &- 1)
        }
        lengths.removeAll()
        content.removeAll()
        for index in 0..<distinct.count {
            let string = strings[distinct[index]]
            lengths.append(varint: UInt64(string.count))
            content.append(bytes: string)
            places[Int(distinct[index])] = 0
        }
        header.append(varint: UInt64(distinct.count))
        let form = pack()
        header.append(form)
        streams.add(lengths.bytes, to: &header)
        streams.add(content.bytes, to: &header)
        streams.add(packed.bytes, to: &header)
    }

    private mutating func pack() -> UInt8 {
        packed.removeAll()
        if distinct.count <= 1 { return BlockFormat.TextForm.constant }
        if distinct.count == rows.count { return BlockFormat.TextForm.ascending }
        let rows = rows.elements
        if distinct.count <= 256 {
            for row in rows { packed.append(UInt8(truncatingIfNeeded: row)) }
            return BlockFormat.TextForm.oneByte
        }
        let isShort = distinct.count <= 1 << 16
        var before: UInt32 = 0
        for row in rows {
            let difference = row &- before
            before = row
            packed.append(UInt8(truncatingIfNeeded: difference))
            packed.append(UInt8(truncatingIfNeeded: difference &>> 8))
            if !isShort {
                packed.append(UInt8(truncatingIfNeeded: difference &>> 16))
                packed.append(UInt8(truncatingIfNeeded: difference &>> 24))
            }
        }
        return isShort ? BlockFormat.TextForm.twoBytes : BlockFormat.TextForm.fourBytes
    }
}
