import Base
import Foundation
import Grok
import LogDocuments
import Synchronization
import Transfers

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// `stdout`: the standard output of the server.
struct StandardOutlet: Outlet {
    private let text: OutletText

    init(_ text: OutletText) { self.text = text }

    func write(_ events: [PipelineEvent]) async throws -> Int {
        var bytes: [UInt8] = []
        for event in events { text.write(event, to: &bytes) }
        try Descriptor.write(bytes, to: STDOUT_FILENO)
        return events.count
    }
}

/// `file`: files whose path may have fields of the event in it. They lie below the fixed part of the path, whatever the
/// fields say: https://www.elastic.co/docs/reference/logstash/plugins/plugins-outputs-file
struct FileOutlet: Outlet {
    private let path: Interpolation
    /// The folder of the path's fixed part, with a slash at its end.
    private let root: String
    private let text: OutletText

    /// Where events go whose fields lead out of the folder, as Logstash names it.
    private static let failures = "_filepath_failures"
    /// Files that one batch may write to.
    private static let mostFiles = 100

    init(_ path: Interpolation, _ text: OutletText) {
        self.path = path
        self.text = text
        let fixed =
            path.constant ?? String(path.text[..<(path.text.firstRange(of: "%{")?.lowerBound ?? path.text.endIndex)])
        root = String(fixed[...(fixed.lastIndex(of: "/") ?? fixed.startIndex)])
    }

    func write(_ events: [PipelineEvent]) async throws -> Int {
        var texts: [String: [UInt8]] = [:]
        for event in events {
            var name = path.text(for: event)
            if path.constant == nil, !isInside(name) || (texts[name] == nil && texts.count >= Self.mostFiles) {
                name = root + Self.failures
            }
            text.write(event, to: &texts[name, default: []])
        }
        for (name, bytes) in texts.sorted(by: { $0.key < $1.key }) { try append(bytes, to: name) }
        return events.count
    }

    private func isInside(_ name: String) -> Bool {
        let parts = name.dropFirst(root.count).split(separator: "/", omittingEmptySubsequences: false)
        return name.hasPrefix(root) && !name.utf8.contains(0)
            && parts.allSatisfy { $0 != ".." && $0 != "." && !$0.isEmpty && $0.utf8.count < 256 }
    }

    private func append(_ bytes: [UInt8], to name: String) throws {
        let folder = (name as NSString).deletingLastPathComponent
        if !folder.isEmpty, !FileManager.default.fileExists(atPath: folder) {
            try FileManager.default.createDirectory(
                atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o750])
        }
        let descriptor = open(
            name, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY, 0o640)
        guard descriptor >= 0 else {
            throw OutletError(description: "cannot open \(name): \(String(cString: strerror(errno)))")
        }
        defer { close(descriptor) }
        var facts = stat()
        guard fstat(descriptor, &facts) == 0, facts.st_mode & S_IFMT == S_IFREG else {
            throw OutletError(description: "\(name) is no regular file")
        }
        do {
            try Descriptor.write(bytes, to: descriptor)
        } catch {
            // The batch is written again as a whole.
            ftruncate(descriptor, facts.st_size)
            throw error
        }
    }
}

/// `tcp`: a connection to a server, made again when it breaks.
final class SocketOutlet: Outlet {
    private let host: String
    private let port: Int
    private let text: OutletText
    private let descriptor = Mutex<Int32?>(nil)

    /// In seconds, for connecting and for each write.
    private static let patience = 10

    init(host: String, port: Int, _ text: OutletText) {
        self.host = host
        self.port = port
        self.text = text
    }

    deinit { descriptor.withLock { if let open = $0 { close(open) } } }

    func write(_ events: [PipelineEvent]) async throws -> Int {
        var bytes: [UInt8] = []
        for event in events { text.write(event, to: &bytes) }
        try descriptor.withLock { held in
            if let open = held, Self.isClosed(open) {
                close(open)
                held = nil
            }
            let open = try held ?? connect()
            held = open
            do {
                try Descriptor.write(bytes, to: open)
            } catch {
                close(open)
                held = nil
                throw error
            }
        }
        return events.count
    }

    /// Whether the server has closed its end.
    private static func isClosed(_ descriptor: Int32) -> Bool {
        var byte: UInt8 = 0
        let count = recv(descriptor, &byte, 1, Int32(MSG_PEEK) | Int32(MSG_DONTWAIT))
        return count == 0 || (count < 0 && errno != EAGAIN && errno != EINTR)
    }

    private func connect() throws -> Int32 {
        var hints = addrinfo()
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        var found: UnsafeMutablePointer<addrinfo>?
        guard getaddrinfo(host, String(port), &hints, &found) == 0, let first = found else {
            throw OutletError(description: "the host \(host) is not known")
        }
        defer { freeaddrinfo(first) }
        var reason = "no address"
        var next: UnsafeMutablePointer<addrinfo>? = first
        while let address = next {
            let entry = address.pointee
            let made = socket(entry.ai_family, entry.ai_socktype | Int32(SOCK_CLOEXEC.rawValue), entry.ai_protocol)
            if made >= 0 {
                // It bounds connecting too: socket(7).
                var patience = timeval(tv_sec: Self.patience, tv_usec: 0)
                setsockopt(made, SOL_SOCKET, SO_SNDTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
                if Glibc.connect(made, entry.ai_addr, entry.ai_addrlen) == 0 { return made }
                reason = String(cString: strerror(errno))
                close(made)
            }
            next = entry.ai_next
        }
        throw OutletError(description: "cannot connect to \(host):\(port): \(reason)")
    }
}

/// `http`: a request for each event, or one with a list of them.
struct HTTPOutlet: Outlet {
    private let target: PipelineOutput.HTTPTarget
    private let url: Interpolation
    private let transfers: Transfers

    init(_ target: PipelineOutput.HTTPTarget, _ transfers: Transfers) {
        self.target = target
        self.transfers = transfers
        url = Interpolation(target.url)
    }

    func write(_ events: [PipelineEvent]) async throws -> Int {
        guard let first = events.first else { return 0 }
        if target.isBatch {
            try await post(DocumentValue.array(events.map { .object($0.shipped) }).json, to: url.text(for: first))
            return events.count
        }
        var written = 0
        for event in events {
            do {
                try await post(event.shipped.json, to: url.text(for: event))
            } catch {
                if written > 0 { return written }
                throw error
            }
            written += 1
        }
        return written
    }

    /// Statuses after which Logstash tries again; after another one the event is given up.
    private static let retried: Set<Int> = [429, 500, 502, 503, 504]

    private func post(_ body: String, to url: String) async throws {
        let request = HTTPRequest(
            method: target.method.uppercased(), url: url,
            headers: [("Content-Type", "application/json")] + target.headers.map { ($0.name, $0.value) },
            body: Array(body.utf8), timeout: .seconds(60), maxResponseBytes: 1 << 20)
        let response = try await transfers.send(request)
        if Self.retried.contains(response.status) {
            throw OutletError(description: "the server answers \(response.status)")
        }
    }
}

/// Writing all of something.
enum Descriptor {
    static func write(_ bytes: [UInt8], to descriptor: Int32) throws {
        var written = 0
        while written < bytes.count {
            let count = bytes[written...].withUnsafeBytes { part in
                // A peer that has gone is an error here, and no signal.
                let sent = send(descriptor, part.baseAddress, part.count, Int32(MSG_NOSIGNAL))
                return sent < 0 && errno == ENOTSOCK ? Glibc.write(descriptor, part.baseAddress, part.count) : sent
            }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else {
                throw OutletError(description: "cannot write: \(String(cString: strerror(errno)))")
            }
            written += count
        }
    }
}
