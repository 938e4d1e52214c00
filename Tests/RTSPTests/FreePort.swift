import Glibc

enum FreePort {
    struct None: Error {}

    /// A port on 127.0.0.1 that nobody listens on.
    static func find() throws -> Int {
        let listener = try RawListener()
        return listener.port
    }
}

/// A listening socket on 127.0.0.1, for cameras that a test plays itself.
final class RawListener {
    let file: Int32
    let port: Int

    init() throws {
        file = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let file = file
        let isBound = withUnsafeMutablePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(file, $0, length) == 0 && listen(file, 16) == 0 && getsockname(file, $0, &length) == 0
            }
        }
        guard isBound else { throw FreePort.None() }
        port = Int(UInt16(bigEndian: address.sin_port))
    }

    deinit { close(file) }
}
