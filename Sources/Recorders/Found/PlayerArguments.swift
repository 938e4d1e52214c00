internal import Foundation

/// A command line of VLC that writes what it plays into a file.
/// https://wiki.videolan.org/Documentation:Streaming_HowTo/Advanced_Streaming_Using_the_Command_Line/
enum VLCArguments {
    static func streams(_ arguments: [String]) -> [RecordedStream] {
        guard let url = arguments.dropFirst().first(where: RecordedStreams.isStream) else { return [] }
        var chain: String?
        for (index, argument) in arguments.enumerated() {
            for name in ["--sout", ":sout"] {
                if argument.hasPrefix(name + "=") { chain = String(argument.dropFirst(name.count + 1)) }
                if argument == name, index + 1 < arguments.count { chain = arguments[index + 1] }
            }
        }
        guard let chain, let file = file(in: chain) else { return [] }
        var stream = RecordedStream(url: url)
        stream.file = file
        stream.usesUDP = !arguments.contains("--rtsp-tcp") && !arguments.contains(":rtsp-tcp")
        stream.isNamedByTime = arguments.contains("--sout-file-format")
        stream.limitSeconds = value("--run-time", in: arguments).flatMap(Double.init)
        return [stream]
    }

    /// Where a chain of modules writes into a file: `#std{access=file,mux=ts,dst=/r/a.ts}`, `#file{dst=/r/a.ts}`,
    /// `file/ts:/r/a.ts`.
    private static func file(in chain: String) -> String? {
        if !chain.hasPrefix("#") {
            guard chain.hasPrefix("file"), let colon = chain.firstIndex(of: ":") else { return nil }
            return String(chain[chain.index(after: colon)...])
        }
        for module in ["file{", "std{", "standard{"] {
            var rest = Substring(chain)
            while let range = rest.firstRange(of: module) {
                rest = rest[range.upperBound...]
                var options: [String: String] = [:]
                for pair in rest.prefix(while: { $0 != "}" }).split(separator: ",") {
                    let sides = pair.split(separator: "=", maxSplits: 1).map { $0.trimmingCharacters(in: quotes) }
                    if sides.count == 2 { options[sides[0]] = sides[1] }
                }
                let isFile = module == "file{" || options["access"] == "file"
                if isFile, let path = options["dst"], !path.contains("://") { return path }
            }
        }
        return nil
    }

    private static let quotes = CharacterSet(charactersIn: "\"' ")

    private static func value(_ option: String, in arguments: [String]) -> String? {
        for (index, argument) in arguments.enumerated() {
            if argument.hasPrefix(option + "=") { return String(argument.dropFirst(option.count + 1)) }
            if argument == option, index + 1 < arguments.count { return arguments[index + 1] }
        }
        return nil
    }
}

/// A command line of openRTSP, of the live555 library. http://www.live555.com/openRTSP/
enum OpenRTSPArguments {
    static func streams(_ arguments: [String], standardOutput: String?) -> [RecordedStream] {
        guard let url = arguments.dropFirst().last(where: RecordedStreams.isStream) else { return [] }
        func value(_ option: String) -> String? {
            arguments.indices.dropLast().first { arguments[$0] == option }.map { arguments[$0 + 1] }
        }
        var stream = RecordedStream(url: url)
        stream.usesUDP = !arguments.contains("-t")
        stream.segmentSeconds = value("-P").flatMap(Double.init)
        stream.limitSeconds = value("-d").flatMap(Double.init)
        let prefix = value("-F") ?? ""
        let container = [("-4", "mp4"), ("-q", "mov"), ("-i", "avi")].first { arguments.contains($0.0) }?.1
        if let container {
            // Whole files go to the standard output, unless they are cut.
            stream.file = stream.segmentSeconds == nil ? standardOutput : "\(prefix)-%05d-%05d.\(container)"
        } else {
            stream.file = "\(prefix)video-%d"
        }
        return stream.file == nil ? [] : [stream]
    }
}
