/// The templates that every notice may call. A site's own template files may define them anew.
enum DefaultTemplates {
    static let all = [words, slack, emailText, emailPage]

    /// Pieces that the others share.
    private static let words = #"""
        {{ define "watchpost.subject" -}}
        [{{ .Status | toUpper }}{{ if eq .Status "firing" }}:{{ .Alerts.Firing | len }}{{ end }}] {{/* */ -}}
        {{ if .GroupLabels.alertname }}{{ .GroupLabels.alertname }}{{ else if .CommonLabels.alertname }}
        {{- .CommonLabels.alertname }}{{ else }}{{ len .Alerts }} alerts{{ end }}
        {{- with .CommonLabels.camera_id }} {{ . }}{{ end }}
        {{- with .CommonLabels.instance }} on {{ . }}{{ end }}
        {{- end }}
        {{ define "watchpost.link" }}{{ .ExternalURL }}/alerts{{ end }}
        {{ define "watchpost.headline" -}}
        {{ if .Annotations.summary }}{{ .Annotations.summary }}{{ else }}{{ .Labels.alertname }}
        {{- with .Labels.camera_id }} on {{ . }}{{ end }}{{ end }}
        {{- end }}
        {{ define "watchpost.since" -}}
        {{ .StartsAt.Format "2006-01-02 15:04:05 MST" }}
        {{- if eq .Status "resolved" }}, over at {{ .EndsAt.Format "2006-01-02 15:04:05 MST" }}{{ end }}
        {{- end }}
        """#

    private static let slack = #"""
        {{ define "slack.default.title" }}{{ template "watchpost.subject" . }}{{ end }}
        {{ define "slack.default.username" }}Watchpost{{ end }}
        {{ define "slack.default.fallback" }}{{ template "watchpost.subject" . }}{{ end }}
        {{ define "slack.default.titlelink" }}{{ template "watchpost.link" . }}{{ end }}
        {{ define "slack.default.pretext" }}{{ end }}
        {{ define "slack.default.footer" }}{{ end }}
        {{ define "slack.default.callbackid" }}{{ end }}
        {{ define "slack.default.iconemoji" }}{{ end }}
        {{ define "slack.default.iconurl" }}{{ end }}
        {{ define "slack.default.text" -}}
        {{ range $index, $alert := .Alerts }}{{ if $index }}{{ "\n" }}{{ end -}}
        {{ if eq .Status "resolved" }}Over: {{ end }}*{{ template "watchpost.headline" . }}*
        {{- with .Annotations.description }}: {{ . }}{{ end }}
        {{- with .Labels.camera_id }} (camera {{ . }}){{ end }} since {{ template "watchpost.since" . }}
        {{- with .GeneratorURL }} <{{ . }}|expression>{{ end }}{{ end }}
        {{- end }}
        """#

    private static let emailText = #"""
        {{ define "email.default.subject" }}{{ template "watchpost.subject" . }}{{ end }}
        {{ define "email.default.text" -}}
        {{ range .Alerts }}{{ if eq .Status "resolved" }}OVER{{ else }}NOW{{ end }}  {{/* */ -}}
        {{ template "watchpost.headline" . }}
        {{ with .Annotations.description }}  {{ . }}
        {{ end }}{{ with .Labels.camera_id }}  camera: {{ . }}
        {{ end }}  since:  {{ template "watchpost.since" . }}
        {{ range .Labels.SortedPairs }}  {{ .Name }} = {{ .Value }}
        {{ end }}{{ with .GeneratorURL }}  {{ . }}
        {{ end }}
        {{ end }}All alerts: {{ template "watchpost.link" . }}
        {{ end }}
        """#

    private static let emailPage = #"""
        {{ define "email.default.html" -}}
        <!DOCTYPE html>
        <html><head><meta charset="utf-8"><title>{{ template "watchpost.subject" . }}</title></head>
        <body style="margin:0;padding:16px;background:#f6f8fa;color:#16202a;font:14px/20px system-ui,sans-serif">
        <div style="max-width:640px;margin:0 auto">
        <h1 style="margin:0 0 12px;font-size:18px">{{ template "watchpost.subject" . }}</h1>
        {{ with .Alerts.Firing }}<h2 style="margin:16px 0 8px;font-size:14px">Happening now</h2>
        {{ range . }}{{ template "email.default.alert" . }}{{ end }}{{ end }}
        {{ with .Alerts.Resolved }}<h2 style="margin:16px 0 8px;font-size:14px">Over</h2>
        {{ range . }}{{ template "email.default.alert" . }}{{ end }}{{ end }}
        <p style="margin:16px 0 0">
        <a href="{{ template "watchpost.link" . }}" style="color:#0f66b0">Open in Watchpost</a></p>
        </div></body></html>
        {{ end }}
        {{ define "email.default.alert" -}}
        <div style="margin:0 0 8px;padding:12px;background:#ffffff;border:1px solid #d5dde4;border-left:4px solid
        {{- if eq .Status "firing" }} #c0271f{{ else }} #17734c{{ end }}">
        <strong>{{ template "watchpost.headline" . }}</strong>
        {{ with .Annotations.description }}<div>{{ . }}</div>{{ end }}
        {{ with .Labels.camera_id }}<div>Camera <strong>{{ . }}</strong></div>{{ end }}
        <div>Since {{ template "watchpost.since" . }}</div>
        <div style="color:#51606e">{{ range $index, $pair := .Labels.SortedPairs }}{{ if $index }}, {{ end }}
        {{- .Name }}={{ .Value }}{{ end }}</div>
        {{ with .GeneratorURL }}<div><a href="{{ . }}" style="color:#0f66b0">Expression</a></div>{{ end }}
        </div>
        {{ end }}
        """#
}
