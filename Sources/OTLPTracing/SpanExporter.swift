internal import Base
internal import Codecs
internal import Foundation
package import Model
package import Transfers

/// Sends spans to a server by OTLP over HTTP: https://opentelemetry.io/docs/specs/otlp/#otlphttp
package struct SpanExporter: Sendable {
    /// What became of spans that were sent.
    package enum Outcome: Sendable {
        /// They were taken, but for so many, for the reason that the server gives.
        case taken(rejected: Int, reason: String)
        /// They may be taken later; after so long where the server said so.
        case later(Duration?, reason: String)
        /// They never will be.
        case lost(reason: String)
    }

    private let transfers: Transfers
    private let url: String
    private let headers: [(String, String)]
    private let isCompressed: Bool
    private let timeout: Duration
    private let client: HTTPClientConfig

    private static let answerBytesMax = 1 << 16
    private static let retryAfterMax = 300

    /// - Parameter url: with its path, `/v1/traces`.
    package init(
        transfers: Transfers, url: String, headers: [(String, String)] = [], isCompressed: Bool = true,
        timeout: Duration = .seconds(10), client: HTTPClientConfig = .init()
    ) {
        self.transfers = transfers
        self.url = url
        self.headers = headers
        self.isCompressed = isCompressed
        self.timeout = timeout
        self.client = client
    }

    /// The address as people may see it.
    package var shownURL: String { Redaction.urls(in: url) }

    package func send(_ spans: [Model.Span]) async -> Outcome {
        var body = SpanMessage.bytes(spans)
        var headers = headers
        headers.append(("Content-Type", "application/x-protobuf"))
        if isCompressed, let compressed = try? Gzip.compress(body) {
            body = compressed
            headers.append(("Content-Encoding", "gzip"))
        }
        let response: HTTPResponse
        do {
            response = try await transfers.send(
                HTTPRequest(
                    method: "POST", url: url, headers: headers, body: body, timeout: timeout,
                    maxResponseBytes: Self.answerBytesMax, client: client))
        } catch {
            // An address that is none never becomes one; a file with a credential may.
            return .later(nil, reason: "\(error)")
        }
        return Self.judge(response, shownURL)
    }

    static func judge(_ response: HTTPResponse, _ url: String) -> Outcome {
        if response.status / 100 == 2 {
            let (rejected, reason) = partialSuccess(response.body)
            return .taken(rejected: rejected, reason: reason)
        }
        let told = Redaction.urls(in: text(response)).cut(toBytes: 300)
        let reason = "\(url) answered with HTTP status \(response.status)" + (told.isEmpty ? "" : ": \(told)")
        switch response.status {
        case 429, 502, 503, 504: return .later(pause(response.headers["retry-after"]), reason: reason)
        default: return .lost(reason: reason)
        }
    }

    /// Seconds, or a date: https://www.rfc-editor.org/rfc/rfc9110#field.retry-after
    private static func pause(_ header: String?) -> Duration? {
        guard let header else { return nil }
        if let seconds = Int(header) { return .seconds(min(max(seconds, 0), retryAfterMax)) }
        let format = DateFormatter()
        format.locale = Locale(identifier: "en_US_POSIX")
        format.timeZone = TimeZone(identifier: "GMT")
        format.dateFormat = "EEE, dd MMM yyyy HH:mm:ss zzz"
        return format.date(from: header).map {
            .seconds(min(max(0, $0.timeIntervalSinceNow), Double(retryAfterMax)))
        }
    }

    /// The text of a refusal: what `google.rpc.Status` says, or the body where it is one for people.
    private static func text(_ response: HTTPResponse) -> String {
        guard response.headers["content-type"]?.hasPrefix("application/x-protobuf") == true else {
            let text = String(decoding: response.body, as: UTF8.self)
            return text.split(whereSeparator: \.isNewline).first.map(String.init) ?? ""
        }
        return fields(response.body) { field, value in
            if field == 2, case .bytes(let text) = value { return String(decoding: text, as: UTF8.self) }
            return nil
        } ?? ""
    }

    /// How many spans a server did not take of those that it answered for, and why.
    private static func partialSuccess(_ body: [UInt8]) -> (rejected: Int, reason: String) {
        fields(body) { field, value in
            guard field == 1, case .bytes(let partial) = value else { return nil }
            var rejected = 0
            var reason = ""
            var reader = ProtobufReader(partial)
            while let (field, value) = reader.next() {
                switch (field, value) {
                case (1, .varint(let number)): rejected = Int(clamping: Int64(bitPattern: number))
                case (2, .bytes(let text)): reason = String(decoding: text, as: UTF8.self)
                default: break
                }
            }
            return (max(0, rejected), Redaction.urls(in: reason.cut(toBytes: 300)))
        } ?? (0, "")
    }

    /// What `body` first makes of a field of a message.
    private static func fields<Found>(
        _ message: [UInt8], _ body: (UInt64, ProtobufReader.Value) -> Found?
    ) -> Found? {
        message.withUnsafeBytes { bytes in
            var reader = ProtobufReader(bytes)
            while let (field, value) = reader.next() {
                if let found = body(field, value) { return found }
            }
            return nil
        }
    }
}
