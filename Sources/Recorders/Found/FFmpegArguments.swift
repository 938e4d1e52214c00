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
    }

    private(set) var inputs: [File] = []
    private(set) var outputs: [File] = []

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
                options.append(arguments[index])
                index += 1
            }
        }
        // An option that is not known to take no value has taken the output.
        if outputs.isEmpty, !inputs.isEmpty, let last = options.popLast() {
            outputs = Self.slaves(of: File(name: last, options: options))
        }
    }

    /// The outputs into which `tee` copies; any other output is itself.
    /// https://ffmpeg.org/ffmpeg-formats.html#tee-1
    private static func slaves(of output: File) -> [File] {
        guard output.value("-f") == "tee" else { return [output] }
        return output.name.split(separator: "|").map { text in
            guard text.hasPrefix("["), let end = text.firstIndex(of: "]") else {
                return File(name: String(text), options: output.values("-map").flatMap { ["-map", $0] })
            }
            let own = text[text.index(after: text.startIndex)..<end].split(separator: ":").flatMap { pair in
                let parts = pair.split(separator: "=", maxSplits: 1).map(String.init)
                return parts.count == 2 ? ["-" + parts[0], parts[1]] : []
            }
            let maps = output.values("-map").flatMap { ["-map", $0] }
            return File(name: String(text[text.index(after: end)...]), options: maps + own)
        }
    }

    /// Which inputs' video an output takes: by its maps, else `usual`.
    /// - Parameter usual: the input that is taken without a map.
    func inputs(of output: File, usual: Int) -> Set<Int> {
        let maps = output.values("-map")
        var result: Set<Int> = []
        for map in maps {
            let parts = map.split(separator: ":").map(String.init)
            // A filter's output may come from any input.
            guard let input = parts.first.flatMap({ Int($0) }) else { return [usual] }
            let kind = parts.count > 1 ? parts[1].prefix(1).lowercased() : "v"
            if kind == "v" || Int(kind) != nil { result.insert(input) }
        }
        return maps.isEmpty ? [usual] : result
    }
}
