internal import Base
internal import Codecs
internal import Exposition
internal import Model
internal import Scraping

/// Reads any bytes as a remote write message of both versions, and as a remote read request; the first byte says which,
/// and whether they are compressed.
enum RemoteWriteFuzzer: Fuzzer {
    static func feed(_ data: UnsafePointer<UInt8>, _ size: Int) {
        guard size > 0 else { return }
        let body = UnsafeRawBufferPointer(start: data + 1, count: size - 1)
        let kind = data[0] >> 1 & 3
        if data[0] & 1 == 0 {
            read(body, kind)
        } else if let message = try? Snappy.decompress(body, limit: 1 << 20) {
            message.withUnsafeBytes { read($0, kind) }
        }
    }
}

private func read(_ message: UnsafeRawBufferPointer, _ kind: UInt8) {
    switch kind {
    case 0: check(try? RemoteWriteRequest(message, version: .one))
    case 1: check(try? RemoteWriteRequest(message, version: .two))
    case 2: _ = try? RemoteWriteEncoder.secondVersion(of: Array(message))
    default: _ = try? RemoteReadRequest(message)
    }
}

/// Each series has samples of its own, and labels that a store can keep.
private func check(_ request: RemoteWriteRequest?) {
    guard let request else { return }
    var next = 0
    for series in request.series {
        precondition(series.samples.lowerBound == next, "BUG: samples of two series overlap")
        next = series.samples.upperBound
        if case .new(let labels, _) = series.identity {
            precondition(!labels.metricName.isEmpty, "BUG: a series without a name was taken")
        }
    }
    precondition(next == request.samples.count, "BUG: samples belong to no series")
}
