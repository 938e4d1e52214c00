/// How an HTTP client of ours presents itself: shared by scrape jobs, webhooks and Slack.
public struct HTTPClientConfig: Sendable, Hashable {
    public struct BasicAuth: Sendable, Hashable {
        public var username: String
        public var password: Secret

        public init(username: String, password: Secret) {
            self.username = username
            self.password = password
        }
    }

    public var basicAuth: BasicAuth?
    /// The type (`Bearer`) and the credentials of the `Authorization` header.
    public var authorizationType = "Bearer"
    public var authorization: Secret?
    public var followRedirects = true
    public var insecureSkipVerify = false
    public var caFile: String?
    public var certFile: String?
    public var keyFile: String?
    public var proxyURL: String?

    public init() {}
}

/// A credential: in the file itself, or in a file of its own that is read at each use. Prints as `<secret>`.
public enum Secret: Sendable, Hashable, CustomStringConvertible, CustomDebugStringConvertible {
    case inline(String)
    case file(String)

    public var description: String { "<secret>" }
    public var debugDescription: String { "<secret>" }
}
