import Model

/// `decode_json_fields`: reads JSON that stands as a text in fields.
package enum JSONDecoding {
    package struct Settings: Sendable {
        var fields: [String] = []
        /// `nil`: in the place of the field; empty: in the root.
        var target: String?
        var depth = 1
        var readsArrays = false
        var overwritesKeys = false
        var addsErrorKey = false
    }

    static func apply(_ settings: Settings, to draft: inout EventDraft) {
        for field in settings.fields {
            guard case .string(let text)? = draft.event.fields[field] else { continue }
            do throws(JSONReader.Failure) {
                let fields = try JSONReader.fields(text, readsArrays: settings.readsArrays)
                put(decoded(fields, settings, depth: settings.depth - 1), of: field, settings, in: &draft)
            } catch {
                guard settings.addsErrorKey else { continue }
                draft.fail("parsing input as JSON: \(error.reason) at byte \(error.offset)")
                draft.event.fields["error.field"] = .string(field)
            }
        }
    }

    private static func put(
        _ fields: LogFields, of field: String, _ settings: Settings, in draft: inout EventDraft
    ) {
        if let target = settings.target, target.isEmpty {
            draft.merge(fields, overwriting: settings.overwritesKeys, tellsErrors: settings.addsErrorKey)
            return
        }
        let target = settings.target ?? field
        draft.remove(target)
        for (name, value) in fields { draft.event.fields[name.isEmpty ? target : "\(target).\(name)"] = value }
    }

    /// Reads JSON in the texts of JSON, so many times.
    private static func decoded(
        _ fields: some Sequence<(key: String, value: LogValue)>, _ settings: Settings, depth: Int
    ) -> LogFields {
        var result = LogFields()
        for (name, value) in fields {
            guard depth > 0, case .string(let text) = value, let first = text.utf8.first(where: { $0 != 32 }),
                first == UInt8(ascii: "{") || (first == UInt8(ascii: "[") && settings.readsArrays),
                let inner = try? JSONReader.fields(text, readsArrays: settings.readsArrays)
            else {
                result[name] = value
                continue
            }
            for (key, value) in decoded(inner, settings, depth: depth - 1) {
                result[key.isEmpty ? name : "\(name).\(key)"] = value
            }
        }
        return result
    }
}
