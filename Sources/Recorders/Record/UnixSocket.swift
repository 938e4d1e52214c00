internal import Glibc

/// A socket file: where a record process listens and the server connects.
enum UnixSocket {
    struct Failed: Error, CustomStringConvertible {
        let description: String
    }

    /// The longest path that the kernel takes.
    static let longestPath = 107

    static func listen(at path: String) throws(Failed) -> Int32 {
        unlink(path)
        let descriptor = try make(path)
        let bound = withAddress(path) { bind(descriptor, $0, $1) }
        guard bound == 0, chmod(path, 0o600) == 0, Glibc.listen(descriptor, 4) == 0 else {
            let reason = String(cString: strerror(errno))
            close(descriptor)
            throw Failed(description: "cannot listen at \(path): \(reason)")
        }
        ChildProcess.makeNonBlocking(descriptor)
        return descriptor
    }

    /// A connection, or `nil` where nobody listens.
    static func connect(to path: String) throws(Failed) -> Int32? {
        let descriptor = try make(path)
        let connected = withAddress(path) { Glibc.connect(descriptor, $0, $1) }
        guard connected == 0 else {
            close(descriptor)
            return nil
        }
        ChildProcess.makeNonBlocking(descriptor)
        return descriptor
    }

    private static func make(_ path: String) throws(Failed) -> Int32 {
        guard path.utf8.count <= longestPath else {
            throw Failed(description: "the path of a socket is too long (\(path)); choose a shorter --data")
        }
        let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else {
            throw Failed(description: "cannot make a socket: \(String(cString: strerror(errno)))")
        }
        return descriptor
    }

    private static func withAddress(
        _ path: String, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Int32
    ) -> Int32 {
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8.prefix(longestPath)) }
        return withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                body($0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
    }
}

/// Bytes that wait to be written to a descriptor, and lines that are read from it.
struct LineChannel {
    let descriptor: Int32
    private var output: [UInt8] = []
    private var input: [UInt8] = []
    /// A peer that does not read is given up beyond this.
    private static let capacity = 4 << 20

    init(_ descriptor: Int32) { self.descriptor = descriptor }

    var isWriting: Bool { !output.isEmpty }

    /// Whether the peer still takes what it is sent.
    mutating func send(_ bytes: some Sequence<UInt8>) -> Bool {
        output.append(contentsOf: bytes)
        return flush() && output.count <= Self.capacity
    }

    /// Whether the connection stands.
    mutating func flush() -> Bool {
        while !output.isEmpty {
            let count = output.withUnsafeBytes { Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
            if count < 0 { return errno == EAGAIN || errno == EINTR }
            output.removeFirst(count)
        }
        return true
    }

    /// The lines that have come, or `nil` once the peer is gone.
    mutating func readLines() -> [ArraySlice<UInt8>]? {
        var chunk = [UInt8](repeating: 0, count: 65_536)
        var isOpen = true
        while true {
            let count = read(descriptor, &chunk, chunk.count)
            if count > 0 {
                input.append(contentsOf: chunk[..<count])
                if input.count > Self.capacity { return nil }
                if count < chunk.count { break }
                continue
            }
            isOpen = count < 0 && (errno == EAGAIN || errno == EINTR)
            break
        }
        var lines: [ArraySlice<UInt8>] = []
        var start = 0
        while let end = input[start...].firstIndex(of: UInt8(ascii: "\n")) {
            lines.append(input[start..<end])
            start = end + 1
        }
        input.removeFirst(start)
        return isOpen || !lines.isEmpty ? lines : nil
    }
}
