internal import Glibc

/// Addresses on 127.0.0.1.
enum LoopbackAddress {
    static func make(port: UInt16) -> sockaddr_in {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        return address
    }

    static func bind(_ file: Int32, port: UInt16) -> Bool {
        var address = make(port: port)
        return withUnsafeBytes(of: &address) { bytes in
            guard let base = bytes.baseAddress else { return false }
            return Glibc.bind(file, base.assumingMemoryBound(to: sockaddr.self), socklen_t(bytes.count)) == 0
        }
    }

    static func port(of file: Int32) -> UInt16? {
        var address = sockaddr_in()
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let result = withUnsafeMutableBytes(of: &address) { bytes -> Int32 in
            guard let base = bytes.baseAddress else { return -1 }
            return getsockname(file, base.assumingMemoryBound(to: sockaddr.self), &length)
        }
        return result == 0 ? UInt16(bigEndian: address.sin_port) : nil
    }
}

/// Two UDP sockets with neighbouring ports, the first one even: RTP and RTCP of all sessions (RFC 3550, section 11).
final class DatagramPair {
    private let media: Int32
    private let control: Int32
    let ports: (UInt16, UInt16)

    /// `nil` when no two such ports are to be had.
    init?() {
        let kind = Int32(SOCK_DGRAM.rawValue) | O_NONBLOCK | O_CLOEXEC
        for _ in 0..<50 {
            let port = UInt16.random(in: 10_000...30_000) * 2
            let first = socket(AF_INET, kind, 0)
            let second = socket(AF_INET, kind, 0)
            if LoopbackAddress.bind(first, port: port), LoopbackAddress.bind(second, port: port + 1) {
                (media, control, ports) = (first, second, (port, port + 1))
                return
            }
            for file in [first, second] where file >= 0 { close(file) }
        }
        return nil
    }

    deinit {
        close(media)
        close(control)
    }

    /// What cannot be sent at once is lost, as on any network.
    func send(_ packet: [UInt8], isControl: Bool, to port: UInt16) {
        var address = LoopbackAddress.make(port: port)
        withUnsafeBytes(of: &address) { bytes in
            guard let base = bytes.baseAddress else { return }
            _ = packet.withUnsafeBytes {
                sendto(
                    isControl ? control : media, $0.baseAddress, $0.count, 0,
                    base.assumingMemoryBound(to: sockaddr.self), socklen_t(bytes.count))
            }
        }
    }
}
