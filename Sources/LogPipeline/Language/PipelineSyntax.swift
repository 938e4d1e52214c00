package import ConfigText

/// What a file of a pipeline says, as it stands there.
///
/// The language is that of Logstash: https://www.elastic.co/docs/reference/logstash/configuration-file-structure
package struct PipelineSyntax: Sendable {
    package struct Section: Sendable {
        package enum Kind: String, Sendable { case input, filter, output }

        package let kind: Kind
        package let position: SourcePosition
        package var statements: [Statement]
    }

    package indirect enum Statement: Sendable {
        case plugin(PluginSyntax)
        /// `if`, each `else if`, and `else`, which has no condition.
        case branch([Arm])
    }

    package struct Arm: Sendable {
        package let condition: ConditionSyntax?
        package let statements: [Statement]
    }

    package let path: String
    package var sections: [Section]
}

/// A plugin with its settings: `grok { match => { … } }`.
package struct PluginSyntax: Sendable {
    package struct Setting: Sendable {
        package let name: String
        package let position: SourcePosition
        package let value: SettingValue
    }

    package let name: String
    package let position: SourcePosition
    package let settings: [Setting]
}

/// A value of a setting and its place.
package struct SettingValue: Sendable {
    package indirect enum Content: Sendable {
        /// A text in quotes, its variables put in.
        case string(String)
        /// As it is written.
        case number(String)
        case bareword(String)
        case array([SettingValue])
        case hash([(key: SettingValue, value: SettingValue)])
        case plugin(PluginSyntax)
    }

    package let content: Content
    package let position: SourcePosition
}

/// A condition of a branch.
package indirect enum ConditionSyntax: Sendable {
    package enum Comparison: String, Sendable {
        case equal = "=="
        case unequal = "!="
        case less = "<"
        case lessOrEqual = "<="
        case greater = ">"
        case greaterOrEqual = ">="
    }

    /// Of all of them, from left to right.
    case and([ConditionSyntax])
    case or([ConditionSyntax])
    case xor(ConditionSyntax, ConditionSyntax)
    case nand(ConditionSyntax, ConditionSyntax)
    case not(ConditionSyntax)
    case compare(OperandSyntax, Comparison, OperandSyntax, SourcePosition)
    case contains(element: OperandSyntax, list: OperandSyntax, SourcePosition)
    case matches(OperandSyntax, pattern: String, SourcePosition)
    case isTrue(OperandSyntax, SourcePosition)
}

/// One side of a comparison.
package indirect enum OperandSyntax: Sendable {
    case field(FieldReference)
    case string(String)
    case number(Double, text: String)
    case pattern(String)
    case array([OperandSyntax])
}
