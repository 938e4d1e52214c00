internal import Foundation
package import SiteView
internal import Synchronization

/// Where the demo's notifications arrive: mail and webhooks, as a person would find them in theirs. Keeps the newest.
package final class Inbox: Sendable {
    private struct Contents {
        var messages: [InboxMessage] = []
        var lastID = 0
    }

    private static let capacity = 200

    private let contents = Mutex(Contents())

    package init() {}

    /// The newest messages first.
    package func messages(limit: Int) -> [InboxMessage] {
        contents.withLock { Array($0.messages.suffix(max(0, limit)).reversed()) }
    }

    /// How many have come.
    var count: Int { contents.withLock { $0.lastID } }

    /// The subject of the first mail behind so many messages that is such a one.
    func mail(after count: Int, _ isWanted: (_ subject: String) -> Bool) -> String? {
        contents.withLock { contents in
            contents.messages.first { $0.id > count && $0.kind == .mail && isWanted($0.subject) }?.subject
        }
    }

    func add(_ kind: InboxMessage.Kind, to: String, subject: String, body: String) {
        let now = Int64(Date().timeIntervalSince1970 * 1_000)
        contents.withLock { contents in
            contents.lastID += 1
            contents.messages.append(
                InboxMessage(id: contents.lastID, time: now, kind: kind, to: to, subject: subject, body: body))
            if contents.messages.count > Self.capacity { contents.messages.removeFirst() }
        }
    }
}
