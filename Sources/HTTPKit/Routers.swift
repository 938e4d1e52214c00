package import Hummingbird

/// A router as every listener of ours has it: its answers carry ``AnswerHeaders``, are compressed for who takes that, and
/// short where the client has what they would say; HEAD is answered as GET without the body.
package enum Routers {
    /// A router without routes.
    package static func make() -> Router<AppRequestContext> {
        let router = Router(context: AppRequestContext.self, options: .autoGenerateHeadEndpoints)
        router.add(middleware: AnswerHeaders())
        router.add(middleware: AnswerCompression())
        router.add(middleware: ConditionalAnswers())
        return router
    }
}
