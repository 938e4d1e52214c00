internal import ConfigText
internal import Model

/// Reads `streams` of a camera.
enum CameraStreamReader {
    static func read(_ reader: MappingReader) -> [CameraStreamConfig] {
        var names: Set<String> = ["main"]
        return reader.mappings("streams") { entry in
            let name = entry.required("name", mend: "write name, as sub: the value of the label stream")
            var stream = CameraStreamConfig(name: name?.value ?? "")
            stream.url = CameraReader.streamAddress(entry)
            stream.restreams = CameraReader.restreams(entry)
            stream.fps = CameraReader.frameRate(entry)
            if let transport = entry.choice("transport", CameraConfig.Transport.self) { stream.transport = transport }
            stream.watch = CameraReader.watch(entry)
            if stream.watch.contains(.gateway) {
                entry.error(
                    "a stream is not watched by a gateway",
                    mend: "write recorder, probe, sample or describe, or nothing")
                stream.watch.remove(.gateway)
            }
            if stream.url == nil, stream.restreams.isEmpty {
                entry.error("a stream has no address", mend: "write url, url_file or restream")
            }
            guard let name else { return nil }
            guard isName(name.value), names.insert(name.value).inserted else {
                entry.problems.error(
                    at: name.position,
                    names.contains(name.value)
                        ? "the stream \"\(name.value)\" stands twice" : "\"\(name.value)\" is no name of a stream",
                    mend: "write a name of its own of letters, digits, - and _; the camera itself is main")
                return nil
            }
            return stream
        }
    }

    /// Tells of names and addresses that are of two cameras or streams at once.
    static func tellCollisions(_ cameras: [CameraConfig], _ problems: ProblemList) {
        let ids = Set(cameras.map(\.id))
        var first: [String: (what: String, isMain: Bool)] = [:]
        for camera in cameras {
            func take(_ addresses: [Secret], _ what: String, isMain: Bool = false) {
                for address in addresses {
                    guard let other = first[key(address)] else {
                        first[key(address)] = (what, isMain)
                        continue
                    }
                    if isMain, other.isMain { continue }
                    problems.warn(
                        at: camera.position,
                        "\(what) is \(other.what) too: what reads it is taken for one of them alone",
                        mend: "write each address once")
                }
            }
            take([camera.url].compactMap(\.self), "the address of \(camera.id)", isMain: true)
            take(camera.restreams, "a restream of \(camera.id)")
            for stream in camera.streams {
                let name = "the stream \(stream.name) of \(camera.id)"
                take([stream.url].compactMap(\.self), "the address of \(name)")
                take(stream.restreams, "a restream of \(name)")
                if ids.contains("\(camera.id)/\(stream.name)") {
                    problems.error(
                        at: camera.position, "\(name) and the camera \(camera.id)/\(stream.name) have one name",
                        mend: "rename one")
                }
            }
        }
    }

    private static func key(_ address: Secret) -> String {
        switch address {
        case .inline(let url): StreamOwners.key(ofURL: url)
        case .file(let path): "file \(path)"
        }
    }

    private static func isName(_ text: String) -> Bool {
        !text.isEmpty && text.utf8.count <= 40
            && text.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-" || $0 == "_") }
    }
}
