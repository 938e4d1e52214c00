import Foundation

@testable import LogPipeline

/// Writes databases of addresses in MaxMind's format.
struct DatabaseWriter {
    var type = "Test-City"
    var ipVersion = 6
    var recordSize = 24
    var formatVersion = 2
    /// Networks in CIDR notation, with what is known of them.
    var networks: [(network: String, value: IPValue)] = []
    /// Whether texts that came before are pointed at.
    var usesPointers = true

    private final class Node {
        var children: [Node?] = [nil, nil]
        var value: Int?
    }

    func bytes() -> [UInt8] {
        let root = Node()
        var data: [UInt8] = []
        var written: [String: Int] = [:]
        for (network, value) in networks {
            let parts = network.split(separator: "/")
            guard let address = IPAddressBytes(String(parts[0])), var length = Int(parts[1]) else { continue }
            var bytes = address.bytes
            if bytes.count == 4, ipVersion == 6 {
                bytes = [UInt8](repeating: 0, count: 12) + bytes
                length += 96
            }
            var node = root
            for bit in 0..<length {
                let side = Int(bytes[bit / 8] >> UInt8(7 - bit % 8)) & 1
                let next = node.children[side] ?? Node()
                node.children[side] = next
                node = next
            }
            node.value = data.count
            write(value, to: &data, &written)
        }
        var nodes: [ObjectIdentifier: Int] = [:]
        var order: [Node] = []
        func number(_ node: Node) {
            guard node.value == nil else { return }
            nodes[ObjectIdentifier(node)] = order.count
            order.append(node)
            for child in node.children.compactMap(\.self) { number(child) }
        }
        number(root)
        var tree: [UInt8] = []
        for node in order {
            let records = node.children.map { child -> Int in
                guard let child else { return order.count }
                if let value = child.value { return order.count + 16 + value }
                return nodes[ObjectIdentifier(child)] ?? order.count
            }
            append(records, to: &tree)
        }
        var metadata: [UInt8] = []
        var none: [String: Int] = [:]
        write(
            .fields([
                "binary_format_major_version": .integer(Int64(formatVersion)),
                "binary_format_minor_version": .integer(0),
                "build_epoch": .integer(1_795_672_800), "database_type": .text(type),
                "ip_version": .integer(Int64(ipVersion)), "languages": .list([.text("en")]),
                "node_count": .integer(Int64(order.count)), "record_size": .integer(Int64(recordSize)),
            ]), to: &metadata, &none)
        let marker: [UInt8] = [0xab, 0xcd, 0xef] + Array("MaxMind.com".utf8)
        return tree + [UInt8](repeating: 0, count: 16) + data + marker + metadata
    }

    private func append(_ records: [Int], to tree: inout [UInt8]) {
        func bytes(_ value: Int, _ count: Int) -> [UInt8] {
            (0..<count).reversed().map { UInt8(truncatingIfNeeded: value >> ($0 * 8)) }
        }
        switch recordSize {
        case 24: tree += bytes(records[0], 3) + bytes(records[1], 3)
        case 28:
            let middle = UInt8((records[0] >> 24) << 4 | records[1] >> 24)
            tree += bytes(records[0], 3) + [middle] + bytes(records[1], 3)
        default: tree += bytes(records[0], 4) + bytes(records[1], 4)
        }
    }

    private func head(_ kind: Int, _ size: Int, to data: inout [UInt8]) {
        let field = size < 29 ? size : size < 285 ? 29 : size < 65_821 ? 30 : 31
        data.append(UInt8((kind < 8 ? kind : 0) << 5 | field))
        if kind > 7 { data.append(UInt8(kind - 7)) }
        if field == 29 { data.append(UInt8(size - 29)) }
        if field == 30 { data += [UInt8((size - 285) >> 8), UInt8((size - 285) & 255)] }
        if field == 31 { data += [16, 8, 0].map { UInt8((size - 65_821) >> $0 & 255) } }
    }

    private func write(_ value: IPValue, to data: inout [UInt8], _ written: inout [String: Int]) {
        switch value {
        case .text(let text):
            if usesPointers, let place = written[text] {
                if place < 2_048 {
                    data += [UInt8(1 << 5 | place >> 8), UInt8(place & 255)]
                } else {
                    let rest = place - 2_048
                    data += [UInt8(1 << 5 | 1 << 3 | rest >> 16), UInt8(rest >> 8 & 255), UInt8(rest & 255)]
                }
                return
            }
            written[text] = data.count
            head(2, text.utf8.count, to: &data)
            data += Array(text.utf8)
        case .integer(let integer) where integer < 0:
            head(8, 4, to: &data)
            data += [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: integer >> $0) }
        case .integer(let integer):
            let bytes = stride(from: 56, through: 0, by: -8).map { UInt8(truncatingIfNeeded: integer >> $0) }
                .drop { $0 == 0 }
            head(bytes.count <= 2 ? 5 : bytes.count <= 4 ? 6 : 9, bytes.count, to: &data)
            data += bytes
        case .number(let number):
            head(3, 8, to: &data)
            data += stride(from: 56, through: 0, by: -8).map {
                UInt8(truncatingIfNeeded: number.bitPattern >> UInt64($0))
            }
        case .flag(let flag): head(14, flag ? 1 : 0, to: &data)
        case .bytes(let bytes):
            head(4, bytes.count, to: &data)
            data += bytes
        case .list(let list):
            head(11, list.count, to: &data)
            for item in list { write(item, to: &data, &written) }
        case .fields(let fields):
            head(7, fields.count, to: &data)
            for (name, item) in fields.sorted(by: { $0.key < $1.key }) {
                write(.text(name), to: &data, &written)
                write(item, to: &data, &written)
            }
        }
    }

    /// Writes the file into a folder of its own, which goes away with the test.
    func withFile<Result>(_ body: (String) throws -> Result) throws -> Result {
        try Self.withFile(bytes(), body)
    }

    static func withFile<Result>(_ bytes: [UInt8], _ body: (String) throws -> Result) throws -> Result {
        let path = FileManager.default.temporaryDirectory.appending(path: "addresses-\(UUID().uuidString).mmdb")
        try Data(bytes).write(to: path)
        defer { try? FileManager.default.removeItem(at: path) }
        return try body(path.path())
    }
}
