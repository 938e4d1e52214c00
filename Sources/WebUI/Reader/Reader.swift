internal import Foundation
internal import HTTPKit
internal import HTTPTypes
internal import Hummingbird
internal import LocalTime
internal import Model

/// Who reads a page: in which language and time zone it is made.
///
/// Every text and every moment of a page depends on it, and it is the same from the request to the last cell, as a trace
/// is; so the task carries it.
struct Reader: Sendable {
    let words: Words
    let zone: TimeZone
    /// How the reader signed the last time; empty where they never did.
    var name = ""

    /// Of the request that is answered; English and UTC outside of one.
    @TaskLocal static var current = Reader(words: .standard, zone: .gmt)

    /// The browser's own zone, which a script tells in a cookie; a browser that has not told yet gets the site's.
    static let zoneCookie = "zone"

    /// - Parameter site: the zone of a reader who names none.
    init(_ request: Request, site: TimeZone) {
        let cookie = request.cookies[Self.zoneCookie]?.value
        // A cookie holds what anybody writes into it: a name of a zone is short.
        let named = cookie.flatMap { $0.utf8.count <= 64 ? ZoneText.zone(named: Links.decoded($0)) : nil }
        self.init(words: Self.words(for: request.headers[.acceptLanguage] ?? ""), zone: named ?? site)
        name = request.cookies[Self.nameCookie].map { String(Links.decoded($0.value).prefix(100)) } ?? ""
    }

    /// How somebody signed, so that they need not write it again.
    static let nameCookie = "name"

    /// A cookie that remembers how somebody signed, for a year.
    static func cookie(name: String) -> String {
        "\(nameCookie)=\(FormFields.encoded(name)); Path=/; Max-Age=31536000; SameSite=Lax; HttpOnly"
    }

    init(words: Words, zone: TimeZone) {
        self.words = words
        self.zone = zone
    }

    /// The first language that there is of those that a browser wants (RFC 9110, section 12.5.4), in its order.
    private static func words(for languages: String) -> Words {
        for language in languages.prefix(256).split(separator: ",") {
            let code = language.prefix { $0 != ";" }.trimmingCharacters(in: .whitespaces).lowercased()
            if let words = Words.all[code] ?? Words.all[String(code.prefix { $0 != "-" })] { return words }
        }
        return .standard
    }
}

/// Has every page made for who reads it.
struct ReaderMiddleware: RouterMiddleware {
    /// The zone of readers whose browser has told none.
    let siteZone: @Sendable () -> TimeZone

    func handle(
        _ request: Request, context: AppRequestContext, next: (Request, AppRequestContext) async throws -> Response
    ) async throws -> Response {
        try await Reader.$current.withValue(Reader(request, site: siteZone())) { try await next(request, context) }
    }
}
