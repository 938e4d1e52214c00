internal import Base
internal import Codecs
internal import Foundation
internal import Model
internal import Synchronization
package import Transfers

/// How sending to the server goes.
package struct LogSenderStatus: Sendable, Equatable {
    /// What keeps logs from the server.
    package enum Trouble: String, Sendable, CaseIterable {
        /// There is no answer.
        case unreachable
        /// The server asks for another token.
        case token
        /// The server has too much to do, or cannot store.
        case busy
        /// Whoever answers does not take logs.
        case refused
        /// The spool cannot be read or written.
        case spool
    }

    /// Events that the server has acknowledged since the start.
    package var events = 0
    /// Messages that the server would never have taken, each in a file now.
    package var refused = 0
    /// Why nothing is sent now; `nil` where all is well.
    package var trouble: Trouble?
    /// The same in a sentence; empty where all is well.
    package var problem = ""

    package init() {}
}

/// Sends what is in a spool to a server, in order, until the server has taken it.
package final class LogSender: Sendable {
    /// What a person should know.
    package enum Notice: Sendable, Equatable {
        case problem(String)
        case recovered(String)
    }

    private let spool: LogSpool
    private let name: String
    private let transfers: Transfers
    private let tell: @Sendable (Notice) -> Void
    private let config: Mutex<ShipConfig>
    private let status = Mutex(LogSenderStatus())
    /// Between a failure and the next attempt; a new configuration ends it.
    private let pause = Pause()

    private static let firstPause = Duration.milliseconds(500)
    private static let longestPause = Duration.seconds(15)
    /// Where a person must do something first.
    private static let longestWait = Duration.seconds(60)
    private static let longestRetryAfter = 600
    /// How often the server hears of an agent that has nothing to send.
    private static let presenceInterval = Duration.seconds(30)
    private static let timeout = Duration.seconds(60)
    private static let path = "/api/watchpost/ingest"

    /// - Parameters:
    ///   - name: what people call this agent.
    ///   - tell: is called once for a problem, and once when it is over.
    package init(
        _ config: ShipConfig, spool: LogSpool, name: String, transfers: Transfers,
        tell: @escaping @Sendable (Notice) -> Void = { _ in }
    ) {
        self.config = Mutex(config)
        self.spool = spool
        self.name = name.isEmpty ? "agent" : name
        self.transfers = transfers
        self.tell = tell
    }

    package var current: LogSenderStatus { status.withLock { $0 } }

    /// Sends there from now on; what waits goes there too.
    package func update(_ config: ShipConfig) {
        spool.update(maxBytes: config.maxSize)
        let isNew = self.config.withLock { known in
            defer { known = config }
            return known != config
        }
        if isNew { pause.wake() }
    }

    /// Sends until the task is cancelled. What waits then is sent after the next start.
    package func run() async {
        var backoff = Self.firstPause
        // When the server last answered well.
        var heard: ContinuousClock.Instant?
        while !Task.isCancelled {
            let silence = heard?.duration(to: .now) ?? Self.presenceInterval
            let tellsPresence = silence >= Self.presenceInterval || current.trouble != nil
            let outcome = await step(tellsPresence: tellsPresence)
            if Task.isCancelled { return }
            switch outcome {
            case .done:
                backoff = Self.firstPause
                heard = .now
            case .idle:
                backoff = Self.firstPause
                if tellsPresence { heard = .now }
                await spool.changes.sleep(for: tellsPresence ? Self.presenceInterval : Self.presenceInterval - silence)
            case .later(let wanted, let longest):
                await pause.sleep(for: max(wanted, min(backoff, longest)))
                backoff = min(backoff * 2, Self.longestWait)
            }
        }
    }

    private enum Outcome {
        /// There may be more to send at once.
        case done
        case idle
        /// It is tried again, after at least the first and growing up to the second.
        case later(Duration, longest: Duration)
    }

    /// - Parameter tellsPresence: whether the server is to hear of this agent though there is nothing to send.
    private func step(tellsPresence: Bool) async -> Outcome {
        do {
            let message = try spool.next()
            if message.through == 0, !tellsPresence { return .idle }
            let reception = await send(message)
            if Task.isCancelled { return .idle }
            switch reception {
            case .taken:
                if message.through == 0 { return .idle }
                try spool.acknowledge(message)
                status.withLock { $0.events += message.events }
                return .done
            case .refused(let reason):
                if message.through == 0 { return fail(.refused, reason) }
                if message.pieceCount > 1 {
                    // Only the piece that is refused is put aside.
                    try spool.narrow()
                    return .done
                }
                try spool.setAside(message, because: reason)
                status.withLock { $0.refused += 1 }
                tell(.problem("\(message.events) events were refused and lie in \(spool.setAsideFolder): \(reason)"))
                return .done
            case .stranger(let reason):
                try spool.renewIdentity()
                tell(.problem("the logs of this agent go on under another identity: \(reason)"))
                return .later(.zero, longest: Self.longestWait)
            case .later(let trouble, let reason, let wanted):
                return fail(trouble, reason, wanted)
            }
        } catch let damaged as LogSpool.DamagedPiece {
            return drop(damaged)
        } catch {
            return fail(.spool, "\(error)")
        }
    }

    private func drop(_ piece: LogSpool.DamagedPiece) -> Outcome {
        do {
            try spool.dropDamaged(piece)
            status.withLock { $0.refused += 1 }
            tell(.problem("some events could not be read from the spool; their bytes lie in \(spool.setAsideFolder)"))
            return .done
        } catch {
            return fail(.spool, "\(error)")
        }
    }

    private func fail(_ trouble: LogSenderStatus.Trouble, _ problem: String, _ wanted: Duration = .zero) -> Outcome {
        let isNew = status.withLock { status in
            defer { (status.trouble, status.problem) = (trouble, problem) }
            return status.trouble != trouble
        }
        if isNew { tell(.problem(problem)) }
        let passes = trouble == .unreachable || trouble == .busy
        return .later(wanted, longest: passes ? Self.longestPause : Self.longestWait)
    }

    private enum Reception {
        case taken
        /// The server will never take it.
        case refused(String)
        /// The server knows another agent under this identity.
        case stranger(String)
        case later(LogSenderStatus.Trouble, String, Duration)
    }

    private struct Answer: Decodable { let number: Int64 }
    private struct Refusal: Decodable { let malformed: Bool }

    private func send(_ message: LogSpool.Outgoing) async -> Reception {
        let config = config.withLock { $0 }
        let bytes = LogMessage.encode(
            LogMessage.Sender(identity: message.identity, name: name), message.position, pieces: message.pieces)
        let request = HTTPRequest(
            method: "POST", url: config.url + Self.path,
            headers: [("Content-Type", LogMessage.contentType), ("Content-Encoding", "zstd")],
            body: Zstd().compress(bytes), timeout: Self.timeout, maxResponseBytes: 1 << 16, client: config.client)
        let shown = Redaction.urls(in: config.url)
        let response: HTTPResponse
        do {
            response = try await transfers.send(request)
        } catch {
            // A request that cannot be made has a token that cannot be read.
            let trouble: LogSenderStatus.Trouble = error.kind == .invalid ? .token : .unreachable
            return .later(trouble, "\(shown) does not get the logs: \(error)", .zero)
        }
        let reception = judge(response, message, shown)
        if case .taken = reception { noteWell(shown) }
        return reception
    }

    private func noteWell(_ url: String) {
        let former = status.withLock { status in
            defer { (status.trouble, status.problem) = (nil, "") }
            return status.trouble
        }
        if former != nil { tell(.recovered("\(url) gets the logs again")) }
    }

    private func judge(_ response: HTTPResponse, _ message: LogSpool.Outgoing, _ url: String) -> Reception {
        let text = Redaction.urls(in: String(decoding: response.body.prefix(300), as: UTF8.self))
        let reason = "\(url) does not take the logs: it answered with HTTP status \(response.status): \(text)"
        switch response.status {
        case 200:
            // Whatever answers there may know nothing of logs.
            let answer = try? JSONDecoder().decode(Answer.self, from: Data(response.body))
            let isTaken = message.through == 0 ? answer != nil : answer?.number == message.next.number
            return isTaken ? .taken : .later(.refused, "\(url) is no Watchpost: \(text)", .zero)
        case 400:
            // Only a server that has read the message can say that it will never take it.
            let refusal = try? JSONDecoder().decode(Refusal.self, from: Data(response.body))
            return refusal?.malformed == true ? .refused(reason) : .later(.refused, reason, .zero)
        case 409: return .stranger(text)
        case 401:
            return .later(
                .token, "\(url) refuses the token of ship: write the one of the server's ingest into token_file", .zero)
        default:
            let wanted = response.headers["retry-after"].flatMap(Int.init).map {
                min(max($0, 0), Self.longestRetryAfter)
            }
            let isPassing = response.status == 429 || response.status / 100 == 5
            return .later(isPassing ? .busy : .refused, reason, .seconds(wanted ?? 0))
        }
    }
}
