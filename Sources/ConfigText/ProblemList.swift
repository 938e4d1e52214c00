/// Gathers what is found wrong while files are read, so that a person sees all of it at once.
package final class ProblemList {
    /// In the order in which they were found.
    package private(set) var all: [ConfigProblem] = []
    private var known: Set<ConfigProblem> = []

    package init() {}

    /// What refuses the whole configuration.
    package var errors: [ConfigProblem] { all.filter { $0.severity == .error && !$0.isPartial } }
    /// What is told and refuses nothing, or a part of it alone.
    package var warnings: [ConfigProblem] { all.filter { $0.severity == .warning || $0.isPartial } }

    package func error(at position: SourcePosition, _ what: String, mend: String) {
        add(ConfigProblem(.error, at: position, what, mend: mend))
    }

    package func warn(at position: SourcePosition, _ what: String, mend: String) {
        add(ConfigProblem(.warning, at: position, what, mend: mend))
    }

    /// Takes what a part of a file has, whose errors stop that part alone.
    package func addPartial(_ other: ProblemList) {
        for problem in other.all {
            add(
                ConfigProblem(
                    problem.severity, at: problem.position, problem.what, mend: problem.mend,
                    isPartial: problem.severity == .error))
        }
    }

    package func add(_ problem: ConfigProblem) {
        // An anchor that is used many times would tell the same many times.
        if known.insert(problem).inserted { all.append(problem) }
    }
}

extension [ConfigProblem] {
    /// By file, line and column.
    package var inFileOrder: [ConfigProblem] {
        sorted { left, right in
            (left.position.file, left.position.line, left.position.column)
                < (right.position.file, right.position.line, right.position.column)
        }
    }
}
