internal import Model

/// Spans by who made them, as OTLP has them: each resource once, with its scopes, in the order in which they come up.
struct SpanGroups {
    struct Scope {
        var scope: SpanScope
        var spans: [Span]
    }

    struct Resource {
        var resource: SpanResource
        var scopes: [Scope]
    }

    private(set) var resources: [Resource] = []

    init(_ spans: [Span]) {
        struct Key: Hashable {
            var resource: Int
            var scope: SpanScope
        }
        var resourcePlaces: [SpanResource: Int] = [:]
        var scopePlaces: [Key: Int] = [:]
        for span in spans {
            let place = resourcePlaces[span.resource] ?? resources.count
            if place == resources.count {
                resourcePlaces[span.resource] = place
                resources.append(Resource(resource: span.resource, scopes: []))
            }
            let key = Key(resource: place, scope: span.scope)
            let scopePlace = scopePlaces[key] ?? resources[place].scopes.count
            if scopePlace == resources[place].scopes.count {
                scopePlaces[key] = scopePlace
                resources[place].scopes.append(Scope(scope: span.scope, spans: []))
            }
            resources[place].scopes[scopePlace].spans.append(span)
        }
    }
}
