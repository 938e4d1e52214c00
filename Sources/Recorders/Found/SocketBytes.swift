internal import Glibc

/// Bytes that arrived over TCP sockets, asked of the kernel over NETLINK_SOCK_DIAG: a recorder's bitrate without a
/// session of our own. Formats: `linux/inet_diag.h`, `linux/tcp.h`.
package enum SocketBytes {
    private static let messageHeader = 16
    private static let diagMessage = 72
    private static let diagInfo: UInt16 = 2
    /// Where `tcpi_bytes_received` stands in `struct tcp_info`.
    private static let receivedOffset = 128

    /// By socket inode, bytes received since the connection began; empty where the kernel does not answer.
    package static func received() -> [UInt32: UInt64] {
        var all: [UInt32: UInt64] = [:]
        for family in [UInt8(AF_INET), UInt8(AF_INET6)] { all.merge(received(family)) { $1 } }
        return all
    }

    private static func received(_ family: UInt8) -> [UInt32: UInt64] {
        let descriptor = socket(AF_NETLINK, Int32(SOCK_RAW.rawValue | SOCK_CLOEXEC.rawValue), 4)
        guard descriptor >= 0 else { return [:] }
        defer { close(descriptor) }
        var limit = timeval(tv_sec: 1, tv_usec: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
        guard request(family).withUnsafeBytes({ send(descriptor, $0.baseAddress, $0.count, 0) }) > 0 else { return [:] }
        var result: [UInt32: UInt64] = [:]
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = recv(descriptor, &buffer, buffer.count, 0)
            guard count > 0, read(buffer[..<count], into: &result) else { return result }
        }
    }

    private static func request(_ family: UInt8) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: messageHeader + 56)
        bytes[0] = UInt8(bytes.count)
        bytes[4] = 20  // SOCK_DIAG_BY_FAMILY
        bytes[6] = 0x01  // NLM_F_REQUEST
        bytes[7] = 0x03  // NLM_F_DUMP
        bytes[messageHeader] = family
        bytes[messageHeader + 1] = UInt8(IPPROTO_TCP)
        bytes[messageHeader + 2] = 1 << (UInt8(diagInfo) - 1)
        // Established connections and those that only the other side has closed.
        bytes[messageHeader + 4] = 1 << 1
        bytes[messageHeader + 5] = 1 << 0
        return bytes
    }

    /// Whether more is to come.
    private static func read(_ bytes: ArraySlice<UInt8>, into result: inout [UInt32: UInt64]) -> Bool {
        var position = 0
        bytes.withUnsafeBytes { raw in
            while position + messageHeader <= raw.count {
                let length = Int(raw.loadUnaligned(fromByteOffset: position, as: UInt32.self))
                let type = raw.loadUnaligned(fromByteOffset: position + 4, as: UInt16.self)
                guard length >= messageHeader, position + length <= raw.count, type == 20 else {
                    position = -1
                    return
                }
                let inode = raw.loadUnaligned(fromByteOffset: position + messageHeader + 68, as: UInt32.self)
                var attribute = position + messageHeader + diagMessage
                while attribute + 4 <= position + length {
                    let size = Int(raw.loadUnaligned(fromByteOffset: attribute, as: UInt16.self))
                    let kind = raw.loadUnaligned(fromByteOffset: attribute + 2, as: UInt16.self)
                    if size < 4 { break }
                    if kind == diagInfo, size >= 4 + receivedOffset + 8 {
                        result[inode] = raw.loadUnaligned(
                            fromByteOffset: attribute + 4 + receivedOffset, as: UInt64.self)
                    }
                    attribute += (size + 3) & ~3
                }
                position += (length + 3) & ~3
            }
        }
        return position >= 0
    }
}
