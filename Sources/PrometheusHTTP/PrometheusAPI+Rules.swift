internal import Base
internal import Foundation
internal import HTTPKit
internal import Model
internal import Rules

/// Rules and alerts.
extension PrometheusAPI {
    func rules(_ parameters: APIParameters) throws -> APIAnswer {
        let filter = try RuleFilter(parameters, features: parts.queries.features)
        let (groups, next) = try filter.page(of: parts.rules.snapshot())
        return APIAnswer { json in
            json.raw(#"{"groups":"#)
            json.list(groups) { json, group in
                json.raw(#"{"name":"#)
                json.string(group.name)
                json.raw(#","file":"#)
                json.string(group.file)
                json.raw(#","rules":"#)
                json.list(group.rules) { Self.write($1, withAlerts: filter.showsAlerts, to: &$0) }
                json.raw(#","interval":"#)
                json.real(group.interval)
                json.raw(#","limit":"#)
                json.number(group.limit)
                json.raw(#","evaluationTime":"#)
                json.real(group.lastDuration)
                json.raw(#","lastEvaluation":"#)
                json.moment(group.lastEvaluation)
                json.raw("}")
            }
            if let next {
                json.raw(#","groupNextToken":"#)
                json.string(next)
            }
            json.raw("}")
        }
    }

    private static func write(_ rule: RuleView, withAlerts: Bool, to json: inout JSONBytes) {
        if rule.isAlert {
            json.raw(#"{"state":"#)
            json.string(rule.state.rawValue)
            json.raw(#","name":"#)
        } else {
            json.raw(#"{"name":"#)
        }
        json.string(rule.name)
        json.raw(#","query":"#)
        json.string(rule.expression)
        if rule.isAlert {
            json.raw(#","duration":"#)
            json.real(rule.hold)
            json.raw(#","keepFiringFor":"#)
            json.real(rule.keepFiringFor)
        }
        json.raw(#","labels":"#)
        json.dictionary(rule.labels)
        if rule.isAlert {
            json.raw(#","annotations":"#)
            json.dictionary(rule.annotations)
            json.raw(#","alerts":"#)
            json.list(withAlerts ? rule.alerts : []) { write($1, to: &$0) }
        }
        json.raw(#","health":"#)
        json.string(rule.health.rawValue)
        if !rule.lastError.isEmpty {
            json.raw(#","lastError":"#)
            json.string(rule.lastError)
        }
        json.raw(#","evaluationTime":"#)
        json.real(rule.lastDuration)
        json.raw(#","lastEvaluation":"#)
        json.moment(rule.lastEvaluation)
        json.raw(#","type":"#)
        json.string(rule.isAlert ? "alerting" : "recording")
        json.raw("}")
    }

    private static func write(_ alert: ActiveAlert, to json: inout JSONBytes) {
        json.raw(#"{"labels":"#)
        json.labels(alert.labels)
        json.raw(#","annotations":"#)
        json.dictionary(alert.annotations)
        json.raw(#","state":"#)
        json.string(alert.state.rawValue)
        json.raw(#","activeAt":"#)
        json.moment(alert.activeAt)
        json.raw(#","value":"#)
        json.string(FloatText.scientific(alert.value))
        json.raw("}")
    }

    func alerts() -> APIAnswer {
        let alerts = parts.rules.alerts()
        return APIAnswer { json in
            json.raw(#"{"alerts":"#)
            json.list(alerts) { Self.write($1.alert, to: &$0) }
            json.raw("}")
        }
    }
}
