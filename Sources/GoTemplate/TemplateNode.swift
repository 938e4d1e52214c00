/// The syntax tree of a template.
indirect enum TemplateNode: Sendable {
    case text(String)
    case output(TemplatePipeline)
    case condition(TemplatePipeline, then: [TemplateNode], otherwise: [TemplateNode])
    case range(TemplatePipeline, body: [TemplateNode], otherwise: [TemplateNode])
    case with(TemplatePipeline, body: [TemplateNode], otherwise: [TemplateNode])
    case template(String, TemplatePipeline?, TemplatePlace)
    case breakLoop
    case continueLoop
}

/// Commands of which each gets the value of the one before as its last argument.
struct TemplatePipeline: Sendable {
    let place: TemplatePlace
    /// Variables that get the value; two only for `range`.
    let variables: [String]
    /// Whether the variables exist already: `=` rather than `:=`.
    let isAssignment: Bool
    let commands: [TemplateCommand]
}

/// A function, method or value, and its arguments.
struct TemplateCommand: Sendable {
    let place: TemplatePlace
    let words: [TemplateOperand]
}

/// A word of a command.
indirect enum TemplateOperand: Sendable {
    case literal(TemplateValue)
    case dot
    case identifier(String, TemplatePlace)
    /// Names after a base: `.Labels.camera`, `$alert.Labels`, `(index .Alerts 0).Labels`.
    case fields(base: TemplateOperand, names: [String], TemplatePlace)
    case variable(String, TemplatePlace)
    case pipeline(TemplatePipeline)
}

/// A parsed template: its own nodes, and those that it defines under other names.
struct TemplateBody: Sendable {
    let nodes: [TemplateNode]
    let sourceName: String
}
