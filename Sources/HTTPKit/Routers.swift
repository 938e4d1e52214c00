package import Hummingbird

/// A router as every listener of ours has it: its answers carry ``AnswerHeaders``, and HEAD is answered as GET without
/// the body.
package enum Routers {
    /// A router without routes.
    package static func make() -> Router<AppRequestContext> {
        let router = Router(context: AppRequestContext.self, options: .autoGenerateHeadEndpoints)
        router.add(middleware: AnswerHeaders())
        return router
    }
}
