internal import HTTPKit
internal import Hummingbird

/// A page for addresses at which there is nothing, with the way back. Programs, which want no page, get the status alone.
struct UnknownPages: RouterMiddleware {
    let pages: WebUI

    func handle(
        _ request: Request, context: AppRequestContext, next: (Request, AppRequestContext) async throws -> Response
    ) async throws -> Response {
        do {
            return try await next(request, context)
        } catch let error as HTTPError where error.status == .notFound && Self.wantsPage(request) {
            return Reader.$current.withValue(Reader(request, site: pages.zone())) {
                let path = VisibleText.short(Links.decoded(request.uri.path))
                let page = pages.refusal(say("refusal.unknownPage", ["path": .text(path)]), path: "/")
                return request.method == .head ? page.createHeadResponse() : page
            }
        }
    }

    private static func wantsPage(_ request: Request) -> Bool {
        [.get, .head].contains(request.method)
            && request.headers[values: .accept].contains { $0.lowercased().contains("text/html") }
    }
}
