import Model

@testable import Streams

/// Bytes as servers send them.
enum Samples {
    /// The smallest JPEG that has a size and an end, with `padding` bytes of picture.
    static func jpeg(_ width: Int = 64, _ height: Int = 48, padding: Int = 40) -> [UInt8] {
        let size = [UInt8(height >> 8), UInt8(height & 255), UInt8(width >> 8), UInt8(width & 255)]
        return [0xff, 0xd8, 0xff, 0xe0, 0, 4, 0xff, 0xd9, 0xff, 0xc0, 0, 11, 8] + size + [1, 1, 0x11, 0]
            + [0xff, 0xda, 0, 8, 1, 1, 0, 0, 63, 0] + (0..<padding).map { _ in 0x2d } + [0xff, 0, 0xff, 0xd9]
    }

    static func answer(_ status: String = "200 OK", _ headers: [String] = [], _ body: [UInt8] = []) -> [UInt8] {
        Array((["HTTP/1.1 \(status)"] + headers + ["", ""]).joined(separator: "\r\n").utf8) + body
    }

    static func chunked(_ body: [UInt8], size: Int) -> [UInt8] {
        stride(from: 0, to: body.count, by: size).reduce(into: []) { output, start in
            let part = body[start..<min(start + size, body.count)]
            output += Array("\(String(part.count, radix: 16));x=y\r\n".utf8) + part + [0x0d, 0x0a]
        }
    }

    static func tag(_ kind: UInt8, _ content: [UInt8], time: Int = 0) -> [UInt8] {
        func three(_ number: Int) -> [UInt8] {
            [UInt8(number >> 16 & 255), UInt8(number >> 8 & 255), UInt8(number & 255)]
        }
        return [0, 0, 0, 0, kind] + three(content.count) + three(time & 0xff_ffff) + [UInt8(time >> 24), 0, 0, 0]
            + content
    }

    static let flvHeader: [UInt8] = Array("FLV".utf8) + [1, 5, 0, 0, 0, 9]

    static func amf(_ values: AMF0...) -> [UInt8] {
        var output: [UInt8] = []
        for value in values { value.write(to: &output) }
        return output
    }

    /// What an RTMP server says until it plays, in chunks of 128 bytes.
    static func rtmp(status: AMF0? = nil) -> [UInt8] {
        let status =
            status
            ?? .object([
                .init(name: "level", value: .text("status")), .init(name: "code", value: .text("NetStream.Play.Start")),
            ])
        return [3] + [UInt8](repeating: 7, count: 3_072)
            + RTMPChunks.written(kind: 5, lane: 2, [0, 0, 0x10, 0])
            + RTMPChunks.written(kind: 4, lane: 2, [0, 6, 1, 2, 3, 4])
            + RTMPChunks.written(kind: 20, amf(.text("_result"), .number(1), .nothing, .nothing))
            + RTMPChunks.written(kind: 20, amf(.text("_result"), .number(2), .nothing, .number(1)))
            + RTMPChunks.written(kind: 20, lane: 5, stream: 1, amf(.text("onStatus"), .number(0), .nothing, status))
    }
}

extension [StreamEvent] {
    var frames: [StreamFrame] { compactMap { if case .frame(let frame) = $0 { frame } else { nil } } }
    var formats: [StreamFormat] { compactMap { if case .describes(let format) = $0 { format } else { nil } } }
    /// The reason at its end, and the words.
    var failure: String? {
        compactMap { if case .failed(let reason, let text) = $0 { "\(reason.rawValue): \(text)" } else { nil } }.first
    }
}
