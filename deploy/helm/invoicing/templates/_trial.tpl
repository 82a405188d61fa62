{{- define "trial.fullname" -}}
{{- printf "%s-%s" .root.Release.Name .name | trunc 55 | trimSuffix "-" -}}
{{- end -}}

{{- define "trial.selectorLabels" -}}
app.kubernetes.io/name: {{ .name }}
app.kubernetes.io/instance: {{ .root.Release.Name }}
{{- end -}}

{{- define "trial.metadata" -}}
name: {{ include "trial.fullname" . }}
namespace: {{ .root.Release.Namespace }}
labels:
  {{- include "trial.selectorLabels" . | nindent 2 }}
  app.kubernetes.io/part-of: invoicing
  app.kubernetes.io/component: trial
  app.kubernetes.io/managed-by: {{ .root.Release.Service }}
{{- end -}}

{{/* User and group are those of the official images, except of mailpit, which needs none. */}}
{{- define "trial.podSecurity" -}}
runAsNonRoot: true
runAsUser: 999
runAsGroup: 999
fsGroup: 999
seccompProfile: {type: RuntimeDefault}
{{- end -}}

{{- define "trial.containerSecurity" -}}
allowPrivilegeEscalation: false
capabilities: {drop: [ALL]}
{{- end -}}

{{- define "trial.service" -}}
apiVersion: v1
kind: Service
metadata:
  {{- include "trial.metadata" . | nindent 2 }}
spec:
  {{- if .headless }}
  clusterIP: None
  publishNotReadyAddresses: true
  {{- end }}
  selector:
    {{- include "trial.selectorLabels" . | nindent 4 }}
  ports:
    {{- range $name, $port := .ports }}
    - {name: {{ $name }}, port: {{ $port }}, targetPort: {{ $port }}}
    {{- end }}
{{- end -}}

{{/* The ports that the services of this release use; all others are for the pods themselves and kubectl. */}}
{{- define "trial.networkPolicy" -}}
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  {{- include "trial.metadata" . | nindent 2 }}
spec:
  podSelector:
    matchLabels:
      {{- include "trial.selectorLabels" . | nindent 6 }}
  policyTypes: [Ingress]
  ingress:
    - ports: [{port: {{ .port }}}]
      from:
        - podSelector:
            matchLabels:
              app.kubernetes.io/instance: {{ .root.Release.Name }}
{{- end -}}
