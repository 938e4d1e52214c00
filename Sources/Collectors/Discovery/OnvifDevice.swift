internal import Base
internal import Digests
internal import Foundation
internal import Transfers

/// Asks a camera for the addresses of its streams by ONVIF's device and media services:
/// https://www.onvif.org/specs/srv/media/ONVIF-Media-Service-Spec.pdf
struct OnvifDevice: Sendable {
    let transfers: Transfers
    let user: String?
    let password: String

    private static let timeout: Duration = .seconds(5)

    /// How many profiles are asked for: three streams of each channel of a large recorder.
    private static let profilesMax = 192
    /// For how long they are asked for, of a device that answers slowly.
    private static let profilesTimeout: Duration = .seconds(20)

    /// The addresses of the device's streams, without credentials, in the order of its profiles.
    /// - Throws: ``Refusal`` where it wants a login, or does not say.
    func streamAddresses(deviceService: String) async throws -> [String] {
        let capabilities = try await ask(
            deviceService,
            #"<GetCapabilities xmlns="http://www.onvif.org/ver10/device/wsdl"><Category>Media</Category></GetCapabilities>"#
        )
        // The media service's address is the only one of this category.
        let media =
            XMLText.contents(of: "Media", in: capabilities).lazy.flatMap { XMLText.contents(of: "XAddr", in: $0) }.first
            ?? deviceService
        let profiles = try await ask(media, #"<GetProfiles xmlns="http://www.onvif.org/ver10/media/wsdl"/>"#)
        let tokens = XMLText.attributes("token", of: "Profiles", in: profiles).prefix(Self.profilesMax)
        guard let first = tokens.first else { throw Refusal("it names no stream") }
        var addresses = [try await streamAddress(media, first)]
        let end = ContinuousClock.now + Self.profilesTimeout
        for token in tokens.dropFirst() where ContinuousClock.now < end {
            // One that it tells of no address is left out.
            if let address = try? await streamAddress(media, token) { addresses.append(address) }
        }
        return addresses
    }

    private func streamAddress(_ media: String, _ token: String) async throws -> String {
        let address = try await ask(
            media,
            """
            <GetStreamUri xmlns="http://www.onvif.org/ver10/media/wsdl"><StreamSetup>\
            <Stream xmlns="http://www.onvif.org/ver10/schema">RTP-Unicast</Stream>\
            <Transport xmlns="http://www.onvif.org/ver10/schema"><Protocol>RTSP</Protocol></Transport></StreamSetup>\
            <ProfileToken>\(Self.escaped(token))</ProfileToken></GetStreamUri>
            """)
        guard let uri = XMLText.contents(of: "Uri", in: address).first, uri.lowercased().hasPrefix("rtsp") else {
            throw Refusal("it names no address of its stream")
        }
        return uri
    }

    /// Why a camera does not tell, for people.
    struct Refusal: Error, CustomStringConvertible {
        let description: String

        init(_ description: String) { self.description = description }
    }

    private func ask(_ address: String, _ body: String) async throws -> String {
        let envelope =
            #"<?xml version="1.0" encoding="UTF-8"?><s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope">"#
            + (user.map { "<s:Header>\(security($0))</s:Header>" } ?? "") + "<s:Body>\(body)</s:Body></s:Envelope>"
        let response = try await transfers.send(
            HTTPRequest(
                method: "POST", url: address, headers: [("Content-Type", "application/soap+xml; charset=utf-8")],
                body: Array(envelope.utf8), timeout: Self.timeout, maxResponseBytes: 1 << 20))
        let text = String(decoding: response.body, as: UTF8.self)
        if response.status == 401 || text.contains("NotAuthorized") {
            throw Refusal(user == nil ? "it wants a user and a password" : "it refuses the user or the password")
        }
        guard response.status == 200 else {
            let reason = XMLText.contents(of: "Text", in: text).first ?? "HTTP status \(response.status)"
            throw Refusal("it answers: \(reason)")
        }
        return text
    }

    /// A user's name with a digest of the password, by the UsernameToken Profile 1.0 of OASIS' Web Services Security.
    private func security(_ user: String) -> String {
        let nonce = (0..<16).map { _ in UInt8.random(in: .min ... .max) }
        let created = Date().ISO8601Format()
        let digest = Digest.sha1(nonce + Array(created.utf8) + Array(password.utf8))
        let kind = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss"
        return """
            <Security xmlns="\(kind)-wssecurity-secext-1.0.xsd"><UsernameToken><Username>\(Self.escaped(user))</Username>\
            <Password Type="\(kind)-username-token-profile-1.0#PasswordDigest">\(Data(digest).base64EncodedString())</Password>\
            <Nonce>\(Data(nonce).base64EncodedString())</Nonce>\
            <Created xmlns="\(kind)-wssecurity-utility-1.0.xsd">\(created)</Created></UsernameToken></Security>
            """
    }

    private static func escaped(_ text: String) -> String {
        text.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;")
    }
}
