internal import ConfigText
internal import Listening

/// Gathers the inputs of `filebeat.inputs`, of the files of `filebeat.config.inputs`, and of modules. What is wrong in one
/// stops that one alone.
struct FilebeatInputList {
    let common: FilebeatReader.Common
    let surroundings: FilebeatReader.Surroundings
    let problems: ProblemList
    private(set) var inputs: [FilebeatInput] = []
    private(set) var refused: [RefusedLogInput] = []
    private var first: [String: SourcePosition] = [:]
    /// Where messages are taken, and the inputs that do.
    private var listening: [String: SourcePosition] = [:]

    init(common: FilebeatReader.Common, surroundings: FilebeatReader.Surroundings, problems: ProblemList) {
        self.common = common
        self.surroundings = surroundings
        self.problems = problems
    }

    mutating func refuse(id: String, at position: SourcePosition, _ what: String, mend: String) {
        let problem = ConfigProblem(.error, at: position, what, mend: mend)
        problems.add(problem)
        refused.append(RefusedLogInput(id: id, paths: [], reason: problem.description))
    }

    /// Reads an entry of a list of inputs.
    mutating func read(_ value: YAMLValue) {
        let own = ProblemList()
        let expanded = surroundings.variables.expanding(
            YAMLValue(node: value.node, path: value.path, problems: own))
        let entry = expanded.mapping { FilebeatInputReader.read($0, common: common) }
        add(entry?.input, own, name: value.path)
    }

    private mutating func add(_ input: FilebeatInput?, _ own: ProblemList, name: String) {
        if let input, input.kind == .filestream || input.listening != nil || input.journal != nil {
            if let first = first[input.id] {
                let kind = input.kind == .filestream ? "filestream inputs" : "inputs"
                own.error(
                    at: input.position, "two \(kind) have the id \"\(input.id)\"",
                    mend: "give each an id of its own; the first is on line \(first.line)")
            } else {
                first[input.id] = input.position
            }
        }
        if let input { checkAddress(of: input, own) }
        for problem in own.all { problems.add(problem) }
        if let error = own.errors.first {
            refused.append(
                RefusedLogInput(id: input?.id ?? name, paths: input?.paths ?? [], reason: error.description))
        } else if let input {
            inputs.append(input)
        }
    }

    private mutating func checkAddress(of input: FilebeatInput, _ own: ProblemList) {
        guard let address = input.listening?.url else { return }
        guard let first = listening[address] else {
            listening[address] = input.position
            return
        }
        own.error(
            at: input.position, "two inputs listen at \(address)",
            mend: "give each a port of its own; the first is on line \(first.line)")
    }

    // MARK: Other files

    /// Reads `config.inputs` or `config.modules`: files with lists of their own.
    mutating func readFiles(_ key: String, _ reader: MappingReader) {
        let own = ProblemList()
        guard let value = reader.value(key) else { return }
        let expanded = surroundings.variables.expanding(YAMLValue(node: value.node, path: value.path, problems: own))
        let pattern = expanded.mapping { reader -> Located<String>? in
            reader.accepted("reload")
            guard reader.boolean("enabled") ?? true else {
                reader.takeOthers()
                return nil
            }
            let path = reader.required("path", mend: "write path, a pattern of files")
            FilebeatReader.warnOfOthers(reader)
            return path
        }
        for problem in own.all { problems.add(problem) }
        if let error = own.errors.first {
            refused.append(RefusedLogInput(id: value.path, paths: [], reason: error.description))
        }
        guard let pattern else { return }
        let path = pattern.value.hasPrefix("/") ? pattern.value : "\(surroundings.folder)/\(pattern.value)"
        for file in surroundings.files(path) { readFile(file.path, file.text, isOfModules: key == "modules") }
    }

    private mutating func readFile(_ path: String, _ text: String, isOfModules: Bool) {
        let own = ProblemList()
        let root = YAMLFile.root(of: text, path: path, problems: own)
        for item in root?.list({ $0 }) ?? [] {
            let value = YAMLValue(node: item.node.expandingDottedKeys, path: item.path, problems: problems)
            if isOfModules { readModule(value) } else { read(value) }
        }
        for problem in own.all { problems.add(problem) }
        if let error = own.errors.first {
            refused.append(RefusedLogInput(id: path, paths: [], reason: error.description))
        }
    }

    // MARK: Modules

    /// Reads an entry of `filebeat.modules`.
    mutating func readModule(_ value: YAMLValue) {
        let own = ProblemList()
        let expanded = surroundings.variables.expanding(YAMLValue(node: value.node, path: value.path, problems: own))
        let found = expanded.mapping { FilebeatModules.inputs($0, common: common) } ?? []
        if found.isEmpty { return add(nil, own, name: value.path) }
        for (index, input) in found.enumerated() { add(input, index == 0 ? own : ProblemList(), name: value.path) }
    }
}
