package import PromQL
package import SiteView

/// How a server is to be started.
package struct ServeOptions: Sendable {
    /// The configuration's directory; `nil` is the built-in site.
    package var configuration: String?
    package var dataDirectory: String
    /// `host:port`; what the command line says goes before `watchpost.yml`.
    package var listen: String?
    package var features: Set<PromQLFeature> = []
    /// Whether samples may be deleted over HTTP.
    package var allowsDeletion = false
    /// Whether to listen beyond this host though nobody has to log in.
    package var allowsInsecureListen = false
    /// The `watchpost` binary, which also supervises recorders.
    package var program: String
    /// What only the demo has.
    package var demo: DemoHooks?
    /// Called once pages are answered, with the server's address.
    package var onReady: @Sendable (_ url: String) -> Void = { _ in }

    package init(dataDirectory: String, program: String) {
        self.dataDirectory = dataDirectory
        self.program = program
    }

    /// What the demo adds: an inbox, and cameras with faults on command. Its recorders end with it.
    package struct DemoHooks: Sendable {
        package var messages: @Sendable (_ limit: Int) -> [InboxMessage]
        /// What it did on purpose and what came of it, newest first.
        package var story: @Sendable () -> [StoryLine]
        package var setFault: @Sendable (_ camera: String, _ fault: String) throws -> Void

        package init(
            messages: @escaping @Sendable (_ limit: Int) -> [InboxMessage],
            story: @escaping @Sendable () -> [StoryLine],
            setFault: @escaping @Sendable (_ camera: String, _ fault: String) throws -> Void
        ) {
            self.messages = messages
            self.story = story
            self.setFault = setFault
        }
    }
}

/// Why a server cannot start, for people: what is wrong, and the mend.
package struct StartRefused: Error, Sendable, CustomStringConvertible {
    package let description: String

    init(_ description: String) { self.description = description }
}
