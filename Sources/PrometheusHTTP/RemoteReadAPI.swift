internal import Base
internal import Codecs
internal import HTTPKit
internal import HTTPTypes
internal import Hummingbird
internal import Model
internal import NIOCore
internal import PromQL
internal import Scraping

/// `/api/v1/read`: raw samples for another Prometheus that has this server under `remote_read`.
struct RemoteReadAPI: Sendable {
    private let source: any SampleSource
    private let externalLabels: @Sendable () -> [String: String]
    private let lanes: MessageLanes
    private let gate = WorkGate("remote reads", width: 4, usesCallersThread: true)

    init(source: any SampleSource, externalLabels: @escaping @Sendable () -> [String: String], lanes: MessageLanes) {
        self.source = source
        self.externalLabels = externalLabels
        self.lanes = lanes
    }

    private static let maxBodyBytes = 4 << 20
    private static let maxMessageBytes = 16 << 20
    /// Samples of one answer: as many as Prometheus' `storage.remote.read-sample-limit` allows by default.
    private static let sampleLimit = 50_000_000

    func read(_ request: Request) async -> Response {
        do {
            let body = try await request.body.collect(upTo: Self.maxBodyBytes)
            let decoded = try await lanes.run(bodyBytes: body.readableBytes) { limit in
                try body.withUnsafeReadableBytes {
                    try Snappy.decompress($0, limit: min(limit, Self.maxMessageBytes))
                }
            } _: { message in
                try message.withUnsafeBytes { try RemoteReadRequest($0) }
            }
            let bytes = try await gate.run { Snappy.compress(try answer(decoded)) }
            var response = Response(
                status: .ok, headers: [.contentType: "application/x-protobuf", .contentEncoding: "snappy"],
                body: .init(byteBuffer: ByteBuffer(bytes: bytes)))
            response.headers[.contentLength] = "\(bytes.count)"
            return response
        } catch {
            return Self.refused(error)
        }
    }

    private static func refused(_ error: any Error) -> Response {
        let status: HTTPResponse.Status =
            switch error {
            case let error as SnappyError: error.code == .tooLarge ? .contentTooLarge : .badRequest
            case is RemoteReadError: .badRequest
            case is MessagesBusy: .serviceUnavailable
            case is NIOTooManyBytesError: .contentTooLarge
            default: QueryFailure.kind(of: error).status
            }
        var response = Response.text(status, "\(error)")
        if error is MessagesBusy { response.headers[.retryAfter] = MessagesBusy.retryAfter }
        return response
    }

    private func answer(_ request: RemoteReadRequest) throws -> [UInt8] {
        let outer = externalLabels()
        var response = RemoteReadResponse()
        var left = Self.sampleLimit
        for query in request.queries {
            // Who asks by a label that all series get on the way out means our series, which do not have it.
            let matchers = query.matchers.filter { !($0.operation == .equal && outer[$0.name] == $0.value) }
            let found = try source.select(matchers, in: query.range, sampleLimit: left)
            left -= found.reduce(0) { $0 + $1.timestamps.count }
            response.append(
                found.map { column in
                    var labels = column.labels
                    for (name, value) in outer where labels.value(of: name) == nil {
                        labels = labels.setting(name, value)
                    }
                    return SeriesColumn(labels: labels, timestamps: column.timestamps, values: column.values)
                })
        }
        return response.bytes
    }
}
