internal import Base
internal import Codecs
internal import HTTPKit
internal import HTTPTypes
internal import Hummingbird
internal import NIOCore
internal import OTLPReceiver
internal import Telemetry

/// What all requests of OTLP over HTTP have in common: https://opentelemetry.io/docs/specs/otlp/#otlphttp-response
enum OTLPRequest {
    /// Reads a request, and answers it.
    static func answer(
        _ request: Request, _ signal: OTLPSignal, _ receiver: OTLPReceiver, _ lanes: MessageLanes
    ) async -> Response {
        let type = (request.headers[.contentType] ?? "").lowercased()
        let isJSON = type.hasPrefix("application/json")
        let response: Response
        if isJSON || type.hasPrefix("application/x-protobuf") {
            response = await stored(request, signal, receiver, lanes, isJSON)
        } else {
            response = failure(
                .unsupportedMediaType, "the content type is neither application/x-protobuf nor application/json", true)
        }
        if response.status != .ok { receiver.refused(signal) }
        return response
    }

    private static func stored(
        _ request: Request, _ signal: OTLPSignal, _ receiver: OTLPReceiver, _ lanes: MessageLanes, _ isJSON: Bool
    ) async -> Response {
        do {
            let body = try await request.body.collect(upTo: MessageLanes.bodyBytesMax)
            let bytes = body.readableBytes
            let encoding = (request.headers[.contentEncoding] ?? "identity").lowercased()
            let outcome = try await lanes.run(bodyBytes: bytes) { limit in
                try message(body, encoding, limit: limit)
            } _: { message in
                try receiver.receive(signal, message, bodyBytes: bytes, isJSON: isJSON)
            }
            return success(outcome, signal, isJSON)
        } catch let error as OTLPError {
            return failure(.badRequest, error.description, isJSON)
        } catch let error as GzipError {
            return failure(error.code == .tooLarge ? .contentTooLarge : .badRequest, error.description, isJSON)
        } catch is NIOTooManyBytesError {
            return failure(.contentTooLarge, "the request has more than \(MessageLanes.bodyBytesMax) bytes", isJSON)
        } catch let error as MessagesBusy {
            var response = failure(.serviceUnavailable, error.description, isJSON)
            response.headers[.retryAfter] = MessagesBusy.retryAfter
            return response
        } catch let error as HTTPError {
            return failure(error.status, error.body ?? "", isJSON)
        } catch {
            return failure(.serviceUnavailable, "\(error)", isJSON)
        }
    }

    private static func message(_ body: ByteBuffer, _ encoding: String, limit: Int) throws -> [UInt8] {
        switch encoding {
        case "identity", "": return Array(buffer: body)
        case "gzip", "deflate": return try body.withUnsafeReadableBytes { try Gzip.decompress($0, limit: limit) }
        case let other:
            throw HTTPError(.unsupportedMediaType, message: "the encoding \(other) is not known; send gzip or none")
        }
    }

    private static func success(_ outcome: OTLPOutcome, _ signal: OTLPSignal, _ isJSON: Bool) -> Response {
        guard isJSON else { return answer(.ok, outcome.protobuf, isJSON) }
        var json = JSONBytes()
        json.raw("{")
        if outcome.isPartial {
            json.raw(#""partialSuccess":{""#)
            json.raw(name(of: signal))
            json.raw(#"":"#)
            json.string(String(outcome.rejected))
            json.raw(#","errorMessage":"#)
            json.string(outcome.reasons.joined(separator: "; "))
            json.raw("}")
        }
        json.raw("}")
        return answer(.ok, json.bytes, isJSON)
    }

    /// Of the count of what was left out.
    private static func name(of signal: OTLPSignal) -> StaticString {
        switch signal {
        case .traces: "rejectedSpans"
        case .metrics: "rejectedDataPoints"
        case .logs: "rejectedLogRecords"
        }
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
