package import Listening
package import Model

extension LogShipper: FindingSource {
    /// Inputs that cannot be read or stored, and what is left out.
    package var findings: [Finding] { Self.findings(of: snapshot()) }

    /// The same of other inputs.
    package static func findings(of inputs: [LogInputStatus]) -> [Finding] {
        inputs.flatMap { input in
            [
                input.lastError.map { Finding(.error, part: "logs", text: "\(input.id): \($0)") },
                input.note.map { Finding(.warning, part: "logs", text: "\(input.id): \($0)") },
            ].compactMap(\.self)
        }
    }
}
