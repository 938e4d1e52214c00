import Model

/// `ndjson`: a line that is one object of JSON.
enum JSONLine {
    /// Reads the line's JSON; a line that is none keeps its text, with the reason if that is asked for.
    static func read(_ settings: FilebeatInput.JSON, into entry: inout Entry) {
        if entry.message.isEmpty { return }
        do throws(JSONReader.Failure) {
            let fields = try JSONReader.fields(entry.message)
            guard let key = settings.messageKey else {
                entry.fields = fields
                entry.json = settings
                return
            }
            guard case .string(let text)? = fields[key] else {
                return addError("Error decoding JSON: key '\(key)' not found or not a text", settings, to: &entry)
            }
            entry.fields = fields
            entry.json = settings
            entry.message = text
        } catch {
            addError("Error decoding JSON: \(error.reason) at byte \(error.offset)", settings, to: &entry)
        }
    }

    private static func addError(_ text: String, _ settings: FilebeatInput.JSON, to entry: inout Entry) {
        guard settings.addErrorKey else { return }
        entry.ownFields["error.message"] = .string(text)
        entry.ownFields["error.type"] = .string("json")
    }
}
