internal import Base
internal import Foundation

/// How a call ended: https://grpc.io/docs/guides/status-codes/
package struct GRPCStatus: Error, Sendable, Equatable {
    /// The codes that are answered here.
    package enum Code: Int, Sendable, CaseIterable {
        case ok = 0
        case cancelled = 1
        case invalidArgument = 3
        case deadlineExceeded = 4
        case notFound = 5
        case resourceExhausted = 8
        case unimplemented = 12
        case `internal` = 13
        case unavailable = 14

        /// As gRPC's own libraries write it.
        package var name: String {
            switch self {
            case .ok: "OK"
            case .cancelled: "CANCELLED"
            case .invalidArgument: "INVALID_ARGUMENT"
            case .deadlineExceeded: "DEADLINE_EXCEEDED"
            case .notFound: "NOT_FOUND"
            case .resourceExhausted: "RESOURCE_EXHAUSTED"
            case .unimplemented: "UNIMPLEMENTED"
            case .internal: "INTERNAL"
            case .unavailable: "UNAVAILABLE"
            }
        }
    }

    package let code: Code
    package let message: String
    /// Seconds after which the sender should try again, where that is known.
    package let retrySeconds: Int?

    package init(_ code: Code, _ message: String, retrySeconds: Int? = nil) {
        self.code = code
        self.message = message
        self.retrySeconds = retrySeconds
    }

    /// The text of the trailer `grpc-message`: what is no printable ASCII, and the percent sign, as `%` and two digits.
    package static func percentEncoded(_ text: String) -> String {
        let digits = Array("0123456789ABCDEF".utf8)
        var bytes: [UInt8] = []
        for byte in text.utf8 {
            if (0x20...0x7e).contains(byte), byte != UInt8(ascii: "%") {
                bytes.append(byte)
            } else {
                bytes += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// `google.rpc.RetryInfo`, whose field 1 is a duration, whose field 1 is seconds; in base64, as binary trailers are.
    var retryInfo: String? { retrySeconds.map { Data(Self.retryInfo($0)).base64EncodedString() } }

    /// `google.rpc.Status` with that as a detail, in base64.
    var details: String? {
        guard let retrySeconds else { return nil }
        var any: [UInt8] = [1 << 3 | 2]
        any.appendCounted(Array("type.googleapis.com/google.rpc.RetryInfo".utf8))
        any.append(2 << 3 | 2)
        any.appendCounted(Self.retryInfo(retrySeconds))
        var bytes: [UInt8] = [1 << 3, UInt8(code.rawValue), 2 << 3 | 2]
        bytes.appendCounted(Array(message.utf8))
        bytes.append(3 << 3 | 2)
        bytes.appendCounted(any)
        return Data(bytes).base64EncodedString()
    }

    private static func retryInfo(_ seconds: Int) -> [UInt8] {
        var duration: [UInt8] = [1 << 3]
        duration.appendVarint(UInt64(seconds))
        var bytes: [UInt8] = [1 << 3 | 2]
        bytes.appendCounted(duration)
        return bytes
    }
}
