internal import Foundation

/// What an address says of which stream of which camera it is, as makers write them.
struct MakersAddress: Equatable {
    enum Kind: String { case main, sub, third }

    /// What the streams of one camera have in common.
    let camera: String
    let kind: Kind

    /// `nil` where the address is not like one of a maker whose streams are known.
    init?(_ url: String) {
        guard let components = URLComponents(string: url), let host = components.host else { return nil }
        let path = components.path
        let query = components.queryItems ?? []
        let place = host.lowercased() + ":" + String(components.port ?? 554)
        func camera(_ rest: String) -> String { place + rest }
        func number(after prefix: String) -> Int? {
            guard path.lowercased().hasPrefix(prefix.lowercased()) else { return nil }
            return Int(path.dropFirst(prefix.count))
        }
        // Hikvision: channel and stream in one number, 101 the main stream of channel 1.
        for prefix in ["/Streaming/Channels/", "/Streaming/tracks/", "/ISAPI/Streaming/Channels/"] {
            if let number = number(after: prefix), number > 100, let kind = Self.kind(number % 100 - 1) {
                (self.camera, self.kind) = (camera("/hikvision/\(number / 100)"), kind)
                return
            }
        }
        // Dahua, Amcrest: channel and subtype.
        if path.lowercased().hasSuffix("/cam/realmonitor") {
            let channel = query.first { $0.name == "channel" }?.value ?? "1"
            let subtype = query.first { $0.name == "subtype" }?.value.flatMap(Int.init) ?? 0
            guard let kind = Self.kind(subtype) else { return nil }
            (self.camera, self.kind) = (camera("/dahua/\(channel)"), kind)
            return
        }
        // Reolink: h264Preview_01_main, Preview_01_sub.
        if let range = path.firstRange(of: "Preview_") {
            let parts = path[range.upperBound...].split(separator: "_").map(String.init)
            if parts.count == 2, let kind = Kind(rawValue: parts[1]) ?? (parts[1] == "ext" ? .third : nil) {
                (self.camera, self.kind) = (camera("/reolink/\(parts[0])"), kind)
                return
            }
        }
        // Axis: the profile's name, or the picture's size, in the query.
        if path.lowercased().hasPrefix("/axis-media/") {
            let channel = query.first { $0.name == "camera" }?.value ?? "1"
            let told = query.contains { ["resolution", "streamprofile", "fps"].contains($0.name) }
            (self.camera, self.kind) = (camera("/axis/\(channel)"), told ? .sub : .main)
            return
        }
        // UniFi of old, and cameras of several makers: s0, s1, s2; stream1, stream2; ch0_0.h264, ch0_1.h264; live/main.
        let name = path.split(separator: "/").last.map(String.init) ?? ""
        let folder = path.dropLast(name.count)
        if name.count == 2, name.hasPrefix("s"), let number = Int(name.dropFirst()), let kind = Self.kind(number) {
            (self.camera, self.kind) = (camera("\(folder)s"), kind)
        } else if name.hasPrefix("stream"), let number = Int(name.dropFirst(6)), let kind = Self.kind(number - 1) {
            (self.camera, self.kind) = (camera("\(folder)stream"), kind)
        } else if let kind = Kind(rawValue: name.lowercased()) {
            (self.camera, self.kind) = (camera(String(folder)), kind)
        } else {
            return nil
        }
    }

    private static func kind(_ number: Int) -> Kind? {
        switch number {
        case 0: .main
        case 1: .sub
        case 2: .third
        default: nil
        }
    }

    /// The addresses of one device by camera, each camera's main stream first. Those that are like none of a maker are
    /// streams of the first camera: a device that does not tell its channels apart has one.
    static func cameras(of urls: [String]) -> [[(name: String, url: String)]] {
        var cameras: [(key: String, streams: [(name: String, url: String)])] = []
        for url in urls where !cameras.contains(where: { $0.streams.contains { $0.url == url } }) {
            let address = MakersAddress(url)
            let key = address?.camera ?? cameras.first?.key ?? url
            let index = cameras.firstIndex { $0.key == key } ?? cameras.endIndex
            if index == cameras.endIndex { cameras.append((key, [])) }
            let taken = Set(cameras[index].streams.map(\.name))
            var name = address?.kind.rawValue ?? (taken.isEmpty ? "main" : "sub")
            var number = 2
            while taken.contains(name) {
                name = "stream\(number)"
                number += 1
            }
            cameras[index].streams.append((name, url))
        }
        return cameras.map { camera in
            camera.streams.filter { $0.name == "main" } + camera.streams.filter { $0.name != "main" }
        }
    }
}
