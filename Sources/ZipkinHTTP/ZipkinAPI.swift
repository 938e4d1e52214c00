internal import Codecs
package import HTTPKit
internal import HTTPTypes
package import Hummingbird
package import Listening
package import Model
internal import NIOCore
internal import Telemetry

/// `/api/v2/spans` and `/api/v1/spans`: spans that reporters of Zipkin send as JSON, plain or with gzip.
///
/// As Zipkin answers: 202 with nothing in it where the spans are stored, 400 with a text for what no server will take; 503
/// where they may be sent again: https://zipkin.io/zipkin-api/
package struct ZipkinAPI: Sendable {
    private let appender: any SpanAppender
    private let doors: TraceDoors
    private let lanes: MessageLanes

    /// - Parameters:
    ///   - appender: stores the spans.
    ///   - doors: counts what comes.
    ///   - lanes: where messages are read; the same as those of other doors.
    package init(appender: any SpanAppender, doors: TraceDoors, lanes: MessageLanes) {
        self.appender = appender
        self.doors = doors
        self.lanes = lanes
    }

    /// Adds the paths of both versions.
    package func addRoutes(to router: Router<AppRequestContext>) {
        for path in ["/api/v2/spans", "/api/v1/spans"] as [RouterPath] {
            router.post(path) { request, _ in await write(request) }
        }
    }

    private func write(_ request: Request) async -> Response {
        let type = (request.headers[.contentType] ?? "").lowercased()
        guard !["thrift", "protobuf", "grpc"].contains(where: type.contains) else {
            return refusal(
                .unsupportedMediaType,
                "spans of Zipkin are read as JSON only; set the reporter's encoding to JSON (JSON_V2), or send OTLP")
        }
        let encoding = (request.headers[.contentEncoding] ?? "").lowercased()
        guard ["", "identity", "gzip", "deflate"].contains(encoding) else {
            return refusal(
                .unsupportedMediaType, "the encoding \(encoding.prefix(40)) is not known; send gzip or none")
        }
        do {
            let body = try await request.body.collect(upTo: MessageLanes.bodyBytesMax)
            let bytes = body.readableBytes
            let rejection = try await lanes.run(bodyBytes: bytes) { limit in
                try body.withUnsafeReadableBytes {
                    encoding == "gzip" || encoding == "deflate"
                        ? try Gzip.decompress($0, limit: limit) : Array($0)
                }
            } _: { message in
                try store(message, bytes)
            }
            return rejection.map { refusal(.badRequest, $0, isCounted: true) } ?? Response(status: .accepted)
        } catch {
            return answer(to: error)
        }
    }

    /// - Returns: why none of the spans was taken, where there were any.
    private func store(_ message: [UInt8], _ bytes: Int) throws -> String? {
        let spans = try ZipkinSpans(json: message)
        let count = spans.batch.spans.count
        if count > 0 { try appender.append(spans.batch) }
        doors.took(.zipkin, spans: count, bytes: bytes, rejected: spans.rejected)
        return count == 0 && spans.rejected > 0 ? spans.reasons.joined(separator: "; ") : nil
    }

    private func answer(to error: any Error) -> Response {
        switch error {
        case let error as ZipkinError: return refusal(.badRequest, error.description)
        case let error as GzipError:
            return refusal(error.code == .tooLarge ? .contentTooLarge : .badRequest, error.description)
        case is NIOTooManyBytesError:
            return refusal(.contentTooLarge, "the request has more than \(MessageLanes.bodyBytesMax) bytes")
        case let error as MessagesBusy:
            return refusal(.serviceUnavailable, error.description, retryAfter: MessagesBusy.retryAfter)
        default: return refusal(.serviceUnavailable, "\(error)", retryAfter: "5")
        }
    }

    /// - Parameter isCounted: whether what is refused was counted already, as single spans.
    private func refusal(
        _ status: HTTPResponse.Status, _ text: String, isCounted: Bool = false, retryAfter: String? = nil
    ) -> Response {
        if !isCounted { doors.refusedRequest(.zipkin) }
        var response = Response.text(status, text)
        if let retryAfter { response.headers[.retryAfter] = retryAfter }
        return response
    }
}
