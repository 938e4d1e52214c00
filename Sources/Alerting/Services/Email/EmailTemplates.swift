/// What mails say where a file says nothing.
enum EmailTemplates {
    static let all = text + page

    private static let text = #"""
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

    private static let page = #"""
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
