{{/*
What the three services have in common; their pods are in _pod.tpl. Each chart stands alone, so each has these files;
tests/checks/test_charts.py holds the copies to be the same. Change one, copy it to the others.
*/}}

{{- define "invoicing.fullname" -}}
{{- $name := default .Chart.Name .Values.nameOverride -}}
{{- if contains $name .Release.Name -}}
{{- .Release.Name | trunc 63 | trimSuffix "-" -}}
{{- else -}}
{{- printf "%s-%s" .Release.Name $name | trunc 63 | trimSuffix "-" -}}
{{- end -}}
{{- end -}}

{{- define "invoicing.selectorLabels" -}}
app.kubernetes.io/name: {{ .Chart.Name }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end -}}

{{- define "invoicing.labels" -}}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" }}
{{ include "invoicing.selectorLabels" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/part-of: invoicing
app.kubernetes.io/managed-by: {{ .Release.Service }}
{{- end -}}

{{- define "invoicing.metadata" -}}
name: {{ include "invoicing.fullname" . }}
namespace: {{ .Release.Namespace }}
labels:
  {{- include "invoicing.labels" . | nindent 2 }}
{{- end -}}

{{/* What the API speaks, and what its port is called. */}}
{{- define "invoicing.scheme" -}}
{{- if include "invoicing.tls" . }}https{{ else }}http{{ end -}}
{{- end -}}

{{- define "invoicing.servicePort" -}}
{{- .Values.service.port | default (ternary 443 80 (eq (include "invoicing.scheme" .) "https")) -}}
{{- end -}}

{{- define "invoicing.opsService" -}}
{{- include "invoicing.fullname" . | trunc 59 -}}
{{- if ne .Values.service.type "ClusterIP" }}-ops{{ end -}}
{{- end -}}

{{- define "invoicing.service" -}}
apiVersion: v1
kind: Service
metadata:
  {{- include "invoicing.metadata" . | nindent 2 }}
  {{- with .Values.service.annotations }}
  annotations:
    {{- toYaml . | nindent 4 }}
  {{- end }}
spec:
  type: {{ .Values.service.type }}
  selector:
    {{- include "invoicing.selectorLabels" . | nindent 4 }}
  ports:
    {{- if .Values.http }}
    {{- $scheme := include "invoicing.scheme" . }}
    - {name: {{ $scheme }}, port: {{ include "invoicing.servicePort" . }}, targetPort: {{ $scheme }}, appProtocol: {{ $scheme }}}
    {{- end }}
    {{- if eq .Values.service.type "ClusterIP" }}
    - {name: ops, port: {{ .Values.ops.port }}, targetPort: ops}
    {{- else }}
---
# Health and metrics stay inside.
apiVersion: v1
kind: Service
metadata:
  {{- include "invoicing.metadata" . | replace (printf "name: %s\nnamespace" (include "invoicing.fullname" .)) (printf "name: %s\nnamespace" (include "invoicing.opsService" .)) | nindent 2 }}
spec:
  selector:
    {{- include "invoicing.selectorLabels" . | nindent 4 }}
  ports:
    - {name: ops, port: {{ .Values.ops.port }}, targetPort: ops}
    {{- end }}
{{- end -}}

{{- define "invoicing.serviceAccount" -}}
{{- if .Values.serviceAccount.create -}}
apiVersion: v1
kind: ServiceAccount
metadata:
  name: {{ include "invoicing.serviceAccountName" . }}
  namespace: {{ .Release.Namespace }}
  labels:
    {{- include "invoicing.labels" . | nindent 4 }}
  {{- with .Values.serviceAccount.annotations }}
  annotations:
    {{- toYaml . | nindent 4 }}
  {{- end }}
automountServiceAccountToken: false
{{- end -}}
{{- end -}}

{{- define "invoicing.hpa" -}}
{{- if .Values.autoscaling.enabled -}}
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata:
  {{- include "invoicing.metadata" . | nindent 2 }}
spec:
  scaleTargetRef:
    apiVersion: apps/v1
    kind: Deployment
    name: {{ include "invoicing.fullname" . }}
  minReplicas: {{ .Values.autoscaling.minReplicas }}
  maxReplicas: {{ .Values.autoscaling.maxReplicas }}
  metrics:
    - type: Resource
      resource:
        name: cpu
        target: {type: Utilization, averageUtilization: {{ .Values.autoscaling.cpuPercent }}}
    {{- if .Values.autoscaling.requestsInFlight.enabled }}
    - type: Pods
      pods:
        metric: {name: {{ .Values.autoscaling.requestsInFlight.metric }}}
        target: {type: AverageValue, averageValue: {{ .Values.autoscaling.requestsInFlight.average | quote }}}
    {{- end }}
  behavior:
    scaleUp:
      stabilizationWindowSeconds: 0
      policies: [{type: Percent, value: 100, periodSeconds: 30}]
    scaleDown:
      stabilizationWindowSeconds: 300
      policies: [{type: Pods, value: 1, periodSeconds: 60}]
{{- end -}}
{{- end -}}

{{- define "invoicing.pdb" -}}
{{- if .Values.podDisruptionBudget.enabled -}}
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata:
  {{- include "invoicing.metadata" . | nindent 2 }}
spec:
  maxUnavailable: {{ .Values.podDisruptionBudget.maxUnavailable }}
  unhealthyPodEvictionPolicy: AlwaysAllow
  selector:
    matchLabels:
      {{- include "invoicing.selectorLabels" . | nindent 6 }}
{{- end -}}
{{- end -}}

{{/* Those of `helm test`. */}}
{{- define "invoicing.testPods" -}}
- podSelector:
    matchLabels:
      app.kubernetes.io/instance: {{ .Release.Name }}
      app.kubernetes.io/component: test
{{- end -}}

{{- define "invoicing.networkPolicy" -}}
{{- if .Values.networkPolicy.enabled -}}
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  {{- include "invoicing.metadata" . | nindent 2 }}
spec:
  podSelector:
    matchLabels:
      {{- include "invoicing.selectorLabels" . | nindent 6 }}
  policyTypes: [Ingress, Egress]
  ingress:
    {{- if .Values.http }}
    - ports: [{port: {{ include "invoicing.scheme" . }}}]
      {{- with .Values.networkPolicy.apiFrom }}
      from:
        {{- include "invoicing.testPods" $ | nindent 8 }}
        {{- toYaml . | nindent 8 }}
      {{- end }}
    {{- end }}
    - ports: [{port: ops}]
      from:
        {{- include "invoicing.testPods" . | nindent 8 }}
        {{- with .Values.networkPolicy.metricsFrom }}
        {{- toYaml . | nindent 8 }}
        {{- end }}
  egress:
    - ports: [{port: 53, protocol: UDP}, {port: 53, protocol: TCP}]
    {{- range .Values.networkPolicy.egress }}
    # {{ .name }}
    - ports:
        {{- range .ports }}
        - {port: {{ . }}, protocol: TCP}
        {{- end }}
      {{- with .to }}
      to:
        {{- toYaml . | nindent 8 }}
      {{- end }}
    {{- end }}
{{- end -}}
{{- end -}}

{{- define "invoicing.serviceMonitor" -}}
{{- if and .Values.serviceMonitor.enabled (.Capabilities.APIVersions.Has "monitoring.coreos.com/v1/ServiceMonitor") -}}
apiVersion: monitoring.coreos.com/v1
kind: ServiceMonitor
metadata:
  {{- include "invoicing.metadata" . | nindent 2 }}
    {{- with .Values.serviceMonitor.labels }}
    {{- toYaml . | nindent 4 }}
    {{- end }}
spec:
  jobLabel: app.kubernetes.io/name
  selector:
    matchLabels:
      {{- include "invoicing.selectorLabels" . | nindent 6 }}
  endpoints:
    - port: ops
      path: /metrics
      interval: {{ .Values.serviceMonitor.interval }}
{{- end -}}
{{- end -}}

{{/* The service's own image has what the test needs: bash speaks TCP, and its program TLS. */}}
{{- define "invoicing.test" -}}
apiVersion: v1
kind: Pod
metadata:
  name: {{ include "invoicing.fullname" . | trunc 58 }}-test
  namespace: {{ .Release.Namespace }}
  labels:
    {{- include "invoicing.labels" . | replace (printf "name: %s\n" .Chart.Name) (printf "name: %s-test\n" .Chart.Name) | nindent 4 }}
    app.kubernetes.io/component: test
  annotations:
    helm.sh/hook: test
    helm.sh/hook-delete-policy: before-hook-creation,hook-succeeded
spec:
  {{- include "invoicing.pullSecrets" . | trim | nindent 2 }}
  restartPolicy: Never
  automountServiceAccountToken: false
  enableServiceLinks: false
  securityContext:
    {{- include "invoicing.podSecurity" . | nindent 4 }}
  containers:
    - name: ready
      image: {{ include "invoicing.image" . }}
      imagePullPolicy: {{ .Values.image.pullPolicy }}
      command: [bash, -euc]
      args:
        - |
          answers() {
            exec 3<>"/dev/tcp/$1/$2"
            printf 'GET %s HTTP/1.1\r\nHost: %s\r\nConnection: close\r\n\r\n' "$3" "$1" >&3
            read -r line <&3
            echo "$1:$2$3: $line"
            [[ $line == *" 200 "* ]]
          }
          {{- if include "invoicing.tls" . }}
          # It asks for health, which is not on this port: that the API says so is enough.
          read -r address _ < <(getent ahosts {{ include "invoicing.fullname" . }})
          [[ $address != *:* ]] || address="[$address]"
          answer=$(HTTP_ADDRESS=$address:{{ include "invoicing.servicePort" . }} {{ .Chart.Name }} health 2>&1) || true
          echo "{{ include "invoicing.fullname" . }}, over TLS: $answer"
          [[ $answer == *route_not_found* ]]
          {{- else if .Values.http }}
          answers {{ include "invoicing.fullname" . }} {{ include "invoicing.servicePort" . }} /openapi.yaml
          {{- end }}
          answers {{ include "invoicing.opsService" . }} {{ .Values.ops.port }} /readyz
          answers {{ include "invoicing.opsService" . }} {{ .Values.ops.port }} /metrics
      resources:
        requests: {cpu: 10m, memory: 16Mi}
        limits: {memory: 64Mi}
      securityContext:
        {{- include "invoicing.containerSecurity" . | nindent 8 }}
      {{- if include "invoicing.tls" . }}
      # Where clients have to show a certificate, the program shows the API's own.
      env:
        {{- include "invoicing.tlsEnvironment" . | trim | nindent 8 }}
      volumeMounts:
        - {name: tls, mountPath: /etc/invoicing/tls, readOnly: true}
  volumes:
    - {{- include "invoicing.tlsVolume" . | nindent 6 }}
      {{- end }}
{{- end -}}
