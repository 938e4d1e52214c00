package import Hummingbird
package import NIOCore

/// What is known of a request beside its text, from the connection to the door that answers it.
package struct AppRequestContext: RequestContext {
    /// What Hummingbird keeps of a request.
    package var coreContext: CoreRequestContextStorage
    /// The other end of the connection: who asks, or the proxy before them; `nil` where a connection has no addresses.
    package let peerAddress: SocketAddress?

    /// - Parameter source: the connection that the request came by.
    package init(source: ApplicationRequestContextSource) {
        coreContext = CoreRequestContextStorage(source: source)
        peerAddress = source.channel.remoteAddress
    }
}
