internal import Base
internal import Codecs
internal import Foundation
package import HTTPKit
internal import HTTPTypes
package import Hummingbird
package import Model
internal import NIOCore
internal import Telemetry

/// `/v1/metrics` and `/api/v1/otlp/v1/metrics`: metrics that other programs send by OTLP over HTTP, as protobuf or JSON.
///
/// The answer tells how many points were left out and why; a request that the store could not take gets 503, after which
/// exporters try again: https://opentelemetry.io/docs/specs/otlp/#otlphttp-response
package struct OTLPMetricsAPI: Sendable {
    private let appender: any SampleAppender
    private let lanes: MessageLanes

    /// - Parameters:
    ///   - appender: stores the samples.
    ///   - lanes: where messages are read; the same as those of other doors.
    package init(appender: any SampleAppender, lanes: MessageLanes) {
        self.appender = appender
        self.lanes = lanes
    }

    /// Adds OTLP's path for metrics, and the one that Prometheus has for them.
    package func addRoutes(to router: Router<AppRequestContext>) {
        for path in ["/v1/metrics", "/api/v1/otlp/v1/metrics"] as [RouterPath] {
            router.post(path) { request, _ in await write(request) }
        }
    }

    private func write(_ request: Request) async -> Response {
        let type = (request.headers[.contentType] ?? "").lowercased()
        let isJSON = type.hasPrefix("application/json")
        guard isJSON || type.hasPrefix("application/x-protobuf") else {
            return Self.failure(
                .unsupportedMediaType, "the content type is neither application/x-protobuf nor application/json", true)
        }
        do {
            let body = try await request.body.collect(upTo: MessageLanes.bodyBytesMax)
            let encoding = (request.headers[.contentEncoding] ?? "identity").lowercased()
            let translation = try await lanes.run(bodyBytes: body.readableBytes) { limit in
                try Self.message(body, encoding, limit: limit)
            } _: { message in
                try store(message, isJSON)
            }
            return Self.success(translation.rejected, translation.reasons.joined(separator: "; "), isJSON)
        } catch let error as OTLPError {
            return Self.failure(.badRequest, error.description, isJSON)
        } catch let error as GzipError {
            return Self.failure(error.code == .tooLarge ? .contentTooLarge : .badRequest, error.description, isJSON)
        } catch is NIOTooManyBytesError {
            return Self.failure(
                .contentTooLarge, "the request has more than \(MessageLanes.bodyBytesMax) bytes", isJSON)
        } catch let error as MessagesBusy {
            var response = Self.failure(.serviceUnavailable, error.description, isJSON)
            response.headers[.retryAfter] = MessagesBusy.retryAfter
            return response
        } catch let error as HTTPError {
            return Self.failure(error.status, error.body ?? "", isJSON)
        } catch {
            return Self.failure(.serviceUnavailable, "\(error)", isJSON)
        }
    }

    private func store(_ message: [UInt8], _ isJSON: Bool) throws -> OTLPMetrics.Translation {
        var translation = try message.withUnsafeBytes {
            isJSON ? try OTLPMetrics(json: $0) : try OTLPMetrics(protobuf: $0)
        }.samples()
        let outcome = try appender.append(translation.samples)
        try appender.append(
            exemplars: translation.exemplars.map {
                RefExemplar(ref: try appender.resolve($0.labels), exemplar: $0.exemplar)
            })
        let late = outcome.tooOld + outcome.tooNew + outcome.duplicates
        if late > 0 {
            translation.rejected += late
            translation.reasons.append("samples are too old, too far ahead, or contradict what is stored")
        }
        translation.samples = []
        translation.exemplars = []
        return translation
    }

    private static func message(_ body: ByteBuffer, _ encoding: String, limit: Int) throws -> [UInt8] {
        switch encoding {
        case "identity", "": return Array(buffer: body)
        case "gzip", "deflate": return try body.withUnsafeReadableBytes { try Gzip.decompress($0, limit: limit) }
        case let other:
            throw HTTPError(.unsupportedMediaType, message: "the encoding \(other) is not known; send gzip or none")
        }
    }

    /// `ExportMetricsServiceResponse`: its field 1 is `ExportMetricsPartialSuccess`, of a count (1) and a message (2).
    private static func success(_ rejected: Int, _ message: String, _ isJSON: Bool) -> Response {
        if isJSON {
            var json = JSONBytes()
            json.raw("{")
            if rejected > 0 {
                json.raw(#""partialSuccess":{"rejectedDataPoints":"#)
                json.string(String(rejected))
                json.raw(#","errorMessage":"#)
                json.string(message)
                json.raw("}")
            }
            json.raw("}")
            return answer(.ok, json.bytes, isJSON)
        }
        if rejected == 0 { return answer(.ok, [], isJSON) }
        var partial: [UInt8] = [1 << 3]
        partial.appendVarint(UInt64(rejected))
        partial.append(2 << 3 | 2)
        partial.appendCounted(Array(message.utf8))
        var bytes: [UInt8] = [1 << 3 | 2]
        bytes.appendCounted(partial)
        return answer(.ok, bytes, isJSON)
    }

    /// `google.rpc.Status`, of which the message (2) counts.
    private static func failure(_ status: HTTPResponse.Status, _ message: String, _ isJSON: Bool) -> Response {
        if isJSON {
            var json = JSONBytes()
            json.raw(#"{"message":"#)
            json.string(message)
            json.raw("}")
            return answer(status, json.bytes, isJSON)
        }
        var bytes: [UInt8] = [2 << 3 | 2]
        bytes.appendCounted(Array(message.utf8))
        return answer(status, bytes, isJSON)
    }

    private static func answer(_ status: HTTPResponse.Status, _ bytes: [UInt8], _ isJSON: Bool) -> Response {
        Response(
            status: status, headers: [.contentType: isJSON ? "application/json" : "application/x-protobuf"],
            body: .init(byteBuffer: ByteBuffer(bytes: bytes)))
    }
}
