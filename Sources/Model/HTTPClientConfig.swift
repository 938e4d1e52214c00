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
    /// The name that the server's certificate must have and that is asked for in the TLS handshake, where that is not
    /// the host of the address.
    public var serverName: String?
    public var proxyURL: String?
    /// Hosts that are reached without the proxy, with commas between them, in the form of the environment's `NO_PROXY`.
    public var noProxy: String?
    /// Whether the environment's proxies are used. Without it they never are, as in Prometheus.
    public var proxyFromEnvironment = false

    public init() {}
}

/// A credential: in the file itself, or in a file of its own that is read at each use. Prints as `<secret>`.
public enum Secret: Sendable, Hashable, CustomStringConvertible, CustomDebugStringConvertible {
    case inline(String)
    case file(String)

    public var description: String { "<secret>" }
    public var debugDescription: String { "<secret>" }
}
