public import Model

/// One entry of `remote_write`: a server that gets all samples of this one.
public struct RemoteWriteConfig: Sendable {
    /// What tells it from the others, and names its queue.
    public var name: String
    public var url: String
    public var timeout: Duration = .seconds(30)
    public var headers: [(name: String, value: String)] = []
    public var relabelConfigs: [RelabelRule] = []
    public var client = HTTPClientConfig()
    /// Whether version 2 of the protocol is spoken.
    public var usesVersion2 = false
    /// Samples of one request at most.
    public var samplesPerSend = 2_000
    /// How long a few samples wait for more.
    public var sendDeadline: Duration = .seconds(5)
    public var leastBackoff: Duration = .milliseconds(30)
    public var mostBackoff: Duration = .seconds(5)
    public var retriesTooManyRequests = true
    /// Older samples are not sent; `nil` where age does not matter.
    public var ageLimit: Duration?

    public init(name: String, url: String) {
        self.name = name
        self.url = url
    }
}
