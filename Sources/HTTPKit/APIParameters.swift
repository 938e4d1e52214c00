internal import Foundation
package import Hummingbird
internal import Model

/// The parameters of an API request: from the address, and from a form in the body.
package struct APIParameters {
    private let fields: FormFields

    /// The most bytes of a form.
    package static let maxFormBytes = 1 << 20

    /// Reads them.
    /// - Throws: ``APIError`` where the form is longer than ``maxFormBytes``.
    package init(of request: Request) async throws {
        let address = FormFields(request.uri.query ?? "")
        let type = request.headers[.contentType] ?? ""
        guard request.method == .post, type.hasPrefix("application/x-www-form-urlencoded") else {
            fields = address
            return
        }
        do {
            let body = try await request.body.collect(upTo: Self.maxFormBytes)
            fields = FormFields(String(buffer: body), then: address)
        } catch {
            throw APIError(.badData, "the form is longer than \(Self.maxFormBytes) bytes; send a shorter query")
        }
    }

    /// All values of a name, the form's first.
    package func all(_ name: String) -> [String] { fields.all(name) }

    /// The first value of a name.
    package func text(_ name: String) -> String? { fields[name] }

    /// The same of one that has to be there.
    /// - Throws: ``APIError`` where it is missing or empty.
    package func required(_ name: String) throws -> String {
        guard let text = text(name), !text.isEmpty else {
            throw APIError(.badData, "invalid parameter \"\(name)\": it is missing")
        }
        return text
    }

    /// A time as Prometheus takes it: Unix seconds with a fraction, or RFC 3339. In milliseconds.
    package func time(_ name: String) throws -> Int64? {
        guard let text = text(name), !text.isEmpty else { return nil }
        if let milliseconds = Self.milliseconds(ofTime: text) { return milliseconds }
        throw APIError(.badData, "invalid parameter \"\(name)\": cannot parse \"\(text)\" to a valid timestamp")
    }

    /// The same of a text; `nil` where it is no time. Up to nanoseconds are read, and cut.
    package static func milliseconds(ofTime text: String) -> Int64? {
        if let seconds = Double(text) {
            let milliseconds = (seconds * 1_000).rounded()
            return milliseconds.magnitude < 9e15 ? Int64(milliseconds) : nil
        }
        let withFraction = Date.ISO8601FormatStyle(includingFractionalSeconds: true)
        // Go writes up to nanoseconds.
        let short = text.replacing(#/(\.\d{3})\d+/#) { String($0.output.1) }
        let parsed = (try? Date(short, strategy: .iso8601)) ?? (try? Date(short, strategy: withFraction))
        return parsed.map { Int64(($0.timeIntervalSince1970 * 1_000).rounded()) }
    }

    /// A span of time: seconds with a fraction, or a duration like `1m`. In milliseconds, above zero.
    package func span(_ name: String) throws -> Int64? {
        guard let text = text(name), !text.isEmpty else { return nil }
        let milliseconds =
            Double(text).flatMap { Int64(exactly: ($0 * 1_000).rounded()) } ?? DurationText.milliseconds(text)
        guard let milliseconds, milliseconds > 0 else {
            throw APIError(.badData, "invalid parameter \"\(name)\": \"\(text)\" is not a duration above zero")
        }
        return milliseconds
    }

    /// How many of a kind are wanted: all where nothing or 0 stands.
    package func limit(_ name: String = "limit") throws -> Int {
        guard let text = text(name), !text.isEmpty else { return .max }
        guard let limit = Int(text), limit >= 0 else {
            throw APIError(.badData, "invalid parameter \"\(name)\": \"\(text)\" is not a whole number from 0 on")
        }
        return limit == 0 ? .max : limit
    }

    /// Whether something is wanted, in the words that Go takes for it.
    package func flag(_ name: String) throws -> Bool {
        switch text(name) {
        case nil, "", "0", "f", "F", "false", "False", "FALSE": return false
        case "1", "t", "T", "true", "True", "TRUE": return true
        case let other?:
            throw APIError(.badData, "invalid parameter \"\(name)\": \"\(other)\" is neither true nor false")
        }
    }
}
