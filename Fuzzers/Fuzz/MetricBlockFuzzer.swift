internal import Base
internal import Codecs
internal import Model

@testable internal import MetricStore

/// Reads any bytes as what the metric store keeps on disk: the first byte says as what. A block's frame of zstd, whose
/// checksum refuses all that is not ours, is made here.
enum MetricBlockFuzzer: Fuzzer {
    /// libFuzzer feeds one input after the other.
    private nonisolated(unsafe) static let zstd = Zstd()

    static func feed(_ data: UnsafePointer<UInt8>, _ size: Int) {
        guard size > 0 else { return }
        let bytes = UnsafeRawBufferPointer(start: data + 1, count: size - 1)
        switch data[0] % 5 {
        case 0:
            let block = zstd.compress(Array(bytes))
            try? block.withUnsafeBytes { raw in
                try SealedBlock.decode(raw, in: .all, with: zstd, where: { _ in true }) { _, times, values in
                    precondition(times.count == values.count, "BUG: times without values")
                }
            }
        case 1: _ = SealedCodec.decode(bytes)
        case 2: _ = BatchCodec.decode(bytes)
        case 3: _ = DefinitionCodec.decode(bytes)
        default:
            for entry in TailImage.decode(bytes) ?? [] {
                for chunk in entry.closed + [entry.open].compactMap(\.self) { _ = chunk.samples() }
            }
        }
    }
}
