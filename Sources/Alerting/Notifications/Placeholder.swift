internal import ConfigText

/// Tells destinations that stand in documentation from real ones. The former are never contacted.
enum Placeholder {
    /// Why `url` is a placeholder; `nil` if it is not.
    static func reason(url: String) -> String? {
        if let marker = Placeholders.found(in: url) { return "the address is a placeholder (\(marker))" }
        return reason(host: host(of: url))
    }

    /// Why `host`, with or without a port, is a placeholder.
    static func reason(host text: String) -> String? {
        var host = text.lowercased()
        if let colon = host.lastIndex(of: ":"), host[host.index(after: colon)...].allSatisfy(\.isNumber) {
            host = String(host[..<colon])
        }
        if host.hasSuffix(".") { host.removeLast() }
        let reserved = ["example.com", "example.org", "example.net", "example"]
        let isReserved = reserved.contains { host == $0 || host.hasSuffix("." + $0) } || host.hasPrefix("smtp.example.")
        return isReserved ? "\(host) is a placeholder of the documentation" : nil
    }

    /// Why a mail address is a placeholder.
    static func reason(address: String) -> String? {
        guard let at = address.lastIndex(of: "@") else { return nil }
        return reason(host: String(address[address.index(after: at)...]))
    }

    /// The host of a URL, without port and credentials.
    static func host(of url: String) -> String {
        var rest = url[...]
        var index = rest.startIndex
        while index < rest.endIndex {
            if rest[index...].hasPrefix("://") {
                rest = rest[index...].dropFirst(3)
                break
            }
            index = rest.index(after: index)
        }
        let authority = rest.prefix { $0 != "/" && $0 != "?" && $0 != "#" }
        let host = authority.lastIndex(of: "@").map { authority[authority.index(after: $0)...] } ?? authority
        if host.hasPrefix("[") { return String(host.dropFirst().prefix { $0 != "]" }) }
        return String(host.prefix { $0 != ":" })
    }
}
