public import PromQL
public import SiteView

/// How a server is to be started.
public struct ServeOptions: Sendable {
    /// The configuration's directory; `nil` is the built-in site.
    public var configuration: String?
    public var dataDirectory: String
    /// `host:port`; what the command line says goes before `watchpost.yml`.
    public var listen: String?
    public var features: Set<PromQLFeature> = []
    /// Whether samples may be deleted over HTTP.
    public var allowsDeletion = false
    /// Whether to listen beyond this host though nobody has to log in.
    public var allowsInsecureListen = false
    /// The `watchpost` binary, which also supervises recorders.
    public var program: String
    /// What only the demo has.
    public var demo: DemoHooks?
    /// Called once pages are answered, with the server's address.
    public var onReady: @Sendable (_ url: String) -> Void = { _ in }

    public init(dataDirectory: String, program: String) {
        self.dataDirectory = dataDirectory
        self.program = program
    }

    /// What the demo adds: an inbox, and cameras with faults on command. Its recorders end with it.
    public struct DemoHooks: Sendable {
        public var messages: @Sendable (_ limit: Int) -> [InboxMessage]
        public var setFault: @Sendable (_ camera: String, _ fault: String) throws -> Void

        public init(
            messages: @escaping @Sendable (_ limit: Int) -> [InboxMessage],
            setFault: @escaping @Sendable (_ camera: String, _ fault: String) throws -> Void
        ) {
            self.messages = messages
            self.setFault = setFault
        }
    }
}

/// Why a server cannot start, for people: what is wrong, and the mend.
public struct StartRefused: Error, Sendable, CustomStringConvertible {
    public let description: String

    init(_ description: String) { self.description = description }
}
