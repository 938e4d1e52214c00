internal import Codecs
package import HTTPKit
internal import HTTPTypes
package import Hummingbird
package import Listening
package import Model
internal import NIOCore

/// `/loki/api/v1/push`: lines that clients of Loki send, as JSON or as protobuf in snappy.
///
/// As Loki answers: 204 where all is stored, 400 with a text for what no server will take (what else the request holds is
/// stored), 503 where it may be sent again: https://grafana.com/docs/loki/latest/reference/loki-http-api/#ingest-logs
package struct LokiAPI: Sendable {
    private let appender: any LogAppender
    private let doors: LogDoors
    private let lanes: MessageLanes
    private let isReady: @Sendable () -> Bool

    /// - Parameters:
    ///   - appender: stores the events.
    ///   - doors: counts what comes.
    ///   - lanes: where messages are read; the same as those of other doors.
    ///   - isReady: whether the server takes anything yet.
    package init(
        appender: any LogAppender, doors: LogDoors, lanes: MessageLanes, isReady: @escaping @Sendable () -> Bool
    ) {
        self.appender = appender
        self.doors = doors
        self.lanes = lanes
        self.isReady = isReady
    }

    /// Adds Loki's paths, and that of its first versions.
    package func addRoutes(to router: Router<AppRequestContext>) {
        for path in ["/loki/api/v1/push", "/api/prom/push"] as [RouterPath] {
            router.post(path) { request, _ in await push(request) }
        }
        for path in ["/loki/ready", "/loki/api/v1/ready"] as [RouterPath] {
            router.get(path) { _, _ in
                isReady() ? Response.text(.ok, "ready") : .text(.serviceUnavailable, "the stores are being opened")
            }
        }
    }

    private enum Form { case json, protobuf }

    private func push(_ request: Request) async -> Response {
        let type = (request.headers[.contentType] ?? "").lowercased()
        let encoding = (request.headers[.contentEncoding] ?? "").lowercased()
        let form: Form
        if type.hasPrefix("application/json") {
            form = .json
        } else if type.hasPrefix("application/x-protobuf") || type.isEmpty {
            form = .protobuf
        } else {
            return refusal(
                .unsupportedMediaType, "the content type is neither application/json nor application/x-protobuf")
        }
        let isKnown =
            form == .json ? ["", "identity", "gzip", "deflate"].contains(encoding) : ["", "snappy"].contains(encoding)
        guard isKnown else {
            return refusal(
                .unsupportedMediaType,
                "the encoding \(encoding.prefix(40)) is not known; send JSON plain or with gzip, or protobuf in snappy")
        }
        do {
            let body = try await request.body.collect(upTo: MessageLanes.bodyBytesMax)
            let bytes = body.readableBytes
            let push = try await lanes.run(bodyBytes: bytes) { limit in
                try Self.message(body, form, encoding, limit: limit)
            } _: { message in
                try store(message, form, bytes)
            }
            if push.rejected == 0 { return Response(status: .noContent) }
            return refusal(
                .badRequest, "\(push.rejected) lines were not stored, the others were: \(push.reason)", push.rejected)
        } catch {
            return answer(to: error)
        }
    }

    private static func message(_ body: ByteBuffer, _ form: Form, _ encoding: String, limit: Int) throws -> [UInt8] {
        try body.withUnsafeReadableBytes { bytes in
            if form == .protobuf { return try Snappy.decompress(bytes, limit: limit) }
            return ["gzip", "deflate"].contains(encoding) ? try Gzip.decompress(bytes, limit: limit) : Array(bytes)
        }
    }

    private func store(_ message: [UInt8], _ form: Form, _ bytes: Int) throws -> (rejected: Int, reason: String) {
        let push = try message.withUnsafeBytes { bytes in
            switch form {
            case .protobuf: try LokiPush(protobuf: bytes)
            case .json: try bytes.withMemoryRebound(to: UInt8.self) { try LokiPush(json: $0) }
            }
        }
        try appender.append(push.events, offset: nil)
        doors.took(.loki, events: push.events.count, bytes: bytes)
        return (push.rejected, push.reason)
    }

    private func answer(to error: any Error) -> Response {
        switch error {
        case let error as LokiError: return refusal(.badRequest, error.description)
        case let error as GzipError:
            return refusal(error.code == .tooLarge ? .contentTooLarge : .badRequest, error.description)
        case let error as SnappyError:
            return refusal(error.code == .tooLarge ? .contentTooLarge : .badRequest, error.description)
        case is NIOTooManyBytesError:
            return refusal(.contentTooLarge, "the request has more than \(MessageLanes.bodyBytesMax) bytes")
        case let error as MessagesBusy:
            return refusal(.tooManyRequests, error.description, retryAfter: MessagesBusy.retryAfter)
        default: return refusal(.serviceUnavailable, "\(error)", retryAfter: "1")
        }
    }

    private func refusal(
        _ status: HTTPResponse.Status, _ text: String, _ count: Int = 1, retryAfter: String? = nil
    ) -> Response {
        doors.refused(.loki, count)
        var response = Response.text(status, text)
        if let retryAfter { response.headers[.retryAfter] = retryAfter }
        return response
    }
}
