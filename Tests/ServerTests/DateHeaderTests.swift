import Foundation
import Testing

@testable import Server

@Suite("The header Date")
struct DateHeaderTests {
    @Test(
        "is as RFC 9110 writes it",
        arguments: [
            (784_111_777, "Sun, 06 Nov 1994 08:49:37 GMT"), (0, "Thu, 01 Jan 1970 00:00:00 GMT"),
            (1_709_164_800, "Thu, 29 Feb 2024 00:00:00 GMT"), (253_402_300_799, "Fri, 31 Dec 9999 23:59:59 GMT"),
        ])
    func form(_ second: Int, _ text: String) { #expect(DateHeader.text(of: second) == text) }

    @Test("is the present one, also when it is asked for again later")
    func present() async throws {
        let header = DateHeader()
        let formatter = DateFormatter()
        formatter.locale = Locale(identifier: "en_US_POSIX")
        formatter.dateFormat = "EEE, dd MMM yyyy HH:mm:ss 'GMT'"
        formatter.timeZone = .gmt
        for _ in 0..<2 {
            let before = Date.now.timeIntervalSince1970.rounded(.down)
            let shown = try #require(formatter.date(from: header.text)).timeIntervalSince1970
            #expect(shown >= before && shown <= Date.now.timeIntervalSince1970)
            try await Task.sleep(for: .milliseconds(1_100))
        }
    }
}
