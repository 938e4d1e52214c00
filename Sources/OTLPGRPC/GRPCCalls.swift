internal import Base
internal import Codecs
package import HTTPKit
package import OTLPReceiver
package import Telemetry

/// Answers calls: from a message that came to the message that goes, or the status instead of it.
package struct GRPCCalls: Sendable {
    private let receiver: OTLPReceiver
    private let lanes: MessageLanes
    /// Where calls wait and are worked on: as many as the lanes let through, and one that is refused meanwhile.
    let queue = WorkQueue("calls of gRPC", width: 6)

    /// - Parameter lanes: where messages are read; the same as those of other doors.
    package init(receiver: OTLPReceiver, lanes: MessageLanes) {
        self.receiver = receiver
        self.lanes = lanes
    }

    /// - Parameter encoding: the header `grpc-encoding`.
    /// - Returns: the message of the answer.
    package func answer(
        _ method: GRPCMethod, _ frame: GRPCFrame, encoding: String?
    ) async -> Result<[UInt8], GRPCStatus> {
        do throws(GRPCStatus) {
            let isGzip = try Self.isGzip(frame, encoding)
            switch method {
            case .checkHealth: return .success(try Self.health(frame))
            case .export(let signal): return .success(try await export(signal, frame, isGzip))
            }
        } catch {
            if case .export(let signal) = method { receiver.refused(signal) }
            return .failure(error)
        }
    }

    /// Counts a call of which no message came.
    func refused(_ method: GRPCMethod) { if case .export(let signal) = method { receiver.refused(signal) } }

    private static func isGzip(_ frame: GRPCFrame, _ encoding: String?) throws(GRPCStatus) -> Bool {
        guard frame.isCompressed else { return false }
        switch encoding?.lowercased() {
        case "gzip": return true
        case nil, "identity":
            throw GRPCStatus(.internal, "the message is called compressed, and grpc-encoding does not say how")
        case let other?:
            throw GRPCStatus(.unimplemented, "the encoding \(other.prefix(40)) is not known; send gzip or none")
        }
    }

    private func export(
        _ signal: OTLPSignal, _ frame: GRPCFrame, _ isGzip: Bool
    ) async throws(GRPCStatus) -> [UInt8] {
        do {
            let bytes = frame.bytes.count
            return try await lanes.run(bodyBytes: bytes) { limit in
                isGzip ? try Gzip.decompress(frame.bytes, limit: limit) : frame.bytes
            } _: { [receiver] message in
                try receiver.receive(signal, message, bodyBytes: bytes, isJSON: false).protobuf
            }
        } catch let error as OTLPError {
            throw GRPCStatus(.invalidArgument, error.description)
        } catch let error as GzipError {
            throw GRPCStatus(error.code == .tooLarge ? .resourceExhausted : .invalidArgument, error.description)
        } catch let error as MessagesBusy {
            throw GRPCStatus(.unavailable, error.description, retrySeconds: Int(MessagesBusy.retryAfter))
        } catch is CancellationError {
            throw GRPCStatus(.cancelled, "the call was ended")
        } catch {
            // A full disk above all: exporters keep what they have, and send it again, at this status alone.
            throw GRPCStatus(.unavailable, "\(error)")
        }
    }

    /// `HealthCheckRequest` has the service's name (1), and the answer its state (1): 1 is that it serves.
    private static func health(_ frame: GRPCFrame) throws(GRPCStatus) -> [UInt8] {
        let known = [""] + OTLPSignal.allCases.map(GRPCMethod.service)
        let bytes = frame.bytes
        let name: String
        if bytes.isEmpty {
            name = ""
        } else if bytes.count >= 2, bytes[0] == 1 << 3 | 2, Int(bytes[1]) == bytes.count - 2 {
            name = String(decoding: bytes[2...], as: UTF8.self)
        } else {
            throw GRPCStatus(.invalidArgument, "the request is no HealthCheckRequest")
        }
        guard known.contains(name) else { throw GRPCStatus(.notFound, "there is no such service") }
        return [1 << 3, 1]
    }
}
