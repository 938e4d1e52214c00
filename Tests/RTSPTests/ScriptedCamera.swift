import Foundation
import Glibc
import Synchronization

/// A camera that answers each request with the next text of its script, whatever was asked. The last script is
/// for all connections that come after it.
final class ScriptedCamera: Sendable {
    private let heard = Mutex<[String]>([])
    private let file: Int32

    init(_ listener: RawListener, _ scripts: [[[UInt8]]], hangsUp: Bool = false) {
        file = listener.file
        let file = file
        Thread.detachNewThread { [self] in
            var connection = 0
            while true {
                let client = accept(file, nil, nil)
                guard client >= 0 else { return }
                play(scripts[min(connection, scripts.count - 1)], to: client, hangsUp: hangsUp)
                connection += 1
            }
        }
    }

    private func play(_ script: [[UInt8]], to client: Int32, hangsUp: Bool) {
        defer { close(client) }
        for answer in script {
            guard hear(client) else { return }
            _ = send(client, answer, answer.count, Int32(truncatingIfNeeded: MSG_NOSIGNAL))
        }
        if !hangsUp { while hear(client) {} }
    }

    private func hear(_ client: Int32) -> Bool {
        var buffer = [UInt8](repeating: 0, count: 4_096)
        let count = recv(client, &buffer, buffer.count, 0)
        guard count > 0 else { return false }
        let text = String(decoding: buffer[..<count], as: UTF8.self)
        heard.withLock { $0.append(text) }
        return true
    }

    /// What was asked so far.
    var requests: [String] { heard.withLock { $0 } }

    func stop() { shutdown(file, Int32(SHUT_RDWR)) }
}
