/// A pipeline as gst-launch-1.0 reads it, as far as it says which stream goes to which file.
/// https://gstreamer.freedesktop.org/documentation/tools/gst-launch.html#pipeline-description
struct GStreamerPipeline {
    private struct Element {
        var kind: String
        var properties: [String: String] = [:]
        /// What it is linked with, by index; a union of sets.
        var root: Int
    }

    private var elements: [Element] = []

    /// - Parameter arguments: the program first; the pipeline in one argument, or a word each.
    init(_ arguments: [String]) {
        let words = arguments.dropFirst().flatMap { $0.contains(" ! ") ? Self.words(of: $0) : [$0] }
        var names: [String: Int] = [:]
        // Names may be used before they are given.
        var references: [(name: String, element: Int)] = []
        var isLinked = false
        var last: Int?
        for word in words where word != "(" && word != ")" {
            if word == "!" {
                isLinked = true
                continue
            }
            let sides = word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
            let isProperty = sides.count == 2 && !sides[0].contains("/") && !sides[0].contains(",")
            if let last, isProperty, !isLinked {
                let value = sides[1].trimmingPrefix("\"")
                elements[last].properties[sides[0]] = value.hasSuffix("\"") ? String(value.dropLast()) : String(value)
                if sides[0] == "name" { names[sides[1]] = last }
                continue
            }
            if word.hasPrefix("-"), !isLinked { continue }
            let index = elements.count
            elements.append(Element(kind: word, root: index))
            if !isProperty, let dot = word.firstIndex(of: "."), !word.contains("/") {
                references.append((String(word[..<dot]), index))
            }
            if isLinked, let last { join(last, index) }
            (isLinked, last) = (false, index)
        }
        for reference in references {
            if let element = names[reference.name] { join(element, reference.element) }
        }
    }

    private static func words(of text: String) -> [String] {
        var words = [""]
        var quote: Character?
        for character in text {
            if let open = quote {
                if character == open { quote = nil } else { words[words.count - 1].append(character) }
            } else if character == "\"" || character == "'" {
                quote = character
            } else if character.isWhitespace {
                if words.last != "" { words.append("") }
            } else {
                words[words.count - 1].append(character)
            }
        }
        return words.filter { !$0.isEmpty }
    }

    private mutating func join(_ first: Int, _ second: Int) {
        let (one, other) = (elements[first].root, elements[second].root)
        for index in elements.indices where elements[index].root == other { elements[index].root = one }
    }

    /// One for each source of a camera's stream whose branch ends in files; pictures are none.
    var streams: [RecordedStream] {
        let sources = elements.compactMap { element -> (root: Int, url: String, properties: [String: String])? in
            guard let url = element.properties["location"] ?? element.properties["uri"] else { return nil }
            let bare = url.hasPrefix("rtspt://") ? "rtsp" + url.dropFirst(5) : url
            guard RecordedStreams.isStream(bare), !element.kind.hasSuffix("sink") else { return nil }
            var properties = element.properties
            if url.hasPrefix("rtspt://") { properties["protocols"] = "tcp" }
            return (element.root, bare, properties)
        }
        return sources.compactMap { source in
            let sinks = elements.filter { $0.root == source.root }.compactMap(Self.recording)
            guard var stream = sinks.first else { return nil }
            stream.url = source.url
            stream.usesUDP = source.properties["protocols"].map { !$0.hasPrefix("tcp") && $0 != "4" } ?? true
            stream.sharesProcess = sources.count > 1
            stream.sharesFile = sources.count { $0.root == source.root } > 1
            return stream
        }
    }

    private static func recording(_ element: Element) -> RecordedStream? {
        guard let file = element.properties["location"], !file.contains("://") else { return nil }
        var stream = RecordedStream(url: "")
        stream.file = file
        let ending = file.split(separator: ".").last.map { $0.lowercased() } ?? ""
        switch element.kind {
        case "filesink", "multifilesink":
            if ["jpg", "jpeg", "png", "yuv", "raw"].contains(ending) || file.hasPrefix("/dev/") { return nil }
        case "splitmuxsink":
            let nanoseconds = element.properties["max-size-time"].flatMap(Double.init) ?? 0
            if nanoseconds > 0 { stream.segmentSeconds = nanoseconds / 1_000_000_000 }
        case "hlssink", "hlssink2", "hlssink3":
            stream.segmentSeconds = element.properties["target-duration"].flatMap(Double.init) ?? 15
        default: return nil
        }
        return stream
    }
}
