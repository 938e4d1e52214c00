internal import Codecs
package import HTTPKit
internal import HTTPTypes
package import Hummingbird
package import LogRelay
internal import NIOCore

/// `/api/watchpost/ingest`: the logs of agents.
///
/// 200 tells the number of the agent's last message that is stored, also where it was stored before. 400 with
/// `malformed` is for what no server will ever take; after any other answer the agent sends the same again.
package struct IngestAPI: Sendable {
    private let receiver: LogReceiver
    private let lanes: MessageLanes
    private let token: @Sendable () throws -> String?

    /// - Parameters:
    ///   - lanes: where messages are read; the same as those of other doors.
    ///   - token: what agents must know; `nil` where nothing is asked of them. Asked at each request, so that a reload shows.
    package init(receiver: LogReceiver, lanes: MessageLanes, token: @escaping @Sendable () throws -> String?) {
        self.receiver = receiver
        self.lanes = lanes
        self.token = token
    }

    package func addRoutes(to router: Router<AppRequestContext>) {
        router.post("/api/watchpost/ingest") { request, context in
            await take(request, from: context.peerAddress?.ipAddress ?? "an unknown address")
        }
    }

    private func take(_ request: Request, from address: String) async -> Response {
        // Before the body is read.
        if let refusal = refusal(of: request, from: address) { return refusal }
        do {
            let body = try await request.body.collect(upTo: LogMessage.bodyBytesMax)
            let receipt = try await lanes.run(bodyBytes: body.readableBytes) { limit in
                try body.withUnsafeReadableBytes { try Zstd().decompress($0, limit: limit) }
            } _: { [receiver] message in
                try message.withUnsafeBytes { try receiver.receive($0) }
            }
            var json = JSONBytes()
            json.raw(#"{"number":"#)
            json.number(receipt.number)
            json.raw(#","events":"#)
            json.number(receipt.events)
            json.raw("}")
            return .json(.ok, json.bytes)
        } catch {
            return answer(to: error, from: address)
        }
    }

    private func refusal(of request: Request, from address: String) -> Response? {
        let wanted: String?
        do {
            wanted = try token()
        } catch {
            receiver.note(.token, "no agent's logs are taken: \(error)")
            return Self.failure(.serviceUnavailable, "the server cannot read its own token", retryAfter: "30")
        }
        if let wanted {
            let given = request.headers[.authorization] ?? ""
            guard !wanted.isEmpty, Self.isEqual(Array(given.utf8), Array("Bearer \(wanted)".utf8)) else {
                receiver.note(
                    .token, "logs from \(address) were not taken: their token is another one than that of ingest")
                var response = Self.failure(.unauthorized, "the token is wrong, or there is none")
                response.headers[.wwwAuthenticate] = "Bearer"
                return response
            }
        }
        let type = (request.headers[.contentType] ?? "").lowercased()
        let encoding = (request.headers[.contentEncoding] ?? "").lowercased()
        guard type == LogMessage.contentType, encoding == "zstd" else {
            return Self.failure(
                .unsupportedMediaType, "this is for agents: \(LogMessage.contentType) with the encoding zstd")
        }
        return nil
    }

    /// Compares in a time that says nothing of where the two differ.
    private static func isEqual(_ given: [UInt8], _ wanted: [UInt8]) -> Bool {
        var difference: UInt8 = given.count == wanted.count ? 0 : 1
        for index in given.indices { difference |= given[index] ^ wanted[index % wanted.count] }
        return difference == 0
    }

    private func answer(to error: any Error, from address: String) -> Response {
        switch error {
        case let error as LogMessageError:
            return error.code == .unknownVersion
                ? Self.failure(.unsupportedMediaType, error.description)
                : Self.failure(.badRequest, error.description, isMalformed: true)
        case let error as ZstdError:
            receiver.note(.content, "what came from \(address) as logs cannot be decompressed: \(error.reason)")
            return error.code == .tooLarge
                ? Self.failure(.contentTooLarge, "the message is too long: \(error.reason)")
                : Self.failure(.badRequest, "cannot decompress the message: \(error.reason)", isMalformed: true)
        case is NIOTooManyBytesError:
            receiver.note(.content, "more than \(LogMessage.bodyBytesMax) bytes came from \(address) as logs")
            return Self.failure(.contentTooLarge, "the request has more than \(LogMessage.bodyBytesMax) bytes")
        case let error as LogMessageRefused:
            receiver.note(error.reason, error.description)
            return error.reason == .identity
                ? Self.failure(.conflict, error.description)
                : Self.failure(.serviceUnavailable, error.description, retryAfter: "60")
        case let error as MessagesBusy:
            return Self.failure(.serviceUnavailable, error.description, retryAfter: MessagesBusy.retryAfter)
        default:
            // The disk is full, or the server ends: the same message may be sent again.
            return Self.failure(.serviceUnavailable, "\(error)", retryAfter: "1")
        }
    }

    private static func failure(
        _ status: HTTPResponse.Status, _ text: String, isMalformed: Bool = false, retryAfter: String? = nil
    ) -> Response {
        var json = JSONBytes()
        json.raw(#"{"error":"#)
        json.string(text)
        if isMalformed { json.raw(#","malformed":true"#) }
        json.raw("}")
        var response = Response.json(status, json.bytes)
        if let retryAfter { response.headers[.retryAfter] = retryAfter }
        return response
    }
}
