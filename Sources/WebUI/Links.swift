internal import Foundation
internal import Model

/// Addresses of pages that name a camera. Its identifier may hold any letter.
enum Links {
    static func camera(_ id: String) -> String { "/cameras/" + FormFields.encoded(id) }

    static func logs(ofCamera id: String) -> String { "/logs?query=" + FormFields.encoded(query(ofCamera: id)) }

    /// The log query that finds what concerns a camera.
    static func query(ofCamera id: String) -> String { "camera_id:\"\(quoted(id))\"" }

    /// A text inside the quotation marks of a log query or an expression.
    static func quoted(_ text: String) -> String {
        text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"")
    }

    /// The identifier in a part of an address.
    static func decoded(_ part: String) -> String { part.removingPercentEncoding ?? part }
}
