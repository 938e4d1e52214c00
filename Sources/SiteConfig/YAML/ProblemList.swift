/// Gathers what is found wrong while files are read, so that a person sees all of it at once.
final class ProblemList {
    private(set) var all: [ConfigProblem] = []

    var errors: [ConfigProblem] { all.filter { $0.severity == .error } }
    var warnings: [ConfigProblem] { all.filter { $0.severity == .warning } }

    func error(at position: SourcePosition, _ what: String, mend: String) {
        add(ConfigProblem(.error, at: position, what, mend: mend))
    }

    func warn(at position: SourcePosition, _ what: String, mend: String) {
        add(ConfigProblem(.warning, at: position, what, mend: mend))
    }

    func add(_ problem: ConfigProblem) {
        // An anchor that is used many times would tell the same many times.
        if !all.contains(problem) { all.append(problem) }
    }
}
