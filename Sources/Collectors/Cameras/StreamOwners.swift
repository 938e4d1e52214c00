internal import Recorders

/// Which configured camera an address is of: its own, or one at which a gateway gives its stream on.
struct StreamOwners {
    private var byAddress: [String: CameraSettings] = [:]
    /// By addresses of gateways that are written without a query: gateways are asked with one for a part of a stream, as
    /// `?video` of go2rtc.
    private var byPath: [String: CameraSettings] = [:]

    /// - Parameter cameras: of two with one address the first has it.
    init(_ cameras: [CameraSettings]) {
        for camera in cameras {
            for address in [camera.url].compactMap(\.self) + camera.restreams {
                let key = Self.key(ofURL: address)
                if byAddress[key] == nil { byAddress[key] = camera }
            }
            for key in camera.restreams.map({ Self.key(ofURL: $0) }) where !key.contains("?") && byPath[key] == nil {
                byPath[key] = camera
            }
        }
    }

    /// - Parameter identity: ``CameraName/identity(ofURL:)`` of what a recorder reads.
    subscript(identity identity: String) -> CameraSettings? {
        let key = Self.withOneHostName(identity)
        return byAddress[key] ?? byPath[String(key.prefix { $0 != "?" })]
    }

    /// Equal for addresses of one stream, whoever logs in.
    static func key(ofURL url: String) -> String { withOneHostName(CameraName.identity(ofURL: url)) }

    /// A gateway on this host is called by several names.
    private static func withOneHostName(_ identity: String) -> String {
        guard let start = identity.firstRange(of: "://")?.upperBound else { return identity }
        let place = identity[start...].prefix { !"/?".contains($0) }
        let bracket = place.hasPrefix("[") ? place.firstIndex(of: "]") : nil
        let host = bracket.map { place[...$0] } ?? place.prefix { $0 != ":" }
        guard host == "localhost" || host == "[::1]" || isLoopback(host) else { return identity }
        return identity[..<start] + "localhost" + identity[host.endIndex...]
    }

    private static func isLoopback(_ host: Substring) -> Bool {
        let parts = host.split(separator: ".", omittingEmptySubsequences: false)
        return parts.count == 4 && parts[0] == "127" && parts.allSatisfy { UInt8($0) != nil }
    }
}
