internal import Base
internal import LogRelay
internal import Logging
internal import Model
internal import OTLPTracing
internal import Transfers

/// Spans that this process makes itself, on their way to its store, or from an agent to its server. They wait in a bounded
/// queue; what does not fit is dropped and told.
final class OwnTraces: Sendable {
    private let sender: SpanSender

    /// Spans of a server, which go into its own store.
    init(store: any SpanAppender, logger: Logger) {
        var limits = Self.limits
        limits.pause = .seconds(1)
        let queue = WorkQueue("own traces")
        sender = SpanSender(to: "the store of traces", limits: limits, tell: Self.teller(logger)) { spans in
            await queue.run {
                do {
                    try store.append(SpanBatch(spans))
                    return .taken(rejected: 0, reason: "")
                } catch {
                    return .later(nil, reason: "\(error)")
                }
            }
        }
    }

    /// Spans of an agent, which go where its logs do.
    init(_ ship: ShipConfig, transfers: Transfers, logger: Logger) {
        sender = SpanSender(
            SpanExporter(transfers: transfers, url: ship.url + "/v1/traces", client: ship.client),
            limits: Self.limits, tell: Self.teller(logger))
    }

    private static var limits: SpanSender.Limits {
        var limits = SpanSender.Limits()
        limits.queue = 4_096
        return limits
    }

    private static func teller(_ logger: Logger) -> @Sendable (SpanSender.Word) -> Void {
        { word in
            switch word {
            case .problem(let text): logger.warning("traces: \(text)")
            case .recovered(let text): logger.notice("traces: \(text)")
            }
        }
    }

    func run() async { await sender.run() }
}

extension OwnTraces: SpanSink {
    func take(_ span: Model.Span) { sender.take(span) }
}
