internal import Base
internal import ConfigText
internal import Foundation
internal import GoTemplate

/// The default templates, those of the site, and the expansion of what a receiver's settings say.
struct NotificationTemplates: Sendable {
    private var set = TemplateSet(functions: NotificationFunctions.table(now: 0))
    let externalURL: String
    /// Of times in our own words.
    let zone: TimeZone
    /// Templates that fail with some notifications.
    private(set) var warnings: [ConfigProblem] = []

    /// Reads the files that `config.templates` names.
    /// - Throws: ``ConfigRefused`` with all files that cannot be read and all texts that are no templates.
    init(_ config: AlertmanagerConfig, externalURL: String, zone: TimeZone = .gmt) throws(ConfigRefused) {
        self.zone = zone
        var link = externalURL
        while link.hasSuffix("/") { link.removeLast() }
        self.externalURL = link
        var problems: [ConfigProblem] = []
        for (index, text) in DefaultTemplates.all.enumerated() {
            do {
                try set.add(text, name: "default-\(index)")
            } catch {
                preconditionFailure("BUG: a default template is broken: \(error)")
            }
        }
        for glob in config.templates {
            for path in GlobSearch.paths(glob.value) {
                do {
                    let bytes = try RegularFile.contents(path, atMost: 16 << 20)
                    try set.add(String(decoding: bytes, as: UTF8.self), name: path)
                } catch let error as TemplateError {
                    let place = SourcePosition(file: path, line: error.line, column: error.column)
                    problems.append(Self.problem(error, place))
                } catch {
                    problems.append(
                        ConfigProblem(
                            .error, at: glob.position, "cannot read the template file \(path)",
                            mend: "check that it exists, is UTF-8 and may be read"))
                }
            }
        }
        for receiver in config.receivers { problems += self.problems(of: receiver) }
        if problems.contains(where: { $0.severity == .error }) { throw ConfigRefused(problems: problems) }
        warnings = problems
    }

    private static func problem(_ error: TemplateError, _ position: SourcePosition) -> ConfigProblem {
        ConfigProblem(
            .error, at: position, "the template is not valid: \(error.line):\(error.column): \(error.reason)",
            mend: "write it as Go's text/template")
    }

    private func problems(of receiver: ReceiverConfig) -> [ConfigProblem] {
        receiver.integrations.flatMap(\.templates).compactMap { problem(of: $0.value, $0.position) }
    }

    /// What is wrong with a setting's template: it cannot be read, or, tried on notifications like those that will
    /// come, it asks for what no notification has. What depends on the notification is left to the day.
    private func problem(of text: String, _ position: SourcePosition) -> ConfigProblem? {
        do throws(TemplateError) {
            let template = try Template(text, name: "", functions: NotificationFunctions.table(now: 0))
            var warning: ConfigProblem?
            for sample in [SampleNotification.firing, SampleNotification.resolved] {
                let data = NotificationData(
                    sample, links: NotificationLinks(externalURL: externalURL, tokens: SilenceTokens(key: []), now: 0))
                do {
                    _ = try template.execute(data.templateValue, set: set, escapesHTML: false)
                } catch  where Self.isSure(error) {
                    throw error
                } catch {
                    warning = ConfigProblem(
                        .warning, at: position,
                        "the template fails with some notifications: \(error.line):\(error.column): \(error.reason)",
                        mend: "test for what may be absent; such a notification goes out in plain words")
                }
            }
            return warning
        } catch {
            return Self.problem(error, position)
        }
    }

    private static func isSure(_ error: TemplateError) -> Bool {
        error.reason.hasPrefix("can't evaluate field") || error.reason.hasSuffix("not defined")
            || error.reason.hasPrefix("undefined variable")
    }

    /// Expands `text` for a notification.
    /// - Parameter field: the setting's name, for errors.
    func expand(
        _ text: String, field: String, _ data: NotificationData, now: Int64, escapesHTML: Bool = false
    ) throws(TemplateError) -> String {
        if !text.contains("{{") { return text }
        let functions = NotificationFunctions.table(now: now)
        return try Template(text, name: field, functions: functions)
            .execute(data.templateValue, set: set, escapesHTML: escapesHTML)
    }
}
