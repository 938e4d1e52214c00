/// An ffmpeg command line, taken apart: its inputs, its outputs, and which options belong to which.
/// https://ffmpeg.org/ffmpeg.html#Description
struct FFmpegArguments {
    struct File: Equatable {
        var name: String
        /// Those that stand before it, names with their dashes.
        var options: [String]

        /// The value of the last option of that name.
        func value(_ option: String) -> String? {
            options.indices.dropLast().last { options[$0] == option }.map { options[$0 + 1] }
        }

        func values(_ option: String) -> [String] {
            options.indices.dropLast().filter { options[$0] == option }.map { options[$0 + 1] }
        }

        func has(_ flag: String) -> Bool { options.contains(flag) }
    }

    private(set) var inputs: [File] = []
    private(set) var outputs: [File] = []
    /// What `-filter_complex` says.
    private var graphs: [String] = []

    /// Options that take no value; all others take one.
    private static let flags: Set<String> = [
        "-y", "-n", "-nostdin", "-stdin", "-hide_banner", "-re", "-an", "-vn", "-sn", "-dn", "-shortest", "-copyts",
        "-start_at_zero", "-stats", "-nostats", "-report", "-xerror", "-ignore_unknown", "-copy_unknown", "-benchmark",
        "-benchmark_all", "-dump", "-hex", "-accurate_seek", "-noaccurate_seek", "-autorotate", "-noautorotate",
        "-autoscale", "-noautoscale", "-bitexact", "-copyinkf", "-find_stream_info", "-debug_ts", "-psnr", "-vstats",
        "-qphist", "-fix_sub_duration", "-recast_media",
    ]

    /// - Parameter arguments: the program first.
    init(_ arguments: [String]) {
        var options: [String] = []
        var index = 1
        while index < arguments.count {
            let argument = arguments[index]
            index += 1
            if argument == "-i", index < arguments.count {
                inputs.append(File(name: arguments[index], options: options))
                options = []
                index += 1
            } else if !argument.hasPrefix("-") || argument == "-" {
                outputs += Self.slaves(of: File(name: argument, options: options))
                options = []
            } else {
                options.append(argument)
                guard !Self.flags.contains(argument), index < arguments.count else { continue }
                if argument == "-filter_complex" || argument == "-lavfi" { graphs.append(arguments[index]) }
                options.append(arguments[index])
                index += 1
            }
        }
        // An option that is not known to take no value has taken the output.
        if outputs.isEmpty, !inputs.isEmpty, let last = options.popLast(), !Self.flags.contains(last) {
            outputs = Self.slaves(of: File(name: last, options: options))
        }
    }

    // MARK: Scripts

    /// With the streams that its lists of inputs name in the lists' place.
    /// https://ffmpeg.org/ffmpeg-formats.html#concat-1
    func readingScripts(_ text: (String) -> String?) -> FFmpegArguments {
        var result = self
        for index in inputs.indices where inputs[index].value("-f") == "concat" {
            guard let script = text(inputs[index].name) else { continue }
            var address: String?
            for line in script.split(whereSeparator: \.isNewline) {
                let words = line.split(separator: " ", maxSplits: 1).map(String.init)
                guard words.count == 2 else { continue }
                if words[0] == "file" {
                    // One that is joined of several is no camera.
                    if address != nil { return self }
                    address = Self.unescaped(words[1].trimmingPrefix(" ").description)
                } else if words[0] == "option" {
                    let option = words[1].split(separator: " ", maxSplits: 1).map(String.init)
                    if option.count == 2 { result.inputs[index].options += ["-" + option[0], option[1]] }
                }
            }
            if let address, RecordedStreams.isStream(address) { result.inputs[index].name = address }
        }
        return result
    }

    // MARK: tee

    /// The outputs into which `tee` copies; any other output is itself.
    /// https://ffmpeg.org/ffmpeg-formats.html#tee-1
    private static func slaves(of output: File) -> [File] {
        guard output.value("-f") == "tee" else { return [output] }
        let shared = ["-map", "-t"].flatMap { option in output.values(option).flatMap { [option, $0] } }
        // What stands between bars is unescaped once, and each value in the brackets once more: `00\\\\:01` there is `00:01`.
        return parts(of: output.name, at: "|").map(unescaped).compactMap { text in
            guard text.hasPrefix("["), let end = endOfOptions(text) else { return File(name: text, options: shared) }
            var own: [String] = []
            for pair in parts(of: String(text[text.index(after: text.startIndex)..<end]), at: ":") {
                let sides = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
                if sides.count == 2 { own += ["-" + sides[0], unescaped(sides[1])] }
            }
            let slave = File(name: String(text[text.index(after: end)...]), options: shared + own)
            let selected = slave.value("-select").map { $0.split(separator: ",") }
            return selected.map { $0.allSatisfy { $0.hasPrefix("a") || $0.hasPrefix("s") } } ?? false ? nil : slave
        }
    }

    /// Splits at a character that is neither escaped nor quoted; what it gives is still escaped.
    private static func parts(of text: String, at separator: Character) -> [String] {
        var parts = [""]
        var isEscaped = false
        var isQuoted = false
        for character in text {
            if character == separator, !isEscaped, !isQuoted {
                parts.append("")
                continue
            }
            if character == "'", !isEscaped { isQuoted.toggle() }
            isEscaped = character == "\\" && !isEscaped && !isQuoted
            parts[parts.count - 1].append(character)
        }
        return parts
    }

    private static func endOfOptions(_ text: String) -> String.Index? {
        var isEscaped = false
        for index in text.indices {
            if text[index] == "]", !isEscaped { return index }
            isEscaped = text[index] == "\\" && !isEscaped
        }
        return nil
    }

    /// https://ffmpeg.org/ffmpeg-utils.html#Quoting-and-escaping
    private static func unescaped(_ text: String) -> String {
        var result = ""
        var isEscaped = false
        var isQuoted = false
        for character in text {
            if isEscaped {
                result.append(character)
                isEscaped = false
            } else if character == "\\", !isQuoted {
                isEscaped = true
            } else if character == "'" {
                isQuoted.toggle()
            } else {
                result.append(character)
            }
        }
        return result
    }

    // MARK: Which input goes where

    /// Which inputs' video an output takes: by its maps, else `usual`.
    /// - Parameter usual: the input that is taken without a map.
    func inputs(of output: File, usual: Int) -> Set<Int> {
        if output.has("-vn") { return [] }
        let maps = output.values("-map")
        var result: Set<Int> = []
        for map in maps {
            if map.hasPrefix("[") {
                result.formUnion(inputs(ofLabel: map, usual: usual))
                continue
            }
            // A minus takes away what another map has taken.
            let isTaken = !map.hasPrefix("-")
            let parts = map.trimmingPrefix("-").split(separator: ":").map { String($0.prefix { $0 != "?" }) }
            guard let input = parts.first.flatMap({ Int($0) }) else { continue }
            let kind = parts.count > 1 ? parts[1].lowercased() : "v"
            // A number is any stream, most often the picture.
            guard kind == "v" || Int(kind) != nil || kind == "p" || kind == "u" || kind.hasPrefix("#") else { continue }
            if isTaken { result.insert(input) } else if kind == "v" { result.remove(input) }
        }
        if maps.isEmpty { result = [usual] }
        return result.filter { !inputs.indices.contains($0) || !inputs[$0].has("-vn") }
    }

    /// The inputs that flow into what a filter graph gives out: those that stand in it, where it has a picture of
    /// several; else the one whose chain leads to the label.
    private func inputs(ofLabel label: String, usual: Int) -> Set<Int> {
        let chains = graphs.flatMap { Self.parts(of: $0, at: ";") }
        var wanted: Set<String> = [label]
        var result: Set<Int> = []
        // As many rounds as there are chains reach all that lead to it.
        for _ in chains {
            for chain in chains {
                let labels = Self.labels(in: chain)
                guard !wanted.isDisjoint(with: labels.outputs) else { continue }
                wanted.formUnion(labels.inputs)
            }
        }
        for name in wanted {
            let parts = name.dropFirst().dropLast().split(separator: ":")
            guard let input = parts.first.flatMap({ Int($0) }) else { continue }
            if parts.count == 1 || !parts[1].lowercased().hasPrefix("a") { result.insert(input) }
        }
        return result.isEmpty && wanted.count <= 1 ? [usual] : result
    }

    /// `[0:v][1:v]hstack[out]` takes `[0:v]` and `[1:v]`, and gives `[out]`.
    private static func labels(in chain: String) -> (inputs: Set<String>, outputs: Set<String>) {
        var inputs: Set<String> = []
        var outputs: Set<String> = []
        var rest = Substring(chain)
        var hasFilter = false
        while let first = rest.first {
            if first == "[", let end = rest.firstIndex(of: "]") {
                let label = String(rest[...end])
                if hasFilter { outputs.insert(label) } else { inputs.insert(label) }
                rest = rest[rest.index(after: end)...]
            } else {
                if !first.isWhitespace { hasFilter = true }
                rest = rest.dropFirst()
            }
        }
        return (inputs, outputs)
    }
}
