internal import Base
internal import Collectors
internal import Foundation
internal import Model
internal import Recorders
internal import Site
internal import Transfers

/// What the configuration says of cameras, with secrets read: for those who watch and for those who record.
struct SiteCameras {
    private(set) var cameras: [CameraSettings] = []
    private(set) var recorders: [RecorderTask] = []
    private(set) var gateways: [GatewaySettings] = []
    /// Credentials that cannot be read, for people.
    private(set) var notes: [String] = []

    /// How long a supervised recorder's segments are, in seconds, where the configuration does not say.
    private static let supervisedSegment = 60.0

    init(_ config: WatchpostConfig) {
        for camera in config.cameras {
            var settings = CameraSettings(id: camera.id)
            do {
                let url = try camera.url?.read()
                if let url, CameraAddress(url) == nil {
                    notes.append("Camera \(camera.id): its address can be read in two ways; \(CameraAddress.mend).")
                    settings.isURLUnreadable = true
                } else {
                    settings.url = url.map { CameraAddress.encoded($0) }
                }
            } catch {
                notes.append("Camera \(camera.id): \(error)")
                settings.isURLUnreadable = true
            }
            settings.isCheck = camera.isCheck
            settings.restreams = restreams(camera.restreams, of: camera.id)
            settings.streams = camera.streams.map { stream(of: camera.id, $0) }
            settings.fps = camera.fps
            settings.isEnabled = camera.isEnabled
            settings.record = camera.record
            settings.recordTimes = camera.recordTimes
            settings.maintenance = camera.maintenance
            settings.usesUDP = camera.transport == .udp
            settings.watch = camera.watch
            settings.retention = camera.retention.map(\.inSeconds)
            settings.labels = camera.labels
            if let recording = config.recordings.first(where: { $0.camera == camera.id }) {
                settings.recordingPath = recording.path
                settings.recordingPattern = recording.pattern
                settings.looksBelow = true
                settings.segmentSeconds = recording.segment?.inSeconds
            }
            if camera.isEnabled, let recorder = config.recorders.first(where: { $0.camera == camera.id }) {
                settings.isSupervised = true
                settings.segmentSeconds = settings.segmentSeconds ?? Self.supervisedSegment
                // Its command names the folder itself.
                settings.looksBelow = false
                // Without {url} in its command a recorder needs none.
                let url = recorder.command.contains { $0.contains("{url}") } ? settings.url : ""
                recorders.append(
                    RecorderTask(
                        camera: camera.id, url: url, path: settings.recordingPath ?? "", command: recorder.command))
            }
            cameras.append(settings)
        }
        for gateway in config.gateways {
            do {
                gateways.append(
                    GatewaySettings(kind: gateway.kind, url: try gateway.url.read(), playlist: gateway.playlist))
            } catch {
                notes.append("Gateway \(gateway.kind.rawValue): \(error)")
            }
        }
    }

    private mutating func restreams(_ addresses: [Secret], of camera: String) -> [String] {
        addresses.compactMap { secret in
            do {
                return CameraAddress.encoded(try secret.read())
            } catch {
                notes.append("Camera \(camera): \(error)")
                return nil
            }
        }
    }

    private mutating func stream(of camera: String, _ stream: CameraStreamConfig) -> CameraSettings {
        var settings = CameraSettings(stream: stream.name, of: camera)
        let notesBefore = notes.count
        settings.url = restreams([stream.url].compactMap(\.self), of: settings.id).first
        settings.isURLUnreadable = notes.count > notesBefore
        if let url = settings.url, CameraAddress(url) == nil {
            notes.append("Camera \(settings.id): its address can be read in two ways; \(CameraAddress.mend).")
            (settings.url, settings.isURLUnreadable) = (nil, true)
        }
        settings.restreams = restreams(stream.restreams, of: settings.id)
        settings.fps = stream.fps
        settings.usesUDP = stream.transport == .udp
        settings.watch = stream.watch
        return settings
    }

    /// Folders whose filesystems matter.
    var folders: [String] { cameras.compactMap(\.recordingPath) }
}
