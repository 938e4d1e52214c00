import Foundation
import Glibc
import Synchronization

/// A camera of HTTP: what it answers is made of the request, and the connection ends behind it.
final class WebCamera: Sendable {
    private let heard = Mutex<[String]>([])
    private let file: Int32

    /// - Parameter answer: of the request; `nil` keeps the connection open and says nothing.
    init(_ listener: RawListener, _ answer: @escaping @Sendable (String) -> [UInt8]?) {
        file = listener.file
        let file = file
        Thread.detachNewThread { [self] in
            while true {
                let client = accept(file, nil, nil)
                guard client >= 0 else { return }
                var buffer = [UInt8](repeating: 0, count: 4_096)
                let count = recv(client, &buffer, buffer.count, 0)
                let request = String(decoding: buffer[..<max(0, count)], as: UTF8.self)
                heard.withLock { $0.append(request) }
                if let answer = answer(request) {
                    _ = send(client, answer, answer.count, Int32(truncatingIfNeeded: MSG_NOSIGNAL))
                }
                close(client)
            }
        }
    }

    /// What was asked so far.
    var requests: [String] { heard.withLock { $0 } }

    func stop() { shutdown(file, Int32(SHUT_RDWR)) }
}
