package import Model

/// One entry of `remote_write`: a server that gets all samples of this one.
package struct RemoteWriteConfig: Sendable {
    /// What tells it from the others, and names its queue.
    package var name: String
    package var url: String
    package var timeout: Duration = .seconds(30)
    package var headers: [(name: String, value: String)] = []
    package var relabelConfigs: [RelabelRule] = []
    package var client = HTTPClientConfig()
    /// Whether version 2 of the protocol is spoken.
    package var usesVersion2 = false
    /// Samples of one request at most.
    package var samplesPerSend = 2_000
    /// How long a few samples wait for more.
    package var sendDeadline: Duration = .seconds(5)
    package var leastBackoff: Duration = .milliseconds(30)
    package var mostBackoff: Duration = .seconds(5)
    package var retriesTooManyRequests = true
    /// Older samples are not sent; `nil` where age does not matter.
    package var ageLimit: Duration?

    package init(name: String, url: String) {
        self.name = name
        self.url = url
    }
}
