internal import Base
internal import ConfigText
internal import Patterns

/// Reads what a processor does: its options but for the condition.
struct FilebeatActionReader {
    let problems: ProblemList

    func read(_ name: String, _ reader: MappingReader) -> FilebeatProcessor.Action? {
        switch name {
        case "drop_event": return .dropEvent
        case "drop_fields":
            reader.accepted("ignore_missing")
            return .dropFields(names(reader))
        case "include_fields": return .includeFields(names(reader))
        case "truncate_fields":
            reader.accepted("ignore_missing", "fail_on_error")
            return truncation(reader)
        case "replace":
            reader.accepted("ignore_missing", "fail_on_error")
            return .replace(replacements(reader))
        case "add_tags":
            let target = reader.text("target").flatMap { $0.isEmpty ? nil : $0 }
            return .addTags(field: target ?? "tags", reader.texts("tags", orOne: true).map(\.value))
        case "add_fields": return adding("fields", target: reader.text("target") ?? "fields", reader)
        case "add_labels": return adding("labels", target: "labels", reader)
        case "rename": return .rename(pairs(reader), tolerance(reader))
        case "copy_fields": return .copyFields(pairs(reader), tolerance(reader))
        case "urldecode": return .decode(.url, pairs(reader, mayLackTarget: true), tolerance(reader))
        case "decode_base64_field": return base64(reader)
        case "decode_csv_fields": return commaSeparated(reader)
        case "decode_json_fields": return .decodeJSON(json(reader))
        case "dissect": return dissector(reader).map { .dissect($0) }
        case "convert": return conversion(reader)
        case "timestamp": return timestamp(reader)
        case "extract_array": return extraction(reader)
        default: return FilebeatParserReader.syslog(reader).map { .syslog($0) }
        }
    }

    private func tolerance(_ reader: MappingReader) -> FilebeatProcessor.Tolerance {
        FilebeatProcessor.Tolerance(
            ignoresMissing: reader.boolean("ignore_missing") ?? false,
            failsOnError: reader.boolean("fail_on_error") ?? true)
    }

    private func names(_ reader: MappingReader) -> [FilebeatProcessor.FieldName] {
        let texts = reader.value("fields")?.list({ $0 }) ?? []
        if texts.isEmpty { reader.error("\(reader.path) has no fields", mend: "write fields, a list of names") }
        return texts.compactMap { value -> FilebeatProcessor.FieldName? in
            guard let text = value.text() else { return nil }
            guard text.count > 2, text.hasPrefix("/"), text.hasSuffix("/") else { return .name(text) }
            do throws(PatternError) {
                return .pattern(try Pattern(String(text.dropFirst().dropLast())))
            } catch {
                value.error("\(value.path) is not a pattern: \(error.reason)", mend: "correct it (syntax: RE2)")
                return nil
            }
        }
    }

    private func truncation(_ reader: MappingReader) -> FilebeatProcessor.Action? {
        let fields = reader.texts("fields", orOne: true).map(\.value)
        let (bytes, characters) = (reader.count("max_bytes"), reader.count("max_characters"))
        if fields.isEmpty { reader.error("\(reader.path) has no fields", mend: "write fields, a list of names") }
        switch (bytes, characters) {
        case (let bytes?, nil): return .truncateFields(fields, .bytes(bytes))
        case (nil, let characters?): return .truncateFields(fields, .characters(characters))
        default:
            reader.error("\(reader.path) needs one length", mend: "write max_bytes or max_characters")
            return nil
        }
    }

    private func replacements(_ reader: MappingReader) -> [FilebeatProcessor.Replacement] {
        let found = reader.mappings("fields") { entry -> FilebeatProcessor.Replacement? in
            let field = entry.required("field", mend: "write the field's name")
            let pattern = entry.pattern("pattern")
            if !entry.has("pattern") { entry.error("\(entry.path) has no pattern", mend: "write pattern") }
            let replacement = entry.valueOrNull("replacement")?.text() ?? ""
            guard let field, let pattern else { return nil }
            return .init(field: field.value, pattern: pattern, replacement: replacement)
        }
        if !reader.has("fields") {
            reader.error("\(reader.path) has no fields", mend: "write fields with field, pattern and replacement")
        }
        return found
    }

    private func adding(_ key: String, target: String, _ reader: MappingReader) -> FilebeatProcessor.Action {
        let values = reader.value(key).map(FilebeatReader.flatFields) ?? []
        return .addFields(Dictionary(values.map { (target.isEmpty ? $0.0 : "\(target).\($0.0)", $0.1) }) { $1 })
    }

    // MARK: Names

    /// `fields`, a list of `from` and `to`.
    private func pairs(_ reader: MappingReader, mayLackTarget: Bool = false) -> [FilebeatProcessor.Pair] {
        let found = reader.mappings("fields") { pair($0, mayLackTarget) }
        if !reader.has("fields") {
            reader.error("\(reader.path) has no fields", mend: "write fields, a list of from and to")
        }
        return found
    }

    private func pair(_ entry: MappingReader, _ mayLackTarget: Bool) -> FilebeatProcessor.Pair? {
        let from = entry.required("from", mend: "write the field's name")
        let to = mayLackTarget ? entry.located("to") : entry.required("to", mend: "write the new name")
        FilebeatReader.warnOfOthers(entry)
        guard let from, let name = (to ?? (mayLackTarget ? from : nil))?.value else { return nil }
        return .init(from: from.value, to: name.isEmpty ? from.value : name)
    }

    // MARK: Texts in texts

    private func base64(_ reader: MappingReader) -> FilebeatProcessor.Action {
        let found = reader.mapping("field") { pair($0, true) }
        if !reader.has("field") { reader.error("\(reader.path) has no field", mend: "write field with from and to") }
        return .decode(.base64, [found].compactMap(\.self), tolerance(reader))
    }

    private func commaSeparated(_ reader: MappingReader) -> FilebeatProcessor.Action {
        let pairs = reader.textMap("fields").map { FilebeatProcessor.Pair(from: $0.key.value, to: $0.value.value) }
        if pairs.isEmpty { reader.error("\(reader.path) has no fields", mend: "write fields, names and new names") }
        let separator = reader.text("separator")?.first ?? ","
        return .decode(
            .csv(
                separator: separator, trimsLeading: reader.boolean("trim_leading_space") ?? false,
                overwrites: reader.boolean("overwrite_keys") ?? false), pairs, tolerance(reader))
    }

    private func json(_ reader: MappingReader) -> JSONDecoding.Settings {
        var settings = JSONDecoding.Settings()
        settings.fields = reader.texts("fields", orOne: true).map(\.value)
        if settings.fields.isEmpty {
            reader.error("\(reader.path) has no fields", mend: "write fields, a list of names")
        }
        settings.target = reader.text("target")
        assign(reader.integer("max_depth", atLeast: 1), to: &settings.depth)
        assign(reader.boolean("process_array"), to: &settings.readsArrays)
        assign(reader.boolean("overwrite_keys"), to: &settings.overwritesKeys)
        assign(reader.boolean("add_error_key"), to: &settings.addsErrorKey)
        reader.accepted("expand_keys", "document_id")
        return settings
    }

    private func dissector(_ reader: MappingReader) -> Dissector? {
        let field = reader.text("field")
        let prefix = reader.text("target_prefix")
        let ignoresFailure = reader.boolean("ignore_failure")
        let overwritesKeys = reader.boolean("overwrite_keys")
        let trim = reader.choice("trim_values", Dissector.Trim.self)
        let trimmed = reader.text("trim_chars")
        guard let tokenizer = reader.required("tokenizer", mend: "write tokenizer") else { return nil }
        do throws(Dissector.TokenizerError) {
            var dissector = try Dissector(tokenizer.value)
            assign(field, to: &dissector.field)
            assign(prefix, to: &dissector.prefix)
            assign(ignoresFailure, to: &dissector.ignoresFailure)
            assign(overwritesKeys, to: &dissector.overwritesKeys)
            assign(trim, to: &dissector.trim)
            assign(trimmed, to: &dissector.trimmed)
            return dissector
        } catch {
            problems.error(
                at: tokenizer.position, "the tokenizer cannot be read: \(error.reason)",
                mend: "write what stands between the parts, as \"%{ip} - %{user}\"")
            return nil
        }
    }

    // MARK: Types

    private func conversion(_ reader: MappingReader) -> FilebeatProcessor.Action? {
        let conversions = reader.mappings("fields") { entry -> ValueConversion.Conversion? in
            let from = entry.required("from", mend: "write the field's name")
            let to = entry.text("to")
            let kind = entry.choice("type", ValueConversion.Kind.self)
            FilebeatReader.warnOfOthers(entry)
            guard let from else { return nil }
            return .init(from: from.value, to: to.flatMap { $0.isEmpty ? nil : $0 } ?? from.value, kind: kind)
        }
        if !reader.has("fields") {
            reader.error("\(reader.path) has no fields", mend: "write fields, a list of from, to and type")
        }
        var settings = ValueConversion.Settings()
        settings.tolerance = tolerance(reader)
        settings.renames = reader.choice("mode", among: ["copy", "rename"]) == "rename"
        return .convert(conversions, settings)
    }

    private func timestamp(_ reader: MappingReader) -> FilebeatProcessor.Action? {
        guard let field = reader.required("field", mend: "write the field's name") else { return nil }
        var rule = TimestampRule(field: field.value)
        assign(reader.text("target_field"), to: &rule.target)
        rule.layouts = reader.texts("layouts", orOne: true).map { ($0.value, GoTimeLayout($0.value)) }
        if rule.layouts.isEmpty {
            reader.error("\(reader.path) has no layouts", mend: "write layouts, as '2006-01-02 15:04:05'")
        }
        if let value = reader.value("timezone"), let name = value.text() {
            if name == "Local" {
                rule.zone = .host
            } else if let zone = LineZone.named(name) {
                rule.zone = zone
            } else {
                value.error("\(value.path) \"\(name)\" is no time zone", mend: "write a name as Asia/Ho_Chi_Minh")
            }
        }
        assign(reader.boolean("ignore_missing"), to: &rule.ignoresMissing)
        assign(reader.boolean("ignore_failure"), to: &rule.ignoresFailure)
        for test in reader.texts("test", orOne: true) where rule.time(of: test.value, now: 0) == nil {
            problems.error(
                at: test.position, "no layout fits the test \"\(test.value)\"", mend: "correct the layouts or the test")
        }
        return .timestamp(rule)
    }

    private func extraction(_ reader: MappingReader) -> FilebeatProcessor.Action? {
        guard let field = reader.required("field", mend: "write the field's name") else { return nil }
        var extraction = FilebeatProcessor.ArrayExtraction(field: field.value)
        for (name, index) in reader.textMap("mappings") {
            if let number = Int(index.value), number >= 0 {
                extraction.mappings.append((name.value, number))
            } else {
                problems.error(at: index.position, "\(index.value) is no index", mend: "write a number from 0")
            }
        }
        assign(reader.boolean("overwrite_keys"), to: &extraction.overwrites)
        assign(reader.boolean("omit_empty"), to: &extraction.omitsEmpty)
        extraction.tolerance = tolerance(reader)
        return .extractArray(extraction)
    }
}
