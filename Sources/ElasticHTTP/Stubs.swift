internal import Base
internal import HTTPTypes
internal import HummingbirdCore
internal import LogDocuments

/// What clients ask before they begin, and of which nothing here depends: one node, one shard, a free license, and policies,
/// templates and pipelines that are there, whatever they are called.
enum Stubs {
    /// The version whose answers these are.
    static let version = "8.19.0"
    private static let cluster = "watchpost"
    private static let uuid = "d2F0Y2hwb3N0LWNsdXN0ZXI"

    static func root(_ node: String) -> Document {
        [
            "name": node.json, "cluster_name": cluster.json, "cluster_uuid": uuid.json,
            "version": .object([
                "number": version.json, "build_flavor": "default".json, "build_type": "deb".json,
                "build_hash": "watchpost".json, "build_date": "2025-07-23T22:10:18.138215839Z".json,
                "build_snapshot": false.json, "lucene_version": "9.12.2".json,
                "minimum_wire_compatibility_version": "7.17.0".json,
                "minimum_index_compatibility_version": "7.0.0".json,
            ]), "tagline": "You Know, for Search".json,
        ]
    }

    static let acknowledged: Document = ["acknowledged": true.json]
    static let refreshed: Document = [
        "_shards": .object(["total": 1.json, "successful": 1.json, "failed": 0.json])
    ]

    static let health: Document = [
        "cluster_name": cluster.json, "status": "green".json, "timed_out": false.json, "number_of_nodes": 1.json,
        "number_of_data_nodes": 1.json, "active_primary_shards": 1.json, "active_shards": 1.json,
        "relocating_shards": 0.json, "initializing_shards": 0.json, "unassigned_shards": 0.json,
        "delayed_unassigned_shards": 0.json, "number_of_pending_tasks": 0.json, "number_of_in_flight_fetch": 0.json,
        "task_max_waiting_in_queue_millis": 0.json, "active_shards_percent_as_number": .number(100),
    ]

    /// - Parameter address: where this server was asked.
    static func nodes(_ node: String, address: String) -> Document {
        [
            "_nodes": .object(["total": 1.json, "successful": 1.json, "failed": 0.json]), "cluster_name": cluster.json,
            "nodes": .object([
                "watchpost": .object([
                    "name": node.json, "transport_address": address.json, "host": address.json, "ip": address.json,
                    "version": version.json, "build_flavor": "default".json, "build_type": "deb".json,
                    "build_hash": "watchpost".json,
                    "roles": .array(["data".json, "ingest".json, "master".json]),
                    "http": .object([
                        "bound_address": .array([address.json]), "publish_address": address.json,
                        "max_content_length_in_bytes": (64 << 20).json,
                    ]),
                    "ingest": .object(["processors": .array([])]), "plugins": .array([]), "modules": .array([]),
                ])
            ]),
        ]
    }

    static let license: Document = [
        "license": .object([
            "status": "active".json, "uid": uuid.json, "type": "basic".json,
            "issue_date": "2025-01-01T00:00:00.000Z".json,
            "issue_date_in_millis": 1_735_689_600_000.json, "max_nodes": 1_000.json, "max_resource_units": .null,
            "issued_to": cluster.json, "issuer": cluster.json, "start_date_in_millis": (-1).json,
        ])
    ]

    static var xpack: Document {
        func feature(_ isThere: Bool) -> DocumentValue {
            .object(["available": isThere.json, "enabled": isThere.json])
        }
        return [
            "build": .object(["hash": "watchpost".json, "date": "2025-07-23T22:10:18.138Z".json]),
            "license": .object([
                "uid": uuid.json, "type": "basic".json, "mode": "basic".json, "status": "active".json,
            ]),
            "features": .object([
                "ilm": feature(true), "monitoring": feature(false), "security": feature(false), "ml": feature(false),
                "logstash": feature(false), "watcher": feature(false),
            ]), "tagline": "You know, for X".json,
        ]
    }

    static func settings(of index: String) -> DocumentValue {
        .object([
            "index": .object([
                "number_of_shards": "1".json, "number_of_replicas": "0".json, "uuid": uuid.json,
                "provided_name": index.json, "creation_date": "0".json,
                "version": .object(["created": "8536000".json]),
            ])
        ])
    }

    /// What stands under a name that somebody looks for.
    static func named(_ kind: String, _ name: String?) -> Document {
        guard let name, !name.contains("*") else {
            switch kind {
            case "_index_template": return ["index_templates": .array([])]
            case "_component_template": return ["component_templates": .array([])]
            case "_data_stream": return ["data_streams": .array([])]
            default: return [:]
            }
        }
        switch kind {
        case "_index_template":
            let template: Document = ["index_patterns": .array(["\(name)-*".json]), "composed_of": .array([])]
            return ["index_templates": .array([.object(["name": name.json, "index_template": .object(template)])])]
        case "_component_template":
            let template: Document = ["template": .object([:])]
            return [
                "component_templates": .array([.object(["name": name.json, "component_template": .object(template)])])
            ]
        case "_data_stream": return ["data_streams": .array([])]
        case "_template":
            return [
                name: .object([
                    "order": 0.json, "index_patterns": .array(["\(name)-*".json]), "settings": .object([:]),
                    "mappings": .object([:]), "aliases": .object([:]),
                ])
            ]
        case "_ilm": return [name: .object(["version": 1.json, "policy": .object(["phases": .object([:])])])]
        case "_ingest": return [name: .object(["processors": .array([])])]
        default: return [name: .object([:])]
        }
    }
}

extension ElasticAPI {
    /// The answer of a stub; `nil` where there is none for the path.
    func stub(_ call: Call, _ first: String, _ rest: [String]) throws -> ElasticAnswer? {
        let isAsked = call.method == .get
        switch (first, rest.first) {
        case ("_cluster", "health"?): return ElasticAnswer(Stubs.health)
        case ("_cluster", "settings"?):
            return ElasticAnswer(["persistent": .object([:]), "transient": .object([:])])
        case ("_nodes", _):
            return ElasticAnswer(Stubs.nodes(parts.nodeName, address: call.request.head.authority ?? ""))
        case ("_license", nil) where isAsked: return ElasticAnswer(Stubs.license)
        case ("_xpack", nil) where isAsked: return ElasticAnswer(Stubs.xpack)
        case ("_ilm", "policy"?), ("_ingest", "pipeline"?), ("_logstash", "pipeline"?):
            if !isAsked { return ElasticAnswer(Stubs.acknowledged) }
            return ElasticAnswer(first == "_logstash" ? [:] : Stubs.named(first, rest.count > 1 ? rest[1] : nil))
        case ("_ilm", "status"?): return ElasticAnswer(["operation_mode": "RUNNING".json])
        case ("_index_template", _), ("_template", _), ("_component_template", _), ("_data_stream", _):
            return ElasticAnswer(isAsked ? Stubs.named(first, rest.first) : Stubs.acknowledged)
        default: return nil
        }
    }
}
