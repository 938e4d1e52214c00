/// When a live stream has something to send: after a change, but not more often than once a second,
/// and a heartbeat after fifteen quiet seconds so that proxies keep the connection.
struct LiveTicks: AsyncSequence, Sendable {
    enum Element: Sendable { case change, heartbeat }

    let changes: AsyncStream<Void>

    func makeAsyncIterator() -> Iterator { Iterator(events: Self.merged(changes)) }

    struct Iterator: AsyncIteratorProtocol {
        fileprivate var events: AsyncStream<Bool>.Iterator
        private var isDirty = false
        private var quietSeconds = 0

        fileprivate init(events: AsyncStream<Bool>) { self.events = events.makeAsyncIterator() }

        mutating func next() async -> Element? {
            while let isTick = await events.next() {
                if !isTick {
                    isDirty = true
                    continue
                }
                quietSeconds += 1
                guard isDirty || quietSeconds >= 15 else { continue }
                defer {
                    isDirty = false
                    quietSeconds = 0
                }
                return isDirty ? .change : .heartbeat
            }
            return nil
        }
    }

    /// Changes (`false`) and a tick each second (`true`) in one stream, which ends with the changes.
    private static func merged(_ changes: AsyncStream<Void>) -> AsyncStream<Bool> {
        AsyncStream(bufferingPolicy: .bufferingNewest(2)) { continuation in
            let task = Task {
                await withTaskGroup(of: Void.self) { group in
                    group.addTask { for await _ in changes { continuation.yield(false) } }
                    group.addTask {
                        while !Task.isCancelled {
                            try? await Task.sleep(for: .seconds(1))
                            continuation.yield(true)
                        }
                    }
                    await group.next()
                    group.cancelAll()
                }
                continuation.finish()
            }
            continuation.onTermination = { _ in task.cancel() }
        }
    }
}
