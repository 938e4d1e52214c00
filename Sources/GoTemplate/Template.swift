/// Templates that may call one another by name.
package struct TemplateSet: Sendable {
    var bodies: [String: TemplateBody] = [:]
    /// The functions that the templates may call; a name that is not among them is refused while reading.
    package let functions: TemplateFunctions

    package init(functions: TemplateFunctions) { self.functions = functions }

    /// Reads `text` and takes it, and all that it defines, into the set. What has the same name is replaced.
    package mutating func add(_ text: String, name: String) throws(TemplateError) {
        let template = try Template(text, name: name, functions: functions)
        bodies[name] = template.body
        bodies.merge(template.defined) { $1 }
    }
}

/// A template of Go's text/template language: https://pkg.go.dev/text/template
package struct Template: Sendable {
    let body: TemplateBody
    let defined: [String: TemplateBody]
    package let name: String
    private let functions: TemplateFunctions

    /// Reads a template.
    /// - Parameters:
    ///   - name: for errors.
    ///   - functions: those that it may call.
    ///   - variables: names, with their dollar, of the variables whose values come with the expansion.
    /// - Throws: ``TemplateError`` with line and column.
    package init(
        _ text: String, name: String, functions: TemplateFunctions = .builtIn, variables: [String] = []
    ) throws(TemplateError) {
        var parser = try TemplateParser(text, name: name, functions: functions, variables: variables)
        body = try parser.parse()
        defined = parser.defined
        self.name = name
        self.functions = functions
    }

    /// Expands the template.
    /// - Parameters:
    ///   - data: the dot.
    ///   - variables: values of the variables that the template was read with.
    ///   - functions: other functions than those that the template was read with, under the same names.
    ///   - set: templates that it may call.
    ///   - escapesHTML: whether texts are escaped for HTML, as html/template does.
    package func execute(
        _ data: TemplateValue, variables: [String: TemplateValue] = [:], functions: TemplateFunctions? = nil,
        set: TemplateSet? = nil, escapesHTML: Bool = false
    ) throws(TemplateError) -> String {
        var bodies = set?.bodies ?? [:]
        bodies[name] = body
        bodies.merge(defined) { $1 }
        var executor = TemplateExecutor(
            bodies: bodies, functions: functions ?? self.functions, escapesHTML: escapesHTML)
        return try executor.run(body, data: data, variables: variables)
    }
}
