internal import Foundation
internal import HTTPTypes
internal import Hummingbird
internal import Model
internal import NIOCore
internal import SiteView

/// Whether a camera's page offers its last picture.
struct CameraPictureOffer: Sendable {
    /// Where it is; `nil` where there is none.
    let link: String?
    let camera: String
    /// How to have one, or why there cannot be one.
    let note: String?
}

extension CameraPictureOffer {
    init(_ camera: CameraStatus, isAllowed: Bool) {
        self.camera = VisibleText.short(camera.id)
        if let node = camera.node {
            (link, note) = (nil, say("camera.picture.elsewhere", ["node": .text(node.name)]))
        } else if isAllowed {
            (link, note) = (Links.ownCamera(camera.id) + "/still", nil)
        } else {
            (link, note) = (nil, say("camera.picture.off"))
        }
    }
}

extension WebUI {
    /// The last key frame of the newest footage of a camera on disk, as JPEG; its time stands in the field `Picture-Time`.
    func cameraPicture(id: String) async -> Response {
        // A camera that is watched no more has footage here still.
        let camera =
            await view.cameras().named(id, site: nil, instance: nil).first
            ?? CameraStatus(id: id, state: .unknown, since: 0)
        var headers: HTTPFields = [.cacheControl: "no-store", .xContentTypeOptions: "nosniff"]
        headers[.contentSecurityPolicy] = "default-src 'none'; frame-ancestors 'none'"
        do {
            let picture = try await view.picture(of: camera)
            headers[.contentType] = "image/jpeg"
            if let name = HTTPField.Name("Picture-Time") { headers[name] = ShownMoment(picture.time).machine }
            return Response(status: .ok, headers: headers, body: .init(byteBuffer: ByteBuffer(bytes: picture.bytes)))
        } catch {
            headers[.contentType] = "text/plain; charset=utf-8"
            return Response(
                status: .notFound, headers: headers, body: .init(byteBuffer: ByteBuffer(string: "\(error)")))
        }
    }
}
