import Foundation
import NIOCore
import NIOHPACK
import Testing

/// A speaker of HTTP/2 over a bare socket, which may break its rules in every way. Its calls wait for the server.
final class FrameClient {
    struct Frame {
        let type: UInt8
        let flags: UInt8
        let stream: UInt32
        let payload: [UInt8]
    }

    /// What came back for a call.
    struct Reply {
        var http = ""
        /// `grpc-status`; `nil` without one.
        var status: Int?
        var message = ""
        var headers: [(String, String)] = []
        var data: [UInt8] = []
        /// The code of RST_STREAM, where that came.
        var reset: UInt32?
    }

    static let preface = Array("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".utf8)
    static let settings = frame(4, 0, 0, [])
    static let logs = "/opentelemetry.proto.collector.logs.v1.LogsService/Export"

    private let socket: Int32
    private var decoder = HPACKDecoder(allocator: ByteBufferAllocator())
    private var nextStream: UInt32 = 1
    private var got: [UInt8] = []
    /// How much may be sent of all calls, and of each.
    private var window = 65_535
    private var callWindow = 65_535
    private var windows: [UInt32: Int] = [:]

    init(port: Int, timeout seconds: Int = 10) throws {
        socket = Foundation.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var limit = timeval(tv_sec: seconds, tv_usec: 0)
        setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
        setsockopt(socket, SOL_SOCKET, SO_SNDTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
        var yes: Int32 = 1
        setsockopt(socket, Int32(IPPROTO_TCP), TCP_NODELAY, &yes, socklen_t(MemoryLayout<Int32>.size))
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(port).bigEndian
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        let result = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(socket, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        try #require(result == 0, "cannot connect: \(errno)")
    }

    deinit { close(socket) }

    // MARK: Frames

    static func frame(_ type: UInt8, _ flags: UInt8, _ stream: UInt32, _ payload: [UInt8]) -> [UInt8] {
        let count = UInt32(payload.count)
        return [UInt8(count >> 16 & 255), UInt8(count >> 8 & 255), UInt8(count & 255), type, flags]
            + [24, 16, 8, 0].map { UInt8(stream >> $0 & 255) } + payload
    }

    /// The headers of a call: each a literal without index and Huffman's code.
    static func block(_ path: String, _ more: [(String, String)] = []) -> [UInt8] {
        let all =
            [(":method", "POST"), (":scheme", "http"), (":path", path), (":authority", "localhost")]
            + (more.contains { $0.0 == "content-type" } ? [] : [("content-type", "application/grpc")])
            + [("te", "trailers")] + more
        return all.flatMap { [0] + text($0.0) + text($0.1) }
    }

    private static func text(_ text: String) -> [UInt8] {
        let bytes = Array(text.utf8)
        guard bytes.count >= 127 else { return [UInt8(bytes.count)] + bytes }
        var (head, rest): ([UInt8], Int) = ([127], bytes.count - 127)
        while rest >= 128 {
            head.append(UInt8(rest & 127 | 128))
            rest >>= 7
        }
        return head + [UInt8(rest)] + bytes
    }

    static func message(_ bytes: [UInt8], flag: UInt8 = 0, length: Int? = nil) -> [UInt8] {
        let count = UInt32(length ?? bytes.count)
        return [flag] + [24, 16, 8, 0].map { UInt8(count >> $0 & 255) } + bytes
    }

    /// A request of logs with so many records.
    static func records(_ count: Int, _ text: String = "gate opened") -> [UInt8] {
        func counted(_ field: UInt8, _ bytes: [UInt8]) -> [UInt8] {
            var (size, head): (Int, [UInt8]) = (bytes.count, [field << 3 | 2])
            while size >= 128 {
                head.append(UInt8(size & 127 | 128))
                size >>= 7
            }
            return head + [UInt8(size)] + bytes
        }
        let record = counted(2, counted(5, counted(1, Array(text.utf8))))
        return counted(1, counted(2, Array((0..<count).map { _ in record }.joined())))
    }

    // MARK: Sending and reading

    /// - Returns: whether all of it was taken.
    @discardableResult func send(_ bytes: [UInt8]) -> Bool {
        var sent = 0
        while sent < bytes.count {
            let count = bytes[sent...].withUnsafeBytes {
                Foundation.send(socket, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            if count <= 0 { return false }
            sent += count
        }
        return true
    }

    /// Begins HTTP/2 as it should be.
    func begin() { send(Self.preface + Self.settings) }

    /// Whatever comes next; `nil` at the end of the connection, or where nothing comes in time.
    func bytes() -> [UInt8]? {
        var buffer = [UInt8](repeating: 0, count: 64 << 10)
        let count = recv(socket, &buffer, buffer.count, 0)
        return count > 0 ? Array(buffer[..<count]) : nil
    }

    /// The next frame; `nil` at the end.
    func frame() -> Frame? {
        while true {
            if got.count >= 9 {
                let length = Int(got[0]) << 16 | Int(got[1]) << 8 | Int(got[2])
                if got.count >= 9 + length {
                    let stream = got[5...8].reduce(0) { $0 << 8 | UInt32($1) }
                    let frame = Frame(
                        type: got[3], flags: got[4], stream: stream, payload: Array(got[9..<9 + length]))
                    got.removeFirst(9 + length)
                    note(frame)
                    return frame
                }
            }
            guard let more = bytes() else { return nil }
            got += more
        }
    }

    private func note(_ frame: Frame) {
        func number(_ bytes: ArraySlice<UInt8>) -> Int { bytes.reduce(0) { $0 << 8 | Int($1) } }
        if frame.type == 8 {
            let more = number(frame.payload[...])
            if frame.stream == 0 { window += more } else { windows[frame.stream, default: 0] += more }
        } else if frame.type == 4, frame.flags & 1 == 0 {
            // The larger windows hold for what is sent after this.
            send(Self.frame(4, 1, 0, []))
            for start in stride(from: 0, to: frame.payload.count, by: 6) where frame.payload[start + 1] == 4 {
                let size = number(frame.payload[(start + 2)..<(start + 6)])
                for stream in windows.keys { windows[stream, default: 0] += size - callWindow }
                callWindow = size
            }
        }
    }

    /// Whether the server ends the connection, whatever it says before.
    func isEnded() -> Bool {
        while let frame = frame() { if frame.type == 7 { continue } }
        var byte: UInt8 = 0
        return recv(socket, &byte, 1, 0) == 0 || errno == ECONNRESET || errno == EPIPE
    }

    /// Opens a stream.
    func open(_ path: String = logs, _ headers: [(String, String)] = [], ends: Bool = false) -> UInt32 {
        let stream = nextStream
        nextStream += 2
        windows[stream] = callWindow
        send(Self.frame(1, ends ? 5 : 4, stream, Self.block(path, headers)))
        return stream
    }

    /// Sends a whole call, as fast as the windows of flow control are opened, and waits for what comes back.
    func call(
        _ path: String = logs, _ headers: [(String, String)] = [], _ message: [UInt8]
    ) throws -> Reply {
        let stream = open(path, headers)
        var rest = message[...]
        repeat {
            let piece = rest.prefix(16 << 10)
            while window < piece.count || windows[stream] ?? 0 < piece.count {
                guard let frame = frame() else { throw Ended() }
                // An answer that comes before the message is whole.
                if frame.stream == stream, frame.type == 1 { return try reply(stream, first: frame) }
            }
            window -= piece.count
            windows[stream, default: 0] -= piece.count
            rest = rest.dropFirst(piece.count)
            send(Self.frame(0, rest.isEmpty ? 1 : 0, stream, Array(piece)))
        } while !rest.isEmpty
        return try reply(stream)
    }

    /// What comes back for a call, of which one frame may be here already.
    func reply(_ stream: UInt32, first: Frame? = nil) throws -> Reply {
        var reply = Reply()
        var first = first
        while let frame = first ?? frame() {
            first = nil
            if frame.type == 1 {
                var block = ByteBuffer(bytes: frame.payload)
                let headers = try decoder.decodeHeaders(from: &block)
                guard frame.stream == stream else { continue }
                for (name, value, _) in headers {
                    reply.headers.append((name, value))
                    switch name {
                    case ":status": reply.http = value
                    case "grpc-status": reply.status = Int(value)
                    case "grpc-message": reply.message = value.removingPercentEncoding ?? value
                    default: break
                    }
                }
            }
            guard frame.stream == stream else { continue }
            if frame.type == 0 { reply.data += frame.payload }
            if frame.type == 3 {
                reply.reset = frame.payload.reduce(0) { $0 << 8 | UInt32($1) }
                return reply
            }
            if frame.type <= 1, frame.flags & 1 != 0 { return reply }
        }
        throw Ended()
    }

    struct Ended: Error {}
}
