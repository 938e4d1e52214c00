internal import ConfigText
internal import Model

/// Reads the entries of `receivers`.
struct ReceiverReader {
    let global: AlertmanagerGlobal

    func receiver(_ reader: MappingReader) -> ReceiverConfig? {
        let name = reader.required("name", mend: "write name")
        var receiver = ReceiverConfig(name: name?.value ?? "")
        receiver.integrations = Services.all.flatMap { $0.integrations(reader, global) }
        return name == nil ? nil : receiver
    }
}
