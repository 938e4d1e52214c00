package import Base
package import Model
internal import Synchronization

/// Stores the events that agents send, each once: an agent's position is committed with the events of its message.
package final class LogReceiver: Sendable {
    /// What became of a message.
    package struct Receipt: Sendable, Hashable {
        /// The number of the agent's last message that is stored.
        package let number: Int64
        /// Events that were stored now.
        package let events: Int
    }

    /// What is known of an agent since the start.
    package struct Agent: Sendable {
        package var name: String
        /// When it sent something last, in milliseconds since the Unix epoch.
        package var lastHeard: Int64
        package var events = 0
        package var messages = 0
        /// Messages that were stored already.
        package var repeats = 0
        /// Messages that never came here, though later ones did.
        package var missing: Int64 = 0
        var missingAt: Int64?
    }

    /// Why something was not stored.
    package enum Refusal: String, Sendable, CaseIterable { case content, identity, token, full }

    struct Status: Sendable {
        /// By identity.
        var agents: [String: Agent] = [:]
        var refusals: [Refusal: Int] = [:]
        /// The last one of a kind that a person should know.
        var told: [Refusal: (text: String, time: Int64)] = [:]
    }

    private let store: any LogAppender
    let timeSource: any TimeSource
    /// Held while a message is judged and stored, so that two copies of one are judged one after the other.
    private let positions: Mutex<[String: RelayPosition]>
    let status = Mutex(Status())

    private static let source = "agent/"
    /// Identities that are remembered.
    private static let agentsMax = 10_000

    /// - Parameters:
    ///   - offsets: how far each source is stored, from the store that `store` appends to.
    package init(
        store: any LogAppender, offsets: [TailOffset], timeSource: any TimeSource = SystemTimeSource()
    ) {
        self.store = store
        self.timeSource = timeSource
        let own = offsets.filter(Self.isAgent)
        positions = Mutex(
            Dictionary(
                own.map {
                    (
                        String($0.source.dropFirst(Self.source.count)),
                        RelayPosition(number: $0.offset, checksum: $0.checksum ?? 0)
                    )
                }
            ) { $1 })
    }

    /// Whether an offset is the position of an agent, and not that of a file.
    package static func isAgent(_ offset: TailOffset) -> Bool { offset.source.hasPrefix(source) }

    /// Stores what a message has that is not stored yet. When it returns, it survives the end of the process.
    /// - Throws: ``LogMessageError``, ``LogMessageRefused``, or the store's error: then nothing of it is stored.
    package func receive(_ bytes: UnsafeRawBufferPointer) throws -> Receipt {
        let message: LogMessage
        do {
            message = try LogMessage(bytes)
        } catch {
            note(.content, "an agent sent what cannot be read: \(error)")
            throw error
        }
        let now = timeSource.now()
        let (stored, verdict) = try positions.withLock { positions in
            let stored = positions[message.sender.identity]
            let verdict = Self.judge(message, stored)
            if stored == nil, positions.count >= Self.agentsMax {
                throw LogMessageRefused(.full, "\(Self.agentsMax) agents are known here, and no more are taken")
            }
            if case .new = verdict {
                try store.append(
                    message.events,
                    offset: TailOffset(
                        source: Self.source + message.sender.identity, path: message.sender.name,
                        offset: message.next.number, checksum: message.next.checksum))
                positions[message.sender.identity] = message.next
            }
            return (stored, verdict)
        }
        switch verdict {
        case .stranger:
            throw LogMessageRefused(
                .identity,
                "another agent has the identity of \(message.sender.name), as after a copy of its data directory: "
                    + "\(message.sender.name) gets another one")
        case .repeated, .presence:
            count(message, now) { if case .repeated = verdict { $0.repeats += 1 } }
            return Receipt(number: stored?.number ?? message.position.number, events: 0)
        case .new(let missing):
            count(message, now) { agent in
                agent.messages += 1
                agent.events += message.events.count
                if missing > 0 {
                    agent.missing += missing
                    agent.missingAt = now
                }
            }
            return Receipt(number: message.next.number, events: message.events.count)
        }
    }

    private enum Verdict {
        /// To be stored; so many messages in front of it are not here.
        case new(missing: Int64)
        case repeated
        /// It has no events.
        case presence
        /// Somebody else went on under this identity.
        case stranger
    }

    private static func judge(_ message: LogMessage, _ stored: RelayPosition?) -> Verdict {
        let hasEvents = message.next != message.position
        // An agent that comes from another server goes on with its numbers.
        guard let stored else { return hasEvents ? .new(missing: 0) : .presence }
        if message.next.number == stored.number, hasEvents {
            return message.next.checksum == stored.checksum ? .repeated : .stranger
        }
        if message.position.number == stored.number {
            if message.position.checksum != stored.checksum { return .stranger }
            return hasEvents ? .new(missing: 0) : .presence
        }
        if message.position.number < stored.number { return .stranger }
        // This server has lost what it had, or the agent was with another one for a while.
        return hasEvents ? .new(missing: message.position.number - stored.number) : .presence
    }

    private func count(_ message: LogMessage, _ now: Int64, _ change: (inout Agent) -> Void) {
        status.withLock { status in
            let identity = message.sender.identity
            guard status.agents[identity] != nil || status.agents.count < Self.agentsMax else { return }
            var agent = status.agents[identity] ?? Agent(name: message.sender.name, lastHeard: now)
            agent.name = message.sender.name
            agent.lastHeard = now
            change(&agent)
            status.agents[identity] = agent
        }
    }

    /// Counts what was not stored.
    /// - Parameter text: what a person should know of it.
    package func note(_ refusal: Refusal, _ text: String) {
        let now = timeSource.now()
        status.withLock { status in
            status.refusals[refusal, default: 0] += 1
            status.told[refusal] = (text, now)
        }
    }

    /// Agents that were heard since the start, several of one name as one.
    package var agents: [Agent] {
        let all = status.withLock { $0.agents.values.map(\.self) }
        return Dictionary(grouping: all, by: \.name).values.compactMap { same -> Agent? in
            guard var agent = same.first else { return nil }
            for other in same.dropFirst() {
                agent.lastHeard = max(agent.lastHeard, other.lastHeard)
                agent.events += other.events
                agent.messages += other.messages
                agent.repeats += other.repeats
                agent.missing += other.missing
                agent.missingAt = [agent.missingAt, other.missingAt].compactMap(\.self).max()
            }
            return agent
        }.sorted { $0.name < $1.name }
    }

    /// How often something was not stored, by why.
    package var refusals: [(reason: String, count: Int)] {
        let counts = status.withLock { $0.refusals }
        return Refusal.allCases.map { ($0.rawValue, counts[$0] ?? 0) }
    }
}

/// A message that was read and is not stored.
package struct LogMessageRefused: Error, Sendable, CustomStringConvertible {
    package let reason: LogReceiver.Refusal
    package let description: String

    init(_ reason: LogReceiver.Refusal, _ description: String) {
        self.reason = reason
        self.description = description
    }
}
