internal import Base
internal import Model

/// What a caller's span tells of whom it calls, where that one may tell nothing itself.
enum PeerName {
    /// A database by its name; else by what it is.
    case database(ByteSlice)
    /// A name or address.
    case node(ByteSlice)

    /// Looks through the attributes of a caller's span.
    init?(_ row: SpanBatch.Row, _ attributes: UnsafeBufferPointer<SpanBatch.Attribute>, _ bytes: UnsafeRawBufferPointer)
    {
        var system = ByteSlice.empty
        var database = ByteSlice.empty
        var node = ByteSlice.empty
        var rank = Int.max
        for attribute in attributes[row.attributes.range] where attribute.kind == .string && attribute.slice.count > 0 {
            let key = UnsafeRawBufferPointer(rebasing: bytes[attribute.key])
            switch key.count {
            case 9 where key.equals("db.system"), 14 where key.equals("db.system.name"): system = attribute.slice
            case 7 where key.equals("db.name"), 12 where key.equals("db.namespace"): database = attribute.slice
            default:
                guard let found = Self.rank(of: key), found < rank else { continue }
                let name = found >= Self.firstAddress ? Self.host(in: attribute.slice, bytes) : attribute.slice
                if name.count > 0 { (node, rank) = (name, found) }
            }
        }
        if system.count > 0 {
            // Redis' databases have numbers for names, which say nothing.
            let isNumber = bytes[database].allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
            self = .database(isNumber ? system : database)
        } else if node.count > 0 {
            self = .node(node)
        } else {
            return nil
        }
    }

    /// From this rank on values are whole addresses.
    private static let firstAddress = 7

    /// The better a name is, the lower; `nil` for what is none.
    private static func rank(of key: UnsafeRawBufferPointer) -> Int? {
        switch key.count {
        case 12 where key.equals("peer.service"): 0
        case 14 where key.equals("server.address"): 1
        case 13 where key.equals("net.peer.name"): 2
        case 9 where key.equals("http.host"): 3
        case 20 where key.equals("network.peer.address"): 4
        case 18 where key.equals("net.sock.peer.addr"): 5
        case 11 where key.equals("net.peer.ip"): 6
        case 8 where key.equals("url.full"): 7
        case 8 where key.equals("http.url"): 8
        default: nil
        }
    }

    /// The host in an address, without login and port; empty where there is none.
    static func host(in slice: ByteSlice, _ bytes: UnsafeRawBufferPointer) -> ByteSlice {
        let text = bytes[slice]
        guard let colon = text.firstIndex(of: UInt8(ascii: ":")), text[colon...].starts(with: "://".utf8) else {
            return .empty
        }
        var host = text[(colon + 3)...]
        host = host[..<(host.firstIndex { $0 == UInt8(ascii: "/") || $0 == UInt8(ascii: "?") } ?? host.endIndex)]
        if let at = host.lastIndex(of: UInt8(ascii: "@")) { host = host[(at + 1)...] }
        // The colons of an address of IPv6 stand within brackets.
        let port = host.first == UInt8(ascii: "[") ? host.firstIndex(of: UInt8(ascii: "]")).map { $0 + 1 } : nil
        host = host[..<(port ?? host.firstIndex(of: UInt8(ascii: ":")) ?? host.endIndex)]
        return ByteSlice(offset: UInt32(host.startIndex), count: UInt32(host.count))
    }
}

extension UnsafeRawBufferPointer {
    /// The bytes of a slice of a batch.
    subscript(slice: ByteSlice) -> Slice<UnsafeRawBufferPointer> {
        self[Int(slice.offset)..<Int(slice.offset) + Int(slice.count)]
    }

    /// Whether these are the bytes of a text of the same length.
    @inline(__always)
    func equals(_ text: StaticString) -> Bool {
        isEqual(to: UnsafeRawBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
    }
}
