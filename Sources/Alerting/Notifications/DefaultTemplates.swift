/// The templates that every notification may call. A site's own template files may define them anew.
///
/// Names and what they give are those of Alertmanager, so that users' templates that call them read the same here:
/// https://prometheus.io/docs/alerting/latest/notifications/. What is told beyond that is ours, and lists that no
/// message could hold are cut.
enum DefaultTemplates {
    static let all = [words, slack, services, emailText, emailPage]

    /// Pieces that the others share.
    private static let words = #"""
        {{ define "__alertmanager" }}Alertmanager{{ end }}
        {{ define "__alertmanagerURL" }}{{ .ExternalURL }}/alerts?receiver={{ .Receiver | urlquery }}{{ end }}
        {{ define "__subject" -}}
        [{{ .Status | toUpper }}{{ if eq .Status "firing" }}:{{ .Alerts.Firing | len }}{{ end }}] {{/* */ -}}
        {{ .GroupLabels.SortedPairs.Values | join " " }} {{/* */ -}}
        {{ if gt (len .CommonLabels) (len .GroupLabels) -}}
        ({{ with .CommonLabels.Remove .GroupLabels.Names }}{{ .Values | join " " }}{{ end }}){{ end }}
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
        {{ .StartsAt.Format "2006-01-02 15:04:05 MST" }}
        {{- if eq .Status "resolved" }}, over at {{ .EndsAt.Format "2006-01-02 15:04:05 MST" }}{{ end }}
        {{- end }}
        {{ define "watchpost.lines" }}{{ range $index, $alert := . }}{{ if lt $index 50 -}}
        {{ if eq .Status "resolved" }}OVER{{ else }}NOW{{ end }}  {{ template "watchpost.headline" . }}
        {{ with .Annotations.description }}  {{ . }}
        {{ end }}{{ with .Labels.camera_id }}  camera: {{ . }}
        {{ end }}  since:  {{ template "watchpost.since" . }}
        {{ with .CameraURL }}  then:   {{ . }}
        {{ end }}{{ end }}{{ end }}{{ if gt (len .) 50 }}… and more: {{ len . }} in all
        {{ end }}{{ end }}
        """#

    private static let slack = #"""
        {{ define "slack.default.title" }}{{ template "__subject" . }}{{ end }}
        {{ define "slack.default.username" }}{{ template "__alertmanager" . }}{{ end }}
        {{ define "slack.default.fallback" -}}
        {{ template "slack.default.title" . }} | {{ template "slack.default.titlelink" . }}
        {{- end }}
        {{ define "slack.default.titlelink" }}{{ template "__alertmanagerURL" . }}{{ end }}
        {{ define "slack.default.pretext" }}{{ end }}
        {{ define "slack.default.footer" }}{{ end }}
        {{ define "slack.default.callbackid" }}{{ end }}
        {{ define "slack.default.iconemoji" }}{{ end }}
        {{ define "slack.default.iconurl" }}{{ end }}
        {{ define "slack.default.text" -}}
        {{ range $index, $alert := .Alerts }}{{ if lt $index 50 }}{{ if $index }}{{ "\n" }}{{ end -}}
        {{ if eq .Status "resolved" }}Over: {{ end }}*{{ template "watchpost.headline" . }}*
        {{- with .Annotations.description }}: {{ . }}{{ end }}
        {{- with .Labels.camera_id }} (camera {{ . }}){{ end }} since {{ template "watchpost.since" . }}
        {{- with .CameraURL }} <{{ . }}|camera at that time>{{ end }}
        {{- with .GeneratorURL }} <{{ . }}|expression>{{ end }}
        {{- with .SilenceURL }} <{{ . }}|silence>{{ end }}{{ end }}{{ end }}
        {{- if gt (len .Alerts) 50 }}{{ "\n" }}… and more: {{ len .Alerts }} in all{{ end }}
        {{- end }}
        """#

    private static let services = #"""
        {{ define "pagerduty.default.description" }}{{ template "__subject" . }}{{ end }}
        {{ define "pagerduty.default.client" }}{{ template "__alertmanager" . }}{{ end }}
        {{ define "pagerduty.default.clientURL" }}{{ template "__alertmanagerURL" . }}{{ end }}
        {{ define "pagerduty.default.instances" }}{{ template "__text_alert_list" . }}{{ end }}
        {{ define "opsgenie.default.message" }}{{ template "__subject" . }}{{ end }}
        {{ define "opsgenie.default.description" }}{{ template "watchpost.lines" .Alerts }}{{ end }}
        {{ define "opsgenie.default.source" }}{{ template "__alertmanagerURL" . }}{{ end }}
        {{ define "telegram.default.message" }}{{ template "watchpost.lines" .Alerts }}{{ end }}
        {{ define "pushover.default.title" }}{{ template "__subject" . }}{{ end }}
        {{ define "pushover.default.message" }}{{ template "watchpost.lines" .Alerts }}{{ end }}
        {{ define "pushover.default.url" }}{{ template "__alertmanagerURL" . }}{{ end }}
        {{ define "msteams.default.title" }}{{ template "__subject" . }}{{ end }}
        {{ define "msteams.default.summary" }}{{ template "__subject" . }}{{ end }}
        {{ define "msteams.default.text" }}{{ template "teams.text" . }}{{ end }}
        {{ define "msteamsv2.default.title" }}{{ template "__subject" . }}{{ end }}
        {{ define "msteamsv2.default.text" }}{{ template "teams.text" . }}{{ end }}
        {{ define "teams.text" }}{{ range $index, $alert := .Alerts }}{{ if lt $index 50 }}
        {{- if eq .Status "resolved" }}Over: {{ end }}**{{ template "watchpost.headline" . }}**
        {{- with .Annotations.description }}: {{ . }}{{ end }}
        {{- with .Labels.camera_id }} (camera {{ . }}){{ end }} since {{ template "watchpost.since" . }}
        {{- with .CameraURL }} [camera at that time]({{ . }}){{ end }}{{ with .SilenceURL }} [silence]({{ . }}){{ end }}

        {{ end }}{{ end }}{{ if gt (len .Alerts) 50 }}… and more: {{ len .Alerts }} in all{{ end }}{{ end }}
        """#

    private static let emailText = #"""
        {{ define "email.default.subject" }}{{ template "__subject" . }}{{ end }}
        {{ define "email.default.text" -}}
        {{ range $index, $alert := .Alerts }}{{ if lt $index 200 }}{{ if eq .Status "resolved" }}OVER{{ else }}NOW{{ end }}  {{/* */ -}}
        {{ template "watchpost.headline" . }}
        {{ with .Annotations.description }}  {{ . }}
        {{ end }}{{ with .Labels.camera_id }}  camera:     {{ . }}
        {{ end }}  since:      {{ template "watchpost.since" . }}
        {{ with .CameraURL }}  then:       {{ . }}
        {{ end }}{{ with .AlertURL }}  the alert:  {{ . }}
        {{ end }}{{ with .GeneratorURL }}  expression: {{ . }}
        {{ end }}{{ with .SilenceURL }}  silence:    {{ . }}
        {{ end }}{{ range .Labels.SortedPairs }}  {{ .Name }} = {{ .Value }}
        {{ end }}{{ range (.Annotations.Remove (stringSlice "summary" "description")).SortedPairs }}  {{ .Name }}: {{ .Value }}
        {{ end }}
        {{ end }}{{ end }}{{ if gt (len .Alerts) 200 }}… and more: {{ len .Alerts }} in all
        {{ end }}All alerts: {{ template "__alertmanagerURL" . }}
        {{ end }}
        """#

    private static let emailPage = #"""
        {{ define "email.default.html" -}}
        <!DOCTYPE html>
        <html><head><meta charset="utf-8"><title>{{ template "__subject" . }}</title></head>
        <body style="margin:0;padding:16px;background:#f6f8fa;color:#16202a;font:14px/20px system-ui,sans-serif">
        <div style="max-width:640px;margin:0 auto">
        <h1 style="margin:0 0 12px;font-size:18px">{{ .Alerts | len }} alert{{ if gt (len .Alerts) 1 }}s{{ end }} for
        {{ range .GroupLabels.SortedPairs }} {{ .Name }}={{ .Value }}{{ end }}</h1>
        <p style="margin:0 0 12px"><a href="{{ template "__alertmanagerURL" . }}" style="color:#0f66b0">Open in
        Watchpost</a></p>
        {{ with .Alerts.Firing }}<h2 style="margin:16px 0 8px;font-size:14px">[{{ . | len }}] Firing</h2>
        {{ range $index, $alert := . }}{{ if lt $index 200 }}{{ template "email.default.alert" . }}{{ end }}{{ end }}
        {{ if gt (len .) 200 }}<p>… and more: {{ len . }} in all</p>{{ end }}{{ end }}
        {{ with .Alerts.Resolved }}<h2 style="margin:16px 0 8px;font-size:14px">[{{ . | len }}] Resolved</h2>
        {{ range $index, $alert := . }}{{ if lt $index 200 }}{{ template "email.default.alert" . }}{{ end }}{{ end }}
        {{ if gt (len .) 200 }}<p>… and more: {{ len . }} in all</p>{{ end }}{{ end }}
        </div></body></html>
        {{ end }}
        {{ define "email.default.alert" -}}
        <div style="margin:0 0 8px;padding:12px;background:#ffffff;border:1px solid #d5dde4;border-left:4px solid
        {{- if eq .Status "firing" }} #c0271f{{ else }} #17734c{{ end }}">
        <strong>{{ template "watchpost.headline" . }}</strong>
        {{ with .Annotations.description }}<div>{{ . }}</div>{{ end }}
        {{ with .Labels.camera_id }}<div>Camera <strong>{{ . }}</strong></div>{{ end }}
        <div>Since {{ template "watchpost.since" . }}</div>
        <div>{{ with .CameraURL }}<a href="{{ . }}" style="color:#0f66b0">The camera at that time</a> · {{ end }}
        {{- with .AlertURL }}<a href="{{ . }}" style="color:#0f66b0">The alert</a> · {{ end }}
        {{- with .SilenceURL }}<a href="{{ . }}" style="color:#0f66b0">Silence</a>{{ end }}</div>
        <div style="margin-top:8px;color:#51606e"><strong>Labels</strong><br>
        {{ range .Labels.SortedPairs }}{{ .Name }} = {{ .Value }}<br>
        {{ end }}{{ if .Annotations }}<strong>Annotations</strong><br>
        {{ range .Annotations.SortedPairs }}{{ .Name }} = {{ .Value }}<br>
        {{ end }}{{ end }}</div>
        {{ with .GeneratorURL }}<div><a href="{{ . }}" style="color:#0f66b0">Source</a></div>{{ end }}
        </div>
        {{ end }}
        """#
}
