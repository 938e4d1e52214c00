internal import Base
internal import Codecs
internal import Exposition
internal import Model
internal import Synchronization
internal import Transfers

/// How sending to one remote goes.
package struct RemoteWriteStatus: Sendable {
    package let name: String
    /// Without credentials.
    package let url: String
    package var sentSamples = 0
    /// Samples that the remote refused for good.
    package var failedSamples = 0
    /// Samples for which there was no room any more.
    package var droppedSamples = 0
    package var pendingSamples = 0
    package var retries = 0
    /// Why the last attempt failed; empty where it did not.
    package var problem = ""
}

/// Sends the samples of one remote's queue, in order, until the remote has taken them.
final class RemoteWriteSender: Sendable {
    let config: RemoteWriteConfig
    let queue: RemoteWriteQueue
    private let relabeller: Relabeller
    private let externalLabels: Labels
    private let transfers: Transfers
    private let timeSource: any TimeSource
    private let status: Mutex<RemoteWriteStatus>
    private let labelFields = Mutex(LabelFieldCache())

    init(
        _ config: RemoteWriteConfig, externalLabels: Labels, queue: RemoteWriteQueue, transfers: Transfers,
        timeSource: any TimeSource
    ) {
        self.config = config
        self.queue = queue
        self.externalLabels = externalLabels
        self.transfers = transfers
        self.timeSource = timeSource
        relabeller = Relabeller(config.relabelConfigs)
        status = Mutex(RemoteWriteStatus(name: config.name, url: Redaction.urls(in: config.url)))
    }

    var current: RemoteWriteStatus {
        let waiting = queue.current
        return status.withLock { status in
            var status = status
            status.pendingSamples = waiting.pendingSamples
            status.droppedSamples = waiting.droppedSamples
            return status
        }
    }

    // MARK: Taking samples

    /// Puts samples into the queue.
    /// - Parameter labels: of a series that is not known here.
    /// - Returns: series that are known neither here nor there; their samples are left out.
    func enqueue(_ samples: [RefSample], labels: (SeriesRef) -> Labels?) throws -> Set<SeriesRef> {
        var messages: [(bytes: [UInt8], samples: Int)] = []
        var message: [UInt8] = []
        var count = 0
        var unknown: Set<SeriesRef> = []
        labelFields.withLock { cache in
            cache.age(at: timeSource.now())
            for sample in samples {
                let fields: [UInt8]?
                if let found = cache.fields(of: sample.ref) {
                    fields = found
                } else {
                    guard let labels = labels(sample.ref) else {
                        unknown.insert(sample.ref)
                        continue
                    }
                    fields = outward(labels).map(RemoteWriteEncoder.labelFields)
                    cache.set(fields, of: sample.ref)
                }
                guard let fields else { continue }
                RemoteWriteEncoder.append(
                    fields, Sample(timestamp: sample.timestamp, value: sample.value), to: &message)
                count += 1
                if count == config.samplesPerSend {
                    messages.append((message, count))
                    (message, count) = ([], 0)
                }
            }
        }
        if count > 0 { messages.append((message, count)) }
        if !messages.isEmpty { try queue.append(messages) }
        return unknown
    }

    /// The labels under which the remote gets a series; `nil` where it does not.
    private func outward(_ labels: Labels) -> Labels? {
        var builder = LabelsBuilder(labels)
        for label in externalLabels where labels.value(of: label.name) == nil { builder.set(label.name, label.value) }
        return relabeller.relabelled(builder.build())
    }

    // MARK: Sending

    /// Sends until the task is cancelled. What waits then is sent after the next start.
    func run() async {
        var backoff = config.leastBackoff
        while !Task.isCancelled {
            do {
                guard let batch = try await nextBatch() else { continue }
                switch try await send(batch) {
                case .taken:
                    try queue.remove(batch)
                    backoff = config.leastBackoff
                case .refused:
                    try queue.remove(batch)
                    status.withLock { $0.failedSamples += batch.sampleCount }
                case .later(let pause):
                    status.withLock { $0.retries += 1 }
                    try await Task.sleep(for: max(pause ?? .zero, backoff))
                    backoff = min(backoff * 2, config.mostBackoff)
                }
            } catch {
                if Task.isCancelled { return }
                status.withLock { $0.problem = "\(error)" }
                try? await Task.sleep(for: config.mostBackoff)
            }
        }
    }

    private static let pollInterval = Duration.milliseconds(100)

    /// Waits for as many samples as fit a request, or for the deadline of fewer.
    private func nextBatch() async throws -> RemoteWriteQueue.Batch? {
        let clock = ContinuousClock()
        var deadline: ContinuousClock.Instant?
        while true {
            let waiting = queue.current.pendingSamples
            if waiting >= config.samplesPerSend { break }
            if waiting > 0 {
                let due = deadline ?? clock.now + config.sendDeadline
                deadline = due
                if clock.now >= due { break }
            }
            try await Task.sleep(for: Self.pollInterval)
        }
        return try queue.first(samples: config.samplesPerSend)
    }

    private enum Reception {
        case taken
        /// The remote will never take it.
        case refused
        /// It may be tried again, after a pause if the remote names one.
        case later(Duration?)
    }

    private func send(_ batch: RemoteWriteQueue.Batch) async throws -> Reception {
        guard let message = try message(of: batch) else { return .taken }
        let version = config.usesVersion2 ? "2.0.0" : "0.1.0"
        let type = config.usesVersion2 ? ";proto=io.prometheus.write.v2.Request" : ""
        let request = HTTPRequest(
            method: "POST", url: config.url,
            headers: config.headers + [
                ("Content-Type", "application/x-protobuf" + type), ("Content-Encoding", "snappy"),
                ("X-Prometheus-Remote-Write-Version", version),
            ], body: Snappy.compress(message), timeout: config.timeout, client: config.client)
        let response: HTTPResponse
        do {
            response = try await transfers.send(request)
        } catch {
            status.withLock { $0.problem = "\(error)" }
            return .later(nil)
        }
        return judge(response, batch)
    }

    private func judge(_ response: HTTPResponse, _ batch: RemoteWriteQueue.Batch) -> Reception {
        if response.status / 100 == 2 {
            status.withLock { status in
                status.sentSamples += batch.sampleCount
                status.problem = ""
            }
            return .taken
        }
        let text = String(decoding: response.body.prefix(300), as: UTF8.self)
        status.withLock { $0.problem = "it answered with HTTP status \(response.status): \(text)" }
        let isPassing = response.status / 100 == 5 || (response.status == 429 && config.retriesTooManyRequests)
        guard isPassing else { return .refused }
        return .later(response.headers["retry-after"].flatMap(Int.init).map { .seconds($0) })
    }

    /// The bytes to send; `nil` where all of it is too old.
    private func message(of batch: RemoteWriteQueue.Batch) throws -> [UInt8]? {
        var message = batch.message
        if let limit = config.ageLimit {
            let oldest = timeSource.now() - limit.milliseconds
            let decoded = try message.withUnsafeBytes { try RemoteWriteRequest($0, version: .one) }
            message = []
            var dropped = 0
            for series in decoded.series {
                guard case .new(let labels, _) = series.identity else { continue }
                let fields = RemoteWriteEncoder.labelFields(labels)
                for sample in decoded.samples[series.samples] {
                    if sample.timestamp < oldest {
                        dropped += 1
                    } else {
                        RemoteWriteEncoder.append(fields, sample, to: &message)
                    }
                }
            }
            queue.noteDropped(dropped)
            if message.isEmpty { return nil }
        }
        return config.usesVersion2 ? try RemoteWriteEncoder.secondVersion(of: message) : message
    }
}

/// The label fields that a series' samples are sent with, by its number; `nil` for a series that is not sent. What was
/// not used for an hour or two is forgotten.
private struct LabelFieldCache: Sendable {
    private static let age: Int64 = 3_600_000

    private var recent: [SeriesRef: [UInt8]?] = [:]
    private var former: [SeriesRef: [UInt8]?] = [:]
    private var began: Int64 = 0

    mutating func age(at now: Int64) {
        guard now - began > Self.age else { return }
        began = now
        former = recent
        recent = [:]
    }

    mutating func fields(of ref: SeriesRef) -> [UInt8]?? {
        if let found = recent[ref] { return found }
        guard let found = former[ref] else { return nil }
        recent[ref] = .some(found)
        return found
    }

    mutating func set(_ fields: [UInt8]?, of ref: SeriesRef) { recent[ref] = .some(fields) }
}
