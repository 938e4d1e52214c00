import Foundation
import TestSupport
import Testing

@testable import LogShipping

/// Streams that the xz of Python has written, with several settings.
@Suite("xz")
struct XZStreamTests {
    private static let report = (0..<60).map { number in
        "line \(number): camera \(number * 7 % 31) is \(["well", "gone", "back"][number * number % 3])\n"
    }.joined()

    static let streams: [(text: String, stream: String)] = [
        (
            "a",
            "/Td6WFoAAAD/EtlBAgAhARYAAAB0L+WjAQAAYQAAAAAAAREBraZYBAZynnoBAAAAAABZWg=="
        ),
        (
            String(repeating: "abc", count: 100),
            "/Td6WFoAAAD/EtlBAgAhARYAAAB0L+Wj4AErAAtdADCYiK1LNu0bsgAAAAAAAR+sAgAAAI/eCy6oAAr8AgAAAAAA"
                + "WVo="
        ),
        (
            String(repeating: "Máy quay 17 mất kết nối; ", count: 40),
            "/Td6WFoAAAD/EtlBAgAhARYAAAB0L+Wj4AT/AC1dACaw0CeRCeG63r21qxnI4ZHDJ76ewgTxPlTGT+LTtv+z3DF3"
                + "EYlQjAWQkZmKAAAAAAAAAUGACgAAAOJdCtmoAAr8AgAAAAAAWVo="
        ),
        (
            Self.report,
            "/Td6WFoAAAD/EtlBAgAhARYAAAB0L+Wj4AY1APVdADYaSh8IoCZWTfzIwkELmXsOQpVzlD1x0zBGC45PXAfPh8Tb"
                + "kDIadzWaMD9LsSzzx9hrKyMoQ3n9JcHvVhO9bEWiIjGI8duCRC1NtCftOSwq6xpm5jVuOz0ghHOnMhWotEgqtOVb"
                + "XnX4kwezC8nDdhMCXazQAj2Ixw/IA8hJnEYwIAsSn2sOIQ1cVJuAvPSrAALhg5vG4YOBogRG0pOOjhkKDAEVmpkn"
                + "rptGpEAZC/wG6yXU/28xjrE3qpX1ZQOCXi3kZBRU6+CRO+g1SJGIeNy1GTwcyRd5DJUR3wfubyZqc0FjrChBu0IJ"
                + "3p5NN14vPQqKVjcAAAAAAAABiQK2DAAAjyopsagACvwCAAAAAABZWg=="
        ),
        (
            Self.report,
            "/Td6WFoAAAD/EtlBAgAhARwAAAAQz1jM4AY1AQgSADYbHRTfEeZf5Co/CXerBfA6IAd4Xp3WOKi8xL1vkm0kLfna"
                + "lf7EfiGxZzCIhT58Jr3AqwrMlEIYFcBRugW+RY02lNcULcLewqSaSk9/dWEKfClzRgfeGrfQre2EOSAnUZBWIiIF"
                + "UM6G1cEtUVBdXGBnicEd8Uf6VHiktBZ6WTPUmGUNqkq9Vc2pE7EK+37OC/TbZgqUKYXoRtUuMVXiwOb83X4F/EIX"
                + "msf0Ox7+Q/RdjR5Nd0wkfk2ojQ8HC+cUmUEfO+AlwUVWT+0cbR0RZy2Z+1PfsZeK++OBJuNY0t4uLymMNKvf6Gcm"
                + "QJR42t7e6wf6UPUtPUgFXaixKpnsxXFSJko3GfetAAAAAZwCtgwAAKe5MuKoAAr8AgAAAAAAWVo="
        ),
        (
            Self.report,
            "/Td6WFoAAAD/EtlBAgAhAQwAAACPmEGc4AY1AQe4ADYaSh8IlWX9Ei8LGPLNO6ntoA5INkjBUluoVjuu8QOnCEN3"
                + "xjkA7i9eJOJiqXucJ6Enzu4W4CjPAZ+Duz26DeqW01+88MaJzBLQnIHWxL9CgkxTFxp2VIRNXltaCEnbngTNGcIJ"
                + "kG1VKzeGSpZVl1+Jrt8Yb3urfrLyc5PntHuN6FkYfdTT+oXMWEiVhd7q1Oamt+6jc3uKduz6oXF/kyPys8JAU2e8"
                + "E7KhbcOCYnWjv+9IzzW83fFJH1dSRxqnuVUtGNSsprn8jHJAWXfGg+5Rwfl7SxP7pn6SS8itStLYglaA0rAbSFLK"
                + "DFaiwO3IvmJRjpoV33BJsLPWLEHk5xSEMcHS40YAAAAAAZsCtgwAAB+JN/+oAAr8AgAAAAAAWVo="
        ),
    ]

    @Test("is read, to its limit", arguments: streams)
    func reads(_ row: (text: String, stream: String)) throws {
        let stream = [UInt8](try #require(Data(base64Encoded: row.stream)))
        let text = [UInt8](row.text.utf8)
        #expect(try XZStream.decompress(stream[...], limit: text.count) == text)
        #expect(throws: JournalDamage.length) { try XZStream.decompress(stream[...], limit: text.count - 1) }
    }

    @Test("that is cut or has bits turned is no crash")
    func hostile() throws {
        var generator = SeededGenerator(for: "turned bits of xz")
        for row in Self.streams {
            let stream = [UInt8](try #require(Data(base64Encoded: row.stream)))
            // Without the index and what is behind it, which are not looked at.
            for length in stride(from: 0, to: stream.count - 40, by: 3) {
                #expect(throws: JournalDamage.self) { try XZStream.decompress(stream[..<length], limit: 100_000) }
            }
            for _ in 0..<150 {
                var turned = stream
                for _ in 0..<Int.random(in: 1...4, using: &generator) {
                    turned[Int.random(in: 12..<stream.count, using: &generator)] ^=
                        1 << UInt8.random(in: 0...7, using: &generator)
                }
                _ = try? XZStream.decompress(turned[...], limit: 100_000)
            }
        }
    }
}
