internal import Foundation
internal import LogDocuments
internal import LogSearch
internal import Model

/// Where a search goes on: all of it is in the id that a client gets, so that nothing is kept for clients that never come
/// back.
struct SearchCursor {
    /// The expression of indices.
    var index: String
    var body: Document
    /// Up to when events were there at the beginning.
    var until: Int64
    /// Where the next hits begin; `nil` where there are no more.
    var next: DocumentValue?
    /// How many hits there are in all.
    var total: Int

    init(index: String, body: Document, until: Int64, next: DocumentValue?, total: Int) {
        self.index = index
        self.body = body
        self.until = until
        self.next = next
        self.total = total
    }

    /// - Throws: ``ElasticError`` for a text that is none of ours.
    init(_ text: String) throws {
        let plain = text.replacing("-", with: "+").replacing("_", with: "/")
        guard let data = Data(base64Encoded: plain + String(repeating: "=", count: (4 - plain.utf8.count % 4) % 4)),
            case .object(let object)? = try? DocumentReader.value(String(decoding: data, as: UTF8.self)),
            let index = object["i"]?.string, case .object(let body)? = object["b"], let until = object["u"]?.whole,
            let total = object["t"]?.whole
        else { throw ElasticError.illegal("Cannot parse scroll id") }
        let next = object["n"]
        self.init(index: index, body: body, until: Int64(until), next: next == .null ? nil : next, total: total)
    }

    var text: String {
        let object: Document = [
            "i": .string(index), "b": .object(body), "u": .integer(until), "n": next ?? .null,
            "t": .integer(Int64(total)),
        ]
        return Data(object.json.utf8).base64EncodedString().replacing("+", with: "-").replacing("/", with: "_")
            .replacing("=", with: "")
    }
}

extension LogCursor {
    /// The cursor as values of JSON.
    var value: DocumentValue { .array([.integer(time), .integer(Int64(count))]) }

    init?(_ value: DocumentValue, _ order: LogOrder) {
        guard case .array(let parts) = value, parts.count == 2, let time = parts[0].whole, let count = parts[1].whole,
            count >= 0
        else { return nil }
        self.init(order, time: Int64(time), count: count)
    }
}
