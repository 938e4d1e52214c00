/// What a DNS record tells of a target.
enum DNSRecord: Sendable, Hashable {
    /// IPv4 with dots or IPv6 with colons.
    case address(String)
    /// Host names are without the dot at their end.
    case service(host: String, port: Int)
    case mailServer(host: String)
    case nameServer(host: String)
}

/// DNS messages (RFC 1035), as far as asking for records goes.
enum DNSMessage {
    /// The question for the records of `name`.
    /// - Throws: ``DiscoveryError`` for what is no name.
    static func question(_ name: String, _ type: DNSRecordType, id: UInt16) throws(DiscoveryError) -> [UInt8] {
        // One question, and the wish that the server asks others for us.
        var bytes: [UInt8] = [UInt8(id >> 8), UInt8(id & 0xff), 1, 0, 0, 1, 0, 0, 0, 0, 0, 0]
        for part in name.split(separator: ".") {
            guard part.utf8.count < 64 else { throw DiscoveryError("\"\(name)\" is no DNS name: a part is too long") }
            bytes.append(UInt8(part.utf8.count))
            bytes += part.utf8
        }
        guard bytes.count > 12, bytes.count < 12 + 255 else { throw DiscoveryError("\"\(name)\" is no DNS name") }
        bytes += [0, UInt8(type.rawValue >> 8), UInt8(type.rawValue & 0xff), 0, 1]
        return bytes
    }

    enum Answer: Equatable {
        case records([DNSRecord])
        /// The answer is too long for a datagram: to be asked for again over TCP.
        case isCut
        /// Not the answer to this question: to be passed over.
        case foreign
    }

    /// - Throws: ``DiscoveryError`` for a damaged message, and where the server says that it failed.
    static func answer(_ bytes: [UInt8], _ type: DNSRecordType, id: UInt16) throws(DiscoveryError) -> Answer {
        var reader = Reader(bytes)
        guard reader.number16() == Int(id) else { return .foreign }
        let flags = reader.number16()
        guard flags & 0x8000 != 0 else { return .foreign }
        if flags & 0x0200 != 0 { return .isCut }
        switch flags & 0xf {
        case 0: break
        // The name does not exist: it has no targets.
        case 3: return .records([])
        default: throw DiscoveryError("the name server answered with code \(flags & 0xf)")
        }
        let questions = reader.number16()
        let answers = reader.number16()
        reader.skip(4)
        for _ in 0..<questions where !reader.hasFailed {
            _ = reader.name()
            reader.skip(4)
        }
        var records: [DNSRecord] = []
        for _ in 0..<answers {
            if let record = record(&reader, type) { records.append(record) }
            if reader.hasFailed { throw DiscoveryError("the name server's answer is damaged") }
        }
        return .records(records)
    }

    /// - Returns: `nil` for a record of another type, as an alias is.
    private static func record(_ reader: inout Reader, _ wanted: DNSRecordType) -> DNSRecord? {
        _ = reader.name()
        let type = reader.number16()
        reader.skip(6)
        let length = reader.number16()
        let end = reader.offset + length
        defer { reader.move(to: end) }
        guard type == Int(wanted.rawValue) else { return nil }
        switch wanted {
        case .a:
            guard length == 4 else { return nil }
            return .address((0..<4).map { _ in "\(reader.byte())" }.joined(separator: "."))
        case .aaaa:
            guard length == 16 else { return nil }
            return .address(shortened((0..<8).map { _ in reader.number16() }))
        case .srv:
            reader.skip(4)
            let port = reader.number16()
            return .service(host: reader.name(), port: port)
        case .mx:
            reader.skip(2)
            return .mailServer(host: reader.name())
        case .ns: return .nameServer(host: reader.name())
        }
    }

    /// An IPv6 address with its longest row of zeros left out (RFC 5952).
    private static func shortened(_ groups: [Int]) -> String {
        var longest = 0..<0
        var start = 0
        while start < 8 {
            var end = start
            while end < 8, groups[end] == 0 { end += 1 }
            if end - start > max(1, longest.count) { longest = start..<end }
            start = max(end, start + 1)
        }
        func text(_ part: some Sequence<Int>) -> String {
            part.map { String($0, radix: 16) }.joined(separator: ":")
        }
        if longest.isEmpty { return text(groups) }
        return text(groups[..<longest.lowerBound]) + "::" + text(groups[longest.upperBound...])
    }

    /// Reads a message; beyond its end there are zeros, and ``hasFailed`` is set.
    private struct Reader {
        private let bytes: [UInt8]
        private(set) var offset = 0
        private(set) var hasFailed = false

        init(_ bytes: [UInt8]) { self.bytes = bytes }

        mutating func byte() -> Int {
            guard offset < bytes.count else {
                hasFailed = true
                return 0
            }
            defer { offset += 1 }
            return Int(bytes[offset])
        }

        mutating func number16() -> Int {
            let high = byte()
            return high << 8 | byte()
        }

        mutating func skip(_ count: Int) { move(to: offset + count) }

        mutating func move(to place: Int) {
            if place > bytes.count { hasFailed = true }
            offset = min(place, bytes.count)
        }

        /// A name, parts of which may stand elsewhere in the message.
        mutating func name() -> String {
            var parts: [String] = []
            var back: Int?
            // Each jump goes on elsewhere; a ring of them ends with the count.
            for _ in 0..<128 {
                let length = byte()
                if length == 0 { break }
                if length & 0xc0 == 0xc0 {
                    let place = (length & 0x3f) << 8 | byte()
                    back = back ?? offset
                    move(to: place)
                } else {
                    parts.append(String(decoding: (0..<length).map { _ in UInt8(byte()) }, as: UTF8.self))
                }
                if hasFailed { break }
            }
            if let back { offset = back }
            return parts.joined(separator: ".")
        }
    }
}
