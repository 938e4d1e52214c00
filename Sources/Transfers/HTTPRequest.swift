public import Model

/// A request to an HTTP or HTTPS server.
public struct HTTPRequest: Sendable {
    public var method: String
    public var url: String
    public var headers: [(String, String)]
    public var body: [UInt8]?
    /// For the whole exchange, connecting included.
    public var timeout: Duration
    /// Bytes of the answer after decompression; a longer one fails with ``TransferError/Kind/tooLarge``.
    public var maxResponseBytes: Int
    public var client: HTTPClientConfig

    public init(
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
public struct HTTPResponse: Sendable {
    public let status: Int
    /// Names in lower case; of a header that came twice, the last value.
    public let headers: [String: String]
    /// Decompressed.
    public let body: [UInt8]

    public init(status: Int, headers: [String: String], body: [UInt8]) {
        self.status = status
        self.headers = headers
        self.body = body
    }
}
