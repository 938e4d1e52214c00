/// The templates that every notification may call. A site's own template files may define them anew.
///
/// Names and what they give are those of Alertmanager, so that users' templates that call them read the same here:
/// https://prometheus.io/docs/alerting/latest/notifications/. What is told beyond that is ours, and lists that no
/// message could hold are cut.
enum DefaultTemplates {
    static let all = [words] + Services.all.map(\.templates)

    /// Pieces that services share.
    private static let words = #"""
        {{ define "__alertmanager" }}Alertmanager{{ end }}
        {{ define "__alertmanagerURL" }}{{ .ExternalURL }}/alerts?receiver={{ .Receiver | urlquery }}{{ end }}
        {{ define "__subject" -}}
        [{{ .Status | toUpper }}{{ if eq .Status "firing" }}:{{ .Alerts.Firing | len }}{{ end }}] {{/* */ -}}
        {{ .GroupLabels.SortedPairs.Values | join " " }} {{/* */ -}}
        {{ if gt (len .CommonLabels) (len .GroupLabels) -}}
        ({{ with .CommonLabels.Remove .GroupLabels.Names }}{{ .Values | join " " }}{{ end }}){{ end }}
        {{- with .AcknowledgedBy }} - {{ . }} looks after it{{ end }}
        {{- end }}
        {{ define "__description" }}{{ end }}
        {{ define "__text_alert_list" }}{{ range . }}Labels:
        {{ range .Labels.SortedPairs }} - {{ .Name }} = {{ .Value }}
        {{ end }}Annotations:
        {{ range .Annotations.SortedPairs }} - {{ .Name }} = {{ .Value }}
        {{ end }}Source: {{ .GeneratorURL }}
        {{ end }}{{ end }}
        {{ define "__text_alert_list_markdown" }}{{ range . }}
        Labels:
        {{ range .Labels.SortedPairs }}  - {{ .Name }} = {{ .Value }}
        {{ end }}
        Annotations:
        {{ range .Annotations.SortedPairs }}  - {{ .Name }} = {{ .Value }}
        {{ end }}
        Source: {{ .GeneratorURL }}
        {{ end }}{{ end }}
        {{ define "watchpost.headline" -}}
        {{ if .Annotations.summary }}{{ .Annotations.summary }}{{ else }}{{ .Labels.alertname }}
        {{- with .Labels.camera_id }} on {{ . }}{{ end }}{{ end }}
        {{- end }}
        {{ define "watchpost.since" -}}
        {{ .LocalStart }}{{ if eq .Status "resolved" }}, over at {{ .LocalEnd }}{{ end }}
        {{- end }}
        {{ define "watchpost.lines" }}{{ range $index, $alert := . }}{{ if lt $index 50 -}}
        {{ if eq .Status "resolved" }}OVER{{ else }}NOW{{ end }}  {{ template "watchpost.headline" . }}
        {{ with .Annotations.description }}  {{ . }}
        {{ end }}{{ with .Annotations.acknowledged_comment }}  says:   {{ . }}
        {{ end }}{{ with .Labels.camera_id }}  camera: {{ . }}
        {{ end }}  since:  {{ template "watchpost.since" . }}
        {{ with .CameraURL }}  then:   {{ . }}
        {{ end }}{{ end }}{{ end }}{{ if gt (len .) 50 }}… and more: {{ len . }} in all
        {{ end }}{{ end }}
        {{ define "watchpost.markdown" }}{{ range $index, $alert := .Alerts }}{{ if lt $index 50 }}
        {{- if eq .Status "resolved" }}Over: {{ end }}**{{ template "watchpost.headline" . }}**
        {{- with .Annotations.description }}: {{ . }}{{ end }}
        {{- with .Annotations.acknowledged_comment }} ({{ . }}){{ end }}
        {{- with .Labels.camera_id }} (camera {{ . }}){{ end }} since {{ template "watchpost.since" . }}
        {{- with .CameraURL }} [camera at that time]({{ . }}){{ end }}{{ with .SilenceURL }} [silence]({{ . }}){{ end }}

        {{ end }}{{ end }}{{ if gt (len .Alerts) 50 }}… and more: {{ len .Alerts }} in all{{ end }}{{ end }}
        """#
}
