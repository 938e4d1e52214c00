internal import Foundation
internal import FuzzDriver
internal import Telemetry

@main
struct OTLPFuzzer {
    static func main() { FuzzDriver.run { fuzz($0, $1) } }
}

/// Reads any bytes as metrics of OpenTelemetry: the first byte says in which of their two forms.
private func fuzz(_ data: UnsafePointer<UInt8>, _ size: Int) -> Int32 {
    guard size > 0 else { return 0 }
    let body = UnsafeRawBufferPointer(start: data + 1, count: size - 1)
    if data[0] & 1 == 0 {
        _ = (try? OTLPMetrics(protobuf: body))?.samples()
    } else {
        _ = (try? OTLPMetrics(json: Data(body)))?.samples()
    }
    return 0
}
