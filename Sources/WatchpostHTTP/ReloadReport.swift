/// What a reload did that a person should know, a line each.
package struct ReloadReport: Sendable, Equatable {
    /// What could not be put into force though the rest was, and what goes on instead.
    package var failures: [String] = []
    /// What stays as it is until the next start: the key, its new value and the one in force.
    package var needsRestart: [String] = []
    /// What follows of it: what is removed, what goes before it.
    package var notes: [String] = []

    package init() {}

    /// The answer to who asked for the reload.
    package var text: String {
        let lines =
            failures.map { "not in force: \($0)" } + needsRestart.map { "needs a restart: \($0)" } + notes
        return (["The configuration was read again."] + lines).joined(separator: "\n")
    }
}
