internal import Foundation
internal import Model

/// Addresses of pages that name a camera or a dashboard. Identifiers may hold any letter.
enum Links {
    static func camera(_ camera: CameraStatus) -> String {
        self.camera(camera.id, site: camera.node?.site, instance: camera.node?.instance)
    }

    /// The page of exactly this one, also where another node is called alike and has a site.
    static func exactly(_ camera: CameraStatus) -> String {
        self.camera(camera) + (camera.node?.site.isEmpty == true ? "&site=" : "")
    }

    /// The page of the camera that an alert's labels name; `nil` where they name none.
    static func camera(of labels: [String: String]) -> CameraLink? {
        guard let id = labels["camera_id"], !id.isEmpty else { return nil }
        return CameraLink(id: id, link: camera(id, site: labels["site"], instance: labels["instance"]))
    }

    /// The page of a camera that this host watches.
    static func ownCamera(_ id: String) -> String { camera(id, site: nil, instance: nil) }

    /// A camera's page around a moment, in milliseconds since the Unix epoch.
    static func camera(_ id: String, at time: Int64) -> String {
        let around = TimeRange(around: time)
        return ownCamera(id) + "?from=\(around.start)&to=\(around.end)"
    }

    private static func camera(_ id: String, site: String?, instance: String?) -> String {
        let fields = [("site", site), ("instance", instance)].compactMap { name, value in
            value.flatMap { $0.isEmpty ? nil : "\(name)=\(FormFields.encoded($0))" }
        }
        return "/cameras/" + FormFields.encoded(id) + (fields.isEmpty ? "" : "?" + fields.joined(separator: "&"))
    }

    static func dashboard(_ uid: String) -> String { "/dashboards/" + FormFields.encoded(uid) }

    static func record(_ id: String) -> String { ownCamera(id) + "/record" }

    static func logs(ofCamera id: String) -> String { "/logs?query=" + FormFields.encoded(query(ofCamera: id)) }

    /// The log query that finds what concerns a camera.
    static func query(ofCamera id: String) -> String { "camera_id:\"\(quoted(id))\"" }

    /// The selector of a camera's series; of another node's camera with its node.
    static func selector(of camera: CameraStatus) -> String { "{" + matchers(of: camera) + "}" }

    static func matchers(of camera: CameraStatus) -> String {
        var matchers = ["camera_id=\"\(quoted(camera.id))\""]
        if let node = camera.node {
            matchers += ["site=\"\(quoted(node.site))\"", "instance=\"\(quoted(node.instance))\""]
        }
        return matchers.joined(separator: ", ")
    }

    /// A text inside the quotation marks of a log query or an expression.
    static func quoted(_ text: String) -> String {
        text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"")
    }

    /// The identifier in a part of an address.
    static func decoded(_ part: String) -> String { part.removingPercentEncoding ?? part }
}
