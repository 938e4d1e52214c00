@testable internal import Scraping

/// Reads any bytes as what a DNS server answers: the first byte says what was asked for.
enum DNSFuzzer: Fuzzer {
    private static let types: [DNSRecordType] = [.a, .aaaa, .srv, .mx, .ns]

    static func feed(_ data: UnsafePointer<UInt8>, _ size: Int) {
        guard size > 2 else { return }
        let message = Array(UnsafeBufferPointer(start: data + 1, count: size - 1))
        let id = UInt16(message[0]) << 8 | UInt16(message[1])
        _ = try? DNSMessage.answer(message, types[Int(data[0]) % types.count], id: id)
    }
}
