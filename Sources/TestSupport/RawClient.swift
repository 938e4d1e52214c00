internal import Glibc

/// A connection whose bytes the test writes itself.
public final class RawClient {
    private let descriptor: Int32
    private var received: [UInt8] = []

    /// Connects to a port of this host.
    public init(_ port: Int) throws {
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = UInt16(port).bigEndian
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        let result = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard result == 0 else { throw NeverCame(description: "no connection: \(errno)") }
    }

    deinit { close(descriptor) }

    /// Sends all of `text`.
    public func send(_ text: String) throws {
        var bytes = Array(text.utf8)[...]
        while !bytes.isEmpty {
            let count = bytes.withUnsafeBytes {
                Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            guard count > 0 else { throw NeverCame(description: "the connection is closed") }
            bytes = bytes.dropFirst(count)
        }
    }

    /// Tells the other end that no more will be sent.
    public func endSending() { shutdown(descriptor, Int32(SHUT_WR)) }

    /// All that comes until the other end closes.
    public func rest() async throws -> String {
        while try await receive("the end") {}
        return String(decoding: received, as: UTF8.self)
    }

    /// The next line, or the next that holds `text`; a body may have no line's end.
    public func line(matching text: String = "") async throws -> String {
        while true {
            if let end = received.firstIndex(of: UInt8(ascii: "\n")) ?? (text.isEmpty ? nil : whole(text)) {
                let line = String(decoding: received[...end], as: UTF8.self)
                received.removeFirst(end + 1)
                if line.contains(text) { return line }
                continue
            }
            guard try await receive(text) else {
                throw NeverCame(description: "the connection ended before \"\(text)\"")
            }
        }
    }

    /// Takes what has come, without holding up a thread that the server in the same process may need.
    /// - Returns: whether there may be more.
    private func receive(_ what: String) async throws -> Bool {
        try await eventually("\"\(what)\" to come", within: .seconds(20), every: .milliseconds(5)) {
            var buffer = [UInt8](repeating: 0, count: 65_536)
            let count = recv(descriptor, &buffer, buffer.count, Int32(MSG_DONTWAIT))
            if count < 0, errno == EAGAIN || errno == EINTR { return nil }
            guard count > 0 else { return false }
            received += buffer[..<count]
            return true
        }
    }

    private func whole(_ text: String) -> Int? {
        String(decoding: received, as: UTF8.self).contains(text) ? received.count - 1 : nil
    }
}
