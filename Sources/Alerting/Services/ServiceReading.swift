internal import ConfigText
internal import Model

/// What services' entries have in common.
extension MappingReader {
    /// How requests go out: as the entry's `http_config` says, or that of `global`.
    func client(or global: AlertmanagerGlobal) -> HTTPClientConfig {
        mapping("http_config", HTTPClientReader.read) ?? global.client
    }

    /// A credential that must be there, here or in `global`.
    /// - Parameter shared: its key in `global`, and what stands there.
    func credential(_ key: String, or shared: (key: String, secret: Secret?)? = nil) -> Secret? {
        if let secret = secret(key, file: "\(key)_file") ?? shared?.secret { return secret }
        if !has(key), !has("\(key)_file") {
            error(
                "\(path) has no \(key)",
                mend: "write \(key)_file" + (shared.map { ", or \($0.key) in global" } ?? ""))
        }
        return nil
    }

    /// Sets `sendResolved` where the entry says it, and warns where it does not: of a service whose default is no.
    func sendResolved(kind: String, into sendResolved: inout Bool) {
        if let given = boolean("send_resolved") {
            sendResolved = given
        } else if !has("send_resolved") {
            warn(
                "\(path) sends no \(kind) when the trouble is over", mend: "write send_resolved: true, or false")
        }
    }

    /// Warns of an address that stands in examples.
    func warnOfPlaceholder(_ text: Located<String>?) {
        guard let text, let placeholder = Placeholders.found(in: text.value) else { return }
        problems.warn(
            at: text.position, "\(placeholder) is a placeholder: nothing is sent there", mend: "write your own address")
    }
}
