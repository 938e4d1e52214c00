/// Reads values of the data section of MaxMind's format.
///
/// https://maxmind.github.io/MaxMind-DB/
struct IPValueReader {
    let pages: IPDatabasePages
    /// Where pointers count from, in bytes from the file's beginning.
    let start: Int

    /// Of all values of one record; those of MaxMind have some hundred.
    private static let valuesMax = 20_000
    private static let bytesMax = 1 << 20
    private static let depthMax = 32

    private var position: Int
    private var values = 0
    private var bytes = 0

    /// - Parameter offset: where the value stands, from `start`.
    init(_ pages: IPDatabasePages, start: Int, offset: Int) {
        self.pages = pages
        self.start = start
        position = start + offset
    }

    private enum Kind: Int {
        case pointer = 1
        case text, double, bytes, uint16, uint32, map, int32, uint64, uint128, array, container, end, boolean, float
    }

    mutating func read() throws(IPDatabaseError) -> IPValue { try read(depth: 0) }

    private mutating func read(depth: Int) throws(IPDatabaseError) -> IPValue {
        values += 1
        guard depth <= Self.depthMax, values <= Self.valuesMax else {
            throw pages.error("a record has too many values in one another; download it again", at: position)
        }
        let (kind, size) = try head()
        switch kind {
        case .pointer:
            let after = position
            position = start + size
            let (target, _) = try head()
            guard target != .pointer else { throw pages.error("a pointer points to a pointer", at: position) }
            position = start + size
            let value = try read(depth: depth + 1)
            position = after
            return value
        case .text: return .text(String(decoding: try take(size), as: UTF8.self))
        case .bytes: return .bytes(try take(size))
        case .uint16, .uint32, .uint64, .uint128: return try unsigned(size)
        case .int32:
            guard size <= 4 else { throw pages.error("a number has \(size) bytes", at: position) }
            let value = try take(size).reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
            return .integer(Int64(Int32(bitPattern: value)))
        case .double:
            guard size == 8 else { throw pages.error("a number has \(size) bytes", at: position) }
            return .number(Double(bitPattern: try take(8).reduce(UInt64(0)) { $0 << 8 | UInt64($1) }))
        case .float:
            guard size == 4 else { throw pages.error("a number has \(size) bytes", at: position) }
            return .number(Double(Float(bitPattern: try take(4).reduce(UInt32(0)) { $0 << 8 | UInt32($1) })))
        case .boolean: return .flag(size != 0)
        case .array:
            var list: [IPValue] = []
            for _ in 0..<size { list.append(try read(depth: depth + 1)) }
            return .list(list)
        case .map:
            var fields: [String: IPValue] = [:]
            for _ in 0..<size {
                guard case .text(let name) = try read(depth: depth + 1) else {
                    throw pages.error("a field has no text for its name", at: position)
                }
                fields[name] = try read(depth: depth + 1)
            }
            return .fields(fields)
        case .container, .end: throw pages.error("a value of a kind that stands in no record", at: position)
        }
    }

    /// The kind of a value, and its size in bytes or items; of a pointer where it points.
    private mutating func head() throws(IPDatabaseError) -> (Kind, size: Int) {
        let control = Int(try take(1)[0])
        var number = control >> 5
        if number == 1 {
            let length = control >> 3 & 3
            let high = length == 3 ? 0 : control & 7
            let base = [0, 2_048, 526_336, 0][length]
            return (.pointer, try take(length + 1).reduce(high) { $0 << 8 | Int($1) } + base)
        }
        if number == 0 { number = Int(try take(1)[0]) + 7 }
        guard let kind = Kind(rawValue: number), kind != .pointer else {
            throw pages.error("a value of an unknown kind, \(number)", at: position)
        }
        var size = control & 31
        if size > 28 {
            let base = [29, 285, 65_821][size - 29]
            size = try take(size - 28).reduce(0) { $0 << 8 | Int($1) } + base
        }
        return (kind, size)
    }

    private mutating func unsigned(_ size: Int) throws(IPDatabaseError) -> IPValue {
        guard size <= 16 else { throw pages.error("a number has \(size) bytes", at: position) }
        let digits = try take(size).drop { $0 == 0 }
        if digits.count < 8 || digits.count == 8 && digits[digits.startIndex] < 128 {
            return .integer(digits.reduce(0) { $0 << 8 | Int64($1) })
        }
        return .number(digits.reduce(0.0) { $0 * 256 + Double($1) })
    }

    private mutating func take(_ count: Int) throws(IPDatabaseError) -> [UInt8] {
        bytes += count
        guard bytes <= Self.bytesMax else {
            throw pages.error("a record has more than \(Self.bytesMax) bytes; download it again", at: position)
        }
        let taken = try pages.bytes(at: position, count: count)
        position += count
        return taken
    }
}
