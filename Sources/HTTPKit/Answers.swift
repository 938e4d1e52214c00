package import HTTPTypes
package import Hummingbird
internal import NIOCore

extension Response {
    /// A text for people, with a line's end behind it.
    package static func text(_ status: HTTPResponse.Status, _ text: String) -> Response {
        Response(
            status: status, headers: [.contentType: "text/plain; charset=utf-8"],
            body: .init(byteBuffer: ByteBuffer(string: text + "\n")))
    }

    /// - Parameter json: the whole text, in UTF-8.
    package static func json(_ status: HTTPResponse.Status, _ json: some Collection<UInt8>) -> Response {
        Response(
            status: status, headers: [.contentType: "application/json"],
            body: .init(byteBuffer: ByteBuffer(bytes: json)))
    }
}
