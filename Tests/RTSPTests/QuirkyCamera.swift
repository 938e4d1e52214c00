import Foundation
import Glibc
import Synchronization

/// A camera with a habit of its own: it stands before a simulated one and changes what that says.
final class QuirkyCamera: Sendable {
    struct Habit: Sendable {
        var name: String
        /// What it says to a request itself, and does not pass the request on.
        var instead: @Sendable (_ request: String, _ count: Int) -> String? = { _, _ in nil }
        /// The head of an answer, with the empty line that ends it.
        var head: @Sendable (_ head: String, _ method: String) -> String = { head, _ in head }
        var description: @Sendable (_ text: String) -> String = { $0 }
        /// What is sent for a packet, which has its four bytes of interleaving.
        var packet: @Sendable (_ bytes: [UInt8], _ count: Int) -> [UInt8] = { bytes, _ in bytes }
        /// What is sent before an answer.
        var before: @Sendable (_ method: String) -> [UInt8] = { _ in [] }
        /// Bytes in one go; all that there are where it is 0.
        var pieces = 0
        /// Ends the connection where this was not asked for within so many seconds.
        var wants: (method: String, within: Double)?
    }

    private let habit: Habit
    private let upstream: Int
    private let file: Int32
    private let heard = Mutex<[String]>([])

    init(_ listener: RawListener, before port: Int, _ habit: Habit) {
        self.habit = habit
        upstream = port
        file = listener.file
        Thread.detachNewThread { [self] in
            while true {
                let client = accept(file, nil, nil)
                guard client >= 0 else { return }
                Thread.detachNewThread { self.serve(client) }
            }
        }
    }

    /// What was asked so far.
    var requests: [String] { heard.withLock { $0 } }

    func stop() { shutdown(file, Int32(SHUT_RDWR)) }

    /// What the two threads of a connection share.
    private final class Exchange: Sendable {
        let method = Mutex("")
        let lastWanted = Mutex(Date())
        /// Answers of our own and those of the camera must not mix.
        let out = Mutex(())
    }

    private func serve(_ client: Int32) {
        let camera = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer {
            close(camera)
            close(client)
        }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        address.sin_port = UInt16(upstream).bigEndian
        let isConnected = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(camera, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
            }
        }
        guard isConnected else { return }
        let exchange = Exchange()
        let isDone = DispatchSemaphore(value: 0)
        Thread.detachNewThread { [self] in
            answers(from: camera, to: client, exchange)
            shutdown(client, Int32(SHUT_RDWR))
            isDone.signal()
        }
        var pending: [UInt8] = []
        var count = 0
        while let request = Self.head(&pending, from: client) {
            // An answer to what the camera asked.
            if request.hasPrefix("RTSP/") { continue }
            heard.withLock { $0.append(request) }
            let method = String(request.prefix { $0 != " " })
            if method == habit.wants?.method { exchange.lastWanted.withLock { $0 = Date() } }
            count += 1
            if let answer = habit.instead(request, count) {
                exchange.out.withLock { _ in send(Array(answer.utf8), to: client) }
                continue
            }
            exchange.method.withLock { $0 = method }
            send(Array(request.utf8), to: camera, inPieces: false)
        }
        shutdown(camera, Int32(SHUT_RDWR))
        isDone.wait()
    }

    private func answers(from camera: Int32, to client: Int32, _ exchange: Exchange) {
        var pending: [UInt8] = []
        var packets = 0
        while let first = Self.byte(&pending, from: camera) {
            if let wants = habit.wants, packets > 0,
                Date().timeIntervalSince(exchange.lastWanted.withLock { $0 }) > wants.within
            {
                return
            }
            if first == UInt8(ascii: "$") {
                guard let head = Self.take(4, of: &pending, from: camera),
                    let body = Self.take(Int(head[2]) << 8 | Int(head[3]), of: &pending, from: camera)
                else { return }
                packets += 1
                if packets == 1 { exchange.lastWanted.withLock { $0 = Date() } }
                let bytes = habit.packet(head + body, packets)
                exchange.out.withLock { _ in send(bytes, to: client) }
                continue
            }
            guard var head = Self.head(&pending, from: camera) else { return }
            let method = exchange.method.withLock { $0 }
            var body: [UInt8] = []
            if let length = Self.length(of: head) {
                guard let text = Self.take(length, of: &pending, from: camera) else { return }
                body = Array(habit.description(String(decoding: text, as: UTF8.self)).utf8)
                head = head.replacing("Content-Length: \(length)\r\n", with: "Content-Length: \(body.count)\r\n")
            }
            let answer = habit.before(method) + Array(habit.head(head, method).utf8) + body
            exchange.out.withLock { _ in send(answer, to: client) }
        }
    }

    private func send(_ bytes: [UInt8], to file: Int32, inPieces: Bool = true) {
        let size = inPieces && habit.pieces > 0 ? habit.pieces : max(1, bytes.count)
        var rest = bytes[...]
        while !rest.isEmpty {
            let piece = Array(rest.prefix(size))
            let count = Glibc.send(file, piece, piece.count, Int32(truncatingIfNeeded: MSG_NOSIGNAL))
            guard count > 0 else { return }
            rest = rest.dropFirst(count)
        }
    }

    private static func length(of head: String) -> Int? {
        for line in head.split(separator: "\r\n") where line.hasPrefix("Content-Length: ") {
            return Int(line.dropFirst("Content-Length: ".count))
        }
        return nil
    }

    // What comes over a connection; `nil` at its end.

    private static func fill(_ pending: inout [UInt8], from file: Int32) -> Bool {
        var buffer = [UInt8](repeating: 0, count: 65_536)
        let count = recv(file, &buffer, buffer.count, 0)
        guard count > 0 else { return false }
        pending += buffer[..<count]
        return true
    }

    private static func byte(_ pending: inout [UInt8], from file: Int32) -> UInt8? {
        if pending.isEmpty, !fill(&pending, from: file) { return nil }
        return pending.first
    }

    private static func take(_ count: Int, of pending: inout [UInt8], from file: Int32) -> [UInt8]? {
        while pending.count < count { guard fill(&pending, from: file) else { return nil } }
        defer { pending.removeFirst(count) }
        return Array(pending[..<count])
    }

    private static func head(_ pending: inout [UInt8], from file: Int32) -> String? {
        while true {
            if let end = pending.firstRange(of: Array("\r\n\r\n".utf8)) {
                defer { pending.removeFirst(end.upperBound) }
                return String(decoding: pending[..<end.upperBound], as: UTF8.self)
            }
            guard fill(&pending, from: file) else { return nil }
        }
    }
}
