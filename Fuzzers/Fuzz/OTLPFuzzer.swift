internal import Foundation
internal import Telemetry

/// Reads any bytes as metrics of OpenTelemetry: the first byte says in which of their two forms.
enum OTLPFuzzer: Fuzzer {
    static func feed(_ data: UnsafePointer<UInt8>, _ size: Int) {
        guard size > 0 else { return }
        let body = UnsafeRawBufferPointer(start: data + 1, count: size - 1)
        if data[0] & 1 == 0 {
            _ = (try? OTLPMetrics(protobuf: body))?.samples()
        } else {
            _ = (try? OTLPMetrics(json: Data(body)))?.samples()
        }
    }
}
