#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Addresses that the condition `network` means: a name (`private`), or a range (`10.0.0.0/8`).
package struct NetworkRange: Sendable, Hashable {
    /// In network order: 4 bytes, or 16 of IPv6.
    private struct Block: Sendable, Hashable {
        let bytes: [UInt8]
        let bits: Int

        func contains(_ address: [UInt8]) -> Bool {
            guard address.count == bytes.count else { return false }
            let whole = bits / 8
            guard address[..<whole].elementsEqual(bytes[..<whole]) else { return false }
            let rest = bits % 8
            return rest == 0 || (address[whole] ^ bytes[whole]) >> UInt8(8 - rest) == 0
        }
    }

    private let blocks: [Block]
    private let isInverted: Bool

    private static let names: [String: (ranges: [String], isInverted: Bool)] = [
        "loopback": (["127.0.0.0/8", "::1/128"], false),
        "private": (["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "fc00::/7"], false),
        "public": (
            [
                "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "fc00::/7", "127.0.0.0/8", "::1/128", "0.0.0.0/32",
                "::/128", "169.254.0.0/16", "fe80::/10", "224.0.0.0/4", "ff00::/8", "255.255.255.255/32",
            ], true
        ),
        "multicast": (["224.0.0.0/4", "ff00::/8"], false),
        "interface_local_multicast": (["ff01::/16"], false),
        "link_local_multicast": (["224.0.0.0/24", "ff02::/16"], false),
        "link_local_unicast": (["169.254.0.0/16", "fe80::/10"], false),
        "unicast": (
            [
                "224.0.0.0/4", "ff00::/8", "127.0.0.0/8", "::1/128", "0.0.0.0/32", "::/128", "169.254.0.0/16",
                "fe80::/10", "255.255.255.255/32",
            ], true
        ),
        "global_unicast": (
            [
                "224.0.0.0/4", "ff00::/8", "127.0.0.0/8", "::1/128", "0.0.0.0/32", "::/128", "169.254.0.0/16",
                "fe80::/10", "255.255.255.255/32",
            ], true
        ),
        "unspecified": (["0.0.0.0/32", "::/128"], false),
    ]

    /// The range of a name or of CIDR notation; `nil` where the text is neither.
    package init?(_ text: String) {
        let named = NetworkRange.names[text]
        blocks = (named?.ranges ?? [text]).compactMap(NetworkRange.block)
        isInverted = named?.isInverted ?? false
        if blocks.isEmpty { return nil }
    }

    private static func block(_ text: String) -> Block? {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard let address = parts.first.flatMap({ address(String($0)) }), parts.count <= 2 else { return nil }
        let most = address.count * 8
        guard parts.count == 2 else { return nil }
        guard let bits = Int(parts[1]), (0...most).contains(bits) else { return nil }
        return Block(bytes: address, bits: bits)
    }

    /// The bytes of an address; `nil` where the text is none.
    static func address(_ text: String) -> [UInt8]? {
        var four = in_addr()
        if inet_pton(AF_INET, text, &four) == 1 { return withUnsafeBytes(of: &four) { Array($0) } }
        var six = in6_addr()
        guard inet_pton(AF_INET6, text, &six) == 1 else { return nil }
        let bytes = withUnsafeBytes(of: &six) { Array($0) }
        // An address of IPv4 in one of IPv6.
        let isMapped = bytes[..<10].allSatisfy { $0 == 0 } && bytes[10] == 255 && bytes[11] == 255
        return isMapped ? Array(bytes[12...]) : bytes
    }

    func contains(_ address: [UInt8]) -> Bool { blocks.contains { $0.contains(address) } != isInverted }
}
