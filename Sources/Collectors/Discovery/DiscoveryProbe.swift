internal import Foundation
internal import Glibc

/// Asks the local network which cameras there are, by WS-Discovery 1.0 as ONVIF uses it (ONVIF Core Specification,
/// section 7.3; http://schemas.xmlsoap.org/ws/2005/04/discovery).
struct DiscoveryProbe {
    /// A device that answered.
    struct Match: Hashable, Sendable {
        /// Addresses of its device service.
        var addresses: [String]
        /// Names like `onvif://www.onvif.org/name/Front%20door`.
        var scopes: [String]
    }

    static let multicast = "239.255.255.250"
    static let port: UInt16 = 3_702

    /// The request for network video transmitters.
    static func message(id: String) -> String {
        """
        <?xml version="1.0" encoding="UTF-8"?>\
        <e:Envelope xmlns:e="http://www.w3.org/2003/05/soap-envelope" \
        xmlns:w="http://schemas.xmlsoap.org/ws/2004/08/addressing" \
        xmlns:d="http://schemas.xmlsoap.org/ws/2005/04/discovery" \
        xmlns:dn="http://www.onvif.org/ver10/network/wsdl"><e:Header><w:MessageID>uuid:\(id)</w:MessageID>\
        <w:To>urn:schemas-xmlsoap-org:ws:2005:04:discovery</w:To>\
        <w:Action>http://schemas.xmlsoap.org/ws/2005/04/discovery/Probe</w:Action></e:Header>\
        <e:Body><d:Probe><d:Types>dn:NetworkVideoTransmitter</d:Types></d:Probe></e:Body></e:Envelope>
        """
    }

    /// Reads an answer; `nil` where it is none.
    static func match(in text: String) -> Match? {
        guard text.contains("ProbeMatch") else { return nil }
        let addresses = XMLText.contents(of: "XAddrs", in: text).flatMap { $0.split(whereSeparator: \.isWhitespace) }
        guard !addresses.isEmpty else { return nil }
        let scopes = XMLText.contents(of: "Scopes", in: text).flatMap { $0.split(whereSeparator: \.isWhitespace) }
        return Match(addresses: addresses.map(String.init), scopes: scopes.map(String.init))
    }

    /// Sends the request out of every interface, or to one host, and gathers answers. Blocks for `seconds`.
    static func ask(host: String?, seconds: Double) -> [Match] {
        let descriptor = socket(AF_INET, Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { return [] }
        defer { close(descriptor) }
        var (name, port) = (multicast, port)
        if let host {
            let parts = host.split(separator: ":")
            name = parts.first.map(String.init) ?? host
            if parts.count > 1 { port = UInt16(parts[1]) ?? port }
        }
        let request = Array(message(id: UUID().uuidString.lowercased()).utf8)
        let end = ContinuousClock.now + .milliseconds(Int(seconds * 1_000))
        // Datagrams get lost: each is sent twice.
        for _ in 0..<2 {
            for interface in host == nil ? interfaces() : [in_addr()] {
                var interface = interface
                if host == nil {
                    setsockopt(
                        descriptor, Int32(IPPROTO_IP), Int32(IP_MULTICAST_IF), &interface,
                        socklen_t(MemoryLayout<in_addr>.size))
                }
                send(request, over: descriptor, to: name, port)
            }
        }
        var found: [Match] = []
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while ContinuousClock.now < end, found.count < 4_096 {
            var waiting = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
            guard poll(&waiting, 1, 100) > 0 else { continue }
            let count = recv(descriptor, &buffer, buffer.count, 0)
            guard count > 0, let match = match(in: String(decoding: buffer[..<count], as: UTF8.self)) else { continue }
            if !found.contains(where: { $0.addresses == match.addresses }) { found.append(match) }
        }
        return found
    }

    private static func send(_ bytes: [UInt8], over descriptor: Int32, to host: String, _ port: UInt16) {
        var hints = addrinfo()
        hints.ai_family = AF_INET
        hints.ai_socktype = Int32(SOCK_DGRAM.rawValue)
        var found: UnsafeMutablePointer<addrinfo>?
        guard getaddrinfo(host, String(port), &hints, &found) == 0, let address = found else { return }
        defer { freeaddrinfo(found) }
        _ = sendto(descriptor, bytes, bytes.count, 0, address.pointee.ai_addr, address.pointee.ai_addrlen)
    }

    /// The IPv4 addresses of this host's interfaces.
    private static func interfaces() -> [in_addr] {
        var list: UnsafeMutablePointer<ifaddrs>?
        guard getifaddrs(&list) == 0 else { return [] }
        defer { freeifaddrs(list) }
        var result: [in_addr] = []
        var next = list
        while let entry = next {
            next = entry.pointee.ifa_next
            guard let address = entry.pointee.ifa_addr, address.pointee.sa_family == sa_family_t(AF_INET) else {
                continue
            }
            address.withMemoryRebound(to: sockaddr_in.self, capacity: 1) { result.append($0.pointee.sin_addr) }
        }
        return result
    }
}

/// Picks texts out of XML by the local names of elements; enough for the short answers of cameras.
enum XMLText {
    /// The contents of all elements of this local name, with whatever prefix, in the order of the text.
    static func contents(of name: String, in text: String) -> [String] {
        var result: [String] = []
        var rest = text[...]
        while let open = rest.firstIndex(of: "<") {
            rest = rest[rest.index(after: open)...]
            guard let end = rest.firstIndex(of: ">") else { return result }
            let tag = rest[..<end]
            rest = rest[rest.index(after: end)...]
            let qualified = tag.prefix { !$0.isWhitespace && $0 != "/" }
            guard !tag.hasPrefix("/"), !tag.hasSuffix("/"), local(qualified) == name else { continue }
            guard let close = rest.range(of: "</\(qualified)>") else { continue }
            result.append(unescaped(rest[..<close.lowerBound]))
        }
        return result
    }

    /// The values of an attribute of all elements of this local name.
    static func attributes(_ attribute: String, of name: String, in text: String) -> [String] {
        text.split(separator: "<").compactMap { part in
            let tag = part.prefix { $0 != ">" }
            guard local(tag.prefix { !$0.isWhitespace && $0 != "/" }) == name,
                let start = tag.range(of: "\(attribute)=\"")
            else { return nil }
            return unescaped(tag[start.upperBound...].prefix { $0 != "\"" })
        }
    }

    private static func local(_ name: Substring) -> Substring {
        name.lastIndex(of: ":").map { name[name.index(after: $0)...] } ?? name
    }

    private static func unescaped(_ text: Substring) -> String {
        guard text.contains("&") else { return text.trimmingCharacters(in: .whitespacesAndNewlines) }
        return text.replacing("&lt;", with: "<").replacing("&gt;", with: ">").replacing("&quot;", with: "\"")
            .replacing("&apos;", with: "'").replacing("&amp;", with: "&").trimmingCharacters(
                in: .whitespacesAndNewlines)
    }
}
