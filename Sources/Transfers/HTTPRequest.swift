package import Model

/// A request to an HTTP or HTTPS server.
package struct HTTPRequest: Sendable {
    package var method: String
    package var url: String
    package var headers: [(String, String)]
    package var body: [UInt8]?
    /// For the whole exchange, connecting included.
    package var timeout: Duration
    /// Bytes of the answer after decompression; a longer one fails with ``TransferError/Kind/tooLarge``.
    package var maxResponseBytes: Int
    package var client: HTTPClientConfig

    package init(
        method: String = "GET", url: String, headers: [(String, String)] = [], body: [UInt8]? = nil, timeout: Duration,
        maxResponseBytes: Int = 64 << 20, client: HTTPClientConfig = .init()
    ) {
        self.method = method
        self.url = url
        self.headers = headers
        self.body = body
        self.timeout = timeout
        self.maxResponseBytes = maxResponseBytes
        self.client = client
    }
}

/// What a server answered, whatever its status.
package struct HTTPResponse: Sendable {
    package let status: Int
    /// Names in lower case; of a header that came twice, the last value.
    package let headers: [String: String]
    /// Decompressed.
    package let body: [UInt8]

    package init(status: Int, headers: [String: String], body: [UInt8]) {
        self.status = status
        self.headers = headers
        self.body = body
    }
}
