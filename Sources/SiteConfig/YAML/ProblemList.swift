/// Gathers what is found wrong while files are read, so that a person sees all of it at once.
final class ProblemList {
    private(set) var all: [ConfigProblem] = []

    /// What refuses the whole configuration.
    var errors: [ConfigProblem] { all.filter { $0.severity == .error && !$0.isPartial } }
    /// What is told and refuses nothing, or a part of it alone.
    var warnings: [ConfigProblem] { all.filter { $0.severity == .warning || $0.isPartial } }

    func error(at position: SourcePosition, _ what: String, mend: String) {
        add(ConfigProblem(.error, at: position, what, mend: mend))
    }

    func warn(at position: SourcePosition, _ what: String, mend: String) {
        add(ConfigProblem(.warning, at: position, what, mend: mend))
    }

    /// Takes what a part of a file has, whose errors stop that part alone.
    func addPartial(_ other: ProblemList) {
        for problem in other.all {
            add(
                ConfigProblem(
                    problem.severity, at: problem.position, problem.what, mend: problem.mend,
                    isPartial: problem.severity == .error))
        }
    }

    func add(_ problem: ConfigProblem) {
        // An anchor that is used many times would tell the same many times.
        if !all.contains(problem) { all.append(problem) }
    }
}
