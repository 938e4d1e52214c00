import Foundation
import Model
import Testing

@Suite("Values of log events as JSON")
struct LogValueTests {
    @Test(
        "keep their kinds",
        arguments: [
            (.string("Đường \"1\"/x\n"), nil), (.string("5"), "\"5\""), (.integer(.max), "9223372036854775807"),
            (.integer(-1), "-1"), (.double(0.25), "0.25"), (.boolean(true), "true"), (.null, "null"),
            (.array([.string("a"), .integer(1), .array([.null, .boolean(false)])]), "[\"a\",1,[null,false]]"),
        ] as [(LogValue, String?)])
    func roundTrip(_ value: LogValue, _ text: String?) throws {
        let data = try JSONEncoder().encode([value])
        #expect(try JSONDecoder().decode([LogValue].self, from: data) == [value])
        if let text { #expect(String(decoding: data, as: UTF8.self) == "[\(text)]") }
    }

    @Test("that JSON cannot have are texts", arguments: [Double.infinity, -.infinity, .nan])
    func infinities(_ number: Double) throws {
        let data = try JSONEncoder().encode([LogValue.double(number)])
        #expect(try JSONDecoder().decode([LogValue].self, from: data) == [.string("\(number)")])
    }
}
