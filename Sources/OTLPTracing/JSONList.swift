internal import Foundation
internal import Model

/// Lists of plain values, as attributes of spans have them, in JSON.
enum JSONList {
    /// The items of a list; `nil` for what is none, or has lists and maps in it.
    static func items(_ text: String) -> [SpanValue]? {
        guard text.utf8.first == UInt8(ascii: "["),
            let items = try? JSONDecoder().decode([Item].self, from: Data(text.utf8))
        else { return nil }
        return items.map(\.value)
    }

    private struct Item: Decodable {
        let value: SpanValue

        init(from decoder: any Decoder) throws {
            let container = try decoder.singleValueContainer()
            if let flag = try? container.decode(Bool.self) {
                value = .boolean(flag)
            } else if let number = try? container.decode(Int64.self) {
                value = .integer(number)
            } else if let number = try? container.decode(Double.self) {
                value = .number(number)
            } else {
                value = .string(try container.decode(String.self))
            }
        }
    }
}
