import Base
import Synchronization

/// A database of what is known of addresses, in MaxMind's format, version 2: GeoLite2, GeoIP2, and others of their kind.
///
/// Reads the file as it needs it, and keeps some of it: for a search it may wait for the disk.
///
/// https://maxmind.github.io/MaxMind-DB/
package final class IPDatabase: Sendable {
    /// What the file says of itself.
    package struct Metadata: Sendable {
        /// `GeoLite2-City`.
        package let type: String
        /// In seconds since the Unix epoch.
        package let buildTime: Int64
        /// 4 or 6.
        package let ipVersion: Int
        let nodeCount: Int
        /// Bits of one of the two records of a node.
        let recordSize: Int
    }

    package let metadata: Metadata
    private let pages: IPDatabasePages
    /// Where addresses of IPv4 begin in a tree of IPv6.
    private let fourStart: Int
    private let dataStart: Int

    /// The last answers, by address.
    private let known = Mutex<[IPAddressBytes: Answer]>([:])

    private static let knownMax = 1_000
    private static let marker: [UInt8] = [0xab, 0xcd, 0xef] + Array("MaxMind.com".utf8)
    /// Metadata stand in the last so many bytes.
    private static let metadataMax = 128 << 10
    private static let separatorSize = 16

    package struct Answer: Hashable, Sendable {
        package let value: IPValue
        /// How many leading bits of the address the answer is for.
        package let prefixLength: Int
    }

    /// Opens a file.
    package convenience init(path: String) throws(IPDatabaseError) {
        try self.init(pages: IPDatabasePages(path: path))
    }

    private init(pages: IPDatabasePages) throws(IPDatabaseError) {
        self.pages = pages
        metadata = try Self.metadata(pages)
        let treeSize = metadata.nodeCount * metadata.recordSize / 4
        guard treeSize + Self.separatorSize <= pages.count else {
            throw pages.error("it is shorter than its own tree; download it again")
        }
        dataStart = treeSize + Self.separatorSize
        var node = 0
        if metadata.ipVersion == 6 {
            for _ in 0..<96 where node < metadata.nodeCount {
                node = try Self.child(of: node, 0, pages, metadata.recordSize)
            }
        }
        fourStart = node
    }

    private static func metadata(_ pages: IPDatabasePages) throws(IPDatabaseError) -> Metadata {
        let start = max(0, pages.count - metadataMax)
        let tail = try pages.bytes(at: start, count: pages.count - start)
        var index = tail.count - marker.count
        while index >= 0, !tail[index...].starts(with: marker) { index -= 1 }
        guard index >= 0 else {
            throw pages.error(
                "it is no database of MaxMind's format (.mmdb); one inside of a .tar.gz has to be unpacked")
        }
        var reader = IPValueReader(pages, start: start + index + marker.count, offset: 0)
        let value = try reader.read()
        func integer(_ name: String) -> Int64? { if case .integer(let integer)? = value[name] { integer } else { nil } }
        guard let major = integer("binary_format_major_version"), major == 2 else {
            throw pages.error("its format is not version 2")
        }
        guard let nodeCount = integer("node_count"), let recordSize = integer("record_size"),
            let ipVersion = integer("ip_version"), [24, 28, 32].contains(recordSize), [4, 6].contains(ipVersion),
            (0...Int64(UInt32.max)).contains(nodeCount)
        else { throw pages.error("what it says of itself is damaged; download it again") }
        return Metadata(
            type: value["database_type"]?.asText ?? "", buildTime: integer("build_epoch") ?? 0,
            ipVersion: Int(ipVersion), nodeCount: Int(nodeCount), recordSize: Int(recordSize))
    }

    /// What is known of an address.
    /// - Returns: `nil` if nothing is, or if the text is no address.
    package func answer(for address: String) throws(IPDatabaseError) -> Answer? {
        guard let address = IPAddressBytes(address) else { return nil }
        if let answer = known.withLock({ $0[address] }) { return answer }
        guard let answer = try search(address) else { return nil }
        known.withLock { known in
            if known.count >= Self.knownMax { known.removeAll(keepingCapacity: true) }
            known[address] = answer
        }
        return answer
    }

    private func search(_ address: IPAddressBytes) throws(IPDatabaseError) -> Answer? {
        let isFour = address.bytes.count == 4
        guard isFour || metadata.ipVersion == 6 else { return nil }
        var node = isFour ? fourStart : 0
        var depth = 0
        while node < metadata.nodeCount, depth < address.bytes.count * 8 {
            let bit = Int(address.bytes[depth / 8] >> UInt8(7 - depth % 8)) & 1
            node = try Self.child(of: node, bit, pages, metadata.recordSize)
            depth += 1
        }
        guard node > metadata.nodeCount else { return nil }
        let offset = node - metadata.nodeCount - Self.separatorSize
        guard offset >= 0 else { throw pages.error("its tree points between its parts; download it again") }
        var reader = IPValueReader(pages, start: dataStart, offset: offset)
        return Answer(value: try reader.read(), prefixLength: depth)
    }

    private static func child(
        of node: Int, _ bit: Int, _ pages: IPDatabasePages, _ recordSize: Int
    ) throws(IPDatabaseError) -> Int {
        let size = recordSize / 4
        let bytes = try pages.bytes(at: node * size, count: size)
        func number(_ range: Range<Int>) -> Int { bytes[range].reduce(0) { $0 << 8 | Int($1) } }
        switch recordSize {
        case 24: return bit == 0 ? number(0..<3) : number(3..<6)
        case 28:
            // The middle byte has the highest four bits of both.
            let middle = Int(bytes[3])
            return bit == 0 ? (middle >> 4) << 24 | number(0..<3) : (middle & 15) << 24 | number(4..<7)
        default: return bit == 0 ? number(0..<4) : number(4..<8)
        }
    }
}
