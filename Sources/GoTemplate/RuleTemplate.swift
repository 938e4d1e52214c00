package import Model

/// A label or annotation of an alerting rule: the template with Prometheus' variables
/// `$labels`, `$value`, `$externalLabels` and `$externalURL`.
package struct RuleTemplate: Sendable {
    private let template: Template
    /// The text as it stands in the rule, if it needs no expanding.
    private let literal: String?

    private static let parsingFunctions = PrometheusFunctions.table(externalURL: "", now: 0) { _ in [] }

    /// Reads a template.
    /// - Throws: ``TemplateError`` with line and column within `text`.
    package init(_ text: String, name: String) throws(TemplateError) {
        template = try Template(
            text, name: name, functions: Self.parsingFunctions,
            variables: ["$labels", "$externalLabels", "$externalURL", "$value"])
        literal = text.contains("{{") ? nil : text
    }

    /// What the template is expanded with.
    package struct Context: Sendable {
        /// The alert's labels, as the expression gave them.
        package var labels: Labels
        package var value: Double
        package var externalLabels: Labels
        package var externalURL: String
        /// Milliseconds since the Unix epoch.
        package var now: Int64
        /// Evaluates an instant query at `now`.
        package var query: @Sendable (_ expression: String) throws -> [TemplateSample]

        package init(
            labels: Labels, value: Double, externalLabels: Labels = .empty, externalURL: String = "", now: Int64,
            query: @escaping @Sendable (_ expression: String) throws -> [TemplateSample] = { _ in [] }
        ) {
            self.labels = labels
            self.value = value
            self.externalLabels = externalLabels
            self.externalURL = externalURL
            self.now = now
            self.query = query
        }
    }

    package func expand(_ context: Context) throws(TemplateError) -> String {
        if let literal { return literal }
        let values: [String: TemplateValue] = [
            "Labels": .texts(context.labels.texts), "Value": .number(context.value),
            "ExternalLabels": .texts(context.externalLabels.texts), "ExternalURL": .string(context.externalURL),
        ]
        let variables: [String: TemplateValue] = [
            "$labels": .texts(context.labels.texts), "$value": .number(context.value),
            "$externalLabels": .texts(context.externalLabels.texts), "$externalURL": .string(context.externalURL),
        ]
        return try template.execute(
            .map(TemplateMap(values, missing: nil)), variables: variables,
            functions: PrometheusFunctions.table(
                externalURL: context.externalURL, now: context.now, query: context.query))
    }
}
