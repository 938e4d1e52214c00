import ConfigText
import Glibc
import Listening
import TestSupport

@testable import LogShipping

/// A program that sends messages to this host.
final class Sender: Sendable {
    private let descriptor: Int32
    let isDatagram: Bool

    init(_ transport: LogListening.Transport, _ port: Int) throws {
        isDatagram = transport == .udp
        descriptor = socket(AF_INET, Int32((isDatagram ? SOCK_DGRAM : SOCK_STREAM).rawValue), 0)
        let result = Sender.withAddress(port) { connect(descriptor, $0, $1) }
        guard result == 0 else { throw NeverCame(description: "no connection: \(errno)") }
    }

    deinit { close(descriptor) }

    /// Sends all bytes, and waits as long as the other end takes none; whether it did.
    @discardableResult
    func send(_ bytes: [UInt8]) -> Bool {
        var rest = bytes[...]
        repeat {
            let count = rest.withUnsafeBytes { Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
            if count < 0 { return false }
            rest = rest.dropFirst(count)
        } while !rest.isEmpty
        return true
    }

    @discardableResult
    func send(_ text: String) -> Bool { send(Array(text.utf8)) }

    /// `ADDRESS:PORT`
    var address: String {
        var address = sockaddr_in()
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        _ = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { getsockname(descriptor, $0, &length) }
        }
        return "127.0.0.1:\(UInt16(bigEndian: address.sin_port))"
    }

    /// Whether the other end has closed the connection.
    var isClosed: Bool {
        var byte: UInt8 = 0
        let count = recv(descriptor, &byte, 1, Int32(MSG_DONTWAIT))
        return count == 0 || (count < 0 && errno != EAGAIN)
    }

    /// A port that nobody has at present.
    static func freePort(_ transport: LogListening.Transport) throws -> Int {
        let descriptor = socket(AF_INET, Int32((transport == .udp ? SOCK_DGRAM : SOCK_STREAM).rawValue), 0)
        defer { close(descriptor) }
        guard withAddress(0, { bind(descriptor, $0, $1) }) == 0 else { throw NeverCame(description: "no free port") }
        var address = sockaddr_in()
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        _ = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { getsockname(descriptor, $0, &length) }
        }
        return Int(UInt16(bigEndian: address.sin_port))
    }

    private static func withAddress(_ port: Int, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Int32) -> Int32 {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = UInt16(port).bigEndian
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        return withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                body($0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
    }
}

/// An input that listens at a port of this host.
func listener(
    _ kind: FilebeatInput.Kind, _ transport: LogListening.Transport, _ port: Int, id: String = "network",
    change: (inout FilebeatInput) -> Void = { _ in }
) -> FilebeatInput {
    var listening = LogListening(transport, host: "127.0.0.1", port: port)
    if kind == .syslog { listening.framing = .counted }
    var input = FilebeatInput(
        id: id, kind: kind, position: SourcePosition(file: "filebeat.yml", line: 1, column: 1), paths: [listening.url])
    input.listening = listening
    if kind == .syslog { input.syslog = SyslogRule() }
    change(&input)
    return input
}

func config(_ inputs: FilebeatInput...) -> FilebeatConfig {
    var config = FilebeatConfig()
    config.inputs = inputs
    return config
}
