internal import Base
internal import Synchronization

/// The ids that writers gave documents, of the newest of them: so that one is not created twice.
final class KnownIDs: Sendable {
    private struct Entries {
        var known: Set<UInt64> = []
        /// In the order in which they came; the oldest gives way.
        var order: [UInt64] = []
        var next = 0
    }

    private static let most = 1 << 16

    private let entries = Mutex(Entries())

    func holds(_ id: String, in index: String) -> Bool {
        let key = Self.key(id, index)
        return entries.withLock { $0.known.contains(key) }
    }

    func add(_ id: String, in index: String) {
        let key = Self.key(id, index)
        entries.withLock { entries in
            guard entries.known.insert(key).inserted else { return }
            if entries.order.count < Self.most {
                entries.order.append(key)
            } else {
                entries.known.remove(entries.order[entries.next])
                entries.order[entries.next] = key
                entries.next = (entries.next + 1) % Self.most
            }
        }
    }

    private static func key(_ id: String, _ index: String) -> UInt64 {
        ByteHash.hash(Array(index.utf8) + [0] + Array(id.utf8))
    }
}
